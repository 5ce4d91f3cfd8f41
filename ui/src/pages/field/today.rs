//! Hari Ini: how the technician's zones do, and the meters in them, each with its page. What is shown of them is in the address, so that
//! whoever comes back finds the list as it was.

use crate::components::address::{Kept, Params, use_kept};
use crate::components::shell::{SyncMark, language};
use crate::components::status::judge;
use crate::components::{Age, Button, Card, Connected, Empty, Failed, Icon, Skeleton, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::to_do::ToDo;
use crate::pages::metering::fleet::latest;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::ZoneId;
use protocol::ui::{Answer, FleetFilter, FleetQuery, FleetRow, FleetSort, Request, ZoneSummary};

/// Meters shown at first, and added by each "show more".
const STEP: u32 = 30;

/// What a chip of a zone shows: its word in the address, colour, picture, and the word's key.
const CHIPS: [(FleetFilter, &str, &str, &str, &str); 4] = [
    (FleetFilter::Online, "online", "ok", "wifi", "state-online"),
    (FleetFilter::Stale, "stale", "warn", "clock-alert", "state-stale"),
    (FleetFilter::Offline, "offline", "", "wifi-off", "state-offline"),
    (FleetFilter::LowBattery, "battery", "warn", "battery-low", "tile-low-battery"),
];

/// What is shown of the meters, as the address has it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Asked {
    zone: String,
    only: String,
    search: String,
    shown: u32,
}

impl Asked {
    /// Its address, which is a page of its own to come back to.
    fn address(&self) -> String {
        self.write().on("/hari-ini")
    }

    fn query(&self) -> FleetQuery {
        FleetQuery {
            zone: self.zone.parse::<ZoneId>().ok(),
            only: CHIPS.into_iter().find(|chip| chip.1 == self.only).map(|chip| chip.0),
            search: self.search.clone(),
            limit: self.shown.max(STEP),
            sort: FleetSort::Silence,
            ..FleetQuery::default()
        }
    }

    fn is_filtered(&self) -> bool {
        !self.zone.is_empty() || !self.only.is_empty() || !self.search.trim().is_empty()
    }
}

impl Kept for Asked {
    fn read(params: &Params) -> Self {
        let word = |name| params.get::<String>(name).unwrap_or_default();
        Self { zone: word("zone"), only: word("only"), search: word("search"), shown: params.get("shown").unwrap_or_default() }
    }

    fn write(&self) -> Params {
        Params::default()
            .with("zone", Some(&self.zone))
            .with("only", Some(&self.only))
            .with("search", Some(&self.search))
            .with("shown", Some(self.shown).filter(|shown| *shown > 0))
    }
}

/// The technician's first page.
#[component]
pub fn Today() -> Element {
    let kept = use_kept::<Asked>();
    let asked = kept();
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
                    ToDo {}
                    h2 { {tr("my-zones")} }
                    div { class: "zones",
                        for zone in zones.iter() {
                            ZoneCard { key: "{zone.id}", zone: zone.clone(), asked: asked.clone() }
                        }
                    }
                    Meters { zones: zones.clone(), kept }
                },
            }
        }
    }
}

/// A zone, and how many of its meters are how; each number leads to those meters.
#[component]
fn ZoneCard(zone: ZoneSummary, asked: Asked) -> Element {
    let counts = zone.counts;
    let number = |filter: FleetFilter| match filter {
        FleetFilter::Online => counts.online,
        FleetFilter::Stale => counts.stale,
        FleetFilter::Offline => counts.offline,
        FleetFilter::ValveClosed => counts.valve_closed,
        FleetFilter::LowBattery => counts.low_battery,
        FleetFilter::Attention => counts.attention,
        FleetFilter::Retired => counts.retired,
    };
    let here = zone.id.to_string();
    let chips = CHIPS.into_iter().filter(|chip| chip.0 != FleetFilter::LowBattery || counts.low_battery > 0);
    let show = move |zone: String, only: &str, is_on: bool| {
        let next = if is_on { Asked::default() } else { Asked { zone, only: only.to_owned(), ..Asked::default() } };
        navigator().push(next.address());
        crate::bridge::show_soon("zone-meters");
    };
    rsx! {
        Card {
            div {
                p { class: "number", "{zone.name}" }
                p { class: "muted small", {tra("meters-total", &[("n", counts.total.to_string())])} " · {zone.time_zone.abbreviation()}" }
            }
            div { class: "row wrap", role: "group", "aria-label": "{zone.name}",
                for (filter , word , tone , icon , key) in chips {
                    button { key: "{word}", r#type: "button", class: "chip-button", "data-only": word,
                        "aria-pressed": if asked.zone == here && asked.only == word { "true" } else { "false" },
                        onclick: { let (here, is_on) = (here.clone(), asked.zone == here && asked.only == word); move |_| show(here.clone(), word, is_on) },
                        StatusChip { tone: if tone == "warn" { alarm(number(filter)) } else { tone }, icon, label: format!("{} {}", tr(key), number(filter)) }
                    }
                }
            }
        }
    }
}

/// The meters, the longest silent first: those are what somebody has to go and see.
#[component]
fn Meters(zones: Vec<ZoneSummary>, kept: Signal<Asked>) -> Element {
    let mut kept = kept;
    let shown = kept();
    let query = use_memo(move || kept.read().query());
    let load = use_answer(
        move || Request::Fleet(query()),
        |answer| match answer {
            Answer::Fleet(fleet) => Some(fleet),
            _ => None,
        },
    );
    let type_search = move |event: FormEvent| kept.with_mut(|kept| (kept.search, kept.shown) = (event.value(), 0));
    let more = move |left: u32| kept.with_mut(|kept| kept.shown = kept.shown.max(STEP) + left.min(STEP));
    let clear = move || drop(navigator().push(Route::Today {}));
    let of = words(&zones, &shown);
    let (search, is_filtered) = (shown.search.clone(), shown.is_filtered());
    rsx! {
        h2 { id: "zone-meters", {tr("zone-meters")} }
        section { class: "card flush",
            div { class: "bar row wrap",
                div { class: "input search grow",
                    Icon { name: "search", size: "s" }
                    input { r#type: "search", "aria-label": tr("search-devices"), placeholder: tr("search-devices"), value: "{search}",
                        oninput: type_search }
                }
                if let Load::Ready(fleet) = &*load.read() && is_filtered {
                    span { class: "small", role: "status", "data-matching": "{fleet.matching}",
                        {tra("today-shown", &[("n", format::whole(i64::from(fleet.matching), language())), ("of", of)])}
                    }
                    Button { label: tr("clear-filter"), kind: "quiet", icon: "x", onclick: move |_| clear() }
                }
            }
            match &*load.read() {
                Load::Waiting => rsx! { div { class: "bar", Skeleton { heights: vec![64, 64, 64] } } },
                Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
                Load::Ready(fleet) if fleet.rows.is_empty() => rsx! {
                    Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next"),
                        Button { label: tr("clear-filter"), kind: "quiet", icon: "x", onclick: move |_| clear() }
                    }
                },
                Load::Ready(fleet) => rsx! {
                    ul { class: "list meters",
                        for row in fleet.rows.iter() {
                            MeterLine { key: "{row.serial}", row: row.clone() }
                        }
                    }
                    if fleet.matching as usize > fleet.rows.len() {
                        More { left: fleet.matching.saturating_sub(fleet.rows.len() as u32), onmore: more }
                    }
                },
            }
        }
    }
}

/// The button for more rows.
#[component]
fn More(left: u32, onmore: EventHandler<u32>) -> Element {
    rsx! {
        div { class: "bar",
            Button { label: tra("show-more", &[("n", format::whole(i64::from(left.min(STEP)), language()))]), kind: "quiet", full: true,
                onclick: move |_| onmore.call(left) }
        }
    }
}

/// Which meters are shown: `Zona Barat · Luring`.
fn words(zones: &[ZoneSummary], asked: &Asked) -> String {
    let zone = zones.iter().find(|zone| zone.id.to_string() == asked.zone).map(|zone| zone.name.clone());
    let only = CHIPS.into_iter().find(|chip| chip.1 == asked.only).map(|chip| tr(chip.4));
    zone.into_iter().chain(only).collect::<Vec<_>>().join(" · ")
}

#[component]
fn MeterLine(row: FleetRow) -> Element {
    let now = latest(&row);
    let state = judge(&now, shared().server_now());
    rsx! {
        li { "data-row": "{row.serial}",
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
