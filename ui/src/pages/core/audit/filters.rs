//! What the audit log can be filtered by: who, what, when, and one record.

use crate::components::shell::device_zone;
use crate::components::{Button, Select};
use crate::i18n::tr;
use dioxus::prelude::*;
use domain::{LocalDay, UserId, UtcMillis};
use protocol::core::audit::{AuditPerson, AuditQuery};

/// The filters.
#[component]
pub fn Filters(query: Signal<AuditQuery>, people: Vec<AuditPerson>, kinds: Vec<String>) -> Element {
    let now = query();
    let all = |key: &str| (String::new(), tr(key));
    let who: Vec<_> = std::iter::once(all("audit-anybody"))
        .chain(people.iter().map(|person| (person.id.to_string(), person.name.clone())))
        .collect();
    let kind: Vec<_> = std::iter::once(all("audit-any-kind"))
        .chain(kinds.iter().map(|kind| (kind.clone(), tr(&format!("op-{kind}")))))
        .collect();
    rsx! {
        div { class: "controls audit-filters", role: "search", "aria-label": tr("audit-filters"),
            Select { label: tr("audit-who"), choices: who, chosen: now.who.map(|who| who.to_string()).unwrap_or_default(),
                onchoose: move |text: String| query.with_mut(|query| query.who = text.parse::<UserId>().ok()) }
            Select { label: tr("audit-kind"), choices: kind, chosen: now.kind.clone().unwrap_or_default(),
                onchoose: move |text: String| query.with_mut(|query| query.kind = Some(text).filter(|text| !text.is_empty())) }
            Day { label: tr("audit-from"), value: now.from, onchoose: move |day: Option<LocalDay>| {
                query.with_mut(|query| query.from = day.map(|day| device_zone().start_of(day)));
            } }
            // The day that is named belongs to it; the request is for what came before the next one.
            Day { label: tr("audit-to"), value: now.to.map(|to| UtcMillis(to.0 - 1)), onchoose: move |day: Option<LocalDay>| {
                query.with_mut(|query| query.to = day.map(|day| device_zone().start_of(day.plus(1))));
            } }
            if now.row.is_some() {
                Button { label: tr("audit-one-record"), kind: "quiet", icon: "x", onclick: move |_| query.with_mut(|query| query.row = None) }
            }
            if now != AuditQuery::default() {
                Button { label: tr("clear-filter"), kind: "quiet", icon: "x", onclick: move |_| query.set(AuditQuery::default()) }
            }
        }
    }
}

#[component]
fn Day(label: String, value: Option<UtcMillis>, onchoose: EventHandler<Option<LocalDay>>) -> Element {
    let text = value.map_or(String::new(), |at| {
        let (year, month, day) = device_zone().day_of(at).ymd();
        format!("{year:04}-{month:02}-{day:02}")
    });
    rsx! {
        label { class: "input compact",
            span { class: "muted small", "{label}" }
            input { r#type: "date", value: "{text}", onchange: move |event| onchoose.call(read(&event.value())) }
        }
    }
}

fn read(text: &str) -> Option<LocalDay> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    LocalDay::from_ymd(year, month, day)
}
