// Expands rules of days by rrule.js: a rule, a zone and a start a line in, as JSON, its first instants out, in milliseconds. Started with
// TZ=UTC: what rrule.js gives for a rule with a zone depends on the zone of the process.
'use strict'

const path = require('path')
const readline = require('readline')

const { rrulestr } = require(path.join(process.argv[2], 'node_modules', 'rrule'))
const MOST = 12

// rrule.js finds the offset of a zone by Date's own toLocaleString, for which Node makes a formatter each time: three quarters of a millisecond
// for an instant. One is kept for each zone; what it writes is the same.
const formatters = new Map()
const all = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }
Date.prototype.toLocaleString = function (locale, { timeZone }) {
  if (!formatters.has(timeZone)) formatters.set(timeZone, new Intl.DateTimeFormat(locale, { ...all, timeZone }))
  return formatters.get(timeZone).format(this)
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { rule, zone, start } = JSON.parse(line)
  const found = rrulestr(`DTSTART;TZID=${zone}:${start}\nRRULE:${rule}`).all((_, count) => count < MOST)
  console.log(JSON.stringify(found.slice(0, MOST).map(Number)))
})
