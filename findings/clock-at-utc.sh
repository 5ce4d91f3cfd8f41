#!/usr/bin/env bash
# dlms-cosem: of a meter whose clock is set to UTC the zone is lost, and its readings are taken for local ones.
#
# Expected: the deviation of a DLMS date-time is the minutes from local time to UTC; 0 is UTC, and 8000 hex alone means "not specified" (Blue Book
# and IEC 62056-6-2, 4.1.6.1; the comments of the library's own `dlms_cosem.time` say both).
# What happens: a deviation of 0 gives a datetime without tzinfo, as "not specified" does, because the number is tested for truth. Written back it
# is "not specified". Python takes such a datetime in the zone of the machine: in Jakarta 08.00 UTC becomes 01.00 UTC. gurux-dlms gives what is
# expected.
# Who is struck: installations that have UTC in every meter: readings move by seven hours, and those of the early morning into the day before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check dlms-cosem==25.1.0 asn1crypto==1.5.1 attrs==26.1.0 cffi==2.1.1 cryptography==50.0.2 \
  pycparser==3.12 pyserial==3.5 python-dateutil==4.0.0 six==1.17.0 structlog==26.1.0 typing_extensions==4.16.0 gurux-dlms==1.0.203
cat >"$folder/theirs.py" <<'PY'
import datetime
from dlms_cosem.time import datetime_from_bytes, datetime_to_bytes
from gurux_dlms import GXDLMSClient
from gurux_dlms.enums import DataType

def instant(value):
    return datetime.datetime.fromtimestamp(value.timestamp(), datetime.timezone.utc).strftime("%H.%M UTC")

# Monday 4 January 2027, 08.00, clock status 0; the deviation is in between.
for deviation in ("FE5C", "0000", "8000"):
    sent = bytes.fromhex("07EB01040108000000" + deviation + "00")
    theirs, _ = datetime_from_bytes(sent)
    other = GXDLMSClient.changeType(sent, DataType.DATETIME).value
    back = datetime_to_bytes(theirs)[9:11].hex().upper()
    print(f"{deviation}: dlms-cosem {theirs:%H.%M%z}, {instant(theirs)}, written back {back}; gurux-dlms {other:%H.%M%z}, {instant(other)}")
PY
found=$(TZ=Asia/Jakarta "$folder/python/bin/python" "$folder/theirs.py")
printf 'dlms-cosem 25.1.0, gurux-dlms 1.0.203, on a machine in Jakarta\n%s\n' "$found"
expected='FE5C: dlms-cosem 08.00+0700, 01.00 UTC, written back FE5C; gurux-dlms 08.00+0700, 01.00 UTC
0000: dlms-cosem 08.00, 01.00 UTC, written back 8000; gurux-dlms 08.00+0000, 08.00 UTC
8000: dlms-cosem 08.00, 01.00 UTC, written back 8000; gurux-dlms 08.00, 01.00 UTC'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: UTC is no zone'
