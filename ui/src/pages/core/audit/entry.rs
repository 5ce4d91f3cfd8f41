//! One entry of the audit log as a row of a table: when, who, what, of which record, and what changed; opened, field by field.

use crate::components::shell::{device_zone, language};
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::core::audit::values::{author, difference, field, shown, summary, title};
use crate::state::shared;
use dioxus::prelude::*;
use domain::CustomerId;
use protocol::core::audit::{AuditEntry, AuditQuery, FieldChange};

/// A device's clock and the server's differ by more than this: it was done offline, or a clock is wrong. Both are worth seeing.
const APART_MS: i64 = 5 * 60_000;

/// Columns of the table.
const COLUMNS: &str = "5";

/// An entry; `id` is that of its row.
#[component]
pub fn Line(id: String, entry: AuditEntry, query: Signal<AuditQuery>, onopen: EventHandler<CustomerId>) -> Element {
    let mut opened = use_signal(|| false);
    let (now, language) = (*shared().now.peek(), language());
    let (who, role) = author(&entry);
    let mut turn = move || opened.with_mut(|opened| *opened = !*opened);
    let all = format!("{id}-all");
    rsx! {
        tr { id: "{id}", class: "audit-row", "data-row": "{id}-{entry.kind}", "data-kind": "{entry.kind}", onclick: move |_| turn(),
            td { class: "when",
                button { class: "open", r#type: "button", "aria-expanded": if opened() { "true" } else { "false" },
                    "aria-controls": if opened() { "{all}" },
                    onclick: move |event: MouseEvent| { event.stop_propagation(); turn(); },
                    Icon { name: "chevron-right", size: "s" }
                    span { {format::zoned_moment(entry.at, now, device_zone(), language)} }
                }
            }
            td { class: "by", span { class: "ellipsis", "{who}" } " " span { class: "muted tiny nowrap", "{role}" } }
            td { class: "kind number", {tr(&format!("op-{}", entry.kind))} }
            td { class: "of", {title(&entry)} }
            td { class: "what", span { class: "ellipsis muted", {summary(&entry)} } }
        }
        if opened() {
            tr { id: "{all}", class: "audit-all",
                td { colspan: COLUMNS, Details { entry: entry.clone(), query, onopen } }
            }
        }
    }
}

/// All of an entry.
#[component]
fn Details(entry: AuditEntry, query: Signal<AuditQuery>, onopen: EventHandler<CustomerId>) -> Element {
    let apart = entry.at.since(entry.occurred_at).abs() > APART_MS;
    let done = format::zoned_moment(entry.occurred_at, *shared().now.peek(), device_zone(), language());
    let (row, is_one) = (entry.row, query.read().row.is_some());
    rsx! {
        div { class: "stack",
            dl { class: "changes small",
                for change in entry.changes.iter().cloned() {
                    Changed { key: "{change.field}", change }
                }
            }
            if apart {
                p { class: "tiny warn-text row", Icon { name: "clock-alert", size: "s" } {tra("audit-device-clock", &[("time", done)])} }
            }
            div { class: "row wrap",
                if !is_one && !row.is_nil() {
                    Button { label: tr("audit-this-record"), kind: "quiet", icon: "search", onclick: move |_| query.with_mut(|query| query.row = Some(row)) }
                }
                if let Some(customer) = entry.customer {
                    Button { label: tr("audit-open"), kind: "quiet", icon: "user", onclick: move |_| onopen.call(customer) }
                }
            }
        }
    }
}

#[component]
fn Changed(change: FieldChange) -> Element {
    let by = difference(&change);
    let FieldChange { field: name, before, after } = change;
    let is_new = before.is_empty();
    rsx! {
        div { "data-field": "{name}",
            dt { class: "muted", {field(&name)} }
            dd {
                // What was not there before is not struck out.
                if !is_new {
                    del { {shown(&name, &before)} }
                    span { class: "visually-hidden", {tr("audit-became")} }
                    span { "aria-hidden": "true", " → " }
                }
                ins { {shown(&name, &after)} }
                if let Some(by) = by {
                    span { class: "muted", " ({by})" }
                }
            }
        }
    }
}
