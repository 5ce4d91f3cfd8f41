//! What merging by field promises, for any edits of any number of people.

use crate::CustomerId;
use crate::people::Customer;
use crate::sync::edit::{Change, CustomerField, Editable, Invalid, Merged, Patch, Refusal, merge};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn customer() -> Customer {
    let id = CustomerId(uuid::Uuid::nil());
    let body = serde_json::json!({ "id": id, "number": "0042", "name": "Sari Lestari", "status": "active", "city": "Bandung" });
    serde_json::from_value(body).expect("a customer")
}

fn patch(of: &Customer, sets: &[(CustomerField, &str)]) -> Patch<CustomerField> {
    Patch(sets.iter().map(|(field, to)| (*field, Change { from: of.value(*field), to: (*to).into() })).collect())
}

/// Fields whose every text is a value.
const FREE: [CustomerField; 4] = [CustomerField::Name, CustomerField::Address, CustomerField::City, CustomerField::Province];

fn edits() -> impl Strategy<Value = BTreeMap<CustomerField, String>> {
    proptest::collection::btree_map(proptest::sample::select(FREE.to_vec()), "[a-z]{1,6}", 1..4)
}

proptest! {
    #[test]
    fn disjoint_edits_of_two_people_merge_to_the_same_whoever_comes_first(one in edits(), other in edits()) {
        let base = customer();
        let other: BTreeMap<_, _> = other.into_iter().filter(|(field, _)| !one.contains_key(field)).collect();
        let of = |sets: &BTreeMap<CustomerField, String>| {
            patch(&base, &sets.iter().map(|(field, to)| (*field, to.as_str())).collect::<Vec<_>>())
        };
        let (mut first, mut second) = (base.clone(), base.clone());
        for patch in [of(&one), of(&other)] {
            prop_assert!(merge(&mut first, &patch).expect("merges").conflicts.is_empty());
        }
        for patch in [of(&other), of(&one)] {
            prop_assert!(merge(&mut second, &patch).expect("merges").conflicts.is_empty());
        }
        prop_assert_eq!(&first, &second);
        for (field, to) in one.iter().chain(&other) {
            prop_assert_eq!(&first.value(*field), to);
        }
    }

    #[test]
    fn of_one_field_the_first_stands_and_nothing_that_was_wanted_is_lost(one in edits(), other in edits()) {
        let base = customer();
        let of = |sets: &BTreeMap<CustomerField, String>| {
            patch(&base, &sets.iter().map(|(field, to)| (*field, to.as_str())).collect::<Vec<_>>())
        };
        let mut record = base.clone();
        merge(&mut record, &of(&one)).expect("merges");
        let merged = merge(&mut record, &of(&other)).expect("merges");
        for (field, to) in &other {
            let stands = record.value(*field);
            let waits = merged.conflicts.iter().find(|conflict| conflict.field == *field);
            match one.get(field).filter(|first| *first != to) {
                Some(first) => {
                    prop_assert_eq!(&stands, first);
                    let waits = waits.expect("the later value is kept");
                    prop_assert_eq!((&waits.mine, &waits.theirs, &waits.base), (to, first, &base.value(*field)));
                }
                None => {
                    prop_assert_eq!(&stands, to);
                    prop_assert!(waits.is_none());
                }
            }
        }
    }

    #[test]
    fn the_same_edit_again_changes_nothing(sets in edits()) {
        let mut record = customer();
        let patch = patch(&record, &sets.iter().map(|(field, to)| (*field, to.as_str())).collect::<Vec<_>>());
        merge(&mut record, &patch).expect("merges");
        let before = record.clone();
        prop_assert_eq!(merge(&mut record, &patch), Ok(Merged { changed: vec![], conflicts: vec![] }));
        prop_assert_eq!(record, before);
    }
}

#[test]
fn a_phone_number_that_somebody_else_changed_refuses_the_whole_edit() {
    let base = customer();
    let mine = patch(&base, &[(CustomerField::Phone, "+62 811 222 333"), (CustomerField::City, "Bogor")]);
    let mut record = base.clone();
    merge(&mut record, &patch(&base, &[(CustomerField::Phone, "+62 899 000 111")])).expect("merges");
    let before = record.clone();
    assert!(matches!(merge(&mut record, &mine), Err(Refusal::Guarded(conflict)) if conflict.theirs == "+62 899 000 111"));
    assert_eq!(record, before, "the city is not changed either");
}

#[test]
fn what_is_no_value_of_a_field_is_refused_and_what_surrounds_one_is_not_kept() {
    let takes = |field, text: &str| Customer::clean(field, text);
    assert_eq!(takes(CustomerField::Name, "  Budi "), Ok("Budi".into()));
    assert_eq!(takes(CustomerField::Name, " "), Err(Invalid::Empty));
    let long = "x".repeat(201);
    assert_eq!(takes(CustomerField::City, &long), Err(Invalid::TooLong));
    assert_eq!(takes(CustomerField::Nik, "0273010101900001"), Ok("0273010101900001".into()), "leading zeros count");
    for (field, text) in [
        (CustomerField::Phone, "telepon"),
        (CustomerField::Email, "a@b"),
        (CustomerField::PostalCode, "4011"),
        (CustomerField::Nik, "123"),
        (CustomerField::HouseholdSize, "0"),
        (CustomerField::Status, "gone"),
        (CustomerField::Address, "Jl. A\nB"),
    ] {
        assert_eq!(takes(field, text), Err(Invalid::Malformed), "{text}");
    }
}
