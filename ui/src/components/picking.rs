//! What of a list is ticked: rows, stretches of the list, or all that match but for those that were unticked, whether they were ever drawn or not.
//! A list says what names its rows (`I`) and which rows it is about (`M`).

use crate::components::states::explain;
use crate::state::Shared;
use dioxus::prelude::*;
use protocol::Problem;
use std::collections::BTreeSet;

/// What is ticked.
#[derive(Clone, Debug, PartialEq)]
pub enum Picked<I, M> {
    /// These.
    Rows(BTreeSet<I>),
    /// All that matched when it was pressed, but for these.
    Matching {
        /// What matches.
        matching: M,
        /// How many.
        of: u32,
        /// What was unticked.
        except: BTreeSet<I>,
    },
}

impl<I, M> Default for Picked<I, M> {
    fn default() -> Self {
        Self::Rows(BTreeSet::new())
    }
}

impl<I: Ord, M> Picked<I, M> {
    /// Whether a row is ticked.
    pub fn has(&self, id: &I) -> bool {
        match self {
            Self::Rows(rows) => rows.contains(id),
            Self::Matching { except, .. } => !except.contains(id),
        }
    }

    /// How many are.
    pub fn count(&self) -> u32 {
        match self {
            Self::Rows(rows) => rows.len() as u32,
            Self::Matching { of, except, .. } => of.saturating_sub(except.len() as u32),
        }
    }

    fn set(&mut self, id: I, is: bool) {
        let (set, is_in) = match self {
            Self::Rows(rows) => (rows, is),
            Self::Matching { except, .. } => (except, !is),
        };
        if is_in {
            set.insert(id);
        } else {
            set.remove(&id);
        }
    }
}

/// Ticking, while it is on.
#[derive(PartialEq)]
pub struct Picking<I: 'static, M: 'static> {
    is_on: Signal<bool>,
    picked: Signal<Picked<I, M>>,
    /// The place of the row that was ticked last, where a stretch begins.
    last: Signal<Option<u32>>,
}

// By hand: a signal is copied whatever it holds.
impl<I: 'static, M: 'static> Copy for Picking<I, M> {}
impl<I: 'static, M: 'static> Clone for Picking<I, M> {
    fn clone(&self) -> Self {
        *self
    }
}

/// Ticking in a list that is about `matching` now. All that match are nothing any more once it is about others; rows that were ticked stay ticked.
pub fn use_picking<I: Ord + 'static, M: Clone + PartialEq + 'static>(matching: impl Fn() -> M + 'static) -> Picking<I, M> {
    let picking = Picking { is_on: use_signal(|| false), picked: use_signal(Picked::default), last: use_signal(|| None) };
    let (mut picked, mut last) = (picking.picked, picking.last);
    use_effect(move || {
        let now = matching();
        last.set(None);
        let is_other = matches!(&*picked.peek(), Picked::Matching { matching, .. } if *matching != now);
        if is_other {
            picked.set(Picked::default());
        }
    });
    picking
}

impl<I: Copy + Ord + 'static, M: Clone + PartialEq + 'static> Picking<I, M> {
    /// Whether rows can be ticked.
    pub fn is_on(self) -> bool {
        (self.is_on)()
    }

    /// The same outside of what is drawn.
    pub fn is_picking(self) -> bool {
        *self.is_on.peek()
    }

    /// Lets rows be ticked, or not any more; then none is.
    pub fn turn(self) {
        let Self { mut is_on, mut picked, mut last } = self;
        let is = !*is_on.peek();
        is_on.set(is);
        last.set(None);
        picked.set(Picked::default());
    }

    /// Whether a row is ticked.
    pub fn has(self, id: I) -> bool {
        self.picked.read().has(&id)
    }

    /// How many are ticked.
    pub fn count(self) -> u32 {
        self.picked.read().count()
    }

    /// What is ticked now.
    pub fn picked(self) -> Picked<I, M> {
        self.picked.peek().clone()
    }

    /// Ticks nothing.
    pub fn clear(self) {
        let Self { mut picked, mut last, .. } = self;
        picked.set(Picked::default());
        last.set(None);
    }

    /// Ticks all that match.
    pub fn pick_all(self, matching: M, of: u32) {
        let mut picked = self.picked;
        picked.set(Picked::Matching { matching, of, except: BTreeSet::new() });
    }

    /// Ticks or unticks a row by itself.
    pub fn toggle(self, id: I) {
        let mut picked = self.picked;
        let is = !picked.peek().has(&id);
        picked.with_mut(|picked| picked.set(id, is));
    }

    /// Ticks or unticks a row; with `is_stretch` all from the one before to it, as this row is by then. `between` asks for the rows of a stretch,
    /// both of its ends included.
    pub fn tick<F>(self, shared: Shared, (id, place): (I, u32), is_stretch: bool, between: impl FnOnce(u32, u32) -> F + 'static)
    where
        F: Future<Output = Result<Vec<I>, Problem>> + 'static,
    {
        let Self { mut picked, mut last, .. } = self;
        let is = !picked.peek().has(&id);
        picked.with_mut(|picked| picked.set(id, is));
        let from = last.replace(Some(place)).filter(|from| is_stretch && *from != place);
        let Some(from) = from else { return };
        spawn(async move {
            match between(from, place).await {
                Ok(between) => picked.with_mut(|picked| between.into_iter().for_each(|id| picked.set(id, is))),
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    }
}
