//! A customer's connections beside each other. Each line leads to its connection, which all pages are about from then on.

use crate::components::shell::language;
use crate::components::status::Against;
use crate::components::{Card, DeltaChip, Empty, Failed, Icon, Skeleton, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::metering::usage_total::is_little;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::Millilitres;
use domain::billing::balance::Level;
use domain::metering::usage_baseline::{Comparison, compare};
use protocol::sync::rows::Credit;
use protocol::ui::{Answer, PropertyLine, Request};

/// The way here, for whoever has several.
#[component]
pub fn AllProperties(count: usize) -> Element {
    rsx! {
        if count > 1 {
            Link { class: "button quiet", to: Route::Properties {}, Icon { name: "house" } {tra("properties-all", &[("n", count.to_string())])} }
        }
    }
}

/// The page.
#[component]
pub fn Properties() -> Element {
    let load = use_answer(
        || Request::Properties,
        |answer| match answer {
            Answer::Properties(lines) => Some(lines),
            _ => None,
        },
    );
    let load = load.read();
    rsx! {
        div { class: "page",
            header { class: "page-head", h1 { {tr("properties-title")} } }
            match &*load {
                Load::Waiting => rsx! { Skeleton { heights: vec![96, 96, 96] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(lines) if lines.is_empty() => rsx! {
                    Card { Empty { icon: "droplet", title: tr("no-connection"), next: tr("no-connection-next") } }
                },
                Load::Ready(lines) => rsx! { Lines { lines: lines.clone() } },
            }
        }
    }
}

#[component]
fn Lines(lines: Vec<PropertyLine>) -> Element {
    let used: Millilitres = lines.iter().map(|line| line.used).sum();
    let values = [("n", lines.len().to_string()), ("volume", format::volume(used, language()))];
    rsx! {
        p { class: "muted", "data-properties": "{lines.len()}", {tra("properties-sum", &values)} }
        ul { class: "properties",
            for line in lines.iter() {
                li { key: "{line.place.connection}", Line { line: line.clone() } }
            }
        }
    }
}

#[component]
fn Line(line: PropertyLine) -> Element {
    let (shared, language) = (shared(), language());
    let connection = line.place.connection;
    let is_chosen = (shared.connection)() == Some(connection);
    let month = format::month(line.month, language);
    let is_first_day = line.place.time_zone.day_of((shared.now)()) == line.month.first_day();
    let comparison = if is_first_day && is_little(line.used, line.before) {
        Comparison::Early
    } else {
        compare(line.used - line.behind, line.before)
    };
    rsx! {
        Link { class: "card property-line", to: Route::Home {}, onclick: move |_| shared.choose(connection),
            div { class: "property-name", "data-property-line": "{connection}",
                strong { class: "row", Icon { name: "house", size: "s" } "{line.place.label}"
                    if is_chosen {
                        StatusChip { tone: "ok", icon: "check", label: tr("properties-chosen"), small: true }
                    }
                }
                span { class: "muted small ellipsis", "{line.place.address}" }
            }
            div { class: "stack tight",
                span { class: "muted small", "{month}" }
                span { class: "number", "data-used": "{line.used.0}", {format::volume(line.used, language)} }
                DeltaChip { comparison, against: Against::Before }
                if !matches!(comparison, Comparison::Early | Comparison::Unknown) {
                    span { class: "muted small", "data-against": "true", {tr("properties-against")} }
                }
            }
            if let Some(credit) = line.credit.clone() {
                Left { credit }
            } else {
                span { class: "muted small", {tr("properties-no-credit")} }
            }
            Waiting { cases: line.cases, unread: line.unread }
        }
    }
}

/// What is left, and for how long.
#[component]
fn Left(credit: Credit) -> Element {
    let (tone, icon) = match credit.level {
        Level::Ok => ("", "calendar-clock"),
        Level::Warning => ("warn", "triangle-alert"),
        Level::Critical | Level::Empty => ("danger", "triangle-alert"),
    };
    let days = if credit.level == Level::Empty { Some(tr("credit-empty")) } else { money::days_left(&credit.lasts) };
    rsx! {
        div { class: "stack tight", "data-balance": "{credit.balance().0}",
            span { class: "muted small", {tr("credit-title")} }
            span { class: "number", "{credit.balance()}" }
            if let Some(days) = days {
                StatusChip { tone, icon, label: days }
            }
        }
    }
}

/// What somebody has to look at there.
#[component]
fn Waiting(cases: u32, unread: u32) -> Element {
    let count = |key: &str, n: u32| tra(key, &[("n", n.to_string())]);
    rsx! {
        div { class: "stack tight", "data-cases": "{cases}", "data-unread": "{unread}",
            if cases > 0 {
                StatusChip { tone: "danger", icon: "triangle-alert", label: count("properties-cases", cases) }
            }
            if unread > 0 {
                StatusChip { tone: "", icon: "bell", label: count("properties-unread", unread) }
            }
            if cases == 0 && unread == 0 {
                span { class: "muted small", {tr("properties-quiet")} }
            }
        }
    }
}
