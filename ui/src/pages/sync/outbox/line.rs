//! One operation of Antrean: what was wanted, how far it is, why it was refused, and what can be done about it.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::status::{When, chip};
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::order::said::said;
use crate::pages::maintenance::words::{of_priority, of_reason, window};
use crate::pages::metering::meter::refused_photo::PhotoRefused;
use crate::pages::people::customers::ask::{use_zones, zone_name};
use crate::pages::sync::outbox::{About, Acts};
use crate::state::Load;
use dioxus::prelude::*;
use domain::Millilitres;
use domain::people::Language;
use protocol::sync::push::{Operation, Rejection};
use protocol::ui::{OutboxItem, OutboxState};

/// Characters of a note that are shown.
const LONGEST_LINE: usize = 160;

/// An operation.
#[component]
pub fn Line(item: OutboxItem, place: u32, total: u32, acts: Acts) -> Element {
    let (tone, icon, key) = match item.state {
        OutboxState::Waiting => ("", "clock", "op-waiting"),
        OutboxState::Sending => ("info", "arrow-up", "op-sending"),
        OutboxState::Sent => ("ok", "check", "op-sent"),
        OutboxState::Parked => ("danger", "circle-alert", "op-parked"),
    };
    let edits = changes(&item.payload);
    let refused = match &*acts.refused.read() {
        Load::Ready(found) => found.iter().copied().find(|photo| photo.op == item.op),
        Load::Waiting | Load::Failed(_) => None,
    };
    rsx! {
        div { class: "op stack", role: "listitem", "data-state": key, "aria-setsize": "{total}", "aria-posinset": "{place + 1}",
            div { class: "row between top",
                p { class: "number grow", {tr(&format!("op-{}", item.kind))} " · {item.title}" }
                {chip(tone, icon, &tr(key), "small")}
            }
            if !edits.is_empty() {
                dl { class: "changes small",
                    for (field , from , to) in edits {
                        div { key: "{field}",
                            dt { class: "muted", {tr(&format!("field-{field}"))} }
                            dd {
                                // Nothing cannot be struck out.
                                if from.is_empty() {
                                    span { class: "muted", {tr("value-empty")} }
                                } else {
                                    del { "{from}" }
                                }
                                span { class: "visually-hidden", {tr("audit-became")} }
                                span { "aria-hidden": "true", " → " }
                                ins { if to.is_empty() { {tr("value-empty")} } else { "{to}" } }
                            }
                        }
                    }
                }
            }
            if item.kind == "move_connection" {
                Moved { payload: item.payload.clone() }
            }
            for line in lines_of(&item.payload).into_iter().chain(of_work(&item.payload)) {
                p { key: "{line}", class: "small lines", "{line}" }
            }
            if let Some(reason) = item.reason {
                p { class: "error-text", Icon { name: "circle-alert", size: "s" } {why(reason, item.field.as_deref())} }
            }
            if let Some(of) = refused {
                PhotoRefused { of }
            }
            div { class: "row between wrap",
                span { class: "row wrap",
                    When { at: item.occurred_at }
                    if item.state != OutboxState::Sent {
                        span { class: "muted small", "data-size": "{item.size}", {format::bytes(item.size, language())} }
                    }
                }
                Buttons { item: item.clone(), acts }
            }
        }
    }
}

/// From which zone a connection moves to which, by name.
#[component]
fn Moved(payload: String) -> Element {
    let zones = use_zones();
    let Ok(Operation::MoveConnection { from, to, .. }) = serde_json::from_str(&payload) else { return rsx! {} };
    rsx! {
        dl { class: "changes small",
            div {
                dt { class: "muted", {tr("field-zone")} }
                dd {
                    del { {zone_name(&zones, from)} }
                    span { class: "visually-hidden", {tr("audit-became")} }
                    span { "aria-hidden": "true", " → " }
                    ins { {zone_name(&zones, to)} }
                }
            }
        }
    }
}

#[component]
fn Buttons(item: OutboxItem, acts: Acts) -> Element {
    let op = item.op;
    let Acts { retry, mut about, .. } = acts;
    if item.state == OutboxState::Sent {
        return rsx! {};
    }
    // What is no value stays none however often it is sent.
    let may_retry = item.state == OutboxState::Parked && item.reason != Some(Rejection::Invalid);
    // What is on record already, or will be, is not its author's to withdraw.
    let stays = item.kind == "export_made" && item.state != OutboxState::Parked;
    let may_amend = crate::pages::sync::outbox::amend::is_amendable(&item.kind);
    rsx! {
        div { class: "row wrap tools",
            if may_retry {
                Button { label: tr("retry"), kind: "quiet", icon: "refresh-cw", onclick: move |_| retry.call(op) }
            }
            if may_amend {
                Button { label: tr("edit"), kind: "quiet", icon: "pencil", onclick: move |_| about.set(Some(About::Amend(item.clone()))) }
            }
            if !stays {
                Button { label: tr("discard"), kind: "quiet", icon: "x", onclick: move |_| about.set(Some(About::Discard(op))) }
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
        Rejection::Taken => "taken",
        Rejection::InUse => "in_use",
        Rejection::TooOld => "too_old",
    };
    // What is said of a field in general would not say what to do about an opening balance or a message.
    if let Some(own) = field.and_then(|field| {
        let own = about_opening(reason, field).or_else(|| about_message(reason, field)).or_else(|| about_merge(reason, field));
        own.or_else(|| about_view(reason, field)).or_else(|| about_work(reason, field))
    }) {
        return tr(own);
    }
    let field = field.map_or(String::new(), |field| tr(&format!("field-{field}")));
    tra(&format!("reason-{word}"), &[("field", field)])
}

/// Why an opening balance was refused, or not taken back.
fn about_opening(reason: Rejection, field: &str) -> Option<&'static str> {
    Some(match (reason, field) {
        (Rejection::Taken, "opening") => "reason-opening-stands",
        (Rejection::InUse, "opening") => "reason-opening-in-use",
        (Rejection::NotFound, "opening") => "reason-opening-gone",
        (Rejection::NotFound, "meter") => "reason-opening-no-meter",
        (Rejection::NotFound, "status") => "reason-opening-no-customer",
        _ => return None,
    })
}

/// Why a message to many was not sent.
fn about_message(reason: Rejection, field: &str) -> Option<&'static str> {
    match (reason, field) {
        (Rejection::Taken, "announcement") => Some("reason-announcement-limit"),
        (Rejection::TooOld, "announcement") => Some("reason-announcement-late"),
        _ => None,
    }
}

/// Why a view was not kept.
fn about_view(reason: Rejection, field: &str) -> Option<&'static str> {
    (reason == Rejection::Taken && field == "view").then_some("reason-view-limit")
}

/// Why a checklist or a record of work was not kept, or a visit not moved.
fn about_work(reason: Rejection, field: &str) -> Option<&'static str> {
    match (reason, field) {
        (Rejection::Conflict, "visit") => Some("reason-visit-moved"),
        (Rejection::InUse, "visit") => Some("reason-visit-begun"),
        (Rejection::Invalid, "visit_fixed") => Some("visit-fixed"),
        (Rejection::Invalid, "visit_too_late") => Some("visit-too_late"),
        (Rejection::Invalid, "visit_used_up") => Some("visit-used_up"),
        (Rejection::Invalid, "visit_none_left") => Some("visit-none_left"),
        (Rejection::Invalid, "visit_not_offered") => Some("visit-not_offered"),
        (Rejection::Conflict, "version") => Some("reason-work-version"),
        (Rejection::Invalid, "record") => Some("reason-work-record"),
        _ => None,
    }
}

/// Why two customers were not merged.
fn about_merge(reason: Rejection, field: &str) -> Option<&'static str> {
    match (reason, field) {
        (Rejection::Conflict, "customer") => Some("reason-merge-changed"),
        (Rejection::InUse, "user") => Some("reason-merge-users"),
        (Rejection::InUse, "purchase") => Some("reason-merge-purchases"),
        (Rejection::InUse, "conflict") => Some("reason-merge-undecided"),
        _ => None,
    }
}

/// What a field record holds, one line each.
fn lines_of(payload: &str) -> Vec<String> {
    let language = language();
    let command: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let text = command["text"].as_str().map(|text| text.chars().take(LONGEST_LINE).collect());
    let register = command["register"].as_i64().map(|register| {
        let register = format::register(Millilitres(register), language);
        if command["photo"].is_string() { format!("{register} · {}", tr("photo-with")) } else { register }
    });
    let of_swap = (command["kind"] == "swap_meter").then(|| swapped(&command, language)).into_iter().flatten();
    let reason = command["explained"]["reason"].as_str().map(|reason| tra("reading-said", &[("reason", reason.to_owned())]));
    let message = command["words"]["id"]["text"].as_str().map(|text| text.chars().take(LONGEST_LINE).collect());
    text.into_iter().chain(register).chain(of_swap).chain(reason).chain(message).collect()
}

/// What a swap of a meter says: the new serial number, and both registers.
fn swapped(command: &serde_json::Value, language: Language) -> Vec<String> {
    let serial = command["serial"].as_str().unwrap_or_default().to_owned();
    let register = |name: &str| command[name].as_i64().map(|register| format::register(Millilitres(register), language));
    let last = register("final_register").unwrap_or_else(|| tr("swap-unread"));
    let last = if command["final_photo"].is_string() { format!("{last} · {}", tr("photo-with")) } else { last };
    let first = register("first_register").unwrap_or_default();
    vec![tra("swap-line-new", &[("serial", serial), ("register", first)]), tra("swap-line-old", &[("register", last)])]
}

/// What an operation about work says besides its text.
fn of_work(payload: &str) -> Option<String> {
    match serde_json::from_str::<Operation>(payload).ok()? {
        Operation::AddWorkRecord(new) => Some(said(&new.content, None, language())),
        Operation::DeferWork(deferral) => Some(of_reason(deferral.reason)),
        Operation::MoveVisit(said) => {
            let when = |of| window(of, bridge::now(), device_zone(), language());
            Some(format!("{} → {}", when(said.was), when(said.to)))
        }
        Operation::SetWorkPriority(change) => Some(format!("{} → {}", of_priority(change.was), of_priority(change.to))),
        _ => None,
    }
}

/// Field, before, after, of an edit, in the words of people.
fn changes(payload: &str) -> Vec<(String, String, String)> {
    let command: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let patch = command["patch"].as_object().cloned().unwrap_or_default();
    let shown = |field: &str, value: &serde_json::Value| match (field, value.as_str().unwrap_or_default()) {
        (_, "") => String::new(),
        ("status" | "kind" | "language", word) => tr(&format!("{field}-{word}")),
        ("tariff_class", word) => tr(&format!("class-{word}")),
        (_, text) => text.to_owned(),
    };
    let line = |(field, change): (String, serde_json::Value)| {
        let (from, to) = (shown(&field, &change["from"]), shown(&field, &change["to"]));
        (field, from, to)
    };
    patch.into_iter().map(line).collect()
}
