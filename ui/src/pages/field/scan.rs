//! Pindai: a meter by its serial number, typed or read by the camera; it leads to the meter's page.

use crate::components::shell::SyncMark;
use crate::components::{Card, Empty, Failed, Icon, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Entry;
use crate::pages::field::scanner::Scanner;
use crate::route::Route;
use crate::state::{Load, use_answer};
use dioxus::prelude::*;
use domain::Serial;
use protocol::ui::{Answer, FleetQuery, Request};

/// Meters that a serial number may be a part of; the one that is it is among the first.
const LOOKED_AT: u32 = 50;

/// The page.
#[component]
pub fn Scan() -> Element {
    let mut typed = use_signal(String::new);
    let mut is_wrong = use_signal(|| false);
    let mut is_scanning = use_signal(|| false);
    let mut asked = use_signal(|| None::<Serial>);
    let find = move |event: FormEvent| {
        event.prevent_default();
        let serial = typed.peek().parse::<Serial>().ok();
        is_wrong.set(serial.is_none());
        asked.set(serial);
    };
    rsx! {
        div { class: "page narrow",
            header { class: "page-head",
                h1 { {tr("scan-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            Card { class: "wide",
                form { class: "stack wide", novalidate: true, onsubmit: find,
                    Entry { id: "scan-serial", label: tr("scan-serial"), value: typed(), hint: tr("scan-serial-hint"),
                        error: is_wrong().then(|| tr("meter-wrong-serial")),
                        oninput: move |text| { is_wrong.set(false); asked.set(None); typed.set(text); } }
                    button { class: "button primary big full", r#type: "submit", "data-find": "true", Icon { name: "search" } {tr("scan-find")} }
                }
                if is_scanning() {
                    Scanner {
                        onfound: move |serial: Serial| { is_scanning.set(false); typed.set(serial.to_string()); asked.set(Some(serial)); },
                        onclose: move |()| is_scanning.set(false) }
                } else {
                    button { class: "button secondary big full", r#type: "button", "data-camera": "true", onclick: move |_| is_scanning.set(true),
                        Icon { name: "camera" }
                        {tr("scan-camera")}
                    }
                }
            }
            if let Some(serial) = asked() {
                // Another number is another question: a key is looked at among siblings only.
                for serial in [serial] {
                    Found { key: "{serial}", serial: serial.to_string() }
                }
            }
        }
    }
}

/// The meter of a serial number, to whose page it leads; or that this device holds none.
#[component]
fn Found(serial: String) -> Element {
    let search = serial.clone();
    let load = use_answer(
        move || Request::Fleet(FleetQuery { search: search.clone(), limit: LOOKED_AT, ..FleetQuery::default() }),
        |answer| match answer {
            Answer::Fleet(fleet) => Some(fleet),
            _ => None,
        },
    );
    let wanted = serial.clone();
    let found = use_memo(move || match &*load.read() {
        Load::Ready(fleet) => {
            let serials: Vec<&str> = fleet.rows.iter().map(|row| row.serial.as_str()).collect();
            place_of(&serials, &wanted).and_then(|place| fleet.rows.get(place)).map(|row| row.now.id)
        }
        Load::Waiting | Load::Failed(_) => None,
    });
    use_effect(move || {
        if let Some(id) = found() {
            navigator().push(Route::Meter { id });
        }
    });
    match &*load.read() {
        Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
        Load::Ready(_) if found().is_none() => rsx! {
            Card { div { "data-none": "{serial}", role: "status",
                Empty { icon: "map-pin", title: tra("scan-none", &[("serial", serial.clone())]), next: tr("scan-none-next"),
                    Link { class: "button secondary", to: Route::Today {}, {tr("scan-to-zones")} }
                }
            } }
        },
        Load::Waiting | Load::Ready(_) => rsx! { Skeleton { heights: vec![96] } },
    }
}

/// Where the meter is that a serial number names: the one that is written so, or else the only one of the same letters and digits.
fn place_of(serials: &[&str], wanted: &str) -> Option<usize> {
    let bare = |serial: &str| -> String { serial.chars().filter(char::is_ascii_alphanumeric).collect() };
    let exact = serials.iter().position(|serial| serial.eq_ignore_ascii_case(wanted));
    exact.or_else(|| {
        let wanted = bare(wanted);
        let mut alike = serials.iter().enumerate().filter(|(_, serial)| bare(serial).eq_ignore_ascii_case(&wanted));
        let (first, _) = alike.next()?;
        alike.next().is_none().then_some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_found_without_its_dashes_where_only_one_meter_can_be_meant() {
        let serials = ["WM-2024-022", "WM-20-24023", "WM-2024-023"];
        assert_eq!(place_of(&serials, "wm-2024-023"), Some(2), "written so");
        assert_eq!(place_of(&serials, "wm2024022"), Some(0));
        assert_eq!(place_of(&serials, "wm2024023"), None, "two are alike");
        assert_eq!(place_of(&serials, "wm202402"), None, "a part is not a name");
    }
}
