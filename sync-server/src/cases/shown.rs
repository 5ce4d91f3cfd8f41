//! A case as devices hold it, and who is notified of it: as it was found, unless its utility has set something else for the class of its meter.

use crate::alerts::enqueue::{NewNotification, clear, enqueue};
use crate::alerts::rows::outbound;
use crate::billing::charging;
use crate::cases::rows::cases::StoredCase;
use crate::cases::rows::{answers, cases, policy, treatments};
use crate::core::feed::RowId;
use crate::core::{Db, Tx, holders};
use crate::error::Error;
use crate::metering::rows::classes;
use domain::alerts::content::Content;
use domain::alerts::kinds::AlertKind;
use domain::leaks::Severity;
use domain::{Millilitres, Rupiah, UtcMillis};
use protocol::sync::rows::{Entity, MeterCase};
use uuid::Uuid;

/// Hours for which the cost of a leak that goes on is shown.
const MONTH_HOURS: i64 = 30 * 24;

/// Puts a case, as it is now, into the buckets of those who may see it, or takes it out of them if it was withdrawn or is not to be shown.
///
/// # Errors
/// The database.
pub fn publish(tx: &mut Tx<'_>, case: i64) -> Result<(), Error> {
    let stored = treated(tx, case)?;
    let around = holders::of_connection(tx, stored.connection)?;
    let customer = stored.cause.is_the_customers().then_some(around.customer);
    let Ok(no) = i32::try_from(stored.no) else { return Ok(()) };
    let id = RowId::at(stored.connection_id.0.into_bytes(), no);
    let month = Millilitres(i64::from(stored.rate) * MONTH_HOURS);
    let costs = (worth(tx, &stored, stored.loss)?, worth(tx, &stored, month)?);
    let rev = cases::revise(tx, case, costs)?;
    for bucket in [Some(around.admin), Some(around.zone), customer].into_iter().flatten() {
        if stored.shown_severity().is_none() {
            tx.remove(bucket, Entity::MeterCase, &id)?;
        } else {
            tx.put(bucket, Entity::MeterCase, &id, rev)?;
        }
    }
    Ok(())
}

/// A case, with what becomes of it now. What is over stays as it was shown, whatever is set later.
fn treated(tx: &mut Tx<'_>, case: i64) -> Result<StoredCase, Error> {
    let mut stored = cases::load(tx, case)?;
    if stored.published_at > UtcMillis(0) && !stored.status().is_open() {
        return Ok(stored);
    }
    let treatment = classes::of_meter(tx, stored.meter)?.of(stored.cause);
    if treatment != stored.treatment {
        treatments::write(tx, case, treatment)?;
        stored.treatment = treatment;
    }
    Ok(stored)
}

/// Publishes a case that waited for it, and notifies of it where nobody was: what was not to be shown may be shown now.
///
/// # Errors
/// The database.
pub fn publish_and_notify(tx: &mut Tx<'_>, case: i64) -> Result<(), Error> {
    publish(tx, case)?;
    notify(tx, case)
}

fn worth(tx: &Tx<'_>, case: &StoredCase, volume: Millilitres) -> Result<Option<Rupiah>, Error> {
    if volume == Millilitres::ZERO {
        return Ok(None);
    }
    charging::worth_on(tx, case.connection, tx.now, volume)
}

/// Notifies of a case that is open, of which nobody was notified or which has become worse since; or clears what was notified of one that has ended.
///
/// # Errors
/// The database.
pub fn notify(tx: &mut Tx<'_>, case: i64) -> Result<(), Error> {
    let stored = cases::load(tx, case)?;
    let Some(severity) = stored.shown_severity().filter(|_| stored.status().is_open()) else {
        return clear_if_last(tx, &stored);
    };
    // A meter's health is on the admins' page, and nobody is notified of it.
    if stored.notified >= Some(severity) || stored.cause.kind() == AlertKind::MeterHealth {
        return Ok(());
    }
    cases::mark_notified(tx, case, severity)?;
    let users = recipients(tx, &stored, severity)?;
    notify_each(tx, &stored, users, &format!("case:{}:{}:{}", stored.connection, stored.no, tx.now.0))
}

/// Notifies the admins that a customer wants a technician for a case, once.
///
/// # Errors
/// The database.
pub fn ask_for_help(tx: &mut Tx<'_>, case: &StoredCase) -> Result<(), Error> {
    let admins = outbound::admins_of_connection(tx, case.connection)?;
    notify_each(tx, case, admins, &format!("case-help:{}:{}", case.connection, case.no))
}

fn notify_each(tx: &mut Tx<'_>, stored: &StoredCase, users: Vec<i64>, dedupe_key: &str) -> Result<(), Error> {
    let Some(severity) = stored.shown_severity() else { return Ok(()) };
    for user in users {
        let new = NewNotification {
            user,
            connection: Some(stored.connection),
            meter: Some(stored.meter),
            dedupe_key: dedupe_key.to_owned(),
            content: Content::Case {
                no: stored.no,
                cause: stored.cause,
                severity,
                start: stored.start,
                rate: stored.rate,
                loss: stored.loss,
            },
        };
        enqueue(tx, &new)?;
    }
    Ok(())
}

/// The users of the customer whose water it is, or at whose meter somebody seems to have been where the utility wants them to know; the admins
/// where it is severe, or the utility's own affair.
fn recipients(db: &Db, case: &StoredCase, severity: Severity) -> Result<Vec<i64>, Error> {
    let mut users = Vec::new();
    let is_tampering = case.cause.kind() == AlertKind::Tamper;
    if case.cause.is_the_customers() || is_tampering && policy::customers_know_of_tampering(db, case.connection)? {
        users = outbound::users_of_connection(db, case.connection)?;
    }
    if !case.cause.is_the_customers() || severity == Severity::Severe {
        users.extend(outbound::admins_of_connection(db, case.connection)?);
    }
    Ok(users)
}

fn clear_if_last(tx: &mut Tx<'_>, case: &StoredCase) -> Result<(), Error> {
    let kind = case.cause.kind();
    if cases::open_at(tx, case.connection)?.into_iter().any(|other| other.kind() == kind) {
        return Ok(());
    }
    clear(tx, case.connection, kind)
}

/// The body of a case's row.
///
/// # Errors
/// The database.
pub fn body(db: &Db, connection: Uuid, no: Option<i32>) -> Result<Option<MeterCase>, Error> {
    let Some(no) = no.and_then(|no| u32::try_from(no).ok()) else { return Ok(None) };
    let Some(stored) = cases::find(db, connection, no)? else { return Ok(None) };
    let Some(severity) = stored.shown_severity() else { return Ok(None) };
    Ok(Some(MeterCase {
        connection: stored.connection_id,
        no,
        meter: stored.meter_id,
        cause: stored.cause.on_the_wire(),
        severity,
        status: stored.status(),
        start: stored.start,
        opened_at: stored.opened_at,
        cleared_at: stored.cleared_at,
        rate: stored.rate,
        loss: stored.loss,
        cost: stored.cost,
        cost_month: stored.cost_month,
        found: stored.found,
        normal_until: stored.normal_until,
        authorised: stored.order.map(|(_, order)| order),
        assigned: stored.assigned,
        history: answers::of_case(db, stored.num)?,
    }))
}
