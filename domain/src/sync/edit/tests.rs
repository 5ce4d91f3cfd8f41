//! What merging by field promises, for any edits of any number of people.

use crate::CustomerId;
use crate::people::Customer;
use crate::sync::edit::{Change, CustomerField, Editable, Invalid, Merged, Patch, Refusal, merge, reversed};
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
    fn an_edit_is_taken_back_only_where_nobody_has_changed_its_fields_since(one in edits(), other in edits()) {
        let base = customer();
        let of = |record: &Customer, sets: &BTreeMap<CustomerField, String>| {
            patch(record, &sets.iter().map(|(field, to)| (*field, to.as_str())).collect::<Vec<_>>())
        };
        let mut record = base.clone();
        let first = of(&base, &one);
        merge(&mut record, &first).expect("merges");
        let second = of(&record, &other);
        merge(&mut record, &second).expect("merges");
        let is_as_left = one.iter().all(|(field, to)| record.value(*field) == *to);
        let back = reversed(&record, &first);
        prop_assert_eq!(back.is_some(), is_as_left);
        if let Some(back) = back {
            merge(&mut record, &back).expect("merges");
            prop_assert!(one.keys().all(|field| record.value(*field) == base.value(*field)));
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
fn a_phone_number_that_somebody_else_changed_is_refused_and_the_other_fields_are_not() {
    let base = customer();
    let (phone, city) = ((CustomerField::Phone, "+62 811 222 333"), (CustomerField::City, "Bogor"));
    let mut record = base.clone();
    merge(&mut record, &patch(&base, &[(CustomerField::Phone, "+62 899 000 111")])).expect("merges");
    let before = record.clone();
    let alone = merge(&mut record, &patch(&base, &[phone]));
    assert!(matches!(alone, Err(Refusal::Guarded(conflict)) if conflict.theirs == "+62 899 000 111"));
    assert_eq!(record, before);
    let merged = merge(&mut record, &patch(&base, &[phone, city])).expect("the city is set");
    assert_eq!(record, Customer { city: "Bogor".into(), ..before });
    assert_eq!(merged.changed, [(CustomerField::City, "Bandung".into())]);
    let [conflict] = merged.conflicts.as_slice() else { panic!("{:?}", merged.conflicts) };
    assert_eq!(
        (conflict.field, conflict.mine.as_str(), conflict.theirs.as_str()),
        (CustomerField::Phone, phone.1, "+62 899 000 111")
    );
    // Beside a field that waits for a decision, the guarded one waits as well.
    let both = merge(&mut record, &patch(&base, &[phone, (CustomerField::City, "Depok")])).expect("both wait");
    assert_eq!((both.changed.len(), both.conflicts.len()), (0, 2));
}

#[test]
fn the_same_number_in_another_grouping_is_no_conflict_and_can_be_written_anew() {
    let base = Customer { phone: "021-555-0199".into(), ..customer() };
    // Somebody else wrote it with spaces meanwhile.
    let mut record = Customer { phone: "021 555 0199".into(), ..base.clone() };
    let mine = patch(&base, &[(CustomerField::Phone, "(021) 555-0200"), (CustomerField::Address, "Jl. Melati 3")]);
    let merged = merge(&mut record, &mine).expect("merges");
    assert_eq!(merged.conflicts, []);
    assert_eq!((record.phone.as_str(), record.address.as_str()), ("(021) 555-0200", "Jl. Melati 3"));
    // Both wanted the same number.
    let same =
        Patch(BTreeMap::from([(CustomerField::Phone, Change { from: "021-555-0199".into(), to: "+62 21 555 0200".into() })]));
    assert_eq!(merge(&mut record, &same), Ok(Merged { changed: vec![], conflicts: vec![] }));
    // Who sees a form may choose another.
    let form = patch(&record, &[(CustomerField::Phone, "+62 21 555 0200")]);
    merge(&mut record, &form).expect("merges");
    assert_eq!(record.phone, "+62 21 555 0200");
    // Invisible marks in what was stored before are no other value.
    let mut record = Customer { city: "Ban\u{200b}dung\u{a0}".into(), ..customer() };
    let seen = Patch(BTreeMap::from([(CustomerField::City, Change { from: "Bandung".into(), to: "Bogor".into() })]));
    assert_eq!(merge(&mut record, &seen).expect("merges").conflicts, []);
    assert_eq!(record.city, "Bogor");
}

#[test]
fn what_is_no_value_of_a_field_is_refused_and_what_surrounds_one_is_not_kept() {
    let takes = |field, text: &str| Customer::clean(field, text);
    assert_eq!(takes(CustomerField::Name, "  Budi "), Ok("Budi".into()));
    assert_eq!(takes(CustomerField::Name, " "), Err(Invalid::Empty));
    let long = "x".repeat(201);
    assert_eq!(takes(CustomerField::City, &long), Err(Invalid::TooLong));
    assert_eq!(takes(CustomerField::Nik, "0273010101900001"), Ok("0273010101900001".into()), "leading zeros count");
    assert_eq!(takes(CustomerField::Nik, "0273 0101 0190\u{a0}0001\u{feff}"), Ok("0273010101900001".into()));
    assert_eq!(takes(CustomerField::Phone, "\u{202a}(021)\u{a0}555-0199\u{202c}"), Ok("(021) 555-0199".into()));
    for (field, text) in [
        (CustomerField::Phone, "telepon"),
        (CustomerField::Phone, "(021 555-0199"),
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
