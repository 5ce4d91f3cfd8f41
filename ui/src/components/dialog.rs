//! A question that must be answered first.

use crate::bridge::trap_focus;
use dioxus::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Dialogs opened so far: one may be opened from another, and each has an id of its own.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// A dialog, or a sheet from below. The focus stays in it; Escape closes it.
#[component]
pub fn Dialog(title: String, #[props(default)] sheet: bool, onclose: EventHandler<()>, children: Element) -> Element {
    let id = use_hook(|| format!("dialog-{}", OPENED.fetch_add(1, Ordering::Relaxed)));
    let trapped = id.clone();
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
            onclick: move |event| {
                event.stop_propagation();
                onclose.call(());
            },
            div {
                id,
                class: "dialog stack wide",
                role: "dialog",
                "aria-modal": "true",
                "aria-label": title.clone(),
                tabindex: "-1",
                onmounted: move |_| release.set(Some(trap_focus(&trapped))),
                onclick: move |event| event.stop_propagation(),
                onkeydown: move |event| {
                    if event.key() == Key::Escape {
                        // The one below stays.
                        event.stop_propagation();
                        onclose.call(());
                    }
                },
                h2 { "{title}" }
                {children}
            }
        }
    }
}
