//! The camera that reads a serial number, and what to do where it cannot.

use crate::bridge::scan::{Scan, Seen, scan};
use crate::components::{Button, Icon};
use crate::i18n::tr;
use dioxus::prelude::*;
use domain::Serial;
use std::cell::RefCell;
use std::rc::Rc;

/// The element that shows the camera.
const VIDEO: &str = "scan-video";

/// Reads one serial number by the camera. It can always be typed instead, beside this.
#[component]
pub fn Scanner(onfound: EventHandler<Serial>, onclose: EventHandler<()>) -> Element {
    let mut seen = use_signal(|| Seen::Nothing);
    let held = use_hook(|| Rc::new(RefCell::new(None::<Scan>)));
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
        div { class: "scanner stack", "data-scan": why.unwrap_or("on"),
            video { id: VIDEO, class: "scan-picture", "muted": "true", "autoplay": "true", "playsinline": "true", "aria-label": tr("scan-picture"), "hidden": if why.is_some() { "true" },
                onmounted: move |_| begin.call(()) }
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
                Button { label: tr("scan-stop"), kind: "quiet", icon: "x", onclick: move |_| onclose.call(()) }
            }
        }
    }
}
