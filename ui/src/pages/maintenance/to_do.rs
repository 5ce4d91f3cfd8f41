//! What a technician has to do: announced work in the zones of this device, one's own and anybody's before that of others.

use crate::components::{Button, Card, Empty, Failed, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::maintenance::line::Line;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::UserId;
use protocol::ui::{Answer, Request, WorkRow};

/// Orders shown at first: the zones and their meters are beneath them.
const FEW: usize = 8;

/// Whether an order is somebody's, or anybody's.
fn is_mine(row: &WorkRow, user: Option<UserId>) -> bool {
    row.order.technician.as_ref().is_none_or(|person| Some(person.id) == user)
}

/// Work that is one's own or anybody's, and that of others behind it.
fn ordered(rows: &[WorkRow], user: Option<UserId>) -> impl Iterator<Item = &WorkRow> {
    rows.iter().filter(move |row| is_mine(row, user)).chain(rows.iter().filter(move |row| !is_mine(row, user)))
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
    rsx! {
        h2 { {tr("work-to-do")} }
        match &*load.read() {
            Load::Waiting => rsx! { Skeleton { heights: vec![96] } },
            Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
            Load::Ready(rows) if rows.is_empty() => rsx! {
                Card { Empty { icon: "calendar-check", title: tr("work-to-do-none"), next: tr("work-to-do-none-next") } }
            },
            Load::Ready(rows) => rsx! {
                Card { class: "wide work",
                    ul { class: "list", "aria-label": tr("work-to-do"),
                        for row in ordered(rows, user).take(if all() { rows.len() } else { FEW }) {
                            Line { key: "{row.order.id}", row: row.clone(), with_meter: true }
                        }
                    }
                    if rows.len() > FEW && !all() {
                        Button { label: tra("show-more", &[("n", (rows.len() - FEW).to_string())]), kind: "quiet", full: true,
                            onclick: move |_| all.set(true) }
                    }
                }
            },
        }
    }
}
