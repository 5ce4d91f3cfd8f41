//! Keuangan: what has to be looked at, refunds and opening balances that wait for a second admin, purchases that wait for their payment, and the
//! limits of the ways to pay and of what one admin books alone; days and months that are closed, and the reconciliation with the payment gateway.

mod bank_refund;
mod case;
mod cash_days;
mod limits;
mod months;
mod opening_limits;
mod openings;
mod reconciliation;
mod view;
mod waiting;

use crate::components::address::use_kept;
use crate::components::shell::SyncMark;
use crate::components::{Card, Empty, Icon, Select};
use crate::i18n::tr;
use crate::pages::admin::ask::{Gap, Stale, is_away, use_server_view};
use bank_refund::BankRefundCard;
use case::CaseCard;
use cash_days::CashDaysPart;
use dioxus::prelude::*;
use limits::Limits;
use months::MonthsPart;
use opening_limits::OpeningLimitsCard;
use openings::OpeningsCard;
use protocol::sales::review::MoneyReview;
use protocol::ui::{AdminRequest, AdminResponse};
use reconciliation::ReconciliationPart;
pub use view::{FinancePart, FinanceView};
use waiting::Waiting;

/// The page.
#[component]
pub fn Finance() -> Element {
    let kept = use_kept::<FinanceView>();
    let server = use_server_view(
        || AdminRequest::Review,
        |response| match response {
            AdminResponse::Review(review) => Some(review),
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    let shown = *kept.read();
    rsx! {
        div { class: "page narrow office finance",
            header { class: "page-head row wrap",
                h1 { class: "grow", {tr("finance-title")} }
                Parts { kept }
                span { class: "only-phone", SyncMark {} }
            }
            if shown.part.is_none() {
                Apart {}
            }
            if shown.shows_review() {
                if let Some(old) = server.old() {
                    Stale { old, onretry: move |()| server.again() }
                }
                if is_away() {
                    p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("money-away")} }
                }
                match latest {
                    None => rsx! { Gap { asking: server.asking.read().clone(), what: "finance", heights: vec![160, 160, 220], onretry: move |()| server.again() } },
                    Some(review) => rsx! { Review { review, shown, ondone: move |()| server.again() } },
                }
            }
            if shown.shows(FinancePart::Limits) {
                Limits {}
                OpeningLimitsCard {}
            }
            match shown.part {
                Some(FinancePart::CashDays) => rsx! { CashDaysPart {} },
                Some(FinancePart::Months) => rsx! { MonthsPart {} },
                Some(FinancePart::Reconciliation) => rsx! { ReconciliationPart {} },
                _ => rsx! {},
            }
        }
    }
}

/// The ways to the parts that are pages of their own.
#[component]
fn Apart() -> Element {
    rsx! {
        nav { class: "row wrap", "aria-label": tr("finance-apart"),
            for part in FinancePart::APART {
                Link { key: "{part.word()}", class: "button secondary", to: FinanceView::address_of(part),
                    Icon { name: part.icon() }
                    {tr(&format!("finance-part-{}", part.word()))}
                }
            }
        }
    }
}

/// Which part is shown.
#[component]
fn Parts(kept: Signal<FinanceView>) -> Element {
    let all = (String::new(), tr("finance-part-all"));
    let parts = FinancePart::ALL.map(|part| (part.word().to_owned(), tr(&format!("finance-part-{}", part.word()))));
    let chosen = kept.read().part.map(|part| part.word().to_owned()).unwrap_or_default();
    rsx! {
        Select { label: tr("finance-parts"), choices: std::iter::once(all).chain(parts).collect::<Vec<_>>(), chosen,
            onchoose: move |word: String| kept.with_mut(|kept| kept.part = FinancePart::of_word(&word)) }
    }
}

/// What waits, as far as it is shown.
#[component]
fn Review(review: MoneyReview, shown: FinanceView, ondone: EventHandler<()>) -> Element {
    let MoneyReview { cases, bank_refunds, waiting, openings } = review;
    rsx! {
        if shown.shows(FinancePart::Cases) {
            section { class: "stack wide", "aria-labelledby": "review-head",
                h2 { id: "review-head", {tr("finance-review")} }
                p { class: "muted small", {tr("finance-review-lead")} }
                if cases.is_empty() {
                    Card { Empty { icon: "check", title: tr("finance-review-none"), next: tr("finance-review-none-next") } }
                }
                for case in cases {
                    CaseCard { key: "{case.id}", case, ondone }
                }
            }
        }
        if shown.shows(FinancePart::Refunds) {
            section { class: "stack wide", "aria-labelledby": "bank-head",
                h2 { id: "bank-head", {tr("finance-bank")} }
                p { class: "muted small", {tr("finance-bank-lead")} }
                if bank_refunds.is_empty() {
                    p { class: "muted small", {tr("finance-bank-none")} }
                }
                for refund in bank_refunds {
                    BankRefundCard { key: "{refund.id}", refund, ondone }
                }
            }
        }
        if shown.shows(FinancePart::Openings) {
            section { class: "stack wide", "aria-labelledby": "openings-head",
                h2 { id: "openings-head", {tr("finance-openings")} }
                p { class: "muted small", {tr("finance-openings-lead")} }
                if openings.is_empty() {
                    p { class: "muted small", {tr("finance-openings-none")} }
                }
                for of_import in openings {
                    OpeningsCard { key: "{of_import.import}", openings: of_import, ondone }
                }
            }
        }
        if shown.shows(FinancePart::Waiting) {
            section { class: "stack wide", "aria-labelledby": "waiting-head",
                h2 { id: "waiting-head", {tr("finance-waiting")} }
                Waiting { purchases: waiting }
            }
        }
    }
}
