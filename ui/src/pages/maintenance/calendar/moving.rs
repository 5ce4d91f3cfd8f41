//! Moving work to another day and giving it to somebody else: by keys, by dragging or by a dialog. It is kept on this device, shown at once, and can be
//! taken back.

use crate::bridge;
use crate::components::states::explain;
use crate::i18n::tr;
use crate::pages::maintenance::calendar::planning::{Planning, use_planning};
use crate::pages::maintenance::calendar::view::CalendarView;
use crate::pages::maintenance::calendar::{BOX, Desk};
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::LocalDay;
use domain::core::local_time::DAY_MS;
use domain::maintenance::work_order::{Window, WorkState};
use protocol::Problem;
use protocol::sync::push::Operation;
use protocol::sync::rows::Person;
use protocol::ui::{Request, WorkRow};

/// When an order is done, and by whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// When.
    pub window: Window,
    /// By whom; none: anybody of the zone.
    pub technician: Option<Person>,
}

impl Slot {
    /// That of an order.
    pub fn of(row: &WorkRow) -> Self {
        Self { window: row.order.window(), technician: row.order.technician.clone() }
    }

    /// The same so many days later.
    #[must_use]
    pub fn later(self, days: i32) -> Self {
        let by = i64::from(days) * DAY_MS;
        let Window { from, until } = self.window;
        Self { window: Window { from: from.plus(by), until: until.plus(by) }, ..self }
    }

    /// Whether the same person does it: names change.
    fn is_of_same(&self, other: &Self) -> bool {
        self.technician.as_ref().map(|of| of.id) == other.technician.as_ref().map(|of| of.id)
    }
}

/// What was moved last.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// As it is now.
    pub row: WorkRow,
    /// Where it was.
    pub back: Slot,
}

/// The name of an order's element.
pub fn name_of(row: &WorkRow) -> String {
    format!("work-{}", row.order.id)
}

/// Whether it can be moved and assigned: nobody has begun it.
pub fn is_movable(row: &WorkRow) -> bool {
    row.order.state == WorkState::Scheduled
}

/// The desk of a page.
pub fn use_desk(kept: Signal<CalendarView>, today: LocalDay) -> Desk {
    let shared = shared();
    let moved = use_signal(|| None::<Moved>);
    let planning = use_planning(kept, today);
    let put = use_callback(move |(row, to): (WorkRow, Slot)| send(shared, planning, (row, to), (moved, false)));
    let undo = use_callback(move |()| {
        let last = moved.peek().clone();
        if let Some(Moved { row, back }) = last {
            send(shared, planning, (row, back), (moved, true));
        }
    });
    Desk { kept, today, planning, dragged: use_signal(|| None), moved, doing: use_signal(|| None), put, undo }
}

/// Why an order cannot go to a slot.
fn refused(planning: &Planning, row: &WorkRow, to: &Slot) -> Option<String> {
    let from = Slot::of(row);
    let whose = to.technician.as_ref().filter(|_| !to.is_of_same(&from));
    let is_elsewhere = whose.is_some_and(|of| planning.works_in(of.id, row.zone) == Some(false));
    if !is_movable(row) {
        return Some(tr("calendar-begun"));
    }
    if to.window != from.window && !to.window.is_possible(bridge::now()) {
        return Some(tr("work-window-wrong"));
    }
    is_elsewhere.then(|| tr("calendar-elsewhere"))
}

async fn submit(command: Operation) -> Result<(), Problem> {
    bridge::call(Request::SubmitAs { op: bridge::new_id(), command }).await.map(drop)
}

/// Sends what has to change, and says what was moved; the focus goes along.
fn send(
    shared: Shared,
    planning: Memo<Planning>,
    (row, to): (WorkRow, Slot),
    (mut moved, is_undo): (Signal<Option<Moved>>, bool),
) {
    if let Some(why) = refused(&planning.peek(), &row, &to) {
        return shared.toast(why);
    }
    let back = Slot::of(&row);
    if back.window == to.window && back.is_of_same(&to) {
        return;
    }
    spawn(async move {
        let mut row = row;
        let outcome = step(&mut row, to.clone()).await;
        // Of two steps the first may have been taken.
        let has_moved = Slot::of(&row) != back;
        let name = name_of(&row);
        match (has_moved, is_undo) {
            (false, _) => {}
            (true, false) => moved.set(Some(Moved { row, back })),
            (true, true) if outcome.is_ok() => {
                moved.set(None);
                shared.toast(tr("calendar-undone"));
            }
            (true, true) => moved.set(Some(Moved { row, back: to })),
        }
        bridge::focus_soon(BOX, &name);
        if let Err(problem) = outcome {
            shared.toast(explain(&problem));
        }
    });
}

/// Gives an order to somebody else and moves it, as far as it has to change.
async fn step(row: &mut WorkRow, to: Slot) -> Result<(), Problem> {
    let (order, meter, back) = (row.order.id, row.order.meter, Slot::of(row));
    if !back.is_of_same(&to) {
        submit(Operation::AssignWork { order, meter, to: to.technician.clone() }).await?;
        row.order.technician = to.technician;
    }
    if back.window != to.window {
        let Window { from, until } = to.window;
        submit(Operation::MoveWork { order, meter, was: back.window.from, from, until }).await?;
        (row.order.from, row.order.until) = (from, until);
    }
    Ok(())
}
