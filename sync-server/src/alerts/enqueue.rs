//! A notification with its deliveries, written in the transaction of what caused it: either both are there, or neither.

use crate::alerts::inbox;
use crate::alerts::rows::deliveries::NewDelivery;
use crate::alerts::rows::notifications::NewRow;
use crate::alerts::rows::outbound::Recipient;
use crate::alerts::rows::{deliveries, notifications, outbound, settings};
use crate::billing::charging;
use crate::core::{Db, Tx};
use crate::error::Error;
use domain::TimeZone;
use domain::alerts::content::Content;
use domain::alerts::due::{Due, due};
use domain::alerts::kinds::{AlertKind, Channel, Provider};
use domain::alerts::preferences::Preferences;
use domain::core::text;
use uuid::Uuid;

/// What somebody is to be notified of.
#[derive(Clone, Debug)]
pub struct NewNotification {
    /// Key of the user.
    pub user: i64,
    /// Key of the connection that it is about.
    pub connection: Option<i64>,
    /// Key of the meter that it is about.
    pub meter: Option<i64>,
    /// What makes it the same as another one of its user: there is one for each.
    pub dedupe_key: String,
    /// What it says.
    pub content: Content,
}

/// Whether a notification goes by e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mail {
    /// As the user wants it for its kind.
    Preferred,
    /// At once and by itself, whatever the user wants for its kind: whoever set it up has chosen so.
    Always,
    /// Not at all.
    Never,
}

/// Notifies a user: writes the notification, puts it into the app's list, and queues a delivery for each address on each channel that the
/// user wants and that is set up. Returns whether it is new: the same dedupe key again changes nothing.
///
/// # Errors
/// The database.
pub fn enqueue(tx: &mut Tx<'_>, new: &NewNotification) -> Result<bool, Error> {
    enqueue_with(tx, new, Mail::Preferred)
}

/// The same with e-mail as `mail` says.
///
/// # Errors
/// The database.
pub fn enqueue_with(tx: &mut Tx<'_>, new: &NewNotification, mail: Mail) -> Result<bool, Error> {
    let recipient = outbound::recipient(tx, new.user)?;
    let preferences = settings::preferences(tx, new.user)?;
    let (kind, id) = (new.content.kind(), Uuid::now_v7());
    let row = NewRow {
        id,
        user: new.user,
        connection: new.connection,
        meter: new.meter,
        dedupe_key: &new.dedupe_key,
        content: &new.content,
        shown: preferences.want(kind, Channel::InApp),
    };
    let Some(num) = notifications::insert(tx, &row)? else { return Ok(false) };
    inbox::publish(tx, num)?;
    if !recipient.active {
        return Ok(true);
    }
    let zone = zone(tx, new.user, new.connection)?;
    let when = due(tx.now, new.content.severity(), &preferences, zone);
    for (provider, address) in addresses(tx, new.user, &recipient, (&preferences, kind, mail))? {
        let (at, head) = match when {
            _ if provider == Provider::Email && mail == Mail::Always => (tx.now, None),
            Due::AtOnce => (tx.now, None),
            Due::At(at) => (at, deliveries::waiting_for(tx, new.user, (provider, &address), at)?),
        };
        let delivery = NewDelivery {
            notification: num,
            user: new.user,
            utility: recipient.utility,
            provider,
            address: &address,
            message: message(id, provider, &address),
            due: at,
            head,
        };
        deliveries::insert(tx, &delivery)?;
    }
    Ok(true)
}

/// Marks what was notified of a connection as passed: in the app's list it shows as such, and what still waits is not sent.
///
/// # Errors
/// The database.
pub fn clear(tx: &mut Tx<'_>, connection: i64, kind: AlertKind) -> Result<(), Error> {
    notifications::clear(tx, connection, kind)?.into_iter().try_for_each(|num| inbox::publish(tx, num))
}

/// The zone whose hours are quiet: that of the property, or of the user's first one.
pub(super) fn zone(db: &Db, user: i64, connection: Option<i64>) -> Result<TimeZone, Error> {
    match connection {
        Some(connection) => charging::time_zone(db, connection),
        None => Ok(outbound::zone_of_user(db, user)?.unwrap_or(TimeZone::Jakarta)),
    }
}

/// Where a user is reached, by the providers that are set up and the channels on which the kind is wanted.
fn addresses(
    db: &Db,
    user: i64,
    recipient: &Recipient,
    (preferences, kind, mail): (&Preferences, AlertKind, Mail),
) -> Result<Vec<(Provider, String)>, Error> {
    let mut addresses = Vec::new();
    for provider in settings::providers(db)? {
        let is_wanted = match (provider, mail) {
            (Provider::Email, Mail::Always) => true,
            (Provider::Email, Mail::Never) => false,
            _ => preferences.want(kind, provider.channel()),
        };
        if !is_wanted {
            continue;
        }
        let reached = addresses_of(db, user, recipient, (preferences, provider))?;
        addresses.extend(reached.into_iter().map(|address| (provider, address)));
    }
    Ok(addresses)
}

/// Where a user is reached by a provider now: at one address or none, or on several phones.
pub(super) fn addresses_of(
    db: &Db,
    user: i64,
    recipient: &Recipient,
    (preferences, provider): (&Preferences, Provider),
) -> Result<Vec<String>, Error> {
    Ok(match provider {
        Provider::Email => vec![recipient.email.clone()],
        Provider::Webhook => preferences.webhook.clone().into_iter().collect(),
        Provider::Whatsapp => {
            let number = text::phone_key(&recipient.phone);
            number.strip_prefix('+').map(str::to_owned).into_iter().collect()
        }
        Provider::Fcm | Provider::Apns => {
            let tokens = outbound::push_tokens(db, user)?.into_iter();
            tokens.filter(|(of, _)| *of == provider).map(|(_, token)| token).collect()
        }
    })
}

/// The identifier of a notification's message to an address: the same whenever it is asked for.
pub(super) fn message(notification: Uuid, provider: Provider, address: &str) -> Uuid {
    Uuid::new_v5(&notification, format!("{}:{address}", provider.as_str()).as_bytes())
}
