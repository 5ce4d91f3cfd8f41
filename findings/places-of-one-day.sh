#!/usr/bin/env bash
# rrule.js: BYSETPOS gives a day twice, and a day that is not at the place.
#
# Expected: BYSETPOS picks from the set of days of a period (RFC 5545, section 3.3.10). A set has a day once, so of weeks with one Thursday
# the first and the last are one day, and COUNT=4 is four weeks. In a month that has a 30th and no 31st there is no last but one.
# What happens: the day is given twice and counted twice, so that COUNT=4 ends after two weeks. The last but one of one day is that day:
# BYSETPOS=-2 is taken by slice(-2)[0], which begins at the first where there are fewer. python-dateutil gives what is expected.
# Reported to its authors as pull requests 668 and 669, both open.
# Who is struck: rules such as "the first and the last working day of the month" in a month with one, and work that is done twice on a day.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check python-dateutil==4.0.0 six==1.17.0
npm install --prefix "$folder" --no-audit --no-fund --loglevel error rrule@2.8.1 tslib@2.9.1 >/dev/null

cat >"$folder/theirs.js" <<'JS'
const path = require('path')
const { rrulestr } = require(path.join(process.argv[2], 'node_modules', 'rrule'))
for (const rule of process.argv.slice(3)) {
  const days = rrulestr(`DTSTART:20270104T080000Z\nRRULE:${rule}`).all()
  console.log(days.map((day) => day.toISOString().slice(5, 10)).join(' '))
}
JS
cat >"$folder/other.py" <<'PY'
import datetime, sys
from dateutil.rrule import rrulestr
for rule in sys.argv[1:]:
    print(" ".join(day.strftime("%m-%d") for day in rrulestr(rule, dtstart=datetime.datetime(2027, 1, 4, 8))))
PY
rules=('FREQ=WEEKLY;BYDAY=TH;BYSETPOS=1,-1;COUNT=4' 'FREQ=MONTHLY;BYMONTHDAY=30,31;BYSETPOS=-2;COUNT=3')
theirs=$(TZ=UTC node "$folder/theirs.js" "$folder" "${rules[@]}")
other=$("$folder/python/bin/python" "$folder/other.py" "${rules[@]}")
printf 'rules, from 4 January 2027:\n'
printf '  %s\n' "${rules[@]}"
printf 'rrule.js 2.8.1:\n%s\npython-dateutil 4.0.0:\n%s\n' "$theirs" "$other"
[ "$theirs" = $'01-07 01-07 01-14 01-14\n01-30 03-30 04-30' ] || { echo 'rrule.js does it otherwise now'; exit 1; }
[ "$other" = $'01-07 01-14 01-21 01-28\n01-30 03-30 05-30' ] || { echo 'python-dateutil does it otherwise now'; exit 1; }
echo 'still so: days twice, and a 30 April that is no last but one'
