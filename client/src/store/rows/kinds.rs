//! Where a device keeps each kind of row: in the table that has the kind's name, with the columns by which queries find it.

use crate::error::Error;
use crate::store::rows::delete_row;
use domain::billing::balance::arrears;
use domain::core::search::{search_form, searched, searched_phone};
use protocol::sync::rows::{Entity, Row};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::fmt::Write;

/// The table of a kind.
pub(crate) const fn table(entity: Entity) -> &'static str {
    entity.kind().name
}

/// Writes a row as it was received, with the columns of its kind. One in which there is a word that only a newer version of the app knows is not
/// written, as a row of an unknown kind is not: its bucket holds it, and that version finds it missing (`Store::verify`), and takes it.
pub(crate) fn put(db: &Connection, entity: Entity, id: &str, rev: u64, body: &str) -> Result<(), Error> {
    let Ok(row) = entity.read(body) else {
        tracing::warn!(kind = table(entity), "a row that this version cannot read is held without its body");
        return delete_row(db, entity, id);
    };
    let columns = columns(row);
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

/// Rows that are read at once while columns are filled in.
const AT_ONCE: u32 = 500;

/// Writes the rows of the kinds that lists are searched and sorted by once more, with the columns that they have now.
pub(crate) fn fill_columns(db: &Connection) -> Result<(), Error> {
    for entity in [Entity::Customer, Entity::Connection, Entity::Meter, Entity::MeterState, Entity::Credit] {
        let sql = format!("SELECT id, rev, body FROM {} WHERE id > ?1 ORDER BY id LIMIT +?2", table(entity));
        let mut after = String::new();
        loop {
            let mut query = db.prepare_cached(&sql)?;
            let rows = query.query_map(rusqlite::params![after, AT_ONCE], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let rows = rows.collect::<Result<Vec<(String, i64, String)>, _>>()?;
            let Some((last, ..)) = rows.last() else { break };
            after.clone_from(last);
            for (id, rev, body) in rows {
                // A body that this version cannot read is taken anew by the repair of sync, and stays as it is until then.
                if entity.read(&body).is_ok() {
                    put(db, entity, &id, rev.unsigned_abs(), &body)?;
                }
            }
        }
    }
    Ok(())
}

/// The columns of a row besides identifier, revision and body.
fn columns(row: Row) -> Vec<(&'static str, Value)> {
    match row {
        Row::Zone(_) | Row::Profile(_) | Row::Tariff(_) | Row::Letterhead(_) | Row::VanPart(_) => Vec::new(),
        Row::MeterState(row) => vec![("at", row.t.0.into())],
        Row::Credit(row) => {
            let arrears = arrears(row.balance(), row.lent);
            let level = row.level.as_str().to_owned();
            vec![("balance", row.balance().0.into()), ("arrears", arrears.0.into()), ("level", level.into())]
        }
        Row::Customer(row) => {
            let fields = searched([row.name.as_str(), &row.number, &row.address, &row.city]);
            let search = format!("{fields} {}", searched_phone(&row.phone));
            let status = row.status.as_str().to_owned();
            vec![("name", row.name.into()), ("number", row.number.into()), ("status", status.into()), ("search", search.into())]
        }
        Row::Connection(row) => {
            let search = searched([row.label.as_str(), &row.address]);
            vec![
                ("customer", text(row.customer)),
                ("zone", text(row.zone)),
                ("class", row.tariff_class.as_str().to_owned().into()),
                ("address", row.address.into()),
                ("search", search.into()),
            ]
        }
        Row::Meter(row) => vec![
            ("search", search_form(&row.serial.to_string()).into()),
            ("serial", text(row.serial)),
            ("connection", row.connection.map(text).into()),
            ("zone", row.zone.map(text).into()),
        ],
        Row::UsageDay(row) => vec![("connection", text(row.connection)), ("day", row.day.0.into())],
        Row::NeighbourMonth(row) => vec![("connection", text(row.connection)), ("month", row.month.0.into())],
        Row::UsageMonth(row) => vec![("connection", text(row.connection)), ("month", row.month.0.into())],
        Row::Conflict(row) => vec![("row_id", text(row.row))],
        Row::Note(row) => vec![("meter", text(row.meter)), ("at", row.at.0.into())],
        Row::ManualReading(row) => vec![("meter", text(row.meter)), ("at", row.at.0.into())],
        Row::MeterSwap(row) => vec![("meter", text(row.meter)), ("old", text(row.old)), ("at", row.at.0.into())],
        Row::Statement(row) => vec![("connection", text(row.connection)), ("no", row.no.into())],
        Row::Purchase(row) => vec![("connection", text(row.connection)), ("at", row.at.0.into())],
        Row::MeterCase(row) => vec![
            ("connection", text(row.connection)),
            ("meter", text(row.meter)),
            ("at", row.opened_at.0.into()),
            ("open", i64::from(row.status.is_open()).into()),
            ("kind", row.about().kind().as_str().to_owned().into()),
            ("severity", row.severity.as_str().to_owned().into()),
            ("assignee", row.assigned.map(|person| text(person.id)).into()),
        ],
        Row::WorkOrder(row) => {
            vec![("meter", text(row.meter)), ("at", row.from.0.into()), ("open", i64::from(row.state.is_open()).into())]
        }
        Row::WorkRecord(row) => {
            vec![("work_order", text(row.order)), ("meter", text(row.meter)), ("at", row.at.0.into())]
        }
        Row::WorkTemplate(row) => vec![("template", text(row.template)), ("version", i64::from(row.version).into())],
        Row::ReportTemplate(row) => vec![("name", row.content.name.into())],
        Row::TipState(row) => vec![("connection", text(row.connection))],
        Row::ReportRun(row) => vec![("at", row.at.0.into())],
        Row::RevenueDay(row) => vec![("day", row.day.0.into()), ("at", row.at.0.into())],
        Row::SavedView(row) => vec![("list", row.list.into()), ("name", row.name.into())],
        Row::Notification(row) => vec![("at", row.at.0.into()), ("read", i64::from(row.read_at.is_some()).into())],
    }
}

fn text(value: impl ToString) -> Value {
    Value::Text(value.to_string())
}
