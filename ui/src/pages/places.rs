//! The choice between supply points, for customers who have several.

use crate::components::Select;
use crate::i18n::tr;
use dioxus::prelude::*;
use domain::ConnectionId;
use protocol::ui::Place;

/// `Rumah · WM-2024-001`.
pub fn title(place: &Place) -> String {
    match &place.serial {
        Some(serial) => format!("{serial} · {}", place.label),
        None => place.label.clone(),
    }
}

/// A list to choose from, if there is a choice.
#[component]
pub fn PlaceChoice(places: Vec<Place>, chosen: ConnectionId, onchoose: EventHandler<ConnectionId>) -> Element {
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
