//! The zones of one technician: each zone of the utility, with one button to assign the technician or to take that back.

use crate::bridge::new_id;
use crate::components::{Button, Dialog, Skeleton, StatusChip};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{RequestState, is_away, use_server_view};
use crate::pages::admin::parts::Refused;
use crate::pages::admin::words::say;
use crate::state::shared;
use dioxus::prelude::*;
use domain::ZoneId;
use protocol::metering::zones::{ZoneChange, ZoneDeed, ZoneRow};
use protocol::people::users::UserRow;
use protocol::ui::{AdminRequest, AdminResponse};

/// The dialog. It shows the zones as the newest answer has them.
#[component]
pub fn ZonesOfUser(user: UserRow, onclose: EventHandler<()>) -> Element {
    let (shared, act) = (shared(), use_act());
    let server = use_server_view(
        || AdminRequest::Zones,
        |response| match response {
            AdminResponse::Zones(found) => Some(*found),
            _ => None,
        },
    );
    let technician = user.id;
    let change = move |zone: ZoneId, is_assigned: bool| {
        let change = if is_assigned { ZoneDeed::Unassign { technician } } else { ZoneDeed::Assign { technician } };
        let request = ZoneChange { key: new_id(), zone, change };
        act.send(AdminRequest::ChangeZone(Box::new(request)), move |answer| {
            if let AdminResponse::Zones(found) = answer {
                shared.toast(tr("zone-set"));
                server.take(*found);
            }
        });
    };
    let latest = server.latest.read().clone();
    let failed = match &*server.asking.read() {
        RequestState::Failed(problem) if latest.is_none() => Some(say(problem)),
        _ => None,
    };
    rsx! {
        Dialog { title: tra("user-zones-of", &[("name", user.name.clone())]), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "muted small", {tr("zone-technicians-lead")} }
            match latest {
                None if failed.is_some() => rsx! {},
                None => rsx! { Skeleton { heights: vec![48, 48] } },
                Some(found) if found.zones.is_empty() => rsx! { p { class: "muted", {tr("invite-no-zones")} } },
                Some(found) => {
                    let mark = |zone: ZoneRow| (zone.technicians.contains(&technician), zone);
                    let listed: Vec<(bool, ZoneRow)> = found.zones.into_iter().map(mark).collect();
                    rsx! {
                        ul { class: "list",
                            for (is_assigned , zone) in listed {
                                li { key: "{zone.id}", "data-zone": "{zone.name}",
                                    div { class: "grow", p { class: "ellipsis", "{zone.name}" } }
                                    if is_assigned {
                                        StatusChip { tone: "ok", icon: "check", label: tr("zone-assigned"), small: true }
                                    }
                                    Button { label: tr(if is_assigned { "zone-unassign" } else { "zone-assign" }), kind: "quiet",
                                        icon: ["plus", "x"][usize::from(is_assigned)], disabled: act.is_busy() || is_away(),
                                        onclick: move |_| change(zone.id, is_assigned) }
                                }
                            }
                        }
                    }
                }
            }
            Refused { text: failed.or_else(|| act.refused()) }
            div { class: "row wrap actions",
                Button { label: tr("close"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
            }
        }
    }
}
