//! Hari Ini: how the technician's zones do, and the meters in them, each with its page.

use crate::components::shell::{SyncMark, language};
use crate::components::status::judge;
use crate::components::{Age, Button, Card, Connected, Empty, Failed, Icon, Skeleton, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::fleet::latest;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use protocol::ui::{Answer, FleetQuery, FleetRow, FleetSort, Request, ZoneSummary};

/// Meters shown at first, and added by each "show more".
const STEP: u32 = 30;

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
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![96, 96, 240] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(zones) if zones.is_empty() => rsx! {
                    Card { Empty { icon: "map-pin", title: tr("zones-empty"), next: tr("zones-empty-next") } }
                },
                Load::Ready(zones) => rsx! {
                    h2 { {tr("my-zones")} }
                    div { class: "zones",
                        for zone in zones.iter() {
                            ZoneCard { key: "{zone.name}", zone: zone.clone() }
                        }
                    }
                    Meters {}
                },
            }
        }
    }
}

#[component]
fn ZoneCard(zone: ZoneSummary) -> Element {
    let counts = zone.counts;
    rsx! {
        Card {
            div {
                p { class: "number", "{zone.name}" }
                p { class: "muted small", {tra("meters-total", &[("n", counts.total.to_string())])} " · {zone.time_zone.abbreviation()}" }
            }
            div { class: "row wrap",
                StatusChip { tone: "ok", icon: "wifi", label: format!("{} {}", tr("state-online"), counts.online) }
                StatusChip { tone: alarm(counts.stale), icon: "clock-alert", label: format!("{} {}", tr("state-stale"), counts.stale) }
                StatusChip { tone: "", icon: "wifi-off", label: format!("{} {}", tr("state-offline"), counts.offline) }
                if counts.low_battery > 0 {
                    StatusChip { tone: "warn", icon: "battery-low", label: format!("{} {}", tr("tile-low-battery"), counts.low_battery) }
                }
            }
        }
    }
}

/// The meters, the longest silent first: those are what somebody has to go and see.
#[component]
fn Meters() -> Element {
    let mut query = use_signal(|| FleetQuery { limit: STEP, sort: FleetSort::Silence, ..FleetQuery::default() });
    let load = use_answer(
        move || Request::Fleet(query()),
        |answer| match answer {
            Answer::Fleet(fleet) => Some(fleet),
            _ => None,
        },
    );
    let clear = move |_| query.with_mut(|query| query.search.clear());
    rsx! {
        h2 { {tr("zone-meters")} }
        section { class: "card flush",
            div { class: "bar",
                div { class: "input search grow",
                    Icon { name: "search", size: "s" }
                    input { r#type: "search", "aria-label": tr("search-devices"), placeholder: tr("search-devices"), value: "{query.read().search}",
                        oninput: move |event| query.with_mut(|query| { query.search = event.value(); query.limit = STEP; }) }
                }
            }
            match &*load.read() {
                Load::Waiting => rsx! { div { class: "bar", Skeleton { heights: vec![64, 64, 64] } } },
                Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
                Load::Ready(fleet) if fleet.rows.is_empty() => rsx! {
                    Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next"),
                        Button { label: tr("clear-filter"), kind: "quiet", icon: "x", onclick: clear }
                    }
                },
                Load::Ready(fleet) => rsx! {
                    ul { class: "list meters",
                        for row in fleet.rows.iter() {
                            MeterLine { key: "{row.serial}", row: row.clone() }
                        }
                    }
                    if fleet.matching as usize > fleet.rows.len() {
                        div { class: "bar",
                            Button { label: tra("show-more", &[("n", format::whole(i64::from(fleet.matching.saturating_sub(fleet.rows.len() as u32).min(STEP)), language()))]),
                                kind: "quiet", full: true, onclick: move |_| query.with_mut(|query| query.limit += STEP) }
                        }
                    }
                },
            }
        }
    }
}

#[component]
fn MeterLine(row: FleetRow) -> Element {
    let now = latest(&row);
    let state = judge(&now, (shared().now)());
    rsx! {
        li {
            Link { to: Route::Meter { id: now.id },
                div { class: "grow",
                    p { class: "number", "{row.serial}" }
                    p { class: "muted small ellipsis", "{row.address} · {row.customer}" }
                }
                div { class: "stack", align_items: "flex-end", gap: "2px",
                    Connected { state, small: true }
                    if let Some(t) = now.t {
                        Age { t }
                    }
                }
                Icon { name: "chevron-right", size: "s" }
            }
        }
    }
}

/// The colour of a count that needs no attention while it is zero.
fn alarm(count: u32) -> &'static str {
    if count > 0 { "warn" } else { "" }
}
