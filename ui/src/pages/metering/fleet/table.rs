//! The fleet as a table, and on a phone as lines: each meter live, with a box to tick it where that is on.

use crate::bridge;
use crate::components::shell::language;
use crate::components::sort::{SortButton, direction};
use crate::components::status::judge;
use crate::components::{Age, Connected, Since, ValveChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::fleet::picking::{Picking, tick};
use crate::pages::metering::fleet::view::MeterView;
use crate::pages::metering::health::health_chip;
use crate::state::shared;
use dioxus::prelude::*;
use domain::MeterId;
use domain::metering::health::{Health, Limits};
use domain::metering::meter::Connectivity;
use protocol::ui::{FleetQuery, FleetRow, FleetSort, MeterNow};

/// The scroller of the table.
const SCROLLER: &str = "meters";

/// Milliseconds without scrolling after which the place is kept in the address.
const SETTLED_MS: u32 = 250;

/// Where a meter is: the address of its connection, or that it measures what goes into its zone.
pub fn place_of(row: &FleetRow) -> String {
    if row.is_inflow { tr("bulk-meter") } else { row.address.clone() }
}

/// The table, where there is room for it.
#[component]
pub fn Table(rows: Vec<FleetRow>, query: Memo<FleetQuery>, kept: Signal<MeterView>, picking: Picking) -> Element {
    let (sort, descending) = (kept.read().sort, kept.read().descending);
    let scrolls = use_signal(|| 0_u32);
    // Another order, filter or search begins at its beginning; what somebody comes back to, where it was left. More rows move nothing.
    let listed = use_memo(move || FleetQuery { limit: 0, ..query() });
    use_effect(move || {
        listed.read();
        bridge::scroll_to(SCROLLER, f64::from(kept.peek().place));
    });
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
        div { id: SCROLLER, class: "table-wrap", onscroll: move |event| keep_place(kept, scrolls, event.scroll_top()),
            table { class: "table",
                thead {
                    tr {
                        if picking.is_on() {
                            th { class: "tick-cell", span { class: "visually-hidden", {tr("bulk-button")} } }
                        }
                        for (of , key , class) in heads {
                            th { key: "{key}", class, "aria-sort": direction(sort == of, descending),
                                SortButton { label: tr(key), sorted: direction(sort == of, descending),
                                    onpress: move |()| kept.with_mut(|kept| kept.sort_by(of)) }
                            }
                        }
                    }
                }
                tbody {
                    for (place , row) in (0..).zip(rows) {
                        TableRow { key: "{row.serial}", row, place, query, kept, picking }
                    }
                }
            }
        }
    }
}

/// Keeps how far a list is scrolled in the page's address, once nobody scrolls any more; `scrolls` counts how often somebody did.
pub fn keep_place(mut kept: Signal<MeterView>, mut scrolls: Signal<u32>, top: f64) {
    scrolls += 1;
    let mine = *scrolls.peek();
    spawn(async move {
        gloo_timers::future::TimeoutFuture::new(SETTLED_MS).await;
        let place = top.max(0.0) as u32;
        if mine == *scrolls.peek() && kept.peek().place != place {
            kept.with_mut(|kept| kept.place = place);
        }
    });
}

/// The row's meter with its newest frame.
pub fn latest(row: &FleetRow) -> MeterNow {
    let live = shared().live;
    let frame = live.read().get(&row.now.id).copied();
    frame.map_or(row.now, |frame| row.now.with(&frame))
}

/// The same in a list, with whether the meter is online: who uses this is drawn anew when one of the two changes, and not with every second or with
/// the frames of other meters.
pub fn use_now(row: &FleetRow) -> (MeterNow, Connectivity) {
    let (shared, read) = (shared(), row.now);
    let frame = use_memo(move || shared.live.read().get(&read.id).copied());
    let now = frame().map_or(read, |frame| read.with(&frame));
    let state = use_memo(use_reactive!(|now| judge(&now, shared.server_now())));
    (now, state())
}

/// The flow to show: none where the meter does not report or its value is invalid.
pub fn flow_text(now: &MeterNow, state: Connectivity, language: domain::people::Language) -> String {
    match now.flow {
        Some(flow) if state == Connectivity::Online => format::flow(flow, language),
        _ => "–".to_owned(),
    }
}

/// The box by which a meter is ticked.
#[component]
fn Tick(id: MeterId, serial: String, place: u32, query: Memo<FleetQuery>, picking: Picking) -> Element {
    let shared = shared();
    let is_ticked = use_memo(move || picking.has(id));
    rsx! {
        label { class: "tick", onclick: move |event| event.stop_propagation(),
            input { r#type: "checkbox", "data-tick": "true", checked: is_ticked(), "aria-label": tra("bulk-tick", &[("name", serial)]),
                onclick: move |event| tick(picking, shared, (id, place), event.modifiers().shift(), query.peek().clone()) }
        }
    }
}

#[component]
fn TableRow(row: FleetRow, place: u32, query: Memo<FleetQuery>, kept: Signal<MeterView>, picking: Picking) -> Element {
    let language = language();
    let (now, state) = use_now(&row);
    let id = now.id;
    let is_open = use_memo(move || kept.read().opened == Some(id));
    rsx! {
        tr { id: "meter-{now.id}", tabindex: "0", "data-row": "{row.serial}", "aria-selected": if is_open() { "true" } else { "false" },
            onclick: move |_| kept.with_mut(|kept| kept.opened = Some(id)),
            if picking.is_on() {
                td { class: "tick-cell", Tick { id, serial: row.serial.clone(), place, query, picking } }
            }
            td {
                p { class: "number", "{row.serial}" }
                p { class: "muted tiny", {place_of(&row)} }
            }
            td { "{row.zone}" }
            td { Connected { state, small: true } }
            td { {health_chip(row.health.as_ref())} }
            td {
                ValveChip { valve: now.valve }
                Since { now }
            }
            td { class: "end number", "data-flow": "{row.serial}", {flow_text(&now, state, language)} }
            td { class: "end", Battery { percent: row.battery, limits: row.limits } }
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

/// What is left in a battery.
#[component]
pub fn Battery(percent: Option<i16>, limits: Limits) -> Element {
    let Some(percent) = percent else { return rsx! { "–" } };
    let low = i16::from(limits.battery());
    let tone = match percent {
        _ if percent < low / 2 => "danger",
        _ if percent < low => "warn",
        _ => "",
    };
    rsx! {
        span { class: "meter-bar", "aria-hidden": "true", i { class: "{tone}", width: "{percent}%" } }
        " {percent} %"
    }
}

/// The same on a phone.
#[component]
pub fn Lines(rows: Vec<FleetRow>, query: Memo<FleetQuery>, kept: Signal<MeterView>, picking: Picking) -> Element {
    rsx! {
        ul { class: if picking.is_on() { "list fleet-list picking" } else { "list fleet-list" },
            for (place , row) in (0..).zip(rows) {
                Line { key: "{row.serial}", row, place, query, kept, picking }
            }
        }
    }
}

#[component]
fn Line(row: FleetRow, place: u32, query: Memo<FleetQuery>, kept: Signal<MeterView>, picking: Picking) -> Element {
    let language = language();
    let (now, state) = use_now(&row);
    let flow = flow_text(&now, state, language);
    rsx! {
        li { "data-row": "{row.serial}",
            if picking.is_on() {
                Tick { id: now.id, serial: row.serial.clone(), place, query, picking }
            }
            button { id: "meter-{now.id}", r#type: "button", onclick: move |_| kept.with_mut(|kept| kept.opened = Some(now.id)),
                div { class: "grow",
                    p { class: "number", "{row.serial}" }
                    p { class: "muted small ellipsis", {place_of(&row)} " · {row.zone}" }
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
