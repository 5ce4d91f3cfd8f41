//! Credentials of meters as admins give them out, online: a secret that is in one answer alone, in place of the one before, or none; with its audit
//! entry, which has a fingerprint and no secret; once for each key. Sessions that are open with another secret end when it is next looked at.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::field::rows::records as field_rows;
use crate::metering::changes::still_admin;
use crate::metering::rows::{credentials as rows, meters, zones};
use crate::people::auth::secret;
use domain::MeterId;
use domain::metering::meter::LifeCycle;
use protocol::core::problem::Code;
use protocol::metering::credentials::{CredentialDeed, MeterCredential, MeterCredentialChange};
use protocol::sync::rows::Entity;

/// A meter's key, and its credential without the secret.
///
/// # Errors
/// [`Code::NotFound`] if there is no such meter, or the database.
pub fn of_meter(db: &Db, utility: i64, meter: MeterId) -> Result<(i64, MeterCredential), Error> {
    let found = field_rows::meter(db, utility, meter)?;
    let (num, _) = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such meter"))?;
    let is_set = rows::secret_of(db, num)?.is_some();
    Ok((num, MeterCredential { meter, name: meters::serial(db, num)?, is_set, secret: None }))
}

/// Gives a meter `new` as its secret, or takes its secret away. Whoever sends the same key again is answered how things stand, without a secret.
///
/// # Errors
/// It is refused: the detail begins with the reason's word (`retired`); [`Code::NotFound`] if there is no such meter; or the database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &MeterCredentialChange, new: &str) -> Result<MeterCredential, Error> {
    let admin = &still_admin(tx, admin)?;
    let (num, stands) = of_meter(tx, admin.utility, asked.meter)?;
    let kind = asked.credential.kind();
    if zones::is_recorded_of(tx, admin.utility, (kind, asked.key), asked.meter.0)? {
        return Ok(stands);
    }
    let before = rows::secret_of(tx, num)?;
    let (after, secret) = match asked.credential {
        CredentialDeed::Issue if meters::life_cycle(tx, num)? == LifeCycle::Inactive => {
            return Err(Error::problem(Code::BadRequest, "retired: it was taken out of service"));
        }
        CredentialDeed::Issue => (Some(secret::digest(new.as_bytes())), Some(new.to_owned())),
        CredentialDeed::Revoke if before.is_none() => return Ok(stands),
        CredentialDeed::Revoke => (None, None),
    };
    rows::write_secret(tx, num, after)?;
    let said = [(
        "credential",
        before.as_ref().map_or_else(String::new, fingerprint),
        after.as_ref().map_or_else(String::new, fingerprint),
    )];
    let entry = audit::Entry::by(admin, (kind, asked.key), (Entity::Meter as u8, asked.meter.0));
    audit::record(tx, &entry, said)?;
    Ok(MeterCredential { is_set: after.is_some(), secret, ..stands })
}

/// Takes the credential of a meter away that is taken out of service; returns what the audit log says of it, which is nothing if there was none.
///
/// # Errors
/// The database.
pub(super) fn clear(tx: &mut Tx<'_>, meter: i64) -> Result<String, Error> {
    let Some(before) = rows::secret_of(tx, meter)? else { return Ok(String::new()) };
    rows::write_secret(tx, meter, None)?;
    Ok(fingerprint(&before))
}

/// By what the audit log distinguishes two secrets: the first 32 bits of the hash, of which nobody makes the 192 of a secret.
fn fingerprint(hash: &[u8; 32]) -> String {
    hash[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}
