//! What two people changed: a few at first, and on demand all of them, drawn as they are scrolled to.

use crate::components::near::{Of, Stretch, pages, use_filled, use_space};
use crate::components::{Button, ConflictCard};
use crate::i18n::{tr, tra};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use protocol::sync::rows::Conflict;
use protocol::ui::{Answer, ConflictsWindow, ListQuery, Request};

/// Shown before somebody asks for all: the changes below must be in reach.
const FEW: u32 = 3;

/// Conflicts requested at once, and drawn at once.
const PAGE: u32 = 24;
const PIECE: usize = 2;

/// Pixels of a card and the space below it.
const TALL: f64 = 214.0;

fn use_window(ask: impl Fn() -> ListQuery + 'static) -> Signal<Load<ConflictsWindow>> {
    use_answer(
        move || Request::ConflictsWindow(ask()),
        |answer| match answer {
            Answer::ConflictsWindow(window) => Some(window),
            _ => None,
        },
    )
}

/// Every field that waits for a decision.
#[component]
pub fn Conflicts() -> Element {
    let wide = (shared().wide)();
    let mut all = use_signal(|| false);
    let load = use_window(|| ListQuery { offset: 0, limit: FEW });
    let load = load.read();
    let Load::Ready(few) = &*load else { return rsx! {} };
    let total = few.total;
    if total == 0 {
        return rsx! {};
    }
    rsx! {
        h2 { class: "row", {tr("conflicts-title")} span { class: "chip warn small", "{total}" } }
        div { class: "conflicts", role: "list",
            if all() {
                for (offset , rows) in pages(total, PAGE) {
                    Page { key: "{wide} {offset}", offset, rows, total }
                }
            } else {
                for (place , conflict) in few.conflicts.iter().enumerate() {
                    One { key: "{conflict.id}", conflict: conflict.clone(), place: place as u32, total }
                }
            }
        }
        if !all() && total > FEW {
            Button { label: tra("conflicts-all", &[("n", (total - FEW).to_string())]), icon: "chevron-down", full: true, onclick: move |_| all.set(true) }
        }
    }
}

#[component]
fn Page(offset: u32, rows: u32, total: u32) -> Element {
    let space = use_space(Of::Page, f64::from(rows) * TALL);
    rsx! {
        Stretch { space,
            if space.is_near() {
                Rows { offset, total, onfilled: move |()| space.fill() }
            }
        }
    }
}

#[component]
fn Rows(offset: u32, total: u32, onfilled: EventHandler<()>) -> Element {
    let load = use_window(move || ListQuery { offset, limit: PAGE });
    use_filled(load, onfilled);
    let load = load.read();
    let Load::Ready(window) = &*load else { return rsx! {} };
    rsx! {
        for (place , piece) in window.conflicts.chunks(PIECE).enumerate() {
            Piece { key: "{place}", conflicts: piece.to_vec(), first: offset + (place * PIECE) as u32, total }
        }
    }
}

#[component]
fn Piece(conflicts: Vec<Conflict>, first: u32, total: u32) -> Element {
    let space = use_space(Of::Piece, conflicts.len() as f64 * TALL);
    rsx! {
        Stretch { space,
            if space.is_near() {
                for (place , conflict) in conflicts.into_iter().enumerate() {
                    One { key: "{conflict.id}", conflict, place: first + place as u32, total }
                }
            }
        }
    }
}

#[component]
fn One(conflict: Conflict, place: u32, total: u32) -> Element {
    rsx! {
        div { role: "listitem", "aria-setsize": "{total}", "aria-posinset": "{place + 1}",
            ConflictCard { conflict }
        }
    }
}
