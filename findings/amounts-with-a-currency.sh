#!/usr/bin/env bash
# pyexcel-ods and pyexcel-ods3: an amount in rupiah is a text, "150000 IDR", beside amounts that are numbers.
#
# Expected: a cell of the type currency has its number in office:value, and the code of the currency as an attribute of its own (OpenDocument 1.3,
# part 3, office:value-type). pyexcel-io's own table of types says that a currency is a float. LibreOffice writes the type for cells whose format
# is one of a currency, so that how a column looks decides it.
# What happens: number and code are joined to a text, on purpose since issue 27 of pyexcel-ods. The same amount without a symbol is a number, so that
# one column has both. python-calamine gives numbers.
# Who is struck: balances and tariffs from LibreOffice: sums fail or leave amounts out, and a text is no amount for whoever asks for a number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check pyexcel-ods==0.6.0 pyexcel-ods3==0.6.1 pyexcel-io==0.6.8 pyexcel-ezodf==0.3.4 \
  lml==0.2.0 lxml==6.1.3 odfpy==1.4.1 defusedxml==0.7.1 python-calamine==0.9.1
cat >"$folder/theirs.py" <<'PY'
import sys, zipfile
import pyexcel_ods, pyexcel_ods3
from python_calamine import CalamineWorkbook

TYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))

def cell(kind, value, shown):
    one = f'<table:table-cell office:value-type={kind} office:value="{value}"><text:p>{shown}</text:p></table:table-cell>'
    return f"<table:table-row>{one}</table:table-row>"

with zipfile.ZipFile(sys.argv[1], "w") as package:
    package.writestr("mimetype", TYPE)
    package.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
    rows = cell('"float"', "150000", "150.000") + cell('"currency" office:currency="IDR"', "150000", "Rp150.000")
    rows += cell('"currency" office:currency="IDR"', "-2500", "-Rp2.500")
    package.writestr("content.xml", f'<office:document-content{NAMES} office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="Saldo">{rows}</table:table></office:spreadsheet></office:body></office:document-content>')
for library in (pyexcel_ods, pyexcel_ods3):
    # Both are plug-ins for the same ending, and the name decides which one reads.
    name = library.__name__.replace("_", "-")
    print(name, [row[0] for row in library.get_data(sys.argv[1], library=name)["Saldo"]])
print("python-calamine", [row[0] for row in CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()])
PY
found=$("$folder/python/bin/python" "$folder/theirs.py" "$folder/balances.ods")
printf 'pyexcel-ods 0.6.0, pyexcel-ods3 0.6.1, python-calamine 0.9.1; 150.000, Rp150.000 and -Rp2.500\n%s\n' "$found"
expected="pyexcel-ods [150000, '150000 IDR', '-2500 IDR']
pyexcel-ods3 [150000, '150000 IDR', '-2500 IDR']
python-calamine [150000.0, 150000.0, -2500.0]"
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: an amount with a symbol is a text'
