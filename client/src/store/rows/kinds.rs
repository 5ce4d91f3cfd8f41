//! Where a device keeps each kind of row: in the table that has the kind's name, with the columns by which queries find it.

use crate::error::Error;
use protocol::sync::rows::{Entity, Row};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::fmt::Write;

/// The table of a kind.
pub(crate) const fn table(entity: Entity) -> &'static str {
    entity.kind().name
}

/// Writes a row as it was received, with the columns of its kind.
pub(crate) fn put(db: &Connection, entity: Entity, id: &str, rev: u64, body: &str) -> Result<(), Error> {
    let columns = columns(entity.read(body)?);
    let (mut names, mut places) = (String::from("id, rev, body"), String::from("?1, ?2, ?3"));
    for (index, (name, _)) in columns.iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = write!(names, ", {name}");
        let _ = write!(places, ", ?{}", index + 4);
    }
    let sql = format!("INSERT OR REPLACE INTO {} ({names}) VALUES ({places})", table(entity));
    let own = [Value::Text(id.to_owned()), Value::Integer(rev as i64), Value::Text(body.to_owned())];
    let values = own.into_iter().chain(columns.into_iter().map(|(_, value)| value));
    db.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}

/// The columns of a row besides identifier, revision and body.
fn columns(row: Row) -> Vec<(&'static str, Value)> {
    match row {
        Row::Zone(_) | Row::MeterState(_) | Row::Profile(_) | Row::Credit(_) | Row::Tariff(_) => Vec::new(),
        Row::Customer(row) => {
            let search = format!("{} {} {} {} {}", row.name, row.number, row.phone, row.address, row.city).to_lowercase();
            vec![("name", row.name.into()), ("number", row.number.into()), ("search", search.into())]
        }
        Row::Connection(row) => {
            vec![("customer", text(row.customer)), ("zone", text(row.zone)), ("address", row.address.into())]
        }
        Row::Meter(row) => vec![
            ("serial", text(row.serial)),
            ("connection", row.connection.map(text).into()),
            ("zone", row.zone.map(text).into()),
        ],
        Row::UsageDay(row) => vec![("connection", text(row.connection)), ("day", row.day.0.into())],
        Row::UsageMonth(row) => vec![("connection", text(row.connection)), ("month", row.month.0.into())],
        Row::Conflict(row) => vec![("row_id", text(row.row))],
        Row::Note(row) => vec![("meter", text(row.meter)), ("at", row.at.0.into())],
        Row::ManualReading(row) => vec![("meter", text(row.meter)), ("at", row.at.0.into())],
        Row::Statement(row) => vec![("connection", text(row.connection)), ("no", row.no.into())],
        Row::Purchase(row) => vec![("connection", text(row.connection)), ("at", row.at.0.into())],
    }
}

fn text(value: impl ToString) -> Value {
    Value::Text(value.to_string())
}
