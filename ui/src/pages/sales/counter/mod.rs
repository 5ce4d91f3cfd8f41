//! Saldo of a connection, for admins: what is there, how it came to that, and what can be done about it at the counter.

mod adjust;
mod bank_refund;
mod lines;
mod paper;
mod purchases;
mod refund;
mod top_up;

use crate::bridge;
use crate::components::{Button, Icon, Segmented, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{RequestState, Stale, is_away, use_server_view};
use crate::pages::admin::words::say;
use adjust::Adjust;
use bank_refund::BankRefund;
use dioxus::prelude::*;
use domain::people::Customer;
use domain::{ConnectionId, Rupiah};
use lines::Lines;
use protocol::core::problem::Code;
use protocol::sales::admin::{PurchaseRow, PurchasesAsked};
use protocol::sales::money::{Purchase, Statement, StatementAsked};
use protocol::sync::rows::Connection;
use protocol::ui::{AdminRequest, AdminResponse};
use purchases::Purchases;
use refund::Refund;
use top_up::TopUp;
use uuid::Uuid;

/// What is being done. Each has the identifier that makes it happen once.
#[derive(Clone, PartialEq)]
enum Doing {
    Nothing,
    TopUp(Uuid),
    Adjust(Uuid),
    Refund(Uuid, Box<PurchaseRow>),
    BankRefund(Uuid, Box<PurchaseRow>),
}

/// What a reason must have at least.
const SHORTEST_REASON: usize = 3;

/// Whether a reason says nothing.
pub fn is_silent(reason: &str) -> bool {
    reason.trim().chars().count() < SHORTEST_REASON
}

/// Whose money it is, and of which property: said in every dialog that moves it.
#[derive(Clone, PartialEq)]
pub struct Holder {
    /// The customer's name and number.
    customer: (String, String),
    connection: Connection,
}

impl Holder {
    /// The same as a line of what a question is about.
    fn row(&self) -> (String, String) {
        (tr("customer"), format!("{} · {}", self.customer.0, self.connection.label))
    }
}

/// The customer's name and the property, above what is done with their money.
#[component]
fn Whose(holder: Holder) -> Element {
    let (name, number) = &holder.customer;
    let Connection { label, address, .. } = &holder.connection;
    rsx! {
        div { class: "whose", "data-whose": "{number}",
            p { class: "number", "{name}" span { class: "muted small", " · {number}" } }
            p { class: "muted small", "{label} · {address}" }
        }
    }
}

/// Which list is open.
#[derive(Clone, Copy, PartialEq)]
enum Tab {
    Statement,
    Purchases,
}

/// The balance of a customer's connection; body for when it is opened.
#[component]
pub fn Balance(customer: Customer, connection: Connection, open: Signal<Option<ConnectionId>>) -> Element {
    let id = connection.id;
    let holder = Holder { customer: (customer.name, customer.number), connection: connection.clone() };
    let is_open = open() == Some(id);
    rsx! {
        div { class: "money-of", "data-open": "{is_open}",
            button { r#type: "button", class: "money-toggle", "aria-expanded": if is_open { "true" } else { "false" },
                onclick: move |_| open.set(if is_open { None } else { Some(id) }),
                Icon { name: "wallet", size: "s" }
                span { class: "grow", {tra("money-of", &[("place", connection.label.clone())])} }
                Icon { name: "chevron-down", size: "s" }
            }
            if is_open {
                Account { key: "{id}", holder }
            }
        }
    }
}

#[component]
fn Account(holder: Holder) -> Element {
    let id = holder.connection.id;
    let statement = use_server_view(
        move || AdminRequest::Statement(StatementAsked { connection: id, before: None }),
        |response| match response {
            AdminResponse::Statement(found) => Some(found),
            _ => None,
        },
    );
    let purchases = use_server_view(
        move || AdminRequest::Purchases(PurchasesAsked { connection: id, before: None }),
        |response| match response {
            AdminResponse::Purchases(found) => Some(found),
            _ => None,
        },
    );
    let mut doing = use_signal(|| Doing::Nothing);
    let mut tab = use_signal(|| Tab::Statement);
    let again = move || {
        statement.again();
        purchases.again();
    };
    let retry = move |()| again();
    let done = move |()| again();
    let Some(now) = statement.latest.read().clone() else {
        return rsx! { Away { asking: statement.asking.read().clone(), onretry: retry } };
    };
    let tabs = vec![(Tab::Statement, tr("money-statement")), (Tab::Purchases, tr("money-purchases"))];
    rsx! {
        div { class: "stack wide money",
            if let Some(old) = statement.old() {
                Stale { old, onretry: retry }
            }
            Standing { now: now.clone() }
            div { class: "row wrap actions",
                Button { label: tr("money-top-up"), kind: "primary", icon: "banknote", disabled: is_away(), onclick: move |_| doing.set(Doing::TopUp(bridge::new_id())) }
                Button { label: tr("money-adjust"), icon: "pencil", disabled: is_away(), onclick: move |_| doing.set(Doing::Adjust(bridge::new_id())) }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("money-away")} }
            }
            Segmented { label: tr("money-lists"), choices: tabs, chosen: tab(), full: true, onchoose: move |chosen| tab.set(chosen) }
            if tab() == Tab::Statement {
                Lines { connection: id, first: now.clone() }
            } else if let Some(page) = purchases.latest.read().clone() {
                Purchases { connection: id, first: page, onrefund: move |row| doing.set(Doing::Refund(bridge::new_id(), Box::new(row))),
                    onbank: move |row| doing.set(Doing::BankRefund(bridge::new_id(), Box::new(row))) }
            } else {
                Away { asking: purchases.asking.read().clone(), onretry: retry }
            }
        }
        match doing() {
            Doing::Nothing => rsx! {},
            Doing::TopUp(key) => rsx! {
                TopUp { key: "{key}", holder: holder.clone(), balance: now.balance, ondone: done, onclose: move |()| doing.set(Doing::Nothing) }
            },
            Doing::Adjust(key) => rsx! {
                Adjust { key: "{key}", id: key, holder: holder.clone(), balance: now.balance, ondone: done, onclose: move |()| doing.set(Doing::Nothing) }
            },
            Doing::Refund(key, row) => rsx! {
                Refund { key: "{key}", id: key, holder: holder.clone(), row: *row, balance: now.balance, ondone: done, onclose: move |()| doing.set(Doing::Nothing) }
            },
            Doing::BankRefund(key, row) => rsx! {
                BankRefund { key: "{key}", id: key, holder: holder.clone(), row: *row, ondone: done, onclose: move |()| doing.set(Doing::Nothing) }
            },
        }
    }
}

/// What is there, and what of it is used but not posted.
#[component]
fn Standing(now: Statement) -> Element {
    let tone = if now.balance <= Rupiah(0) { "danger-text" } else { "" };
    rsx! {
        div { class: "balance", "data-balance": "{now.balance.0}",
            p { class: "muted small", {tr("money-balance")} }
            p { class: "number {tone}", "{now.balance}" }
            p { class: "muted small",
                {if now.running == Rupiah(0) { tr("money-all-posted") } else { tra("money-running", &[("amount", now.running.to_string())]) }}
            }
        }
    }
}

/// Waited for, or why it cannot be had; small, because it is part of a record that is shown.
#[component]
fn Away(asking: RequestState, onretry: EventHandler<()>) -> Element {
    let RequestState::Failed(problem) = asking else { return rsx! { Skeleton { heights: vec![72, 48, 160] } } };
    let (icon, text) = match problem.code {
        Code::Unreachable => ("cloud-off", tr("money-offline")),
        _ => ("triangle-alert", say(&problem)),
    };
    rsx! {
        div { class: "banner warn", role: "status",
            Icon { name: icon }
            p { class: "small grow", "{text}" }
            Button { label: tr("try-again"), kind: "quiet", icon: "refresh-cw", onclick: move |_| onretry.call(()) }
        }
    }
}

/// What of a purchase's money is left to go back.
fn left(purchase: &Purchase) -> Rupiah {
    Rupiah(purchase.paid.0 - purchase.returned.0)
}
