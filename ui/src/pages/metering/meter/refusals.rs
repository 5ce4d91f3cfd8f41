//! What a meter sends and the server cannot use, so that whoever looks after it knows why nothing comes, or what is missing.

use crate::components::shell::{device_zone, language};
use crate::components::{Card, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::MeterId;
use protocol::metering::refusals::{MeterRefusals, RefusalCount};
use protocol::ui::{Answer, Request};

/// Reasons that have words of their own; a newer server may have more.
const KNOWN: [&str; 9] = [
    "dropped",
    "malformed",
    "missing_field",
    "register_out_of_range",
    "repeated_field",
    "time_out_of_range",
    "topic_not_allowed",
    "unknown_meter",
    "unreadable_field",
];

/// What was refused of a meter, by reason; nothing if nothing was, or while the server cannot say.
#[component]
pub fn Refusals(meter: MeterId) -> Element {
    let load = use_answer(
        move || Request::Refusals { meter },
        |answer| match answer {
            Answer::Refusals(refusals) => Some(refusals),
            _ => None,
        },
    );
    match &*load.read() {
        Load::Ready(refusals) if !refusals.refusals.is_empty() => rsx! { List { refusals: (**refusals).clone() } },
        _ => rsx! {},
    }
}

#[component]
fn List(refusals: MeterRefusals) -> Element {
    rsx! {
        Card { class: "wide",
            h2 { {tr("refusals-title")} }
            if refusals.is_silent() {
                div { class: "banner warn", "data-silent": "true", Icon { name: "triangle-alert" } p { class: "small", {tr("refusals-silent")} } }
            }
            ul { class: "list",
                for refusal in refusals.refusals {
                    Line { key: "{refusal.reason}:{refusal.field}", refusal: refusal.clone() }
                }
            }
        }
    }
}

#[component]
fn Line(refusal: RefusalCount) -> Element {
    let language = language();
    let reason = if KNOWN.contains(&refusal.reason.as_str()) { refusal.reason.as_str() } else { "other" };
    let why = tra(&format!("refusal-{reason}"), &[("field", refusal.field.clone())]);
    let time = format::zoned_moment(refusal.last_at, (shared().now)(), device_zone(), language);
    let counted = tra("refusal-counted", &[("n", format::whole(refusal.count, language)), ("time", time)]);
    rsx! {
        li { "data-refusal": "{refusal.reason}",
            div { class: "grow stack", gap: "4px",
                p { "{why}" }
                span { class: "muted small", "{counted}" }
            }
        }
    }
}
