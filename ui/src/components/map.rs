//! A map: land, streets, zones and meters on a canvas, moved by pointer, fingers and keys. What is shown is set by whoever shows it; lists beside the
//! map say the same in words.

use crate::bridge::map::{MapEvent, OpenMap, open_map, set_map};
use crate::components::Icon;
use crate::components::shell::language;
use crate::i18n::tr;
use dioxus::prelude::*;
use domain::core::outline::Outline;
use domain::core::position::Position;
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;

/// A map of a page, by the id of its box.
#[derive(Clone, Copy, PartialEq)]
pub struct MapHandle {
    id: &'static str,
    is_open: Signal<bool>,
}

/// A zone as the map draws it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZoneShape {
    pub name: String,
    pub corners: Vec<Position>,
    /// The token of its colour; empty for the usual one. What the colour says stands in the name as well.
    pub tone: &'static str,
}

impl ZoneShape {
    /// A zone, if it has an outline.
    pub fn of(name: &str, outline: Option<&Outline>) -> Option<Self> {
        outline.map(|outline| Self { name: name.to_owned(), corners: outline.corners().to_vec(), tone: "" })
    }
}

/// A map that begins in this component and ends with it.
pub fn use_map(id: &'static str) -> MapHandle {
    MapHandle { id, is_open: use_signal(|| false) }
}

impl MapHandle {
    /// Sets a part of what is shown, once the map is there; for an effect, which does it again then.
    pub fn set(self, part: &'static str, value: &impl Serialize) {
        if (self.is_open)() {
            set_map(self.id, part, value);
        }
    }

    /// Moves it: `in`, `out`, `all`, or to one of the points.
    pub fn act(self, what: &impl Serialize) {
        set_map(self.id, "act", what);
    }
}

/// The box, with its buttons. `label` says what the map shows; the keys are said behind it.
#[component]
pub fn MapBox(map: MapHandle, label: String, onevent: EventHandler<MapEvent>) -> Element {
    let language = language();
    let held = use_hook(|| Rc::new(RefCell::new(None::<OpenMap>)));
    let mut events = use_signal(Vec::<MapEvent>::new);
    let mut credit = use_signal(String::new);
    use_effect(move || {
        if events.read().is_empty() {
            return;
        }
        let happened = std::mem::take(&mut *events.write());
        for event in happened {
            if let MapEvent::Streets { attribution, .. } = &event {
                credit.set(attribution.clone());
            }
            onevent.call(event);
        }
    });
    let open = move || {
        let (mut queue, mut is_open) = (events, map.is_open);
        let opened = open_map(map.id, language.as_str(), move |event| queue.write().push(event));
        is_open.set(true);
        opened
    };
    let keys = format!("{}-keys", map.id);
    rsx! {
        div { class: "map",
            div { id: map.id, class: "map-box", role: "application", tabindex: "0", "aria-label": "{label}", "aria-describedby": "{keys}",
                onmounted: move |_| *held.borrow_mut() = Some(open()) }
            p { id: "{keys}", class: "visually-hidden", {tr("map-keys")} }
            if !credit.read().is_empty() {
                p { class: "map-credit tiny", "{credit}" }
            }
            div { class: "map-buttons",
                for (what , icon , key) in [("in", "plus", "map-in"), ("out", "minus", "map-out"), ("all", "maximize-2", "map-all")] {
                    button { key: "{what}", class: "button secondary icon-only", r#type: "button", "aria-label": tr(key), title: tr(key),
                        onclick: move |_| map.act(&what),
                        Icon { name: icon }
                    }
                }
            }
        }
    }
}
