//! Sending what is due: taken with a lease, sent outside of any transaction, and its outcome recorded. A server that dies in between leaves
//! a lease behind, and the next one sends the message again under the same identifier.

use crate::alerts::channels::{Channel, Failure, Letter};
use crate::alerts::rows::deliveries::{Leased, Outcome};
use crate::alerts::rows::outbound::Recipient;
use crate::alerts::rows::{deliveries, outbound, settings};
use crate::alerts::words::Words;
use crate::alerts::{enclosures, invitations, words};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::people::auth::password;
use crate::people::auth::token::Key;
use crate::people::passwords;
use crate::state::App;
use domain::UtcMillis;
use domain::alerts::content::Content;
use domain::alerts::kinds::Provider;
use domain::alerts::retry::{NextTry, Refusal, next_try};
use domain::core::local_time::MINUTE_MS;
use futures_util::stream::{self, StreamExt};

/// Messages that are taken together, and are in memory at once for each provider.
pub const BATCH: usize = 32;

/// Messages that are on their way to a provider at once.
const CONCURRENT: usize = 8;

/// How long a lease lasts: longer than a batch whose every file and every try takes as long as it may. Milliseconds.
const LEASE_MS: i64 = 15 * MINUTE_MS;

/// Begins: what a server before took and did not finish is free again, and what waits for a provider that is not set up any more ends.
///
/// # Errors
/// The database.
pub fn begin(tx: &mut Tx<'_>, set_up: &[Provider]) -> Result<(), Error> {
    deliveries::release_all(tx)?;
    settings::keep_providers(tx, set_up)?;
    let gone = Provider::ALL.iter().filter(|provider| !set_up.contains(provider));
    gone.copied().try_for_each(|provider| deliveries::end_of(tx, provider, "the server is not set up for it"))
}

/// Sends what is due for a provider, [`BATCH`] messages at most; returns how many were taken.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn round(app: &App, channel: &dyn Channel) -> Result<usize, Error> {
    let (provider, now) = (channel.provider(), app.store.clock.now());
    if !app.store.read(move |db| deliveries::is_any_due(db, provider, now)).await? {
        return Ok(0);
    }
    let lease = move |tx: &mut Tx<'_>| deliveries::lease(tx, provider, tx.now.plus(LEASE_MS), BATCH as i64);
    let taken = app.store.writer.work(lease).await?;
    let count = taken.len();
    let (key, address) = (app.key.clone(), channel.app().map(str::to_owned));
    let load = move |db: &mut Db| {
        let snapshot = db.transaction()?;
        let of = |leased: &Leased| letter(&snapshot, leased, (provider, now), (&key, address.as_deref()));
        Ok(taken.into_iter().map(|leased| (of(&leased), leased)).collect::<Vec<_>>())
    };
    let letters = app.store.read(load).await?;
    let tries = stream::iter(letters).map(|(letter, leased)| try_once(app, channel, letter, leased));
    let mut outcomes = tries.buffer_unordered(CONCURRENT);
    while let Some(outcome) = outcomes.next().await {
        outcome?;
    }
    Ok(count)
}

/// The message of a delivery; none if all that it is about has passed, or its user may not sign in any more, or is not signed in there. `address`
/// is the app's.
fn letter(
    db: &Db,
    leased: &Leased,
    (provider, now): (Provider, UtcMillis),
    (key, address): (&Key, Option<&str>),
) -> Result<Option<Letter>, Error> {
    let recipient = outbound::recipient(db, leased.user)?;
    let (items, more) = outbound::items(db, leased.num)?;
    if items.is_empty() || !recipient.active || !is_signed_in_there(db, leased, provider)? {
        return Ok(None);
    }
    let words = match items.iter().map(|item| &item.content).find(|content| matches!(content, Content::Invitation { .. })) {
        Some(content) => invitation(db, leased.user, (&recipient, content, now), (key, address))?,
        None => Some(words::of_message(&items, more, recipient.language)),
    };
    let Some(words) = words else { return Ok(None) };
    Ok(Some(Letter { message: leased.message, address: leased.address.clone(), recipient, items, more, words, file: None, now }))
}

/// Whether the user is still signed in on the device to which a push message goes, if it is one: whoever has the device now must not read it.
fn is_signed_in_there(db: &Db, leased: &Leased, provider: Provider) -> Result<bool, Error> {
    if !matches!(provider, Provider::Fcm | Provider::Apns) {
        return Ok(true);
    }
    let tokens = outbound::push_tokens(db, leased.user)?;
    Ok(tokens.iter().any(|(of, token)| *of == provider && *token == leased.address))
}

/// The words of an invitation, with its code, which is derived here and stands nowhere before; none once it was used, is void or over.
fn invitation(
    db: &Db,
    user: i64,
    (recipient, content, now): (&Recipient, &Content, UtcMillis),
    (key, address): (&Key, Option<&str>),
) -> Result<Option<Words>, Error> {
    let Content::Invitation { invitation, utility, until } = content else { return Ok(None) };
    let stands = passwords::invitation(db, user)?.is_some_and(|(newest, _)| newest == *invitation);
    if !stands || *until <= now {
        return Ok(None);
    }
    let derived = key.invitation(recipient.id, *invitation).ok_or_else(|| Error::Setup("no code can be derived".into()))?;
    let code = password::invitation_code(&derived);
    let link = address.and_then(|app| invitations::link_to(app, &recipient.email, &code));
    Ok(Some(words::of_invitation(recipient, (utility, *until), (&code, link.as_deref()))))
}

async fn try_once(app: &App, channel: &dyn Channel, letter: Result<Option<Letter>, Error>, leased: Leased) -> Result<(), Error> {
    let outcome = match letter {
        Ok(Some(letter)) => {
            let letter = enclosures::enclose(app, channel.provider(), letter).await;
            channel.send(&letter).await.map(Some)
        }
        Ok(None) => Ok(None),
        // Later it may be readable, by another version of the server.
        Err(error) => Err(Failure {
            refusal: Refusal::Temporary { not_before_ms: None },
            why: format!("it cannot be read: {error}"),
            is_gone: false,
        }),
    };
    let (provider, spread) = (channel.provider(), spread());
    let recorded = app.store.writer.work(move |tx| record(tx, provider, &leased, &outcome, spread));
    recorded.await
}

fn record(
    tx: &mut Tx<'_>,
    provider: Provider,
    leased: &Leased,
    outcome: &Result<Option<String>, Failure>,
    spread: u16,
) -> Result<(), Error> {
    let outcome = match outcome {
        Ok(Some(id)) => Outcome::Sent(id),
        Ok(None) => Outcome::Cancelled,
        Err(failure) => {
            if failure.is_gone {
                settings::remove_token(tx, None, provider, &leased.address)?;
            }
            Outcome::Refused(next_try(failure.refusal, leased.attempt, leased.since, tx.now, spread), &failure.why)
        }
    };
    let word = match &outcome {
        Outcome::Sent(_) => "sent",
        Outcome::Cancelled => "cancelled",
        Outcome::Refused(NextTry::At(_), _) => "failed",
        Outcome::Refused(NextTry::Never, _) => "dead",
    };
    if deliveries::record(tx, (leased.num, leased.attempt), &outcome)? {
        metrics::counter!("indowater_deliveries_total", "provider" => provider.as_str(), "state" => word).increment(1);
    }
    Ok(())
}

/// A random number from 0 to 999; without randomness nothing is scattered.
fn spread() -> u16 {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).map_or(0, |()| u16::from_be_bytes(bytes) % 1_000)
}
