//! What became of many operations at once, an import's or a batch's, in numbers.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::tr;
use dioxus::prelude::*;
use protocol::ui::imports::Sent;

/// How many were sent, wait, and were refused.
#[component]
pub fn SentCounts(
    sent: Sent,
    /// The word of those that wait.
    #[props(default = "op-waiting")]
    waiting: &'static str,
) -> Element {
    let parts = [
        ("op-sent", "ok", "check", "op-sent", sent.applied),
        ("op-waiting", "", "clock", waiting, sent.waiting),
        ("op-parked", "danger", "circle-alert", "op-parked", sent.refused),
    ];
    rsx! {
        div { class: "import-sent", role: "status",
            for (key , tone , icon , word , count) in parts {
                div { key: "{key}", class: "stat", "data-sent": key,
                    span { class: "chip small {tone}", Icon { name: icon, size: "s" } {tr(word)} }
                    span { class: "value", {format::whole(i64::from(count), language())} }
                }
            }
        }
    }
}
