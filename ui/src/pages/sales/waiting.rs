//! Payments that wait: what one needs to pay them, until when, and how to go on, to check and to cancel; of every connection, wherever credit is
//! looked at. They are read from the cache, and so are there after the app was closed, and without a network.

use crate::bridge;
use crate::components::shell::language;
use crate::components::{Button, Card, Dialog, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::metering::connections::Property;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::UtcMillis;
use protocol::Problem;
use protocol::sales::money::{Paying, Purchase, PurchaseNamed};
use protocol::ui::{Answer, ConnectionRef, MoneyRequest, MoneyResponse, Phase, Request, WaitingPayment};
use qrcode::QrCode;
use qrcode::render::svg;
use uuid::Uuid;

/// The payments that wait, of every connection.
pub fn use_waiting() -> Signal<Load<Vec<WaitingPayment>>> {
    use_answer(
        || Request::Money(MoneyRequest::Waiting),
        |answer| match answer {
            Answer::Money(response) => match *response {
                MoneyResponse::Waiting(waiting) => Some(waiting),
                _ => None,
            },
            _ => None,
        },
    )
}

/// A card for each payment that waits; without the one that the page itself is about.
#[component]
pub fn WaitingPayments(#[props(default)] except: Option<Uuid>) -> Element {
    let load = use_waiting();
    let load = load.read();
    let Load::Ready(all) = &*load else { return rsx! {} };
    rsx! {
        for waiting in all.iter().filter(|waiting| Some(waiting.purchase.id) != except).cloned() {
            div { key: "{waiting.purchase.id}", class: "waiting-card",
                Card { class: "wide",
                    div { class: "row between wrap",
                        h2 { {tr(money::awaiting(&waiting.purchase, waiting.paying.as_ref()).0)} }
                        Countdown { until: waiting.purchase.expires_at }
                    }
                    WaitingBody { waiting }
                }
            }
        }
    }
}

/// How much time is left, by the second.
#[component]
pub fn Countdown(until: UtcMillis) -> Element {
    let left = until.since(shared().server_now());
    if left <= 0 {
        return rsx! { StatusChip { tone: "", icon: "clock-alert", label: tr("waiting-over"), small: true } };
    }
    rsx! {
        span { class: "countdown", "data-countdown": "{left / 1_000}",
            StatusChip { tone: "warn", icon: "hourglass", label: format::countdown(left), small: true }
        }
    }
}

/// What is to be paid for which property, how, until when, and what can be done about it.
#[component]
pub fn WaitingBody(waiting: WaitingPayment) -> Element {
    let WaitingPayment { purchase, place, paying } = waiting;
    let is_over = money::has_ended(&purchase, paying.as_ref());
    rsx! {
        div { class: "stack", "data-waiting": "{purchase.id}", "data-place": "{place.connection}",
            Property { place: place.clone() }
            p { class: "row between wrap",
                span { class: "number big", "{purchase.to_pay}" }
                span { class: "muted small", {money::method(purchase.method.as_deref(), "gateway")} }
            }
            Deadline { until: purchase.expires_at, place: place.clone() }
            match paying {
                _ if is_over => rsx! { p { class: "small warn-text", {tr("pay-ended")} } },
                Some(paying) => rsx! { How { paying, brief: true } },
                None => rsx! { p { class: "small", {tr("pay-not-begun")} } },
            }
            Deeds { purchase: purchase.clone(), place: place.clone() }
        }
    }
}

/// `Bayar sebelum 14.05 WIB, 59:58 lagi.`
#[component]
pub fn Deadline(until: UtcMillis, place: ConnectionRef) -> Element {
    let now = shared().server_now();
    if now >= until {
        return rsx! { p { class: "small warn-text", {tr("pay-late")} } };
    }
    let time = format!("{} {}", format::clock(until, place.time_zone, language()), place.time_zone.abbreviation());
    rsx! {
        p { class: "muted small", "data-deadline": "{until.0}",
            {tra("pay-before", &[("time", time), ("left", format::countdown(until.since(now)))])}
        }
    }
}

/// To go on, to check, to cancel. What needs a network says so where there is none.
#[component]
fn Deeds(purchase: Purchase, place: ConnectionRef) -> Element {
    let offline = matches!(shared().sync.read().phase, Phase::Offline);
    let (id, connection) = (purchase.id, purchase.connection);
    rsx! {
        div { class: "deeds",
            Link { class: "button primary", to: Route::Payment { connection, purchase: id }, {tr("waiting-go-on")} }
            Check { id, offline }
            Cancel { purchase, place, offline }
        }
        if offline { p { class: "small muted", {tr("waiting-offline")} } }
    }
}

/// Asks the payment gateway now, and says what it says.
#[component]
pub fn Check(id: Uuid, offline: bool, #[props(default)] full: bool) -> Element {
    let shared = shared();
    let mut busy = use_signal(|| false);
    let check = move |_| {
        if busy() {
            return;
        }
        busy.set(true);
        spawn(async move {
            let text = match money::ask(MoneyRequest::Check(PurchaseNamed { id })).await {
                Ok(MoneyResponse::Purchase(purchase)) if money::has_ended(&purchase, None) => tr("pay-ended"),
                Ok(MoneyResponse::Purchase(purchase)) if purchase.state == "pending" => tr("waiting-not-yet"),
                Ok(MoneyResponse::Purchase(purchase)) if purchase.state == "settled" => tr("pay-paid"),
                Ok(MoneyResponse::Purchase(purchase)) => tr(money::standing(&purchase).0),
                Ok(_) => tr("waiting-not-yet"),
                Err(problem) => money::explain(&problem),
            };
            shared.toast(text);
            busy.set(false);
        });
    };
    rsx! {
        Button { label: tr("pay-check"), icon: "refresh-cw", full, busy: busy(), disabled: offline, onclick: check }
    }
}

/// Cancels it, once somebody has said so twice.
#[component]
pub fn Cancel(purchase: Purchase, place: ConnectionRef, offline: bool, #[props(default)] full: bool) -> Element {
    let shared = shared();
    let mut asking = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut wrong = use_signal(|| None::<Problem>);
    let id = purchase.id;
    let cancel = move |_| {
        if busy() {
            return;
        }
        busy.set(true);
        // The card goes with what it was about: what comes of it is said all the same, in words that are found while it is there.
        let done = tr("waiting-cancelled");
        dioxus::core::spawn_forever(async move {
            match money::ask(MoneyRequest::Cancel(PurchaseNamed { id })).await {
                Ok(_) => shared.toast(done),
                Err(problem) => {
                    // It may be gone by now.
                    if let (Ok(mut wrong), Ok(mut busy)) = (wrong.try_write(), busy.try_write()) {
                        *wrong = Some(problem);
                        *busy = false;
                    }
                }
            }
        });
    };
    rsx! {
        Button { label: tr("waiting-cancel"), kind: "quiet", icon: "x", full, disabled: offline,
            onclick: move |_| { wrong.set(None); asking.set(true); } }
        if asking() {
            Dialog { title: tr("waiting-cancel-title"), onclose: move |()| asking.set(false),
                Property { place: place.clone() }
                p { {tra("waiting-cancel-sure", &[("amount", purchase.to_pay.to_string())])} }
                if let Some(wrong) = wrong.read().as_ref() {
                    div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {money::explain(wrong)} }
                }
                div { class: "row wrap",
                    Button { label: tr("waiting-cancel-do"), kind: "danger", icon: "x", busy: busy(), disabled: offline, onclick: cancel }
                    Button { label: tr("waiting-keep"), kind: "quiet", onclick: move |_| asking.set(false) }
                }
            }
        }
    }
}

/// Groups of four, as a long number is read.
fn in_fours(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What the customer needs to pay. The QR code is folded away where it is `brief`.
#[component]
pub fn How(paying: Paying, #[props(default)] brief: bool) -> Element {
    let how = paying.how;
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
                    if !brief { p { class: "small", {tr("simulated-why")} } }
                }
            }
        }
        if let Some(account) = how.account.clone() {
            AccountNumber { account }
        }
        if let Some(image) = image {
            if brief {
                details { class: "fold",
                    summary { Icon { name: "qr-code", size: "s" } {tr("waiting-qr")} }
                    figure { class: "qr", role: "img", "aria-label": tr("pay-scan"), dangerous_inner_html: "{image}" }
                }
            } else {
                figure { class: "qr", role: "img", "aria-label": tr("pay-scan"), dangerous_inner_html: "{image}" }
                p { class: "small muted center", {tr("pay-scan")} }
            }
        }
        if let Some(url) = how.url.or(how.simulator) {
            a { class: if brief { "button secondary" } else { "button primary full" }, href: "{url}", target: "_blank", rel: "noopener",
                Icon { name: "external-link" } {tr("pay-open")} }
        }
    }
}

#[component]
fn AccountNumber(account: String) -> Element {
    let shared = shared();
    let copied = account.clone();
    rsx! {
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
}
