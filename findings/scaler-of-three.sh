#!/usr/bin/env bash
# gurux-dlms: a register whose scaler is 3 is passed on with scaler 2, so that its volume is a tenth.
#
# Expected: the scaler of a register is the exponent of ten by which its value is multiplied (IEC 62056-6-2, register, attribute scaler_unit). An
# exponent that is read from one meter and written to another, or served by a simulated one, is the same exponent.
# What happens: the library keeps 10^3 as a number and makes the exponent from it by floor(log(1000, 10)). That logarithm is 2.9999999999999996. So
# 3, 6 and 9 become 2, 5 and 8; all others from -9 to 9 survive, among them the negative ones of household meters, with which it is tried first.
# Registers, extended registers and demand registers have the same line.
# Who is struck: bulk meters that count in thousands, and simulated meters: whoever reads them has a tenth of the water, and no error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check gurux-dlms==1.0.203
cat >"$folder/theirs.py" <<'PY'
from gurux_dlms import GXDLMSClient
from gurux_dlms.enums import InterfaceType, Unit
from gurux_dlms.objects import GXDLMSRegister

def passed_on(exponent):
    client = GXDLMSClient(True, interfaceType=InterfaceType.WRAPPER)
    register = GXDLMSRegister("8.0.1.0.0.255")
    client.updateValue(register, 3, [exponent, Unit.VOLUME_LITER])
    sent = bytes(client.write(register, 3)[0])
    # A structure of two: an integer, which is the scaler, and an enumeration, which is the unit.
    assert sent[-6:-3] == bytes.fromhex("02020F") and sent[-2] == 0x16 and sent[-1] == int(Unit.VOLUME_LITER), sent.hex()
    return int.from_bytes(sent[-3:-2], "big", signed=True)

def litres(exponent):
    client, register = GXDLMSClient(), GXDLMSRegister("8.0.1.0.0.255")
    client.updateValue(register, 3, [exponent, Unit.VOLUME_LITER])
    client.updateValue(register, 2, 12)
    return int(register.value)

pairs = [(exponent, passed_on(exponent)) for exponent in range(-9, 10)]
print("survive:", *(before for before, after in pairs if before == after))
print("do not:", *(f"{before} becomes {after}" for before, after in pairs if before != after), sep=" ")
print(f"a register of 12 with scaler 3: {litres(3)} L, passed on: {litres(passed_on(3))} L")
PY
found=$("$folder/python/bin/python" "$folder/theirs.py")
printf 'gurux-dlms 1.0.203\n%s\n' "$found"
expected='survive: -9 -8 -7 -6 -5 -4 -3 -2 -1 0 1 2 4 5 7 8
do not: 3 becomes 2 6 becomes 5 9 becomes 8
a register of 12 with scaler 3: 12000 L, passed on: 1200 L'
[ "$found" = "$expected" ] || { echo 'gurux-dlms does it otherwise now'; exit 1; }
echo 'still so: a thousand is a hundred'
