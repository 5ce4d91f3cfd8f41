//! The choice between supply points, for customers who have several.

use crate::components::{Card, Empty, Failed, Select, Skeleton};
use crate::i18n::tr;
use crate::state::Load;
use dioxus::prelude::*;
use domain::ConnectionId;
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

/// A list to choose from, if there is a choice.
#[component]
pub fn ConnectionChoice(places: Vec<ConnectionRef>, chosen: ConnectionId, onchoose: EventHandler<ConnectionId>) -> Element {
    if places.len() < 2 {
        return rsx! {};
    }
    let choices =
        places.iter().map(|place| (place.connection.to_string(), format!("{} · {}", place.label, place.address))).collect();
    rsx! {
        Select { label: tr("choose-place"), choices, chosen: chosen.to_string(),
            onchoose: move |text: String| {
                if let Ok(connection) = text.parse() {
                    onchoose.call(connection);
                }
            } }
    }
}
