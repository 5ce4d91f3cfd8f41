"""The other side of the benchmark of imports: reads a file as each library's own documentation has it, and inserts every row as it is
into a plain SQLite table, in one transaction. `peers.py PEER FILE DATABASE` prints seconds, rows and the most memory as JSON."""
import datetime
import importlib
import itertools
import json
import sqlite3
import sys
import time


def polars(file):
    """Every column as text: cheaper for polars than a guess of types, and no zero in front is lost."""
    import polars as pl

    yield from pl.read_csv(file, separator=";", infer_schema=False).iter_rows()


def openpyxl(file):
    from openpyxl import load_workbook

    rows = load_workbook(file, read_only=True).worksheets[0].iter_rows(values_only=True)
    next(rows)
    yield from rows


def calamine(file):
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).iter_rows()
    next(rows)
    yield from rows


def odfpy(file):
    from odf.opendocument import load
    from odf.table import Table, TableCell, TableRow
    from odf.teletype import extractText

    rows = iter(load(file).spreadsheet.getElementsByType(Table)[0].getElementsByType(TableRow))
    next(rows)
    for row in rows:
        values = []
        for cell in row.getElementsByType(TableCell):
            kind = cell.getAttribute("valuetype")
            value = float(cell.getAttribute("value")) if kind == "float" else cell.getAttribute("datevalue") or extractText(cell)
            values.extend([value] * int(cell.getAttribute("numbercolumnsrepeated") or 1))
        yield values


PEERS = {
    "polars": (polars, "polars"),
    "openpyxl": (openpyxl, "openpyxl"),
    "calamine": (calamine, "python_calamine"),
    "odfpy": (odfpy, "odf.opendocument"),
}


def peak_mb():
    """As the kernel has it for this process: `getrusage` would count the memory of the process that started it."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def insert(rows, database):
    # SQLite has no days and no instants: they are stored as text.
    for kind in (datetime.date, datetime.datetime, datetime.time):
        sqlite3.register_adapter(kind, kind.isoformat)
    db = sqlite3.connect(database, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("BEGIN")
    first = next(rows)
    names = ", ".join(f"c{place}" for place in range(len(first)))
    db.execute(f"CREATE TABLE imported (num INTEGER PRIMARY KEY, {names})")
    sql = f"INSERT INTO imported ({names}) VALUES ({', '.join('?' * len(first))})"
    db.executemany(sql, itertools.chain([first], rows))
    db.execute("COMMIT")
    return db.execute("SELECT COUNT(*) FROM imported").fetchone()[0]


def main():
    peer, file, database = sys.argv[1:]
    read, module = PEERS[peer]
    # What a running program has loaded already.
    importlib.import_module(module)
    started = time.perf_counter()
    rows = insert(read(file), database)
    print(json.dumps({"seconds": time.perf_counter() - started, "rows": rows, "peak_mb": peak_mb()}))


main()
