//! Rules in plain words: those that a form offers, and the text of each. A rule that somebody wrote otherwise is none of them, and stays as it is.

use crate::LocalDay;
use crate::maintenance::schedule::rule::{Frequency, Rule, WEEKDAYS};
use serde::{Deserialize, Serialize};

/// A rule in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "preset")]
pub enum Preset {
    /// Every so many days.
    Daily {
        /// 1 is each day.
        every: u16,
    },
    /// On a weekday.
    Weekly {
        /// 1 is each week.
        every: u16,
        /// Monday is 0.
        weekday: u8,
    },
    /// On a day of the month; in a shorter month on its last day.
    MonthlyOn {
        /// 1 is each month.
        every: u16,
        /// 1 to 31.
        day: u8,
    },
    /// On the last day of the month.
    MonthlyLast {
        /// 1 is each month.
        every: u16,
    },
    /// Once a year on a day; of February 29 in other years the 28th.
    Yearly {
        /// 1 is each year.
        every: u16,
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
}

/// The shortest month has so many days in each year.
const SHORTEST: u8 = 28;

impl Preset {
    /// The rule's text.
    pub fn rule(self) -> String {
        let every = |every: u16| if every == 1 { String::new() } else { format!(";INTERVAL={every}") };
        match self {
            Self::Daily { every: n } => format!("FREQ=DAILY{}", every(n)),
            Self::Weekly { every: n, weekday } => {
                format!("FREQ=WEEKLY{};BYDAY={}", every(n), WEEKDAYS[usize::from(weekday) % WEEKDAYS.len()])
            }
            Self::MonthlyOn { every: n, day } => format!("FREQ=MONTHLY{};{}", every(n), on(day)),
            Self::MonthlyLast { every: n } => format!("FREQ=MONTHLY{};BYMONTHDAY=-1", every(n)),
            Self::Yearly { every: n, month, day } => format!("FREQ=YEARLY{};BYMONTH={month};{}", every(n), on(day)),
        }
    }

    /// What a text says in plain words; none where it is another rule.
    pub fn of(text: &str) -> Option<Self> {
        let rule = Rule::parse(text).ok()?;
        let every = rule.interval;
        let found = match rule.frequency {
            Frequency::Daily => Self::Daily { every },
            Frequency::Weekly => Self::Weekly { every, weekday: rule.by_day.first()?.1 },
            Frequency::Monthly if rule.by_month_day == [-1] => Self::MonthlyLast { every },
            Frequency::Monthly => Self::MonthlyOn { every, day: u8::try_from(*rule.by_month_day.iter().max()?).ok()? },
            Frequency::Yearly => {
                let (month, day) = (*rule.by_month.first()?, *rule.by_month_day.iter().max()?);
                Self::Yearly { every, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? }
            }
        };
        // Only if it says nothing else.
        (found.rule() == text).then_some(found)
    }

    /// The first day of it from a day on, so that a schedule begins with a day of its own rule.
    pub fn first_from(self, day: LocalDay) -> LocalDay {
        let is_one = |day: &LocalDay| {
            let (_, month, number) = day.ymd();
            let (number, last) = (number.unsigned_abs(), day.month().days() as u8);
            match self {
                Self::Daily { .. } => true,
                Self::Weekly { weekday, .. } => day.weekday() == usize::from(weekday),
                Self::MonthlyOn { day: wanted, .. } => number == wanted.min(last),
                Self::MonthlyLast { .. } => number == last,
                Self::Yearly { month: wanted, day: of, .. } => month.unsigned_abs() == wanted && number == of.min(last),
            }
        };
        (0..=366).map(|ahead| day.plus(ahead)).find(is_one).unwrap_or(day)
    }
}

/// A day of the month, or the last one of a month that is shorter: of the 28th up to it the last that there is.
fn on(day: u8) -> String {
    if day <= SHORTEST {
        return format!("BYMONTHDAY={day}");
    }
    let days: Vec<String> = (SHORTEST..=day).map(|day| day.to_string()).collect();
    format!("BYMONTHDAY={};BYSETPOS=-1", days.join(","))
}
