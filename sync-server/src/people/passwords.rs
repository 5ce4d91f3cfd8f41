//! Passwords that users set themselves: with the one that they have, with a code that an admin has given them, or with that of an invitation.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::people::accounts::End;
use crate::people::rows::{managed, password_codes, sessions, users};
use domain::core::local_time::MINUTE_MS;
use domain::people::invitation::GOOD_FOR_MS;
use domain::{UserId, UtcMillis};
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// How long a code is good.
const CODE_MS: i64 = 30 * MINUTE_MS;

/// The hash of a user's password.
///
/// # Errors
/// The database.
pub fn hash_of(db: &Db, user: i64) -> Result<Option<String>, Error> {
    users::password_hash(db, user)
}

/// Sets the caller's password, where `before` is still the hash of the present one; returns whether it is. Every other session ends, and so
/// does a code. What another device of the user has not sent yet stays on it until they sign in there again.
///
/// # Errors
/// The database.
pub fn change(tx: &mut Tx<'_>, caller: &Caller, (before, hash): (&str, &str)) -> Result<bool, Error> {
    // Hashing takes a while, and the password may be another one by now.
    if !users::has_password_hash(tx, caller.num, before)? {
        return Ok(false);
    }
    managed::set_password_hash(tx, caller.num, hash)?;
    password_codes::remove(tx, caller.num)?;
    sessions::end_others(tx, caller.num, caller.session, End::Device)?;
    let entry = audit::Entry::by(caller, ("change_password", Uuid::now_v7()), (Entity::Profile as u8, caller.id.0));
    audit::record(tx, &entry, [])?;
    Ok(true)
}

/// Gives a user a code, by its hash; returns until when it is good. The one before is void.
///
/// # Errors
/// The database.
pub fn issue_code(tx: &mut Tx<'_>, user: i64, hash: &str) -> Result<UtcMillis, Error> {
    let until = tx.now.plus(CODE_MS);
    password_codes::write(tx, user, (hash, None), until)?;
    Ok(until)
}

/// Invites a user to set the first password, with a code by its hash, which is derived from `invitation`; returns until when it is good. The
/// one before is void.
///
/// # Errors
/// The database.
pub fn invite(tx: &mut Tx<'_>, user: i64, hash: &str, invitation: Uuid) -> Result<UtcMillis, Error> {
    let until = tx.now.plus(GOOD_FOR_MS);
    password_codes::write(tx, user, (hash, Some(invitation)), until)?;
    Ok(until)
}

/// The invitation of an active user that stands, and until when it is, or was, good.
///
/// # Errors
/// The database.
pub fn invitation(db: &Db, user: i64) -> Result<Option<(Uuid, UtcMillis)>, Error> {
    password_codes::invitation(db, user)
}

/// The hash of the code of an account, if there is one that is good. A code has 12 letters of 31: within the half hour, or the three days of
/// an invitation, the limits of [`crate::people::http::count_try`] allow some thousands of guesses at it from addresses that are new to the
/// account. None of them voids it, or a stranger's guesses would.
///
/// # Errors
/// The database.
pub fn code_of(db: &Db, email: &str, now: UtcMillis) -> Result<Option<String>, Error> {
    password_codes::find(db, email, now)
}

/// Sets a password by a code that was found to be that of `code`, a hash; returns whether the code was still there. Every session ends, as
/// in [`change`].
///
/// # Errors
/// The database.
pub fn reset(tx: &mut Tx<'_>, email: &str, (code, hash): (&str, &str)) -> Result<bool, Error> {
    let Some((user, is_invitation)) = password_codes::take(tx, email, code)? else { return Ok(false) };
    managed::set_password_hash(tx, user, hash)?;
    sessions::end_all(tx, user, End::Device)?;
    let (id, utility) = users::id_and_utility(tx, user)?;
    let UserId(row) = id;
    let entry = audit::Entry {
        utility,
        user: Some(user),
        kind: if is_invitation { "accept_invitation" } else { "reset_password" },
        op: Uuid::now_v7(),
        occurred_at: None,
        row: (Entity::Profile as u8, row),
    };
    audit::record(tx, &entry, [])?;
    Ok(true)
}
