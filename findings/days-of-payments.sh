#!/usr/bin/env bash
# ofxparse: a payment that a bank in Jakarta books before 07.00 is dated the day before, and as an instant seven hours earlier still.
#
# Expected: 20270201000000[+7:WIB] is the beginning of 1 February in Jakarta (OFX 2.2, section 3.2.8.2), which is how banks write a day. Whoever
# asks for its date gets 1 February, or an instant that knows its zone.
# What happens: seven hours are taken off, and the datetime has no zone that would tell: 31 January, 17.00. Python takes such a datetime in the
# zone of the machine, so that in Jakarta seven more are taken off. A day without a time stays that day, so that one statement has both. The
# statement's own first day moves as well. ofxtools gives an instant at UTC.
# Who is struck: payments matched by their day, and months closed by it: those of the first of a month are in the month before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check ofxparse==0.21 beautifulsoup4==4.15.0 lxml==6.1.3 six==1.17.0 soupsieve==4.1.3 \
  typing_extensions==4.16.0 ofxtools==1.1.1
cat >"$folder/theirs.py" <<'PY'
import datetime, io
from ofxparse import OfxParser
from ofxtools.Parser import OFXTree

DAYS = ("20270201000000[+7:WIB]", "20270201063000[+7:WIB]", "20270201080000[+7:WIB]", "20270201")
HEAD = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\nCOMPRESSION:NONE\r\nOLDFILEUID:NONE\r\n"
STATUS = "<STATUS><CODE>0<SEVERITY>INFO</STATUS>"
lines = "".join(f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>{day}<TRNAMT>150000<FITID>{at}<NAME>Bayar</STMTTRN>" for at, day in enumerate(DAYS))
sent = (HEAD + f"NEWFILEUID:NONE\r\n\r\n<OFX><SIGNONMSGSRSV1><SONRS>{STATUS}<DTSERVER>20270228<LANGUAGE>IND</SONRS></SIGNONMSGSRSV1>"
    f"<BANKMSGSRSV1><STMTTRNRS><TRNUID>1{STATUS}<STMTRS><CURDEF>IDR<BANKACCTFROM><BANKID>1<ACCTID>1234567890<ACCTTYPE>CHECKING</BANKACCTFROM>"
    f"<BANKTRANLIST><DTSTART>20270201000000[+7:WIB]<DTEND>20270301000000[+7:WIB]{lines}</BANKTRANLIST><LEDGERBAL><BALAMT>600000<DTASOF>20270228"
    "</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>").encode()
statement = OfxParser.parse(io.BytesIO(sent)).account.statement
tree = OFXTree()
tree.parse(io.BytesIO(sent))
def instant(value):
    return datetime.datetime.fromtimestamp(value.timestamp(), datetime.timezone.utc).strftime("%d %b %H.%M UTC")

for day, theirs, other in zip(DAYS, statement.transactions, tree.convert().statements[0].transactions):
    print(f"{day}: ofxparse {theirs.date:%d %b %H.%M%z}, {instant(theirs.date)}; ofxtools {other.dtposted:%d %b %H.%M%z}, {instant(other.dtposted)}")
print(f"the statement begins on {statement.start_date:%d %b}")
PY
found=$(TZ=Asia/Jakarta LC_ALL=C "$folder/python/bin/python" "$folder/theirs.py")
printf 'ofxparse 0.21, ofxtools 1.1.1, on a machine in Jakarta\n%s\n' "$found"
expected='20270201000000[+7:WIB]: ofxparse 31 Jan 17.00, 31 Jan 10.00 UTC; ofxtools 31 Jan 17.00+0000, 31 Jan 17.00 UTC
20270201063000[+7:WIB]: ofxparse 31 Jan 23.30, 31 Jan 16.30 UTC; ofxtools 31 Jan 23.30+0000, 31 Jan 23.30 UTC
20270201080000[+7:WIB]: ofxparse 01 Feb 01.00, 31 Jan 18.00 UTC; ofxtools 01 Feb 01.00+0000, 01 Feb 01.00 UTC
20270201: ofxparse 01 Feb 00.00, 31 Jan 17.00 UTC; ofxtools 01 Feb 00.00+0000, 01 Feb 00.00 UTC
the statement begins on 31 Jan'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: the first of February is in January'
