//! Work as a calendar that other programs subscribe to (RFC 5545). Written by hand, because calendars read it again and again: an event keeps its
//! UID, says by DTSTAMP and SEQUENCE what is newer, and names a time zone that the calendar itself describes.

use crate::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::maintenance::work_order::Window;
use crate::{LocalDay, TimeZone, UtcMillis};
use std::fmt::Write;

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is known by, for good.
    pub uid: String,
    /// When what it says was changed last.
    pub stamp: UtcMillis,
    /// Counts its changes.
    pub sequence: i64,
    /// When it is.
    pub window: Window,
    /// In which zone it is.
    pub zone: TimeZone,
    /// Its title.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// What is written about it.
    pub text: String,
    /// Whether it does not take place.
    pub cancelled: bool,
}

/// How often a calendar is to look again, as far as it goes by that.
const AGAIN: &str = "PT15M";

/// A calendar with its name and events.
pub fn calendar(name: &str, events: &[Event]) -> String {
    let mut text = String::new();
    line(&mut text, "BEGIN:VCALENDAR");
    line(&mut text, "VERSION:2.0");
    line(&mut text, "PRODID:-//IndoWater//Maintenance//ID");
    line(&mut text, "CALSCALE:GREGORIAN");
    line(&mut text, "METHOD:PUBLISH");
    line(&mut text, &format!("X-WR-CALNAME:{}", escaped(name)));
    line(&mut text, &format!("REFRESH-INTERVAL;VALUE=DURATION:{AGAIN}"));
    line(&mut text, &format!("X-PUBLISHED-TTL:{AGAIN}"));
    for zone in TimeZone::ALL.into_iter().filter(|zone| events.iter().any(|event| event.zone == *zone)) {
        time_zone(&mut text, zone);
    }
    for event in events {
        write_event(&mut text, event);
    }
    line(&mut text, "END:VCALENDAR");
    text
}

fn time_zone(text: &mut String, zone: TimeZone) {
    let offset = format!("+{:02}00", zone.offset_ms() / HOUR_MS);
    for part in [
        "BEGIN:VTIMEZONE",
        &format!("TZID:{}", zone.iana()),
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        &format!("TZOFFSETFROM:{offset}"),
        &format!("TZOFFSETTO:{offset}"),
        &format!("TZNAME:{}", zone.abbreviation()),
        "END:STANDARD",
        "END:VTIMEZONE",
    ] {
        line(text, part);
    }
}

fn write_event(text: &mut String, event: &Event) {
    let Event { window, zone, .. } = event;
    let stamp = format!("{}Z", in_utc(event.stamp));
    line(text, "BEGIN:VEVENT");
    line(text, &format!("UID:{}", escaped(&event.uid)));
    line(text, &format!("DTSTAMP:{stamp}"));
    line(text, &format!("LAST-MODIFIED:{stamp}"));
    line(text, &format!("SEQUENCE:{}", event.sequence.max(0)));
    match whole_days(*window, *zone) {
        // The end of an event of whole days is the day behind its last.
        Some((first, behind)) => {
            line(text, &format!("DTSTART;VALUE=DATE:{}", date(first)));
            line(text, &format!("DTEND;VALUE=DATE:{}", date(behind)));
        }
        None => {
            line(text, &format!("DTSTART;TZID={}:{}", zone.iana(), local(window.from, *zone)));
            line(text, &format!("DTEND;TZID={}:{}", zone.iana(), local(window.until, *zone)));
        }
    }
    line(text, &format!("SUMMARY:{}", escaped(&event.title)));
    for (name, value) in [("LOCATION", &event.place), ("DESCRIPTION", &event.text)] {
        if !value.is_empty() {
            line(text, &format!("{name}:{}", escaped(value)));
        }
    }
    line(text, if event.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
    line(text, "END:VEVENT");
}

/// The days of a window that begins and ends at local midnights: the first, and the one behind the last.
fn whole_days(window: Window, zone: TimeZone) -> Option<(LocalDay, LocalDay)> {
    let is_midnight = |at: UtcMillis| zone.start_of(zone.day_of(at)) == at;
    let days = (zone.day_of(window.from), zone.day_of(window.until));
    (is_midnight(window.from) && is_midnight(window.until) && days.0 < days.1).then_some(days)
}

fn date(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}{month:02}{day:02}")
}

/// `20261129T080000`, by the clock of a zone.
fn local(at: UtcMillis, zone: TimeZone) -> String {
    in_utc(at.plus(zone.offset_ms()))
}

fn in_utc(at: UtcMillis) -> String {
    let in_day = at.0.rem_euclid(DAY_MS);
    let (hour, minute, second) = (in_day / HOUR_MS, in_day % HOUR_MS / MINUTE_MS, in_day % MINUTE_MS / 1_000);
    format!("{}T{hour:02}{minute:02}{second:02}", date(LocalDay(at.0.div_euclid(DAY_MS) as i32)))
}

/// A text as a value: what has a meaning there is escaped, and what some programs end a line at is left out.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => value.extend(['\\', letter]),
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => value.push_str("\\n"),
            '\t' => value.push(' '),
            letter if letter.is_control() => {}
            letter => value.push(letter),
        }
    }
    value
}

/// Bytes of a line at most, before it goes on in another one.
const LONGEST_LINE: usize = 75;

/// Writes a line, folded, with the end that the format wants.
fn line(text: &mut String, content: &str) {
    let mut rest = content;
    let mut room = LONGEST_LINE;
    while rest.len() > room {
        let (now, later) = rest.split_at(rest.floor_char_boundary(room));
        // Writing into a String cannot fail.
        let _ = write!(text, "{now}\r\n ");
        rest = later;
        room = LONGEST_LINE - 1;
    }
    let _ = write!(text, "{rest}\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(from: UtcMillis, until: UtcMillis) -> Event {
        Event {
            uid: "0198@indowater".into(),
            stamp: UtcMillis(1_790_000_000_000),
            sequence: 2,
            window: Window { from, until },
            zone: TimeZone::Jayapura,
            title: "Inspeksi; WM-1, A".into(),
            place: "Jl. Uji 1\r\nRT 05".into(),
            text: "Bawa\ttangga".into(),
            cancelled: false,
        }
    }

    fn day(day: i32) -> UtcMillis {
        TimeZone::Jayapura.start_of(LocalDay(20_786 + day))
    }

    #[test]
    fn an_event_has_its_local_time_with_a_zone_that_the_calendar_describes() {
        let text = calendar("Teknisi", &[event(day(0).plus(8 * HOUR_MS), day(0).plus(10 * HOUR_MS + 30 * MINUTE_MS))]);
        for wanted in [
            "DTSTART;TZID=Asia/Jayapura:20261129T080000\r\n",
            "DTEND;TZID=Asia/Jayapura:20261129T103000\r\n",
            "TZOFFSETTO:+0900\r\n",
            "UID:0198@indowater\r\n",
            "SEQUENCE:2\r\n",
            "SUMMARY:Inspeksi\\; WM-1\\, A\r\n",
            "LOCATION:Jl. Uji 1\\nRT 05\r\n",
            "DESCRIPTION:Bawa tangga\r\n",
            "STATUS:CONFIRMED\r\n",
        ] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
        assert!(!text.contains("Asia/Jakarta"), "only zones that an event is in");
    }

    #[test]
    fn work_of_a_whole_day_ends_on_the_next_day_and_a_cancelled_one_says_so() {
        let text = calendar("Tim", &[Event { cancelled: true, ..event(day(0), day(1)) }]);
        assert!(text.contains("DTSTART;VALUE=DATE:20261129\r\nDTEND;VALUE=DATE:20261130\r\n"), "{text}");
        assert!(text.contains("STATUS:CANCELLED\r\n"));
        assert!(calendar("Kosong", &[]).ends_with("X-PUBLISHED-TTL:PT15M\r\nEND:VCALENDAR\r\n"));
    }

    proptest! {
        #[test]
        fn no_text_of_people_breaks_a_line_or_makes_one(title in "\\PC{0,200}", place in "[a-z\r\n\t\u{85}\u{2028};,\\\\]{0,120}") {
            let made = Event { title, place, ..event(day(0), day(0).plus(HOUR_MS)) };
            let text = calendar("Uji", &[made]);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LONGEST_LINE && !line.contains(['\r', '\n'])));
            let unfolded = text.replace("\r\n ", "");
            let begins = unfolded.split("\r\n").filter(|line| !line.is_empty());
            prop_assert!(begins.clone().all(|line| line.contains(':')), "{}", unfolded);
            prop_assert_eq!(begins.filter(|line| line.starts_with("SUMMARY:")).count(), 1);
        }
    }
}
