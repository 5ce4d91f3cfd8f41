#!/usr/bin/env bash
# ical.js: a rule of 29 February has 1 March in a year without one.
#
# Expected: "Recurrence rules may generate recurrence instances with an invalid date [...] such recurrence instances MUST be ignored and MUST
# NOT be counted as part of the recurrence set" (RFC 5545, section 3.3.10). From January 2027 the first 29 February is that of 2028.
# What happens: ical.js gives 1 March 2027 first, if 2027 is the year of DTSTART, and the leap days behind it; COUNT counts it. python-dateutil
# and rrule.js give what is expected. Its issue 91 is about a start on 29 February and no BYMONTHDAY; here both are named.
# Who is struck: whoever sends rules to readers of calendars, in place of instants: what is due on a leap day is shown a year too early.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-audit --no-fund --loglevel error rrule@2.8.1 tslib@2.9.1 ical.js@2.2.1 >/dev/null

cat >"$folder/theirs.js" <<'JS'
const path = require('path')
const [, , folder, rule] = process.argv
const from = (name) => require(path.join(folder, 'node_modules', name))
const { rrulestr } = from('rrule')
const ICAL = from('ical.js').default || from('ical.js')
const found = rrulestr(`DTSTART:20270104T080000Z\nRRULE:${rule}`).all().map((day) => day.toISOString().slice(0, 10))
const days = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromString('2027-01-04T08:00:00'))
const seen = []
for (let day = days.next(); day && seen.length < 20; day = days.next()) seen.push(day.toString().slice(0, 10))
console.log(`rrule.js: ${found.join(' ')}\nical.js: ${seen.join(' ')}`)
JS
rule='FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=2'
theirs=$(TZ=UTC node "$folder/theirs.js" "$folder" "$rule")
printf '%s, from 4 January 2027\nrrule.js 2.8.1, ical.js 2.2.1:\n%s\n' "$rule" "$theirs"
[ "$theirs" = $'rrule.js: 2028-02-29 2032-02-29\nical.js: 2027-03-01 2028-02-29' ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: 1 March 2027 stands for a leap day that 2027 does not have'
