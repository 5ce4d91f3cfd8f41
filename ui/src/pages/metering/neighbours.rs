//! What neighbours used, in words: the median of the group, between what its middle half is, and the connection's own month beside it.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::metering::usage_baseline::difference_percent;
use domain::people::Language;
use protocol::ui::Neighbours;

/// Percent up to which two months are the same in a sentence.
const SAME: i64 = 1;

/// One month of neighbours.
#[component]
pub fn NeighboursLine(neighbours: Neighbours) -> Element {
    let language = language();
    rsx! {
        div { class: "stack tight", "data-neighbours": "{neighbours.month.0}",
            p { class: "row", Icon { name: "users", size: "s" } span { {median(&neighbours, language)} } }
            p { class: "muted small", {beside(&neighbours, language)} }
        }
    }
}

/// The same, or why there is none.
#[component]
pub fn BesideNeighbours(neighbours: Option<Neighbours>) -> Element {
    match neighbours {
        Some(neighbours) => rsx! { NeighboursLine { neighbours } },
        None => rsx! {
            p { class: "row muted small", "data-neighbours": "none", Icon { name: "users", size: "s" } span { {tr("neighbours-none")} } }
        },
    }
}

fn median(neighbours: &Neighbours, language: Language) -> String {
    let values = [
        ("month", format::month(neighbours.month, language)),
        ("median", format::volume(neighbours.middle.median, language)),
        ("n", neighbours.homes.to_string()),
    ];
    match neighbours.household_size {
        Some(size) => {
            let [month, median, n] = values;
            tra("neighbours-median-size", &[month, median, n, ("size", size.to_string())])
        }
        None => tra("neighbours-median", &values),
    }
}

fn beside(neighbours: &Neighbours, language: Language) -> String {
    let volume = |volume| format::volume(volume, language);
    let half = tra("neighbours-half", &[("low", volume(neighbours.middle.lower)), ("high", volume(neighbours.middle.upper))]);
    let Some(own) = neighbours.own else { return half };
    let mine = ("own", volume(own));
    let said = match difference_percent(own, neighbours.middle.median) {
        None => tra("neighbours-own", &[mine]),
        Some(percent) if percent.abs() < SAME => tra("neighbours-own-same", &[mine]),
        Some(percent) if percent < 0 => tra("neighbours-own-less", &[mine, ("percent", (-percent).to_string())]),
        Some(percent) => tra("neighbours-own-more", &[mine, ("percent", percent.to_string())]),
    };
    format!("{half} {said}")
}
