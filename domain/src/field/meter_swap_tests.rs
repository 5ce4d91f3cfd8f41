//! Swaps: what is entered, and what waits for a person.

use super::*;
use proptest::prelude::*;
use uuid::Uuid;

const ALL: [SerialAt; 5] = [SerialAt::Nowhere, SerialAt::Stock, SerialAt::Retired, SerialAt::Here, SerialAt::Elsewhere];

fn swap() -> Swap {
    Swap {
        swap: MeterSwapId(Uuid::nil()),
        meter: MeterId(Uuid::nil()),
        at: UtcMillis(0),
        final_register: None,
        final_photo: None,
        explained: Explanation::default(),
        serial: "WM-1".parse().expect("a serial"),
        model: String::new(),
        q3: None,
        first_register: Millilitres::ZERO,
        first_photo: None,
        old_seal: String::new(),
        new_seal: String::new(),
        order: None,
    }
}

proptest! {
    #[test]
    fn a_swap_is_entered_only_where_its_meter_is_and_after_all_that_happened_there(
        at in 0_i64..100, is_installed: bool, changed in proptest::option::of(0_i64..100), serial in 0_usize..ALL.len()
    ) {
        let serial = ALL[serial];
        let entered = enter(UtcMillis(at), is_installed, changed.map(UtcMillis), serial) == Entry::Entered;
        let is_free = matches!(serial, SerialAt::Nowhere | SerialAt::Stock | SerialAt::Retired);
        prop_assert_eq!(entered, is_free && is_installed && changed.is_none_or(|changed| changed < at));
    }

    #[test]
    fn what_is_kept_of_a_seal_stays_as_it_is(text in "\\PC{0,60}") {
        if let Ok(seal) = clean_seal(&text) {
            prop_assert!(seal.chars().count() <= LONGEST_SEAL);
            prop_assert_eq!(clean_seal(&seal), Ok(seal.clone()));
        }
    }
}

#[test]
fn only_a_meter_that_was_out_of_service_is_in_doubt() {
    let doubtful: Vec<SerialAt> = ALL.into_iter().filter(|serial| serial.doubt().is_some()).collect();
    assert_eq!(doubtful, [SerialAt::Retired]);
}

#[test]
fn a_swap_is_kept_with_its_words_trimmed_and_what_cannot_be_is_named() {
    let said = Swap { old_seal: " S-1 ".into(), new_seal: "S-2".into(), model: " Itron ".into(), q3: Some(4_000), ..swap() };
    let kept = said.clean().expect("it can be");
    assert_eq!((kept.old_seal.as_str(), kept.model.as_str()), ("S-1", "Itron"));
    assert_eq!(kept.capability().q3, Flow::litres_per_hour(4_000));
    assert_eq!(swap().capability(), Capability::HOUSEHOLD);
    let long = "x".repeat(LONGEST_SEAL + 1);
    for (wrong, field) in [
        (Swap { new_seal: long.clone(), ..swap() }, "new_seal"),
        (Swap { old_seal: "a\nb".into(), ..swap() }, "old_seal"),
        (Swap { model: "x".repeat(65), ..swap() }, "model"),
        (Swap { q3: Some(1), ..swap() }, "q3"),
    ] {
        assert_eq!(wrong.clean(), Err(field));
    }
}
