//! What is done under work orders: that work begins, is held, goes on, is put off and is done. It happened, and is never refused for state or time;
//! what is odd about it marks the order for review. What the meter reported meanwhile is judged anew.

use crate::cases::events;
use crate::error::Error;
use crate::field::records::InScope;
use crate::field::rows::records::words;
use crate::maintenance::orders;
use crate::maintenance::orders::{Happened, Reported, Taken};
use crate::maintenance::rows::StoredOrder;
use crate::sync::apply::work::{applied, order};
use crate::sync::apply::{Applying, invalid, rejected};
use domain::UtcMillis;
use domain::field::field_record::{Review, is_skewed, is_time};
use domain::maintenance::record::review_work;
use domain::maintenance::work_order::{Progress, Turn, TurnKind, clean_text, judged_otherwise_from};
use domain::people::permission::Permission;
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;
use protocol::sync::work::{WorkDeferral, WorkMoment};
use std::collections::BTreeSet;
use uuid::Uuid;

/// When something was done that its author's clock dated, and what is odd about that clock. One that is years off cannot date it, and nothing has
/// happened after it was reported.
pub(super) fn dated(applying: &Applying<'_, '_>, stamped: UtcMillis) -> (UtcMillis, Option<Review>) {
    let (received, timing) = (applying.tx.now, applying.timing);
    let said = timing.correct(stamped);
    let at = if is_time(said, received) { said.min(received) } else { received };
    let odd = if is_skewed(said, received) || is_skewed(timing.correct(applying.op.occurred_at), received) {
        Some(Review::ClockSkew)
    } else {
        (!timing.is_sure).then_some(Review::ClockDoubtful)
    };
    (at, odd)
}

/// What is odd about somebody who does something at a meter: they worked in its zone before, and do not any more. That the meter is installed
/// nowhere is not, since it may have been replaced by the same work.
pub(super) fn odd_author(scope: &InScope) -> Option<Review> {
    scope.review.get(&Review::OutOfZone).copied()
}

/// Takes that work began or goes on, which is one.
pub fn begun(applying: &mut Applying<'_, '_>, moment: WorkMoment) -> Result<Outcome, Error> {
    happened(applying, moment, Happened::Turned(Turn::Going), "")
}

/// Takes that work is done.
pub fn completed(applying: &mut Applying<'_, '_>, moment: WorkMoment) -> Result<Outcome, Error> {
    happened(applying, moment, Happened::Completed, "")
}

/// Takes that work was put off.
pub fn deferred(applying: &mut Applying<'_, '_>, deferral: &WorkDeferral) -> Result<Outcome, Error> {
    let WorkDeferral { order, meter, at, reason, ref text } = *deferral;
    happened(applying, WorkMoment { order, meter, at }, Happened::Turned(Turn::Deferred(reason)), text)
}

/// Takes that something happened to work, by its author's clock, with what is written about it.
pub fn happened(applying: &mut Applying<'_, '_>, moment: WorkMoment, what: Happened, text: &str) -> Result<Outcome, Error> {
    if !applying.may(Permission::WriteFieldRecords) {
        return Ok(rejected(Rejection::Denied));
    }
    let (found, scope) = match order(applying, (moment.order, moment.meter))? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    let Ok(text) = clean_text(text) else { return Ok(invalid("text")) };
    let (at, odd_clock) = dated(applying, moment.at);
    // Whether it came after the order's end follows from all that is known, and not from what is known now.
    let of_author = review_work(&Progress::default(), found.technician_id, applying.caller.id, at);
    let odd: BTreeSet<Review> = of_author.into_iter().chain(odd_clock).chain(odd_author(&scope)).collect();
    let said = Reported { what, at, by: applying.caller.num, text: &text, odd: &odd };
    take(applying, &found, &said, Some(moment.at))
}

/// Cancels an order, as of now.
pub(super) fn cancelled(applying: &mut Applying<'_, '_>, found: &StoredOrder) -> Result<Outcome, Error> {
    let (at, by, odd) = (applying.tx.now, applying.caller.num, BTreeSet::new());
    take(applying, found, &Reported { what: Happened::Cancelled, at, by, text: "", odd: &odd }, None)
}

/// Writes what is said of an order with its audit entry, and judges anew what it may authorise. `stamped` is what the author's clock said.
fn take(
    applying: &mut Applying<'_, '_>,
    found: &StoredOrder,
    said: &Reported<'_>,
    stamped: Option<UtcMillis>,
) -> Result<Outcome, Error> {
    let row = (Entity::WorkOrder, Uuid::from_bytes(found.id));
    let after = match orders::take(applying.tx, found, said)? {
        Taken::Known => return Ok(applied()),
        Taken::Marked(review) => {
            applying.audit(row, [("review", words(&found.review), words(&review))])?;
            return Ok(applied());
        }
        Taken::Further(after) => after,
    };
    let (none, before) = (String::new, &found.progress);
    let states = (before.state() != after.state())
        .then(|| ("work_state", before.state().as_str().to_owned(), after.state().as_str().to_owned()));
    // What the clock said, where it was corrected, and what that comes to.
    let clock = stamped.map(|stamped| if said.at == stamped { none() } else { stamped.0.to_string() });
    let clock = clock.map(|clock| ("at", clock, said.at.0.to_string()));
    let turn = turned(said.what).into_iter().map(|(field, value)| (field, none(), value.to_owned()));
    let text = (!said.text.is_empty()).then(|| ("text", none(), said.text.to_owned()));
    applying.audit(row, states.into_iter().chain(clock).chain(turn).chain(text))?;
    if let Some(from) = judged_otherwise_from(before, &after) {
        events::judge_again(applying.tx, found.meter, from)?;
    }
    Ok(applied())
}

/// A turn as the audit log has it. That work goes on is its state, or what the operation is called.
fn turned(what: Happened) -> Vec<(&'static str, &'static str)> {
    let Happened::Turned(turn) = what else { return Vec::new() };
    let kind = (turn.kind() != TurnKind::Going).then(|| ("work_turn", turn.kind().as_str()));
    kind.into_iter().chain(turn.reason().map(|reason| ("defer_reason", reason.as_str()))).collect()
}
