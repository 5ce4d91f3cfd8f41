//! What happened to a meter, as far as this device holds it: cases and what was said to them, work, readings and notes of people, and the orders
//! that an admin saw last. Costs the newest rows of one meter.

use crate::error::Error;
use crate::queries::field::swaps;
use crate::queries::read;
use crate::store::rows::response_cache::{last, office_key};
use domain::maintenance::work_order::{DeferReason, TurnKind, WorkStage};
use domain::{MeterId, UtcMillis};
use protocol::sync::rows::{ManualReading, MeterCase, MeterSwap, Note, WorkOrder, WorkTurn};
use protocol::ui::{AdminRequest, AdminResponse, CaseName, FieldRecord, Happened, Happening};
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
    for FieldRecord { row, .. } in swaps(db, &meter.to_string())? {
        let MeterSwap { at, serial, meter: held_with, old, author: by, .. } = row;
        // One that waits for another one is held with the meter which that one puts up.
        let is_new = held_with == meter && old != meter;
        lines.push(Happened { at, what: Happening::Swapped { serial, is_new, by } });
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

/// A work order: when it was announced, begun, held, put off, done and cancelled.
fn of_work(row: &WorkOrder, lines: &mut Vec<Happened>) {
    let is_turn = |at: UtcMillis| row.turns.iter().any(|turn| (turn.at, turn.turn) == (at, TurnKind::Going));
    // An older server says when it began and no more.
    let begun = row.begun_at.filter(|at| !is_turn(*at));
    let steps = [
        (Some(row.at), WorkStage::Scheduled, row.author.as_str()),
        (begun, WorkStage::InProgress, row.begun_by.as_str()),
        (row.completed_at, WorkStage::Completed, row.completed_by.as_str()),
        (row.cancelled_at, WorkStage::Cancelled, ""),
    ];
    let worked = |stage, reason, by: &str| Happening::Worked { work: row.work, stage, reason, by: by.to_owned() };
    lines.extend(steps.into_iter().filter_map(|(at, stage, by)| Some(Happened { at: at?, what: worked(stage, None, by) })));
    let turned = |turn: &WorkTurn| {
        let (stage, reason) = stage_of(turn);
        Happened { at: turn.at, what: worked(stage, reason, &turn.by) }
    };
    lines.extend(row.turns.iter().map(turned));
}

/// How far work is from a turn on, and why where it was put off.
fn stage_of(turn: &WorkTurn) -> (WorkStage, Option<DeferReason>) {
    match turn.turn {
        TurnKind::Going => (WorkStage::InProgress, None),
        TurnKind::Held => (WorkStage::OnHold, None),
        TurnKind::Deferred => (WorkStage::Deferred, turn.what().reason()),
    }
}

fn newest<T: DeserializeOwned>(db: &Connection, table: &str, meter: MeterId) -> Result<Vec<T>, Error> {
    let mut query = db.prepare_cached(&format!("SELECT body FROM {table} WHERE meter = ?1 ORDER BY at DESC LIMIT +?2"))?;
    let bodies = query.query_map(params![meter.to_string(), SHOWN as i64], |row| row.get(0))?;
    bodies.collect::<Result<Vec<String>, _>>()?.iter().map(|body| read(body)).collect()
}
