//! Perangkat: the fleet as a live table, tiles that filter it, and a side panel.

mod panel;

use crate::bridge;
use crate::components::shell::{SyncMark, language};
use crate::components::status::judge;
use crate::components::{Age, Button, Card, Connected, Dialog, Empty, Failed, Icon, Select, Side, Skeleton, ValveChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::route::Wanted;
use crate::state::{Load, shared, take_wanted, use_answer};
use dioxus::prelude::*;
use domain::MeterId;
use domain::metering::meter::Connectivity;
use panel::Panel;
use protocol::metering::live::Watch;
use protocol::ui::{Answer, Fleet, FleetCounts, FleetFilter, FleetQuery, FleetRow, FleetSort, MeterNow, Request};

/// Rows shown at first, and added by each "show more".
const STEP: u32 = 100;

/// The admin's fleet.
#[component]
pub fn Meters() -> Element {
    let shared = shared();
    let query = use_signal(|| FleetQuery { limit: STEP, ..FleetQuery::default() });
    let mut opened = use_signal(|| None::<MeterId>);
    use_effect(move || {
        let pick = |wanted| if let Wanted::Meter(meter) = wanted { Some(meter) } else { None };
        if let Some(meter) = take_wanted(shared, pick) {
            opened.set(Some(meter));
        }
    });
    let load = use_answer(
        move || Request::Fleet(query()),
        |answer| match answer {
            Answer::Fleet(fleet) => Some(fleet),
            _ => None,
        },
    );
    use_watch(load, opened);
    let wide = (shared.wide)();
    rsx! {
        div { class: "page fleet-page",
            header { class: "page-head row wrap",
                h1 { {tr("devices-title")} }
                Controls { query }
                span { class: "only-phone", SyncMark {} }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![88, 420] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(fleet) if fleet.counts.total == 0 => rsx! {
                    Card { Empty { icon: "radio-tower", title: tr("fleet-empty"), next: tr("fleet-empty-next") } }
                },
                Load::Ready(fleet) => rsx! {
                    Tiles { counts: fleet.counts, query }
                    div { class: if wide && opened().is_some() { "fleet with-panel" } else { "fleet" },
                        Rows { fleet: fleet.clone(), query, opened }
                        if wide && let Some(meter) = opened() {
                            Side { key: "{meter}", label: tr("col-meter"), onclose: move |()| opened.set(None), Panel { meter } }
                        }
                    }
                },
            }
        }
        if !wide && let Some(meter) = opened() {
            Dialog { title: tr("col-meter"), sheet: true, onclose: move |()| opened.set(None),
                Panel { key: "{meter}", meter }
            }
        }
    }
}

/// Watches the rows that are shown, and the one that is opened closely.
fn use_watch(load: Signal<Load<Fleet>>, opened: Signal<Option<MeterId>>) {
    let meters = use_memo(move || match &*load.read() {
        Load::Ready(fleet) => fleet.rows.iter().map(|row| row.now.id).collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    use_effect(move || {
        let mut meters = meters();
        let closely: Vec<_> = opened().into_iter().collect();
        meters.extend(closely.iter().filter(|meter| !meters.contains(meter)).copied().collect::<Vec<_>>());
        spawn(async move { drop(bridge::call(Request::Watch(Watch { meters, closely })).await) });
    });
    use_drop(|| {
        dioxus::core::spawn_forever(async { drop(bridge::call(Request::Watch(Watch::default())).await) });
    });
}

#[component]
fn Controls(query: Signal<FleetQuery>) -> Element {
    let sorts = [
        (FleetSort::Serial, "serial"),
        (FleetSort::Flow, "flow"),
        (FleetSort::Silence, "silence"),
        (FleetSort::Battery, "battery"),
    ];
    let choices = sorts.iter().map(|(_, word)| ((*word).to_owned(), tr(&format!("sort-{word}")))).collect();
    let chosen = sorts.iter().find(|(sort, _)| *sort == query.read().sort).map_or("serial", |(_, word)| word).to_owned();
    rsx! {
        div { class: "controls",
            div { class: "input compact search",
                Icon { name: "search", size: "s" }
                input { r#type: "search", "aria-label": tr("search-devices"), placeholder: tr("search-devices"), value: "{query.read().search}",
                    oninput: move |event| query.with_mut(|query| { query.search = event.value(); query.limit = STEP; }) }
            }
            Select { label: tr("sort"), choices, chosen,
                onchoose: move |word: String| {
                    if let Some((sort, _)) = sorts.iter().find(|(_, name)| *name == word) {
                        query.with_mut(|query| query.sort = *sort);
                    }
                } }
        }
    }
}

#[component]
fn Tiles(counts: FleetCounts, query: Signal<FleetQuery>) -> Element {
    let language = language();
    let tiles = [
        (FleetFilter::Online, "ok", "wifi", "state-online", counts.online),
        (FleetFilter::Stale, "warn", "clock-alert", "state-stale", counts.stale),
        (FleetFilter::Offline, "", "wifi-off", "state-offline", counts.offline),
        (FleetFilter::ValveClosed, "info", "circle-slash", "tile-valve-closed", counts.valve_closed),
        (FleetFilter::LowBattery, "warn", "battery-low", "tile-low-battery", counts.low_battery),
    ];
    rsx! {
        div { class: "tiles",
            for (filter , tone , icon , key , count) in tiles {
                button { key: "{key}", class: "stat", r#type: "button",
                    "aria-pressed": if query.read().only == Some(filter) { "true" } else { "false" },
                    onclick: move |_| query.with_mut(|query| {
                        query.only = (query.only != Some(filter)).then_some(filter);
                        query.limit = STEP;
                    }),
                    span { class: "chip small {tone}", Icon { name: icon, size: "s" } {tr(key)} }
                    span { class: "value", {format::whole(i64::from(count), language)} }
                }
            }
        }
        p { class: "tiny muted tiles-note", {tr("tiles-note")} }
    }
}

#[component]
fn Rows(fleet: Fleet, query: Signal<FleetQuery>, opened: Signal<Option<MeterId>>) -> Element {
    let wide = (shared().wide)();
    let language = language();
    let shown = format::whole(i64::from(fleet.matching), language);
    let total = format::whole(i64::from(fleet.counts.total), language);
    let filtered = query.read().only.is_some() || !query.read().search.trim().is_empty();
    let more = fleet.matching.saturating_sub(fleet.rows.len() as u32).min(STEP);
    let clear = move |_| {
        let sort = query.peek().sort;
        query.set(FleetQuery { limit: STEP, sort, ..FleetQuery::default() });
    };
    rsx! {
        section { class: "card flush",
            div { class: "bar",
                span { class: "muted", {tra("devices-count", &[("shown", shown), ("total", total)])} }
                if filtered {
                    Button { label: tr("clear-filter"), kind: "quiet", icon: "x", onclick: clear }
                }
            }
            if fleet.rows.is_empty() {
                Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next") }
            } else if wide {
                Table { rows: fleet.rows.clone(), opened }
            } else {
                ul { class: "list fleet-list",
                    for row in fleet.rows.iter() {
                        Line { key: "{row.serial}", row: row.clone(), opened }
                    }
                }
            }
            if more > 0 {
                div { class: "bar",
                    Button { label: tra("show-more", &[("n", more.to_string())]), kind: "quiet", full: true,
                        onclick: move |_| query.with_mut(|query| query.limit += STEP) }
                }
            }
        }
    }
}

#[component]
fn Table(rows: Vec<FleetRow>, opened: Signal<Option<MeterId>>) -> Element {
    rsx! {
        div { class: "table-wrap",
            table { class: "table",
                thead {
                    tr {
                        for key in ["col-meter", "col-zone", "col-status", "col-valve"] {
                            th { key: "{key}", {tr(key)} }
                        }
                        for key in ["col-flow", "col-battery", "col-signal", "col-data"] {
                            th { key: "{key}", class: "end", {tr(key)} }
                        }
                    }
                }
                tbody {
                    for row in rows {
                        TableRow { key: "{row.serial}", row, opened }
                    }
                }
            }
        }
    }
}

/// The row's meter with its newest frame.
pub fn latest(row: &FleetRow) -> MeterNow {
    let live = shared().live;
    let frame = live.read().get(&row.now.id).copied();
    frame.map_or(row.now, |frame| row.now.with(&frame))
}

/// The flow to show: none where the meter does not report or its value is invalid.
pub fn flow_text(now: &MeterNow, state: Connectivity, language: domain::people::Language) -> String {
    match now.flow {
        Some(flow) if state == Connectivity::Online => format::flow(flow, language),
        _ => "–".to_owned(),
    }
}

#[component]
fn TableRow(row: FleetRow, opened: Signal<Option<MeterId>>) -> Element {
    let language = language();
    let now = latest(&row);
    let state = judge(&now, (shared().now)());
    let is_open = opened() == Some(now.id);
    let mut open = move || opened.set(Some(now.id));
    rsx! {
        tr { tabindex: "0", "data-row": "{row.serial}", "aria-selected": if is_open { "true" } else { "false" }, onclick: move |_| open(),
            onkeydown: move |event| if event.key() == Key::Enter { open() },
            td {
                p { class: "number", "{row.serial}" }
                p { class: "muted tiny", "{row.address}" }
            }
            td { "{row.zone}" }
            td { Connected { state, small: true } }
            td { ValveChip { valve: now.valve } }
            td { class: "end number", "data-flow": "{row.serial}", {flow_text(&now, state, language)} }
            td { class: "end", Battery { percent: row.battery } }
            td { class: "end", {row.rssi.map_or("–".to_owned(), |rssi| format::whole(i64::from(rssi), language))} }
            td { class: "end",
                if let Some(t) = now.t {
                    Age { t, short: true }
                } else {
                    "–"
                }
            }
        }
    }
}

#[component]
fn Battery(percent: Option<i16>) -> Element {
    let Some(percent) = percent else { return rsx! { "–" } };
    let tone = match percent {
        ..=9 => "danger",
        10..=19 => "warn",
        _ => "",
    };
    rsx! {
        span { class: "meter-bar", "aria-hidden": "true", i { class: "{tone}", width: "{percent}%" } }
        " {percent} %"
    }
}

#[component]
fn Line(row: FleetRow, opened: Signal<Option<MeterId>>) -> Element {
    let language = language();
    let now = latest(&row);
    let state = judge(&now, (shared().now)());
    let flow = flow_text(&now, state, language);
    rsx! {
        li {
            button { r#type: "button", onclick: move |_| opened.set(Some(now.id)),
                div { class: "grow",
                    p { class: "number", "{row.serial}" }
                    p { class: "muted small ellipsis", "{row.address} · {row.zone}" }
                }
                div { class: "stack", align_items: "flex-end", gap: "2px",
                    Connected { state, small: true }
                    span { class: "small", span { class: "number", "{flow}" } " " {tr("flow-unit")} }
                }
            }
        }
    }
}
