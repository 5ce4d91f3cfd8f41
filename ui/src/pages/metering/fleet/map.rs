//! Perangkat as a map: the meters that search and filter leave, where they are; beside it the same in words, those without a place, and which
//! meters stand too close to be drawn one by one.
//!
//! The background is the coast and the zones, and the streets of the packs that this device has (*Peta luring*).

use crate::bridge::map::MapEvent;
use crate::components::map::{MapBox, MapHandle, use_map};
use crate::components::shell::language;
use crate::components::{Button, Card, Connected, Empty, Failed, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::fleet::MeterView;
use crate::pages::metering::fleet::bulk_bar::BulkBar;
use crate::pages::metering::fleet::losses::Zones;
use crate::pages::metering::fleet::picking::Picking;
use crate::pages::metering::fleet::place::{Placing, Unplaced};
use crate::pages::metering::meter_map::{InSight, Legend, Points, TICKED, judged, under_cross, use_marks, use_points, use_shown};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::MeterId;
use domain::core::position::Position;
use protocol::ui::{Answer, FleetMap, FleetQuery, MapPoint, Request, UnplacedMeter};

/// The map in place of the table; `found` meters are in the list. `watched` is set to the meters in sight.
#[component]
pub fn MapPane(
    kept: Signal<MeterView>,
    query: Memo<FleetQuery>,
    found: u32,
    picking: Picking,
    watched: Signal<Vec<MeterId>>,
) -> Element {
    let listed = use_memo(move || FleetQuery { limit: 0, ..query() });
    let load = use_answer(
        move || Request::FleetMap(listed()),
        |answer| match answer {
            Answer::FleetMap(found) => Some(found),
            _ => None,
        },
    );
    match &*load.read() {
        Load::Waiting => rsx! { Skeleton { heights: vec![480] } },
        Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
        Load::Ready(_) => rsx! { Shown { load, kept, query, found, picking, watched } },
    }
}

#[component]
fn Shown(
    load: Signal<Load<Box<FleetMap>>>,
    kept: Signal<MeterView>,
    query: Memo<FleetQuery>,
    found: u32,
    picking: Picking,
    watched: Signal<Vec<MeterId>>,
) -> Element {
    let language = language();
    let map = use_map("fleet-map");
    let points = use_points(load);
    let mut in_sight = use_signal(InSight::default);
    let mut stacked = use_signal(Vec::<MapPoint>::new);
    let placing = use_signal(|| None::<UnplacedMeter>);
    let mut pin = use_signal(|| None::<Position>);
    use_shown(map, points);
    use_placed(map, placing, pin);
    use_chosen(map, points, kept);
    use_marks(map, points, in_sight, move |id| if picking.is_on() && picking.has(id) { TICKED } else { 0 });
    let happened = move |event: MapEvent| match event {
        MapEvent::View { .. } => {
            let Points { version, all } = points.peek().clone();
            let Some(sight) = InSight::of(event, version) else { return };
            let ids: Vec<MeterId> = sight.members.iter().filter_map(|place| all.get(*place)).map(|point| point.id).collect();
            if *watched.peek() != ids {
                watched.set(ids);
            }
            in_sight.set(sight);
        }
        MapEvent::Pick { version, members } => {
            let found = points.peek().at(version, &members);
            if let [point] = found.as_slice() {
                // While meters are ticked, pressing one ticks it.
                match picking.is_picking() {
                    true => picking.toggle(point.id),
                    false => kept.with_mut(|kept| kept.opened = Some(point.id)),
                }
            }
            stacked.set(if found.len() > 1 { found } else { Vec::new() });
        }
        MapEvent::Place { place } => pin.set(Some(place)),
        _ => {}
    };
    let Points { version, all } = points();
    let sight = in_sight();
    let under = points.read().at(version, &sight.under);
    rsx! {
        section { class: "card flush fleet-map",
            div { class: "bar",
                span { class: "muted", role: "status",
                    {tra("map-in-sight", &[("shown", format::whole(sight.n as i64, language)), ("total", format::whole(all.len() as i64, language))])}
                    {under_cross(&under)}
                }
                Legend {}
            }
            Zones { map, load }
            if picking.is_on() {
                BulkBar { picking, found, query }
            }
            div { class: "map-pane",
                MapBox { map, label: tr("map-title"), onevent: happened }
                div { class: "map-side stack",
                    Beside { load, near: points.read().at(version, sight.listed()), stacked, placing, pin, kept, picking }
                }
            }
        }
    }
}

/// What is beside the map: what is being placed, or lists.
#[component]
fn Beside(
    load: Signal<Load<Box<FleetMap>>>,
    near: Vec<MapPoint>,
    stacked: Signal<Vec<MapPoint>>,
    placing: Signal<Option<UnplacedMeter>>,
    pin: Signal<Option<Position>>,
    kept: Signal<MeterView>,
    picking: Picking,
) -> Element {
    let (zones, unplaced, count, not_installed) = match &*load.read() {
        Load::Ready(found) => (found.zones.clone(), found.unplaced.clone(), found.unplaced_count, found.not_installed),
        _ => return rsx! {},
    };
    let is_empty = matches!(&*load.read(), Load::Ready(found) if found.points.is_empty());
    if let Some(meter) = placing() {
        return rsx! {
            Placing { key: "{meter.id}", meter: meter.clone(), zones, pin, onclose: move |()| {
                placing.set(None);
                pin.set(None);
            } }
        };
    }
    rsx! {
        if !stacked.read().is_empty() {
            Stacked { points: stacked(), kept, picking, onclose: move |()| stacked.set(Vec::new()) }
        }
        Unplaced { meters: unplaced, count, onplace: move |meter| placing.set(Some(meter)) }
        if not_installed > 0 {
            p { class: "muted small", {tra("map-not-installed", &[("n", not_installed.to_string())])} }
        }
        if is_empty {
            Empty { icon: "map-pin", title: tr("map-none"), next: tr("map-none-next") }
        } else {
            Listed { title: tr("map-list"), points: near, kept, picking }
        }
    }
}

/// Sets what is being placed.
fn use_placed(map: MapHandle, placing: Signal<Option<UnplacedMeter>>, pin: Signal<Option<Position>>) {
    use_effect(move || map.set("mode", &if placing.read().is_some() { "place" } else { "look" }));
    use_effect(move || map.set("pin", &pin()));
}

/// The meter whose panel is open is drawn larger.
fn use_chosen(map: MapHandle, points: Memo<Points>, kept: Signal<MeterView>) {
    let opened = use_memo(move || kept.read().opened);
    use_effect(move || {
        let place = opened().and_then(|id| points.read().all.iter().position(|point| point.id == id));
        map.set("chosen", &place.map_or(-1, |place| place as i64));
    });
}

/// Meters as a list, the nearest to the middle of the map first.
#[component]
fn Listed(title: String, points: Vec<MapPoint>, kept: Signal<MeterView>, picking: Picking) -> Element {
    let shared = shared();
    let opened = use_memo(move || kept.read().opened);
    let now = shared.server_now();
    rsx! {
        h2 { "{title}" }
        if points.is_empty() {
            p { class: "muted small", {tr("map-list-none")} }
        }
        ul { class: "list fleet-list",
            for point in points {
                li { key: "{point.id}", "data-row": "{point.serial}",
                    if picking.is_on() {
                        label { class: "tick",
                            input { r#type: "checkbox", "data-tick": "true", checked: picking.has(point.id), "aria-label": tra("bulk-tick", &[("name", point.serial.clone())]),
                                onclick: move |_| picking.toggle(point.id) }
                        }
                    }
                    button { r#type: "button", "aria-pressed": if opened() == Some(point.id) { "true" } else { "false" },
                        onclick: move |_| kept.with_mut(|kept| kept.opened = Some(point.id)),
                        span { class: "grow number", "{point.serial}" }
                        Connected { state: judged(shared, &point, now).0, small: true }
                    }
                }
            }
        }
    }
}

/// Meters that no zoom tells apart.
#[component]
fn Stacked(points: Vec<MapPoint>, kept: Signal<MeterView>, picking: Picking, onclose: EventHandler<()>) -> Element {
    let title = tra("map-stacked", &[("n", points.len().to_string())]);
    rsx! {
        div { class: "stack", "data-stacked": "{points.len()}",
            Listed { title, points: points.clone(), kept, picking }
            Button { label: tr("close"), kind: "quiet", icon: "x", onclick: move |_| onclose.call(()) }
        }
    }
}
