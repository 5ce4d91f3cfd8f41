//! Another day for an order, and somebody else for one. Neither needs a network; the technicians are those that the server named last.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Dialog, Select, use_sending};
use crate::format;
use crate::i18n::tr;
use crate::pages::MeterView;
use crate::pages::admin::ask::use_server_view;
use crate::pages::admin::parts::DayEntry;
use crate::pages::maintenance::announce::{technicians_of, zones};
use crate::pages::maintenance::calendar::moving::is_movable;
use crate::pages::maintenance::calendar::{Desk, Doing};
use crate::pages::maintenance::words::{title, window};
use crate::pages::metering::meter::say_kept;
use crate::state::shared;
use dioxus::prelude::*;
use domain::UserId;
use protocol::sync::push::Operation;
use protocol::sync::rows::Person;
use protocol::ui::{AdminRequest, Request, WorkRow};

/// The dialog of what is done, if one is open.
#[component]
pub fn Dialogs(desk: Desk) -> Element {
    let mut doing = desk.doing;
    match doing() {
        Some(Doing::Move(row)) => rsx! { Move { row, desk, onclose: move |()| doing.set(None) } },
        Some(Doing::Assign(row)) => rsx! { Assign { row, onclose: move |()| doing.set(None) } },
        None => rsx! {},
    }
}

/// What an order is, in two lines.
#[component]
fn About(row: WorkRow) -> Element {
    let now = *shared().now.peek();
    rsx! {
        p { strong { {title(row.order.work)} } " · "
            Link { class: "link", to: MeterView::address_of(row.order.meter), "{row.serial}" }
        }
        p { class: "muted small", {window(row.order.window(), now, row.time_zone, language())} " · {row.address}" }
    }
}

#[component]
fn Move(row: WorkRow, desk: Desk, onclose: EventHandler<()>) -> Element {
    let was = row.time_zone.day_of(row.order.from);
    let mut day = use_signal(|| Some(was));
    let mut tried = use_signal(|| false);
    let Desk { shift, mut doing, .. } = desk;
    let movable = is_movable(&row);
    let wrong = day().is_none().then(|| tr("work-no-day"));
    let (moved, other) = (row.clone(), row.clone());
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some(day) = day() {
            onclose.call(());
            if day != was {
                shift.call((moved.clone(), day.0 - was.0));
            }
        }
    };
    rsx! {
        Dialog { title: tr("calendar-move-title"), onclose: move |()| onclose.call(()),
            form { class: "stack wide", novalidate: true, onsubmit: go,
                About { row: row.clone() }
                if movable {
                    Summary { wrong: misses(tried(), [("move-day", wrong.clone())]) }
                    DayEntry { id: "move-day", label: tr("calendar-move-day"), value: day(), error: wrong.filter(|_| tried()), onchoose: move |chosen| day.set(chosen) }
                    p { class: "muted tiny", {tr("calendar-move-note")} }
                } else {
                    p { class: "muted small", {tr("calendar-begun")} }
                }
                div { class: "row wrap actions",
                    if movable {
                        Button { label: tr("calendar-move"), kind: "primary", icon: "check", r#type: "submit" }
                        Button { label: tr("calendar-assign"), icon: "user", onclick: move |_| doing.set(Some(Doing::Assign(other.clone()))) }
                    }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

#[component]
fn Assign(row: WorkRow, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let server = use_server_view(|| AdminRequest::Zones, zones);
    let mut chosen = use_signal(|| row.order.technician.clone());
    let zone = row.zone;
    let known = server.latest.read().as_ref().map(|zones| technicians_of(zones, zone)).unwrap_or_default();
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
    let (order, meter, was) = (row.order.id, row.order.meter, row.order.technician.clone());
    let go = move |event: FormEvent| {
        event.prevent_default();
        let to = chosen();
        if to == was {
            return onclose.call(());
        }
        sending.once(async move {
            match bridge::call(Request::SubmitAs { op: sending.id(), command: Operation::AssignWork { order, meter, to } }).await
            {
                Ok(_) => {
                    say_kept();
                    onclose.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    let day = format::near_date(row.time_zone.day_of(row.order.from), language());
    rsx! {
        Dialog { title: tr("calendar-assign-title"), onclose: move |()| if !sending.is_busy() { onclose.call(()) },
            form { id: "assign-form", class: "stack wide", novalidate: true, onsubmit: go,
                About { row: row.clone() }
                div { class: "field", "data-of": "technician",
                    span { class: "label", "aria-hidden": "true", {tr("field-technician")} " · {day}" }
                    Select { label: tr("field-technician"), choices: names, chosen: chosen().map(|person| person.id.to_string()).unwrap_or_default(), onchoose: choose }
                }
                if is_away {
                    p { class: "muted small", {tr("work-technicians-away")} }
                }
                div { class: "row wrap actions",
                    Button { label: tr("calendar-assign"), kind: "primary", icon: "check", r#type: "submit", busy: sending.is_busy() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: sending.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
