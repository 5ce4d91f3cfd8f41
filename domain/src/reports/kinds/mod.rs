//! The kinds of reports: each a pure function from a head and rows to a report. Rows come as whoever holds them has them; names of classes,
//! states and ways to pay come in the report's language.

mod alerts;
mod cash_book;
mod customer;
mod levels;
mod meters;
mod receivables;
mod revenue;
mod technicians;
mod usage;
mod vouchers;
mod work_done;

pub use alerts::{Alerts, CaseLine, alerts};
pub use cash_book::{CashBook, CashClosing, CashLine, cash_book};
pub use customer::{Household, MonthOfYear, UsageLetter, YearlyStatement, usage_letter, yearly_statement};
pub use levels::{LevelLine, Waits};
pub use meters::{DeviceStatus, MeterLine, device_status};
pub use receivables::{Balances, CreditLine, OwingLine, Receivables, receivables};
pub use revenue::{BREAKDOWNS, BY_DAY, Breakdown, Revenue, RevenueLine, RevenueSums, TopCustomer, revenue};
pub use technicians::{TechnicianLine, Technicians, technicians};
pub use usage::{
    ComparisonLine, DetailLine, SummaryLine, UsageComparison, UsageDetail, UsageSummary, usage_comparison, usage_detail,
    usage_summary,
};
pub use vouchers::{CampaignLine, Vouchers, vouchers};
pub use work_done::{Counting, ReadBy, WorkDone, technicians_of};

use crate::core::date_words::{day, say};
use crate::exports::{Cell, Kind, Layout};
use crate::people::Language;
use crate::reports::Head;
use crate::revenue::growth;
use crate::{LocalDay, Millilitres, Rupiah};

/// The words of a report.
#[derive(Clone, Copy)]
struct Words<'h>(&'h Head);

impl Words<'_> {
    /// A text in the report's language.
    fn say(self, indonesian: &'static str, english: &'static str) -> &'static str {
        say(self.0.language, indonesian, english)
    }

    /// A column's name with rupiah as its unit.
    fn rupiah(self, indonesian: &'static str, english: &'static str) -> String {
        format!("{} (Rp)", self.say(indonesian, english))
    }

    /// A column's name with cubic metres as its unit.
    fn volume(self, indonesian: &'static str, english: &'static str) -> String {
        format!("{} (m\u{b3})", self.say(indonesian, english))
    }

    /// A column's name with the zone of its instants.
    fn instant(self, indonesian: &'static str, english: &'static str) -> String {
        format!("{} ({})", self.say(indonesian, english), self.0.zone.abbreviation())
    }

    /// Since when use may not be posted yet: it is once its day is over.
    fn unposted_since(self) -> String {
        let head = self.0;
        day(head.language, head.period.last.min(head.zone.day_of(head.as_of)))
    }

    /// That use which is not posted yet is not taken off.
    fn without_unposted(self) -> String {
        let begins = self.say("belum termasuk pemakaian sejak", "without use since");
        format!("{begins} {} {}", self.unposted_since(), self.say("yang belum dibukukan", "that is not posted yet"))
    }

    /// A number as people read it.
    fn shown(self, kind: Kind, number: i64) -> String {
        Layout { columns: Vec::new(), language: self.0.language, zone: self.0.zone }.shown(kind, number)
    }

    /// Beside an earlier stretch, in words: `12,5 % lebih banyak dari 1.250,000 m³`.
    fn beside(self, kind: Kind, now: i64, before: Option<i64>) -> String {
        let Some(before) = before else { return String::new() };
        let unit = if kind == Kind::Volume { "\u{a0}m\u{b3}" } else { "" };
        let earlier = format!("{}{unit}", self.shown(kind, before));
        match growth(before, now) {
            None => format!("{} {earlier}", self.say("sebelumnya", "before:")),
            Some(0) => format!("{} {earlier}", self.say("sama seperti", "the same as")),
            Some(change) => {
                let much = self.shown(Kind::PerMille, change.saturating_abs());
                let what = if change > 0 { self.say("lebih dari", "more than") } else { self.say("kurang dari", "less than") };
                format!("{much} {what} {earlier}")
            }
        }
    }
}

/// What measures a chart of rupiah.
const RUPIAH: (Kind, &str) = (Kind::Rupiah, "Rp");

/// What measures a chart of volumes.
const VOLUME: (Kind, &str) = (Kind::Volume, "m\u{b3}");

/// How many tenths of a percent of `whole` a part is, to the nearest; `None` of nothing.
fn share(of: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    let twice = i128::from(of) * 2_000 + i128::from(whole);
    i64::try_from(twice.div_euclid(i128::from(whole) * 2)).ok()
}

/// A cell of rupiah.
const fn rupiah(amount: Rupiah) -> Cell {
    Cell::Number(amount.0)
}

/// A cell of a volume.
const fn volume(volume: Millilitres) -> Cell {
    Cell::Number(volume.0)
}

/// A cell of a count.
fn count(count: u32) -> Cell {
    Cell::Number(count.into())
}

/// A cell of a day, if there is one.
fn on(day: Option<LocalDay>) -> Cell {
    day.map_or(Cell::Nothing, Cell::Day)
}

/// What a group is called whose rows have no name of their own.
fn named(name: &str, language: Language) -> String {
    if name.is_empty() { say(language, "Tanpa zona", "Without a zone").into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::share;
    use proptest::prelude::*;

    #[test]
    fn a_share_is_in_tenths_of_a_percent_and_of_nothing_there_is_none() {
        assert_eq!((share(1, 3), share(0, 0)), (Some(333), None));
    }

    proptest! {
        #[test]
        fn a_share_is_the_nearest_tenth_of_a_percent(of in 0_i64..i64::MAX, whole in 1_i64..i64::MAX) {
            if let Some(share) = share(of, whole) {
                let off = i128::from(share) * i128::from(whole) - i128::from(of) * 1_000;
                prop_assert!(off.abs() * 2 <= i128::from(whole));
            }
        }
    }
}
