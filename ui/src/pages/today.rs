//! Hari Ini: the technician's jobs, honestly none yet, and how the meters in the zones do.

use crate::components::shell::SyncMark;
use crate::components::{Card, Empty, Failed, Skeleton, StatusChip};
use crate::i18n::{tr, tra};
use crate::state::{Load, use_answer};
use dioxus::prelude::*;
use protocol::ui::{Answer, Request};

/// The technician's first page.
#[component]
pub fn Today() -> Element {
    let load = use_answer(
        || Request::Zones,
        |answer| match answer {
            Answer::Zones(zones) => Some(zones),
            _ => None,
        },
    );
    rsx! {
        div { class: "page narrow",
            header { class: "page-head",
                h1 { {tr("today-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            Card {
                Empty { icon: "badge-check", title: tr("jobs-empty"), next: tr("jobs-empty-next") }
            }
            h2 { {tr("my-zones")} }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![96, 96] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(zones) if zones.is_empty() => rsx! {
                    Card { Empty { icon: "map-pin", title: tr("zones-empty"), next: tr("zones-empty-next") } }
                },
                Load::Ready(zones) => rsx! {
                    for zone in zones.iter() {
                        Card { key: "{zone.name}",
                            div { class: "row between",
                                div {
                                    p { class: "number", "{zone.name}" }
                                    p { class: "muted small", {tra("meters-total", &[("n", zone.counts.total.to_string())])} " · {zone.time_zone.abbreviation()}" }
                                }
                            }
                            div { class: "row wrap",
                                StatusChip { tone: "ok", icon: "wifi", label: format!("{} {}", zone.counts.online, tr("state-online")) }
                                StatusChip { tone: "warn", icon: "clock-alert", label: format!("{} {}", zone.counts.stale, tr("state-stale")) }
                                StatusChip { tone: "", icon: "wifi-off", label: format!("{} {}", zone.counts.offline, tr("state-offline")) }
                                if zone.counts.low_battery > 0 {
                                    StatusChip { tone: "warn", icon: "battery-low", label: format!("{} {}", zone.counts.low_battery, tr("tile-low-battery")) }
                                }
                            }
                        }
                    }
                },
            }
        }
    }
}
