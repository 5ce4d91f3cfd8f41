//! A picture of the work: made small on this device, kept with what waits, and sent before its record.

use crate::bridge;
use crate::components::Icon;
use crate::i18n::tr;
use crate::pages::maintenance::order::add::Ends;
use crate::pages::maintenance::order::adding::use_adding;
use crate::pages::metering::meter::photo::{PhotoInput, Taken};
use dioxus::prelude::*;
use domain::maintenance::template::StepNo;
use protocol::ui::WorkRow;

/// The form.
#[component]
pub fn PhotoForm(row: WorkRow, step: Option<StepNo>, label: String, onclose: EventHandler<()>) -> Element {
    let adding = use_adding(&row);
    let taken = use_signal(|| Taken::Nothing);
    let mut tried = use_signal(|| false);
    // When it was taken, and not when it was saved.
    let taken_at = use_memo(move || {
        taken.read();
        bridge::now()
    });
    let is_missing = tried() && matches!(*taken.read(), Taken::Nothing | Taken::Unreadable);
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let ready = if let Taken::Ready(base64) = &*taken.peek() { Some(base64.clone()) } else { None };
        if let Some(base64) = ready {
            adding.add_photo(base64, (step, *taken_at.peek()), onclose);
        }
    };
    let is_preparing = *taken.read() == Taken::Preparing;
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: go,
            PhotoInput { taken, label }
            div { "aria-live": "polite",
                if is_missing {
                    span { class: "error", Icon { name: "circle-alert", size: "s" } {tr("work-photo-missing")} }
                }
            }
            Ends { busy: adding.is_busy() || is_preparing, onclose }
        }
    }
}
