//! Akun → Riwayat: what was bought, and what became of the credit, line by line.

pub mod explain;

use crate::bridge;
use crate::components::address::{Kept, Params, use_kept};
use crate::components::shell::{SyncMark, language};
use crate::components::{Button, Card, Empty, Icon, Segmented, Skeleton, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::metering::connections::{ConnectionChoice, about_place, of_chosen};
use crate::pages::reports::paper::PaperButton;
use crate::pages::sales::waiting::{Countdown, WaitingBody, use_waiting};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::sales::receipt::PurchaseNumber;
use domain::{LocalMonth, Rupiah, TimeZone};
use explain::WhySheet;
use protocol::sales::money::Purchase;
use protocol::sync::rows::StatementLine;
use protocol::ui::reports::CustomerPaper;
use protocol::ui::{Answer, ConnectionRef, History as View, MoneyRequest, MoneyResponse, Request, WaitingPayment};
use uuid::Uuid;

/// Riwayat.
#[component]
pub fn History() -> Element {
    let chosen = shared().connection;
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
            Content { view: view.clone() }
        }
    })
}

/// Which list is shown; it is kept in the page's address.
#[derive(Clone, Copy, Default, PartialEq)]
enum Tab {
    #[default]
    Purchases,
    Statement,
}

impl Kept for Tab {
    fn read(params: &Params) -> Self {
        if params.get::<String>("daftar").as_deref() == Some("mutasi") { Self::Statement } else { Self::Purchases }
    }

    fn write(&self) -> Params {
        Params::default().with("daftar", (*self == Self::Statement).then_some("mutasi"))
    }
}

#[component]
fn Content(view: View) -> Element {
    let mut tab = use_kept::<Tab>();
    let mut explained = use_signal(|| None::<LocalMonth>);
    let zone = view.place.time_zone;
    let (place, is_here) = of_chosen(&view.place, &view.places);
    rsx! {
        div { class: "page narrow history", "data-connection": "{place.connection}",
            header { class: "page-head",
                div { class: "row",
                    Link { class: "button quiet icon-only", to: Route::Account {}, "aria-label": tr("back"), Icon { name: "chevron-left" } }
                    h1 { {tr("history-title")} }
                }
                span { class: "only-phone", SyncMark {} }
            }
            ConnectionChoice { places: view.places.clone(), place: place.clone() }
            Segmented { label: tr("history-title"), chosen: tab(), full: true,
                choices: vec![(Tab::Purchases, tr("history-purchases")), (Tab::Statement, tr("history-statement"))],
                onchoose: move |next| tab.set(next) }
            match tab() {
                _ if !is_here => rsx! { Skeleton { heights: vec![64, 64, 64] } },
                Tab::Purchases => rsx! { Purchases { purchases: view.purchases.clone(), lines: view.lines.clone(), place: view.place.clone() } },
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
                    Years { lines: view.lines.clone(), place: view.place.clone() }
                },
            }
            if let Some(month) = explained().filter(|_| is_here) {
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

/// The statements of years, as papers: of this one as far as it has gone, and of the one before where there was something.
#[component]
fn Years(lines: Vec<StatementLine>, place: ConnectionRef) -> Element {
    let year_of = |at| place.time_zone.day_of(at).ymd().0;
    let this = year_of((shared().now)());
    let is_older = lines.iter().any(|line| year_of(line.at) < this);
    let years = std::iter::once(this).chain(is_older.then_some(this - 1));
    if lines.is_empty() {
        return rsx! {};
    }
    rsx! {
        div { class: "row wrap edge", "data-papers": "years",
            for year in years {
                PaperButton { key: "{year}", connection: place.connection, paper: CustomerPaper::Year { year },
                    label: tra("report-year", &[("year", year.to_string())]) }
            }
        }
    }
}

#[component]
fn Purchases(purchases: Vec<Purchase>, lines: Vec<StatementLine>, place: ConnectionRef) -> Element {
    let language = language();
    let now = (shared().now)();
    let zone = place.time_zone;
    let load = use_waiting();
    let waiting = match &*load.read() {
        Load::Ready(waiting) => waiting.clone(),
        _ => Vec::new(),
    };
    // What waits is there once, with what is needed to pay it, whichever connection it is for.
    let purchases: Vec<Purchase> =
        purchases.into_iter().filter(|purchase| waiting.iter().all(|waits| waits.purchase.id != purchase.id)).collect();
    if purchases.is_empty() && waiting.is_empty() {
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
            for waits in waiting {
                WaitingRow { key: "{waits.purchase.id}", waiting: waits }
            }
            for purchase in purchases {
                li { key: "{purchase.id}", "data-row": "{purchase.id}", "data-purchase": "{purchase.id}",
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
                        Receipt { returns: went_back(&lines, purchase.id), purchase: purchase.clone(), place: place.clone() }
                    }
                }
            }
        }
    }
}

/// A payment that waits.
#[component]
fn WaitingRow(waiting: WaitingPayment) -> Element {
    let purchase = waiting.purchase.clone();
    let (key, tone, icon) = money::awaiting(&purchase, waiting.paying.as_ref());
    rsx! {
        li { "data-row": "{purchase.id}", "data-purchase": "{purchase.id}",
            details {
                summary {
                    span { class: "round", Icon { name: icon } }
                    div { class: "grow",
                        p { class: "number", "{purchase.to_pay}" }
                        p { class: "muted small", "{waiting.place.label} · " {money::way(&purchase)} }
                    }
                    div { class: "end stack",
                        StatusChip { tone, icon, label: tr(key), small: true }
                        Countdown { until: purchase.expires_at }
                    }
                    Icon { name: "chevron-down", size: "s" }
                }
                div { class: "unfolded", WaitingBody { waiting } }
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

/// The lines of a statement by which money of a purchase went back.
fn went_back(lines: &[StatementLine], purchase: Uuid) -> Vec<StatementLine> {
    lines.iter().filter(|line| line.purchase == Some(purchase) && line.kind == "refund").cloned().collect()
}

/// What a purchase came to.
#[component]
fn Receipt(purchase: Purchase, returns: Vec<StatementLine>, place: ConnectionRef) -> Element {
    let language = language();
    let zone = place.time_zone;
    let moment =
        |t| format!("{} {} {}", format::date(zone.day_of(t), language), format::clock(t, zone, language), zone.abbreviation());
    rsx! {
        dl { class: "price small",
            div { dt { {tr("receipt-for")} } dd { "data-property": "{place.label}", "{place.label}" br {} span { class: "muted", "{place.address}" } } }
            div { dt { {tr("receipt-number")} } dd { title: "{purchase.id}", "{PurchaseNumber::of(purchase.id)}" } }
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
            for line in returns {
                div { key: "{line.no}", "data-return": "{line.no}", dt { {tra("receipt-went-back", &[("time", moment(line.at))])} } dd { {signed(line.amount)} } }
                if !line.reason.is_empty() {
                    div { dt { {tr("money-reason")} } dd { "{line.reason}" } }
                }
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
        if busy.replace(true) {
            return;
        }
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
                li { key: "{line.no}", class: "row", "data-row": "{line.no}",
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
        "opening_balance" => "wallet",
        "opening_reversal" => "undo-2",
        _ => "pencil",
    }
}
