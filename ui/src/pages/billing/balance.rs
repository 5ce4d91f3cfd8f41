//! Beranda's balance: rupiah, cubic metres and days, with the water as high as what is left of the last purchase; and what flows now.

use crate::components::shell::language;
use crate::components::{Age, Card, Icon, Since, StatusChip, ValveChip, Water};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::billing::balance::Level;
use domain::metering::live::{Picture, picture};
use domain::metering::meter::Valve;
use domain::{Rupiah, TimeZone};
use protocol::sales::money::Purchase;
use protocol::sync::rows::Credit;
use protocol::ui::{MeterNow, Phase};

fn shown(meter: Option<MeterNow>) -> Picture {
    let contact = meter.and_then(|meter| meter.last_contact());
    picture(contact, meter.map_or(60, |meter| meter.interval_s), shared().server_now())
}

/// The height of the water, between what shows the waves and what leaves the number in sight.
fn height(credit: &Credit) -> u8 {
    let left = credit.balance().0.max(0);
    let percent = if credit.full.0 > 0 { i128::from(left) * 100 / i128::from(credit.full.0) } else { 0 };
    (30 + percent.clamp(0, 100) * 26 / 100) as u8
}

/// What is left, for how long, and the way to more.
#[component]
pub fn BalanceHero(credit: Credit, meter: Option<MeterNow>, zone: TimeZone) -> Element {
    let language = language();
    let shared = shared();
    let now = (shared.now)();
    let (band, still) = match shown(meter) {
        Picture::Flowing { band } => (band.number(), false),
        _ => (1, true),
    };
    let (tone, icon) = match credit.level {
        Level::Ok => ("", "calendar-clock"),
        Level::Warning => ("warn", "triangle-alert"),
        Level::Critical | Level::Empty => ("danger", "triangle-alert"),
    };
    let offline = shared.sync.read().phase == Phase::Offline;
    let days = if credit.level == Level::Empty { Some(tr("credit-empty")) } else { money::days_left(&credit.lasts) };
    rsx! {
        section { class: "hero balance", "data-level": credit.level.as_str(), "data-balance": "{credit.balance().0}", "aria-label": tr("credit-title"),
            Water { level: height(&credit), band, still: still || offline }
            div { class: "above stack",
                div { class: "row between",
                    h2 { class: "muted", {tr("credit-title")} }
                    if let Some(days) = days {
                        StatusChip { tone, icon, label: days }
                    }
                }
                p { class: "amount-left", "{credit.balance()}" }
                if offline {
                    p { class: "small warn-text", {tra("credit-as-of", &[("time", format::moment(credit.at, now, zone, language))])} }
                }
            }
            div { class: "below on-water",
                span { class: "pill", {money::about(&credit.lasts, language)} }
                if let Some(date) = money::runs_out(&credit, zone, language).filter(|_| credit.level != Level::Empty) {
                    span { class: "pill", {tra("credit-runs-out", &[("date", date)])} }
                }
                Link { class: "button top-up", to: Route::Buy {}, Icon { name: "plus" } {tr("top-up")} }
            }
        }
    }
}

/// What flows now, beside a balance.
#[component]
pub fn FlowCard(meter: Option<MeterNow>, zone: TimeZone, empty: bool) -> Element {
    let language = language();
    let now = (shared().now)();
    let contact = meter.and_then(|meter| meter.last_contact());
    let shown = shown(meter);
    let class = match shown {
        Picture::None => "none",
        Picture::Old => "old",
        Picture::Invalid => "invalid",
        Picture::Zero => "zero",
        Picture::Flowing { .. } => "flowing",
    };
    rsx! {
        section { class: "card stack flow-card {class}", "data-picture": class, "aria-label": tr("flowing-now"),
            match shown {
                Picture::None => rsx! { h2 { {tr("value-none")} } p { class: "muted small", {tr("value-none-next")} } },
                Picture::Invalid => rsx! { h2 { class: "danger-text", {tr("value-invalid")} } p { class: "small", {tr("value-invalid-next")} } },
                Picture::Old => rsx! {
                    h2 { class: "warn-text", {tra("value-old", &[("time", contact.map_or(String::new(), |contact| format::moment(contact.t, now, zone, language)))])} }
                    p { class: "muted small", {tr("value-old-next")} }
                },
                Picture::Zero | Picture::Flowing { .. } => rsx! {
                    div { class: "row between wrap",
                        h2 { if shown == Picture::Zero { {tr("no-flow")} } else { span { class: "dot" } {tr("flowing-now")} } }
                        if let Some(contact) = contact { Age { t: contact.t } }
                    }
                    p { class: "flow-now", "data-live": "flow",
                        {format::flow(contact.and_then(|contact| contact.flow).unwrap_or_default(), language)}
                        small { {tr("flow-unit")} }
                    }
                },
            }
            if let Some(valve) = meter.map(|meter| meter.valve).filter(|valve| *valve == Valve::Closed) {
                div { class: "row wrap", "data-valve": valve.as_str(),
                    span { class: "small muted", {tr("valve")} }
                    ValveChip { valve }
                    if let Some(now) = meter { Since { now } }
                    if empty { span { class: "small", {tr("valve-for-credit")} } }
                }
            }
        }
    }
}

/// What was bought last.
#[component]
pub fn LastPurchase(purchase: Purchase, zone: TimeZone) -> Element {
    let language = language();
    let now = (shared().now)();
    let when = format::short_moment(purchase.settled_at.unwrap_or(purchase.at), now, zone, language);
    let credited = Rupiah(purchase.amount.0 + purchase.bonus.0);
    rsx! {
        Card { class: "span",
            Link { class: "row last-purchase", to: Route::History {},
                span { class: "round", Icon { name: "receipt-text" } }
                div { class: "grow",
                    p { class: "muted small", {tr("last-purchase")} }
                    p { class: "number", "{credited} · {when}" }
                }
                Icon { name: "chevron-right" }
            }
        }
    }
}
