//! The camera that reads a serial number, and what to do where it cannot.

use crate::bridge::scan::{Scan, Seen, is_behind, open_settings, scan};
use crate::components::{Button, Icon, OverCamera};
use crate::i18n::tr;
use dioxus::prelude::*;
use domain::Serial;
use std::cell::RefCell;
use std::rc::Rc;

/// The element that shows the camera, where that is in the page.
const VIDEO: &str = "scan-video";

/// Reads one serial number by the camera. It can always be typed instead, beside this.
#[component]
pub fn Scanner(onfound: EventHandler<Serial>, onclose: EventHandler<()>) -> Element {
    let mut seen = use_signal(|| Seen::Nothing);
    let held = use_hook(|| Rc::new(RefCell::new(None::<Scan>)));
    let is_behind = use_hook(is_behind);
    let begin = use_callback(move |()| {
        seen.set(Seen::Nothing);
        let next = scan(VIDEO, move |next| seen.set(next));
        // The one before is over, and ends with its place.
        *held.borrow_mut() = Some(next);
    });
    // Whatever the camera sees comes from outside of what is drawn.
    use_effect(move || {
        if let Seen::Found(text) = &*seen.read()
            && let Ok(serial) = text.parse::<Serial>()
        {
            onfound.call(serial);
        }
    });
    let now = seen();
    let why = match &now {
        Seen::Nothing | Seen::On => None,
        Seen::Missing => Some("scan-missing"),
        Seen::Refused => Some("scan-refused"),
        Seen::NoCamera => Some("scan-no-camera"),
        // What is a serial number is somewhere else by now.
        Seen::Found(text) => text.parse::<Serial>().is_err().then_some("scan-no-serial"),
    };
    let may_retry = matches!(now, Seen::Refused | Seen::NoCamera | Seen::Found(_));
    rsx! {
        div { class: "scanner stack", "data-scan": why.unwrap_or("on"), onmounted: move |_| begin.call(()),
            if is_behind && now == Seen::On {
                Behind { onclose }
            } else {
                if !is_behind {
                    video { id: VIDEO, class: "scan-picture", "muted": "true", "autoplay": "true", "playsinline": "true", "aria-label": tr("scan-picture"), "hidden": if why.is_some() { "true" } }
                }
                div { role: "status", class: "stack",
                    match why {
                        Some(why) => rsx! { div { class: "banner warn", Icon { name: "triangle-alert" } p { class: "small", {tr(why)} } } },
                        None => rsx! { p { class: "small muted", {tr("scan-hold")} } },
                    }
                }
                div { class: "row wrap actions",
                    if may_retry {
                        Button { label: tr("scan-again"), icon: "refresh-cw", onclick: move |_| begin.call(()) }
                    }
                    if is_behind && now == Seen::Refused {
                        Button { label: tr("scan-settings"), icon: "settings", onclick: move |_| open_settings() }
                    }
                    Button { label: tr("scan-stop"), kind: "quiet", icon: "x", onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// Over the picture of a phone's camera: where to hold it, and how to get back to where the number is typed.
#[component]
fn Behind(onclose: EventHandler<()>) -> Element {
    rsx! {
        OverCamera { label: tr("scan-picture"), onclose,
            div { class: "over-camera-aim", "aria-hidden": "true" }
            div { class: "over-camera-words stack wide",
                p { {tr("scan-hold")} }
                p { class: "small", {tr("scan-no-picture")} }
                button { class: "button primary big full", r#type: "button", "data-close-camera": "true", onclick: move |_| onclose.call(()),
                    Icon { name: "x" }
                    {tr("scan-stop")}
                }
            }
        }
    }
}
