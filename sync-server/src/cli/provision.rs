//! Setting a utility up: the utility itself, its users, its meters and their credentials.

use crate::core::Tx;
use crate::core::now;
use crate::error::Error;
use crate::metering::fleet;
use crate::metering::fleet::NewMeter;
use crate::people::accounts;
use crate::people::accounts::NewUser;
use crate::people::auth::{password, secret};
use domain::core::text;
use domain::metering::meter::Capability;
use domain::people::Role;
use domain::{MeterId, Serial, UserId, UtilityId};
use protocol::core::problem::Code;
use rusqlite::Connection;
use uuid::Uuid;

/// Does `work` in one transaction, change feed and all.
///
/// # Errors
/// The error of `work`; then nothing is written.
pub fn transact<R>(db: &mut Connection, work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error>) -> Result<R, Error> {
    crate::core::transact(db, now(), work).map(|(outcome, _)| outcome)
}

/// Makes the utility that this server serves.
///
/// # Errors
/// There is one already, or the database.
pub fn init(db: &mut Connection, name: &str) -> Result<(), Error> {
    transact(db, |tx| {
        if fleet::utility(tx.db).is_ok() {
            return Err(Error::problem(Code::BadRequest, "there is a utility already"));
        }
        fleet::add_utility(tx, UtilityId(Uuid::now_v7()), text::visible(name).trim()).map(|_| ())
    })
}

/// Adds a user.
///
/// # Errors
/// The password is too short or too long, the address is taken or is none, or the database.
pub fn add_user(db: &mut Connection, email: &str, name: &str, role: Role, password: &str) -> Result<(), Error> {
    password::check(password)?;
    let email = text::email(email);
    let name = text::visible(name).trim().to_owned();
    if !email.contains('@') {
        return Err(Error::problem(Code::BadRequest, "this is no e-mail address"));
    }
    let password_hash = password::hash(password)?;
    transact(db, |tx| {
        let utility = fleet::utility(tx.db)?;
        let user = NewUser { id: UserId(Uuid::now_v7()), utility, email, name, password_hash, role };
        accounts::add(tx, &user).map(|_| ())
    })
}

/// Adds a meter and returns its secret, which is shown this once.
///
/// # Errors
/// The serial is taken, or the database.
pub fn add_device(db: &mut Connection, serial: Serial, model: &str, interval_s: u32) -> Result<String, Error> {
    let secret = secret::generate()?;
    let meter = NewMeter {
        id: MeterId(Uuid::now_v7()),
        serial,
        model: text::visible(model).trim().to_owned(),
        capability: Capability::HOUSEHOLD,
        interval_s,
        secret_hash: Some(secret::digest(secret.as_bytes())),
    };
    transact(db, |tx| {
        let utility = fleet::utility(tx.db)?;
        fleet::add_meter(tx, utility, &meter)
    })?;
    Ok(secret)
}

/// Revokes the credential of a meter or meter gateway. Sessions that are open with it go on until they end.
///
/// # Errors
/// There is no such credential, or the database.
pub fn revoke_device(db: &mut Connection, name: &str) -> Result<(), Error> {
    transact(db, |tx| {
        if fleet::revoke_credential(tx, &text::compact(name))? {
            Ok(())
        } else {
            Err(Error::problem(Code::NotFound, "no such credential"))
        }
    })
}
