//! Akun → Riwayat: what was bought, and what became of the credit, line by line.

pub mod explain;

use crate::bridge;
use crate::components::shell::{SyncMark, language};
use crate::components::{Button, Card, Empty, Icon, Segmented, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::metering::connections::{ConnectionChoice, about_place};
use crate::route::Route;
use crate::state::{shared, use_answer};
use dioxus::prelude::*;
use domain::sales::receipt::short_number;
use domain::{ConnectionId, LocalMonth, Rupiah, TimeZone};
use explain::WhySheet;
use protocol::sales::money::Purchase;
use protocol::sync::rows::StatementLine;
use protocol::ui::{Answer, History as View, MoneyRequest, MoneyResponse, Request};
use uuid::Uuid;

/// Riwayat.
#[component]
pub fn History() -> Element {
    let mut chosen = use_signal(|| None::<ConnectionId>);
    let load = use_answer(
        move || Request::Money(MoneyRequest::History { connection: chosen() }),
        |answer| match answer {
            Answer::Money(response) => match *response {
                MoneyResponse::History(view) => Some(view),
                _ => None,
            },
            _ => None,
        },
    );
    about_place(&load.read(), &[48, 48, 320], |view| {
        rsx! {
            Content { view: view.clone(), onchoose: move |connection| chosen.set(Some(connection)) }
        }
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Tab {
    Purchases,
    Statement,
}

#[component]
fn Content(view: View, onchoose: EventHandler<ConnectionId>) -> Element {
    let mut tab = use_signal(|| Tab::Purchases);
    let mut explained = use_signal(|| None::<LocalMonth>);
    let zone = view.place.time_zone;
    rsx! {
        div { class: "page narrow history",
            header { class: "page-head",
                div { class: "row",
                    Link { class: "button quiet icon-only", to: Route::Account {}, "aria-label": tr("back"), Icon { name: "chevron-left" } }
                    h1 { {tr("history-title")} }
                }
                span { class: "only-phone", SyncMark {} }
            }
            ConnectionChoice { places: view.places.clone(), chosen: view.place.connection, onchoose }
            Segmented { label: tr("history-title"), chosen: tab(), full: true,
                choices: vec![(Tab::Purchases, tr("history-purchases")), (Tab::Statement, tr("history-statement"))],
                onchoose: move |next| tab.set(next) }
            match tab() {
                Tab::Purchases => rsx! { Purchases { purchases: view.purchases.clone(), zone } },
                Tab::Statement => rsx! {
                    if let Some(credit) = &view.credit {
                        Card {
                            dl { class: "price",
                                div { dt { {tr("statement-posted")} } dd { "{credit.posted}" } }
                                div { dt { {tr("statement-running")} } dd { {signed(Rupiah(-credit.running.0))} } }
                                div { class: "total", dt { {tr("credit-now")} } dd { "{credit.balance()}" } }
                            }
                            Button { label: tr("why-now"), icon: "info", kind: "quiet",
                                onclick: { let month = zone.day_of(credit.at).month(); move |_| explained.set(Some(month)) } }
                        }
                    }
                    Statement { lines: view.lines.clone(), zone, onask: move |month| explained.set(Some(month)) }
                },
            }
            if let Some(month) = explained() {
                WhySheet { connection: view.place.connection, month, zone, onclose: move |()| explained.set(None) }
            }
        }
    }
}

/// `+Rp10.000` or `−Rp10.000`.
pub fn signed(amount: Rupiah) -> String {
    match amount.0 {
        0 => Rupiah(0).to_string(),
        1.. => format!("+{amount}"),
        _ => format!("−{}", Rupiah(-amount.0)),
    }
}

#[component]
fn Purchases(purchases: Vec<Purchase>, zone: TimeZone) -> Element {
    let language = language();
    let now = (shared().now)();
    if purchases.is_empty() {
        return rsx! {
            Card {
                Empty { icon: "receipt-text", title: tr("purchases-none"), next: tr("purchases-none-next"),
                    Link { class: "button primary", to: Route::Buy {}, Icon { name: "plus" } {tr("top-up")} }
                }
            }
        };
    }
    rsx! {
        ul { class: "card flush money-list",
            for purchase in purchases {
                li { key: "{purchase.id}", "data-purchase": "{purchase.id}",
                    details {
                        summary {
                            span { class: "round", Icon { name: channel(&purchase) } }
                            div { class: "grow",
                                p { class: "number", "{purchase.amount}" }
                                p { class: "muted small", {format::short_moment(purchase.settled_at.unwrap_or(purchase.at), now, zone, language)} " · " {money::way(&purchase)} }
                            }
                            Standing { purchase: purchase.clone() }
                            Icon { name: "chevron-down", size: "s" }
                        }
                        Receipt { purchase: purchase.clone(), zone }
                    }
                }
            }
        }
    }
}

fn channel(purchase: &Purchase) -> &'static str {
    if purchase.channel == "cash" { "banknote" } else { "wallet" }
}

#[component]
fn Standing(purchase: Purchase) -> Element {
    let (key, tone, icon) = money::standing(&purchase);
    rsx! { StatusChip { tone, icon, label: tr(key), small: true } }
}

/// What a purchase came to.
#[component]
fn Receipt(purchase: Purchase, zone: TimeZone) -> Element {
    let language = language();
    let moment =
        |t| format!("{} {} {}", format::date(zone.day_of(t), language), format::clock(t, zone, language), zone.abbreviation());
    rsx! {
        dl { class: "price small",
            div { dt { {tr("receipt-number")} } dd { title: "{purchase.id}", {short_number(purchase.id)} } }
            div { dt { {tr("price-credit")} } dd { "{purchase.amount}" } }
            if let Some(code) = &purchase.code {
                if purchase.discount > Rupiah(0) {
                    div { dt { {tra("price-discount", &[("code", code.as_str().into())])} } dd { "−{purchase.discount}" } }
                }
                if purchase.bonus > Rupiah(0) {
                    div { dt { {tra("price-bonus", &[("code", code.as_str().into())])} } dd { "+{purchase.bonus}" } }
                }
            }
            if purchase.settled_at.is_some() {
                div { class: "total", dt { {tr("receipt-paid")} } dd { "{purchase.paid}" } }
            }
            if purchase.returned > Rupiah(0) {
                div { dt { {tr("receipt-returned")} } dd { "−{purchase.returned}" } }
            }
            if let Some(at) = purchase.settled_at {
                div { dt { {tr("receipt-credited-at")} } dd { {moment(at)} } }
            }
        }
        if purchase.simulated {
            p { class: "small muted receipt-foot", {tr("simulated")} " · " {tr("simulated-why")} }
        }
        if purchase.settled_at.is_some() {
            div { class: "receipt-foot", Paper { purchase: purchase.id } }
        }
    }
}

/// The receipt as a file.
#[component]
pub fn Paper(purchase: Uuid) -> Element {
    let shared = shared();
    let mut busy = use_signal(|| false);
    let save = move |_| {
        busy.set(true);
        spawn(async move {
            let text = match money::ask(MoneyRequest::Receipt { purchase }).await {
                Ok(MoneyResponse::Document(file)) => match bridge::save_base64(&file.name, &file.base64).await {
                    Some(place) => tra("receipt-saved", &[("place", place)]),
                    None => tr("receipt-not-saved"),
                },
                Ok(_) => tr("receipt-not-saved"),
                Err(problem) => money::explain(&problem),
            };
            shared.toast(text);
            busy.set(false);
        });
    };
    rsx! {
        Button { label: tr("receipt-pdf"), icon: "download", busy: busy(), onclick: save }
    }
}

#[component]
fn Statement(lines: Vec<StatementLine>, zone: TimeZone, onask: EventHandler<LocalMonth>) -> Element {
    let language = language();
    let now = (shared().now)();
    if lines.is_empty() {
        return rsx! {
            Card { Empty { icon: "scroll-text", title: tr("statement-none"), next: tr("statement-none-next") } }
        };
    }
    rsx! {
        ul { class: "card flush money-list",
            for line in lines {
                li { key: "{line.no}", class: "row",
                    span { class: "round", Icon { name: picture(&line.kind) } }
                    div { class: "grow",
                        p { class: "number small", {tr(&format!("line-{}", line.kind))}
                            if let Some(month) = line.month { " · " {format::month(month, language)} } }
                        p { class: "muted small", {format::short_moment(line.at, now, zone, language)} }
                        if !line.reason.is_empty() { p { class: "small", "{line.reason}" } }
                    }
                    div { class: "end",
                        p { class: if line.amount > Rupiah(0) { "number good" } else { "number" }, {signed(line.amount)} }
                        p { class: "muted small", {tra("line-after", &[("amount", line.after.to_string())])} }
                    }
                    if let Some(month) = line.month {
                        button { r#type: "button", class: "button quiet icon-only", "aria-label": tra("why-of", &[("month", format::month(month, language))]),
                            onclick: move |_| onask.call(month), Icon { name: "info" } }
                    } else {
                        span { class: "no-button" }
                    }
                }
            }
        }
    }
}

fn picture(kind: &str) -> &'static str {
    match kind {
        "purchase" => "plus",
        "charge" | "charge_correction" => "droplet",
        "monthly_fee" => "calendar-check",
        "refund" | "chargeback" => "undo-2",
        "emergency_credit" => "hand-coins",
        _ => "pencil",
    }
}
