//! Notifications in the app's list: rows of the user's own bucket, so that what is read on one device is read on all.

use crate::alerts::rows::notifications as rows;
use crate::core::Tx;
use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::error::Error;
use domain::core::local_time::DAY_MS;
use domain::{NotificationId, UtcMillis};
use protocol::alerts::AT_ONCE;
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;

/// How long notifications are kept, with their deliveries. Milliseconds.
const KEEP_MS: i64 = 90 * DAY_MS;

/// Notifications that one transaction removes at most.
const TOGETHER: i64 = 200;

/// Puts a notification, as it is now, into its user's bucket, if it is in the app's list.
///
/// # Errors
/// The database.
pub fn publish(tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
    let Some(row) = rows::revise(tx, num)? else { return Ok(()) };
    let own = tx.bucket(row.utility, format!("user:{}", row.user))?;
    tx.put(own, Entity::Notification, &RowId::of(row.id), row.rev)
}

/// Marks notifications as read by their user; those of others are passed over.
///
/// # Errors
/// Too many at once, or the database.
pub fn mark_read(tx: &mut Tx<'_>, caller: &Caller, notifications: &[NotificationId]) -> Result<(), Error> {
    if notifications.len() > AT_ONCE {
        return Err(Error::problem(Code::BadRequest, format!("{AT_ONCE} notifications at once at most")));
    }
    for id in notifications {
        if let Some(num) = rows::mark_read(tx, caller.num, *id)? {
            publish(tx, num)?;
        }
    }
    Ok(())
}

/// Removes some of the notifications that are too old; returns whether there may be more.
///
/// # Errors
/// The database.
pub fn remove_old(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let before: UtcMillis = tx.now.plus(-KEEP_MS);
    let old = rows::older(tx, before, TOGETHER)?;
    let may_be_more = old.len() as i64 == TOGETHER;
    for row in old {
        if row.shown {
            let own = tx.bucket(row.utility, format!("user:{}", row.user))?;
            tx.remove(own, Entity::Notification, &RowId::of(row.id))?;
        }
        rows::remove(tx, row.num)?;
    }
    Ok(may_be_more)
}
