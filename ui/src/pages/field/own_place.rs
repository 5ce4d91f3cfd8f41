//! Where the technician is, on the map of Peta: asked for by a button, watched while the page is open, and neither kept nor sent. Why there is
//! no place is said, with what can be done.

use crate::bridge::position::{OwnPlace, PositionWatch, watch_position};
use crate::components::Icon;
use crate::components::map::MapHandle;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::core::position::Position;
use domain::people::Language;
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;

/// What is known of where the device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Nobody has asked.
    Off,
    /// The platform has not answered yet.
    Asking,
    /// What it said last.
    Said(OwnPlace),
}

impl Own {
    /// Where the device is, where that is known.
    pub const fn place(self) -> Option<Position> {
        match self {
            Self::Said(OwnPlace::At { place, .. }) => Some(place),
            _ => None,
        }
    }

    /// What follows from the platform's next word: a place that was found stays while the next one takes long.
    const fn after(self, said: OwnPlace) -> Self {
        match (self, said) {
            (Self::Said(OwnPlace::At { .. }), OwnPlace::Late) => self,
            (_, said) => Self::Said(said),
        }
    }
}

/// The place as the map draws it.
#[derive(Clone, Copy, Serialize)]
struct Here {
    place: Position,
    within: u32,
}

/// Where the map is to look.
#[derive(Serialize)]
struct Look {
    place: Position,
}

/// What is said beside the button, in the word's tone.
fn words(own: Own, language: Language) -> Option<(&'static str, String)> {
    match own {
        Own::Off => None,
        Own::Asking => Some(("", tr("own-place-asking"))),
        Own::Said(OwnPlace::At { within, .. }) => Some(("", tra("own-place-at", &[("within", format::way(within, language))]))),
        Own::Said(OwnPlace::Refused) => Some(("warn", tr("own-place-refused"))),
        Own::Said(OwnPlace::Unavailable) => Some(("warn", tr("own-place-unavailable"))),
        Own::Said(OwnPlace::Late) => Some(("warn", tr("own-place-late"))),
        Own::Said(OwnPlace::Missing) => Some(("warn", tr("own-place-missing"))),
    }
}

/// The button, and what came of it. It sets the place of the map.
#[component]
pub fn OwnPlaceButton(map: MapHandle, own: Signal<Own>) -> Element {
    let held = use_hook(|| Rc::new(RefCell::new(None::<PositionWatch>)));
    // The first place is looked at; from then on whoever looks decides.
    let mut is_shown = use_signal(|| false);
    use_effect(move || {
        let here = match own() {
            Own::Said(OwnPlace::At { place, within }) => Some(Here { place, within }),
            _ => None,
        };
        map.set("here", &here);
        if let Some(Here { place, .. }) = here
            && !*is_shown.peek()
        {
            is_shown.set(true);
            map.act(&Look { place });
        }
    });
    let press = move |_: MouseEvent| {
        let mut own = own;
        let is_found = own.peek().place().is_some();
        *held.borrow_mut() = None;
        if is_found || *own.peek() == Own::Asking {
            own.set(Own::Off);
            return;
        }
        own.set(Own::Asking);
        is_shown.set(false);
        *held.borrow_mut() = Some(watch_position(move |said| {
            let next = own.peek().after(said);
            own.set(next);
        }));
    };
    let is_on = !matches!(own(), Own::Off);
    rsx! {
        div { class: "bar row wrap own-place",
            button { id: "own-place", class: "button secondary", r#type: "button", "aria-pressed": if is_on { "true" } else { "false" },
                onclick: press,
                Icon { name: "locate" }
                {tr("own-place")}
            }
            div { class: "grow", role: "status",
                if let Some((tone, text)) = words(own(), language()) {
                    p { class: if tone == "warn" { "small warn-text" } else { "small muted" }, "{text}" }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_was_found_outlives_a_slow_answer_and_no_refusal() {
        let place = Position::new(-6_917_464, 107_619_123).expect("a place");
        let found = Own::Asking.after(OwnPlace::At { place, within: 12 });
        assert_eq!(found.place(), Some(place));
        assert_eq!(found.after(OwnPlace::Late), found);
        assert_eq!(found.after(OwnPlace::Refused).place(), None);
        assert_eq!(Own::Asking.after(OwnPlace::Late), Own::Said(OwnPlace::Late));
    }
}
