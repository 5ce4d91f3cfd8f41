#!/usr/bin/env bash
# khal: an event that names an instant and no end lasts a whole day.
#
# Expected: "For cases where a VEVENT calendar component specifies a DTSTART property with a DATE-TIME value type but no DTEND property, the
# event ends on the same calendar date and time of day specified by the DTSTART property" (RFC 5545, section 3.6.1).
# What happens: khal has it end 24 hours later, so that one at 08.00 fills the day and a third of the next one. Not even khal's own decision is
# an expectation to build on: by its issue 1381 and pull request 1074 it is an hour. The `end` of icalendar, which khal reads with, and of ical.js
# is the instant itself.
# Who is struck: feeds of instants, such as readings or deadlines: technicians are shown as busy for a day.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check click==8.5.1 click-log==0.4.0 configobj==5.0.9 icalendar==7.3.2 \
  khal==0.14.1 python-dateutil==4.0.0 pytz==2026.6 pyxdg==0.28 six==1.17.0 typing_extensions==4.16.0 tzdata==2026.6 tzlocal==5.4.5 \
  urwid==5.1.0 wcwidth==0.9.4
npm install --prefix "$folder" --no-audit --no-fund --loglevel error ical.js@2.2.1 >/dev/null
mkdir "$folder/work"
cat >"$folder/khal.conf" <<CONF
[calendars]
[[work]]
path = $folder/work
type = calendar
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
CONF
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example//ID BEGIN:VEVENT UID:1@example DTSTAMP:20261129T010000Z \
  DTSTART:20261202T080000Z SUMMARY:Batas END:VEVENT END:VCALENDAR >"$folder/open.ics"
khal() {
  HOME=$folder XDG_DATA_HOME=$folder XDG_CACHE_HOME=$folder XDG_CONFIG_HOME=$folder LC_ALL=C.UTF-8 \
    "$folder/python/bin/khal" -c "$folder/khal.conf" printics --format '{start-long-full} to {end-long-full}' "$folder/open.ics" | tail -1
}
cat >"$folder/icalendar.py" <<'PY'
import sys
sys.path.pop(0)
import icalendar
event = icalendar.Calendar.from_ical(open(sys.argv[1], "rb").read()).walk("VEVENT")[0]
print(event.start.strftime("%Y-%m-%d %H:%M"), "to", event.end.strftime("%Y-%m-%d %H:%M"))
PY
cat >"$folder/ical.js" <<'JS'
const [, , folder, file] = process.argv
const library = require(require('path').join(folder, 'node_modules', 'ical.js'))
const ICAL = library.default || library
const calendar = new ICAL.Component(ICAL.parse(require('fs').readFileSync(file, 'utf8')))
const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent'))
const at = (time) => time.toJSDate().toISOString().slice(0, 16).replace('T', ' ')
console.log(`${at(event.startDate)} to ${at(event.endDate)}`)
JS
found=$(printf 'khal: %s\nicalendar: %s\nical.js: %s' "$(khal)" \
  "$("$folder/python/bin/python" "$folder/icalendar.py" "$folder/open.ics")" \
  "$(node "$folder/ical.js" "$folder" "$folder/open.ics")")
printf 'khal 0.14.1, icalendar 7.3.2, ical.js 2.2.1; DTSTART:20261202T080000Z\n%s\n' "$found"
instant='2026-12-02 08:00 to 2026-12-02 08:00'
expected="khal: 2026-12-02 08:00 to 2026-12-03 08:00
icalendar: $instant
ical.js: $instant"
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: an instant is shown as a day'
