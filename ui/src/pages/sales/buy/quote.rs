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
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::sales::money::{CheckoutAsked, Purchase};
use protocol::ui::{Buying as View, ConnectionRef, Draft, MoneyRequest, MoneyResponse};
use uuid::Uuid;

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
    let now = shared().server_now();
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

/// A payment that could not be begun: of which purchase, and why.
pub type Unpaid = (Uuid, Problem);

/// Why the payment of a purchase could not be begun.
#[component]
pub fn NotBegun(purchase: Uuid, wrong: Signal<Option<Unpaid>>) -> Element {
    let wrong = wrong.read();
    let Some((_, problem)) = wrong.as_ref().filter(|(of, _)| *of == purchase) else { return rsx! {} };
    let text = if problem.code == Code::Unreachable { tr("pay-unsure") } else { money::explain(problem) };
    rsx! {
        div { class: "banner danger", role: "alert", "data-not-begun": "true", Icon { name: "circle-alert" } "{text}" }
    }
}

/// The second step of Beli: the quote, to pay it or to change it.
#[component]
pub fn Quoted(view: View, offline: bool, wrong: Signal<Option<Unpaid>>) -> Element {
    let shared = shared();
    let mut busy = use_signal(|| false);
    let mut wrong = wrong;
    let Some(purchase) = view.purchase.clone() else { return rsx! {} };
    let (id, connection) = (purchase.id, view.place.connection);
    let method = view.draft.as_ref().map_or(Method::Qris, |draft| draft.method);
    let is_over = shared.server_now() >= purchase.expires_at;
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
        // This step goes as soon as the purchase is checked out: the payment is begun all the same, and what hinders it is said in the next
        // step, or where somebody has gone meanwhile.
        let lost = tr("pay-not-begun");
        dioxus::core::spawn_forever(async move {
            let outcome = match money::ask(MoneyRequest::Checkout(CheckoutAsked { id })).await {
                // What costs nothing is credited already.
                Ok(MoneyResponse::Purchase(taken)) if taken.state == "settled" => Ok(()),
                Ok(_) => money::ask(MoneyRequest::Pay(pay_asked(id, connection, method))).await.map(|_| ()),
                Err(problem) => Err(problem),
            };
            if let Err(problem) = outcome {
                match wrong.try_write() {
                    Ok(mut wrong) => *wrong = Some((id, problem)),
                    Err(_) => shared.toast(lost),
                }
            }
            if let Ok(mut busy) = busy.try_write() {
                *busy = false;
            }
        });
    };
    rsx! {
        QuoteCard { purchase: purchase.clone(), method, place: view.place.clone() }
        NotBegun { purchase: id, wrong }
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
