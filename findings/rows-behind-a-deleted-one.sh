#!/usr/bin/env bash
# dbf-light: behind a deleted row of a DBF table each row is read a letter too far, and the last one is lost.
#
# Expected: a row begins with one byte, a space or, where it is deleted, an asterisk, and then has its fields (dBASE's and Visual FoxPro's "Table
# File Structure"). Deleted rows stay in the table until it is packed, as of any table in use.
# What happens: the row that is deleted is given as if it was not, read from its second letter on, into the row behind; so are the ones that
# follow, and as many rows are missing at the end. There is no error where what is read happens to be a number. dbfread gives what is expected.
# Who is struck: tables of FoxPro programs: account numbers lose a digit, balances gain one, and the last customers are in no list.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check dbf-light==1.0.0 dbfread==2.0.7
cat >"$folder/theirs.py" <<'PY'
import struct, sys
import dbf_light, dbfread

FIELDS = (("REK", b"C", 6), ("SALDO", b"N", 8), ("GOL", b"N", 1))
ROWS = (" 000124  1500002", "*000125   250003", " 000126   400002", " 000127   750003")
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<B3BIHH20x", 3, 127, 1, 31, len(ROWS), 32 + 32 * len(FIELDS) + 1, 16))
    for name, kind, length in FIELDS:
        file.write(name.encode().ljust(11, b"\0") + kind + bytes(4) + bytes([length, 0]) + bytes(14))
    file.write(b"\r" + "".join(ROWS).encode() + b"\x1a")
with dbf_light.Dbf.open(sys.argv[1]) as table:
    print("dbf-light:", ", ".join(f"{row.rek} {row.saldo} {row.gol}" for row in table))
print("dbfread:", ", ".join(f"{row['REK']} {row['SALDO']} {row['GOL']}" for row in dbfread.DBF(sys.argv[1])))
PY
found=$("$folder/python/bin/python" "$folder/theirs.py" "$folder/accounts.dbf")
printf 'dbf-light 1.0.0, dbfread 2.0.7; account, balance and tariff of 000124, 000126 and 000127; 000125 is deleted\n%s\n' "$found"
expected='dbf-light: 000124 150000 2, 00125 250003 None, 00126 400002 None
dbfread: 000124 150000 2, 000126 40000 2, 000127 75000 3'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: a deleted row moves what is behind it'
