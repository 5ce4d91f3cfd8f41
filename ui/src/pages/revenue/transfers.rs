//! The transfers behind a figure, a page at a time: beside the page where there is room, else as a sheet. They are the server's; what was
//! received of them before stays to be read while it is out of reach.

use crate::bridge;
use crate::components::{Button, Empty, Segmented};
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, RequestState, ServerView, Stale, use_server_answer};
use crate::pages::admin::words::say;
use crate::pages::revenue::figure::Part;
use crate::pages::revenue::transfer::Line;
use crate::pages::revenue::view::{Drill, RevenuePage};
use crate::pages::revenue::words;
use crate::state::shared;
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::revenue::DayRange;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::revenue::{RevenueTransfers, RevenueTransfersAsked};
use protocol::ui::{Answer, Request, RevenueRequest, RevenueResponse, RevenueView};

/// Which transfers are asked for, from the first page on.
fn asked(drill: &Drill, part: Part, days: DayRange) -> RevenueTransfersAsked {
    RevenueTransfersAsked {
        from: days.from,
        to: days.to,
        dimension: drill.dimension,
        value: drill.value.clone(),
        account: part.account,
        kind: part.kind.map(str::to_owned),
        after: None,
        limit: None,
    }
}

/// A page out of an answer, and when it was received if the server cannot be reached now.
fn page_of(answer: Answer) -> Option<(RevenueTransfers, Option<UtcMillis>)> {
    match answer {
        Answer::Revenue(response) => match *response {
            RevenueResponse::Transfers { page, since } => Some((*page, since)),
            _ => None,
        },
        _ => None,
    }
}

/// What is behind a figure.
#[component]
pub fn Transfers(drill: Drill, view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let (figure, days) = (drill.figure, drill.days.unwrap_or(view.days));
    // Which part is shown is chosen here; all else that is asked for begins another list.
    let part = use_memo(move || figure.part(kept.read().drill.as_ref().map_or(0, |drill| drill.part)));
    let whole = use_hook(|| drill.clone());
    let question = use_memo(move || asked(&whole, part(), days));
    let server = use_server_answer(move || Request::Revenue(RevenueRequest::Transfers(question())), page_of);
    let choices: Vec<(usize, String)> = figure.parts().iter().enumerate().map(|(place, part)| (place, tr(part.key))).collect();
    let chosen = drill.part.min(choices.len().saturating_sub(1));
    rsx! {
        div { class: "stack wide revenue-panel", "data-drill": figure.word(),
            if let Some(amount) = words::drilled(&drill, &view) {
                p { class: "number big", "data-amount": "{amount.0}", "{amount}" }
            }
            if choices.len() > 1 {
                Segmented { label: tr("revenue-parts"), choices, chosen, onchoose: move |place| kept.with_mut(|kept| {
                    if let Some(drill) = &mut kept.drill {
                        drill.part = place;
                    }
                }) }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            Found { server, question, drill: drill.clone(), part: part() }
        }
    }
}

/// The pages that have come, and the way to the next one.
#[component]
fn Found(server: ServerView<RevenueTransfers>, question: Memo<RevenueTransfersAsked>, drill: Drill, part: Part) -> Element {
    let first = server.latest.read().clone();
    let mut later = use_signal(Vec::<RevenueTransfers>::new);
    // Another first page is followed by others.
    use_effect(use_reactive!(|first| {
        let _ = first;
        if !later.peek().is_empty() {
            later.write().clear();
        }
    }));
    let Some(first) = first else {
        return rsx! { Gap { asking: server.asking.read().clone(), what: "revenue", heights: vec![64, 64, 64], onretry: move |()| server.again() } };
    };
    let waits = *server.asking.read() == RequestState::Waits;
    let next = later.read().last().map_or_else(|| first.next.clone(), |page| page.next.clone());
    let rows: Vec<_> = first.rows.iter().chain(later.read().iter().flat_map(|page| &page.rows)).cloned().collect();
    rsx! {
        if rows.is_empty() && next.is_none() {
            Empty { icon: "receipt-text", title: tr("revenue-transfers-none"), next: tr("revenue-transfers-none-next") }
        } else {
            p { class: "muted tiny", role: "status", {tra("revenue-transfers-shown", &[("n", rows.len().to_string())])} }
            ul { class: if waits { "transfers old" } else { "transfers" }, "aria-busy": if waits { "true" },
                for transfer in rows {
                    Line { key: "{transfer.no}", amount: drill.figure.amount(&transfer, part), transfer }
                }
            }
            if let Some(after) = next {
                More { after, question, later }
            }
        }
    }
}

/// A button for the page behind the last one.
#[component]
fn More(after: String, question: Memo<RevenueTransfersAsked>, later: Signal<Vec<RevenueTransfers>>) -> Element {
    let shared = shared();
    let mut busy = use_signal(|| false);
    let more = move |_| {
        if busy.replace(true) {
            return;
        }
        let asked = RevenueTransfersAsked { after: Some(after.clone()), ..question.peek().clone() };
        spawn(async move {
            let wanted = RevenueTransfersAsked { after: None, ..asked.clone() };
            let answer = bridge::call(Request::Revenue(RevenueRequest::Transfers(asked))).await;
            let page = answer.and_then(|answer| page_of(answer).ok_or_else(|| Problem::new(Code::Internal, "another answer")));
            match page {
                // Meanwhile another list may be shown.
                Ok((page, _)) if wanted == *question.peek() => later.write().push(page),
                Ok(_) => {}
                Err(problem) => shared.toast(say(&problem)),
            }
            busy.set(false);
        });
    };
    rsx! {
        div { class: "row edge",
            Button { label: tr("audit-more"), kind: "quiet", icon: "chevron-down", busy: busy(), onclick: more }
        }
    }
}
