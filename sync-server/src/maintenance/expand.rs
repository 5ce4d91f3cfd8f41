//! The days of a rule, by the crate `rrule`. It is asked in a calendar without zones, because a schedule means local days: the local clock stands
//! in for UTC, and only an end that is an instant has to be brought into it. The text goes in as its author wrote it; nothing is printed again.

use crate::error::Error;
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::maintenance::schedule::rule::{Rule, Until};
use domain::{LocalDay, TimeZone, UtcMillis};
use protocol::core::problem::Code;
use rrule::RRuleSet;

/// Days of a rule that one question walks over at most: each day for a hundred years.
const MOST: usize = 36_525;

fn unreadable() -> Error {
    Error::problem(Code::BadRequest, "work_schedule_rule: this is no rule of days")
}

/// A rule with what its days are counted from.
#[derive(Clone, Copy, Debug)]
pub struct RuleDays<'a> {
    /// Its text.
    pub rule: &'a str,
    /// From which local day on.
    pub start: LocalDay,
    /// When on a day its work begins: minutes after midnight. It decides nothing but whether a last day still counts.
    pub from_minute: u16,
    /// In which zone.
    pub zone: TimeZone,
}

impl RuleDays<'_> {
    /// The days of it from one day to another, both included, in their order and each once.
    ///
    /// # Errors
    /// It is no rule.
    pub fn between(self, from: LocalDay, until: LocalDay) -> Result<Vec<LocalDay>, Error> {
        Ok(self.days()?.skip_while(|day| *day < from).take_while(|day| *day <= until).collect())
    }

    /// The first days of it from a day on, so many at most.
    ///
    /// # Errors
    /// It is no rule.
    pub fn next(self, from: LocalDay, most: usize) -> Result<Vec<LocalDay>, Error> {
        Ok(self.days()?.skip_while(|day| *day < from).take(most).collect())
    }

    /// Walks over its days. The crate gives some days twice, and searches 100,000 periods for the next one before it gives up.
    fn days(self) -> Result<impl Iterator<Item = LocalDay>, Error> {
        let rule = Rule::parse(self.rule).map_err(|_| unreadable())?;
        let begins = format!("{}T{:02}{:02}00Z", compact(self.start), self.from_minute / 60, self.from_minute % 60);
        let is_over = rule.ends_at(self.zone).is_some_and(|end| end < self.at(self.start));
        let set = if is_over {
            None
        } else {
            let text = format!("DTSTART:{begins}\nRRULE:{}", self.without_zone(&rule));
            Some(text.parse::<RRuleSet>().map_err(|_| unreadable())?.limit())
        };
        let dates = set.into_iter().flat_map(|set| (&set).into_iter());
        let days = dates.map(|date| LocalDay(date.timestamp_millis().div_euclid(DAY_MS) as i32));
        let mut last = None;
        Ok(days.take(MOST).filter(move |day| last.replace(*day) != Some(*day)))
    }

    fn at(self, day: LocalDay) -> UtcMillis {
        self.zone.start_of(day).plus(i64::from(self.from_minute) * MINUTE_MS)
    }

    /// The rule's text with its end by the local clock.
    fn without_zone(self, rule: &Rule) -> String {
        let Some(end) = rule.ends_at(self.zone) else { return self.rule.to_owned() };
        let (day, in_day) = match rule.until {
            Some(Until::Local(day, in_day)) => (day, in_day),
            _ => (self.zone.day_of(end), end.since(self.zone.start_of(self.zone.day_of(end)))),
        };
        let second = in_day / 1_000;
        let end = format!("UNTIL={}T{:02}{:02}{:02}Z", compact(day), second / 3_600, second / 60 % 60, second % 60);
        let parts = self.rule.split(';').map(|part| if part.starts_with("UNTIL=") { end.as_str() } else { part });
        parts.collect::<Vec<_>>().join(";")
    }
}

fn compact(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}{month:02}{day:02}")
}

#[cfg(test)]
#[path = "expand_tests.rs"]
mod tests;
