//! Giving a meter without a place one: on the map by pointer or keys, or typed. It is an edit of its connection, which works offline.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Icon, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Entry;
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::position::{Area, Position};
use domain::people::Zone;
use domain::sync::edit::{Change, ConnectionField, Patch};
use protocol::sync::push::Operation;
use protocol::ui::{Keeping, Phase, Request, UnplacedMeter};
use std::collections::BTreeMap;

/// Meters whose connection has no place.
#[component]
pub fn Unplaced(meters: Vec<UnplacedMeter>, count: u32, onplace: EventHandler<UnplacedMeter>) -> Element {
    if meters.is_empty() {
        return rsx! {};
    }
    let left_out = i64::from(count) - meters.len() as i64;
    rsx! {
        details { class: "stack", open: true, "data-unplaced": "{count}",
            summary { {tra("map-unplaced", &[("n", format::whole(i64::from(count), language()))])} }
            ul { class: "list",
                for meter in meters {
                    li { key: "{meter.id}", "data-meter": "{meter.serial}",
                        div { class: "grow",
                            p { class: "number", "{meter.serial}" }
                            p { class: "muted small ellipsis", "{meter.address} · {meter.customer}" }
                        }
                        Button { label: tr("map-place"), kind: "quiet", icon: "map-pin", onclick: { let meter = meter.clone(); move |_| onplace.call(meter.clone()) } }
                    }
                }
            }
            if left_out > 0 {
                p { class: "muted small", {tra("map-unplaced-more", &[("n", format::whole(left_out, language()))])} }
            }
        }
    }
}

/// Why a place is doubtful, though it can be saved.
fn doubt(at: Position, zone: Option<&Zone>) -> Option<String> {
    if !Area::INDONESIA.contains(at) {
        return Some(tr("map-place-abroad"));
    }
    let zone = zone?;
    let is_out = zone.outline.as_ref().is_some_and(|outline| !outline.contains(at));
    is_out.then(|| tra("map-place-outside", &[("zone", zone.name.clone())]))
}

/// The meter that is being placed. `pin` is where; it is set by the map and by what is typed.
#[component]
pub fn Placing(meter: UnplacedMeter, zones: Vec<Zone>, pin: Signal<Option<Position>>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let mut typed = use_signal(|| None::<String>);
    // What was pressed on the map replaces what was typed.
    let mut written = use_signal(|| None::<Position>);
    use_effect(move || {
        if pin() != *written.peek() {
            typed.set(None);
        }
    });
    let keeping = shared.session.read().as_ref().map(|session| session.keeping);
    let locked = keeping == Some(Keeping::ThisRun) && shared.sync.read().phase != Phase::Live;
    let text = typed().unwrap_or_else(|| pin().map_or(String::new(), |at| at.to_string()));
    let is_wrong = !text.trim().is_empty() && text.trim().parse::<Position>().is_err();
    let zone = zones.iter().find(|zone| Some(zone.id) == meter.zone);
    let doubt = pin().filter(|_| !is_wrong).and_then(|at| doubt(at, zone));
    let write = move |text: String| {
        let at = text.trim().parse().ok();
        written.set(at);
        pin.set(at);
        typed.set(Some(text));
    };
    let connection = meter.connection;
    let save = move |_| {
        let Some(at) = *pin.peek() else { return };
        sending.once(async move {
            let change = Change { from: String::new(), to: at.to_string() };
            let patch = Patch(BTreeMap::from([(ConnectionField::Position, change)]));
            let command = Operation::EditConnection { connection, patch };
            match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                Ok(_) => {
                    let live = shared.sync.peek().phase == Phase::Live;
                    shared.toast(tr(if live { "saved" } else { "saved-offline" }));
                    onclose.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    rsx! {
        div { class: "stack", "data-placing": "{meter.serial}",
            h2 { {tra("map-placing", &[("serial", meter.serial.clone())])} }
            p { class: "muted small", "{meter.address} · {meter.customer}" }
            p { class: "small", {tr("map-placing-lead")} }
            if locked {
                div { class: "banner warn", Icon { name: "shield-alert" } p { class: "small", {tr("no-offline-edit")} } }
            }
            Entry { id: "place-position", label: tr("field-position"), value: text, hint: tr("map-place-hint"),
                error: is_wrong.then(|| tr("invalid-position")), oninput: write }
            if let Some(doubt) = doubt {
                div { class: "banner warn", role: "status", Icon { name: "triangle-alert" } p { class: "small", "{doubt}" } }
            }
            div { class: "row wrap actions",
                Button { label: tr("map-place-save"), kind: "primary", icon: "check", busy: sending.is_busy(), disabled: locked || is_wrong || pin().is_none(), onclick: save }
                Button { label: tr("cancel"), kind: "quiet", disabled: sending.is_busy(), onclick: move |_| onclose.call(()) }
            }
        }
    }
}
