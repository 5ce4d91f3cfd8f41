//! The transfers behind a figure, a page at a time.
//!
//! The sums say on which days and of which kinds there is something, and only there is looked; a page ends when it is full, or when it has
//! looked at so many transfers, whatever it found. So it costs as much in the first year as in the tenth.

use crate::core::Db;
use crate::error::Error;
use crate::revenue::rows::transfers as rows;
use crate::revenue::rows::transfers::{Key, Looked, Place};
use domain::LocalDay;
use domain::billing::ledger::Account;
use domain::revenue::{DayRange, Dimension};
use protocol::core::problem::Code;
use protocol::revenue::{PAGE, RevenueTransfers, RevenueTransfersAsked};
use std::fmt;
use std::str::FromStr;

/// Transfers of a page where nothing is said.
const USUAL: u32 = 50;

/// Transfers that one page looks at, at most.
const LOOKED_AT: usize = 20_000;

/// Days and kinds that are looked up at once, and transfers of them.
const PLACES: i64 = 64;
const AT_ONCE: i64 = 1_000;

/// Behind which transfer a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cursor {
    place: Place,
    transfer: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.place.day.0, self.place.kind, self.transfer)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || Error::problem(Code::BadRequest, "after: this is not what a page was left with");
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or_else(bad);
        let (day, kind, transfer) = (next()?, next()?.to_owned(), next()?);
        let day = LocalDay(day.parse().map_err(|_| bad())?);
        Ok(Self { place: Place { day, kind }, transfer: transfer.parse().map_err(|_| bad())? })
    }
}

/// A page of the transfers that count for a value of a dimension, with a posting on an account if one is named.
///
/// # Errors
/// The first day is behind the last one (`days`), there is no such value (`value`) or page (`after`), or the database.
pub fn page(db: &Db, utility: i64, asked: &RevenueTransfersAsked) -> Result<RevenueTransfers, Error> {
    if asked.from > asked.to {
        return Err(Error::problem(Code::BadRequest, "days: the first day is behind the last one"));
    }
    let Some(wanted) = key(db, utility, asked)? else { return Ok(RevenueTransfers::default()) };
    let mut reading = Reading {
        db,
        utility,
        asked,
        wanted,
        limit: asked.limit.unwrap_or(USUAL).clamp(1, PAGE) as usize,
        looked_at: 0,
        page: RevenueTransfers::default(),
    };
    let mut after: Option<Cursor> = asked.after.as_deref().map(str::parse).transpose()?;
    loop {
        let places = reading.places(after.as_ref())?;
        for place in &places {
            let begun = after.as_ref().filter(|cursor| cursor.place == *place).map_or(0, |cursor| cursor.transfer);
            if let Some(stopped) = reading.read(place, begun)? {
                reading.page.next = Some(Cursor { place: place.clone(), transfer: stopped }.to_string());
                return Ok(reading.page);
            }
        }
        let Some(last) = places.last() else { return Ok(reading.page) };
        // All of that place was read.
        after = Some(Cursor { place: last.clone(), transfer: i64::MAX });
    }
}

struct Reading<'a> {
    db: &'a Db,
    utility: i64,
    asked: &'a RevenueTransfersAsked,
    /// What transfers have in the dimension.
    wanted: Key,
    limit: usize,
    looked_at: usize,
    page: RevenueTransfers,
}

impl Reading<'_> {
    /// The next days and kinds, from that of a cursor on if there is anything left of it.
    fn places(&self, after: Option<&Cursor>) -> Result<Vec<Place>, Error> {
        let asked = self.asked;
        // What has no value is in no sum of the dimension, but in the whole.
        let is_of_whole = self.wanted == Key::None;
        let looked = Looked {
            utility: self.utility,
            dimension: if is_of_whole { Dimension::All } else { asked.dimension },
            value: if is_of_whole { "" } else { asked.value.as_deref().unwrap_or_default() },
            account: asked.account,
            kind: asked.kind.as_deref(),
        };
        let from = after.map_or(asked.from, |cursor| cursor.place.day.max(asked.from));
        let mut places = rows::places(self.db, &looked, DayRange { from, to: asked.to }, PLACES)?;
        if let Some(cursor) = after {
            places.retain(|place| match place.cmp(&cursor.place) {
                std::cmp::Ordering::Less => false,
                std::cmp::Ordering::Equal => cursor.transfer < i64::MAX,
                std::cmp::Ordering::Greater => true,
            });
        }
        Ok(places)
    }

    /// Reads what is wanted of a day and kind behind a transfer; returns the last one that was looked at, if the page ended with it.
    fn read(&mut self, place: &Place, mut after: i64) -> Result<Option<i64>, Error> {
        loop {
            let of = (self.utility, self.asked.dimension);
            let found = rows::at(self.db, of, place, after, AT_ONCE)?;
            let is_last = (found.len() as i64) < AT_ONCE;
            for (transfer, key) in found {
                (after, self.looked_at) = (transfer, self.looked_at + 1);
                let fits = self.asked.dimension == Dimension::All || key == self.wanted;
                if fits {
                    self.take(place, transfer)?;
                }
                if self.page.rows.len() >= self.limit || self.looked_at >= LOOKED_AT {
                    return Ok(Some(after));
                }
            }
            if is_last {
                return Ok(None);
            }
        }
    }

    fn take(&mut self, place: &Place, transfer: i64) -> Result<(), Error> {
        let postings = rows::postings(self.db, transfer)?;
        let is_on = |account| postings.iter().any(|posting| posting.account == account);
        if self.asked.account.is_some_and(|account| !is_on(account)) {
            return Ok(());
        }
        let account = self.asked.account.unwrap_or(Account::Credit);
        self.page.rows.push(rows::load(self.db, (self.utility, place), transfer, (postings, account))?);
        Ok(())
    }
}

/// What the transfers that are wanted have in the dimension; nothing if the utility has no such zone, campaign or user.
fn key(db: &Db, utility: i64, asked: &RevenueTransfersAsked) -> Result<Option<Key>, Error> {
    let bad = || Error::problem(Code::BadRequest, "value: the dimension has no such value");
    let (Some(value), false) = (asked.value.as_deref(), asked.dimension == Dimension::All) else { return Ok(Some(Key::None)) };
    Ok(match asked.dimension {
        Dimension::All => Some(Key::None),
        Dimension::Method | Dimension::Class => Some(Key::Word(value.to_owned())),
        Dimension::Hour | Dimension::Month => Some(Key::Number(value.parse().map_err(|_| bad())?)),
        Dimension::Zone | Dimension::Campaign | Dimension::Collector => {
            rows::key_of(db, utility, asked.dimension, value.parse().map_err(|_| bad())?)?.map(Key::Number)
        }
    })
}
