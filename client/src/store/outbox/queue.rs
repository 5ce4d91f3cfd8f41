//! Antrean (the outbox) as the screens show it: all of it for an export, or one window of the list.

use crate::error::Error;
use crate::store::files::is_attached;
use crate::store::outbox::counts;
use crate::store::outbox::pictures::{self, NAMES};
use domain::UtcMillis;
use protocol::sync::push::{Outcome, Rejection};
use protocol::ui::{ListQuery, OutboxItem, OutboxState, OutboxWindow};
use rusqlite::{Connection, Row, params};

/// Applied operations that are shown, the latest first.
const SENT: u32 = 200;

/// Rows of a window at most.
const WINDOW: u32 = 200;

/// The three sections of the list, each read by its index as far as it is shown: parked, waiting, applied.
const PARKED: &str = "INDEXED BY op_state WHERE state <> 'applied' AND state = 'parked' ORDER BY seq";
const WAITING: &str = "INDEXED BY op_open WHERE state <> 'applied' AND state IN ('pending', 'inflight') ORDER BY seq";
const APPLIED: &str = "WHERE state = 'applied' ORDER BY seq DESC";

/// All operations that were not applied, and the latest applied ones.
///
/// # Errors
/// The outbox cannot be read.
pub fn list(db: &Connection) -> Result<Vec<OutboxItem>, Error> {
    if !is_attached(db)? {
        return Ok(Vec::new());
    }
    // As it is at one moment: an operation that is applied meanwhile would be in two sections.
    let snapshot = db.unchecked_transaction()?;
    let mut items = Vec::new();
    for (section, limit) in [(PARKED, u32::MAX), (WAITING, u32::MAX), (APPLIED, SENT)] {
        read_into(&snapshot, section, limit, 0, &mut items)?;
    }
    Ok(items)
}

/// A window of the list, and how long the list is.
///
/// # Errors
/// The outbox cannot be read.
pub fn window(db: &Connection, asked: ListQuery) -> Result<OutboxWindow, Error> {
    if !is_attached(db)? {
        return Ok(OutboxWindow { waiting: 0, parked: 0, total: 0, photos: 0, bytes: 0, items: Vec::new() });
    }
    let db = &db.unchecked_transaction()?;
    let open = counts(db)?;
    let sent: u32 = db
        .prepare_cached("SELECT COUNT(*) FROM (SELECT 1 FROM outbox.op WHERE state = 'applied' LIMIT +?1)")?
        .query_row([SENT], |row| row.get(0))?;
    let (mut skip, mut left) = (asked.offset, asked.limit.min(WINDOW));
    let mut items = Vec::new();
    for (section, length) in [(PARKED, open.parked), (WAITING, open.waiting), (APPLIED, sent)] {
        let take = length.saturating_sub(skip).min(left);
        if take > 0 {
            read_into(db, section, take, skip, &mut items)?;
        }
        (skip, left) = (skip.saturating_sub(length), left - take);
    }
    let (photos, bytes) = pictures::waiting(db)?;
    let total = open.parked + open.waiting + sent;
    Ok(OutboxWindow { waiting: open.waiting, parked: open.parked, total, photos, bytes, items })
}

fn read_into(db: &Connection, section: &str, limit: u32, offset: u32, items: &mut Vec<OutboxItem>) -> Result<(), Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT op_id, kind, title, occurred_at, state, outcome, payload,
           LENGTH(payload) + COALESCE((SELECT SUM(LENGTH(p.bytes)) FROM outbox.picture p WHERE {NAMES}), 0)
         FROM outbox.op o {section} LIMIT +?1 OFFSET ?2"
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
        size: row.get::<_, i64>(7)?.unsigned_abs(),
    })
}
