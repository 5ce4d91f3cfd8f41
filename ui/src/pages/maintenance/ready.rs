//! Whether a technician may go where there is no network: what of the work of the next days is on this device, and what it holds for the server.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use protocol::ui::{Answer, Phase, READY_DAYS, Request, WorkReady, WorkRequest, WorkResponse};

/// What is said of the work: the colour, the picture and the key of the sentence.
const fn standing(ready: WorkReady, phase: Phase) -> (&'static str, &'static str, &'static str) {
    match (ready.jobs, ready.whole, phase) {
        (_, _, Phase::Syncing) => ("info", "download", "ready-coming"),
        (0, _, _) => ("", "info", "ready-nothing"),
        (jobs, whole, _) if whole < jobs => ("warn", "triangle-alert", "ready-part"),
        _ => ("ok", "cloud-check", "ready-whole"),
    }
}

/// The lines.
#[component]
pub fn Ready() -> Element {
    let shared = shared();
    let language = language();
    let phase = use_memo(move || shared.sync.read().phase);
    let load = use_answer(
        move || {
            shared.sync.read();
            Request::WorkOf(WorkRequest::Ready)
        },
        |answer| match answer {
            Answer::WorkOf(WorkResponse::Ready(ready)) => Some(ready),
            _ => None,
        },
    );
    let Load::Ready(ready) = *load.read() else { return rsx! {} };
    let (tone, icon, key) = standing(ready, phase());
    let values = [("days", READY_DAYS.to_string()), ("n", ready.jobs.to_string()), ("whole", ready.whole.to_string())];
    rsx! {
        div { class: "banner {tone} ready", role: "status", "data-ready": key,
            Icon { name: icon }
            div { class: "small",
                p { {tra(key, &values)} }
                if ready.photos > 0 {
                    p { "data-photos": "{ready.photos}",
                        {tra("ready-photos", &[("n", ready.photos.to_string()), ("size", format::bytes(ready.bytes, language))])} " "
                        Link { class: "link", to: Route::Outbox {}, {tr("outbox-title")} }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_ready_once_all_of_the_next_days_is_on_it() {
        let key = |jobs, whole, phase| standing(WorkReady { jobs, whole, ..WorkReady::default() }, phase).2;
        assert_eq!(key(3, 3, Phase::Live), "ready-whole");
        assert_eq!(key(3, 3, Phase::Offline), "ready-whole", "what is here is here without a network too");
        assert_eq!(key(3, 2, Phase::Offline), "ready-part");
        assert_eq!(key(0, 0, Phase::Live), "ready-nothing");
        assert_eq!(key(0, 0, Phase::Syncing), "ready-coming");
    }
}
