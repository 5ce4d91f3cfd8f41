//! Meters that were put in the place of others: taken as they are reported, unless their author may not write about the meter or a value is none.

use crate::error::Error;
use crate::field::{blobs, records};
use crate::metering::fleet::is_known_meter;
use crate::metering::kept;
use crate::metering::swaps;
use crate::metering::swaps::{ReportedSwap, TakenSwap};
use crate::sync::apply::{Applying, invalid, rejected};
use crate::sync::rows::readings;
use domain::field::field_record::{Review, contradicts, is_register, is_skewed, is_time};
use domain::field::meter_swap::Swap;
use domain::metering::meter::LifeCycle;
use domain::people::permission::Permission;
use domain::{MeterId, MeterSwapId, UtcMillis};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

/// Seconds to wait for a picture that is still being uploaded.
const PICTURE_S: u32 = 5;

/// When it happened, and what is odd about that. A clock that is years off cannot date it, and nothing has happened after it was reported.
fn instant(applying: &Applying<'_, '_>, stamped: UtcMillis) -> (UtcMillis, Option<Review>) {
    let (received, timing) = (applying.tx.now, applying.timing);
    let said = timing.correct(stamped);
    let is_wrong = !is_time(said, received) || is_skewed(said, received);
    let at = if is_wrong { received } else { said.min(received) };
    let is_odd = is_wrong || is_skewed(timing.correct(applying.op.occurred_at), received);
    let doubtful = (!timing.is_sure).then_some(Review::ClockDoubtful);
    (at, if is_odd { Some(Review::ClockSkew) } else { doubtful })
}

/// The meter that was taken down, by its identifier or by that of the swap that put it up; and whether that swap was not entered, so that it is not
/// known which meter it was.
fn taken_down(applying: &Applying<'_, '_>, named: MeterId) -> Result<(MeterId, bool), Error> {
    if is_known_meter(applying.tx, named)? {
        return Ok((named, false));
    }
    let before = records::held_with(applying.tx, applying.caller.utility, MeterSwapId(named.0))?;
    Ok(before.map_or((named, false), |(meter, is_put_up)| (meter, !is_put_up)))
}

/// Takes a swap.
pub fn take(applying: &mut Applying<'_, '_>, said: Swap) -> Result<Outcome, Error> {
    if !applying.may(Permission::WriteFieldRecords) {
        return Ok(rejected(Rejection::Denied));
    }
    let received = applying.tx.now;
    let (named, follows_kept) = taken_down(applying, said.meter)?;
    let Some(found) = records::meter(applying.tx, applying.caller, named, received)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    let swap = match said.clean() {
        Ok(swap) => swap,
        Err(field) => return Ok(invalid(field)),
    };
    if swap.final_register.is_some_and(|register| !is_register(register, &found.capability)) {
        return Ok(invalid("final_register"));
    }
    if !is_register(swap.first_register, &swap.capability()) {
        return Ok(invalid("register"));
    }
    if let Some(outcome) = applying.written_before(Entity::MeterSwap, swap.swap.0)? {
        return Ok(outcome);
    }
    // The meter that it may make is named by it.
    if is_known_meter(applying.tx, MeterId(swap.swap.0))? {
        return Ok(rejected(Rejection::IdReused));
    }
    for photo in [swap.final_photo, swap.first_photo].into_iter().flatten() {
        if !blobs::is_owner(applying.tx, photo, applying.caller.num)? {
            return Ok(Outcome::RetryAfter { seconds: PICTURE_S });
        }
    }
    let (at, odd) = instant(applying, swap.at);
    let own = readings::registers_around(applying.tx, found.meter, at)?;
    let is_contradicted = swap.final_register.is_some_and(|register| contradicts(register, own));
    let counts_final = applying.timing.is_sure || !is_contradicted;
    let mut review = found.review;
    review.extend(odd);
    let (caller, is_corrected) = (applying.caller, at != swap.at);
    let reported = ReportedSwap { old: found.meter, at, follows_kept, review, counts_final, swap: &swap };
    let taken = swaps::take(applying.tx, caller, reported)?;
    kept::keep(applying.tx, found.meter, swap.order)?;
    record(applying, &swap, (at, is_corrected), taken)?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}

/// Writes the audit entry. What the clock said is in it where it was corrected. A meter that is in service again has an entry of its own.
fn record(
    applying: &mut Applying<'_, '_>,
    swap: &Swap,
    (at, is_corrected): (UtcMillis, bool),
    TakenSwap { review, credential, put_back }: TakenSwap,
) -> Result<(), Error> {
    let stamped = if is_corrected { swap.at.0.to_string() } else { String::new() };
    let text = |value: Option<String>| value.unwrap_or_default();
    let review = review.iter().map(|review| review.as_str()).collect::<Vec<_>>().join(",");
    let values = [
        ("serial", swap.serial.to_string()),
        ("model", swap.model.clone()),
        ("final_register", text(swap.final_register.map(|register| register.0.to_string()))),
        ("register", swap.first_register.0.to_string()),
        ("photo", text(swap.final_photo.map(|photo| photo.to_string()))),
        ("old_seal", swap.old_seal.clone()),
        ("new_seal", swap.new_seal.clone()),
        ("reason", swap.explained.reason.clone()),
        ("no_photo", swap.explained.no_photo.clone()),
        ("review", review),
    ];
    let values = values.into_iter().filter(|(_, value)| !value.is_empty()).map(|(field, value)| (field, String::new(), value));
    let ended = (!credential.is_empty()).then(|| ("credential", credential, String::new()));
    let values = [("at", stamped, at.0.to_string())].into_iter().chain(values).chain(ended);
    applying.audit((Entity::MeterSwap, swap.swap.0), values)?;
    let Some(meter) = put_back else { return Ok(()) };
    let (before, after) = (LifeCycle::Inactive.as_str().to_owned(), LifeCycle::Active.as_str().to_owned());
    applying.audit((Entity::Meter, meter.0), [("life_cycle", before, after)])
}
