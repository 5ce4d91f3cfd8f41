//! Visits at a connection that its customer was notified of and that are not over.

use crate::error::Error;
use crate::store::rows::read;
use domain::alerts::content::Content;
use domain::maintenance::notifications::VisitState;
use domain::maintenance::work_order::Window;
use domain::{ConnectionId, UtcMillis};
use protocol::sync::rows::{Entity, Notification};
use protocol::ui::AnnouncedVisit;
use rusqlite::{Connection, params};

/// The visits, the next one first. Of an order the newest notification says when. Costs the notifications of one user.
///
/// # Errors
/// The cache cannot be read.
pub fn visits(db: &Connection, connection: ConnectionId, now: UtcMillis) -> Result<Vec<AnnouncedVisit>, Error> {
    let mut query = db.prepare_cached(
        "SELECT n.body, EXISTS (SELECT 1 FROM base_row b WHERE b.entity = ?2 AND b.id = n.id) FROM notification n
         WHERE json_extract(n.body, '$.connection') = ?1 AND json_extract(n.body, '$.content.what') = 'visit'
         AND json_extract(n.body, '$.cleared_at') IS NULL ORDER BY n.at DESC, n.id DESC",
    )?;
    let rows =
        query.query_map(params![connection.to_string(), Entity::Notification as u8], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(String, bool)> = rows.collect::<Result<_, _>>()?;
    let mut found: Vec<AnnouncedVisit> = Vec::new();
    for (body, waiting) in rows {
        let Notification { id: notification, content, .. } = read(&body)?;
        let Content::Visit { order, work, from, until, time_zone, state, choice } = content else { continue };
        if state == VisitState::Cancelled || until <= now || found.iter().any(|visit| visit.order == order) {
            continue;
        }
        let window = Window { from, until };
        found.push(AnnouncedVisit { notification, connection, order, work, window, time_zone, choice, waiting });
    }
    found.sort_by_key(|visit| visit.window.from);
    Ok(found)
}
