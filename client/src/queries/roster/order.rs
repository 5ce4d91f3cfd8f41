//! The roster in the order of the list, kept for its windows.

use crate::queries::roster::{ORDERS, Roster};
use protocol::ui::{CustomerCounts, CustomerQuery, CustomerSort};
use std::cmp::Ordering;
use std::sync::{Arc, PoisonError};

/// A list in its order.
pub struct Listed {
    /// The customers, by place.
    pub places: Vec<u32>,
    /// The counts of the tiles.
    pub counts: CustomerCounts,
}

impl Roster {
    /// The list that somebody asks for.
    pub fn listed(&self, asked: &CustomerQuery) -> Arc<Listed> {
        let list = CustomerQuery { offset: 0, limit: 0, ..asked.clone() };
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, listed)) = orders.iter().find(|(known, _)| *known == list) {
            return Arc::clone(listed);
        }
        let (mut places, counts) = self.matching(&list.matching());
        self.sort(&mut places, list.sort, list.descending);
        let listed = Arc::new(Listed { places, counts });
        if orders.len() >= ORDERS {
            orders.remove(0);
        }
        orders.push((list, Arc::clone(&listed)));
        listed
    }

    /// Forgets the lists that were put in order: somebody changed.
    pub(super) fn forget_orders(&mut self) {
        self.orders.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Sorts what is in order of name. What has no value comes last either way; what is alike stays in order of name.
    fn sort(&self, places: &mut [u32], sort: CustomerSort, descending: bool) {
        if sort == CustomerSort::Name {
            if descending {
                places.reverse();
            }
            return;
        }
        places.sort_by(|one, other| match (self.value(*one, sort), self.value(*other, sort)) {
            (Some(one), Some(other)) if descending => other.cmp(&one),
            (Some(one), Some(other)) => one.cmp(&other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        });
    }

    /// Which of two customers comes first by name: as SQLite compares without regard to case, and then by identifier.
    pub(super) fn compare_names(&self, one: u32, other: u32) -> Ordering {
        let (one, other) = (&self.people[one as usize], &self.people[other as usize]);
        let by_letters = letters(&one.name).cmp(letters(&other.name));
        by_letters.then(one.name.len().cmp(&other.name.len())).then(one.id.cmp(&other.id))
    }

    fn value(&self, place: u32, sort: CustomerSort) -> Option<i64> {
        let person = &self.people[place as usize];
        match sort {
            CustomerSort::Name => None,
            CustomerSort::Balance => person.balance,
            CustomerSort::Arrears => person.balance.map(|_| person.arrears),
            CustomerSort::Reading => person.read_at,
            // Zones are in order of name themselves.
            CustomerSort::Zone => {
                let zones = self.zone_of[person.supplies()].iter().copied();
                zones.filter(|zone| usize::from(*zone) < self.zones.len()).min().map(i64::from)
            }
        }
    }
}

/// A name as `COLLATE NOCASE` reads it: without the case of A to Z, up to a NUL.
fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().take_while(|byte| *byte != 0).map(|byte| byte.to_ascii_lowercase())
}
