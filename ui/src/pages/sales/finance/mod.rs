//! Keuangan: what has to be looked at, refunds that wait for a second admin, and the limits of the ways to pay.

mod bank_refund;
mod case;
mod limits;

use crate::components::shell::SyncMark;
use crate::components::{Card, Empty, Icon};
use crate::i18n::tr;
use crate::pages::admin::ask::{Gap, Stale, is_away, use_server_view};
use bank_refund::BankRefundCard;
use case::CaseCard;
use dioxus::prelude::*;
use limits::Limits;
use protocol::ui::{AdminRequest, AdminResponse};

/// The page.
#[component]
pub fn Finance() -> Element {
    let server = use_server_view(
        || AdminRequest::Review,
        |response| match response {
            AdminResponse::Review(review) => Some(review),
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    rsx! {
        div { class: "page narrow office finance",
            header { class: "page-head row wrap",
                h1 { class: "grow", {tr("finance-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("money-away")} }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "finance", heights: vec![160, 160, 220], onretry: move |()| server.again() } },
                Some(review) => rsx! {
                    section { class: "stack wide", "aria-labelledby": "review-head",
                        h2 { id: "review-head", {tr("finance-review")} }
                        p { class: "muted small", {tr("finance-review-lead")} }
                        if review.cases.is_empty() {
                            Card { Empty { icon: "check", title: tr("finance-review-none"), next: tr("finance-review-none-next") } }
                        }
                        for case in review.cases.clone() {
                            CaseCard { key: "{case.id}", case, ondone: move |()| server.again() }
                        }
                    }
                    section { class: "stack wide", "aria-labelledby": "bank-head",
                        h2 { id: "bank-head", {tr("finance-bank")} }
                        p { class: "muted small", {tr("finance-bank-lead")} }
                        if review.bank_refunds.is_empty() {
                            p { class: "muted small", {tr("finance-bank-none")} }
                        }
                        for refund in review.bank_refunds.clone() {
                            BankRefundCard { key: "{refund.id}", refund, ondone: move |()| server.again() }
                        }
                    }
                },
            }
            Limits {}
        }
    }
}
