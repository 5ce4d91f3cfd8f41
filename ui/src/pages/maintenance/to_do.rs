//! What a technician has to do: announced work in the zones of this device, one's own and anybody's before that of others, and today's before what comes
//! later; today's in the order of time, or so that the way is short.

use crate::components::{Button, Card, Empty, Failed, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::maintenance::line::Line;
use crate::pages::maintenance::ready::Ready;
use crate::pages::maintenance::way::{By, Way, ordered};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::core::local_time::MINUTE_MS;
use domain::{UserId, UtcMillis};
use protocol::ui::{Answer, Request, WorkRow};

/// Orders shown at first, where fewer are of today: the zones and their meters are beneath them.
const FEW: usize = 8;

/// Whether an order is somebody's, or anybody's.
pub fn is_mine(row: &WorkRow, user: Option<UserId>) -> bool {
    row.order.technician.as_ref().is_none_or(|person| Some(person.id) == user)
}

/// Whether an order is to be done by the end of the day it is: its window has opened, or opens today.
fn is_of_today(row: &WorkRow, now: UtcMillis) -> bool {
    row.time_zone.day_of(row.order.from) <= row.time_zone.day_of(now)
}

/// What to do, in its order: today's that somebody or anybody has to do, by time or by the way; what comes later; and what is for others.
fn in_order(rows: &[WorkRow], user: Option<UserId>, (now, by): (UtcMillis, By)) -> (Vec<WorkRow>, Vec<WorkRow>) {
    let (mine, others): (Vec<&WorkRow>, Vec<&WorkRow>) = rows.iter().partition(|row| is_mine(row, user));
    let (today, later): (Vec<&WorkRow>, Vec<&WorkRow>) = mine.into_iter().partition(|row| is_of_today(row, now));
    let today = ordered(today.into_iter().cloned().collect(), by);
    (today, later.into_iter().chain(others).cloned().collect())
}

/// The section of Hari Ini.
#[component]
pub fn ToDo() -> Element {
    let user = shared().user().map(|(id, _)| id);
    let load = use_answer(
        || Request::Work,
        |answer| match answer {
            Answer::Work(rows) => Some(rows),
            _ => None,
        },
    );
    let mut all = use_signal(|| false);
    let by = use_signal(By::default);
    // By the minute: what is of today changes at midnight.
    let shared = shared();
    let minute = use_memo(move || UtcMillis((shared.now)().0 / MINUTE_MS * MINUTE_MS));
    rsx! {
        h2 { {tr("work-to-do")} }
        Ready {}
        match &*load.read() {
            Load::Waiting => rsx! { Skeleton { heights: vec![96] } },
            Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
            Load::Ready(rows) if rows.is_empty() => rsx! {
                Card { Empty { icon: "calendar-check", title: tr("work-to-do-none"), next: tr("work-to-do-none-next") } }
            },
            Load::Ready(rows) => {
                let (today, rest) = in_order(rows, user, (minute(), by()));
                // All of today's is shown.
                let shown = if all() { rows.len() } else { FEW.max(today.len()) };
                rsx! {
                    Card { class: "wide work",
                        Way { rows: today.clone(), by }
                        ul { class: "list", "aria-label": tr("work-to-do"),
                            for row in today.into_iter().chain(rest).take(shown) {
                                Line { key: "{row.order.id}", row, with_meter: true }
                            }
                        }
                        if rows.len() > shown {
                            Button { label: tra("show-more", &[("n", (rows.len() - shown).to_string())]), kind: "quiet", full: true,
                                onclick: move |_| all.set(true) }
                        }
                    }
                }
            },
        }
    }
}
