#!/usr/bin/env bash
# mt940js and mt940-js: a booking around New Year is dated a year too late or too early.
#
# Expected: of the entry date, field :61: has month and day alone; the year is that of the value date before it (SWIFT, MT940, field 61,
# subfields 1 and 2). Days around New Year have it in the neighbouring year: 31 December, valued 2 January 2027, is in 2026.
# What happens: both take the year of the value date as it is. 31 December becomes that of 2027, which has not come, and 2 January, valued
# 31 December 2026, that of 2026. The rest of the year is right. mt-940 gives what is expected.
# Who is struck: books closed by the date of booking: payments of the busiest days of a year are in no month that is open.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check mt-940==5.1.1
npm install --prefix "$folder" --no-audit --no-fund --loglevel error mt940-js@1.0.0 mt940js@1.3.5 tslib@2.9.1 >/dev/null
printf '%s\r\n' ':20:SALDO' ':25:1234567890' ':28C:1/1' ':60F:C261230IDR1000000,' ':61:2612301230C5000,NTRFA-1' ':86:satu' \
  ':61:2701021231C5000,NTRFA-2' ':86:dua' ':61:2612310102C5000,NTRFA-3' ':86:tiga' ':62F:C270102IDR1015000,' '-' >"$folder/statement.sta"
cat >"$folder/theirs.py" <<'PY'
import sys, mt940
print("mt-940:", *(f"{line.data['entry_date']}" for line in mt940.parse(sys.argv[1])))
PY
cat >"$folder/theirs.js" <<'JS'
const [, , folder, file] = process.argv
const from = (name) => require(require('path').join(folder, 'node_modules', name))
const bytes = require('fs').readFileSync(file)
from('mt940-js').read(bytes).then(([statement]) => {
  console.log('mt940-js:', ...statement.transactions.map((line) => line.entryDate))
  const lines = new (from('mt940js').Parser)().parse(bytes.toString())[0].transactions
  console.log('mt940js:', ...lines.map((line) => line.entryDate.toISOString().slice(0, 10)))
})
JS
found=$("$folder/python/bin/python" "$folder/theirs.py" "$folder/statement.sta"
  TZ=UTC node "$folder/theirs.js" "$folder" "$folder/statement.sta")
printf 'mt-940 5.1.1, mt940-js 1.0.0, mt940js 1.3.5; value and entry 261230 1230, 270102 1231, 261231 0102\n%s\n' "$found"
expected='mt-940: 2026-12-30 2026-12-31 2027-01-02
mt940-js: 2026-12-30 2027-12-31 2026-01-02
mt940js: 2026-12-30 2027-12-31 2026-01-02'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: New Year is a year away'
