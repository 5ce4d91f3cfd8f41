//! A question that must be answered first.

use crate::bridge::trap_focus;
use dioxus::prelude::*;

/// A dialog, or a sheet from below. The focus stays in it; Escape closes it.
#[component]
pub fn Dialog(title: String, #[props(default)] sheet: bool, onclose: EventHandler<()>, children: Element) -> Element {
    let mut release = use_signal(|| None::<js_sys::Function>);
    use_drop(move || {
        if let Some(release) = release.peek().as_ref() {
            // The page is as it was either way.
            let _ = release.call0(&wasm_bindgen::JsValue::NULL);
        }
    });
    rsx! {
        div {
            class: if sheet { "backdrop sheet" } else { "backdrop" },
            onclick: move |_| onclose.call(()),
            div {
                id: "dialog",
                class: "dialog stack wide",
                role: "dialog",
                "aria-modal": "true",
                "aria-label": title.clone(),
                tabindex: "-1",
                onmounted: move |_| release.set(Some(trap_focus("dialog"))),
                onclick: move |event| event.stop_propagation(),
                onkeydown: move |event| {
                    if event.key() == Key::Escape {
                        onclose.call(());
                    }
                },
                h2 { "{title}" }
                {children}
            }
        }
    }
}
