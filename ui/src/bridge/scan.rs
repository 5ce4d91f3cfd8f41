//! The camera as a reader of bar codes and QR codes: what it sees comes back as text. On a phone the app's own plugin reads them, elsewhere the browser.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "./scan.js")]
extern "C" {
    #[wasm_bindgen(js_name = scan)]
    fn js_scan(id: &str, say: &Closure<dyn FnMut(String, String)>) -> js_sys::Function;
    #[wasm_bindgen(js_name = isBehind)]
    /// Whether the picture of the camera is drawn behind the page, and not in a video element of it.
    pub fn is_behind() -> bool;
    #[wasm_bindgen(js_name = openSettings)]
    /// Opens the phone's settings, where the camera can be allowed.
    pub fn open_settings();
}

/// How far a scan is.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// The camera is being asked for, on a phone perhaps its user.
    Nothing,
    /// Its picture is looked at.
    On,
    /// Nothing on this device reads codes.
    Missing,
    /// The camera is not allowed.
    Refused,
    /// There is no camera, or another program has it.
    NoCamera,
    /// A code was read; the camera is off again.
    Found(String),
}

/// A scan, which ends when it is dropped.
pub struct Scan {
    stop: js_sys::Function,
    _say: Closure<dyn FnMut(String, String)>,
}

impl Drop for Scan {
    fn drop(&mut self) {
        // The camera is off either way once the page has gone.
        let _ = self.stop.call0(&JsValue::NULL);
    }
}

/// Shows the camera, in a video element or behind the page, and reports what is seen.
pub fn scan(id: &str, mut onseen: impl FnMut(Seen) + 'static) -> Scan {
    let say = Closure::new(move |word: String, text: String| {
        onseen(match word.as_str() {
            "on" => Seen::On,
            "refused" => Seen::Refused,
            "none" => Seen::NoCamera,
            "found" => Seen::Found(text),
            _ => Seen::Missing,
        });
    });
    Scan { stop: js_scan(id, &say), _say: say }
}
