//! Another day for an order, and somebody else for one. Neither needs a network; the technicians are those that the server named last.

use crate::components::shell::language;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Dialog, Select};
use crate::format;
use crate::i18n::tr;
use crate::pages::MeterView;
use crate::pages::admin::ask::use_server_view;
use crate::pages::admin::parts::DayEntry;
use crate::pages::maintenance::announce::{technicians_of, zones};
use crate::pages::maintenance::calendar::moving::{Slot, is_movable};
use crate::pages::maintenance::calendar::planning::Warned;
use crate::pages::maintenance::calendar::{Desk, Doing};
use crate::pages::maintenance::words::{title, window};
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::maintenance::work_order::Window;
use domain::maintenance::workload::Load;
use domain::{LocalDay, UserId};
use protocol::sync::rows::Person;
use protocol::ui::{AdminRequest, WorkRow};

/// The dialog of what is done, if one is open.
#[component]
pub fn Dialogs(desk: Desk) -> Element {
    let mut doing = desk.doing;
    match doing() {
        Some(Doing::Move(row)) => rsx! { Move { row, desk, onclose: move |()| doing.set(None) } },
        Some(Doing::Assign(row)) => rsx! { Assign { row, desk, onclose: move |()| doing.set(None) } },
        None => rsx! {},
    }
}

/// What an order is, in two lines.
#[component]
fn About(row: WorkRow) -> Element {
    let now = *shared().now.peek();
    rsx! {
        p { Link { class: "link", to: Route::WorkPage { id: row.order.id }, strong { {title(row.order.work)} } } " · "
            Link { class: "link", to: MeterView::address_of(row.order.meter), "{row.serial}" }
        }
        p { class: "muted small", {window(row.order.window(), now, row.time_zone, language())} " · {row.address}" }
    }
}

/// An order as it would be on a day.
fn on(row: &WorkRow, day: LocalDay) -> WorkRow {
    let Window { from, until } = Slot::of(row).later(day.0 - row.time_zone.day_of(row.order.from).0).window;
    let mut row = row.clone();
    (row.order.from, row.order.until) = (from, until);
    row
}

#[component]
fn Move(row: WorkRow, desk: Desk, onclose: EventHandler<()>) -> Element {
    let was = row.time_zone.day_of(row.order.from);
    let mut day = use_signal(|| Some(was));
    let mut tried = use_signal(|| false);
    let Desk { put, mut doing, planning, .. } = desk;
    let movable = is_movable(&row);
    let wrong = day().is_none().then(|| tr("work-no-day"));
    let (moved, other) = (row.clone(), row.clone());
    let warned = day().map(|day| planning.read().warnings(&on(&row, day), Load::default())).unwrap_or_default();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some(day) = day() {
            onclose.call(());
            if day != was {
                let to = Slot::of(&moved).later(day.0 - was.0);
                put.call((moved.clone(), to));
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
                    Warned { of: warned }
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
fn Assign(row: WorkRow, desk: Desk, onclose: EventHandler<()>) -> Element {
    let Desk { put, planning, .. } = desk;
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
    let mut would = row.clone();
    would.order.technician = chosen();
    let warned = planning.read().warnings(&would, Load::default());
    let given = row.clone();
    let go = move |event: FormEvent| {
        event.prevent_default();
        onclose.call(());
        let to = Slot { technician: chosen(), ..Slot::of(&given) };
        put.call((given.clone(), to));
    };
    let day = format::near_date(row.time_zone.day_of(row.order.from), language());
    rsx! {
        Dialog { title: tr("calendar-assign-title"), onclose: move |()| onclose.call(()),
            form { id: "assign-form", class: "stack wide", novalidate: true, onsubmit: go,
                About { row: row.clone() }
                div { class: "field", "data-of": "technician",
                    span { class: "label", "aria-hidden": "true", {tr("field-technician")} " · {day}" }
                    Select { label: tr("field-technician"), choices: names, chosen: chosen().map(|person| person.id.to_string()).unwrap_or_default(), onchoose: choose }
                }
                Warned { of: warned }
                if is_away {
                    p { class: "muted small", {tr("work-technicians-away")} }
                }
                div { class: "row wrap actions",
                    Button { label: tr("calendar-assign"), kind: "primary", icon: "check", r#type: "submit" }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
