//! What a change of many leaves out: each reason, and the first names of it.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::tra;
use dioxus::prelude::*;

/// What is left out for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOutFor {
    /// The reason's name.
    pub why: &'static str,
    /// The reason in words, with how many there are.
    pub sentence: String,
    /// The first names.
    pub named: String,
}

/// Reasons, each with its names; nothing where nothing is left out.
#[component]
pub fn LeftOut(groups: Vec<LeftOutFor>) -> Element {
    if groups.is_empty() {
        return rsx! {};
    }
    rsx! {
        ul { class: "bulk-reasons",
            for group in groups {
                li { key: "{group.why}", class: "banner warn", "data-refused": group.why,
                    Icon { name: "triangle-alert" }
                    div { class: "small",
                        p { class: "number", {group.sentence} }
                        p { {group.named} }
                    }
                }
            }
        }
    }
}

/// The first names of `of`, and how many more there are.
pub fn first_of(mut named: Vec<String>, of: u32) -> String {
    let more = of.saturating_sub(named.len() as u32);
    if more > 0 && !named.is_empty() {
        named.push(tra("bulk-more", &[("n", format::whole(i64::from(more), language()))]));
    }
    named.join(", ")
}
