//! The rows of an export. Their keys are read at once, so that each row is in the file once, whatever changes while it is made; what is gone by
//! the time that it is read is left out.

use crate::alerts::words::Sentences;
use crate::error::Error;
use crate::exports::columns::{case, compared, customer, meter, work};
use crate::queries::roster::Rosters;
use crate::queries::{case_keys, case_rows, comparison_rows, customer_keys, customer_rows, fleet_rows, labels, work_rows};
use crate::store::Store;
use domain::exports::Cell;
use domain::metering::compare::Pair;
use domain::{Millilitres, UtcMillis};
use protocol::ui::exports::ExportedList;
use protocol::ui::{FleetRow, WorkRow};
use std::ops::Range;

/// What a list holds, in its order.
pub enum Found {
    /// Customers by their keys.
    Customers(Vec<String>),
    /// Meters, which the list reads all at once, each with its register.
    Meters(Vec<(FleetRow, Option<Millilitres>)>),
    /// Cases by their keys.
    Cases(Vec<String>),
    /// Serial numbers and models of meters.
    Labels(Vec<(String, String)>),
    /// Days beside each other, which are read all at once.
    Comparison(Vec<Pair>),
    /// Work orders, which are read all at once.
    Work(Vec<WorkRow>),
}

impl Found {
    /// Finds them. Whether a meter reports, and which days are over, is judged by `now`.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub fn of(store: &Store, rosters: &Rosters, list: &ExportedList, now: UtcMillis) -> Result<Self, Error> {
        Ok(match list {
            ExportedList::Customers(asked) => Self::Customers(store.read_now(|db| customer_keys(db, rosters, asked))?),
            ExportedList::Meters(asked) => Self::Meters(store.read_now(|db| fleet_rows(db, asked, now))?),
            ExportedList::Cases(asked) => Self::Cases(store.read_now(|db| case_keys(db, *asked))?),
            ExportedList::Labels(selection) => Self::Labels(store.read_now(|db| labels(db, selection, now))?),
            ExportedList::Work(span) => Self::Work(store.read_now(|db| work_rows(db, *span))?),
            ExportedList::Comparison(asked) => Self::Comparison(store.read_now(|db| comparison_rows(db, *asked, now))?),
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Customers(ids) | Self::Cases(ids) => ids.len(),
            Self::Meters(rows) => rows.len(),
            Self::Labels(rows) => rows.len(),
            Self::Comparison(pairs) => pairs.len(),
            Self::Work(rows) => rows.len(),
        }
    }

    /// The cells of some rows.
    ///
    /// # Errors
    /// The cache cannot be read.
    pub fn cells(&self, store: &Store, of: Range<usize>, words: &Sentences, with_nik: bool) -> Result<Vec<Vec<Cell>>, Error> {
        Ok(match self {
            Self::Customers(ids) => {
                let rows = store.read_now(|db| customer_rows(db, ids.get(of).unwrap_or_default()))?;
                rows.into_iter().map(|(row, nik)| customer(words, row, with_nik.then_some(nik))).collect()
            }
            Self::Meters(rows) => {
                rows.get(of).unwrap_or_default().iter().map(|(row, register)| meter(words, row, *register)).collect()
            }
            Self::Cases(ids) => {
                let rows = store.read_now(|db| case_rows(db, ids.get(of).unwrap_or_default()))?;
                rows.into_iter().map(|row| case(words, row)).collect()
            }
            Self::Labels(rows) => {
                let cells = |(serial, model): &(String, String)| vec![Cell::text(serial.as_str()), Cell::text(model.as_str())];
                rows.get(of).unwrap_or_default().iter().map(cells).collect()
            }
            Self::Comparison(pairs) => pairs.get(of).unwrap_or_default().iter().map(|pair| compared(words, pair)).collect(),
            Self::Work(rows) => rows.get(of).unwrap_or_default().iter().map(|row| work(words, row)).collect(),
        })
    }
}
