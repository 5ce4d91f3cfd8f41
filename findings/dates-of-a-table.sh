#!/usr/bin/env bash
# dbf-reader: each date of a DBF table is a month late, and a number that was never entered is 0.
#
# Expected: a field of type D is eight digits, YYYYMMDD, and one of type N without digits is empty (dBASE's and Visual FoxPro's "Table File
# Structure"). 20270104 is 4 January 2027.
# What happens: the month is passed to Date as it stands, where January is 0. 4 January becomes 4 February, and 31 January, which February does
# not have, 3 March. Dates stay in order and look like dates. Blank numbers are 0 beside zeros that were read. dbffile gives what is expected.
# Who is struck: tables of FoxPro programs, which many utilities bill with: due dates a month late, and use of 0 for meters that nobody read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-audit --no-fund --loglevel error dbf-reader@1.0.3 dbffile@1.13.0 iconv-lite@0.4.24 safer-buffer@2.1.2 >/dev/null
cat >"$folder/theirs.js" <<'JS'
const fs = require('fs')
const path = require('path')
const folder = process.argv[2]
const from = (name) => require(path.join(folder, 'node_modules', name))
const FIELDS = [['METER', 'C', 4], ['TGL', 'D', 8], ['STAND', 'N', 6]]
const ROWS = ['A-1 20270104   124', 'A-2 20270131     0', 'A-3 20270228      ']

const head = Buffer.alloc(32 + 32 * FIELDS.length + 1)
head.set([3, 127, 1, 31])
head.writeUInt32LE(ROWS.length, 4)
head.writeUInt16LE(head.length, 8)
head.writeUInt16LE(19, 10)
FIELDS.forEach(([name, type, length], at) => {
  head.write(name, 32 + 32 * at)
  head.write(type, 32 + 32 * at + 11)
  head[32 + 32 * at + 16] = length
})
head[head.length - 1] = 13
const file = path.join(folder, 'meters.dbf')
fs.writeFileSync(file, Buffer.concat([head, Buffer.from(ROWS.map((row) => ` ${row}`).join('') + '\x1a')]))

const show = (name, rows) => console.log(`${name}: ${rows.map((row) => `${row.TGL.toISOString().slice(0, 10)} ${row.STAND}`).join(', ')}`)
show('dbf-reader', from('dbf-reader/dbf').Dbf.read(fs.readFileSync(file)).rows)
from('dbffile').DBFFile.open(file).then((table) => table.readRecords()).then((rows) => show('dbffile', rows))
JS
found=$(TZ=UTC node "$folder/theirs.js" "$folder")
printf 'dbf-reader 1.0.3, dbffile 1.13.0; 20270104 and 124, 20270131 and 0, 20270228 and blank\n%s\n' "$found"
expected='dbf-reader: 2027-02-04 124, 2027-03-03 0, 2027-03-28 0
dbffile: 2027-01-04 124, 2027-01-31 0, 2027-02-28 null'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: January is February'
