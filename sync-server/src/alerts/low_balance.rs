//! Levels of balances as a cause of notifications. A trigger marks each connection whose level has changed; at the end of the same
//! transaction, once its credit was published, its customer's users are notified, or what they were notified of is cleared.

use crate::alerts::enqueue::{NewNotification, clear, enqueue};
use crate::alerts::rows::{levels, outbound};
use crate::billing::credit;
use crate::core::Tx;
use crate::error::Error;
use domain::alerts::content::Content;
use domain::alerts::kinds::AlertKind;
use domain::alerts::low_balance::step;
use domain::billing::balance::{Standing, rupiah_alone};

/// Connections of one transaction at most: what is left is the next one's.
const TOGETHER: i64 = 1_000;

/// Connections whose level has changed and of which nobody was notified yet.
///
/// # Errors
/// The database.
pub fn pending(tx: &Tx<'_>) -> Result<Vec<i64>, Error> {
    levels::pending(tx, TOGETHER)
}

/// Notifies of a connection's level, or clears what was notified before.
///
/// # Errors
/// The database.
pub fn notify(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    // A level may be known before the credit was published for the first time, of many connections in parts: it stays pending until then.
    let Some(known) = credit::published(tx, connection)? else { return Ok(()) };
    levels::remove_pending(tx, connection)?;
    let level = credit::kept_level(tx, connection)?;
    let step = step(levels::notified(tx, connection)?, level, known.full);
    levels::keep_notified(tx, connection, &step.notified)?;
    if step.clears {
        clear(tx, connection, AlertKind::LowBalance)?;
    }
    if !step.notify {
        return Ok(());
    }
    let (balance, tenths_of_days) = (known.balance(), known.lasts.tenths_of_days);
    let standing = Standing { balance, tenths_of_days_left: tenths_of_days };
    let limit = rupiah_alone(level, standing, known.thresholds);
    let content = Content::LowBalance { level, balance, tenths_of_days, limit };
    for user in outbound::users_of_connection(tx, connection)? {
        let new = NewNotification {
            user,
            connection: Some(connection),
            meter: None,
            dedupe_key: format!("low_balance:{connection}:{}:{}", step.notified.round, level.as_str()),
            content: content.clone(),
        };
        enqueue(tx, &new)?;
    }
    Ok(())
}
