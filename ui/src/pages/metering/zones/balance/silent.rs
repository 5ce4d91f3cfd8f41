//! What a night says, and the silent meters that weigh most.

use super::measured;
use crate::components::shell::language;
use crate::components::{Card, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;
use domain::Millilitres;
use domain::metering::zone_balance::{Balance, NIGHT_FROM, NIGHT_UNTIL};
use protocol::metering::zone_balance::{SilentMeter, ZoneBalance};

/// The night in which least went in: by then hardly anybody uses water, and what flows in flows out somewhere.
#[component]
pub fn Nights(balance: Balance) -> Element {
    let language = language();
    let hourly = |volume: Millilitres| {
        let hours = (NIGHT_UNTIL - NIGHT_FROM) as i64;
        tra("balance-per-hour", &[("volume", format::volume(Millilitres(volume.0 / hours), language))])
    };
    rsx! {
        Card {
            h2 { {tr("balance-night")} }
            match balance.night_minimum {
                None => rsx! { p { class: "muted small", {tr("balance-night-none")} } },
                Some(night) => rsx! {
                    p { class: "muted small", {tra("balance-night-lead", &[("day", format::near_date(night.day, language))])} }
                    dl { class: "facts", "data-night": "{night.day.0}",
                        div {
                            dt { {tr("balance-inflow")} }
                            dd { {hourly(night.inflow)} }
                        }
                        div {
                            dt { {tr("balance-measured")} }
                            dd { {hourly(night.measured)} }
                        }
                        div {
                            dt { {tr("balance-difference")} }
                            dd { {hourly(night.inflow - night.measured)} }
                        }
                    }
                    p { class: "muted tiny", {measured(night.coverage)} }
                },
            }
        }
    }
}

/// The silent and faulty meters.
#[component]
pub fn Silent(found: ZoneBalance) -> Element {
    let more = i64::from(found.silent_count) - found.silent.len() as i64;
    rsx! {
        Card {
            h2 { {tr("balance-silent-title")} }
            if found.silent.is_empty() {
                p { class: "row small", Icon { name: "check", size: "s" } {tr("balance-silent-none")} }
            } else {
                p { class: "muted small", {tr("balance-silent-lead")} }
                ul { class: "list",
                    for meter in found.silent {
                        li { key: "{meter.meter}", "data-silent": "{meter.serial}", SilentLine { meter: meter.clone(), zone: found.time_zone } }
                    }
                }
                if more > 0 {
                    p { class: "muted small", {tra("balance-silent-more", &[("n", format::whole(more, language()))])} }
                }
            }
        }
    }
}

#[component]
fn SilentLine(meter: SilentMeter, zone: domain::TimeZone) -> Element {
    let (language, now) = (language(), (shared().now)());
    let last = match meter.known_until {
        Some(at) => tra("balance-silent-since", &[("time", format::zoned_moment(at, now, zone, language))]),
        None => tr("balance-silent-never"),
    };
    rsx! {
        div { class: "grow",
            p { class: "number", "{meter.serial}" }
            p { class: "muted small ellipsis", "{meter.address}" }
            p { class: "muted tiny", "{last}" }
        }
        if meter.is_faulty {
            StatusChip { tone: "danger", icon: "triangle-alert", label: tr("life-faulty"), small: true }
        }
        span { class: "number nowrap",
            if meter.has_usual {
                {tra("balance-about", &[("volume", format::cubic_metres(meter.volume, language))])}
            } else {
                {tr("balance-no-usual")}
            }
        }
    }
}
