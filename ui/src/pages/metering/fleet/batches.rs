//! Perintah massal: each order to many valves with how far its meters are, how those ended that did not do it, and withdrawing what was not sent.

use crate::bridge::new_id;
use crate::components::shell::{SyncMark, device_zone, language};
use crate::components::status::chip;
use crate::components::{Button, Card, Empty, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{Confirm, Refused};
use crate::pages::imports::job::Bar;
use crate::pages::metering::fleet::order::serials;
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::valve::batch::ItemState;
use protocol::ui::{AdminRequest, AdminResponse, MetersRequest};
use protocol::valve::batches::{Ending, OrderBatch, OrderBatchWithdrawal, OrderBatches as Found};

/// How often the server is asked again while something can still become of a batch.
const AGAIN_MS: i64 = 2_000;

/// How an order ends by the server's doing; anything else is the meters' own text.
const ENDS: [&str; 5] = ["silent", "withdrawn", "overtaken", "replaced", "protected"];

/// The page.
#[component]
pub fn OrderBatches() -> Element {
    let shared = shared();
    let mut is_waiting = use_signal(|| false);
    let turn = use_memo(move || if is_waiting() { (shared.now)().0 / AGAIN_MS } else { 0 });
    let server = use_server_view(
        move || {
            turn.read();
            AdminRequest::Meters(MetersRequest::OrderBatches)
        },
        |response| match response {
            AdminResponse::OrderBatches(found) => Some(*found),
            _ => None,
        },
    );
    use_effect(move || {
        let is_open = server.latest.read().as_ref().is_some_and(|found| found.batches.iter().any(OrderBatch::is_open));
        if *is_waiting.peek() != is_open {
            is_waiting.set(is_open);
        }
    });
    let latest = server.latest.read().clone();
    rsx! {
        div { class: "page batches",
            header { class: "page-head row edge",
                Link { class: "button quiet icon-only", to: Route::Meters {}, "aria-label": tr("orders-to-devices"), Icon { name: "chevron-left" } }
                h1 { class: "grow", {tr("orders-page-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "orders", heights: vec![240, 240], onretry: move |()| server.again() } },
                Some(found) if found.batches.is_empty() => rsx! {
                    Card {
                        Empty { icon: "radio-tower", title: tr("orders-empty"), next: tr("orders-empty-next"),
                            Link { class: "button primary", to: Route::Meters {}, Icon { name: "radio-tower" } {tr("orders-to-devices")} }
                        }
                    }
                },
                Some(found) => rsx! {
                    for batch in found.batches {
                        One { key: "{batch.id}", batch, per_minute: found.per_minute, server }
                    }
                },
            }
        }
    }
}

#[component]
fn One(batch: OrderBatch, per_minute: u32, server: ServerView<Found>) -> Element {
    let at = format::moment(batch.made_at, *shared().now.peek(), device_zone(), language());
    let whole = |count: u32| format::whole(i64::from(count), language());
    let total = batch.total();
    let open: u32 = batch.counts.iter().filter(|one| one.state.is_open()).map(|one| one.count).sum();
    let waiting = batch.count(ItemState::Waiting);
    let name = tra("orders-name", &[("what", tr(&format!("order-{}", batch.action.as_str()))), ("n", whole(total))]);
    let (tone, picture, word) = if open > 0 { ("info", "hourglass", "orders-going") } else { ("ok", "check", "orders-over") };
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap", "data-orders": "{batch.id}", "data-open": "{open}",
                div { class: "stack tight",
                    h2 { "{name}" }
                    p { class: "muted small", "{at} · {batch.who}: {batch.reason}" }
                    if !batch.despite_protected.is_empty() {
                        p { class: "muted small", {tra("order-despite", &[("reason", batch.despite_protected.clone())])} }
                    }
                }
                {chip(tone, picture, &tr(word), "small")}
            }
            if open > 0 {
                Bar { label: tr("batch-progress"), per_mille: ((total - open) * 1_000 / total.max(1)) as u16 }
                if waiting > 0 {
                    p { class: "muted small row", Icon { name: "clock", size: "s" }
                        {tra("orders-left", &[("n", whole(waiting)), ("minutes", whole(waiting.div_ceil(per_minute.max(1))))])}
                    }
                }
            }
            Counts { batch: batch.clone() }
            Endings { endings: batch.endings.clone() }
            Withdraw { batch: batch.clone(), server }
        }
    }
}

/// Colour and picture of a state.
const fn look(state: ItemState) -> (&'static str, &'static str) {
    match state {
        ItemState::Waiting => ("", "hourglass"),
        ItemState::Pending => ("", "clock"),
        ItemState::Sent => ("info", "arrow-up"),
        ItemState::Acknowledged => ("info", "radio-tower"),
        ItemState::Completed => ("ok", "check"),
        ItemState::Failed => ("danger", "circle-alert"),
        ItemState::Expired => ("warn", "hourglass"),
        ItemState::Refused => ("warn", "circle-slash"),
        ItemState::Withdrawn => ("", "undo-2"),
    }
}

/// The word of a state: that of an order by itself, where it is one.
fn word(state: ItemState) -> String {
    match state {
        ItemState::Waiting | ItemState::Refused | ItemState::Withdrawn => tr(&format!("orders-state-{}", state.as_str())),
        _ => tr(&format!("order-state-{}", state.as_str())),
    }
}

/// How many meters are how far.
#[component]
fn Counts(batch: OrderBatch) -> Element {
    rsx! {
        div { class: "import-sent", role: "status",
            for one in batch.counts {
                div { key: "{one.state.as_str()}", class: "stat", "data-state": one.state.as_str(),
                    {chip(look(one.state).0, look(one.state).1, &word(one.state), "small")}
                    span { class: "value", {format::whole(i64::from(one.count), language())} }
                }
            }
        }
    }
}

/// Why a group of meters ended as it did.
fn why(ending: &Ending) -> String {
    let count = [("n", format::whole(i64::from(ending.count), language()))];
    match ending.state {
        ItemState::Refused => tra(&format!("orders-why-{}", ending.why), &count),
        _ => {
            let known = ENDS.contains(&ending.why.as_str());
            let words = if known { tr(&format!("order-ended-{}", ending.why)) } else { ending.why.clone() };
            let [(_, n)] = count;
            format!("{} · {n}: {words}", word(ending.state))
        }
    }
}

/// How those ended that did not do it.
#[component]
fn Endings(endings: Vec<Ending>) -> Element {
    if endings.is_empty() {
        return rsx! {};
    }
    rsx! {
        ul { class: "bulk-reasons", "aria-label": tr("orders-endings"),
            for (place , ending) in endings.into_iter().enumerate() {
                li { key: "{place}", class: if ending.state == ItemState::Withdrawn { "banner" } else { "banner warn" }, "data-ending": ending.state.as_str(), "data-why": "{ending.why}",
                    Icon { name: look(ending.state).1 }
                    div { class: "small",
                        p { class: "number", {why(&ending)} }
                        p { {serials(&ending.examples, ending.count)} }
                    }
                }
            }
        }
    }
}

/// Takes back what was not sent, after a question.
#[component]
fn Withdraw(batch: OrderBatch, server: ServerView<Found>) -> Element {
    let (shared, act) = (shared(), use_act());
    let mut asked = use_signal(|| None::<uuid::Uuid>);
    let count: u32 = batch.counts.iter().filter(|one| one.state.can_be_withdrawn()).map(|one| one.count).sum();
    let of = batch.id;
    let whole = format::whole(i64::from(count), language());
    let go = move |()| {
        let Some(key) = *asked.peek() else { return };
        act.send(AdminRequest::Meters(MetersRequest::WithdrawOrders(OrderBatchWithdrawal { key, of })), move |response| {
            if let AdminResponse::OrderBatches(found) = response {
                server.take(*found);
            }
            shared.toast(tr("orders-withdrawn"));
            asked.set(None);
        });
    };
    rsx! {
        if count > 0 {
            div { class: "row wrap",
                Button { label: tra("orders-withdraw", &[("n", whole.clone())]), kind: "danger", icon: "undo-2", disabled: is_away(), onclick: move |_| asked.set(Some(new_id())) }
                if is_away() {
                    p { class: "muted small row", Icon { name: "info", size: "s" } {tr("valve-away")} }
                }
            }
        }
        if asked().is_some() {
            Confirm { title: tr("orders-withdraw-title"), rows: vec![(tr("orders-withdraw-count"), whole)], note: tr("orders-withdraw-note"),
                label: tr("order-withdraw"), kind: "danger", icon: "undo-2", busy: act.is_busy(), refused: act.refused(),
                onyes: go, onback: move |()| asked.set(None) }
        } else {
            Refused { text: act.refused() }
        }
    }
}
