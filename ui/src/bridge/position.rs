//! Where this device is, as its platform says: watched while a page shows it, and neither kept nor sent.

use domain::core::position::Position;
use serde::Deserialize;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./position.js")]
extern "C" {
    #[wasm_bindgen(js_name = watchPosition)]
    fn js_watch_position(onchange: &Closure<dyn FnMut(String)>) -> js_sys::Function;
}

/// What the platform says about where this device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum OwnPlace {
    /// It is here.
    At {
        /// Where.
        place: Position,
        /// How exact that is, metres.
        within: u32,
    },
    /// Whoever holds the device, or its system, does not allow it.
    Refused,
    /// The device cannot tell now.
    Unavailable,
    /// Nothing was found in time; the platform goes on looking.
    Late,
    /// The platform has nothing that tells.
    Missing,
}

/// A watch, until it is dropped.
pub struct PositionWatch {
    stop: js_sys::Function,
    _onchange: Closure<dyn FnMut(String)>,
}

impl Drop for PositionWatch {
    fn drop(&mut self) {
        // What it stops is gone either way.
        let _ = self.stop.call0(&JsValue::NULL);
    }
}

/// Reports where this device is, and whenever that changes.
pub fn watch_position(mut onchange: impl FnMut(OwnPlace) + 'static) -> PositionWatch {
    let onchange = Closure::new(move |text: String| {
        // A place beyond the poles is none.
        onchange(serde_json::from_str(&text).unwrap_or(OwnPlace::Unavailable));
    });
    PositionWatch { stop: js_watch_position(&onchange), _onchange: onchange }
}
