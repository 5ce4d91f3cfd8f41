"""Expands rules of days by python-dateutil: a rule, a zone and a start a line in, as JSON, its first instants out, in milliseconds.

With `time N` each rule is expanded N times and thrown away; the seconds of all of it are printed.
"""

import json
import sys
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

MOST = 12


def instants(asked, most):
    start = datetime.strptime(asked["start"], "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(asked["zone"]))
    found = []
    for instant in rrulestr(asked["rule"], dtstart=start):
        found.append(int(instant.timestamp()) * 1000)
        if len(found) == most:
            break
    return found


asked = [json.loads(line) for line in sys.stdin]
if sys.argv[1:2] == ["time"]:
    began = time.perf_counter()
    count = sum(len(instants(one, None)) for _ in range(int(sys.argv[2])) for one in asked)
    print(json.dumps({"seconds": time.perf_counter() - began, "instants": count}))
else:
    for one in asked:
        print(json.dumps(instants(one, MOST)))
