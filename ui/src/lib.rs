//! The screens: Dioxus, in the app's window or in a browser. What they know they ask of the client over `bridge`.

mod app;
mod bridge;
mod charts;
mod components;
mod fetched;
mod format;
mod i18n;
mod money;
mod pages;
mod route;
mod state;

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the screens in the page's `#main`.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| bridge::console_error(&info.to_string())));
    let history = std::rc::Rc::new(dioxus::web::HashHistory::new(false));
    dioxus::LaunchBuilder::new().with_cfg(dioxus::web::Config::new().history(history)).launch(app::App);
}
