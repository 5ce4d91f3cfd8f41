//! The order of advice, and that no category comes twice within seven days.

use super::*;
use crate::Millilitres;
use crate::tips::{Category, find};
use proptest::prelude::*;

const TODAY: LocalDay = LocalDay(20_500);

fn leak(rate: i64) -> Evidence {
    Evidence::SteadyFlow { rate: Millilitres(rate), days: 7, among: 7 }
}

fn night(volume: i64) -> Evidence {
    Evidence::NightUse { volume: Millilitres(volume), days: 9, among: 14 }
}

fn category(offer: &Offer) -> Category {
    offer.tip().expect("known").category
}

fn shown(tip: &str, since: i32) -> ShownTip {
    ShownTip { tip: TipName::parse(tip).expect("a name"), since: LocalDay(since) }
}

#[test]
fn what_is_called_for_comes_before_what_is_of_use_to_anybody() {
    let ranked = rank(&[night(120_000)], |_| false);
    let called = ranked.iter().take_while(|offer| offer.evidence.is_some()).count();
    assert!(called >= 4 && ranked[called..].iter().all(|offer| offer.evidence.is_none() && offer.score < 1_000));
    assert_eq!(ranked.first().map(|offer| offer.tip.as_str()), Some("garden-timer-at-night"));
    assert_eq!(ranked.len(), CATALOGUE.len(), "everything is offered");
}

#[test]
fn a_leak_comes_before_a_night_and_what_is_done_is_not_offered_again() {
    let evidence = [leak(2_000), night(900_000)];
    let first = |done: &'static [&'static str]| rank(&evidence, move |name| done.contains(&name)).swap_remove(0).tip;
    assert_eq!(first(&[]).as_str(), "leak-meter-test");
    assert_eq!(first(&["leak-meter-test"]).as_str(), "leak-toilet-dye");
    let three = for_you(&rank(&evidence, |_| false), 3);
    let categories: Vec<Category> = three.iter().map(category).collect();
    assert_eq!(categories, [Category::Leak, Category::Garden, Category::Storage]);
}

#[test]
fn an_advice_stays_for_seven_days_and_makes_way_for_another_category() {
    let ranked = rank(&[leak(9_000)], |_| false);
    let week = |shown: &[ShownTip]| this_week(&ranked, shown, TODAY).map(|offer| offer.tip.as_str().to_owned());
    assert_eq!(week(&[]).as_deref(), Some("leak-meter-test"));
    assert_eq!(week(&[shown("leak-meter-test", 20_494)]).as_deref(), Some("leak-meter-test"), "the seventh day");
    // On the eighth it may come again: seven days have passed since it came.
    assert_eq!(week(&[shown("leak-meter-test", 20_493)]).as_deref(), Some("leak-meter-test"));
    let after = week(&[shown("leak-close-when-away", 20_496), shown("nobody-knows-it", 20_498)]);
    assert_eq!(after.as_deref(), Some("storage-float-valve"), "no other of a category within seven days");
}

#[test]
fn what_is_seen_does_not_wait_behind_what_is_of_use_to_anybody() {
    let shown_before = [shown("tap-aerator", 20_497)];
    let calm = rank(&[], |_| false);
    assert_eq!(this_week(&calm, &shown_before, TODAY).map(|offer| offer.tip.as_str()), Some("tap-aerator"));
    let leaking = rank(&[leak(9_000)], |_| false);
    assert_eq!(this_week(&leaking, &shown_before, TODAY).map(|offer| offer.tip.as_str()), Some("leak-meter-test"));
}

fn evidence() -> impl Strategy<Value = Vec<Evidence>> {
    let one = prop_oneof![
        (2_000_i64..60_000).prop_map(leak),
        (60_000_i64..900_000).prop_map(night),
        (60_000_i64..400_000).prop_map(|volume| Evidence::PeakHour { hour: 6, volume: Millilitres(volume), share: 300 }),
        (150_000_i64..400_000).prop_map(|volume| Evidence::PerPerson { volume: Millilitres(volume), persons: 3 }),
    ];
    proptest::collection::vec(one, 0..4)
}

proptest! {
    #[test]
    fn no_category_begins_twice_within_seven_days_whatever_is_seen(days in proptest::collection::vec(evidence(), 30)) {
        let mut history: Vec<ShownTip> = Vec::new();
        for (today, seen) in (20_500..).map(LocalDay).zip(days) {
            let ranked = rank(&seen, |_| false);
            let offer = this_week(&ranked, &history, today).expect("there is always one");
            let current = history.last().is_some_and(|shown| shown.tip == offer.tip && shown.since.plus(KEEP_DAYS) > today);
            if !current {
                history.push(ShownTip { tip: offer.tip.clone(), since: today });
            }
        }
        let of = |shown: &ShownTip| find(shown.tip.as_str()).expect("known").category;
        for (place, shown) in history.iter().enumerate() {
            let before = history[..place].iter().filter(|other| other.since.plus(KEEP_DAYS) > shown.since);
            for other in before {
                prop_assert_ne!(of(other), of(shown));
            }
        }
    }

    #[test]
    fn the_order_is_one_of_all_advice_and_the_same_each_time(seen in evidence()) {
        let ranked = rank(&seen, |_| false);
        prop_assert_eq!(&ranked, &rank(&seen, |_| false));
        prop_assert!(ranked.windows(2).all(|two| two[0].score >= two[1].score));
        let three = for_you(&ranked, 3);
        let categories: std::collections::BTreeSet<Category> = three.iter().map(category).collect();
        prop_assert_eq!((three.len(), categories.len()), (3, 3));
        prop_assert_eq!(three.first(), ranked.first());
    }
}
