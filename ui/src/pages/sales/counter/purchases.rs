//! Purchases of a connection: how each was paid, its state, and what can go back.

use crate::components::shell::{device_zone, language};
use crate::components::{Button, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::is_away;
use crate::pages::admin::later::{More, use_later};
use crate::pages::admin::words::{PurchaseChip, method};
use crate::pages::sales::counter::left;
use crate::pages::sales::counter::paper::Paper;
use crate::state::shared;
use dioxus::prelude::*;
use domain::ConnectionId;
use protocol::sales::admin::{PurchasePage, PurchaseRow, PurchasesAsked};
use protocol::ui::AdminRequest;

/// The purchases.
#[component]
pub fn Purchases(
    connection: ConnectionId,
    first: PurchasePage,
    onrefund: EventHandler<PurchaseRow>,
    onbank: EventHandler<PurchaseRow>,
) -> Element {
    let later = use_later(first.clone());
    if first.rows.is_empty() {
        return rsx! { p { class: "muted small", {tr("money-purchases-none")} } };
    }
    rsx! {
        ul { class: "money-lines",
            for row in first.rows.iter().chain(later.read().iter().flat_map(|page| &page.rows)).cloned() {
                Row { key: "{row.purchase.id}", row, onrefund, onbank }
            }
        }
        More { first, later, ask: move |before| AdminRequest::Purchases(PurchasesAsked { connection, before: Some(before) }) }
    }
}

#[component]
fn Row(row: PurchaseRow, onrefund: EventHandler<PurchaseRow>, onbank: EventHandler<PurchaseRow>) -> Element {
    let (now, language) = ((shared().now)(), language());
    let purchase = &row.purchase;
    let can_go_back = purchase.state == "settled" && left(purchase).0 > 0;
    // A bank gives nothing back that came to a virtual account.
    let is_by_account = purchase.method.as_deref().is_some_and(|method| method.starts_with("va_"));
    let at = purchase.settled_at.unwrap_or(purchase.at);
    let code = purchase.code.as_ref().map(|code| format!(" · {}", code.as_str())).unwrap_or_default();
    let given = purchase.discount.0 + purchase.bonus.0;
    rsx! {
        li { class: "purchase", "data-row": "{purchase.id}", "data-purchase": "{purchase.state}",
            div { class: "grow",
                div { class: "row wrap",
                    PurchaseChip { row: row.clone() }
                    if !row.review.is_empty() {
                        StatusChip { tone: "warn", icon: "triangle-alert", label: tr(&format!("review-{}", row.review)), small: true }
                    }
                }
                p { class: "small", {method(purchase)} "{code}" }
                p { class: "muted tiny", {format::zoned_moment(at, now, device_zone(), language)} " · {row.buyer}" }
                if purchase.returned.0 > 0 {
                    p { class: "tiny warn-text", {tra("money-returned", &[("amount", purchase.returned.to_string())])} }
                    for line in row.returns.iter().filter(|line| !line.reason.is_empty()) {
                        p { key: "{line.no}", class: "tiny row top", Icon { name: "sticky-note", size: "s" } "{line.reason}" }
                    }
                }
            }
            div { class: "end",
                p { class: "number", {if purchase.state == "settled" { purchase.paid } else { purchase.to_pay }.to_string()} }
                if given > 0 {
                    p { class: "muted tiny", {tra("money-given", &[("amount", domain::Rupiah(given).to_string())])} }
                }
                if row.fee.0 > 0 {
                    p { class: "muted tiny", {tra("money-fee", &[("amount", row.fee.to_string())])} }
                }
                if purchase.state == "settled" {
                    Paper { purchase: purchase.clone(), lines: row.returns.clone() }
                }
                if can_go_back && purchase.channel == "gateway" {
                    Button { label: tr("money-refund-bank"), kind: "quiet", icon: "landmark", disabled: is_away(), onclick: { let row = row.clone(); move |_| onbank.call(row.clone()) } }
                }
                if can_go_back && !is_by_account {
                    Button { label: tr("money-refund"), kind: "quiet", icon: "undo-2", disabled: is_away(), onclick: { let row = row.clone(); move |_| onrefund.call(row.clone()) } }
                }
            }
        }
    }
}
