//! The connection that the pages are about: one for all of them, chosen on any; and the property it belongs to, in words.

use crate::components::{Card, Empty, Failed, Icon, Select, Skeleton};
use crate::i18n::tr;
use crate::state::{Load, shared};
use dioxus::prelude::*;
use protocol::ui::ConnectionRef;

/// `Rumah · WM-2024-001`.
pub fn title(place: &ConnectionRef) -> String {
    match &place.serial {
        Some(serial) => format!("{serial} · {}", place.label),
        None => place.label.clone(),
    }
}

/// A page about one of somebody's supply points: waited for, failed, without one to show, or what `show` makes of it.
pub fn about_place<T>(load: &Load<Option<Box<T>>>, heights: &[u32], show: impl FnOnce(&T) -> Element) -> Element {
    match load {
        Load::Waiting => rsx! { Skeleton { heights: heights.to_vec() } },
        Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
        Load::Ready(None) => rsx! {
            Card { Empty { icon: "droplet", title: tr("no-connection"), next: tr("no-connection-next") } }
        },
        Load::Ready(Some(view)) => show(view),
    }
}

/// The supply point that a page is about now, and whether what it has is of that one. Once another was chosen, what is there of the one before
/// is not shown any more: no page shows two.
pub fn of_chosen(shown: &ConnectionRef, places: &[ConnectionRef]) -> (ConnectionRef, bool) {
    let chosen = (shared().connection)();
    let place = places.iter().find(|place| Some(place.connection) == chosen).unwrap_or(shown);
    (place.clone(), place.connection == shown.connection)
}

/// A list to choose from, if there is a choice. It holds for every page.
#[component]
pub fn ConnectionChoice(places: Vec<ConnectionRef>, place: ConnectionRef) -> Element {
    if places.len() < 2 {
        return rsx! {};
    }
    let choices =
        places.iter().map(|place| (place.connection.to_string(), format!("{} · {}", place.label, place.address))).collect();
    let shared = shared();
    rsx! {
        Select { label: tr("choose-place"), choices, chosen: place.connection.to_string(),
            onchoose: move |text: String| {
                if let Ok(connection) = text.parse() {
                    shared.choose(connection);
                }
            } }
    }
}

/// For which property something is, wherever money is at stake.
#[component]
pub fn Property(place: ConnectionRef) -> Element {
    rsx! {
        p { class: "row property", "data-property": "{place.label}",
            Icon { name: "house", size: "s" }
            span { strong { "{place.label}" } span { class: "muted small", " · {place.address}" } }
        }
    }
}
