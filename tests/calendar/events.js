// Reads calendars by ical.js, and prints as JSON what it sees in each: `events.js FOLDER FILE…`, with the folder in which it is installed.
'use strict'

const fs = require('fs')
const path = require('path')

const library = require(path.join(process.argv[2], 'node_modules', 'ical.js'))
const ICAL = library.default || library

// Milliseconds of an instant, or a day as text.
const instant = (time) => (time.isDate ? time.toString() : time.toJSDate().getTime())

const seen = process.argv.slice(3).map((file) => {
  const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(file, 'utf8')))
  // Times are of the zones that the calendar itself describes.
  ICAL.TimezoneService.reset()
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone))
  return calendar.getAllSubcomponents('vevent').map((found) => {
    const event = new ICAL.Event(found)
    return {
      uid: event.uid,
      from: instant(event.startDate),
      until: instant(event.endDate),
      title: event.summary,
      place: event.location || '',
      text: event.description || '',
      status: found.getFirstPropertyValue('status'),
      sequence: event.sequence,
      modified: instant(found.getFirstPropertyValue('last-modified')),
    }
  })
})
console.log(JSON.stringify(seen))
