//! The days of revenue in memory, as they were read last.
//!
//! Two years of days are some megabytes of text, which take longer to read and parse than anybody waits for a figure. A day that is read is
//! kept until its row changes, and so is the sum of each whole month: a question of any period adds up some months and days.

use crate::error::Error;
use crate::store::rows::read;
use domain::billing::ledger::Account;
use domain::revenue::{DayRange, Dimension, RevenueSums, Sums};
use domain::{LocalDay, LocalMonth, UtcMillis};
use protocol::sync::rows::RevenueDay;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Hours of a day.
pub const HOURS: usize = 24;

/// The days of the cache as they were when they were last asked for.
#[derive(Default)]
pub struct RevenueMemory(Mutex<Days>);

impl RevenueMemory {
    /// The days of the cache as it is.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub fn now(&self, db: &Connection) -> Result<MutexGuard<'_, Days>, Error> {
        let mut days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        days.refresh(db)?;
        Ok(days)
    }

    /// Forgets them, as whoever signs out leaves nothing behind.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Days::default();
    }
}

/// A row, by what tells it from what it was before: revision, and when the server wrote it.
type Known = (i64, i64);

struct Day {
    known: Known,
    sums: RevenueSums,
    /// Received by local hour, rupiah.
    hours: [i64; HOURS],
}

/// The days that were read.
#[derive(Default)]
pub struct Days {
    days: BTreeMap<LocalDay, Day>,
    months: HashMap<LocalMonth, RevenueSums>,
    names: HashMap<String, String>,
}

impl Days {
    fn refresh(&mut self, db: &Connection) -> Result<(), Error> {
        let mut query =
            db.prepare_cached("SELECT id, day, rev, at FROM revenue_day INDEXED BY revenue_day_known ORDER BY day")?;
        let mut rows = query.query([])?;
        let mut gone: BTreeSet<LocalDay> = self.days.keys().copied().collect();
        let mut changed = Vec::new();
        while let Some(row) = rows.next()? {
            let day = LocalDay(row.get(1)?);
            let known: Known = (row.get(2)?, row.get(3)?);
            gone.remove(&day);
            if self.days.get(&day).is_none_or(|held| held.known != known) {
                changed.push((row.get::<_, String>(0)?, day, known));
            }
        }
        for (id, day, known) in changed {
            self.take(db, &id, (day, known))?;
        }
        for day in gone {
            self.days.remove(&day);
            self.months.remove(&day.month());
        }
        Ok(())
    }

    fn take(&mut self, db: &Connection, id: &str, (day, known): (LocalDay, Known)) -> Result<(), Error> {
        let mut query = db.prepare_cached("SELECT body FROM revenue_day WHERE id = ?1")?;
        let body: String = query.query_row([id], |row| row.get(0))?;
        let row: RevenueDay = read(&body)?;
        let sums = row.sums();
        self.names.extend(row.names);
        self.months.remove(&day.month());
        self.days.insert(day, Day { known, hours: hours(&sums), sums });
        Ok(())
    }

    /// The first day of which there is something.
    pub fn first(&self) -> Option<LocalDay> {
        self.days.keys().next().copied()
    }

    /// When the server wrote the newest of the rows.
    pub fn newest(&self) -> Option<UtcMillis> {
        self.days.values().map(|day| UtcMillis(day.known.1)).max()
    }

    /// What a campaign or collector is called.
    pub fn name(&self, value: &str) -> Option<&String> {
        self.names.get(value)
    }

    /// The sums of a stretch: the whole, and by some dimensions. Of a month that is whole in it, the sum is kept.
    pub fn of(&mut self, range: DayRange, dimensions: &[Dimension]) -> RevenueSums {
        let mut sums = RevenueSums::default();
        let mut day = range.from;
        while day <= range.to {
            let month = day.month();
            let last = LocalMonth(month.0 + 1).first_day().plus(-1);
            if day == month.first_day() && last <= range.to {
                sums.merge(self.month(month), dimensions);
            } else {
                for (_, held) in self.days.range(day..=last.min(range.to)) {
                    sums.merge(&held.sums, dimensions);
                }
            }
            day = last.plus(1);
        }
        sums
    }

    fn month(&mut self, month: LocalMonth) -> &RevenueSums {
        let days = &self.days;
        self.months.entry(month).or_insert_with(|| {
            let mut sums = RevenueSums::default();
            for (_, held) in days.range(month.first_day()..LocalMonth(month.0 + 1).first_day()) {
                sums.merge(&held.sums, &Dimension::ALL);
            }
            sums
        })
    }

    /// What was received by weekday, from Monday, and local hour, rupiah.
    pub fn heat(&self, range: DayRange) -> [[i64; HOURS]; 7] {
        let mut heat = [[0; HOURS]; 7];
        if range.days() > 0 {
            for (day, held) in self.days.range(range.from..=range.to) {
                for (sum, hour) in heat[day.weekday()].iter_mut().zip(&held.hours) {
                    *sum += hour;
                }
            }
        }
        heat
    }
}

fn hours(sums: &RevenueSums) -> [i64; HOURS] {
    let mut hours = [0; HOURS];
    for (hour, received) in hours.iter_mut().enumerate() {
        *received = sums.part(Dimension::Hour, &hour.to_string()).map_or(0, received_of);
    }
    hours
}

fn received_of(sums: &Sums) -> i64 {
    let accounts = [Account::GatewayClearing, Account::Cash, Account::Refunds, Account::Chargebacks];
    -accounts.into_iter().map(|account| sums.on(account).0).sum::<i64>()
}
