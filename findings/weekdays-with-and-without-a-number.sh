#!/usr/bin/env bash
# python-dateutil and rrule.js: BYDAY with a plain weekday beside a numbered one has no day at all.
#
# Expected: BYDAY is a list, and a day is in the set if it is any of its values, each with or without a number (RFC 5545, section 3.3.10:
# bywdaylist of weekdaynum = [[plus / minus] ordwk] weekday). SU,1SA is each Sunday and the first Saturday.
# What happens: both take plain and numbered weekdays as two conditions that must both hold. No Sunday is a Saturday, so nothing is found, and
# nothing says so. ical.js gives what is expected. rrule.js' issue 71 is open since 2014.
# Who is struck: a plan that a program wrote as SU,1SA is silently empty; where it has no end, both search until the year 9999.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check python-dateutil==4.0.0 six==1.17.0
npm install --prefix "$folder" --no-audit --no-fund --loglevel error rrule@2.8.1 tslib@2.9.1 ical.js@2.2.1 >/dev/null

cat >"$folder/theirs.js" <<'JS'
const path = require('path')
const [, , folder, rule] = process.argv
const from = (name) => require(path.join(folder, 'node_modules', name))
const { rrulestr } = from('rrule')
const ICAL = from('ical.js').default || from('ical.js')
const found = rrulestr(`DTSTART:20270201T080000Z\nRRULE:${rule}`).all().map((day) => day.toISOString().slice(5, 10))
const days = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromString('2027-02-01T08:00:00'))
const seen = []
for (let day = days.next(); day; day = days.next()) seen.push(day.toString().slice(5, 10))
console.log(`rrule.js: ${found.join(' ') || 'none'}\nical.js: ${seen.join(' ')}`)
JS
cat >"$folder/theirs.py" <<'PY'
import datetime, sys
from dateutil.rrule import rrulestr
days = [day.strftime("%m-%d") for day in rrulestr(sys.argv[1], dtstart=datetime.datetime(2027, 2, 1, 8))]
print("python-dateutil:", " ".join(days) or "none")
PY
rule='FREQ=MONTHLY;BYDAY=SU,1SA;UNTIL=20270228T235959'
theirs=$("$folder/python/bin/python" "$folder/theirs.py" "$rule"; TZ=UTC node "$folder/theirs.js" "$folder" "$rule")
printf '%s, from 1 February 2027\npython-dateutil 4.0.0, rrule.js 2.8.1, ical.js 2.2.1:\n%s\n' "$rule" "$theirs"
expected=$'python-dateutil: none\nrrule.js: none\nical.js: 02-06 02-07 02-14 02-21 02-28'
[ "$theirs" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: no day of four Sundays and a Saturday'
