//! A canvas that somebody draws on with a pen, a finger or a mouse.

use domain::maintenance::strokes::Point;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./pen.js")]
extern "C" {
    #[wasm_bindgen(js_name = openPen)]
    fn js_open_pen(id: &str, onchange: &Closure<dyn FnMut(String)>) -> js_sys::Function;
    #[wasm_bindgen(js_name = clearPen)]
    /// Takes away what is drawn on a canvas.
    pub fn clear_pen(id: &str);
}

/// A canvas that is drawn on, until it is dropped.
pub struct Pen {
    end: js_sys::Function,
    _onchange: Closure<dyn FnMut(String)>,
}

impl Drop for Pen {
    fn drop(&mut self) {
        // The canvas is gone either way.
        let _ = self.end.call0(&JsValue::NULL);
    }
}

/// Lets a canvas be drawn on; whenever a stroke ends, all of them are reported.
pub fn open_pen(id: &str, mut onchange: impl FnMut(Vec<Vec<Point>>) + 'static) -> Pen {
    let onchange = Closure::new(move |text: String| {
        if let Ok(strokes) = serde_json::from_str(&text) {
            onchange(strokes);
        }
    });
    Pen { end: js_open_pen(id, &onchange), _onchange: onchange }
}
