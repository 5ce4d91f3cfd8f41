//! Beli, second step: the price, which binds for a while, and the way on.

use crate::components::shell::language;
use crate::components::{Button, Card, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::metering::connections::Property;
use crate::pages::sales::buy::{again, keep, pay_asked};
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::sales::payment::Method;
use protocol::core::problem::Code;
use protocol::sales::money::{CheckoutAsked, Purchase};
use protocol::ui::{Buying as View, ConnectionRef, Draft, MoneyRequest, MoneyResponse};

/// The lines of a price: what it is for, what comes off, what comes on top, what is to be paid.
#[component]
pub fn Price(purchase: Purchase) -> Element {
    rsx! {
        dl { class: "price",
            div { dt { {tr("price-credit")} } dd { "{purchase.amount}" } }
            if let Some(code) = &purchase.code {
                if purchase.discount > Rupiah(0) {
                    div { class: "good", dt { {tra("price-discount", &[("code", code.as_str().into())])} } dd { "−{purchase.discount}" } }
                }
                if purchase.bonus > Rupiah(0) {
                    div { class: "good", dt { {tra("price-bonus", &[("code", code.as_str().into())])} } dd { "+{purchase.bonus}" } }
                }
            }
            div { dt { {tr("price-fee")} } dd { "{Rupiah(0)}" } }
            div { dt { {tr("price-tax")} } dd { "{Rupiah(0)}" } }
            if money::is_unpaid(&purchase) {
                div { class: "total", "data-unpaid": "true", dt { {tr("price-unpaid")} } dd { "{Rupiah(0)}" } }
            } else {
            div { class: "total", dt { {tr("price-total")} } dd { "data-total": "{purchase.to_pay.0}", "{purchase.to_pay}" } }
            }
        }
    }
}

/// The price of a quote, and how long it binds.
#[component]
fn QuoteCard(purchase: Purchase, method: Method, place: ConnectionRef) -> Element {
    let now = (shared().now)();
    let is_over = now >= purchase.expires_at;
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap",
                h2 { {tr("quote-title")} }
                if is_over {
                    StatusChip { tone: "", icon: "clock-alert", label: tr("bought-expired") }
                } else {
                    StatusChip { tone: "info", icon: "clock", label: tr("bought-quoted") }
                }
            }
            Property { place: place.clone() }
            Price { purchase: purchase.clone() }
            p { class: "muted small",
                if is_over {
                    {tr("quote-over")}
                } else {
                    {tra("quote-binds", &[
                        ("time", format::clock(purchase.expires_at, place.time_zone, language())),
                        ("left", format::countdown(purchase.expires_at.since(now))),
                    ])}
                }
            }
            p { class: "row small", Icon { name: "wallet", size: "s" } {money::method(Some(method.as_str()), "gateway")} }
        }
    }
}

/// The second step of Beli: the quote, to pay it or to change it.
#[component]
pub fn Quoted(view: View, offline: bool) -> Element {
    let mut busy = use_signal(|| false);
    let mut wrong = use_signal(|| None::<String>);
    let Some(purchase) = view.purchase.clone() else { return rsx! {} };
    let (id, connection) = (purchase.id, view.place.connection);
    let method = view.draft.as_ref().map_or(Method::Qris, |draft| draft.method);
    let is_over = (shared().now)() >= purchase.expires_at;
    let kept = view.draft.clone();
    let back = move |_| {
        let kept = kept.clone();
        spawn(async move {
            let draft = kept.map(|draft| Draft { id: crate::bridge::new_id(), ..draft });
            keep(connection, draft).await;
        });
    };
    let pay = move |_| {
        if busy() {
            return;
        }
        busy.set(true);
        wrong.set(None);
        spawn(async move {
            let outcome = match money::ask(MoneyRequest::Checkout(CheckoutAsked { id })).await {
                // What costs nothing is credited already.
                Ok(MoneyResponse::Purchase(taken)) if taken.state == "settled" => Ok(()),
                Ok(_) => money::ask(MoneyRequest::Pay(pay_asked(id, connection, method))).await.map(|_| ()),
                Err(problem) => Err(problem),
            };
            if let Err(problem) = outcome {
                let unsure = problem.code == Code::Unreachable;
                wrong.set(Some(if unsure { tr("pay-unsure") } else { money::explain(&problem) }));
            }
            busy.set(false);
        });
    };
    rsx! {
        QuoteCard { purchase: purchase.clone(), method, place: view.place.clone() }
        if let Some(wrong) = wrong.read().as_ref() {
            div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } "{wrong}" }
        }
        div { class: "act",
            if is_over {
                Button { label: tr("quote-again"), kind: "primary", icon: "refresh-cw", full: true, disabled: offline,
                    onclick: move |_| { let view = view.clone(); spawn(async move { again(&view).await }); } }
            } else {
                Button { label: tra("pay-now", &[("amount", purchase.to_pay.to_string()), ("place", view.place.label.clone())]), kind: "primary", icon: "wallet", full: true,
                    busy: busy(), disabled: offline, onclick: pay }
                Button { label: tr("quote-change"), kind: "quiet", full: true, onclick: back }
            }
        }
    }
}
