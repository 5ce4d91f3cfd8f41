//! Pemeliharaan: work by the days of a month or a week, or technician by technician; what is nobody's, and what each technician has to do. The work is
//! this device's own, and is shown and moved without a network; what is warned of is as the server said last.

mod chip;
mod day;
mod dialogs;
mod lanes;
mod loads;
mod month;
mod moving;
mod planning;
mod view;

use crate::components::address::use_kept;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Empty, Failed, Icon, Segmented, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::exports::ExportButton;
use crate::pages::maintenance::parts::{Head, Part};
use crate::route::Route;
use crate::state::{Load, shared, use_answer_of, use_changes_every};
use crate::{bridge, format};
use day::{DayList, Tray};
use dialogs::Dialogs;
use dioxus::prelude::*;
use domain::core::date_words;
use domain::{LocalDay, UserId};
use lanes::Lanes;
use loads::Loads;
use month::{Agenda, Weeks, weeks};
use moving::{Moved, Slot, use_desk};
use planning::{Planning, Warned, load_of};
use protocol::ui::exports::ExportedList;
use protocol::ui::maintenance::TechnicianLoad;
use protocol::ui::{Answer, Request, WorkCalendar, WorkRow};
use view::{CalendarView, Form};

/// What is looked at, and what is done with it.
#[derive(Clone, Copy, PartialEq)]
pub struct Desk {
    /// What is shown, as the address has it.
    pub kept: Signal<CalendarView>,
    /// The day it is.
    pub today: LocalDay,
    /// What is known of days and people.
    pub planning: Memo<Planning>,
    /// What is dragged.
    pub dragged: Signal<Option<WorkRow>>,
    /// What was moved last.
    pub moved: Signal<Option<Moved>>,
    /// What a dialog is about.
    pub doing: Signal<Option<Doing>>,
    /// Puts an order somewhere else.
    pub put: Callback<(WorkRow, Slot)>,
    /// Takes the last move back.
    pub undo: Callback<()>,
}

impl Desk {
    /// The day around which work is shown.
    pub fn day(self) -> LocalDay {
        (self.kept)().day.unwrap_or(self.today)
    }

    /// Shows the work of a day in full, all of it or a technician's.
    pub fn show(self, day: LocalDay, technician: Option<UserId>) {
        let (mut kept, today) = (self.kept, self.today);
        kept.with_mut(|kept| (kept.day, kept.technician) = (Some(day).filter(|day| *day != today), technician));
    }
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
    let kept = use_kept::<CalendarView>();
    let desk = use_desk(kept, today);
    let changes = use_changes_every(EVERY_MS);
    let load = use_answer_of(
        move || {
            changes.read();
            Request::WorkCalendar(kept.read().query(today))
        },
        |answer| match answer {
            Answer::WorkCalendar(found) => Some(*found),
            _ => None,
        },
    );
    let exported = ExportedList::Work(kept.read().query(today).span);
    let (matching, loads) = match &*load.read() {
        Load::Ready(found) => (count(found), found.loads.clone()),
        _ => (0, Vec::new()),
    };
    rsx! {
        div { class: "page office maintenance", id: BOX,
            Head { here: Part::Calendar, title: tr("maintenance-calendar"), ExportButton { list: exported, matching } }
            Way { desk }
            if let Some(moved) = (desk.moved)() {
                MovedBar { moved, loads, desk }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![420, 160] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(found) => rsx! { Body { found: found.clone(), desk } },
            }
        }
        Dialogs { desk }
    }
}

/// Orders that are shown or counted.
fn count(found: &WorkCalendar) -> u32 {
    found.days.iter().map(|day| day.open + day.done).sum()
}

/// In which form and of when, and the way to others.
#[component]
fn Way(desk: Desk) -> Element {
    let Desk { mut kept, today, .. } = desk;
    let (form, day) = (kept.read().form, desk.day());
    let (first, last) = form.span(day).days();
    let shown = match form {
        Form::Month => date_words::month(language(), day.month()),
        Form::Week | Form::Technicians => {
            format!("{} – {}", format::near_date(first, language()), format::date(last, language()))
        }
    };
    let is_here = form.span(today).days() == (first, last);
    let go = move |to: LocalDay| {
        // Where today is among them, it is the day that is looked at.
        let is_with_today = form.span(to).days() == form.span(today).days();
        desk.show(if is_with_today { today } else { to }, None);
    };
    let choices = Form::ALL.map(|form| (form, tr(&format!("calendar-form-{}", form.word())))).to_vec();
    let choose = move |to: Form| kept.with_mut(|kept| (kept.form, kept.technician) = (to, None));
    let now = if form == Form::Month { "calendar-today" } else { "calendar-this-week" };
    let (before, after) =
        if form == Form::Month { ("calendar-before", "calendar-after") } else { ("calendar-week-before", "calendar-week-after") };
    rsx! {
        div { class: "row wrap month-way",
            h2 { "aria-live": "polite", "{shown}" }
            button { class: "button quiet icon-only", r#type: "button", "aria-label": tr(before), onclick: move |_| go(form.turned(day, false)),
                Icon { name: "chevron-left" }
            }
            button { class: "button quiet icon-only", r#type: "button", "aria-label": tr(after), onclick: move |_| go(form.turned(day, true)),
                Icon { name: "chevron-right" }
            }
            Segmented { label: tr("calendar-form"), choices, chosen: form, onchoose: choose }
            Button { label: tr(now), kind: "quiet", disabled: is_here, onclick: move |_| go(today) }
        }
    }
}

/// What was moved, what speaks against it, and the way back.
#[component]
fn MovedBar(moved: Moved, loads: Vec<TechnicianLoad>, desk: Desk) -> Element {
    let Desk { moved: mut bar, undo, planning, .. } = desk;
    let row = &moved.row;
    let day = format::near_date(row.time_zone.day_of(row.order.from), language());
    let name = row.order.technician.as_ref().map_or_else(|| tr("work-anybody"), |person| person.name.clone());
    let is_new = row.order.technician.as_ref().map(|of| of.id) != moved.back.technician.as_ref().map(|of| of.id);
    let values = [("serial", row.serial.clone()), ("day", day), ("name", name)];
    let said = tra(if is_new { "calendar-given" } else { "calendar-moved" }, &values);
    let warned = planning.read().warnings(row, load_of(&loads, row));
    rsx! {
        div { class: "banner ok", role: "status", "data-moved": "{row.order.id}",
            Icon { name: "check" }
            div { class: "grow small",
                p { "{said}" }
                Warned { of: warned }
            }
            Button { label: tr("calendar-undo"), kind: "quiet", icon: "undo-2", onclick: move |_| undo.call(()) }
            button { class: "button quiet icon-only", r#type: "button", "aria-label": tr("close"), onclick: move |_| bar.set(None), Icon { name: "x" } }
        }
    }
}

#[component]
fn Body(found: WorkCalendar, desk: Desk) -> Element {
    let wide = (shared().wide)();
    let CalendarView { form, technician, .. } = (desk.kept)();
    let day = desk.day();
    if found.days.is_empty() {
        return rsx! {
            Card {
                Empty { icon: "calendar-clock", title: tr(if form == Form::Month { "calendar-none" } else { "calendar-week-none" }), next: tr("calendar-none-next"),
                    Link { class: "button secondary", to: Route::Schedules {}, Icon { name: "calendar-clock" } {tr("maintenance-schedules")} }
                }
            }
        };
    }
    rsx! {
        Shown { found: found.clone(), desk, wide }
        div { class: "maintenance-lists",
            // A list of one, because only lists have keys: what was opened in a day's list is of that day.
            for key in [format!("{}-{technician:?}", day.0)] {
                DayList { key: "{key}", day, rows: found.of_day.clone(), loads: found.loads.clone(), desk }
            }
            if form != Form::Technicians {
                Tray { rows: found.tray.clone(), count: found.unassigned, desk }
            }
        }
        Loads { loads: found.loads.clone(), around: day }
    }
}

/// The days in the form that is chosen.
#[component]
fn Shown(found: WorkCalendar, desk: Desk, wide: bool) -> Element {
    let (form, day) = ((desk.kept)().form, desk.day());
    let (first, last) = form.span(day).days();
    let month = day.month();
    match (form, wide) {
        (Form::Technicians, _) => rsx! { Lanes { found, monday: first, desk, wide } },
        (Form::Month, true) => rsx! { Weeks { days: found.days, weeks: weeks(month), month: Some(month), desk } },
        (Form::Week, true) => rsx! { Weeks { days: found.days, weeks: vec![first], month: None, desk } },
        (Form::Month, false) => {
            let (begin, end) = (month.first_day(), month.first_day().plus(month.days() - 1));
            let from = if (begin..=end).contains(&desk.today) { desk.today } else { begin };
            rsx! { Agenda { days: found.days, from, until: end, desk } }
        }
        (Form::Week, false) => rsx! { Agenda { days: found.days, from: first, until: last, desk } },
    }
}
