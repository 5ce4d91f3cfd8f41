//! What the audit log can be filtered by: words, who, what, when, and one record. It is kept in the page's address.

use crate::components::address::{Kept, Params};
use crate::components::shell::device_zone;
use crate::components::{Button, Icon, Select};
use crate::i18n::tr;
use dioxus::prelude::*;
use domain::{LocalDay, UserId, UtcMillis};
use protocol::core::audit::{Acting, AuditPerson, AuditQuery};

/// Milliseconds without typing after which a search begins.
const TYPED_MS: u32 = 300;

impl Kept for AuditQuery {
    fn read(params: &Params) -> Self {
        Self {
            who: params.get("pelaku"),
            acting: params.get::<String>("peran").and_then(|word| Acting::from_word(&word)),
            kind: params.get("jenis"),
            search: params.get("cari"),
            row: params.get("data"),
            from: params.get("dari").map(UtcMillis),
            to: params.get("sampai").map(UtcMillis),
            after: None,
        }
    }

    fn write(&self) -> Params {
        Params::default()
            .with("pelaku", self.who)
            .with("peran", self.acting.map(Acting::as_str))
            .with("jenis", self.kind.as_ref())
            .with("cari", self.search.as_ref())
            .with("data", self.row)
            .with("dari", self.from.map(|at| at.0))
            .with("sampai", self.to.map(|at| at.0))
    }
}

/// The filters.
#[component]
pub fn Filters(query: Signal<AuditQuery>, people: Vec<AuditPerson>, kinds: Vec<String>) -> Element {
    let now = query();
    let all = |key: &str| (String::new(), tr(key));
    let acting: Vec<_> = std::iter::once(all("audit-any-role"))
        .chain(Acting::ALL.map(|acting| (acting.as_str().to_owned(), tr(&format!("role-{}", acting.as_str())))))
        .collect();
    let is_of = |person: &&AuditPerson| now.acting.is_none_or(|acting| person.role.map(Acting::from) == Some(acting));
    let named = |person: &AuditPerson| match person.role {
        Some(role) if now.acting.is_none() => format!("{} ({})", person.name, tr(&format!("role-{}", role.as_str()))),
        _ => person.name.clone(),
    };
    let who: Vec<_> = std::iter::once(all("audit-anybody"))
        .chain(people.iter().filter(is_of).map(|person| (person.id.to_string(), named(person))))
        .collect();
    let kind: Vec<_> = std::iter::once(all("audit-any-kind"))
        .chain(kinds.iter().map(|kind| (kind.clone(), tr(&format!("op-{kind}")))))
        .collect();
    rsx! {
        div { class: "controls audit-filters", role: "search", "aria-label": tr("audit-filters"),
            Words { query }
            Select { label: tr("audit-role"), choices: acting, chosen: now.acting.map(|acting| acting.as_str().to_owned()).unwrap_or_default(),
                onchoose: move |text: String| query.with_mut(|query| (query.acting, query.who) = (Acting::from_word(&text), None)) }
            if now.acting != Some(Acting::System) {
                Select { label: tr("audit-who"), choices: who, chosen: now.who.map(|who| who.to_string()).unwrap_or_default(),
                    onchoose: move |text: String| query.with_mut(|query| query.who = text.parse::<UserId>().ok()) }
            }
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

/// The words that are searched for.
#[component]
fn Words(query: Signal<AuditQuery>) -> Element {
    let mut typed = use_signal(|| query.peek().search.clone().unwrap_or_default());
    // What was typed here and sent; another search came with the address.
    let mut sent = use_signal(|| typed.peek().clone());
    use_effect(move || {
        let there = query.read().search.clone().unwrap_or_default();
        if *sent.peek() != there {
            sent.set(there.clone());
            typed.set(there);
        }
    });
    // Sent once nobody types any more: each request reads the log.
    let mut search = move |text: String| {
        typed.set(text.clone());
        spawn(async move {
            gloo_timers::future::TimeoutFuture::new(TYPED_MS).await;
            if *typed.peek() == text {
                sent.set(if text.trim().is_empty() { String::new() } else { text.clone() });
                query.with_mut(|query| query.search = Some(text).filter(|text| !text.trim().is_empty()));
            }
        });
    };
    rsx! {
        div { class: "input compact search",
            Icon { name: "search", size: "s" }
            input { id: "audit-search", r#type: "search", "aria-label": tr("audit-search"), placeholder: tr("audit-search"), value: "{typed}",
                oninput: move |event| search(event.value()) }
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
