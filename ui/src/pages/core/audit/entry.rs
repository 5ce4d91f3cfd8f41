//! One entry of the audit log: who did what to what, field by field, and when.

use crate::components::shell::{device_zone, language};
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;
use domain::{CustomerId, Millilitres, UtcMillis};
use protocol::core::audit::{AuditEntry, AuditQuery, FieldChange};

/// A device's clock and the server's differ by more than this: it was done offline, or a clock is wrong. Both are worth seeing.
const APART_MS: i64 = 5 * 60_000;

/// An entry.
#[component]
pub fn Line(entry: AuditEntry, query: Signal<AuditQuery>, onopen: EventHandler<CustomerId>) -> Element {
    let (now, language) = ((shared().now)(), language());
    let moment = |at| format::moment(at, now, device_zone(), language);
    let apart = entry.at.since(entry.occurred_at).abs() > APART_MS;
    let title = if entry.title.is_empty() { tr("audit-no-name") } else { entry.title.clone() };
    let (row, is_one) = (entry.row, query.read().row.is_some());
    rsx! {
        li { "data-kind": "{entry.kind}",
            div { class: "grow stack",
                div { class: "row between wrap",
                    p { class: "number", {tr(&format!("op-{}", entry.kind))} " · {title}" }
                    span { class: "tiny muted nowrap", {moment(entry.at)} }
                }
                dl { class: "changes small",
                    for change in entry.changes.iter().cloned() {
                        Changed { key: "{change.field}", change }
                    }
                }
                div { class: "row between wrap",
                    span { class: "small muted row", Icon { name: "user", size: "s" } "{entry.who.name} · " {tr(&format!("role-{}", entry.role.as_str()))} }
                    div { class: "row",
                        if !is_one {
                            Button { label: tr("audit-this-record"), kind: "quiet", icon: "search", onclick: move |_| query.with_mut(|query| query.row = Some(row)) }
                        }
                        if let Some(customer) = entry.customer {
                            Button { label: tr("audit-open"), kind: "quiet", icon: "chevron-right", onclick: move |_| onopen.call(customer) }
                        }
                    }
                }
                if apart {
                    p { class: "tiny warn-text row", Icon { name: "clock-alert", size: "s" } {tra("audit-device-clock", &[("time", moment(entry.occurred_at))])} }
                }
            }
        }
    }
}

#[component]
fn Changed(change: FieldChange) -> Element {
    let FieldChange { field, before, after } = change;
    rsx! {
        div {
            dt { class: "muted", {tr(&format!("field-{field}"))} }
            dd {
                // Nothing cannot be struck out.
                if before.is_empty() {
                    span { class: "muted", {shown(&field, &before)} }
                } else {
                    del { {shown(&field, &before)} }
                }
                span { class: "visually-hidden", {tr("audit-became")} }
                span { "aria-hidden": "true", " → " }
                ins { {shown(&field, &after)} }
            }
        }
    }
}

/// A value as people read it: those of a few words have their own.
fn shown(field: &str, value: &str) -> String {
    match (field, value) {
        (_, "") => tr("value-empty"),
        ("status" | "kind", word) => tr(&format!("{field}-{word}")),
        ("campaign_state", word) => tr(&format!("campaign-{word}")),
        ("balance" | "refunded" | "to_pay", amount) => {
            amount.parse().map_or(amount.to_owned(), |amount| domain::Rupiah(amount).to_string())
        }
        ("active", "true") => tr("user-active"),
        ("active", _) => tr("user-inactive"),
        ("declared", word) => tr(&format!("unusual-declared-{word}")),
        ("tariff_class", word) => tr(&format!("class-{word}")),
        ("language", word) => tr(&format!("language-{word}")),
        ("register", ml) => ml.parse().map_or(ml.to_owned(), |ml| format::register(Millilitres(ml), language())),
        ("at", ms) => {
            ms.parse().map_or(ms.to_owned(), |ms| format::moment(UtcMillis(ms), (shared().now)(), device_zone(), language()))
        }
        // Enough of a hash to compare it.
        ("photo", hash) => hash.chars().take(12).collect(),
        _ => value.to_owned(),
    }
}
