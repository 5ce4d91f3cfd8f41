//! The queue as an admin sees it: how much waits and was sent, and what could not be sent, which an admin sends again.

use crate::alerts::rows::{queue as rows, settings};
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use protocol::alerts::{AT_ONCE, AlertQueue, DEAD_LETTERS, DeadLetters, DeadLettersAsked, SendAgain, SentAgain};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use uuid::Uuid;

/// The queue of the caller's utility in numbers.
///
/// # Errors
/// The database.
pub fn queue(db: &Db, caller: &Caller) -> Result<AlertQueue, Error> {
    Ok(AlertQueue { providers: settings::providers(db)?, counts: rows::counts(db, caller.utility)? })
}

/// Dead letters of the caller's utility, the newest first.
///
/// # Errors
/// The database.
pub fn list(db: &Db, caller: &Caller, asked: &DeadLettersAsked) -> Result<DeadLetters, Error> {
    let found = rows::dead(db, caller.utility, asked.after.unwrap_or(i64::MAX), DEAD_LETTERS as i64 + 1)?;
    let next = (found.len() > DEAD_LETTERS).then(|| found[DEAD_LETTERS - 1].0);
    Ok(DeadLetters { letters: found.into_iter().take(DEAD_LETTERS).map(|(_, letter)| letter).collect(), next })
}

/// How many dead letters the caller's utility has.
///
/// # Errors
/// The database.
pub fn count(db: &Db, caller: &Caller) -> Result<i64, Error> {
    rows::count_dead(db, caller.utility)
}

/// Queues dead letters again, once for each key.
///
/// # Errors
/// Too many at once, or the database.
pub fn send_again(tx: &mut Tx<'_>, admin: &Caller, asked: &SendAgain) -> Result<SentAgain, Error> {
    const KIND: &str = "send_again";
    if asked.messages.len() > AT_ONCE {
        return Err(Error::problem(Code::BadRequest, format!("{AT_ONCE} dead letters at once at most")));
    }
    if rows::is_recorded(tx, admin.utility, (KIND, asked.key))? {
        return Ok(SentAgain::default());
    }
    let mut queued = 0;
    for message in &asked.messages {
        queued += u32::from(rows::revive(tx, admin.utility, *message)?);
    }
    if queued > 0 {
        let entry = audit::Entry::by(admin, (KIND, asked.key), (Office::DeadLetters as u8, Uuid::nil()));
        audit::record(tx, &entry, [("messages", String::new(), queued.to_string())])?;
    }
    Ok(SentAgain { queued })
}
