//! Peta: the technician's zones as a map that needs no network, with the meters as they are and today's work. What is pressed opens its meter,
//! where its work is begun and completed; lists beside the map say the same in words.

use crate::bridge::map::MapEvent;
use crate::components::map::{MapBox, MapHandle, ZoneShape, use_map};
use crate::components::shell::{SyncMark, language};
use crate::components::{Button, Card, Connected, Empty, Failed, Icon, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::field::jobs::{Jobs, use_jobs};
use crate::pages::field::own_place::{Own, OwnPlaceButton};
use crate::pages::metering::meter_map::{InSight, Legend, Points, WORK, judged, under_cross, use_marks, use_points, use_shown};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::MeterId;
use protocol::ui::{Answer, FleetMap, FleetQuery, MapPoint, Request, UnplacedMeter, ZoneSummary};
use std::collections::BTreeSet;

/// The technician's map.
#[component]
pub fn FieldMap() -> Element {
    let load = use_answer(
        || Request::FleetMap(FleetQuery::default()),
        |answer| match answer {
            Answer::FleetMap(found) => Some(found),
            _ => None,
        },
    );
    let zones = use_answer(
        || Request::Zones,
        |answer| match answer {
            Answer::Zones(zones) => Some(zones),
            _ => None,
        },
    );
    rsx! {
        div { class: "page",
            header { class: "page-head",
                h1 { {tr("field-map-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            match (&*load.read(), &*zones.read()) {
                (Load::Failed(problem), _) | (_, Load::Failed(problem)) => rsx! { Card { Failed { problem: problem.clone() } } },
                (Load::Ready(_), Load::Ready(held)) if held.is_empty() => rsx! {
                    Card { Empty { icon: "map-pin", title: tr("zones-empty"), next: tr("zones-empty-next") } }
                },
                (Load::Ready(_), Load::Ready(_)) => rsx! { Shown { load, zones } },
                _ => rsx! { Skeleton { heights: vec![480, 240] } },
            }
        }
    }
}

#[component]
fn Shown(load: Signal<Load<Box<FleetMap>>>, zones: Signal<Load<Vec<ZoneSummary>>>) -> Element {
    let language = language();
    let map = use_map("field-map");
    let points = use_points(load);
    let jobs = use_jobs();
    let own = use_signal(|| Own::Off);
    let mut in_sight = use_signal(InSight::default);
    let mut stacked = use_signal(Vec::<MapPoint>::new);
    let mut has_streets = use_signal(|| true);
    let at_work = use_memo(move || jobs.read().iter().map(|row| row.order.meter).collect::<BTreeSet<MeterId>>());
    use_zones(map, load, zones);
    use_shown(map, points);
    use_marks(map, points, in_sight, move |id| if at_work.read().contains(&id) { WORK } else { 0 });
    let happened = move |event: MapEvent| match event {
        MapEvent::View { .. } => {
            let newest = points.peek().version;
            if let Some(sight) = InSight::of(event, newest) {
                in_sight.set(sight);
            }
        }
        MapEvent::Pick { version, members } => {
            let found = points.peek().at(version, &members);
            if let [point] = found.as_slice() {
                navigator().push(Route::Meter { id: point.id });
            }
            stacked.set(if found.len() > 1 { found } else { Vec::new() });
        }
        MapEvent::Streets { covered, .. } => has_streets.set(covered),
        _ => {}
    };
    let Points { version, all } = points();
    let sight = in_sight();
    let (under, near) = (points.read().at(version, &sight.under), points.read().at(version, sight.listed()));
    rsx! {
        section { class: "card flush field-map",
            div { class: "bar row wrap",
                span { class: "muted grow", role: "status",
                    {tra("map-in-sight", &[("shown", format::whole(sight.n as i64, language)), ("total", format::whole(all.len() as i64, language))])}
                    {under_cross(&under)}
                }
                Legend { with_work: true }
            }
            OwnPlaceButton { map, own }
            if !has_streets() {
                NoStreets {}
            }
            div { class: "map-pane",
                MapBox { map, label: tr("field-map-label"), onevent: happened }
                div { class: "map-side stack",
                    if !stacked.read().is_empty() {
                        div { class: "stack", "data-stacked": "{stacked.read().len()}",
                            Near { title: tra("map-stacked", &[("n", stacked.read().len().to_string())]), points: stacked() }
                            Button { label: tr("close"), kind: "quiet", icon: "x", onclick: move |_| stacked.set(Vec::new()) }
                        }
                    }
                    Jobs { map, jobs, points, own }
                    if all.is_empty() {
                        Empty { icon: "map-pin", title: tr("map-none"), next: tr("field-map-none-next") }
                    } else {
                        Near { title: tr("map-list"), points: near }
                    }
                    Unplaced { load }
                }
            }
        }
    }
}

/// That no pack of this device has the streets here, and where one is imported.
#[component]
fn NoStreets() -> Element {
    rsx! {
        div { class: "bar", "data-streets": "none",
            span { class: "muted small", {tr("maps-none-here")} }
            Link { class: "button quiet", to: Route::OfflineMaps {}, {tr("maps-title")} }
        }
    }
}

/// Draws the zones whose meters this device holds: a device has the outlines of all of them.
fn use_zones(map: MapHandle, load: Signal<Load<Box<FleetMap>>>, zones: Signal<Load<Vec<ZoneSummary>>>) {
    use_effect(move || {
        let (found, held) = (load.read(), zones.read());
        let (Load::Ready(found), Load::Ready(held)) = (&*found, &*held) else { return };
        let own = found.zones.iter().filter(|zone| held.iter().any(|held| held.id == zone.id));
        map.set("zones", &own.filter_map(|zone| ZoneShape::of(&zone.name, zone.outline.as_ref())).collect::<Vec<_>>());
    });
}

/// Meters as a list, the nearest to the middle of the map first.
#[component]
fn Near(title: String, points: Vec<MapPoint>) -> Element {
    let shared = shared();
    let now = shared.server_now();
    rsx! {
        h2 { "{title}" }
        if points.is_empty() {
            p { class: "muted small", {tr("map-list-none")} }
        }
        ul { class: "list meters",
            for point in points {
                li { key: "{point.id}", "data-row": "{point.serial}",
                    Link { to: Route::Meter { id: point.id },
                        span { class: "grow number", "{point.serial}" }
                        Connected { state: judged(shared, &point, now).0, small: true }
                        Icon { name: "chevron-right", size: "s" }
                    }
                }
            }
        }
    }
}

/// Meters that are on no map, because nobody has said where they are.
#[component]
fn Unplaced(load: Signal<Load<Box<FleetMap>>>) -> Element {
    let load = load.read();
    let Load::Ready(found) = &*load else { return rsx! {} };
    if found.unplaced.is_empty() {
        return rsx! {};
    }
    let meters: Vec<UnplacedMeter> = found.unplaced.clone();
    let left_out = i64::from(found.unplaced_count) - meters.len() as i64;
    rsx! {
        details { class: "stack", "data-unplaced": "{found.unplaced_count}",
            summary { {tra("map-unplaced", &[("n", format::whole(i64::from(found.unplaced_count), language()))])} }
            p { class: "muted small", {tr("field-map-unplaced")} }
            ul { class: "list meters",
                for meter in meters {
                    li { key: "{meter.id}", "data-row": "{meter.serial}",
                        Link { to: Route::Meter { id: meter.id },
                            div { class: "grow",
                                p { class: "number", "{meter.serial}" }
                                p { class: "muted small ellipsis", "{meter.address} · {meter.customer}" }
                            }
                            Icon { name: "chevron-right", size: "s" }
                        }
                    }
                }
            }
            if left_out > 0 {
                p { class: "muted small", {tra("field-map-unplaced-more", &[("n", format::whole(left_out, language()))])} }
            }
        }
    }
}
