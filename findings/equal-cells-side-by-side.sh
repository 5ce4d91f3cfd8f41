#!/usr/bin/env bash
# tablib: of equal cells side by side in an ODS the first alone is read, and the cells behind move to the left.
#
# Expected: table:number-columns-repeated says how many columns a cell stands for (OpenDocument 1.3, part 3). LibreOffice writes equal neighbours
# of a row that way, such as two months without use.
# What happens: a repeated cell with content is taken once. What stood behind it is in a column too far left, and the row is filled up at its end
# so that its width is right. Rows without equal neighbours are whole, so one file has both. python-calamine gives what is expected.
# Offered to its authors as pull request 616.
# Who is struck: tables with a column for each month: use of March is booked as that of February, for some customers and not for others.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check tablib==3.10.0 odfpy==1.4.1 defusedxml==0.7.1 python-calamine==0.9.1
cat >"$folder/theirs.py" <<'PY'
import sys, zipfile
import tablib
from python_calamine import CalamineWorkbook

TYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))

def text(shown):
    return f'<table:table-cell office:value-type="string"><text:p>{shown}</text:p></table:table-cell>'

def number(value, repeated=""):
    return f'<table:table-cell{repeated} office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'

TWICE = ' table:number-columns-repeated="2"'
ROWS = [
    [text(head) for head in ("Meter", "Jan", "Feb", "Mar")],
    [text("A-1"), number(7), number(6), number(5)],
    [text("A-2"), number(0, TWICE), number(5)],
]
with zipfile.ZipFile(sys.argv[1], "w") as package:
    package.writestr("mimetype", TYPE)
    package.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
    rows = "".join("<table:table-row>" + "".join(row) + "</table:table-row>" for row in ROWS)
    package.writestr("content.xml", f'<office:document-content{NAMES} office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="Pemakaian">{rows}</table:table></office:spreadsheet></office:body></office:document-content>')
with open(sys.argv[1], "rb") as file:
    for row in tablib.Dataset().load(file, format="ods"):
        print("tablib:", *row)
for row in CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()[1:]:
    print("python-calamine:", *row)
PY
found=$("$folder/python/bin/python" "$folder/theirs.py" "$folder/use.ods" | sed 's/ *$//')
printf 'tablib 3.10.0, python-calamine 0.9.1; meter and use in January, February, March\n%s\n' "$found"
expected='tablib: A-1 7.0 6.0 5.0
tablib: A-2 0.0 5.0
python-calamine: A-1 7.0 6.0 5.0
python-calamine: A-2 0.0 0.0 5.0'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: the 5 of March stands in February'
