//! What a technician has swapped is kept: its pictures first, then the swap. The order by which it was done has begun with that, and is done where nothing
//! of its checklist is left to do.

use crate::bridge;
use crate::components::states::explain;
use crate::pages::maintenance::order::steps::is_done;
use crate::pages::metering::meter::{Taken, say_kept};
use crate::pages::metering::swap::draft::{Draft, Of, Step};
use crate::state::Shared;
use dioxus::prelude::*;
use domain::field::field_record::Explanation;
use domain::maintenance::work_order::WorkState;
use domain::{BlobId, MeterId, UtcMillis};
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::sync::push::Operation;
use protocol::ui::{Answer, Request, WorkRequest, WorkResponse, WorkRow};

/// Keeps it, once, and says so.
pub fn keep(draft: Draft, meter: MeterId, order: Option<WorkRow>, is_doubtful: bool) {
    let shared = consume_context::<Shared>();
    draft.sending.once(async move {
        match send(draft, meter, order, is_doubtful).await {
            Ok(()) => draft.go(Step::Done),
            Err(problem) => shared.toast(explain(&problem)),
        }
    });
}

async fn attach(taken: Taken) -> Result<Option<BlobId>, Problem> {
    let Taken::Ready(base64) = taken else { return Ok(None) };
    match bridge::call(Request::Attach { base64 }).await? {
        Answer::Attached(photo) => Ok(Some(photo)),
        _ => Ok(None),
    }
}

async fn send(draft: Draft, meter: MeterId, order: Option<WorkRow>, is_doubtful: bool) -> Result<(), Problem> {
    let (last, first) = (draft.last_photo.peek().clone(), draft.first_photo.peek().clone());
    let photos = [attach(last).await?, attach(first).await?];
    // A plausible register needs no reason, and a picture none for being away, whatever was typed before.
    let said = draft.explained.peek().clone();
    let explained = Explanation {
        reason: if is_doubtful { said.reason } else { String::new() },
        no_photo: if photos[0].is_some() { String::new() } else { said.no_photo },
    };
    let at = *draft.at.peek();
    let of = Of { swap: *draft.swap.peek(), meter, at, order: order.as_ref().map(|row| row.order.id) };
    let swap = draft.typed.peek().swap(&of, photos, explained);
    let swap = swap.ok_or_else(|| Problem::new(Code::BadRequest, "the swap lacks a serial number or a register"))?;
    let command = Operation::SwapMeter(Box::new(swap));
    bridge::call(Request::SubmitAs { op: draft.sending.id(), command }).await?;
    // Before the order ends, if it does: its line, and this dialog with it, goes with that.
    say_kept();
    if let Some(row) = order {
        follow(&row, *draft.begun.peek()).await?;
    }
    Ok(())
}

/// The order by which a meter was swapped has begun with that, and is done if nothing else has to be done. Said twice it is the same.
async fn follow(row: &WorkRow, begun: Option<UtcMillis>) -> Result<(), Problem> {
    let (order, meter, now) = (row.order.id, row.order.meter, bridge::now());
    if row.order.state == WorkState::Scheduled {
        let at = begun.unwrap_or(now).min(now);
        bridge::call(Request::Submit(Operation::BeginWork { order, meter, at })).await?;
    }
    // Where the checklist cannot be read, its technician says when the work is done.
    match bridge::call(Request::WorkOf(WorkRequest::Order { order })).await {
        Ok(Answer::WorkOf(WorkResponse::Order(Some(detail)))) if is_done(&detail) => {
            bridge::call(Request::Submit(Operation::CompleteWork { order, meter, at: now })).await.map(drop)
        }
        _ => Ok(()),
    }
}
