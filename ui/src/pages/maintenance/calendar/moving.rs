//! Moving work: by keys, by dragging or by a dialog, all of it one operation that is kept on this device, shown at once, and can be taken back.

use crate::bridge;
use crate::components::states::explain;
use crate::i18n::tr;
use crate::pages::maintenance::calendar::{BOX, Desk};
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::LocalDay;
use domain::core::local_time::DAY_MS;
use domain::maintenance::work_order::{Window, WorkState};
use protocol::sync::push::Operation;
use protocol::ui::{Request, WorkRow};

/// What was moved last.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// As it is now.
    pub row: WorkRow,
    /// Where it was.
    pub back: Window,
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
pub fn use_desk(today: LocalDay) -> Desk {
    let shared = shared();
    let moved = use_signal(|| None::<Moved>);
    let shift = use_callback(move |(row, days): (WorkRow, i32)| {
        let by = i64::from(days) * DAY_MS;
        let Window { from, until } = row.order.window();
        send(shared, row, Window { from: from.plus(by), until: until.plus(by) }, (moved, false));
    });
    let undo = use_callback(move |()| {
        let last = moved.peek().clone();
        if let Some(Moved { row, back }) = last {
            send(shared, row, back, (moved, true));
        }
    });
    Desk {
        month: use_signal(|| today.month()),
        day: use_signal(|| Some(today)),
        dragged: use_signal(|| None),
        moved,
        doing: use_signal(|| None),
        shift,
        undo,
    }
}

/// Sends a move, and says what was moved; the focus goes along.
fn send(shared: Shared, row: WorkRow, to: Window, (mut moved, is_undo): (Signal<Option<Moved>>, bool)) {
    let back = row.order.window();
    if !is_movable(&row) {
        return shared.toast(tr("calendar-begun"));
    }
    if !to.is_possible(bridge::now()) {
        return shared.toast(tr("work-window-wrong"));
    }
    if back == to {
        return;
    }
    spawn(async move {
        let (order, meter) = (row.order.id, row.order.meter);
        let command = Operation::MoveWork { order, meter, was: back.from, from: to.from, until: to.until };
        match bridge::call(Request::SubmitAs { op: bridge::new_id(), command }).await {
            Ok(_) => {
                let mut row = row;
                let name = name_of(&row);
                (row.order.from, row.order.until) = (to.from, to.until);
                if is_undo {
                    moved.set(None);
                    shared.toast(tr("calendar-undone"));
                } else {
                    moved.set(Some(Moved { row, back }));
                }
                bridge::focus_soon(BOX, &name);
            }
            Err(problem) => shared.toast(explain(&problem)),
        }
    });
}
