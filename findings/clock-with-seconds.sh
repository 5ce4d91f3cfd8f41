#!/usr/bin/env bash
# pyMeterBus: a meter's clock that has seconds is read as another instant, years away.
#
# Expected: VIF 6D is date and time, and the length of the data says of which type: four bytes are type F, without seconds, six are type I, which
# begins with them (EN 13757-3, table of primary VIFs, E110 1101, and annex A). The library has a function for type I, `decodeDateTimeWithSeconds`.
# What happens: the first four of six bytes are read as type F. Seconds become minutes, minutes hours, the hour the day, the day the month, and the
# year is one that no meter meant; where hour and day allow it, the result looks like any other instant. pymbusparser gives what is expected, and
# both read type F alike. libmbus learnt type I by its pull request 111.
# Who is struck: whoever places readings by the meter's own clock: they lie decades ahead, and each hour of a day is another day.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check pyMeterBus==0.8.5 pyaml==26.7.0 PyYAML==6.0.4 pycryptodome==4.4.0 pyserial==3.5 \
  simplejson==4.3.0 pymbusparser==0.5.3
cat >"$folder/theirs.py" <<'PY'
import meterbus, pymbusparser

def telegram(record):
    # An answer (CI 72) of water meter 12345678; the manufacturer's letters are ABC.
    body = bytes.fromhex("080172" + "78563412" + "4304" + "0107" + "01000000" + record)
    return bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) % 256, 0x16])

for kind, record in (("F", "046D" "05086431"), ("I", "066D" "0F0508643100")):
    theirs = meterbus.load(telegram(record)).records[0].value
    other = pymbusparser.parse_records(bytes.fromhex(record))[0]["value"]["value"]
    print(f"type {kind}, {record}: pyMeterBus {theirs}, pymbusparser {other}")
PY
found=$("$folder/python/bin/python" "$folder/theirs.py")
printf 'pyMeterBus 0.8.5, pymbusparser 0.5.3; 4 January 2027, 08.05, and 15 seconds in type I\n%s\n' "$found"
expected='type F, 046D05086431: pyMeterBus 2027-01-04T08:05, pymbusparser 2027-01-04T08:05:00
type I, 066D0F0508643100: pyMeterBus 2048-04-08T05:15, pymbusparser 2027-01-04T08:05:15'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: four bytes of six are taken for an instant'
