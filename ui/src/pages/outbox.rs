//! Antrean: every change made here, how far it is, and what needs a look.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Card, ConflictCard, Dialog, Empty, Failed, Icon, Skeleton, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::Millilitres;
use protocol::push::Rejection;
use protocol::ui::{Answer, OutboxItem, OutboxState, Request};
use uuid::Uuid;

/// Characters of a note that are shown.
const LONGEST_LINE: usize = 160;

/// The outbox of whoever is signed in.
#[component]
pub fn Outbox() -> Element {
    let shared = shared();
    // What waits changes without the cache changing: the counts tell of it.
    let load = use_answer(
        move || {
            shared.sync.read();
            Request::Outbox
        },
        |answer| match answer {
            Answer::Outbox(items) => Some(items),
            _ => None,
        },
    );
    let conflicts = use_answer(
        || Request::Conflicts,
        |answer| match answer {
            Answer::Conflicts(conflicts) => Some(conflicts),
            _ => None,
        },
    );
    let mut dropping = use_signal(|| None::<Uuid>);
    let act = move |request: Request| {
        spawn(async move {
            if let Err(problem) = bridge::call(request).await {
                shared.toast(explain(&problem));
            }
        });
    };
    let conflicts = match &*conflicts.read() {
        Load::Ready(conflicts) => conflicts.clone(),
        _ => Vec::new(),
    };
    rsx! {
        div { class: "page narrow",
            header { class: "page-head", h1 { {tr("outbox-title")} } }
            if shared.sync.read().set_aside {
                div { class: "banner warn", role: "alert", Icon { name: "triangle-alert" } p { class: "small", {tr("outbox-set-aside")} } }
            }
            if !conflicts.is_empty() {
                h2 { {tr("conflicts-title")} }
                for conflict in conflicts.iter() {
                    ConflictCard { key: "{conflict.id}", conflict: conflict.clone() }
                }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![64, 64, 64] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(items) if items.is_empty() => rsx! {
                    Card { Empty { icon: "cloud-check", title: tr("outbox-empty"), next: tr("outbox-empty-next") } }
                },
                Load::Ready(items) => rsx! {
                    section { class: "card flush",
                        div { class: "bar",
                            span { class: "muted", {summary(items)} }
                            Button { label: tr("outbox-export"), kind: "quiet", icon: "copy", onclick: { let items = items.clone(); move |_| export(&items) } }
                        }
                        ul { class: "list outbox",
                            for item in items.iter().cloned() {
                                Line { key: "{item.op}", item, onretry: move |op| act(Request::Retry { op }), ondrop: move |op| dropping.set(Some(op)) }
                            }
                        }
                    }
                },
            }
        }
        if let Some(op) = dropping() {
            Dialog { title: tr("discard-title"), onclose: move |()| dropping.set(None),
                p { {tr("discard-sure")} }
                div { class: "row wrap",
                    Button { label: tr("discard"), kind: "danger", icon: "x", onclick: move |_| { dropping.set(None); act(Request::Discard { op }); } }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| dropping.set(None) }
                }
            }
        }
    }
}

fn summary(items: &[OutboxItem]) -> String {
    let count = |wanted: &[OutboxState]| items.iter().filter(|item| wanted.contains(&item.state)).count().to_string();
    let waiting = count(&[OutboxState::Waiting, OutboxState::Sending]);
    tra("outbox-summary", &[("waiting", waiting), ("parked", count(&[OutboxState::Parked]))])
}

/// Everything that is on this device only, as text to take along.
fn export(items: &[OutboxItem]) {
    let shared = shared();
    let kept: Vec<_> = items.iter().filter(|item| item.state != OutboxState::Sent).collect();
    let text = serde_json::to_string_pretty(&kept).unwrap_or_default();
    spawn(async move {
        if bridge::copy(text).await {
            shared.toast(tr("outbox-exported"));
        }
    });
}

#[component]
fn Line(item: OutboxItem, onretry: EventHandler<Uuid>, ondrop: EventHandler<Uuid>) -> Element {
    let now = (shared().now)();
    let (tone, icon, key) = match item.state {
        OutboxState::Waiting => ("", "clock", "op-waiting"),
        OutboxState::Sending => ("info", "arrow-up", "op-sending"),
        OutboxState::Sent => ("ok", "check", "op-sent"),
        OutboxState::Parked => ("danger", "circle-alert", "op-parked"),
    };
    let op = item.op;
    rsx! {
        li { "data-state": key,
            div { class: "grow stack",
                div { class: "row between wrap",
                    p { class: "number", {tr(&format!("op-{}", item.kind))} " · {item.title}" }
                    StatusChip { tone, icon, label: tr(key), small: true }
                }
                ul { class: "small muted",
                    for (field , from , to) in changes(&item.payload) {
                        li { key: "{field}", {tr(&format!("field-{field}"))} ": {from} → {to}" }
                    }
                    for line in said(&item.payload) {
                        li { key: "{line}", "{line}" }
                    }
                }
                if let Some(reason) = item.reason {
                    p { class: "error-text", Icon { name: "circle-alert", size: "s" } {why(reason, item.field.as_deref())} }
                }
                div { class: "row between wrap",
                    span { class: "tiny muted", {format::age(item.occurred_at, now)} }
                    if item.state == OutboxState::Parked {
                        div { class: "row",
                            // What is no value stays none however often it is sent.
                            if item.reason != Some(Rejection::Invalid) {
                                Button { label: tr("retry"), kind: "quiet", icon: "refresh-cw", onclick: move |_| onretry.call(op) }
                            }
                            Button { label: tr("discard"), kind: "quiet", icon: "x", onclick: move |_| ondrop.call(op) }
                        }
                    }
                }
            }
        }
    }
}

fn why(reason: Rejection, field: Option<&str>) -> String {
    let word = match reason {
        Rejection::Invalid => "invalid",
        Rejection::Denied => "denied",
        Rejection::NotFound => "not_found",
        Rejection::Conflict => "conflict",
        Rejection::BuildsOnRefused => "builds_on_refused",
        Rejection::Unreadable | Rejection::IdReused | Rejection::Unknown => "unreadable",
        Rejection::Quarantined => "quarantined",
    };
    let field = field.map_or(String::new(), |field| tr(&format!("field-{field}")));
    tra(&format!("reason-{word}"), &[("field", field)])
}

/// What a fact says, one line each.
fn said(payload: &str) -> Vec<String> {
    let language = language();
    let command: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let text = command["text"].as_str().map(|text| text.chars().take(LONGEST_LINE).collect());
    let register = command["register"].as_i64().map(|register| {
        let register = format::register(Millilitres(register), language);
        if command["photo"].is_string() { format!("{register} · {}", tr("photo-with")) } else { register }
    });
    text.into_iter().chain(register).collect()
}

/// Field, before, after, of an edit.
fn changes(payload: &str) -> Vec<(String, String, String)> {
    let command: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let text = |value: &serde_json::Value| match value.as_str() {
        None | Some("") => tr("value-empty"),
        Some(text) => text.to_owned(),
    };
    let patch = command["patch"].as_object().cloned().unwrap_or_default();
    patch.into_iter().map(|(field, change)| (field, text(&change["from"]), text(&change["to"]))).collect()
}
