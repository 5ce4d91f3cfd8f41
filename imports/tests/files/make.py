"""Makes the files of the table test: one messy sheet by every writer a utility may have.

Needs openpyxl, XlsxWriter, xlwt, pyexcel and pyexcel-xls; Node with exceljs and xlsx (their folder in NODE_PATH); LibreOffice.
Run in this folder: python3 make.py
"""

import datetime
import json
import os
import subprocess

import openpyxl
import pyexcel
import xlsxwriter
import xlwt

DAY = datetime.date(2026, 1, 31)
INSTANT = datetime.datetime(2026, 1, 31, 14, 5, 9)
HEADER = ["Nomor", "Nama", "Telepon", "NIK", "Dipasang", "Dibaca", "Tagihan", "Aktif", "Catatan"]
RECORDS = [
    ["00012", "Renée Sari", "081234567890", "3273010101900001", DAY, INSTANT, 125000, True, "ok"],
    ["00013", "Ma’ruf", "0812", "9171010101900002", DAY, INSTANT, 1250.75, False, "#N/A"],
    ["00014", "Siti & Budi", "0813", "3273010101900003", DAY, INSTANT, -5, True, "Jl. Melati 5\nRT 05"],
]
TOTAL = ["Jumlah", None, None, None, None, None, 126245.75]
TITLES = ["PDAM Tirta Contoh", "Pelanggan per 31 Januari 2026"]
HIDDEN_ROW = 6


def cells():
    """Each cell as (row from 1, column from 0, value)."""
    for row, title in enumerate(TITLES, 1):
        yield row, 0, title
    for row, values in enumerate([HEADER, *RECORDS, TOTAL], 4):
        for column, value in enumerate(values):
            if value is not None:
                yield row, column, value


def with_openpyxl():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row, column, value in cells():
        cell = sheet.cell(row, column + 1, value)
        if isinstance(value, datetime.datetime):
            cell.number_format = "dd/mm/yyyy hh:mm:ss"
    sheet.merge_cells("A1:I1")
    sheet.row_dimensions[HIDDEN_ROW].hidden = True
    book.create_sheet("Rahasia").sheet_state = "hidden"
    book.save("openpyxl.xlsx")


def with_xlsxwriter(name, options, shift):
    book = xlsxwriter.Workbook(name, options)
    sheet = book.add_worksheet("Data")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    instant = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
    for row, column, value in cells():
        place = (row - 1, column + shift)
        if value == "#N/A":
            sheet.write_formula(*place, "=NA()", None, "#N/A")
        elif isinstance(value, datetime.datetime):
            sheet.write_datetime(*place, value, instant)
        elif isinstance(value, datetime.date):
            sheet.write_datetime(*place, value, day)
        elif isinstance(value, str):
            sheet.write_string(*place, value)
        else:
            sheet.write(*place, value)
    sheet.merge_range(0, shift, 0, shift + 8, TITLES[0])
    sheet.set_row(HIDDEN_ROW - 1, None, None, {"hidden": True})
    book.add_worksheet("Rahasia").hide()
    book.close()


def with_xlwt():
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Data")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    instant = xlwt.easyxf(num_format_str="DD/MM/YYYY HH:MM:SS")
    for row, column, value in cells():
        if (row, column) == (1, 0):
            sheet.write_merge(0, 0, 0, 8, value)
        elif value == "#N/A":
            sheet.row(row - 1).set_cell_error(column, 0x2A)
        elif isinstance(value, datetime.datetime):
            sheet.write(row - 1, column, value, instant)
        elif isinstance(value, datetime.date):
            sheet.write(row - 1, column, value, day)
        else:
            sheet.write(row - 1, column, value)
    sheet.row(HIDDEN_ROW - 1).hidden = True
    book.add_sheet("Rahasia").visibility = 1
    book.save("xlwt.xls")


def with_pyexcel():
    rows = [[""] * 9 for _ in range(8)]
    for row, column, value in cells():
        rows[row - 1][column] = value
    pyexcel.save_as(array=rows, dest_file_name="pyexcel.xls", sheet_name="Data")


def with_node():
    values = [[row, column, value.isoformat() if isinstance(value, datetime.date) else value] for row, column, value in cells()]
    given = json.dumps({"cells": values, "hiddenRow": HIDDEN_ROW})
    subprocess.run(["node", "make.cjs"], input=given, text=True, check=True, env={**os.environ, "TZ": "Asia/Jakarta"})


def with_libreoffice():
    for source, kind, name in [
        ("openpyxl.xlsx", "ods", "libreoffice.ods"),
        ("openpyxl.xlsx", "xls:MS Excel 97", "libreoffice.xls"),
        ("openpyxl.xlsx", "xlsx:Calc MS Excel 2007 XML", "libreoffice.xlsx"),
    ]:
        subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", "converted", source], check=True)
        made = os.path.join("converted", "openpyxl." + kind.split(":")[0])
        os.replace(made, name)
    os.rmdir("converted")


if __name__ == "__main__":
    with_openpyxl()
    with_xlsxwriter("xlsxwriter.xlsx", {}, 0)
    with_xlsxwriter("xlsxwriter-c.xlsx", {}, 2)
    with_xlsxwriter("xlsxwriter-1904.xlsx", {"date_1904": True}, 0)
    with_xlwt()
    with_pyexcel()
    with_node()
    with_libreoffice()
