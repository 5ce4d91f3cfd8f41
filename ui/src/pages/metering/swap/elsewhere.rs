//! A warning before a swap is kept: by what this device knows, the meter that is put up is installed at another house. It forbids nothing.

use crate::components::Icon;
use crate::i18n::{tr, tra};
use crate::state::{Load, use_answer};
use dioxus::prelude::*;
use protocol::ui::{Answer, FleetQuery, Request};

/// Meters that a serial number may be a part of; the one that is it is among the first.
const LOOKED_AT: u32 = 50;

/// The warning; nothing where no such meter is known to be installed.
#[component]
pub fn Elsewhere(serial: String) -> Element {
    let search = serial.clone();
    let load = use_answer(
        move || Request::Fleet(FleetQuery { search: search.clone(), limit: LOOKED_AT, ..FleetQuery::default() }),
        |answer| match answer {
            Answer::Fleet(fleet) => Some(fleet),
            _ => None,
        },
    );
    let found = match &*load.read() {
        Load::Ready(fleet) => {
            let meters = fleet.rows.iter().map(|row| (row.serial.as_str(), row.address.as_str(), row.zone.as_str()));
            place_of(&serial, meters)
        }
        Load::Waiting | Load::Failed(_) => None,
    };
    rsx! {
        if let Some(place) = found {
            div { class: "banner warn", role: "status", "data-elsewhere": "{serial}",
                Icon { name: "triangle-alert" }
                div { class: "small",
                    p { {tra("swap-elsewhere", &[("serial", serial.clone()), ("place", place)])} }
                    p { {tr("swap-elsewhere-next")} }
                }
            }
        }
    }
}

/// Where the meter of a serial number is installed, of meters with their addresses and zones: its address, or its zone where that is not known.
fn place_of<'m>(serial: &str, meters: impl IntoIterator<Item = (&'m str, &'m str, &'m str)>) -> Option<String> {
    let (_, address, zone) = meters.into_iter().find(|(known, ..)| known.eq_ignore_ascii_case(serial))?;
    [address, zone].into_iter().find(|place| !place.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_that_is_installed_at_another_house_is_found_by_its_whole_serial_number() {
        let meters =
            [("WM-10", "Jl. Mawar 2", "Barat"), ("WM-1", "Jl. Melati 5", "Barat"), ("WM-2", "", "Timur"), ("WM-3", "", "")];
        assert_eq!(place_of("wm-1", meters).as_deref(), Some("Jl. Melati 5"));
        assert_eq!(place_of("WM-2", meters).as_deref(), Some("Timur"));
        assert_eq!(place_of("WM-3", meters), None, "it is on the shelf");
        assert_eq!(place_of("WM-4", meters), None);
    }
}
