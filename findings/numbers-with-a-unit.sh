#!/usr/bin/env bash
# xlsx2csv: a number whose format names a unit in quotes is written as the format, with a day and a month of 1903 in it.
#
# Expected: what stands in quotes in a format is text to be shown as it is, and no part of a date (ECMA-376, part 1, section 18.8.31). A cell of
# 1234 with the format `#,##0 "m3/day"` is 1234, shown as 1,234 m3/day. `"Rp"#,##0` is read so.
# What happens: letters of a date in the text make the format one of a date, and the rest is copied. `m` and `d` become month and day of 18 May
# 1903, which has the serial number 1234, and the number is in the file no more. pylightxl gives what is expected.
# Who is struck: lists of flows and use with units in their cells: whole columns are nonsense, and equal for numbers of the same date.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check xlsx2csv==0.8.6 pylightxl==1.61
cat >"$folder/theirs.py" <<'PY'
import html, io, sys, zipfile
import pylightxl
from xlsx2csv import Xlsx2csv

FORMATS = ('"Rp"#,##0', '#,##0 "m3/day"', '#,##0" m³"', '0.00 "L/d"')
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"

def relations(*targets):
    links = "".join(f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(targets, 1))
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'

codes = "".join(f'<numFmt numFmtId="{164 + at}" formatCode="{html.escape(code)}"/>' for at, code in enumerate(FORMATS))
styles = "".join(f'<xf numFmtId="{164 + at}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' for at in range(len(FORMATS)))
cells = "".join(f'<row r="{at + 1}"><c r="A{at + 1}" s="{at}"><v>1234</v></c></row>' for at in range(len(FORMATS)))
parts = "".join(f'<Override PartName="/xl/{name}.xml" ContentType="{SHEETML}.{kind}+xml"/>'
    for name, kind in (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("styles", "styles")))
with zipfile.ZipFile(sys.argv[1], "w") as package:
    package.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{parts}</Types>')
    package.writestr("_rels/.rels", relations(("officeDocument", "xl/workbook.xml")))
    package.writestr("xl/_rels/workbook.xml.rels", relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")))
    package.writestr("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="Debit" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>")
    package.writestr("xl/styles.xml", f'<styleSheet {MAIN}><numFmts count="{len(FORMATS)}">{codes}</numFmts><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="{len(FORMATS)}">{styles}</cellXfs></styleSheet>')
    package.writestr("xl/worksheets/sheet1.xml", f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>")
lines = io.StringIO()
Xlsx2csv(sys.argv[1]).convert(lines)
others = [row[0] for row in pylightxl.readxl(sys.argv[1]).ws("Debit").rows]
for code, theirs, other in zip(FORMATS, lines.getvalue().splitlines(), others):
    print(f"{code}: xlsx2csv {theirs}, pylightxl {other}")
PY
found=$("$folder/python/bin/python" "$folder/theirs.py" "$folder/flows.xlsx")
printf 'xlsx2csv 0.8.6, pylightxl 1.61; a cell of 1234 in four formats\n%s\n' "$found"
expected='"Rp"#,##0: xlsx2csv 1234, pylightxl 1234
#,##0 "m3/day": xlsx2csv "#,##0 ""053/18ay""", pylightxl 1234
#,##0" m³": xlsx2csv "#,##0"" 05³""", pylightxl 1234
0.00 "L/d": xlsx2csv "0.00 ""l/18""", pylightxl 1234'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: a unit is a date'
