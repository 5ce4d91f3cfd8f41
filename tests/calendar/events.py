"""Reads calendars by a program of Python, and prints as JSON what it sees in each: `events.py icalendar|vobject|khal DAY FILE…`.

khal lists sixty days from the day on. It imports each file into the calendar into which it has imported those before, as somebody does who reads
again what has changed.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile

# In khal's own configuration: instants come as local times of this zone.
ZONE = "Asia/Jakarta"
OFFSET = datetime.timezone(datetime.timedelta(hours=7))


def instant(value):
    """Milliseconds of an instant, or a day as text."""
    return int(value.timestamp() * 1000) if isinstance(value, datetime.datetime) else value.isoformat()


def by_icalendar(file):
    import icalendar

    with open(file, "rb") as text:
        calendar = icalendar.Calendar.from_ical(text.read())
    for event in calendar.walk("VEVENT"):
        yield {
            "uid": str(event["UID"]),
            "from": instant(event["DTSTART"].dt),
            "until": instant(event["DTEND"].dt),
            "title": str(event["SUMMARY"]),
            "place": str(event.get("LOCATION", "")),
            "text": str(event.get("DESCRIPTION", "")),
            "status": str(event["STATUS"]),
            "sequence": int(event["SEQUENCE"]),
            "modified": instant(event["LAST-MODIFIED"].dt),
        }


def by_vobject(file):
    import vobject

    with open(file, encoding="utf-8", newline="") as text:
        calendar = vobject.readOne(text.read())
    for event in calendar.contents.get("vevent", []):
        value = {name: lines[0].value for name, lines in event.contents.items()}
        yield {
            "uid": value["uid"],
            "from": instant(value["dtstart"]),
            "until": instant(value["dtend"]),
            "title": value["summary"],
            "place": value.get("location", ""),
            "text": value.get("description", ""),
            "status": value["status"],
            "sequence": int(value["sequence"]),
            "modified": instant(value["last-modified"]),
        }


CONFIGURATION = """
[calendars]
[[work]]
path = {folder}/work
type = calendar
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""
FIELDS = ["uid", "start-long-full", "end-long-full", "all-day", "title", "location", "description", "status"]


def khal(folder, *arguments):
    places = {"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder, "XDG_CACHE_HOME": folder}
    command = [os.path.join(os.path.dirname(sys.executable), "khal"), "-c", os.path.join(folder, "khal.conf"), *arguments]
    done = subprocess.run(command, env={**os.environ, "LC_ALL": "C.UTF-8", **places}, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def seen_by_khal(event):
    is_day = event["all-day"] == "True"
    at = lambda name: instant(datetime.datetime.strptime(event[name], "%Y-%m-%d %H:%M").replace(tzinfo=OFFSET))
    # The last day itself is what khal names as the end of whole days.
    behind = lambda day: (datetime.date.fromisoformat(day[:10]) + datetime.timedelta(days=1)).isoformat()
    return {
        "uid": event["uid"],
        "from": event["start-long-full"][:10] if is_day else at("start-long-full"),
        "until": behind(event["end-long-full"]) if is_day else at("end-long-full"),
        "title": event["title"],
        "place": event["location"],
        "text": event["description"],
        "status": event["status"].strip(),
    }


def by_khal(folder, first, file):
    khal(folder, "import", "--batch", "-a", "work", file)
    named = [word for field in FIELDS for word in ("--json", field)]
    seen = {}
    for line in khal(folder, "list", *named, first, "60d").splitlines():
        for event in json.loads(line):
            seen.setdefault(event["uid"], seen_by_khal(event))
    return list(seen.values())


def main():
    reader, first, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    if reader == "khal":
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "work"))
            with open(os.path.join(folder, "khal.conf"), "w", encoding="utf-8") as text:
                text.write(CONFIGURATION.format(folder=folder, zone=ZONE))
            found = [by_khal(folder, first, file) for file in files]
    else:
        read = {"icalendar": by_icalendar, "vobject": by_vobject}[reader]
        found = [list(read(file)) for file in files]
    json.dump(found, sys.stdout)


main()
