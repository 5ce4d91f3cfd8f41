//! Who is ticked: rows, stretches of the list, or all that match but for those who were unticked, whether they were ever drawn or not.

use crate::components::states::explain;
use crate::pages::people::customers::ask::ask;
use crate::state::Shared;
use dioxus::prelude::*;
use domain::CustomerId;
use protocol::ui::bulk::{RowRange, Selection};
use protocol::ui::{BulkRequest, BulkResponse, CustomerMatch, CustomerQuery};
use std::collections::BTreeSet;

/// Who is ticked.
#[derive(Clone, Debug, PartialEq)]
pub enum Picked {
    /// These.
    Rows(BTreeSet<CustomerId>),
    /// All that matched when it was pressed, but for these.
    Matching {
        /// Who matches.
        matching: Box<CustomerMatch>,
        /// How many.
        of: u32,
        /// Who was unticked.
        except: BTreeSet<CustomerId>,
    },
}

impl Default for Picked {
    fn default() -> Self {
        Self::Rows(BTreeSet::new())
    }
}

impl Picked {
    /// Whether a customer is ticked.
    pub fn has(&self, customer: CustomerId) -> bool {
        match self {
            Self::Rows(rows) => rows.contains(&customer),
            Self::Matching { except, .. } => !except.contains(&customer),
        }
    }

    /// How many are.
    pub fn count(&self) -> u32 {
        match self {
            Self::Rows(rows) => rows.len() as u32,
            Self::Matching { of, except, .. } => of.saturating_sub(except.len() as u32),
        }
    }

    fn set(&mut self, customer: CustomerId, is: bool) {
        let (set, is_in) = match self {
            Self::Rows(rows) => (rows, is),
            Self::Matching { except, .. } => (except, !is),
        };
        if is_in {
            set.insert(customer)
        } else {
            set.remove(&customer)
        };
    }

    /// As the client takes it.
    pub fn selection(&self) -> Selection {
        match self {
            Self::Rows(rows) => Selection::Rows(rows.iter().copied().collect()),
            Self::Matching { matching, except, .. } => {
                Selection::Matching { matching: matching.clone(), except: except.iter().copied().collect() }
            }
        }
    }
}

/// Ticking, while it is on.
#[derive(Clone, Copy, PartialEq)]
pub struct Picking {
    is_on: Signal<bool>,
    picked: Signal<Picked>,
    /// The place of the row that was ticked last, where a stretch begins.
    last: Signal<Option<u32>>,
}

/// Ticking in a list. All that match are nobody any more once another list is asked for; rows that were ticked stay ticked.
pub fn use_picking(query: Memo<CustomerQuery>) -> Picking {
    let picking = Picking { is_on: use_signal(|| false), picked: use_signal(Picked::default), last: use_signal(|| None) };
    let (mut picked, mut last) = (picking.picked, picking.last);
    use_effect(move || {
        let now = query.read().matching();
        last.set(None);
        let is_other = matches!(&*picked.peek(), Picked::Matching { matching, .. } if **matching != now);
        if is_other {
            picked.set(Picked::default());
        }
    });
    picking
}

impl Picking {
    /// Whether rows can be ticked.
    pub fn is_on(self) -> bool {
        (self.is_on)()
    }

    /// Lets rows be ticked, or not any more; then none is.
    pub fn turn(self) {
        let Self { mut is_on, mut picked, mut last } = self;
        let is = !*is_on.peek();
        is_on.set(is);
        last.set(None);
        picked.set(Picked::default());
    }

    /// Whether a customer is ticked.
    pub fn has(self, customer: CustomerId) -> bool {
        self.picked.read().has(customer)
    }

    /// How many are ticked.
    pub fn count(self) -> u32 {
        self.picked.read().count()
    }

    /// Who is ticked now.
    pub fn selection(self) -> Selection {
        self.picked.peek().selection()
    }

    /// Ticks nobody.
    pub fn clear(self) {
        let Self { mut picked, mut last, .. } = self;
        picked.set(Picked::default());
        last.set(None);
    }

    /// Ticks all that match.
    pub fn pick_all(self, matching: CustomerMatch, of: u32) {
        let mut picked = self.picked;
        picked.set(Picked::Matching { matching: Box::new(matching), of, except: BTreeSet::new() });
    }

    /// Ticks or unticks a row; a stretch from the one before, all of it as this row is by then.
    pub fn tick(self, shared: Shared, (customer, place): (CustomerId, u32), is_stretch: bool, query: CustomerQuery) {
        let Self { mut picked, mut last, .. } = self;
        let is = !picked.peek().has(customer);
        picked.with_mut(|picked| picked.set(customer, is));
        let from = last.replace(Some(place)).filter(|from| is_stretch && *from != place);
        let Some(from) = from else { return };
        spawn(async move {
            match ask(BulkRequest::Between(RowRange { query, from, to: place })).await {
                Ok(BulkResponse::Customers(between)) => {
                    picked.with_mut(|picked| between.into_iter().for_each(|customer| picked.set(customer, is)));
                }
                Ok(_) => {}
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    }
}
