//! The demo customer's notifications: what came in the last weeks and has passed, with messages that were sent and messages that could not
//! be. What is open now is the server's own doing: the house has limits of its own, which its balance is below as soon as it is known.

use crate::demo::purchases::ChargedConnection;
use domain::alerts::content::Content;
use domain::alerts::kinds::{AlertKind, Provider};
use domain::alerts::preferences::Preferences;
use domain::alerts::retry::NextTry;
use domain::billing::balance::{Level, Thresholds};
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::{NotificationId, Rupiah, UtcMillis};
use protocol::alerts::ThresholdsRequest;
use sync_server::alerts::enqueue::{NewNotification, clear, enqueue};
use sync_server::alerts::rows::deliveries::Outcome;
use sync_server::alerts::rows::{deliveries, outbound, settings as rows};
use sync_server::alerts::{inbox, settings};
use sync_server::core::Tx;
use sync_server::core::scope::Caller;
use sync_server::error::Error;
use uuid::Uuid;

/// The limits of the house: more than was bought for it this month.
const EARLY: Thresholds = Thresholds { rupiah: Rupiah(100_000), days: 7 };

/// The customer's own receiver, which there is none of.
const WEBHOOK: &str = "https://rumah-sari.example/indowater";

/// Messages of one notification at most.
const MESSAGES: i64 = 32;

/// Something that has passed.
struct Past {
    /// Which of the customer's connections.
    place: usize,
    /// Days ago, at ten in the morning.
    days: i64,
    level: Level,
    balance: i64,
    tenths_of_days: i64,
    is_read: bool,
    /// Why the mail server refused it; it has taken it if there is nothing.
    refused: Option<&'static str>,
}

const PAST: [Past; 3] = [
    Past { place: 1, days: 62, level: Level::Warning, balance: 47_300, tenths_of_days: 26, is_read: false, refused: None },
    Past {
        place: 0,
        days: 36,
        level: Level::Warning,
        balance: 48_650,
        tenths_of_days: 29,
        is_read: true,
        refused: Some("452 4.2.2 <customer@indowater.example>: mailbox full"),
    },
    Past {
        place: 0,
        days: 34,
        level: Level::Critical,
        balance: 18_200,
        tenths_of_days: 11,
        is_read: true,
        refused: Some("550 5.1.1 <customer@indowater.example>: mailbox unavailable"),
    },
];

/// Notifies the demo customer of what has passed, and sets what the house is watched by.
///
/// # Errors
/// The database.
pub fn make(tx: &mut Tx<'_>, customer: &Caller, connections: &[ChargedConnection]) -> Result<(), Error> {
    let (now, preferences) = (tx.now, Preferences { webhook: Some(WEBHOOK.into()), ..Preferences::default() });
    rows::keep_preferences(tx, customer.num, &preferences)?;
    rows::keep_providers(tx, &[Provider::Email, Provider::Webhook])?;
    for past in &PAST {
        let Some(connection) = connections.get(past.place) else { continue };
        let zone = connection.time_zone;
        tx.now = zone.start_of(zone.day_of(now.plus(-past.days * DAY_MS))).plus(10 * HOUR_MS);
        happen(tx, customer, connection, past)?;
    }
    tx.now = now;
    if let Some(house) = connections.first() {
        let asked = ThresholdsRequest { key: Uuid::now_v7(), connection: house.id, thresholds: Some(EARLY) };
        settings::set_thresholds(tx, customer, &asked)?;
    }
    Ok(())
}

/// One of them, from its cause to its end.
fn happen(tx: &mut Tx<'_>, customer: &Caller, connection: &ChargedConnection, past: &Past) -> Result<(), Error> {
    let content = Content::LowBalance {
        level: past.level,
        balance: Rupiah(past.balance),
        tenths_of_days: Some(past.tenths_of_days),
        limit: None,
    };
    let new = NewNotification {
        user: customer.num,
        connection: Some(connection.num),
        meter: None,
        dedupe_key: format!("demo:{}", past.days),
        content,
    };
    enqueue(tx, &new)?;
    let mail = match past.refused {
        Some(why) => Outcome::Refused(NextTry::Never, why),
        None => Outcome::Sent("250 2.0.0 queued"),
    };
    let mut notified = Vec::new();
    for (provider, outcome) in
        [(Provider::Email, mail), (Provider::Webhook, Outcome::Refused(NextTry::Never, "the receiver answered 404 Not Found"))]
    {
        notified.extend(hand_on(tx, provider, &outcome)?);
    }
    tx.now = tx.now.plus(2 * HOUR_MS);
    if past.is_read {
        inbox::mark_read(tx, customer, &notified)?;
    }
    tx.now = tx.now.plus(3 * HOUR_MS);
    clear(tx, connection.num, AlertKind::LowBalance)
}

/// What a provider makes of all that is due; returns of which notifications it was.
fn hand_on(tx: &mut Tx<'_>, provider: Provider, outcome: &Outcome<'_>) -> Result<Vec<NotificationId>, Error> {
    let until: UtcMillis = tx.now.plus(5 * MINUTE_MS);
    let mut notified = Vec::new();
    for leased in deliveries::lease(tx, provider, until, MESSAGES)? {
        let (items, _) = outbound::items(tx, leased.num)?;
        notified.extend(items.into_iter().map(|item| item.id));
        deliveries::record(tx, (leased.num, leased.attempt), outcome)?;
    }
    Ok(notified)
}
