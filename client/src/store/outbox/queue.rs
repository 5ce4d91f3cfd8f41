//! Antrean as it is shown: all of it to take along, or the part that is looked at.

use crate::error::Error;
use crate::store::outbox::{counts, is_open};
use domain::UtcMillis;
use protocol::sync::push::{Outcome, Rejection};
use protocol::ui::{ListQuery, OutboxItem, OutboxState, OutboxWindow};
use rusqlite::{Connection, Row, params};

/// Of what was sent so many are shown, the latest first.
const SENT: u32 = 200;

/// Rows of a part at most.
const WINDOW: u32 = 200;

/// The three stretches, each walked by its index as far as it is shown: what needs a look, what waits, what was sent.
const PARKED: &str = "INDEXED BY op_state WHERE state <> 'applied' AND state = 'parked' ORDER BY seq";
const WAITING: &str = "INDEXED BY op_open WHERE state <> 'applied' AND state IN ('pending', 'inflight') ORDER BY seq";
const APPLIED: &str = "WHERE state = 'applied' ORDER BY seq DESC";

/// Everything that was not applied, and the latest of what was.
///
/// # Errors
/// The outbox cannot be read.
pub fn list(db: &Connection) -> Result<Vec<OutboxItem>, Error> {
    if !is_open(db)? {
        return Ok(Vec::new());
    }
    let mut items = Vec::new();
    for (stretch, limit) in [(PARKED, u32::MAX), (WAITING, u32::MAX), (APPLIED, SENT)] {
        read_into(db, stretch, limit, 0, &mut items)?;
    }
    Ok(items)
}

/// A part of the list, and how long it is.
///
/// # Errors
/// The outbox cannot be read.
pub fn window(db: &Connection, asked: ListQuery) -> Result<OutboxWindow, Error> {
    if !is_open(db)? {
        return Ok(OutboxWindow { waiting: 0, parked: 0, total: 0, items: Vec::new() });
    }
    let open = counts(db)?;
    let sent: u32 = db
        .prepare_cached("SELECT COUNT(*) FROM (SELECT 1 FROM outbox.op WHERE state = 'applied' LIMIT ?1)")?
        .query_row([SENT], |row| row.get(0))?;
    let (mut skip, mut left) = (asked.offset, asked.limit.min(WINDOW));
    let mut items = Vec::new();
    for (stretch, length) in [(PARKED, open.parked), (WAITING, open.waiting), (APPLIED, sent)] {
        let take = length.saturating_sub(skip).min(left);
        if take > 0 {
            read_into(db, stretch, take, skip, &mut items)?;
        }
        (skip, left) = (skip.saturating_sub(length), left - take);
    }
    Ok(OutboxWindow { waiting: open.waiting, parked: open.parked, total: open.parked + open.waiting + sent, items })
}

fn read_into(db: &Connection, stretch: &str, limit: u32, offset: u32, items: &mut Vec<OutboxItem>) -> Result<(), Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT op_id, kind, title, occurred_at, state, outcome, payload FROM outbox.op {stretch} LIMIT ?1 OFFSET ?2"
    ))?;
    for item in query.query_map(params![limit, offset], item)? {
        items.push(item?);
    }
    Ok(())
}

fn item(row: &Row<'_>) -> rusqlite::Result<OutboxItem> {
    let (id, state, outcome): (String, String, Option<String>) = (row.get(0)?, row.get(4)?, row.get(5)?);
    let outcome: Option<Outcome> = outcome.and_then(|text| serde_json::from_str(&text).ok());
    let (reason, field) = match outcome {
        Some(Outcome::Rejected { code, field, .. }) => (Some(code), field),
        _ => (None, None),
    };
    Ok(OutboxItem {
        op: id.parse().unwrap_or_default(),
        kind: row.get(1)?,
        title: row.get(2)?,
        occurred_at: UtcMillis(row.get(3)?),
        state: match state.as_str() {
            "pending" => OutboxState::Waiting,
            "inflight" => OutboxState::Sending,
            "applied" => OutboxState::Sent,
            _ => OutboxState::Parked,
        },
        reason: reason.or_else(|| (state == "parked").then_some(Rejection::Unreadable)),
        field,
        payload: row.get(6)?,
    })
}
