//! Labels of meters that are selected: a QR code and the serial number of each, on sheets that a printer takes. Made on the device, with or without
//! a network.

use super::Running;
use super::making::use_making;
use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Dialog, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::exports::sheets;
use protocol::ui::MeterSelection;
use protocol::ui::exports::{Export, ExportFormat, ExportedList, MOST_ON_PAPER};

/// The dialog; `count` meters are selected.
#[component]
pub fn Labels(selection: MeterSelection, count: u32, onclose: EventHandler<()>) -> Element {
    rsx! {
        Dialog { title: tr("labels-title"), keeps: true, of: "labels", onclose: move |()| onclose.call(()),
            Sheets { selection, count, onclose }
        }
    }
}

#[component]
fn Sheets(selection: MeterSelection, count: u32, onclose: EventHandler<()>) -> Element {
    let language = language();
    let making = use_making(onclose);
    let whole = |number: u32| format::whole(i64::from(number), language);
    let is_too_many = count > MOST_ON_PAPER;
    let make = move |_| {
        let (id, list) = (bridge::new_id(), ExportedList::Labels(selection.clone()));
        making.start(Export { id, list, format: ExportFormat::Pdf, time_zone: device_zone(), with_nik: false });
    };
    rsx! {
        div { class: "stack wide export", "data-labels": "{count}",
            div { class: "stack tight",
                p { {tra("labels-lead", &[("n", whole(count)), ("sheets", whole(sheets(count)))])} }
                p { class: "muted small", {tr("labels-note")} }
            }
            if let Some(why) = making.refused() {
                div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } p { class: "small", "{why}" } }
            }
            if is_too_many {
                p { id: "labels-most", class: "small", {tra("labels-most", &[("most", whole(MOST_ON_PAPER))])} }
            }
            if making.is_busy() {
                Running { making, matching: count }
            } else {
                div { class: "row wrap actions",
                    Button { label: tr("labels-make"), kind: "primary", icon: "qr-code", disabled: is_too_many,
                        described: is_too_many.then_some("labels-most"), onclick: make }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
