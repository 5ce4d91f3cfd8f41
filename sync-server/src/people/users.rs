//! Managing users: who there is, ending their sessions, deactivating them, giving them a new password. By admins in the app, each with its
//! audit entry, and by an operator on the command line.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::people::accounts;
use crate::people::accounts::SessionEnds;
use crate::people::passwords;
use crate::people::rows::managed;
pub use crate::people::rows::managed::Which;
use crate::people::rows::password_codes;
use domain::UtcMillis;
use domain::core::search::{Search, searched};
use domain::people::Role;
use domain::people::permission::{Permission, allows};
use protocol::core::problem::Code;
use protocol::people::users::{LISTED, UserChange, UserDeed, UserRow, Users};
use protocol::sync::rows::Entity;

/// What is done about a user.
#[derive(Clone, Debug)]
pub enum Deed {
    /// No signing in any more; every session ends.
    Deactivate,
    /// Signing in again.
    Activate,
    /// Every session ends.
    SignOut,
    /// Another password, by its hash; every session ends.
    NewPassword(String),
    /// A code to set another password with, by its hash.
    IssueCode(String),
}

impl Deed {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Deactivate => "deactivate_user",
            Self::Activate => "activate_user",
            Self::SignOut => "sign_out_user",
            Self::NewPassword(_) => "set_password",
            Self::IssueCode(_) => "issue_password_code",
        }
    }

    /// What is asked for, with the hash of a new password if that is it.
    ///
    /// # Errors
    /// A new password without its hash: a fault of ours.
    pub fn of(deed: UserDeed, hash: Option<String>) -> Result<Self, Error> {
        Ok(match (deed, hash) {
            (UserDeed::Deactivate, _) => Self::Deactivate,
            (UserDeed::Activate, _) => Self::Activate,
            (UserDeed::SignOut, _) => Self::SignOut,
            (UserDeed::NewPassword, Some(hash)) => Self::NewPassword(hash),
            (UserDeed::PasswordCode, Some(hash)) => Self::IssueCode(hash),
            (UserDeed::NewPassword | UserDeed::PasswordCode, None) => {
                return Err(Error::Setup("a new password without its hash".into()));
            }
        })
    }
}

/// A utility's users in whom a text is found.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64, search: &str, (ends, now): (&SessionEnds, UtcMillis)) -> Result<Users, Error> {
    let search = Search::new(search);
    let mut found = managed::names(db, utility)?;
    found.retain(|(_, names)| search.finds(&searched(names.iter().map(String::as_str))));
    let left_out = u32::try_from(found.len().saturating_sub(LISTED)).unwrap_or(u32::MAX);
    let mut rows = Vec::new();
    for (num, _) in found.into_iter().take(LISTED) {
        rows.extend(managed::user(db, utility, Which::Key(num), (ends, now))?.map(|(_, user)| user));
    }
    Ok(Users { rows, left_out })
}

/// Does something about a user; returns the user with it. Who has done it is said by the caller.
///
/// # Errors
/// No such user of the utility, or the database.
pub fn change(tx: &mut Tx<'_>, utility: i64, which: Which<'_>, (deed, ends): (&Deed, &SessionEnds)) -> Result<UserRow, Error> {
    let (num, user) = one(tx, utility, which, ends)?;
    match deed {
        Deed::Deactivate => {
            managed::set_active(tx, num, false)?;
            password_codes::remove(tx, num)?;
        }
        Deed::Activate => managed::set_active(tx, num, true)?,
        Deed::SignOut => password_codes::remove(tx, num)?,
        Deed::NewPassword(hash) => {
            managed::set_password_hash(tx, num, hash)?;
            password_codes::remove(tx, num)?;
        }
        Deed::IssueCode(hash) => {
            passwords::issue_code(tx, num, hash)?;
        }
    }
    if !matches!(deed, Deed::Activate | Deed::IssueCode(_)) {
        accounts::revoke_all(tx, num)?;
    }
    one(tx, utility, Which::Id(user.id), ends).map(|(_, user)| user)
}

/// The same by an admin, with its audit entry. Where nothing is different afterwards there is none.
///
/// # Errors
/// No such user of the utility; an admin's own account (`own`), or the last active admin (`last_admin`), is not deactivated; nor does an
/// admin set the own password so (`own`); or the database.
pub fn change_by_admin(
    tx: &mut Tx<'_>,
    admin: &Caller,
    asked: &UserChange,
    (deed, ends): (&Deed, &SessionEnds),
) -> Result<UserRow, Error> {
    // A right may have gone while the call waited for its turn, by this very route.
    let still = scope::caller(tx, admin.session)?.filter(|caller| allows(caller.role, Permission::ManageUsers));
    let admin = &still.ok_or_else(|| Error::problem(Code::Denied, "you are no admin any more"))?;
    let which = Which::Id(asked.user);
    let (num, before) = one(tx, admin.utility, which, ends)?;
    if num == admin.num && matches!(deed, Deed::Deactivate | Deed::NewPassword(_) | Deed::IssueCode(_)) {
        return Err(Error::problem(Code::BadRequest, "own: another admin does this to your account"));
    }
    if matches!(deed, Deed::IssueCode(_)) && !before.active {
        return Err(Error::problem(Code::BadRequest, "inactive: who may not sign in gets no code"));
    }
    let is_last = before.role == Role::Admin && before.active && !managed::has_other_admin(tx, admin.utility, num)?;
    if is_last && matches!(deed, Deed::Deactivate) {
        return Err(Error::problem(Code::BadRequest, "last_admin: one admin has to stay"));
    }
    let after = change(tx, admin.utility, which, (deed, ends))?;
    let mut changes = Vec::new();
    if before.active != after.active {
        changes.push(("active", before.active.to_string(), after.active.to_string()));
    }
    if before.sessions != after.sessions {
        changes.push(("sessions", before.sessions.to_string(), after.sessions.to_string()));
    }
    if !changes.is_empty() || matches!(deed, Deed::NewPassword(_) | Deed::IssueCode(_)) {
        let entry = audit::Entry::by(admin, (deed.kind(), asked.key), (Entity::Profile as u8, after.id.0));
        audit::record(tx, &entry, changes)?;
    }
    Ok(after)
}

fn one(tx: &mut Tx<'_>, utility: i64, which: Which<'_>, ends: &SessionEnds) -> Result<(i64, UserRow), Error> {
    let now = tx.now;
    managed::user(tx, utility, which, (ends, now))?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such user"))
}
