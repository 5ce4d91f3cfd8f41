//! The customers that a user acts for, looked for among those that this device holds.

use crate::bridge;
use crate::components::{Button, Icon};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Entry;
use dioxus::prelude::*;
use domain::CustomerId;
use protocol::ui::{Answer, CustomerQuery, CustomerRow, Request};

/// Customers that are offered at once.
const OFFERED: u32 = 5;

/// The field: what is typed, who is found, and who was chosen.
#[component]
pub fn CustomersOf(chosen: Signal<Vec<(CustomerId, String)>>, error: Option<String>) -> Element {
    let mut search = use_signal(String::new);
    let mut found = use_signal(Vec::<CustomerRow>::new);
    use_resource(move || {
        let body = CustomerQuery { search: search(), limit: OFFERED, ..CustomerQuery::default() };
        async move {
            let is_long_enough = body.search.trim().chars().count() >= 2;
            let answer = if is_long_enough { bridge::call(Request::Customers(body)).await.ok() } else { None };
            found.set(match answer {
                Some(Answer::Customers(window)) => window.rows,
                _ => Vec::new(),
            });
        }
    });
    let mut add = move |id: CustomerId, name: String| {
        chosen.with_mut(|chosen| {
            if chosen.iter().all(|(other, _)| *other != id) {
                chosen.push((id, name));
            }
        });
        search.set(String::new());
    };
    rsx! {
        Entry { id: "invite-customers", label: tr("invite-customers"), value: search(), hint: tr("invite-customers-hint"), error,
            oninput: move |text| search.set(text) }
        if !found.read().is_empty() {
            ul { class: "found",
                for row in found() {
                    li { key: "{row.id}",
                        Button { kind: "quiet", icon: "plus", label: "{row.name} · {row.number}", onclick: { let name = row.name.clone(); move |_| add(row.id, name.clone()) } }
                    }
                }
            }
        }
        if !chosen.read().is_empty() {
            div { class: "row wrap picks",
                for (id , name) in chosen() {
                    button { key: "{id}", r#type: "button", class: "pick", "aria-pressed": "true", "aria-label": tra("campaign-customer-remove", &[("name", name.clone())]),
                        onclick: move |_| chosen.with_mut(|chosen| chosen.retain(|(other, _)| *other != id)),
                        "{name}"
                        Icon { name: "x", size: "s" }
                    }
                }
            }
        }
    }
}
