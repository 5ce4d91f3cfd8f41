//! Pelanggan: everybody the utility supplies, as a window over any number of rows.

mod panel;

pub use panel::Panel;

use crate::components::shell::{SyncMark, language};
use crate::components::{Card, Dialog, Empty, Failed, Icon, Skeleton, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::CustomerId;
use domain::people::CustomerStatus;
use protocol::ui::{Answer, CustomerQuery, CustomerRow, Customers as Window, Request};

/// Height of a row in CSS pixels; `.customer-row` says the same.
const ROW: f64 = 60.0;

/// The window moves by this many rows, and reaches two steps past what is seen on either side.
const STEP: u32 = 40;

/// Rows asked for.
const WINDOW: u32 = 160;

/// The admin's customers.
#[component]
pub fn Customers() -> Element {
    let wide = (shared().wide)();
    let mut query = use_signal(|| CustomerQuery { limit: WINDOW, ..CustomerQuery::default() });
    let mut opened = use_signal(|| None::<CustomerId>);
    let load = use_answer(
        move || Request::Customers(query()),
        |answer| match answer {
            Answer::Customers(window) => Some(window),
            _ => None,
        },
    );
    rsx! {
        div { class: "page fleet-page",
            header { class: "page-head row wrap",
                h1 { {tr("customers-title")} }
                div { class: "controls",
                    div { class: "input compact search",
                        Icon { name: "search", size: "s" }
                        input { r#type: "search", "aria-label": tr("search-customers"), placeholder: tr("search-customers"),
                            value: "{query.read().search}",
                            oninput: move |event| query.with_mut(|query| { query.search = event.value(); query.offset = 0; }) }
                    }
                }
                span { class: "only-phone", SyncMark {} }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![48, 420] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(window) if window.total == 0 => rsx! {
                    Card { Empty { icon: "users", title: tr("customers-empty"), next: tr("customers-empty-next") } }
                },
                Load::Ready(window) => rsx! {
                    div { class: if wide && opened().is_some() { "fleet with-panel broad" } else { "fleet" },
                        Rows { window: window.clone(), query, opened }
                        if wide && let Some(customer) = opened() {
                            Card { class: "wide", Panel { key: "{customer}", customer, onclose: move |()| opened.set(None) } }
                        }
                    }
                },
            }
        }
        if !wide && let Some(customer) = opened() {
            Dialog { title: tr("customer"), sheet: true, onclose: move |()| opened.set(None),
                Panel { key: "{customer}", customer, onclose: move |()| opened.set(None) }
            }
        }
    }
}

#[component]
fn Rows(window: Window, query: Signal<CustomerQuery>, opened: Signal<Option<CustomerId>>) -> Element {
    let language = language();
    let shown = format::whole(i64::from(window.matching), language);
    let total = format::whole(i64::from(window.total), language);
    let scrolled = move |event: ScrollEvent| {
        let first = (event.scroll_top() / ROW) as u32;
        let offset = (first / STEP * STEP).saturating_sub(STEP);
        if query.peek().offset != offset {
            query.with_mut(|query| query.offset = offset);
        }
    };
    let rows = window.rows.into_iter().enumerate().map(|(place, row)| (window.offset + place as u32, row));
    rsx! {
        section { class: "card flush",
            div { class: "bar",
                span { class: "muted", {tra("customers-count", &[("shown", shown), ("total", total)])} }
            }
            if window.matching == 0 {
                Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next") }
            } else {
                div { key: "{query.read().search}", class: "window", tabindex: "0", role: "region", "aria-label": tr("customers-title"), onscroll: scrolled,
                    div { class: "whole", height: "{f64::from(window.matching) * ROW}px",
                        ul { transform: "translateY({f64::from(window.offset) * ROW}px)",
                            for (place , row) in rows {
                                Line { key: "{row.id}", row, place, of: window.matching, opened }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[component]
fn Line(row: CustomerRow, place: u32, of: u32, opened: Signal<Option<CustomerId>>) -> Element {
    let id = row.id;
    let is_open = opened() == Some(id);
    rsx! {
        li { "aria-setsize": "{of}", "aria-posinset": "{place + 1}",
            button { class: "customer-row", r#type: "button", "aria-pressed": if is_open { "true" } else { "false" },
                onclick: move |_| opened.set(Some(id)),
                span { class: "who",
                    span { class: "number ellipsis", "{row.name}" }
                    span { class: "muted tiny ellipsis", "{row.number}" }
                }
                span { class: "where ellipsis muted small", "{row.address}" }
                span { class: "phone small", "{row.phone}" }
                if row.waiting {
                    StatusChip { tone: "info", icon: "clock", label: tr("op-waiting"), small: true }
                } else {
                    Status { status: row.status }
                }
            }
        }
    }
}

/// Whether a customer is supplied.
#[component]
pub fn Status(status: CustomerStatus) -> Element {
    let (tone, icon) = match status {
        CustomerStatus::Active => ("ok", "check"),
        CustomerStatus::Inactive => ("", "circle-slash"),
        CustomerStatus::Suspended => ("warn", "triangle-alert"),
    };
    rsx! {
        StatusChip { tone, icon, label: tr(&format!("status-{}", status.as_str())), small: true }
    }
}
