//! Beli, the last steps: how to pay, and what became of it.

use crate::bridge;
use crate::components::shell::language;
use crate::components::{Button, Card, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::billing::history::Paper;
use crate::pages::sales::buy::methods::{Methods, offered, use_limits};
use crate::pages::sales::buy::quote::Price;
use crate::pages::sales::buy::{again, keep};
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::sales::payment::Method;
use protocol::sales::money::{PayAsked, Paying, Purchase};
use protocol::ui::{Buying as View, Draft, MoneyRequest, Request};
use qrcode::QrCode;
use qrcode::render::svg;

/// Groups of four, as a long number is read.
fn in_fours(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[component]
pub fn Waiting(view: View, offline: bool) -> Element {
    let mut busy = use_signal(|| false);
    let mut wrong = use_signal(|| None::<String>);
    let mut changing = use_signal(|| false);
    let Some(purchase) = view.purchase.clone() else { return rsx! {} };
    let (id, connection) = (purchase.id, view.place.connection);
    let now = (shared().now)();
    let method = view.draft.as_ref().map_or(Method::Qris, |draft| draft.method);
    // What was begun since is not what has ended.
    let is_newest = view.paying.as_ref().is_none_or(|paying| Some(&paying.order) == purchase.order.as_ref());
    let is_over = money::has_ended(&purchase) && is_newest;
    // The app may have ended between checkout and payment: the request is repeated, with the same answer.
    let begin = move |_| {
        busy.set(true);
        wrong.set(None);
        spawn(async move {
            if let Err(problem) = money::ask(MoneyRequest::Pay(PayAsked { id, method })).await {
                wrong.set(Some(money::explain(&problem)));
            }
            busy.set(false);
        });
    };
    let check = move |_| {
        spawn(async move { drop(bridge::call(Request::SyncNow).await) });
    };
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap",
                h2 { {money::method(purchase.method.as_deref().or(Some(method.as_str())), "gateway")} }
                StatusChip { tone: "warn", icon: "hourglass", label: tr("bought-awaiting_payment") }
            }
            p { class: "number big", "{purchase.to_pay}" }
            p { class: "muted small",
                if now < purchase.expires_at {
                    {tra("pay-before", &[
                        ("time", format::clock(purchase.expires_at, view.place.time_zone, language())),
                        ("left", format::countdown(purchase.expires_at.since(now))),
                    ])}
                } else {
                    {tr("pay-late")}
                }
            }
            match &view.paying {
                _ if is_over => rsx! { p { class: "small warn-text", role: "status", {tr("pay-ended")} } },
                Some(paying) => rsx! { How { paying: paying.clone() } },
                None => rsx! {
                    p { class: "small", {tr("pay-not-begun")} }
                    Button { label: tr("pay-begin"), kind: "primary", icon: "wallet", busy: busy(), disabled: offline, onclick: begin }
                },
            }
        }
        if changing() || is_over {
            ChangeWay { view: view.clone(), purchase: purchase.clone(), is_over, offline, ondone: move |()| changing.set(false) }
        }
        if let Some(wrong) = wrong.read().as_ref() {
            div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } "{wrong}" }
        }
        p { class: "small muted", {tr("pay-waits")} }
        div { class: "act",
            if !changing() && !is_over {
                Button { label: tr("pay-change"), icon: "wallet", full: true, disabled: offline, onclick: move |_| changing.set(true) }
            }
            Button { label: tr("pay-check"), icon: "refresh-cw", full: true, disabled: offline, onclick: check }
            Button { label: tr("pay-leave"), kind: "quiet", full: true,
                onclick: move |_| { spawn(keep(connection, None)); } }
        }
    }
}

/// Another way to pay a purchase that waits: the present payment is ended, and another one begins.
#[component]
fn ChangeWay(view: View, purchase: Purchase, is_over: bool, offline: bool, ondone: EventHandler<()>) -> Element {
    let mut busy = use_signal(|| false);
    let mut wrong = use_signal(|| None::<String>);
    let limits = use_limits();
    let (id, connection) = (purchase.id, view.place.connection);
    let ways = offered(&limits.read(), Some(purchase.to_pay));
    let present = purchase.method.clone().and_then(|word| Method::try_from(word).ok()).filter(|_| !is_over);
    let kept = view.draft.clone();
    let change = move |method: Method| {
        let kept = kept.clone();
        busy.set(true);
        wrong.set(None);
        spawn(async move {
            match money::ask(MoneyRequest::Pay(PayAsked { id, method })).await {
                Ok(_) => {
                    keep(connection, kept.map(|draft| Draft { method, ..draft })).await;
                    ondone.call(());
                }
                Err(problem) => wrong.set(Some(money::explain(&problem))),
            }
            busy.set(false);
        });
    };
    rsx! {
        if !is_over {
            p { class: "small muted", {tr("pay-change-lead")} }
        }
        Methods { offered: ways, chosen: present, disabled: offline || busy(), onchoose: change }
        if let Some(wrong) = wrong.read().as_ref() {
            div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } "{wrong}" }
        }
    }
}

/// What the customer needs to pay.
#[component]
fn How(paying: Paying) -> Element {
    let shared = shared();
    let how = paying.how;
    let copied = how.account.clone().unwrap_or_default();
    let image = how.qr.as_ref().and_then(|text| QrCode::new(text).ok()).map(|code| {
        let image = code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build();
        image.find("<svg").map_or(String::new(), |start| image[start..].to_owned())
    });
    rsx! {
        if how.simulator.is_some() {
            div { class: "banner simulated",
                Icon { name: "info" }
                div {
                    p { class: "number", {tr("simulated")} }
                    p { class: "small", {tr("simulated-why")} }
                }
            }
        }
        if let Some(account) = how.account.clone() {
            div { class: "pay-number",
                div { class: "grow",
                    p { class: "small muted", {tr("pay-account")} }
                    p { class: "number", "data-account": "{account}", {in_fours(&account)} }
                }
                Button { label: tr("copy"), icon: "copy",
                    onclick: move |_| {
                        let account = copied.clone();
                        spawn(async move {
                            if bridge::copy(account).await {
                                shared.toast(tr("copied"));
                            }
                        });
                    }
                }
            }
        }
        if let Some(image) = image {
            figure { class: "qr", role: "img", "aria-label": tr("pay-scan"), dangerous_inner_html: "{image}" }
            p { class: "small muted center", {tr("pay-scan")} }
        }
        if let Some(url) = how.url.or(how.simulator) {
            a { class: "button primary full", href: "{url}", target: "_blank", rel: "noopener", Icon { name: "external-link" } {tr("pay-open")} }
        }
    }
}

#[component]
pub fn Settled(view: View) -> Element {
    let Some(purchase) = view.purchase.clone() else { return rsx! {} };
    let connection = view.place.connection;
    let credited = Rupiah(purchase.amount.0 + purchase.bonus.0);
    // As it was when the credit came: by now it may be open.
    let opens = use_hook(|| money::opens_valve(&view, credited));
    rsx! {
        Card { class: "wide",
            div { class: "done", role: "status",
                span { class: "badge ok", Icon { name: "check", size: "l" } }
                h2 { {tra("bought-credited", &[("amount", credited.to_string())])} }
                p { class: "muted small", {tr(if money::is_by_voucher(&purchase) { "pay-voucher" } else { "bought-credited-next" })} }
                if opens { p { class: "muted small", "data-valve-opens": "true", {tr("bought-opens-valve")} } }
            }
            Price { purchase: purchase.clone() }
        }
        div { class: "act",
            Button { label: tr("bought-finish"), kind: "primary", icon: "check", full: true,
                onclick: move |_| { spawn(keep(connection, None)); } }
            Paper { purchase: purchase.id }
            Link { class: "button quiet full", to: Route::History {}, Icon { name: "receipt-text" } {tr("history-open")} }
        }
    }
}

/// It expired or failed: why, whether money is safe, and the way on.
#[component]
pub fn Over(view: View) -> Element {
    let Some(purchase) = view.purchase.clone() else { return rsx! {} };
    let connection = view.place.connection;
    let (key, tone, icon) = money::standing(&purchase);
    rsx! {
        Card { class: "wide",
            div { class: "done", role: "status",
                span { class: "badge {tone}", Icon { name: icon, size: "l" } }
                h2 { {tr(key)} }
                p { class: "muted small", {tr(&format!("{key}-next"))} }
            }
            Price { purchase: purchase.clone() }
        }
        div { class: "act",
            Button { label: tr("quote-again"), kind: "primary", icon: "refresh-cw", full: true,
                onclick: move |_| { let view = view.clone(); spawn(async move { again(&view).await }); } }
            Button { label: tr("bought-leave"), kind: "quiet", full: true,
                onclick: move |_| { spawn(keep(connection, None)); } }
        }
    }
}
