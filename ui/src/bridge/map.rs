//! Maps: a map is opened in a box of the page, its parts are set as JSON, and what happens on it comes back as events.

use domain::core::position::Position;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./map.js")]
extern "C" {
    #[wasm_bindgen(js_name = openMap)]
    fn js_open_map(id: &str, words: &str, onevent: &Closure<dyn FnMut(String)>) -> js_sys::Function;
    #[wasm_bindgen(js_name = setMap)]
    fn js_set_map(id: &str, part: &str, json: &str);
}

/// What happens on a map. Points are named by their place in the list that was set with a `version`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum MapEvent {
    /// It has come to rest.
    View {
        /// Of which points.
        version: u32,
        /// Those in sight, the nearest to the middle first; 1,000 at most.
        members: Vec<usize>,
        /// How many are in sight.
        n: usize,
        /// Those under the cross in the middle, while the keys are used.
        under: Vec<usize>,
    },
    /// Points were pressed that no zoom tells apart, or a single one.
    Pick {
        /// Of which points.
        version: u32,
        /// Which.
        members: Vec<usize>,
    },
    /// A corner is to be added to the shape.
    Corner {
        /// Where.
        place: Position,
    },
    /// A corner of the shape was moved.
    Move {
        /// Which.
        corner: usize,
        /// Where to.
        place: Position,
    },
    /// The newest corner is to go.
    Undo,
    /// What there is of streets has changed.
    Streets {
        /// Whether a pack of this device covers the middle.
        covered: bool,
        /// Whose data are drawn, to be shown; it may be empty.
        attribution: String,
    },
    /// The pin was put somewhere.
    Place {
        /// Where.
        place: Position,
    },
}

/// A map, until it is dropped.
pub struct OpenMap {
    end: js_sys::Function,
    _onevent: Closure<dyn FnMut(String)>,
}

impl Drop for OpenMap {
    fn drop(&mut self) {
        // The box is gone either way.
        let _ = self.end.call0(&JsValue::NULL);
    }
}

/// Opens a map in a box. Its numbers are written as in `language`.
pub fn open_map(id: &str, language: &str, mut onevent: impl FnMut(MapEvent) + 'static) -> OpenMap {
    let onevent = Closure::new(move |text: String| {
        if let Ok(event) = serde_json::from_str(&text) {
            onevent(event);
        }
    });
    let words = serde_json::json!({ "lang": language }).to_string();
    OpenMap { end: js_open_map(id, &words, &onevent), _onevent: onevent }
}

/// Sets a part of a map that is open.
pub fn set_map(id: &str, part: &str, value: &impl Serialize) {
    if let Ok(json) = serde_json::to_string(value) {
        js_set_map(id, part, &json);
    }
}
