//! Who works in a zone: each technician, with one button to assign them or to take that back.

use crate::bridge::new_id;
use crate::components::{Button, Dialog, StatusChip};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::Refused;
use crate::pages::metering::zones::send;
use dioxus::prelude::*;
use domain::ZoneId;
use protocol::metering::zones::{Technician, ZoneDeed, Zones};

/// The dialog. It shows the zone as the newest answer has it.
#[component]
pub fn Technicians(zone: ZoneId, server: ServerView<Zones>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let found = server.latest.read().clone().unwrap_or_default();
    let Some(row) = found.zones.iter().find(|row| row.id == zone).cloned() else { return rsx! {} };
    // Who may not sign in is listed only where an assignment can be taken back.
    let listed: Vec<(Technician, bool)> = found
        .technicians
        .into_iter()
        .map(|technician| (row.technicians.contains(&technician.id), technician))
        .filter(|(is_assigned, technician)| *is_assigned || technician.active)
        .map(|(is_assigned, technician)| (technician, is_assigned))
        .collect();
    let change = move |technician: domain::UserId, is_assigned: bool| {
        let deed = if is_assigned { ZoneDeed::Unassign { technician } } else { ZoneDeed::Assign { technician } };
        send(act, (new_id(), zone), deed, server, || {});
    };
    rsx! {
        Dialog { title: tra("zone-technicians-of", &[("name", row.name.clone())]), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "muted small", {tr("zone-technicians-lead")} }
            if listed.is_empty() {
                p { class: "muted", {tr("zone-technicians-none")} }
            }
            ul { class: "list",
                for (technician , is_assigned) in listed {
                    li { key: "{technician.id}", "data-technician": "{technician.email}",
                        div { class: "grow",
                            p { class: "ellipsis", "{technician.name}" }
                            p { class: "muted small ellipsis", "{technician.email}" }
                        }
                        if is_assigned {
                            StatusChip { tone: "ok", icon: "check", label: tr("zone-assigned"), small: true }
                        }
                        Button { label: tr(if is_assigned { "zone-unassign" } else { "zone-assign" }), kind: "quiet",
                            icon: ["plus", "x"][usize::from(is_assigned)], disabled: act.is_busy() || is_away(),
                            onclick: move |_| change(technician.id, is_assigned) }
                    }
                }
            }
            Refused { text: act.refused() }
            div { class: "row wrap actions",
                Button { label: tr("close"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
            }
        }
    }
}
