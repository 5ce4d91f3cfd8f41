//! Two records of one person become one: the other record is looked for, both are compared field by field, and the number of the one that goes
//! is typed before it goes.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Dialog, Empty, Failed, Icon, Skeleton, use_sending};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::{Choice, Entry};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::CustomerId;
use domain::people::merge::{Merge, differing, offered};
use domain::people::{Customer, nik};
use domain::sync::edit::{CustomerField, Editable};
use protocol::sync::push::Operation;
use protocol::ui::{Answer, CustomerDetail, CustomerQuery, Phase, Request};
use std::collections::BTreeSet;

/// Records that a search shows.
const FOUND: u32 = 8;

/// The dialog, about the customer of a page. `with` is the other record, where that is known already.
#[component]
pub fn MergeDialog(detail: CustomerDetail, with: Option<CustomerId>, onclose: EventHandler<()>) -> Element {
    let mut other = use_signal(move || with);
    rsx! {
        Dialog { title: tr("merge-title"), keeps: true, of: "bulk", onclose: move |()| onclose.call(()),
            match other() {
                None => rsx! { Search { customer: detail.customer.clone(), onchoose: move |id| other.set(Some(id)) } },
                Some(id) => rsx! { Other { one: detail.clone(), id, onback: move |()| other.set(None), onclose } },
            }
        }
    }
}

/// Finds the other record: those of the same name first.
#[component]
fn Search(customer: Customer, onchoose: EventHandler<CustomerId>) -> Element {
    let mut search = use_signal(|| customer.name.clone());
    let load = use_answer(
        move || Request::Customers(CustomerQuery { search: search(), limit: FOUND, ..CustomerQuery::default() }),
        |answer| match answer {
            Answer::Customers(window) => Some(window.rows),
            _ => None,
        },
    );
    let this = customer.id;
    rsx! {
        div { class: "stack wide",
            p { class: "muted small", {tr("merge-lead")} }
            Entry { id: "merge-search", label: tr("merge-search"), hint: tr("merge-search-hint"), value: search(), oninput: move |typed| search.set(typed) }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![56, 56] } },
                Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
                Load::Ready(rows) if rows.iter().all(|row| row.id == this) => rsx! {
                    Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next") }
                },
                Load::Ready(rows) => rsx! {
                    ul { class: "list", "aria-label": tr("merge-found"),
                        for row in rows.iter().filter(|row| row.id != this).cloned() {
                            li { key: "{row.id}",
                                button { class: "button quiet full", r#type: "button", "data-other": "{row.id}",
                                    onclick: move |_| onchoose.call(row.id),
                                    span { class: "grow", "{row.name} ({row.number})" }
                                    span { class: "muted small", "{row.phone}" }
                                }
                            }
                        }
                    }
                },
            }
        }
    }
}

/// Reads the other record.
#[component]
fn Other(one: CustomerDetail, id: CustomerId, onback: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let load = use_answer(
        move || Request::Customer { customer: id },
        |answer| match answer {
            Answer::Customer(detail) => Some(detail),
            _ => None,
        },
    );
    match &*load.read() {
        Load::Waiting => rsx! { Skeleton { heights: vec![240] } },
        Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
        Load::Ready(None) => rsx! { Empty { icon: "search", title: tr("error-not_found"), next: String::new() } },
        Load::Ready(Some(detail)) => rsx! { Compare { one: one.clone(), other: (**detail).clone(), onback, onclose } },
    }
}

/// Both records side by side, which one stays, and whose value each field keeps.
#[component]
fn Compare(one: CustomerDetail, other: CustomerDetail, onback: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let mut keeps_one = use_signal(|| true);
    let mut take = use_signal(|| offered(&one.customer, &other.customer));
    let mut typed = use_signal(String::new);
    let shared = shared();
    let sending = use_sending();
    let (keep, gone) = if keeps_one() { (&one, &other) } else { (&other, &one) };
    let turned = [(true, offered(&one.customer, &other.customer)), (false, offered(&other.customer, &one.customer))];
    let choices = vec![(true, one.customer.number.clone()), (false, other.customer.number.clone())];
    // What waits for the server or for a decision changes a record after it was compared.
    let is_unsettled = [keep, gone].iter().any(|detail| detail.waiting || !detail.conflicts.is_empty());
    let is_typed = typed.read().trim() == gone.customer.number;
    let merge = Merge::new(&keep.customer, &gone.customer, &take.read(), gone.connections.iter().map(|connection| connection.id));
    let send = move |_| {
        let command = Operation::MergeCustomers(merge.clone());
        sending.once(async move {
            match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                Ok(_) => {
                    let is_live = shared.sync.peek().phase == Phase::Live;
                    shared.toast(tr(if is_live { "merge-sent" } else { "saved-offline" }));
                    onclose.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    rsx! {
        div { class: "stack wide", "data-merge": "compare",
            Choice { label: tr("merge-keep"), choices, chosen: keeps_one(),
                onchoose: move |is_one: bool| {
                    keeps_one.set(is_one);
                    typed.set(String::new());
                    if let Some((_, offered)) = turned.iter().find(|(of, _)| *of == is_one) {
                        take.set(offered.clone());
                    }
                } }
            Fields { keep: keep.customer.clone(), gone: gone.customer.clone(), take }
            p { class: "small", {tra("merge-connections", &[("n", gone.connections.len().to_string()), ("number", gone.customer.number.clone())])} }
            p { class: "small muted row top", Icon { name: "info", size: "s" } span { {tr("merge-note")} } }
            if is_unsettled {
                div { class: "banner warn", role: "status", Icon { name: "triangle-alert" } p { class: "small", {tr("merge-unsettled")} } }
            } else {
                div { class: "banner warn", Icon { name: "triangle-alert" }
                    p { class: "small", {tra("merge-final", &[("name", gone.customer.name.clone()), ("number", gone.customer.number.clone())])} }
                }
                Entry { id: "merge-typed", label: tra("merge-typed", &[("number", gone.customer.number.clone())]), value: typed(),
                    oninput: move |text| typed.set(text) }
            }
            div { class: "row wrap actions",
                Button { label: tr("merge-do"), kind: "danger", icon: "users", busy: sending.is_busy(), disabled: is_unsettled || !is_typed, onclick: send }
                Button { label: tr("back"), kind: "quiet", disabled: sending.is_busy(), onclick: move |_| onback.call(()) }
            }
        }
    }
}

/// The fields in which both differ, each with its two values to choose from.
#[component]
fn Fields(keep: Customer, gone: Customer, take: Signal<BTreeSet<CustomerField>>) -> Element {
    let fields = differing(&keep, &gone);
    if fields.is_empty() {
        return rsx! { p { class: "small", role: "status", {tr("merge-same")} } };
    }
    rsx! {
        for field in fields {
            FieldChoice { key: "{field.as_str()}", field, keep: said(&keep, field), gone: said(&gone, field), take }
        }
    }
}

/// A value as people compare it.
fn said(customer: &Customer, field: CustomerField) -> String {
    match (field, customer.value(field)) {
        (_, value) if value.is_empty() => tr("value-empty"),
        (CustomerField::Status, value) => tr(&format!("status-{value}")),
        // Enough to compare with a card, not enough to copy one.
        (CustomerField::Nik, value) => nik::mask(&value),
        (_, value) => value,
    }
}

#[component]
fn FieldChoice(field: CustomerField, keep: String, gone: String, take: Signal<BTreeSet<CustomerField>>) -> Element {
    let mut take = take;
    let name = field.as_str();
    let is_taken = take.read().contains(&field);
    rsx! {
        fieldset { class: "field", "data-field": name,
            legend { class: "label", {tr(&format!("field-{name}"))} }
            for (of_gone , value) in [(false, keep), (true, gone)] {
                label { key: "{of_gone}", class: "tick row",
                    input { r#type: "radio", name: "merge-{name}", value: if of_gone { "gone" } else { "keep" }, checked: is_taken == of_gone,
                        onchange: move |_| {
                            take.with_mut(|take| if of_gone { take.insert(field) } else { take.remove(&field) });
                        } }
                    span { class: "grow", "{value}" }
                }
            }
        }
    }
}
