//! Pemeliharaan: work by the days of a month, what is nobody's, and what each technician has to do. All of it is this device's own, and works without
//! a network.

mod day;
mod dialogs;
mod loads;
mod month;
mod moving;

use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Empty, Failed, Icon, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::maintenance::parts::{Head, Part};
use crate::route::Route;
use crate::state::{Load, shared, use_answer_of, use_changes_every};
use crate::{bridge, format};
use day::{DayList, Tray};
use dialogs::Dialogs;
use dioxus::prelude::*;
use domain::core::date_words;
use domain::{LocalDay, LocalMonth};
use loads::Loads;
use month::{Agenda, Month};
use moving::{Moved, use_desk};
use protocol::ui::{Answer, Request, WorkCalendar, WorkCalendarQuery, WorkRow};

/// What is looked at, and what is done with it.
#[derive(Clone, Copy, PartialEq)]
pub struct Desk {
    /// The month.
    pub month: Signal<LocalMonth>,
    /// The day whose work is shown in full.
    pub day: Signal<Option<LocalDay>>,
    /// What is dragged.
    pub dragged: Signal<Option<WorkRow>>,
    /// What was moved last.
    pub moved: Signal<Option<Moved>>,
    /// What a dialog is about.
    pub doing: Signal<Option<Doing>>,
    /// Moves an order by so many days.
    pub shift: Callback<(WorkRow, i32)>,
    /// Takes the last move back.
    pub undo: Callback<()>,
}

/// What a dialog is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Doing {
    /// Another day for an order.
    Move(WorkRow),
    /// Somebody else for an order.
    Assign(WorkRow),
}

/// The element that holds the calendar.
pub const BOX: &str = "work-calendar";

/// Milliseconds between two looks at the orders of six weeks, whatever else the cache is changed by.
const EVERY_MS: i64 = 1_000;

/// The page.
#[component]
pub fn Maintenance() -> Element {
    let today = use_hook(|| device_zone().day_of(bridge::now()));
    let desk = use_desk(today);
    let changes = use_changes_every(EVERY_MS);
    let load = use_answer_of(
        move || {
            changes.read();
            Request::WorkCalendar(WorkCalendarQuery { month: (desk.month)(), day: (desk.day)() })
        },
        |answer| match answer {
            Answer::WorkCalendar(found) => Some(*found),
            _ => None,
        },
    );
    rsx! {
        div { class: "page office maintenance", id: BOX,
            Head { here: Part::Calendar, title: tr("maintenance-calendar") }
            Way { desk, today }
            if let Some(moved) = (desk.moved)() {
                MovedBar { moved, desk }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![420, 160] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(found) => rsx! { Body { found: found.clone(), desk, today } },
            }
        }
        Dialogs { desk }
    }
}

/// Which month, and the way to others.
#[component]
fn Way(desk: Desk, today: LocalDay) -> Element {
    let Desk { mut month, mut day, .. } = desk;
    let shown = date_words::month(language(), month());
    let mut go = move |to: LocalMonth| {
        month.set(to);
        day.set(Some(if to == today.month() { today } else { to.first_day() }));
    };
    rsx! {
        div { class: "row wrap month-way",
            h2 { class: "grow", "aria-live": "polite", "{shown}" }
            Button { label: tr("calendar-today"), kind: "quiet", disabled: month() == today.month(), onclick: move |_| go(today.month()) }
            button { class: "button quiet icon-only", r#type: "button", "aria-label": tr("calendar-before"), onclick: move |_| go(LocalMonth(month().0 - 1)),
                Icon { name: "chevron-left" }
            }
            button { class: "button quiet icon-only", r#type: "button", "aria-label": tr("calendar-after"), onclick: move |_| go(LocalMonth(month().0 + 1)),
                Icon { name: "chevron-right" }
            }
        }
    }
}

/// What was moved, with the way back.
#[component]
fn MovedBar(moved: Moved, desk: Desk) -> Element {
    let Desk { moved: mut bar, undo, .. } = desk;
    let day = format::near_date(moved.row.time_zone.day_of(moved.row.order.from), language());
    rsx! {
        div { class: "banner ok", role: "status", "data-moved": "{moved.row.order.id}",
            Icon { name: "check" }
            p { class: "grow small", {tra("calendar-moved", &[("serial", moved.row.serial.clone()), ("day", day)])} }
            Button { label: tr("calendar-undo"), kind: "quiet", icon: "undo-2", onclick: move |_| undo.call(()) }
            button { class: "button quiet icon-only", r#type: "button", "aria-label": tr("close"), onclick: move |_| bar.set(None), Icon { name: "x" } }
        }
    }
}

#[component]
fn Body(found: WorkCalendar, desk: Desk, today: LocalDay) -> Element {
    let wide = (shared().wide)();
    if found.days.is_empty() {
        return rsx! {
            Card {
                Empty { icon: "calendar-clock", title: tr("calendar-none"), next: tr("calendar-none-next"),
                    Link { class: "button secondary", to: Route::Schedules {}, Icon { name: "calendar-clock" } {tr("maintenance-schedules")} }
                }
            }
        };
    }
    let day = (desk.day)();
    rsx! {
        if wide {
            Month { days: found.days.clone(), desk, today }
        } else {
            Agenda { days: found.days.clone(), desk, today }
        }
        div { class: "maintenance-lists",
            if let Some(day) = day {
                DayList { key: "{day.0}", day, rows: found.of_day.clone(), desk }
            }
            Tray { rows: found.tray.clone(), count: found.unassigned, desk }
        }
        Loads { loads: found.loads.clone(), around: day.unwrap_or(today) }
    }
}
