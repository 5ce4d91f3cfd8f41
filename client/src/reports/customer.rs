//! A customer's papers: the statement of a year and the letter about a month's use, from what the customer's own device holds.

use crate::alerts::words::Sentences;
use crate::error::Error;
use crate::queries;
use crate::queries::reports as rows;
use crate::queries::reports::HouseholdRows;
use crate::reports::words;
use domain::people::Language;
use domain::reports::kinds::{Household, MonthOfYear, UsageLetter, YearlyStatement};
use domain::reports::{Head, Period, Report, kinds};
use domain::{LocalDay, LocalMonth, Rupiah, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::sync::rows::StatementLine;
use protocol::ui::reports::{CustomerPaper, PaperAsked};
use rusqlite::Connection;

/// What is to be filled.
pub struct Asked {
    /// Which paper.
    pub asked: PaperAsked,
    /// Its language.
    pub language: Language,
    /// As of when the cache is.
    pub as_of: Option<UtcMillis>,
    /// The instant it is.
    pub now: UtcMillis,
}

/// A paper.
///
/// # Errors
/// This device does not hold the supply point, the period has not begun, or the cache cannot be read.
pub fn paper(db: &Connection, with: &Asked) -> Result<Report, Error> {
    let missing = || Problem::new(Code::NotFound, "this device does not hold the supply point");
    let of = rows::household(db, with.asked.connection)?.ok_or_else(missing)?;
    let lines = rows::statement(db, with.asked.connection)?;
    let today = of.place.time_zone.day_of(with.now);
    let period = match with.asked.paper {
        CustomerPaper::Year { year } => Period::year(year),
        CustomerPaper::Month { month } => Period::month(month),
    };
    if period.first > today {
        return Err(Problem::new(Code::BadRequest, "paper: that has not begun").into());
    }
    let (utility, letterhead) = queries::letterhead(db)?;
    let (language, zone, as_of) = (with.language, of.place.time_zone, with.as_of.unwrap_or(with.now));
    // The period as far as it has gone: a year that goes on has no months that are to come.
    let period = Period { last: period.last.min(today), ..period };
    let head = Head { language, zone, utility, letterhead, period, as_of, reach: None };
    let paper = Paper { db, head, of, lines, today };
    match with.asked.paper {
        CustomerPaper::Year { .. } => paper.year(),
        CustomerPaper::Month { month } => paper.month(month),
    }
}

/// What a paper is made of.
struct Paper<'a> {
    db: &'a Connection,
    head: Head,
    of: HouseholdRows,
    lines: Vec<StatementLine>,
    /// The local day it is.
    today: LocalDay,
}

impl Paper<'_> {
    fn household(&self) -> Household {
        Household {
            name: self.of.customer.name.clone(),
            number: self.of.customer.number.clone(),
            address: self.of.place.address.clone(),
            serial: self.of.place.serial.clone().unwrap_or_default(),
            class: words::class(&Sentences::of(self.head.language), self.of.class),
        }
    }

    /// The month that a line counts for: a charge is posted at the end of its day, and the last one of a month on the first of the next.
    /// Whatever else there is, corrections among it, counts when it was posted, so that a statement stays as it was.
    fn month_of(&self, line: &StatementLine) -> LocalMonth {
        let posted = self.head.zone.day_of(line.at).month();
        let charged = line.month.filter(|_| matches!(line.kind.as_str(), "charge" | "monthly_fee"));
        charged.unwrap_or(posted)
    }

    /// The sum of the lines of some kinds that count for a month.
    fn posted(&self, month: LocalMonth, is: impl Fn(&str) -> bool) -> Rupiah {
        let lines = self.lines.iter().filter(|line| self.month_of(line) == month && is(&line.kind));
        Rupiah(lines.map(|line| line.amount.0).sum())
    }

    /// The balance after a month: that before the first line, and all that counts for the months until then.
    fn balance_after(&self, month: LocalMonth) -> Rupiah {
        let begun = self.lines.first().map_or(0, |line| line.after.0 - line.amount.0);
        let until = self.lines.iter().filter(|line| self.month_of(line) <= month);
        Rupiah(begun + until.map(|line| line.amount.0).sum::<i64>())
    }

    fn year(&self) -> Result<Report, Error> {
        let period = self.head.period;
        let mut months = Vec::new();
        for month in period.first.month().0..=period.last.month().0 {
            months.push(self.month_of_year(LocalMonth(month))?);
        }
        let opening = self.balance_after(LocalMonth(period.first.month().0 - 1));
        let of = YearlyStatement { household: self.household(), opening, months };
        Ok(kinds::yearly_statement(&self.head, &of))
    }

    fn month_of_year(&self, month: LocalMonth) -> Result<MonthOfYear, Error> {
        Ok(MonthOfYear {
            month,
            credited: self.posted(month, is_bought),
            volume: rows::month_used(self.db, self.of.place.connection, month)?.unwrap_or_default(),
            water: Rupiah(-self.posted(month, is_water).0),
            fees: Rupiah(-self.posted(month, is_fee).0),
            // A line of the statement has both in one amount.
            tax: (!self.of.is_taxed).then_some(Rupiah(0)),
            other: self.posted(month, |kind| !is_water(kind) && !is_fee(kind) && !is_bought(kind)),
        })
    }

    fn month(&self, month: LocalMonth) -> Result<Report, Error> {
        let (connection, period) = (self.of.place.connection, self.head.period);
        let measured = rows::days_of_month(self.db, connection, month)?;
        let used = |day: LocalDay| measured.iter().find(|row| row.day == day).map(|row| row.volume);
        let days: Vec<_> = (period.first.0..=period.last.0).map(|day| (LocalDay(day), used(LocalDay(day)))).collect();
        // Its last day is not over while it is that day.
        let goes_on = self.today.month() <= month;
        let posted = self.balance_after(month);
        // Of a month that goes on, what was used and is not posted yet is off the balance as well, as screens show it.
        let (charged, balance) = match self.of.credit.filter(|_| goes_on) {
            Some((balance, _)) => (posted.0 - balance.0, balance),
            None => (0, posted),
        };
        let of = UsageLetter {
            household: self.household(),
            days,
            volume: rows::month_used(self.db, connection, month)?.unwrap_or_default(),
            charged: Rupiah(charged - self.posted(month, |kind| is_water(kind) || is_fee(kind)).0),
            before: rows::month_used(self.db, connection, LocalMonth(month.0 - 1))?.filter(|_| !goes_on),
            balance,
            sentences: Vec::new(),
        };
        Ok(kinds::usage_letter(&self.head, &of))
    }
}

fn is_water(kind: &str) -> bool {
    matches!(kind, "charge" | "charge_correction")
}

fn is_fee(kind: &str) -> bool {
    kind == "monthly_fee"
}

fn is_bought(kind: &str) -> bool {
    kind == "purchase"
}
