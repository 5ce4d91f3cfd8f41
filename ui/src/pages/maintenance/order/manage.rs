//! What admins do with an order: another window, somebody else, another priority, or it is cancelled. None of it needs a network; the technicians are
//! those that the server named last.

use crate::bridge;
use crate::components::{Button, Card, Dialog, Segmented, Select, use_sending};
use crate::i18n::tr;
use crate::pages::admin::ask::use_server_view;
use crate::pages::maintenance::announce::{technicians_of, zones};
use crate::pages::maintenance::moment::MomentEntry;
use crate::pages::maintenance::step::{Cancel, send};
use crate::pages::maintenance::words::of_priority;
use crate::pages::metering::meter::locked;
use dioxus::prelude::*;
use domain::UserId;
use domain::maintenance::priority::Priority;
use domain::maintenance::work_order::{Window, WorkState};
use protocol::sync::push::Operation;
use protocol::sync::rows::Person;
use protocol::sync::work::WorkPriorityChange;
use protocol::ui::{AdminRequest, WorkRow};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Move,
    Assign,
    Priority,
    Cancel,
}

/// The card.
#[component]
pub fn Manage(row: WorkRow) -> Element {
    let mut asking = use_signal(|| None::<Asking>);
    let locked = locked();
    let is_movable = row.order.state == WorkState::Scheduled;
    let close = move |()| asking.set(None);
    if !row.order.state.is_open() {
        return rsx! {};
    }
    let buttons = [
        (Asking::Assign, "calendar-assign", "user", is_movable),
        (Asking::Move, "calendar-move", "calendar-clock", is_movable),
        (Asking::Priority, "work-priority-set", "arrow-up", true),
        (Asking::Cancel, "work-cancel", "x", true),
    ];
    rsx! {
        Card { class: "wide work-manage",
            h2 { {tr("work-manage")} }
            if !is_movable {
                p { class: "muted small", {tr("calendar-begun")} }
            }
            div { class: "row wrap edge tools",
                for (what , key , icon , _) in buttons.into_iter().filter(|(.., may)| *may) {
                    Button { key: "{key}", label: tr(key), kind: "quiet", icon, disabled: locked, onclick: move |_| asking.set(Some(what)) }
                }
            }
        }
        match asking() {
            None => rsx! {},
            Some(Asking::Move) => rsx! { Move { row, onclose: close } },
            Some(Asking::Assign) => rsx! { Assign { row, onclose: close } },
            Some(Asking::Priority) => rsx! { SetPriority { row, onclose: close } },
            Some(Asking::Cancel) => rsx! { Cancel { row, onclose: close } },
        }
    }
}

#[component]
fn Move(row: WorkRow, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    let (order, meter, was) = (row.order.id, row.order.meter, row.order.from);
    let mut from = use_signal(|| Some(row.order.from));
    let mut until = use_signal(|| Some(row.order.until));
    let mut tried = use_signal(|| false);
    let asked = from().zip(until()).map(|(from, until)| Window { from, until }).filter(|of| of.is_possible(bridge::now()));
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(Window { from, until }) = asked else { return };
        send(sending, Operation::MoveWork { order, meter, was, from, until }, onclose);
    };
    rsx! {
        Dialog { title: tr("calendar-move-title"), of: "move", onclose: move |()| onclose.call(()),
            form { class: "stack wide", novalidate: true, onsubmit: go,
                MomentEntry { id: "work-from", label: tr("work-from"), value: from(), zone: row.time_zone, onchoose: move |at| from.set(at) }
                MomentEntry { id: "work-until", label: tr("work-until"), value: until(), zone: row.time_zone,
                    error: (tried() && asked.is_none()).then(|| tr("work-window-wrong")), onchoose: move |at| until.set(at) }
                Ends { label: tr("calendar-move"), busy: sending.is_busy(), onclose }
            }
        }
    }
}

#[component]
fn Assign(row: WorkRow, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    let (order, meter) = (row.order.id, row.order.meter);
    let server = use_server_view(|| AdminRequest::Zones, zones);
    let mut chosen = use_signal(|| row.order.technician.clone());
    let known = server.latest.read().as_ref().map(|zones| technicians_of(zones, row.zone)).unwrap_or_default();
    let is_away = server.latest.read().is_none();
    let mut people: Vec<Person> = known.into_iter().map(|of| Person { id: of.id, name: of.name }).collect();
    // Whose it is stands in the list also where the server's has not come yet.
    people.extend(row.order.technician.clone().filter(|now| !people.iter().any(|person| person.id == now.id)));
    let nobody = (String::new(), tr("work-anybody"));
    let names: Vec<_> = std::iter::once(nobody).chain(people.iter().map(|of| (of.id.to_string(), of.name.clone()))).collect();
    let choose = move |word: String| {
        let found = word.parse::<UserId>().ok().and_then(|id| people.iter().find(|of| of.id == id).cloned());
        chosen.set(found);
    };
    let go = move |event: FormEvent| {
        event.prevent_default();
        send(sending, Operation::AssignWork { order, meter, to: chosen() }, onclose);
    };
    rsx! {
        Dialog { title: tr("calendar-assign-title"), of: "assign", onclose: move |()| onclose.call(()),
            form { class: "stack wide", novalidate: true, onsubmit: go,
                div { class: "field", "data-of": "technician",
                    span { class: "label", "aria-hidden": "true", {tr("field-technician")} }
                    Select { label: tr("field-technician"), choices: names, chosen: chosen().map(|person| person.id.to_string()).unwrap_or_default(), onchoose: choose }
                }
                if is_away {
                    p { class: "muted small", {tr("work-technicians-away")} }
                }
                Ends { label: tr("calendar-assign"), busy: sending.is_busy(), onclose }
            }
        }
    }
}

#[component]
fn SetPriority(row: WorkRow, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    let (order, meter, was) = (row.order.id, row.order.meter, row.order.priority);
    let mut to = use_signal(|| was);
    let choices = Priority::ALL.iter().map(|of| (*of, of_priority(*of))).collect::<Vec<_>>();
    let go = move |event: FormEvent| {
        event.prevent_default();
        if to() == was {
            return onclose.call(());
        }
        send(sending, Operation::SetWorkPriority(WorkPriorityChange { order, meter, was, to: to() }), onclose);
    };
    rsx! {
        Dialog { title: tr("work-priority-set"), of: "priority", onclose: move |()| onclose.call(()),
            form { class: "stack wide", novalidate: true, onsubmit: go,
                Segmented { label: tr("work-priority"), choices, chosen: to(), full: true, onchoose: move |of| to.set(of) }
                p { class: "muted small", {tr("work-priority-means")} }
                Ends { label: tr("save"), busy: sending.is_busy(), onclose }
            }
        }
    }
}

#[component]
fn Ends(label: String, busy: bool, onclose: EventHandler<()>) -> Element {
    rsx! {
        div { class: "row wrap actions",
            Button { label, kind: "primary", icon: "check", r#type: "submit", busy }
            Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
        }
    }
}
