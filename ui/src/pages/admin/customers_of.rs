//! Customers that are chosen one by one, looked for among those that this device holds.

use crate::bridge;
use crate::components::{Button, Icon};
use crate::i18n::tra;
use crate::pages::admin::parts::Entry;
use dioxus::prelude::*;
use domain::CustomerId;
use protocol::ui::{Answer, CustomerQuery, CustomerRow, Request};

/// Customers that are offered at once.
const OFFERED: u32 = 5;

/// Customers with their names.
type Chosen = Vec<(CustomerId, String)>;

/// The field: what is typed, who is found, and who was chosen.
#[component]
pub fn CustomersOf(
    id: &'static str,
    label: String,
    hint: String,
    chosen: Chosen,
    error: Option<String>,
    onchange: EventHandler<Chosen>,
) -> Element {
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
    rsx! {
        Entry { id: "{id}", label, value: search(), hint, error, oninput: move |text| search.set(text) }
        if !found.read().is_empty() {
            ul { class: "found",
                for row in found() {
                    li { key: "{row.id}",
                        Button { kind: "quiet", icon: "plus", label: "{row.name} · {row.number}", onclick: {
                            let more = with(&chosen, &row);
                            move |_| {
                                search.set(String::new());
                                onchange.call(more.clone());
                            }
                        } }
                    }
                }
            }
        }
        if !chosen.is_empty() {
            div { class: "row wrap picks",
                for (customer , name) in chosen.clone() {
                    button { key: "{customer}", r#type: "button", class: "pick", "aria-pressed": "true", "aria-label": tra("campaign-customer-remove", &[("name", name.clone())]),
                        onclick: {
                            let fewer = without(&chosen, customer);
                            move |_| onchange.call(fewer.clone())
                        },
                        "{name}"
                        Icon { name: "x", size: "s" }
                    }
                }
            }
        }
    }
}

/// Those who are chosen, and one more unless that one is among them.
fn with(chosen: &[(CustomerId, String)], row: &CustomerRow) -> Chosen {
    let is_chosen = chosen.iter().any(|(customer, _)| *customer == row.id);
    let added = (!is_chosen).then(|| (row.id, row.name.clone()));
    chosen.iter().cloned().chain(added).collect()
}

/// Those who are chosen, but for one.
fn without(chosen: &[(CustomerId, String)], one: CustomerId) -> Chosen {
    chosen.iter().filter(|(customer, _)| *customer != one).cloned().collect()
}
