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
        div { class: "page",
            header { class: "page-head",
                h1 { {tr("today-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            Card {
                Empty { icon: "info", title: tr("jobs-empty"), next: tr("jobs-empty-next") }
            }
            h2 { {tr("my-zones")} }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![96, 96] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(zones) if zones.is_empty() => rsx! {
                    Card { Empty { icon: "map-pin", title: tr("zones-empty"), next: tr("zones-empty-next") } }
                },
                Load::Ready(zones) => rsx! { div { class: "zones",
                    for zone in zones.iter() {
                        Card { key: "{zone.name}",
                            div { class: "row between",
                                div {
                                    p { class: "number", "{zone.name}" }
                                    p { class: "muted small", {tra("meters-total", &[("n", zone.counts.total.to_string())])} " · {zone.time_zone.abbreviation()}" }
                                }
                            }
                            div { class: "row wrap",
                                StatusChip { tone: "ok", icon: "wifi", label: format!("{} {}", tr("state-online"), zone.counts.online) }
                                StatusChip { tone: alarm(zone.counts.stale), icon: "clock-alert", label: format!("{} {}", tr("state-stale"), zone.counts.stale) }
                                StatusChip { tone: "", icon: "wifi-off", label: format!("{} {}", tr("state-offline"), zone.counts.offline) }
                                if zone.counts.low_battery > 0 {
                                    StatusChip { tone: "warn", icon: "battery-low", label: format!("{} {}", tr("tile-low-battery"), zone.counts.low_battery) }
                                }
                            }
                        }
                    }
                } },
            }
        }
    }
}

/// The colour of a count that is no news while it is zero.
fn alarm(count: u32) -> &'static str {
    if count > 0 { "warn" } else { "" }
}
