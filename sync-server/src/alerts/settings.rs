//! What users want to be notified of and when, and where push messages reach their devices.

use crate::alerts::rows::settings as rows;
use crate::billing::credit;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::metering::rows::zones;
use crate::people::auth::token::Key;
use domain::alerts::kinds::{Channel, Provider};
use domain::alerts::preferences::Preferences;
use protocol::alerts::{AlertSettings, LONGEST_TOKEN, PushTokenRequest, ThresholdsNow, ThresholdsRequest};
use protocol::core::problem::Code;
use protocol::sync::rows::Entity;

/// What a user has set, with the key of the webhook.
///
/// # Errors
/// The database.
pub fn of(db: &Db, caller: &Caller, key: &Key) -> Result<AlertSettings, Error> {
    let preferences = rows::preferences(db, caller.num)?;
    let mut channels = vec![Channel::InApp];
    channels.extend(rows::providers(db)?.into_iter().map(Provider::channel));
    channels.dedup();
    let webhook_key = preferences.webhook.as_deref().map(|url| key.webhook(caller.id, url));
    Ok(AlertSettings { preferences, channels, webhook_key })
}

/// Keeps what a user has set.
///
/// # Errors
/// It cannot be kept (`preferences`), or the database.
pub fn keep(tx: &mut Tx<'_>, caller: &Caller, preferences: Preferences, key: &Key) -> Result<AlertSettings, Error> {
    let checked = preferences.checked().map_err(|error| Error::problem(Code::BadRequest, format!("preferences: {error}")))?;
    rows::keep_preferences(tx, caller.num, &checked)?;
    of(tx, caller, key)
}

/// Sets the thresholds of one connection, once for each key; returns those that hold.
///
/// # Errors
/// No such connection in the caller's scope, no thresholds (`thresholds`), or the database.
pub fn set_thresholds(tx: &mut Tx<'_>, caller: &Caller, asked: &ThresholdsRequest) -> Result<ThresholdsNow, Error> {
    let connection = scope::connection(tx, caller, asked.connection)?.num;
    if asked.thresholds.is_some_and(|of| !of.are_possible()) {
        return Err(Error::problem(Code::BadRequest, "thresholds: up to Rp100.000.000 and 365 days"));
    }
    const KIND: &str = "set_thresholds";
    if !zones::is_recorded_of(tx, caller.utility, (KIND, asked.key), asked.connection.0)? {
        let before = credit::thresholds(tx, connection)?;
        rows::write_thresholds(tx, connection, asked.thresholds)?;
        let after = credit::thresholds(tx, connection)?;
        let changes = [
            ("low_rupiah", before.rupiah.to_string(), after.rupiah.to_string()),
            ("low_days", before.days.to_string(), after.days.to_string()),
        ];
        let changes = changes.into_iter().filter(|(_, before, after)| before != after);
        let entry = audit::Entry::by(caller, (KIND, asked.key), (Entity::Connection as u8, asked.connection.0));
        audit::record(tx, &entry, changes)?;
    }
    Ok(ThresholdsNow { thresholds: credit::thresholds(tx, connection)?, own: rows::has_own_thresholds(tx, connection)? })
}

/// Keeps or forgets where push messages reach the device that asks.
///
/// # Errors
/// The token is none (`token`), or the database.
pub fn set_token(tx: &mut Tx<'_>, caller: &Caller, asked: &PushTokenRequest) -> Result<(), Error> {
    let is_push = asked.provider.channel() == Channel::Push;
    // A token stands in the path of a request to Apple.
    let is_token = (1..=LONGEST_TOKEN).contains(&asked.token.len())
        && asked.token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'='));
    if !is_push || !is_token {
        return Err(Error::problem(Code::BadRequest, "token: a token of `fcm` or `apns`, as the system gave it"));
    }
    if asked.wanted {
        rows::keep_token(tx, (caller.num, caller.session), asked.provider, &asked.token)
    } else {
        rows::remove_token(tx, Some(caller.num), asked.provider, &asked.token)
    }
}
