#!/usr/bin/env bash
# pyMeterBus: a volume with a correction factor is given without it, wrong by a factor of ten to a thousand.
#
# Expected: behind the VIF a VIFE of E111 0nnn multiplies the value by 10^(nnn-6), and E111 1101 by 10^3 (EN 13757-3, table of combinable VIFEs).
# 93 77 is litres by ten, 93 7D litres by a thousand.
# What happens: value and unit are those of the VIF alone; that there was something more is said in a third field, as UNKNOWN_ENHANCEMENT. With
# a VIF of its own text (FC) the library does apply the same VIFE. pymbusparser gives what is expected. libmbus' issue 116 shows a meter that sends
# such factors.
# Who is struck: water balances: one inlet of a zone that sends a factor is a tenth or a thousandth of what flowed in, and the rest looks right.
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

for header in ("0413", "049377", "049373", "04937D"):
    record = header + "40E20100"
    theirs = meterbus.load(telegram(record)).records[0]
    other = pymbusparser.parse_records(bytes.fromhex(record))[0]
    print(f"{header}: pyMeterBus {theirs.value:.6f} {theirs.unit}, pymbusparser {float(other['value']['value']):.6f} {other['unit']}")
PY
found=$("$folder/python/bin/python" "$folder/theirs.py")
printf 'pyMeterBus 0.8.5, pymbusparser 0.5.3; 123,456 litres, by 1, by 10, by 0.001, by 1,000\n%s\n' "$found"
expected='0413: pyMeterBus 123.456000 m^3, pymbusparser 123.456000 m3
049377: pyMeterBus 123.456000 m^3, pymbusparser 1234.560000 m3
049373: pyMeterBus 123.456000 m^3, pymbusparser 0.123456 m3
04937D: pyMeterBus 123.456000 m^3, pymbusparser 123456.000000 m3'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: four volumes are one'
