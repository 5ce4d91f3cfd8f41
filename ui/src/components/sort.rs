//! The head of a column by which a list can be sorted.

use crate::components::Icon;
use crate::i18n::tr;
use dioxus::prelude::*;

/// Whether a list is sorted by a column, and which way, as `aria-sort` says it.
pub const fn direction(is_sorted: bool, descending: bool) -> &'static str {
    match (is_sorted, descending) {
        (false, _) => "none",
        (true, false) => "ascending",
        (true, true) => "descending",
    }
}

/// What is pressed to sort by a column; pressed once more the order is turned round.
#[component]
pub fn SortButton(label: String, sorted: &'static str, onpress: EventHandler<()>) -> Element {
    let hint = if sorted == "ascending" { tr("sort-turn-down") } else { tr("sort-turn-up") };
    rsx! {
        button { class: "sort", r#type: "button", title: "{hint}", onclick: move |_| onpress.call(()),
            "{label}"
            match sorted {
                "ascending" => rsx! { Icon { name: "arrow-up", size: "s" } },
                "descending" => rsx! { Icon { name: "arrow-down", size: "s" } },
                _ => rsx! {},
            }
        }
    }
}
