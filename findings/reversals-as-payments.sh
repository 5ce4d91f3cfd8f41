#!/usr/bin/env bash
# mt-940 and mt940-js: a payment that the bank took back counts as a payment a second time.
#
# Expected: the mark of field :61: is C, D, RC or RD; RC is the reversal of a credit, so that money leaves the account, and RD that of a debit
# (SWIFT, MT940, field 61, subfield 3). Opening balance and lines give the closing balance.
# What happens: mt-940 makes an amount negative for D alone. By its issue 130 there is an option, `reversal_sign`, which is off unless it is set.
# mt940-js drops the R: an RC is a credit, and an RD a debit, so that both are wrong, and nothing else in its result tells them apart. mt940js
# gives what is expected.
# Who is struck: payments that are matched by their statement: a bounced one stays credited, twice, and water is given for it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check mt-940==5.1.1
npm install --prefix "$folder" --no-audit --no-fund --loglevel error mt940-js@1.0.0 mt940js@1.3.5 tslib@2.9.1 >/dev/null
printf '%s\r\n' ':20:SALDO' ':25:1234567890' ':28C:1/1' ':60F:C261228IDR1000000,' ':61:2612281228C150000,NTRFA-1' ':86:bayar' \
  ':61:2612281228RC150000,NTRFA-1' ':86:batal bayar' ':61:2612281228D20000,NTRFB-1' ':86:keluar' ':61:2612281228RD20000,NTRFB-1' \
  ':86:batal keluar' ':62F:C261228IDR1000000,' '-' >"$folder/statement.sta"
cat >"$folder/theirs.py" <<'PY'
import sys, mt940
from mt940 import Options
def show(name, lines):
    print(f"{name}:", *lines, "sum", sum(lines))
def amounts(**more):
    return [int(line.data["amount"].amount) for line in mt940.parse(sys.argv[1], **more)]
show("mt-940", amounts())
show("mt-940, reversal_sign", amounts(options=Options(reversal_sign=True)))
PY
cat >"$folder/theirs.js" <<'JS'
const [, , folder, file] = process.argv
const from = (name) => require(require('path').join(folder, 'node_modules', name))
const bytes = require('fs').readFileSync(file)
const show = (name, lines) => console.log(`${name}:`, ...lines, 'sum', lines.reduce((one, other) => one + other))
from('mt940-js').read(bytes).then(([statement]) => {
  show('mt940-js', statement.transactions.map((line) => (line.isCredit ? line.amount : -line.amount)))
  show('mt940js', new (from('mt940js').Parser)().parse(bytes.toString())[0].transactions.map((line) => line.amount))
})
JS
found=$("$folder/python/bin/python" "$folder/theirs.py" "$folder/statement.sta"; node "$folder/theirs.js" "$folder" "$folder/statement.sta")
printf 'mt-940 5.1.1, mt940-js 1.0.0, mt940js 1.3.5; C150000, RC150000, D20000, RD20000; the balance does not change\n%s\n' "$found"
expected='mt-940: 150000 150000 -20000 20000 sum 300000
mt-940, reversal_sign: 150000 -150000 -20000 20000 sum 0
mt940-js: 150000 150000 -20000 -20000 sum 260000
mt940js: 150000 -150000 -20000 20000 sum 0'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: what was taken back is paid twice'
