//! The screens.
use wasm_bindgen::prelude::*;
/// Entry.
#[wasm_bindgen(start)]
pub fn start(){ dioxus::launch(|| dioxus::prelude::rsx!{"hi"}); }
