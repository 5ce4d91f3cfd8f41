//! Sending what is due: taken with a lease, sent outside of any transaction, and its outcome recorded. A server that dies in between leaves
//! a lease behind, and the next one sends the message again under the same identifier.

use crate::alerts::channels::{Channel, Failure, Letter};
use crate::alerts::rows::deliveries::{Leased, Outcome};
use crate::alerts::rows::outbound::{Item, Recipient};
use crate::alerts::rows::{deliveries, outbound, settings};
use crate::alerts::words::Words;
use crate::alerts::{enclosures, enqueue, invitations, words};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::people::auth::password;
use crate::people::auth::token::Key;
use crate::people::passwords;
use crate::state::App;
use domain::UtcMillis;
use domain::alerts::content::Content;
use domain::alerts::kinds::{Channel as Way, Provider, Severity};
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
        let of = |leased: &Leased| next(&snapshot, leased, (provider, now), (&key, address.as_deref()));
        Ok(taken.into_iter().map(|leased| (of(&leased), leased)).collect::<Vec<_>>())
    };
    let steps = app.store.read(load).await?;
    let tries = stream::iter(steps).map(|(step, leased)| try_once(app, channel, step, leased));
    let mut outcomes = tries.buffer_unordered(CONCURRENT);
    while let Some(outcome) = outcomes.next().await {
        outcome?;
    }
    Ok(count)
}

/// What is to be done about a delivery that was taken.
enum Step {
    /// Its message is handed on.
    Send(Box<Letter>),
    /// Nothing, and why: all that it is about has passed, or nobody is there any more whom it is for.
    Cancel(&'static str),
    /// Nothing before an instant: it is late, and quiet hours have begun.
    Wait(UtcMillis),
}

/// What is to be done about a delivery now. `address` is the app's.
fn next(
    db: &Db,
    leased: &Leased,
    (provider, now): (Provider, UtcMillis),
    (key, address): (&Key, Option<&str>),
) -> Result<Step, Error> {
    let recipient = outbound::recipient(db, leased.user)?;
    let (items, more) = outbound::items(db, leased.num)?;
    if items.is_empty() {
        return Ok(Step::Cancel("what it is about has passed"));
    }
    if !recipient.active {
        return Ok(Step::Cancel("its user may not sign in any more"));
    }
    let Some(reached) = address_now(db, provider, leased, &recipient)? else {
        return Ok(Step::Cancel("its user is not reached there any more"));
    };
    if let Some(until) = quiet_until(db, leased, (provider, now), &items)? {
        return Ok(Step::Wait(until));
    }
    let words = match items.iter().map(|item| &item.content).find(|content| matches!(content, Content::Invitation { .. })) {
        Some(content) => invitation(db, leased.user, (&recipient, content, now), (key, address))?,
        None => Some(words::of_message(&items, more, recipient.language)),
    };
    let Some(words) = words else { return Ok(Step::Cancel("the invitation is not good any more")) };
    Ok(Step::Send(Box::new(Letter { message: leased.message, address: reached, recipient, items, more, words, file: None, now })))
}

/// Where a message goes: to the address that its user has now, whatever it was when the message was queued; none without one. A push message goes
/// to its phone alone, as long as its user is signed in there: one from which somebody has signed out may be another one's by now.
fn address_now(db: &Db, provider: Provider, leased: &Leased, recipient: &Recipient) -> Result<Option<String>, Error> {
    let preferences = settings::preferences(db, leased.user)?;
    let mut reached = enqueue::addresses_of(db, leased.user, recipient, (&preferences, provider))?;
    if provider.channel() == Way::Push {
        reached.retain(|address| *address == leased.address);
    }
    Ok(reached.pop())
}

/// The end of quiet hours that cover an instant. A delivery is due outside of them, and a provider or a server that was ill may make it late.
/// What is critical waits for nothing, and neither does a mail that somebody has asked for by itself.
fn quiet_until(
    db: &Db,
    leased: &Leased,
    (provider, now): (Provider, UtcMillis),
    items: &[Item],
) -> Result<Option<UtcMillis>, Error> {
    let is_asked_for =
        |content: &Content| provider == Provider::Email && matches!(content, Content::Invitation { .. } | Content::Report { .. });
    if items.iter().any(|item| item.severity == Severity::Critical || is_asked_for(&item.content)) {
        return Ok(None);
    }
    let Some(quiet) = settings::preferences(db, leased.user)?.quiet else { return Ok(None) };
    let zone = enqueue::zone(db, leased.user, outbound::connection_of(db, leased.num)?)?;
    let end = quiet.end(now, zone);
    Ok((end > now).then_some(end))
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

/// What became of a message that nobody refused.
enum Done {
    /// The provider has taken it, under a name of its own.
    Sent(String),
    /// It was not handed on, and why.
    Cancelled(&'static str),
}

async fn try_once(app: &App, channel: &dyn Channel, step: Result<Step, Error>, leased: Leased) -> Result<(), Error> {
    let outcome = match step {
        Ok(Step::Send(letter)) => {
            let letter = enclosures::enclose(app, channel.provider(), *letter).await;
            channel.send(&letter).await.map(Done::Sent)
        }
        Ok(Step::Cancel(why)) => Ok(Done::Cancelled(why)),
        Ok(Step::Wait(until)) => {
            let put_back = move |tx: &mut Tx<'_>| deliveries::put_back(tx, (leased.num, leased.attempt), until);
            return app.store.writer.work(put_back).await;
        }
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
    outcome: &Result<Done, Failure>,
    spread: u16,
) -> Result<(), Error> {
    let outcome = match outcome {
        Ok(Done::Sent(id)) => Outcome::Sent(id),
        Ok(Done::Cancelled(why)) => Outcome::Cancelled(why),
        Err(failure) => {
            if failure.is_gone {
                settings::remove_token(tx, None, provider, &leased.address)?;
            }
            Outcome::Refused(next_try(failure.refusal, leased.attempt, leased.since, tx.now, spread), &failure.why)
        }
    };
    let word = match &outcome {
        Outcome::Sent(_) => "sent",
        Outcome::Cancelled(_) => "cancelled",
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
