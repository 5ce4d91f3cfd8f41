//! Long lists whose rows have heights of their own: only what is near the visible part is drawn, the rest is empty space of its height.
//!
//! A list is cut into pages that ask for their rows when they come near, and a page into pieces small enough to be drawn within one
//! frame. What was drawn once keeps its height when it goes; what was not has an estimate.

use crate::bridge::{Nearness, near};
use crate::state::{Load, shared};
use dioxus::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Pixels before a page is visible at which it asks for its rows.
const PAGE_MARGIN: u32 = 2_400;

/// Pixels before a piece is visible at which it is drawn.
const PIECE_MARGIN: u32 = 500;

/// Spaces made so far: each has an id of its own.
static MADE: AtomicU32 = AtomicU32::new(0);

/// The pages of so many rows: where each begins, and how many rows it has.
pub fn pages(total: u32, page: u32) -> impl Iterator<Item = (u32, u32)> {
    (0..total.div_ceil(page)).map(move |place| (place * page, page.min(total - place * page)))
}

/// Calls `onfilled` when the rows of a page are there, and each time that they were read again.
pub fn use_filled<T: 'static>(load: Signal<Load<T>>, onfilled: EventHandler<()>) {
    use_effect(move || {
        if matches!(&*load.read(), Load::Ready(_)) {
            onfilled.call(());
        }
    });
}

/// What a space takes the room of.
#[derive(Clone, Copy, PartialEq)]
pub enum Of {
    /// A page of rows.
    Page,
    /// A few rows of it.
    Piece,
}

/// A part of a list: whether it is to be drawn, and what it is to take while it is not.
#[derive(Clone, Copy, PartialEq)]
pub struct Space {
    of: Of,
    id: Signal<String>,
    drawn: Signal<bool>,
    filled: Signal<bool>,
    height: Signal<f64>,
}

impl Space {
    /// Whether its rows are to be drawn.
    pub fn is_near(self) -> bool {
        (self.drawn)()
    }

    /// Its rows are there, and take the place that they take.
    pub fn fill(self) {
        let mut filled = self.filled;
        if !*filled.peek() {
            filled.set(true);
        }
    }

    /// A piece is full as soon as it is drawn; a page waits for its rows.
    fn keeps(self) -> f64 {
        let is_full = self.of == Of::Piece || (self.filled)();
        if (self.drawn)() && is_full { 0.0 } else { (self.height)() }
    }
}

/// A space of about so many pixels.
pub fn use_space(of: Of, estimate: f64) -> Space {
    Space {
        of,
        id: use_signal(|| format!("space-{}", MADE.fetch_add(1, Ordering::Relaxed))),
        drawn: use_signal(|| false),
        filled: use_signal(|| false),
        height: use_signal(|| estimate),
    }
}

/// The element of a space; its children are what is drawn in it.
#[component]
pub fn Stretch(space: Space, children: Element) -> Element {
    let wide = shared().wide;
    let observer = use_hook(|| Rc::new(RefCell::new(None::<Nearness>)));
    let watch = move || {
        let Space { mut drawn, mut filled, mut height, .. } = space;
        let margin = if space.of == Of::Page { PAGE_MARGIN } else { PIECE_MARGIN };
        near(&space.id.peek(), margin, *wide.peek(), move |is_near, tall| {
            if !is_near {
                height.set(tall);
                filled.set(false);
            }
            drawn.set(is_near);
        })
    };
    rsx! {
        div { id: "{space.id}", class: "stretch", role: "presentation", min_height: "{space.keeps()}px",
            onmounted: move |_| *observer.borrow_mut() = Some(watch()),
            {children}
        }
    }
}
