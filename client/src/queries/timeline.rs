//! What happened to a meter, as far as this device holds it: cases and what was said to them, work, readings and notes of people, and the orders
//! that an admin saw last. Costs the newest rows of one meter.

use crate::error::Error;
use crate::queries::read;
use crate::store::rows::response_cache::{last, office_key};
use domain::MeterId;
use domain::maintenance::work_order::WorkState;
use protocol::sync::rows::{ManualReading, MeterCase, MeterSwap, Note, WorkOrder};
use protocol::ui::{AdminRequest, AdminResponse, CaseName, Happened, Happening};
use protocol::valve::orders::MeterOrdersRequest;
use rusqlite::{Connection, params};
use serde::de::DeserializeOwned;

/// Rows of a kind that are looked at, and lines of the whole.
const SHOWN: usize = 50;

/// The timeline of a meter, the newest first.
///
/// # Errors
/// The cache cannot be read.
pub(super) fn timeline(db: &Connection, meter: MeterId) -> Result<Vec<Happened>, Error> {
    let mut lines = Vec::new();
    for case in newest::<MeterCase>(db, "meter_case", meter)? {
        of_case(&case, &mut lines);
    }
    for ManualReading { at, register, author: by, .. } in newest(db, "manual_reading", meter)? {
        lines.push(Happened { at, what: Happening::Read { register, by } });
    }
    for note in newest::<Note>(db, "note", meter)?.into_iter().filter(|note| !note.taken_back) {
        lines.push(Happened { at: note.at, what: Happening::Noted { by: note.author } });
    }
    for order in newest::<WorkOrder>(db, "work_order", meter)? {
        of_work(&order, &mut lines);
    }
    for MeterSwap { at, serial, old, author: by, .. } in swaps(db, meter)? {
        lines.push(Happened { at, what: Happening::Swapped { serial, is_new: old != meter, by } });
    }
    let key = office_key(&AdminRequest::MeterValve(MeterOrdersRequest { meter }))?;
    // An answer that another version of the app kept counts as not kept.
    if let Some((_, AdminResponse::MeterValve(valve))) = last(db, &key).unwrap_or_default() {
        for order in valve.orders {
            let what = Happening::Ordered { action: order.action, state: order.state, by: order.who };
            lines.push(Happened { at: order.made_at, what });
        }
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    lines.truncate(SHOWN);
    Ok(lines)
}

/// A case: when it was found, each word that was said to it, and when it was over.
fn of_case(row: &MeterCase, lines: &mut Vec<Happened>) {
    let (case, cause) = (CaseName { connection: row.connection, no: row.no }, row.about());
    let (severity, authorised) = (row.severity, row.authorised.is_some());
    lines.push(Happened { at: row.opened_at, what: Happening::Found { case, cause, severity, authorised } });
    let answers = row.history.iter().map(|step| {
        let what = Happening::Answered { case, cause, answer: step.answer, by: step.by.clone() };
        Happened { at: step.at, what }
    });
    lines.extend(answers);
    // What was authorised was over at once.
    lines.extend(row.cleared_at.filter(|_| !authorised).map(|at| Happened { at, what: Happening::Over { case, cause } }));
}

/// A work order: when it was announced, begun, done and cancelled.
fn of_work(row: &WorkOrder, lines: &mut Vec<Happened>) {
    let steps = [
        (Some(row.at), WorkState::Scheduled, row.author.as_str()),
        (row.begun_at, WorkState::InProgress, row.begun_by.as_str()),
        (row.completed_at, WorkState::Completed, row.completed_by.as_str()),
        (row.cancelled_at, WorkState::Cancelled, ""),
    ];
    let worked = |state, by: &str| Happening::Worked { work: row.work, state, by: by.to_owned() };
    lines.extend(steps.into_iter().filter_map(|(at, state, by)| Some(Happened { at: at?, what: worked(state, by) })));
}

/// The swaps by which a meter was put up or taken down.
fn swaps(db: &Connection, meter: MeterId) -> Result<Vec<MeterSwap>, Error> {
    let sql = "SELECT body FROM meter_swap WHERE meter = ?1 OR old = ?1 ORDER BY at DESC LIMIT ?2";
    let mut query = db.prepare_cached(sql)?;
    let bodies = query.query_map(params![meter.to_string(), SHOWN as i64], |row| row.get(0))?;
    bodies.collect::<Result<Vec<String>, _>>()?.iter().map(|body| read(body)).collect()
}

fn newest<T: DeserializeOwned>(db: &Connection, table: &str, meter: MeterId) -> Result<Vec<T>, Error> {
    let mut query = db.prepare_cached(&format!("SELECT body FROM {table} WHERE meter = ?1 ORDER BY at DESC LIMIT ?2"))?;
    let bodies = query.query_map(params![meter.to_string(), SHOWN as i64], |row| row.get(0))?;
    bodies.collect::<Result<Vec<String>, _>>()?.iter().map(|body| read(body)).collect()
}
