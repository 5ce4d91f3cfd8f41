//! Perangkat: the fleet as a live table or a map, tiles that filter it, and a side panel.

mod map;
mod panel;
mod place;
mod view;

use crate::bridge;
use crate::components::address::use_kept;
use crate::components::shell::{SyncMark, language};
use crate::components::sort::{SortButton, direction};
use crate::components::status::judge;
use crate::components::{Age, Button, Card, Connected, Dialog, Empty, Failed, Icon, Segmented, Select, Side, Since};
use crate::components::{Skeleton, ValveChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::exports::ExportButton;
use crate::pages::metering::health::health_chip;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::MeterId;
use domain::metering::health::Health;
use domain::metering::meter::Connectivity;
use map::MapPane;
use panel::Panel;
use protocol::metering::live::Watch;
use protocol::ui::exports::ExportedList;
use protocol::ui::{Answer, Fleet, FleetCounts, FleetFilter, FleetQuery, FleetRow, FleetSort, MeterNow, Request};
pub use view::MeterView;
use view::{Form, SORTS, STEP};

/// The scroller of the table.
const SCROLLER: &str = "meters";

/// Milliseconds without scrolling after which the place is kept in the address.
const SETTLED_MS: u32 = 250;

/// The admin's fleet.
#[component]
pub fn Meters() -> Element {
    let shared = shared();
    let kept = use_kept::<MeterView>();
    let query = use_memo(move || kept.read().query());
    let opened = use_memo(move || kept.read().opened);
    let full = use_memo(move || kept.read().full);
    let load = use_answer(
        move || Request::Fleet(query()),
        |answer| match answer {
            Answer::Fleet(fleet) => Some(fleet),
            _ => None,
        },
    );
    // On the map, those in sight; in the table, those that have a row.
    let mapped = use_signal(Vec::<MeterId>::new);
    let form = use_memo(move || kept.read().form);
    use_watch(load, opened, (form, mapped));
    let wide = (shared.wide)();
    let is_full = wide && opened().is_some() && full();
    rsx! {
        div { class: "page fleet-page",
            header { class: "page-head row wrap",
                h1 { {tr("devices-title")} }
                if !is_full {
                    Controls { kept }
                }
                span { class: "only-phone", SyncMark {} }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![88, 420] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(fleet) if fleet.total == 0 => rsx! {
                    Card { Empty { icon: "radio-tower", title: tr("fleet-empty"), next: tr("fleet-empty-next") } }
                },
                Load::Ready(fleet) => rsx! {
                    if !is_full {
                        Tiles { counts: fleet.counts, kept }
                    }
                    div { class: layout(wide && opened().is_some(), is_full),
                        if !is_full && form() == Form::Map {
                            MapPane { kept, watched: mapped }
                        } else if !is_full {
                            Rows { fleet: fleet.clone(), kept }
                        }
                        if wide && let Some(meter) = opened() {
                            Side { key: "{meter}", label: tr("col-meter"), onclose: move |()| close(kept), Opened { meter, kept } }
                        }
                    }
                },
            }
        }
        if !wide && let Some(meter) = opened() {
            Dialog { title: tr("col-meter"), sheet: true, onclose: move |()| close(kept),
                Panel { key: "{meter}", meter }
            }
        }
    }
}

const fn layout(is_open: bool, is_full: bool) -> &'static str {
    match (is_open, is_full) {
        (_, true) => "fleet full",
        (true, false) => "fleet with-panel",
        (false, false) => "fleet",
    }
}

fn close(mut kept: Signal<MeterView>) {
    kept.with_mut(|kept| (kept.opened, kept.full) = (None, false));
}

/// Which meter is open beside the list, or in its place.
#[component]
fn Opened(meter: MeterId, kept: Signal<MeterView>) -> Element {
    let is_full = use_memo(move || kept.read().full);
    rsx! {
        Panel { meter, full: is_full(), onfull: move |()| kept.with_mut(|kept| kept.full = !kept.full) }
    }
}

/// Watches the meters that are shown, and the one that is opened closely.
fn use_watch(load: Signal<Load<Fleet>>, opened: Memo<Option<MeterId>>, (form, mapped): (Memo<Form>, Signal<Vec<MeterId>>)) {
    let meters = use_memo(move || match &*load.read() {
        _ if form() == Form::Map => mapped(),
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
fn Controls(kept: Signal<MeterView>) -> Element {
    let wide = (shared().wide)();
    let shown = kept.read();
    let chosen = SORTS.iter().find(|(sort, ..)| *sort == shown.sort).map_or("meter", |(_, word, _)| *word).to_owned();
    let choices = SORTS.iter().map(|(_, word, _)| ((*word).to_owned(), tr(&format!("sort-by-{word}")))).collect();
    rsx! {
        div { class: "controls",
            div { class: "input compact search",
                Icon { name: "search", size: "s" }
                input { r#type: "search", "aria-label": tr("search-devices"), placeholder: tr("search-devices"), value: "{shown.search}",
                    oninput: move |event| kept.with_mut(|kept| (kept.search, kept.limit, kept.place) = (event.value(), STEP, 0)) }
            }
            Segmented { label: tr("fleet-form"), choices: vec![(Form::Table, tr("fleet-table")), (Form::Map, tr("fleet-map"))], chosen: shown.form,
                onchoose: move |form| kept.with_mut(|kept| kept.form = form) }
            // Where there are no heads of columns.
            if !wide && shown.form == Form::Table {
                Select { label: tr("sort"), choices, chosen,
                    onchoose: move |word: String| {
                        if let Some((sort, ..)) = SORTS.iter().find(|(_, name, _)| *name == word) {
                            kept.with_mut(|kept| if kept.sort != *sort { kept.sort_by(*sort) });
                        }
                    } }
            }
        }
    }
}

#[component]
fn Tiles(counts: FleetCounts, kept: Signal<MeterView>) -> Element {
    let language = language();
    let only = use_memo(move || kept.read().only);
    let is_searched = use_memo(move || !kept.read().search.trim().is_empty());
    let tiles = [
        (FleetFilter::Online, "ok", "wifi", "state-online", counts.online),
        (FleetFilter::Stale, "warn", "clock-alert", "state-stale", counts.stale),
        (FleetFilter::Offline, "", "wifi-off", "state-offline", counts.offline),
        (FleetFilter::ValveClosed, "info", "circle-slash", "tile-valve-closed", counts.valve_closed),
        (FleetFilter::LowBattery, "warn", "battery-low", "tile-low-battery", counts.low_battery),
        (FleetFilter::Attention, "warn", "triangle-alert", "tile-attention", counts.attention),
    ];
    rsx! {
        div { class: "tiles",
            for (filter , tone , icon , key , count) in tiles {
                button { key: "{key}", class: "stat", r#type: "button",
                    "aria-pressed": if only() == Some(filter) { "true" } else { "false" },
                    onclick: move |_| kept.with_mut(|kept| {
                        kept.only = (kept.only != Some(filter)).then_some(filter);
                        (kept.limit, kept.place) = (STEP, 0);
                    }),
                    span { class: "chip small {tone}", Icon { name: icon, size: "s" } {tr(key)} }
                    span { class: "value", {format::whole(i64::from(count), language)} }
                }
            }
        }
        p { class: "tiny muted tiles-note",
            {tr("tiles-note")}
            if is_searched() {
                " " {tr("tiles-of-search")}
            }
        }
    }
}

#[component]
fn Rows(fleet: Fleet, kept: Signal<MeterView>) -> Element {
    let wide = (shared().wide)();
    let language = language();
    let shown = format::whole(i64::from(fleet.matching), language);
    let total = format::whole(i64::from(fleet.total), language);
    let filtered = use_memo(move || kept.read().only.is_some() || !kept.read().search.trim().is_empty());
    let opened = use_memo(move || kept.read().opened);
    let exported = use_memo(move || ExportedList::Meters(FleetQuery { limit: 0, ..kept.read().query() }));
    let more = fleet.matching.saturating_sub(fleet.rows.len() as u32).min(STEP);
    let clear = move |_| {
        kept.with_mut(|kept| (kept.search, kept.only, kept.limit, kept.place) = (String::new(), None, STEP, 0));
    };
    rsx! {
        section { class: "card flush",
            div { class: "bar",
                span { class: "muted", {tra("devices-count", &[("shown", shown), ("total", total)])} }
                div { class: "bar-acts",
                    if filtered() {
                        Button { label: tr("clear-filter"), kind: "quiet", icon: "x", onclick: clear }
                    }
                    if fleet.matching > 0 {
                        ExportButton { list: exported(), matching: fleet.matching }
                    }
                }
            }
            if fleet.rows.is_empty() {
                Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next") }
            } else if wide {
                Table { rows: fleet.rows.clone(), kept, opened }
            } else {
                ul { class: "list fleet-list",
                    for row in fleet.rows.iter() {
                        Line { key: "{row.serial}", row: row.clone(), kept }
                    }
                }
            }
            if more > 0 {
                div { class: "bar",
                    Button { label: tra("show-more", &[("n", more.to_string())]), kind: "quiet", full: true,
                        onclick: move |_| kept.with_mut(|kept| kept.limit += STEP) }
                }
            }
        }
    }
}

#[component]
fn Table(rows: Vec<FleetRow>, kept: Signal<MeterView>, opened: Memo<Option<MeterId>>) -> Element {
    let (sort, descending) = (kept.read().sort, kept.read().descending);
    let mut scrolls = use_signal(|| 0_u32);
    // Another order, filter or search begins at its beginning; what somebody comes back to, where it was left. More rows move nothing.
    let query = use_memo(move || FleetQuery { limit: 0, ..kept.read().query() });
    use_effect(move || {
        query.read();
        bridge::scroll_to(SCROLLER, f64::from(kept.peek().place));
    });
    let mut keep_place = move |top: f64| {
        scrolls += 1;
        let mine = *scrolls.peek();
        spawn(async move {
            gloo_timers::future::TimeoutFuture::new(SETTLED_MS).await;
            let place = top.max(0.0) as u32;
            if mine == *scrolls.peek() && kept.peek().place != place {
                kept.with_mut(|kept| kept.place = place);
            }
        });
    };
    let heads = [
        (FleetSort::Serial, "col-meter", ""),
        (FleetSort::Zone, "col-zone", ""),
        (FleetSort::Status, "col-status", ""),
        (FleetSort::Health, "health", ""),
        (FleetSort::Valve, "col-valve", ""),
        (FleetSort::Flow, "col-flow", "end"),
        (FleetSort::Battery, "col-battery", "end"),
        (FleetSort::Signal, "col-signal", "end"),
        (FleetSort::Silence, "col-data", "end"),
    ];
    rsx! {
        div { id: SCROLLER, class: "table-wrap", onscroll: move |event| keep_place(event.scroll_top()),
            table { class: "table",
                thead {
                    tr {
                        for (of , key , class) in heads {
                            th { key: "{key}", class, "aria-sort": direction(sort == of, descending),
                                SortButton { label: tr(key), sorted: direction(sort == of, descending),
                                    onpress: move |()| kept.with_mut(|kept| kept.sort_by(of)) }
                            }
                        }
                    }
                }
                tbody {
                    for row in rows {
                        TableRow { key: "{row.serial}", row, kept, opened }
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
fn TableRow(row: FleetRow, kept: Signal<MeterView>, opened: Memo<Option<MeterId>>) -> Element {
    let language = language();
    let now = latest(&row);
    let state = judge(&now, (shared().now)());
    let is_open = opened() == Some(now.id);
    rsx! {
        tr { id: "meter-{now.id}", tabindex: "0", "data-row": "{row.serial}", "aria-selected": if is_open { "true" } else { "false" },
            onclick: move |_| kept.with_mut(|kept| kept.opened = Some(now.id)),
            td {
                p { class: "number", "{row.serial}" }
                p { class: "muted tiny", "{row.address}" }
            }
            td { "{row.zone}" }
            td { Connected { state, small: true } }
            td { {health_chip(row.health.as_ref())} }
            td {
                ValveChip { valve: now.valve }
                Since { now }
            }
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
fn Line(row: FleetRow, kept: Signal<MeterView>) -> Element {
    let language = language();
    let now = latest(&row);
    let state = judge(&now, (shared().now)());
    let flow = flow_text(&now, state, language);
    rsx! {
        li { "data-row": "{row.serial}",
            button { id: "meter-{now.id}", r#type: "button", onclick: move |_| kept.with_mut(|kept| kept.opened = Some(now.id)),
                div { class: "grow",
                    p { class: "number", "{row.serial}" }
                    p { class: "muted small ellipsis", "{row.address} · {row.zone}" }
                }
                div { class: "stack", align_items: "flex-end", gap: "2px",
                    Connected { state, small: true }
                    if row.health.as_ref().is_some_and(Health::needs_attention) {
                        {health_chip(row.health.as_ref())}
                    }
                    span { class: "small", span { class: "number", "{flow}" } " " {tr("flow-unit")} }
                }
            }
        }
    }
}
