//! The utility's name, and what else stands on its receipts: set by an admin, once for each key and never over somebody else's change, and
//! sent to every device, which makes receipts without a network.

use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::sales::rows::utility as rows;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::people::permission::{Permission, allows};
use domain::sales::letterhead::{LOGO_BYTES, Letterhead, Wrong, check_logo, check_name, logo_size};
use protocol::core::problem::Code;
use protocol::sales::utility::{UtilityChange, UtilityIdentity};
use protocol::sync::rows::Entity;
use sha2::{Digest, Sha256};
use std::io::Cursor;
use uuid::Uuid;

/// Memory that reading a logo takes at most: a thousand by a thousand pixels of eight bytes, twice.
const MEMORY: usize = 16 * 1024 * 1024;

/// What changed of it: field, before, after.
type Changes = Vec<(&'static str, String, String)>;

fn wrong(why: Wrong) -> Error {
    let sentence = match why {
        Wrong::Name => "a utility's name has 2 to 80 characters",
        Wrong::Address => "an address has one line of 200 characters at most",
        Wrong::TaxNumber => "a tax number has 15, 16 or 22 digits",
        Wrong::Phone => "this is no telephone number",
        Wrong::Email => "this is no e-mail address",
        Wrong::Footer => "a closing text has one line of 300 characters at most",
        Wrong::LogoKind => "a logo is a whole PNG",
        Wrong::LogoSize => "a logo has 64 KiB at most",
        Wrong::LogoPixels => "a logo has 16 to 1,000 pixels a side",
    };
    Error::problem(Code::BadRequest, format!("{}: {sentence}", why.as_str()))
}

/// What receipts say of a utility.
///
/// # Errors
/// The database.
pub fn shown(db: &Db, utility: i64) -> Result<UtilityIdentity, Error> {
    let rows::Named { rev, name, letterhead, .. } = rows::named(db, utility)?;
    Ok(UtilityIdentity { rev, name, letterhead })
}

/// The bytes of a logo that can be one: measured, then decoded once. It takes a moment: not for the writer.
///
/// # Errors
/// It is no PNG (`logo_kind`), has too many bytes (`logo_size`), or too few or too many pixels (`logo_pixels`).
pub fn logo_of(letterhead: &Letterhead) -> Result<Option<Vec<u8>>, Error> {
    let Some(base64) = &letterhead.logo else { return Ok(None) };
    if base64.len() > LOGO_BYTES.div_ceil(3) * 4 {
        return Err(wrong(Wrong::LogoSize));
    }
    let bytes = STANDARD.decode(base64).map_err(|_| wrong(Wrong::LogoKind))?;
    check_logo(&bytes).map_err(wrong)?;
    if is_readable(&bytes) { Ok(Some(bytes)) } else { Err(wrong(Wrong::LogoKind)) }
}

/// Whether every pixel of a PNG can be read.
fn is_readable(bytes: &[u8]) -> bool {
    let decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MEMORY });
    let Ok(mut reader) = decoder.read_info() else { return false };
    let Some(size) = reader.output_buffer_size().filter(|size| *size <= MEMORY) else { return false };
    reader.next_frame(&mut vec![0; size]).is_ok() && reader.finish().is_ok()
}

/// Sets it, once for each key; returns what holds then. Where nothing is different afterwards, nothing is sent, and there is no audit entry.
/// `logo` is that of the letterhead, by [`logo_of`].
///
/// # Errors
/// The caller is no admin any more; something cannot stand there (`utility_…`); somebody has changed it meanwhile (`utility_changed`); or the
/// database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &UtilityChange, logo: Option<&[u8]>) -> Result<UtilityIdentity, Error> {
    // A right may have gone while the call waited for its turn.
    let still = scope::caller(tx, admin.session)?.filter(|caller| allows(caller.role, Permission::ManageUtility));
    let admin = &still.ok_or_else(|| Error::problem(Code::Denied, "you are no admin any more"))?;
    let utility = admin.utility;
    if rows::is_recorded(tx, utility, asked.key)? {
        return shown(tx, utility);
    }
    let before = rows::named(tx, utility)?;
    if before.rev != asked.rev {
        return Err(Error::problem(Code::BadRequest, "utility_changed: somebody has changed it meanwhile: read it again"));
    }
    let mut letterhead = asked.letterhead.clone().cleaned();
    letterhead.logo = logo.map(|png| STANDARD.encode(png));
    check_name(&asked.name).and_then(|()| letterhead.check()).map_err(wrong)?;
    let changes = differences((&before.name, &before.letterhead), (&asked.name, &letterhead));
    if !changes.is_empty() {
        let rev = rows::write(tx, utility, (&asked.name, &letterhead), logo)?;
        let public = tx.bucket(utility, "public")?;
        tx.put(public, Entity::Letterhead, &RowId::of(before.id), rev)?;
        let entry = audit::Entry::by(admin, (rows::SET, asked.key), (Entity::Letterhead as u8, Uuid::from_bytes(before.id)));
        audit::record(tx, &entry, changes)?;
    }
    shown(tx, utility)
}

fn differences((name, before): (&str, &Letterhead), (to, after): (&str, &Letterhead)) -> Changes {
    let pairs = [
        ("name", name.to_owned(), to.to_owned()),
        ("address", before.address.clone(), after.address.clone()),
        ("tax_number", before.tax_number.clone(), after.tax_number.clone()),
        ("phone", before.phone.clone(), after.phone.clone()),
        ("email", before.email.clone(), after.email.clone()),
        ("footer", before.footer.clone(), after.footer.clone()),
        ("logo", picture(before), picture(after)),
    ];
    pairs.into_iter().filter(|(_, before, after)| before != after).collect()
}

/// A logo as it is in the audit log: its pixels, and enough of its hash to tell it from another one. `240 × 120 · 1f0a22bc`.
fn picture(letterhead: &Letterhead) -> String {
    let bytes = letterhead.logo.as_deref().and_then(|base64| STANDARD.decode(base64).ok()).unwrap_or_default();
    let Some((width, height)) = logo_size(&bytes) else { return String::new() };
    let hash: String = Sha256::digest(&bytes).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{width} × {height} · {hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of 48 by 24 pixels.
    const LOGO: &str = "iVBORw0KGgoAAAANSUhEUgAAADAAAAAYCAIAAAAzn+mLAAAALElEQVR42u3OQQkAAAgEsPsb1WLGtIbgYAGW6jklQkJCQkJCQkJCQkJCv0IL344HTIG1p0IAAAAASUVORK5CYII=";

    fn refusal(logo: impl Into<String>) -> String {
        let refused = logo_of(&Letterhead { logo: Some(logo.into()), ..Letterhead::default() });
        refused.err().map(|error| error.to_problem().detail).unwrap_or_default()
    }

    #[test]
    fn a_logo_whose_pixels_cannot_be_read_is_refused() {
        assert_eq!(refusal(LOGO), "");
        assert_eq!(logo_of(&Letterhead::default()).unwrap(), None);
        let mut bytes = STANDARD.decode(LOGO).unwrap();
        // A byte of the compressed pixels, behind the header and the names of the chunk.
        bytes[45] ^= 0xff;
        assert!(refusal(STANDARD.encode(&bytes)).starts_with("logo_kind:"), "the chunk's checksum does not fit");
        assert!(refusal("iVBORw0KGgo").starts_with("logo_kind:"), "no base64");
        assert!(refusal("PHN2Zy8+").starts_with("logo_kind:"), "an SVG");
        assert!(refusal("A".repeat(90_000)).starts_with("logo_size:"));
    }
}
