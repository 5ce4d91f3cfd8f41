//! One transfer behind a figure: whose it is, what it is about, what it adds, and all its postings. It leads to its customer, and where it charges
//! a month, to what that month was used and cost.

use crate::components::shell::language;
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::CustomersView;
use crate::pages::billing::history::explain::WhySheet;
use crate::pages::revenue::words::zone_of;
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::revenue::TransferKind;
use protocol::revenue::{RevenuePosting, RevenueTransfer};

/// What a transfer is about; a word that this program does not know is one of another kind.
fn about(kind: &str) -> String {
    match TransferKind::from_word(kind) {
        TransferKind::Other => tr("revenue-kind-other"),
        // It is in no customer's statement, which has words for the others.
        TransferKind::GatewayFee => tr("revenue-kind-gateway_fee"),
        known => tr(&format!("line-{}", known.as_str())),
    }
}

fn picture(kind: &str) -> &'static str {
    match TransferKind::from_word(kind) {
        TransferKind::Purchase => "plus",
        TransferKind::Charge | TransferKind::ChargeCorrection => "droplet",
        TransferKind::MonthlyFee => "calendar-check",
        TransferKind::Refund | TransferKind::Chargeback | TransferKind::OpeningReversal => "undo-2",
        TransferKind::EmergencyCredit => "hand-coins",
        TransferKind::OpeningBalance => "wallet",
        TransferKind::GatewayFee => "landmark",
        TransferKind::Adjustment | TransferKind::Other => "pencil",
    }
}

/// A transfer with what it adds to the figure.
#[component]
pub fn Line(transfer: RevenueTransfer, amount: Rupiah) -> Element {
    let (shared, language) = (shared(), language());
    let mut explained = use_signal(|| false);
    let zone = zone_of(&transfer);
    let moment = format::zoned_moment(transfer.at, *shared.now.peek(), zone, language);
    let way = transfer.method.as_deref().map(|method| money::method(Some(method), method));
    let beside = [Some(moment), way, transfer.campaign.clone(), transfer.who.clone(), Some(transfer.zone.clone())];
    let beside = beside.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    // A charge is explained by its month: blocks, prices and the readings that it comes from.
    let month = transfer.month.filter(|_| transfer.purchase.is_none());
    let connection = transfer.connection;
    rsx! {
        li { "data-row": "{transfer.no}", "data-transfer": "{transfer.no}", "data-kind": "{transfer.kind}", "data-amount": "{amount.0}",
            div { class: "row top",
                span { class: "round", Icon { name: picture(&transfer.kind) } }
                div { class: "grow",
                    p { class: "number small",
                        {about(&transfer.kind)}
                        if let Some(month) = transfer.month { " · " {format::month(month, language)} }
                    }
                    Link { class: "link small", to: CustomersView::address_of(transfer.customer), "{transfer.customer_name} · {transfer.label}" }
                    p { class: "muted tiny", "{beside}" }
                    if !transfer.reason.is_empty() {
                        p { class: "small", "{transfer.reason}" }
                    }
                }
                span { class: "number nowrap", "{amount}" }
            }
            div { class: "row wrap transfer-acts",
                if let Some(month) = month {
                    Button { label: tra("why-of", &[("month", format::month(month, language))]), kind: "quiet", icon: "info",
                        onclick: move |_| explained.set(true) }
                }
                Postings { postings: transfer.postings.clone() }
            }
            if let Some(month) = month.filter(|_| explained()) {
                WhySheet { connection, month, zone, onclose: move |()| explained.set(false) }
            }
        }
    }
}

/// All postings of a transfer, folded. They add up to nothing.
#[component]
fn Postings(postings: Vec<RevenuePosting>) -> Element {
    rsx! {
        details { class: "postings",
            summary { class: "small", {tr("revenue-postings")} }
            dl { class: "price small",
                for posting in postings {
                    div { key: "{posting.account.as_str()}",
                        dt { {tr(&format!("revenue-account-{}", posting.account.as_str()))} }
                        dd { "{posting.amount}" }
                    }
                }
            }
        }
    }
}
