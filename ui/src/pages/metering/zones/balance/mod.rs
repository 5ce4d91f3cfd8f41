//! Pengaturan → Zona → Neraca air: what went into a zone against what its connections measured, what explains the difference, by day and by
//! night, and the bulk meters that measure what goes in.

mod days;
mod forms;
mod inflows;
mod parts;
mod period;
mod silent;

use crate::bridge::new_id;
use crate::components::address::use_kept;
use crate::components::shell::{SyncMark, device_zone, language};
use crate::components::{Button, Card, Empty, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::route::Route;
use crate::state::shared;
use days::Days;
use dioxus::prelude::*;
use domain::ZoneId;
use domain::people::Language;
use forms::{Limit, Register, Remove};
use inflows::Inflows;
use parts::Parts;
use period::{Period, PeriodChoice, RangeEntry};
use protocol::metering::zone_balance::{InflowMeter, ZoneBalance as Found};
use protocol::ui::{AdminRequest, AdminResponse, ZoneBalancesRequest};
use silent::{Nights, Silent};
use uuid::Uuid;

/// What is done, with the key by which it happens once.
#[derive(Clone, Debug, PartialEq)]
pub enum Doing {
    /// A bulk meter is registered.
    Register(Uuid),
    /// One is removed.
    Remove(Uuid, InflowMeter),
    /// The limit is set.
    Limit(Uuid),
}

/// A part of what went in, or that there is none to compare with.
fn share(part: Option<i32>, language: Language) -> String {
    part.map_or_else(|| "–".to_owned(), |part| format::percent(i64::from(part), language))
}

/// The page of a zone: another zone is another page.
#[component]
pub fn ZoneBalance(zone: ZoneId) -> Element {
    rsx! {
        for zone in [zone] {
            Page { key: "{zone}", zone }
        }
    }
}

#[component]
fn Page(zone: ZoneId) -> Element {
    let period = use_kept::<Period>();
    let doing = use_signal(|| None::<Doing>);
    let server = use_server_view(
        move || AdminRequest::ZoneBalances(ZoneBalancesRequest::Of(period().asked(zone))),
        |response| match response {
            AdminResponse::ZoneBalance(found) => Some(*found),
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    let name = latest.as_ref().map_or_else(String::new, |found| found.name.clone());
    let (now, found) = (shared().now, server.latest);
    let today = use_memo(move || {
        let time_zone = found.read().as_ref().map_or_else(device_zone, |found| found.time_zone);
        time_zone.day_of(now())
    });
    let is_range = matches!(period(), Period::Range(..));
    rsx! {
        div { class: "page office zone-balance",
            header { class: "page-head row wrap",
                Link { class: "button quiet icon-only", to: Route::Zones {}, "aria-label": tr("zones-title"), Icon { name: "chevron-left" } }
                div { class: "grow",
                    p { class: "muted small", "{name}" }
                    h1 { {tr("balance-title")} }
                }
                PeriodChoice { period, today: today() }
                span { class: "only-phone", SyncMark {} }
            }
            if is_range {
                RangeEntry { period, today: today() }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "balance", heights: vec![220, 180, 120], onretry: move |()| server.again() } },
                Some(found) => rsx! { Shown { found, doing } },
            }
        }
        Dialogs { zone, doing, server }
    }
}

#[component]
fn Shown(found: Found, doing: Signal<Option<Doing>>) -> Element {
    let mut doing = doing;
    if found.inflows.meters.is_empty() {
        return rsx! {
            Card {
                Empty { icon: "gauge", title: tr("balance-none"), next: tr("balance-none-next"),
                    Button { label: tr("inflow-register"), kind: "primary", icon: "plus", disabled: is_away(), onclick: move |_| doing.set(Some(Doing::Register(new_id()))) }
                }
            }
        };
    }
    rsx! {
        if found.balance.counted == 0 {
            Card { Empty { icon: "clock", title: tr("balance-no-day"), next: tr("balance-no-day-next") } }
        } else {
            Parts { balance: found.balance.clone(), price: found.price_per_m3 }
            Days { balance: found.balance.clone() }
            div { class: "columns",
                Nights { balance: found.balance.clone() }
                Silent { found: found.clone() }
            }
        }
        Inflows { inflows: found.inflows, zone: found.time_zone, doing }
    }
}

/// The dialog of what is done.
#[component]
fn Dialogs(zone: ZoneId, doing: Signal<Option<Doing>>, server: ServerView<Found>) -> Element {
    let mut doing = doing;
    let close = move |()| doing.set(None);
    let Some((time_zone, limit)) = server.latest.read().as_ref().map(|found| (found.time_zone, found.inflows.limit)) else {
        return rsx! {};
    };
    match doing() {
        Some(Doing::Register(key)) => rsx! { Register { of: key, zone, time_zone, server, onclose: close } },
        Some(Doing::Remove(key, meter)) => rsx! { Remove { of: key, zone, time_zone, meter, server, onclose: close } },
        Some(Doing::Limit(key)) => rsx! { Limit { of: key, zone, limit, server, onclose: close } },
        None => rsx! {},
    }
}

/// How much of something was measured, in words.
fn measured(coverage: u16) -> String {
    tra("summary-measured", &[("percent", format::percent(i64::from(coverage), language()))])
}
