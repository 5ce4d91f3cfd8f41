//! The operations of Antrean: as many as there are, drawn as they are scrolled to.

use crate::components::near::{Of, Stretch, pages, use_filled, use_space};
use crate::components::states::explain;
use crate::pages::sync::outbox::Acts;
use crate::pages::sync::outbox::line::Line;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use protocol::ui::{Answer, ListQuery, OutboxItem, Request};

/// Operations requested at once, and drawn at once.
const PAGE: u32 = 48;
const PIECE: usize = 4;

/// Pixels of an operation with one change and a reason.
const TALL: f64 = 128.0;

/// All of them, what needs its author first.
#[component]
pub fn Operations(total: u32, acts: Acts) -> Element {
    let wide = (shared().wide)();
    rsx! {
        div { class: "outbox", role: "list",
            for (offset , rows) in pages(total, PAGE) {
                Page { key: "{wide} {offset}", offset, rows, total, acts }
            }
        }
    }
}

#[component]
fn Page(offset: u32, rows: u32, total: u32, acts: Acts) -> Element {
    let space = use_space(Of::Page, f64::from(rows) * TALL);
    rsx! {
        Stretch { space,
            if space.is_near() {
                Rows { offset, total, acts, onfilled: move |()| space.fill() }
            }
        }
    }
}

#[component]
fn Rows(offset: u32, total: u32, acts: Acts, onfilled: EventHandler<()>) -> Element {
    let shared = shared();
    // What is on its way, or has come back, changes without the cache changing.
    let load = use_answer(
        move || {
            shared.sync.read();
            Request::OutboxWindow(ListQuery { offset, limit: PAGE })
        },
        |answer| match answer {
            Answer::OutboxWindow(window) => Some(window.items),
            _ => None,
        },
    );
    use_filled(load, onfilled);
    match &*load.read() {
        Load::Waiting => rsx! {},
        Load::Failed(problem) => rsx! { p { class: "error-text", {explain(problem)} } },
        Load::Ready(items) => rsx! {
            for (place , piece) in items.chunks(PIECE).enumerate() {
                Piece { key: "{place}", items: piece.to_vec(), first: offset + (place * PIECE) as u32, total, acts }
            }
        },
    }
}

#[component]
fn Piece(items: Vec<OutboxItem>, first: u32, total: u32, acts: Acts) -> Element {
    let space = use_space(Of::Piece, items.len() as f64 * TALL);
    rsx! {
        Stretch { space,
            if space.is_near() {
                for (place , item) in items.into_iter().enumerate() {
                    Line { key: "{item.op}", place: first + place as u32, total, item, acts }
                }
            }
        }
    }
}
