"""Makes an ODS of a CSV, as LibreOffice writes one: `ods.py CSV ODS NUMBERS DATES`, the last two being columns from 0, parted by commas.
A value of such a column that is no number or no date stays a text."""
import csv
import datetime
import sys
import zipfile
from xml.sax.saxutils import escape

KIND = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Pelanggan">'
)
END = "</table:table></office:spreadsheet></office:body></office:document-content>"
# The oldest instant that a ZIP can have: the same file each time.
AT = (1980, 1, 1, 0, 0, 0)


def number(value):
    try:
        plain = f"{float(value.replace(',', '.')):g}"
    except ValueError:
        return None
    return f'office:value-type="float" office:value="{plain}"'


def date(value):
    try:
        day = datetime.datetime.strptime(value, "%d/%m/%Y").date()
    except ValueError:
        return None
    return f'office:value-type="date" office:date-value="{day.isoformat()}"'


def cell(value, typed):
    if not value:
        return "<table:table-cell/>"
    attributes = typed(value) or 'office:value-type="string"'
    return f"<table:table-cell {attributes}><text:p>{escape(value)}</text:p></table:table-cell>"


def text(_):
    return None


def columns(argument):
    return {int(place) for place in argument.split(",")}


def main():
    source, target, numbers, dates = sys.argv[1:]
    numbers, dates = columns(numbers), columns(dates)
    with zipfile.ZipFile(target, "w") as archive, open(source, encoding="utf-8", newline="") as lines:
        archive.writestr(zipfile.ZipInfo("mimetype", AT), KIND)
        content = zipfile.ZipInfo("content.xml", AT)
        content.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(content, "w", force_zip64=True) as out:
            out.write(BEGIN.encode())
            for place, row in enumerate(csv.reader(lines, delimiter=";")):
                typed = [number if at in numbers and place else date if at in dates and place else text for at in range(len(row))]
                cells = "".join(map(cell, row, typed))
                out.write(f"<table:table-row>{cells}</table:table-row>".encode())
            out.write(END.encode())
        manifest = zipfile.ZipInfo("META-INF/manifest.xml", AT)
        manifest.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(manifest, MANIFEST)


main()
