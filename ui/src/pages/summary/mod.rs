//! Ringkasan, where an admin begins: the fleet, open cases, the day's use and receipts, and what waits. Every number leads to its list.

mod receipts;
mod tiles;
mod usage;

use crate::components::shell::SyncMark;
use crate::components::{Card, Empty, Failed, Icon, Skeleton};
use crate::i18n::tr;
use crate::pages::admin::ask::{Gap, Stale, is_away, use_server_view};
use crate::route::Route;
use crate::state::{Load, use_answer_of, use_changes_every};
use dioxus::prelude::*;
use protocol::ui::{AdminRequest, AdminResponse, Answer, Request, Summary as Known};
use receipts::Receipts;
use tiles::{Cases, Devices, OnDevice, OnServer};
use usage::Used;

/// Milliseconds between two counts of the whole fleet, whatever happens meanwhile: each reads every meter's row.
const COUNTED_EVERY_MS: i64 = 3_000;

/// Milliseconds between two requests to the server.
const ASKED_EVERY_MS: i64 = 10_000;

/// The admin's first page.
#[component]
pub fn Summary() -> Element {
    let counted = use_changes_every(COUNTED_EVERY_MS);
    let asked = use_changes_every(ASKED_EVERY_MS);
    let known = use_answer_of(
        move || {
            counted.read();
            Request::Summary
        },
        |answer| match answer {
            Answer::Summary(known) => Some(known),
            _ => None,
        },
    );
    let away = use_memo(is_away);
    let server = use_server_view(
        move || {
            // While the server cannot be reached, what it answered last is not asked for again and again.
            if !away() {
                asked.read();
            }
            AdminRequest::Summary
        },
        |response| match response {
            AdminResponse::Summary(day) => Some(*day),
            _ => None,
        },
    );
    let day = server.latest.read().clone();
    rsx! {
        div { class: "page summary-page",
            header { class: "page-head row wrap",
                h1 { class: "grow", {tr("summary-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            match &*known.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![88, 88] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(known) => rsx! { OfDevice { known: *known } },
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match day {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "summary", heights: vec![280, 220], onretry: move |()| server.again() } },
                Some(day) => rsx! {
                    OnServer { due: day.due, waiting: day.waiting }
                    div { class: "columns",
                        Used { day: day.clone() }
                        Receipts { lines: day.receipts }
                    }
                },
            }
        }
    }
}

/// What this device knows by itself, also without a network.
#[component]
fn OfDevice(known: Known) -> Element {
    rsx! {
        if known.fleet.total == 0 {
            Card {
                Empty { icon: "radio-tower", title: tr("fleet-empty"), next: tr("fleet-empty-next"),
                    Link { class: "button primary", to: Route::Imports {}, Icon { name: "upload" } {tr("imports-title")} }
                }
            }
        } else {
            Devices { counts: known.fleet }
        }
        Cases { counts: known.cases }
        OnDevice { conflicts: known.conflicts }
    }
}
