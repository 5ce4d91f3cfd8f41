//! What a utility's admins set about cases: whether customers are notified of tampering at their meters.

use crate::cases::rows::policy as rows;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use protocol::alerts::{CasePolicy, CasePolicyChange};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use uuid::Uuid;

/// What holds at a utility.
///
/// # Errors
/// The database.
pub fn shown(db: &Db, utility: i64) -> Result<CasePolicy, Error> {
    let (rev, tampering_to_customers) = rows::settings(db, utility)?;
    Ok(CasePolicy { rev, tampering_to_customers })
}

/// Changes it, once for each key, unless somebody else has changed it since it was read; returns what holds then. It is about what is found from
/// now on: of what was found before nobody is notified anew.
///
/// # Errors
/// Somebody has changed it meanwhile (`policy_changed`), or the database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &CasePolicyChange) -> Result<CasePolicy, Error> {
    if rows::is_recorded(tx, admin.utility, (rows::SET, asked.key))? {
        return shown(tx, admin.utility);
    }
    let before = shown(tx, admin.utility)?;
    if before.rev != asked.rev {
        return Err(Error::problem(Code::BadRequest, "policy_changed: somebody has changed it meanwhile: read it again"));
    }
    rows::write_tampering(tx, admin.utility, asked.tampering_to_customers)?;
    let word = |on: bool| if on { "on" } else { "off" }.to_owned();
    let entry = audit::Entry::by(admin, (rows::SET, asked.key), (Office::Cases as u8, Uuid::nil()));
    let changed = (before.tampering_to_customers != asked.tampering_to_customers)
        .then(|| ("tampering_to_customers", word(before.tampering_to_customers), word(asked.tampering_to_customers)));
    audit::record(tx, &entry, changed)?;
    shown(tx, admin.utility)
}
