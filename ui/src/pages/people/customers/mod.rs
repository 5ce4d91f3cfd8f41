//! Pelanggan: everybody the utility supplies, as a window over any number of rows.

mod list;
mod panel;

pub use panel::Panel;

use crate::components::shell::{SyncMark, language};
use crate::components::status::chip;
use crate::components::{Card, Dialog, Empty, Failed, Icon, Side, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::route::Wanted;
use crate::state::{Load, shared, take_wanted, use_answer};
use dioxus::prelude::*;
use domain::CustomerId;
use domain::people::CustomerStatus;
use list::Rows;
use protocol::ui::{Answer, CustomerQuery, Request};

/// The admin's customers.
#[component]
pub fn Customers() -> Element {
    let mut search = use_signal(String::new);
    let mut opened = use_signal(|| None::<CustomerId>);
    let shared = shared();
    use_effect(move || {
        let pick = |wanted| if let Wanted::Customer(customer) = wanted { Some(customer) } else { None };
        if let Some(customer) = take_wanted(shared, pick) {
            opened.set(Some(customer));
        }
    });
    let load = use_answer(
        move || Request::Customers(CustomerQuery { search: search(), ..CustomerQuery::default() }),
        |answer| match answer {
            Answer::Customers(window) => Some(window),
            _ => None,
        },
    );
    let wide = (shared.wide)();
    rsx! {
        div { class: "page fleet-page",
            header { class: "page-head row wrap",
                h1 { {tr("customers-title")} }
                div { class: "controls",
                    div { class: "input compact search",
                        Icon { name: "search", size: "s" }
                        input { r#type: "search", "aria-label": tr("search-customers"), placeholder: tr("search-customers"),
                            value: "{search}",
                            oninput: move |event| search.set(event.value()) }
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
                        List { total: window.total, matching: window.matching, search, opened }
                        if wide && let Some(customer) = opened() {
                            Side { key: "{customer}", label: tr("customer"), onclose: move |()| opened.set(None), Panel { customer } }
                        }
                    }
                },
            }
        }
        if !wide && let Some(customer) = opened() {
            Dialog { title: tr("customer"), sheet: true, onclose: move |()| opened.set(None),
                Panel { key: "{customer}", customer }
            }
        }
    }
}

/// How many there are, and who.
#[component]
fn List(total: u32, matching: u32, search: Signal<String>, opened: Signal<Option<CustomerId>>) -> Element {
    let language = language();
    let counts = [("shown", matching), ("total", total)].map(|(name, count)| (name, format::whole(i64::from(count), language)));
    rsx! {
        section { class: "card flush",
            div { class: "bar", span { class: "muted", {tra("customers-count", &counts)} } }
            if matching == 0 {
                Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next") }
            } else {
                Rows { matching, search, opened }
            }
        }
    }
}

/// Whether a customer is supplied.
pub fn standing(status: CustomerStatus) -> Element {
    let (tone, picture) = match status {
        CustomerStatus::Active => ("ok", "check"),
        CustomerStatus::Inactive => ("", "circle-slash"),
        CustomerStatus::Suspended => ("warn", "triangle-alert"),
    };
    chip(tone, picture, &tr(&format!("status-{}", status.as_str())), "small")
}
