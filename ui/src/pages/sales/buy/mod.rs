//! Beli: from an amount to credit. What is shown follows from what is kept, so that it goes on where it was when the app comes back.

mod choose;
mod methods;
mod pay;
mod quote;
mod voucher;

use crate::bridge;
use crate::components::shell::{SyncMark, language};
use crate::components::{Button, Card, Dialog, Icon, Skeleton};
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::metering::connections::{ConnectionChoice, about_place, of_chosen};
use crate::pages::sales::waiting::WaitingPayments;
use crate::route::Route;
use crate::state::{shared, use_answer};
use choose::Choose;
use dioxus::prelude::*;
use domain::billing::balance::Level;
use domain::sales::payment::Method;
use domain::{ConnectionId, Rupiah};
use pay::{Over, Settled, Waiting};
use protocol::sales::money::{LoanAsked, PayAsked, PurchaseNamed};
use protocol::ui::{Answer, Buying as View, Draft, MoneyRequest, MoneyResponse, Phase, Request};
use quote::{Quoted, Unpaid};
use uuid::Uuid;

/// Amounts that can be chosen at once.
pub const PRESETS: [i64; 5] = [50_000, 100_000, 250_000, 500_000, 1_000_000];

/// Beli.
#[component]
pub fn Buy() -> Element {
    let chosen = shared().connection;
    let load = use_answer(
        move || Request::Money(MoneyRequest::Buying { connection: chosen() }),
        |answer| match answer {
            Answer::Money(response) => match *response {
                MoneyResponse::Buying(view) => Some(view),
                _ => None,
            },
            _ => None,
        },
    );
    about_place(&load.read(), &[48, 96, 200, 160], |view| {
        rsx! {
            Content { view: view.clone() }
        }
    })
}

/// `/beli/{connection}`: Beli, for that connection. Banners and notifications lead here.
#[component]
pub fn BuyFor(connection: ReadSignal<ConnectionId>) -> Element {
    let shared = shared();
    use_effect(move || {
        shared.choose(connection());
        navigator().replace(Route::Buy {});
    });
    rsx! {}
}

/// `/beli/{connection}/{purchase}`: Beli, at that purchase. What waits for its payment leads here, and so does the gateway's page.
#[component]
pub fn Payment(connection: ReadSignal<ConnectionId>, purchase: ReadSignal<Uuid>) -> Element {
    let shared = shared();
    use_effect(move || {
        shared.choose(connection());
        let id = purchase();
        spawn(async move {
            // One that is not known here is not shown; its connection is.
            drop(money::ask(MoneyRequest::Resume(PurchaseNamed { id })).await);
            navigator().replace(Route::Buy {});
        });
    });
    rsx! {}
}

/// What begins a payment: with the way back from the gateway's page to where it is shown.
fn pay_asked(id: Uuid, connection: ConnectionId, method: Method) -> PayAsked {
    let here = web_sys::window().and_then(|window| window.location().origin().ok());
    // The app's own window has no address that a page elsewhere could lead to; its host knows this one (src-tauri, payment.rs).
    let is_near = |here: &String| here.starts_with("http://127.0.0.1:") || here.starts_with("http://localhost:");
    let here = here.filter(is_near).unwrap_or_else(|| "http://localhost".into());
    PayAsked { id, method, back: Some(format!("{here}/#{}", Route::Payment { connection, purchase: id })) }
}

/// What the page is at.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Choosing,
    Quoted,
    Waiting,
    Settled,
    Over,
}

fn step(view: &View) -> Step {
    match view.purchase.as_ref().map(|purchase| purchase.state.as_str()) {
        None => Step::Choosing,
        Some("quoted") => Step::Quoted,
        Some("pending") => Step::Waiting,
        Some("settled") => Step::Settled,
        Some(_) => Step::Over,
    }
}

#[component]
fn Content(view: View) -> Element {
    let offline = matches!(shared().sync.read().phase, Phase::Offline);
    // It outlives the step in which the payment is begun.
    let wrong = use_signal(|| None::<Unpaid>);
    let (place, is_here) = of_chosen(&view.place, &view.places);
    let step = step(&view);
    let shown = view.purchase.as_ref().map(|purchase| purchase.id).filter(|_| is_here);
    rsx! {
        div { class: "page narrow buy", "data-step": if is_here { word(step) }, "data-connection": "{place.connection}",
            header { class: "page-head",
                h1 { {tr("buy-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            ConnectionChoice { places: view.places.clone(), place: place.clone() }
            if offline && step != Step::Settled {
                div { class: "banner warn", role: "status",
                    Icon { name: "cloud-off" }
                    div {
                        p { class: "number", {tr("buy-offline")} }
                        p { class: "small", {tr("buy-offline-next")} }
                    }
                }
            }
            WaitingPayments { except: shown }
            if is_here {
                Balance { view: view.clone() }
                match step {
                    Step::Choosing => rsx! { Choose { key: "{view.place.connection}", view, offline } },
                    Step::Quoted => rsx! { Quoted { key: "{view.place.connection}", view, offline, wrong } },
                    Step::Waiting => rsx! { Waiting { key: "{view.place.connection}", view, offline, wrong } },
                    Step::Settled => rsx! { Settled { key: "{view.place.connection}", view } },
                    Step::Over => rsx! { Over { key: "{view.place.connection}", view } },
                }
            } else {
                Skeleton { heights: vec![96, 200, 160] }
            }
        }
    }
}

const fn word(step: Step) -> &'static str {
    match step {
        Step::Choosing => "draft",
        Step::Quoted => "quoted",
        Step::Waiting => "awaiting_payment",
        Step::Settled => "done",
        Step::Over => "over",
    }
}

#[component]
fn Balance(view: View) -> Element {
    let language = language();
    let Some(credit) = &view.credit else {
        return rsx! { p { class: "muted small", {tr("credit-none")} } };
    };
    rsx! {
        Card { class: "balance-line",
            div { class: "row between wrap",
                div {
                    p { class: "muted small", {tr("credit-now")} }
                    p { class: "number big", "data-balance": "{credit.balance().0}", "{credit.balance()}" }
                }
                div { class: "end",
                    if let Some(days) = money::days_left(&credit.lasts) {
                        p { class: "number small", "{days}" }
                    }
                    p { class: "muted small", {money::about(&credit.lasts, language)} }
                }
            }
            if let Some(amount) = credit.can_borrow.filter(|_| credit.level >= Level::Critical) {
                Borrow { connection: view.place.connection, amount }
            }
            if credit.lent > Rupiah(0) {
                p { class: "small muted", {tra("lent-first", &[("amount", credit.lent.to_string())])} }
            }
        }
    }
}

/// Emergency credit, for whoever has next to nothing left.
#[component]
fn Borrow(connection: ConnectionId, amount: Rupiah) -> Element {
    let mut asking = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut wrong = use_signal(|| None::<String>);
    let offline = matches!(shared().sync.read().phase, Phase::Offline);
    let borrow = move |_| {
        if busy() {
            return;
        }
        busy.set(true);
        spawn(async move {
            match money::ask(MoneyRequest::Lend(LoanAsked { connection })).await {
                Ok(_) => asking.set(false),
                Err(problem) => wrong.set(Some(money::explain(&problem))),
            }
            busy.set(false);
        });
    };
    let text = amount.to_string();
    rsx! {
        Button { label: tra("borrow", &[("amount", text.clone())]), icon: "hand-coins", disabled: offline,
            onclick: move |_| { wrong.set(None); asking.set(true); } }
        if asking() {
            Dialog { title: tra("borrow", &[("amount", text.clone())]), onclose: move |()| asking.set(false),
                p { {tra("borrow-sure", &[("amount", text)])} }
                if let Some(wrong) = wrong.read().as_ref() {
                    div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } "{wrong}" }
                }
                div { class: "row wrap",
                    Button { label: tr("borrow-do"), kind: "primary", icon: "check", busy: busy(), onclick: borrow }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| asking.set(false) }
                }
            }
        }
    }
}

/// Keeps what is being bought; none forgets it.
async fn keep(connection: ConnectionId, draft: Option<Draft>) {
    // What cannot be kept has to be entered again; nothing has been bought yet.
    drop(money::ask(MoneyRequest::Keep { connection, draft }).await);
}

/// The same wish under another identity: a quote that is over is none.
async fn again(view: &View) {
    let Some(draft) = view.draft.clone() else { return };
    keep(view.place.connection, Some(Draft { id: bridge::new_id(), ..draft })).await;
}
