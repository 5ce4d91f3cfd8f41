//! The form by which work at a meter is announced: what, when, by whom. It needs no network; the technicians are those that the server named last.

use crate::bridge;
use crate::components::{Button, Dialog, Select, use_sending};
use crate::i18n::tr;
use crate::pages::admin::ask::use_server_view;
use crate::pages::admin::parts::Reason;
use crate::pages::maintenance::extras::{ExtraFields, use_extras};
use crate::pages::maintenance::moment::MomentEntry;
use crate::pages::maintenance::step::send;
use crate::pages::maintenance::words::title;
use dioxus::prelude::*;
use domain::core::local_time::HOUR_MS;
use domain::maintenance::work_order::{LONGEST_TEXT, Window, WorkKind, clean_text};
use domain::{MeterId, TimeZone, UserId, UtcMillis, WorkOrderId, ZoneId};
use protocol::metering::zones::{Technician, Zones};
use protocol::sync::push::Operation;
use protocol::sync::rows::Person;
use protocol::ui::{AdminRequest, AdminResponse};

/// How long work is announced for, unless somebody says otherwise.
const USUAL_MS: i64 = 2 * HOUR_MS;

/// The technicians of a zone who may sign in.
pub fn technicians_of(zones: &Zones, zone: Option<ZoneId>) -> Vec<Technician> {
    let Some(of) = zones.zones.iter().find(|row| Some(row.id) == zone) else { return Vec::new() };
    let works_here = |technician: &&Technician| technician.active && of.technicians.contains(&technician.id);
    zones.technicians.iter().filter(works_here).cloned().collect()
}

/// The zones and technicians, as the server has them or had them last.
pub fn zones(response: AdminResponse) -> Option<Zones> {
    match response {
        AdminResponse::Zones(zones) => Some(*zones),
        _ => None,
    }
}

/// The form.
#[component]
pub fn Announce(meter: MeterId, serial: String, zone: Option<ZoneId>, time_zone: TimeZone, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    // The order is named when its form opens: the same form announces the same work.
    let order = use_hook(|| WorkOrderId(bridge::new_id()));
    let next_hour = use_hook(|| UtcMillis((bridge::now().0 / HOUR_MS + 1) * HOUR_MS));
    let server = use_server_view(|| AdminRequest::Zones, zones);
    let mut work = use_signal(|| WorkKind::Inspection);
    let mut from = use_signal(|| Some(next_hour));
    let mut until = use_signal(|| Some(next_hour.plus(USUAL_MS)));
    let mut technician = use_signal(|| None::<Person>);
    let mut text = use_signal(String::new);
    let extras = use_extras(work);
    let mut tried = use_signal(|| false);
    let known = server.latest.read().as_ref().map(|zones| technicians_of(zones, zone)).unwrap_or_default();
    let is_away = server.latest.read().is_none();
    let asked =
        from().zip(until()).map(|(from, until)| Window { from, until }).filter(|window| window.is_possible(bridge::now()));
    let kinds: Vec<_> = WorkKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), title(*kind))).collect();
    let nobody = (String::new(), tr("work-anybody"));
    let names: Vec<_> = std::iter::once(nobody).chain(known.iter().map(|of| (of.id.to_string(), of.name.clone()))).collect();
    let choose = move |word: String| {
        let found = word.parse::<UserId>().ok().and_then(|id| known.iter().find(|of| of.id == id));
        technician.set(found.map(|of| Person { id: of.id, name: of.name.clone() }));
    };
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let (Some(Window { from, until }), Ok(text)) = (asked.filter(|_| !extras.is_wrong()), clean_text(&text.peek())) else {
            return;
        };
        let (work, technician) = (work(), technician());
        let (priority, template, minutes) = extras.wanted();
        let plan = Operation::PlanWork { order, meter, work, from, until, technician, text, priority, template, minutes };
        send(sending, plan, onclose);
    };
    rsx! {
        Dialog { title: tr("work-announce"), onclose: move |()| if !sending.is_busy() { onclose.call(()) },
            form { id: "work-form", class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tr("work-announce-lead")} " · {serial}" }
                div { class: "form-grid",
                    div { class: "field", "data-of": "work",
                        span { class: "label", "aria-hidden": "true", {tr("field-work")} }
                        Select { label: tr("field-work"), choices: kinds, chosen: work().as_str().to_owned(),
                            onchoose: move |word: String| if let Some(kind) = WorkKind::from_word(&word) { work.set(kind) } }
                    }
                    div { class: "field", "data-of": "technician",
                        span { class: "label", "aria-hidden": "true", {tr("field-technician")} }
                        Select { label: tr("field-technician"), choices: names,
                            chosen: technician().map(|person| person.id.to_string()).unwrap_or_default(), onchoose: choose }
                    }
                }
                if is_away {
                    p { class: "muted small", {tr("work-technicians-away")} }
                }
                div { class: "form-grid",
                    MomentEntry { id: "work-from", label: tr("work-from"), value: from(), zone: time_zone, onchoose: move |at| from.set(at) }
                    MomentEntry { id: "work-until", label: tr("work-until"), value: until(), zone: time_zone,
                        error: (tried() && asked.is_none()).then(|| tr("work-window-wrong")), onchoose: move |at| until.set(at) }
                }
                ExtraFields { extras, tried: tried() }
                Reason { id: "work-text", label: tr("work-text"), hint: tr("work-text-hint"), value: text(), longest: LONGEST_TEXT,
                    oninput: move |typed| text.set(typed) }
                div { class: "row wrap actions",
                    Button { label: tr("work-announce"), kind: "primary", icon: "check", r#type: "submit", busy: sending.is_busy() }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
