//! Step 6, the result: what was sent, what waits, what the server refused, what can be taken back, and until when.

use crate::components::shell::language;
use crate::components::{Button, Card, Icon, SentCounts};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Confirm;
use crate::pages::imports::ask::Held;
use crate::pages::imports::booked::Booked;
use crate::pages::imports::doubles::Doubles;
use crate::pages::imports::download::use_download;
use crate::pages::imports::job::Running;
use crate::pages::imports::page::Heading;
use crate::pages::imports::steps::Step;
use crate::pages::imports::words::{counted, counts, left};
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::imports::Kind;
use protocol::ui::imports::{Import, Sent, Stage};
use protocol::ui::{ImportsRequest, Phase};
use std::rc::Rc;

/// Rows that were changed since and are named.
const NAMED: usize = 200;

/// The step.
#[component]
pub fn Result(import: ReadSignal<Rc<Import>>, held: Held) -> Element {
    let shown = import.read();
    let (stage, line) = (shown.line.stage, shown.line.clone());
    let download = use_download();
    let until = shown.undo_until.filter(|_| stage == Stage::Committed);
    let is_money = line.kind == Some(Kind::Balances);
    rsx! {
        Card { class: "wide",
            Heading { step: Step::Result, lead: counts(line.counts) }
            if stage == Stage::Undoing {
                Running { held, job: shown.job, doing: "undoing", again: Some(ImportsRequest::Undo(held.id)) }
            }
            if stage == Stage::Undone {
                div { class: "banner", role: "status", Icon { name: "undo-2" } p { class: "small", {tr("import-undone")} } }
            }
            Sending { sent: shown.sent, is_money }
            if is_money {
                Booked { import }
            }
            ChangedSince { rows: shown.changed_since.clone() }
            div { class: "row wrap import-ways",
                Link { class: "button primary", to: Route::Customers {}, Icon { name: "users" } {tr("import-see-customers")} }
                if line.counts.error > 0 {
                    Button { label: tr("import-rejected"), icon: "download", busy: download.is_busy(),
                        onclick: move |_| download.save(ImportsRequest::Rejected(held.id)) }
                }
                Link { class: "button quiet", to: Route::Imports {}, Icon { name: "upload" } {tr("import-another")} }
            }
        }
        if stage == Stage::Committed && line.kind == Some(Kind::Customers) && line.counts.warning > 0 {
            Doubles { held }
        }
        if let Some(until) = until {
            Undo { until, saved: line.counts.create + line.counts.update, is_money, held }
        }
    }
}

/// What became of the operations, with the way to Antrean. Money is not there before the server has it, so it is the server that is waited for.
#[component]
fn Sending(sent: Sent, is_money: bool) -> Element {
    let shared = shared();
    let is_offline = use_memo(move || shared.sync.read().phase == Phase::Offline);
    let waiting = if is_money { "openings-wait-for-server" } else { "op-waiting" };
    rsx! {
        SentCounts { sent, waiting }
        if sent.waiting > 0 && is_offline() {
            p { class: "small row top", Icon { name: "cloud-off", size: "s" } span { {tr("import-saved-offline")} } }
        } else if sent.waiting > 0 {
            p { class: "small muted row top", Icon { name: "arrow-up", size: "s" } span { {tr("import-being-sent")} } }
        }
        if sent.refused > 0 {
            div { class: "banner danger", role: "alert",
                Icon { name: "circle-alert" }
                p { class: "grow small", {counted("import-refused-rows", sent.refused)} }
                Link { class: "button secondary", to: Route::Outbox {}, {tr("outbox-open")} }
            }
        } else if sent.waiting > 0 {
            Link { class: "link", to: Route::Outbox {}, {tr("outbox-open")} }
        }
    }
}

/// Rows that were not taken back, since somebody has changed them.
#[component]
fn ChangedSince(rows: Vec<u32>) -> Element {
    if rows.is_empty() {
        return rsx! {};
    }
    let named: Vec<_> = rows.iter().take(NAMED).map(u32::to_string).collect();
    let more = rows.len().saturating_sub(NAMED) as u32;
    rsx! {
        div { class: "banner warn", role: "status",
            Icon { name: "triangle-alert" }
            div { class: "small",
                p { class: "number", {counted("import-changed-since", rows.len() as u32)} }
                p {
                    {tra("import-row-numbers", &[("rows", named.join(", "))])}
                    if more > 0 {
                        " " {counted("import-more-rows", more)}
                    }
                }
            }
        }
    }
}

/// Taking it back, as long as that is possible.
#[component]
fn Undo(until: UtcMillis, saved: u32, is_money: bool, held: Held) -> Element {
    let shared = shared();
    let mut asked = use_signal(|| false);
    // By the minute or the hour: the card is not drawn anew each second.
    let remaining = use_memo(move || {
        let ms = until.since((shared.now)());
        (ms > 0).then(|| left(ms))
    });
    let (about, note) =
        if is_money { ("openings-undo-about", "openings-undo-note") } else { ("import-undo-about", "import-undo-note") };
    let rows = vec![(tr("import-undo-rows"), format::whole(i64::from(saved), language()))];
    rsx! {
        Card {
            h3 { {tr("import-undo")} }
            match remaining() {
                None => rsx! { p { class: "muted small", {tr("import-undo-over")} } },
                Some(time) => rsx! {
                    p { class: "small muted", {tr(about)} }
                    div { class: "row wrap",
                        Button { label: tr("import-undo"), kind: "danger", icon: "undo-2", busy: held.is_busy(), onclick: move |_| asked.set(true) }
                        span { class: "small muted row", Icon { name: "clock", size: "s" } "{time}" }
                    }
                },
            }
        }
        if asked() && remaining().is_some() {
            Confirm { title: tr("import-undo-title"), rows, note: tr(note), label: tr("import-undo"), kind: "danger", icon: "undo-2", busy: false,
                onyes: move |()| {
                    asked.set(false);
                    held.act(ImportsRequest::Undo(held.id));
                },
                onback: move |()| asked.set(false) }
        }
    }
}
