//! A zone's outline, drawn: corners by pressing the map, by the keys at its middle, or typed as coordinates; each way shows what the others
//! did.

use crate::bridge::map::MapEvent;
use crate::components::map::{MapBox, ZoneShape, use_map};
use crate::components::{Button, Icon};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::Refused;
use crate::pages::metering::zones::send;
use dioxus::prelude::*;
use domain::core::outline::{NoOutline, Outline};
use domain::core::position::Position;
use protocol::metering::zones::{ZoneDeed, ZoneRow, Zones};
use serde::Serialize;
use uuid::Uuid;

/// The shape as the map draws it.
#[derive(Serialize)]
struct Shape {
    corners: Vec<Position>,
    is_wrong: bool,
}

/// Corners as they are typed: a line each.
fn lines(corners: &[Position]) -> String {
    corners.iter().map(Position::to_string).collect::<Vec<_>>().join("\n")
}

/// Typed lines as corners, or the number of the first that is no place.
fn read(text: &str) -> Result<Vec<Position>, usize> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| line.trim().parse::<Position>().map_err(|_| at + 1)).collect()
}

/// How far the shape is, in words, and what is wrong with it.
fn standing(corners: &[Position], fault: Option<NoOutline>) -> String {
    match fault {
        None if corners.is_empty() => tr("zone-shape-none"),
        None => tra("zone-shape-whole", &[("n", corners.len().to_string())]),
        Some(NoOutline::TooFew) => tra("zone-shape-begun", &[("n", corners.len().to_string())]),
        Some(fault) => tr(&format!("refused-{}", fault.as_str())),
    }
}

/// The drawing, in place of the list.
#[component]
pub fn Draw(of: Uuid, zone: ZoneRow, zones: Vec<ZoneRow>, server: ServerView<Zones>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let map = use_map("zone-map");
    let before = use_hook(|| zone.outline.as_ref().map(|outline| outline.corners().to_vec()).unwrap_or_default());
    let mut corners = use_signal({
        let before = before.clone();
        move || before
    });
    // Typed, as long as it cannot be read.
    let mut typed = use_signal(|| None::<String>);
    let fault = use_memo(move || {
        let corners = corners.read();
        if corners.is_empty() { None } else { Outline::new(corners.clone()).err() }
    });
    let others = use_hook(|| {
        let others = zones.iter().filter(|other| other.id != zone.id);
        others.filter_map(|other| ZoneShape::of(&other.name, other.outline.as_ref())).collect::<Vec<_>>()
    });
    use_effect(move || {
        map.set("zones", &others);
        map.set("mode", &"draw");
        map.set("shape", &Shape { corners: corners(), is_wrong: fault().is_some_and(|fault| fault != NoOutline::TooFew) });
    });
    let happened = move |event: MapEvent| {
        match event {
            MapEvent::Corner { place } => corners.write().push(place),
            MapEvent::Move { corner, place } => {
                if let Some(moved) = corners.write().get_mut(corner) {
                    *moved = place;
                }
            }
            MapEvent::Undo => drop(corners.write().pop()),
            MapEvent::View { .. } | MapEvent::Pick { .. } | MapEvent::Place { .. } | MapEvent::Streets { .. } => return,
        }
        typed.set(None);
    };
    let write = move |text: String| match read(&text) {
        Ok(places) => {
            corners.set(places);
            typed.set(Some(text));
        }
        Err(_) => typed.set(Some(text)),
    };
    let text = typed().unwrap_or_else(|| lines(&corners.read()));
    let bad_line = read(&text).err();
    let is_changed = *corners.read() != before;
    let (id, rev) = (zone.id, zone.rev);
    let save = move |_| {
        let change = ZoneDeed::Outline { rev, corners: corners() };
        send(act, (of, id), change, server, move || onclose.call(()));
    };
    rsx! {
        section { class: "card stack wide zone-draw", "data-filled": if is_changed { "true" } else { "false" },
            h2 { {tra("zone-draw-of", &[("name", zone.name.clone())])} }
            p { class: "muted small", {tr("zone-draw-lead")} }
            div { class: "map-pane",
                MapBox { map, label: tra("zone-map", &[("name", zone.name.clone())]), onevent: happened }
                div { class: "stack",
                    Tools { corners, typed, fault }
                    Corners { text, bad_line, oninput: write }
                }
            }
            Refused { text: act.refused() }
            div { class: "row wrap actions",
                Button { label: tr("zone-save-outline"), kind: "primary", icon: "check", busy: act.is_busy(),
                    disabled: is_away() || !is_changed || fault().is_some() || bad_line.is_some(), onclick: save }
                Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// How far the shape is, and how to go back.
#[component]
fn Tools(corners: Signal<Vec<Position>>, typed: Signal<Option<String>>, fault: Memo<Option<NoOutline>>) -> Element {
    let is_empty = corners.read().is_empty();
    let words = standing(&corners.read(), fault());
    rsx! {
        p { class: "small", role: "status", "data-standing": fault().map_or("whole", NoOutline::as_str), "{words}" }
        div { class: "row wrap",
            Button { label: tr("zone-undo"), icon: "undo-2", kind: "quiet", disabled: is_empty, onclick: move |_| {
                corners.write().pop();
                typed.set(None);
            } }
            Button { label: tr("zone-clear"), icon: "trash-2", kind: "quiet", disabled: is_empty, onclick: move |_| {
                corners.write().clear();
                typed.set(None);
            } }
        }
    }
}

/// The corners as text.
#[component]
fn Corners(text: String, bad_line: Option<usize>, oninput: EventHandler<String>) -> Element {
    rsx! {
        div { class: "field",
            label { r#for: "zone-corners", {tr("zone-coordinates")} }
            div { class: if bad_line.is_some() { "input bad" } else { "input" },
                textarea { id: "zone-corners", rows: "8", value: "{text}", spellcheck: "false",
                    "aria-invalid": if bad_line.is_some() { "true" },
                    "aria-describedby": "zone-corners-said",
                    oninput: move |event| oninput.call(event.value()) }
            }
            match bad_line {
                Some(line) => rsx! {
                    span { id: "zone-corners-said", class: "error", Icon { name: "circle-alert", size: "s" } {tra("zone-line-wrong", &[("n", line.to_string())])} }
                },
                None => rsx! { span { id: "zone-corners-said", class: "muted tiny", {tr("zone-coordinates-hint")} } },
            }
        }
    }
}
