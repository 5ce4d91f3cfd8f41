//! Two records of one person become one: whose value stays in each field, and whether both records still are what whoever merges them saw.

use crate::people::Customer;
use crate::sync::edit::{CustomerField, Editable};
use crate::{ConnectionId, CustomerId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What two records are merged to, with what was seen of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The customer who stays, with the number.
    pub keep: CustomerId,
    /// The customer whose record goes.
    pub gone: CustomerId,
    /// Fields whose value is that of the record that goes.
    pub take: BTreeSet<CustomerField>,
    /// Every field of the record that stays, as its author saw it.
    pub keep_seen: BTreeMap<CustomerField, String>,
    /// The same of the record that goes.
    pub gone_seen: BTreeMap<CustomerField, String>,
    /// The connections that go over to the one who stays.
    pub connections: BTreeSet<ConnectionId>,
}

/// Why two records are not merged as they are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoMerge {
    /// It is one record.
    Same,
    /// Somebody has changed one of them meanwhile.
    Changed,
    /// The value of a field cannot be one.
    Invalid(CustomerField),
}

/// Every field of a customer as text.
pub fn seen(customer: &Customer) -> BTreeMap<CustomerField, String> {
    CustomerField::ALL.into_iter().map(|field| (field, customer.value(field))).collect()
}

/// The fields in which two records differ, in the order of the form. The same telephone number in another form is no difference.
pub fn differing(keep: &Customer, gone: &Customer) -> Vec<CustomerField> {
    let key = |of: &Customer, field| Customer::key(field, &of.value(field));
    CustomerField::ALL.into_iter().filter(|field| key(keep, *field) != key(gone, *field)).collect()
}

/// What is taken of the record that goes unless somebody chooses otherwise: what the other one does not have.
pub fn offered(keep: &Customer, gone: &Customer) -> BTreeSet<CustomerField> {
    let is_missing = |field: &CustomerField| keep.value(*field).is_empty() && !gone.value(*field).is_empty();
    CustomerField::ALL.into_iter().filter(is_missing).collect()
}

impl Merge {
    /// What merging these two comes to. Fields that do not differ are not taken.
    pub fn new(
        keep: &Customer,
        gone: &Customer,
        take: &BTreeSet<CustomerField>,
        connections: impl IntoIterator<Item = ConnectionId>,
    ) -> Self {
        let take = differing(keep, gone).into_iter().filter(|field| take.contains(field)).collect();
        Self {
            keep: keep.id,
            gone: gone.id,
            take,
            keep_seen: seen(keep),
            gone_seen: seen(gone),
            connections: connections.into_iter().collect(),
        }
    }

    /// The record that stays, as it is afterwards.
    ///
    /// # Errors
    /// [`NoMerge`]; then nothing is merged.
    pub fn result(&self, keep: &Customer, gone: &Customer) -> Result<Customer, NoMerge> {
        if self.keep == self.gone {
            return Err(NoMerge::Same);
        }
        if seen(keep) != self.keep_seen || seen(gone) != self.gone_seen {
            return Err(NoMerge::Changed);
        }
        let mut merged = keep.clone();
        for field in &self.take {
            let value = Customer::clean(*field, &gone.value(*field)).map_err(|_| NoMerge::Invalid(*field))?;
            merged.set(*field, &value);
        }
        Ok(merged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(of: u128) -> CustomerId {
        CustomerId(Uuid::from_u128(of))
    }

    fn customers(of: u128) -> impl Strategy<Value = Customer> {
        let text = || proptest::sample::select(vec!["", "Bogor", "Depok"]);
        ("[A-Z][a-z]{1,6}", text(), text(), proptest::option::of(1_u8..9)).prop_map(move |(name, city, address, size)| Customer {
            name,
            city: city.into(),
            address: address.into(),
            household_size: size,
            ..Customer::new(id(of), format!("00{of}"))
        })
    }

    fn fields() -> impl Strategy<Value = BTreeSet<CustomerField>> {
        proptest::collection::btree_set(proptest::sample::select(CustomerField::ALL.to_vec()), 0..5)
    }

    #[test]
    fn one_record_is_not_merged_with_itself_and_another_form_of_a_number_is_no_difference() {
        let one = Customer { name: "Sari".into(), phone: "0812-3456-7890".into(), ..Customer::new(id(1), "001".into()) };
        let other = Customer { phone: "+62 812 3456 7890".into(), ..one.clone() };
        assert_eq!(Merge::new(&one, &other, &BTreeSet::new(), []).result(&one, &other), Err(NoMerge::Same));
        assert!(differing(&one, &other).is_empty());
        let without = Customer { phone: String::new(), ..one.clone() };
        assert_eq!(offered(&without, &one), BTreeSet::from([CustomerField::Phone]));
    }

    proptest! {
        #[test]
        fn each_field_is_that_of_one_of_both_and_number_and_identity_stay(
            keep in customers(1), gone in customers(2), take in fields(),
        ) {
            let merge = Merge::new(&keep, &gone, &take, []);
            let merged = merge.result(&keep, &gone).expect("both are as they were seen");
            prop_assert_eq!((&merged.id, &merged.number), (&keep.id, &keep.number));
            for field in CustomerField::ALL {
                let from = if take.contains(&field) { &gone } else { &keep };
                prop_assert_eq!(merged.value(field), from.value(field));
            }
        }

        #[test]
        fn what_somebody_has_changed_meanwhile_is_not_merged(
            keep in customers(1), gone in customers(2), later in customers(2), take in fields(),
        ) {
            let merge = Merge::new(&keep, &gone, &take, []);
            let expected = seen(&gone) == seen(&later);
            prop_assert_eq!(merge.result(&keep, &later).is_ok(), expected);
            let changed = Customer { name: format!("{} x", keep.name), ..keep.clone() };
            prop_assert_eq!(merge.result(&changed, &gone), Err(NoMerge::Changed));
        }

        #[test]
        fn what_is_offered_loses_nothing_that_only_one_record_has(keep in customers(1), gone in customers(2)) {
            let merged = Merge::new(&keep, &gone, &offered(&keep, &gone), []).result(&keep, &gone).expect("merges");
            for field in CustomerField::ALL {
                let is_anywhere = !keep.value(field).is_empty() || !gone.value(field).is_empty();
                prop_assert_eq!(!merged.value(field).is_empty(), is_anywhere);
            }
        }
    }
}
