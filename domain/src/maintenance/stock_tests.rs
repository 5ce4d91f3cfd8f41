//! Stock of spare parts: sums of movements in any order, what cannot be moved, and which names mean the same part.

use super::*;
use proptest::prelude::*;

fn van(number: u128) -> StockPlace {
    StockPlace::Van { technician: UserId(Uuid::from_u128(number)) }
}

/// The store, or one of three vans.
fn place() -> impl Strategy<Value = StockPlace> {
    (0..4_u8).prop_map(|number| if number == 0 { StockPlace::Store } else { van(u128::from(number)) })
}

fn movement() -> impl Strategy<Value = Movement> {
    prop_oneof![
        (1..=MOST_STOCKED).prop_map(|pieces| Movement::Received { pieces }),
        (place(), place(), 1..=MOST_STOCKED).prop_map(|(from, to, pieces)| Movement::Moved { from, to, pieces }),
        (place(), 1..=999_u16).prop_map(|(from, pieces)| Movement::Used { from, pieces }),
        (place(), -2_000..2_000_i64).prop_map(|(place, by)| Movement::Counted { place, by: Pieces(by) }),
    ]
}

/// By a plain look at each place: what came, less what went.
fn of_place(movements: &[Movement], at: StockPlace) -> i64 {
    let (mut came, mut went) = (0_i64, 0_i64);
    for movement in movements {
        match *movement {
            Movement::Received { pieces } if at == StockPlace::Store => came += i64::from(pieces),
            Movement::Moved { from, to, pieces } => {
                came += if to == at { i64::from(pieces) } else { 0 };
                went += if from == at { i64::from(pieces) } else { 0 };
            }
            Movement::Used { from, pieces } if from == at => went += i64::from(pieces),
            Movement::Counted { place, by } if place == at => came += by.0,
            _ => {}
        }
    }
    came - went
}

proptest! {
    #[test]
    fn counts_are_what_came_less_what_went_in_any_order_and_however_often_it_came(
        (movements, arrived) in prop::collection::vec(movement(), 0..24).prop_flat_map(|movements| {
            let named = movements.iter().enumerate().map(|(number, movement)| (Uuid::from_u128(number as u128), *movement));
            // Each of them twice.
            let twice: Vec<(Uuid, Movement)> = named.clone().chain(named).collect();
            (Just(movements), Just(twice).prop_shuffle())
        }),
    ) {
        let counts = counts(&arrived);
        for at in [StockPlace::Store, van(1), van(2), van(3)] {
            prop_assert_eq!(counts.get(&at).copied().unwrap_or_default().0, of_place(&movements, at));
        }
    }

    #[test]
    fn what_is_moved_is_nowhere_lost(from in place(), to in place(), pieces in 1..=MOST_STOCKED) {
        let effects = Movement::Moved { from, to, pieces }.effects();
        prop_assert_eq!(effects.iter().map(|(_, by)| by.0).sum::<i64>(), 0);
    }

    #[test]
    fn behind_a_count_there_is_what_was_counted(known in -5_000..5_000_i64, counted in 0..=MOST_STOCKED) {
        let by = difference(Pieces(known), counted).expect("a count");
        prop_assert_eq!(Pieces(known).plus(by), Pieces(i64::from(counted)));
        prop_assert!(!Pieces(known).plus(by).needs_count());
    }

    #[test]
    fn a_name_that_is_kept_has_the_key_of_what_was_typed(text in "[ a-zA-Z0-9/\u{a0}\u{200b}]{1,40}") {
        if let Ok(name) = clean_name(&text) {
            prop_assert_eq!(name_key(&name), name_key(&text));
            prop_assert_eq!(clean_name(&name), Ok(name.clone()));
        }
    }
}

#[test]
fn a_van_out_of_which_more_was_used_than_was_in_it_needs_a_count() {
    let all = [
        (Uuid::from_u128(1), Movement::Received { pieces: 10 }),
        (Uuid::from_u128(2), Movement::Moved { from: StockPlace::Store, to: van(1), pieces: 2 }),
        (Uuid::from_u128(3), Movement::Used { from: van(1), pieces: 3 }),
    ];
    let counts = counts(&all);
    assert_eq!(counts, BTreeMap::from([(StockPlace::Store, Pieces(8)), (van(1), Pieces(-1))]));
    assert!(counts[&van(1)].needs_count() && !counts[&StockPlace::Store].needs_count());
}

#[test]
fn pieces_go_between_the_store_and_a_van_and_there_are_some() {
    let moved = |from, to, pieces| Movement::Moved { from, to, pieces }.fault();
    assert_eq!(moved(StockPlace::Store, van(1), 1), None);
    assert_eq!(moved(van(1), StockPlace::Store, MOST_STOCKED), None);
    assert_eq!(moved(van(1), van(2), 1), Some(MovementFault::Places));
    assert_eq!(moved(StockPlace::Store, StockPlace::Store, 1), Some(MovementFault::Places));
    assert_eq!(moved(van(1), StockPlace::Store, 0), Some(MovementFault::Pieces));
    assert_eq!(Movement::Received { pieces: MOST_STOCKED + 1 }.fault(), Some(MovementFault::Pieces));
    assert_eq!(Movement::Used { from: van(1), pieces: 0 }.fault(), None, "what was done is never refused");
    assert_eq!(difference(Pieces(3), MOST_STOCKED + 1), None);
}

#[test]
fn names_that_differ_by_capitals_and_spaces_mean_the_same_part() {
    assert_eq!(name_key(" Paking  1/2\u{a0}inci"), name_key("paking 1/2 INCI"));
    assert_ne!(name_key("Paking 1/2"), name_key("Paking 3/4"));
    assert_eq!(clean_name(" Baterai   litium "), Ok("Baterai litium".to_owned()));
    assert_eq!(clean_name(" \u{200b}"), Err(Invalid::Empty));
    assert_eq!(clean_name(&"x".repeat(LONGEST_NAME + 1)), Err(Invalid::TooLong));
}
