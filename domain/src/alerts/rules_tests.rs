//! Rules by class of meter: what a class says holds, what it does not say is as for all, and work at a meter stays what it is.

use super::*;
use proptest::prelude::*;
use proptest::sample::select;

fn any_set() -> impl Strategy<Value = RuleSet> {
    let treatments = prop::collection::btree_map(select(Cause::ALL), select(Treatment::ALL), 0..8);
    let limits = (prop::option::of(600_u32..90_000), prop::option::of(1_u8..=90));
    (treatments, limits)
        .prop_map(|(treatments, (silence_s, low_battery))| RuleSet { treatments, limits: Limits { silence_s, low_battery } })
}

#[test]
fn what_somebody_at_work_caused_is_no_worse_than_it_is() {
    for treatment in Treatment::ALL.iter().copied().filter(|treatment| *treatment != Treatment::Off) {
        assert_eq!(treatment.of(Severity::Minor, true), Some(Severity::Minor));
    }
    assert_eq!(Treatment::Severe.of(Severity::Minor, false), Some(Severity::Severe));
    assert_eq!(Treatment::Off.of(Severity::Severe, false), None);
}

proptest! {
    /// Of each cause the class decides where it says something, then what is set for all, then what is usual.
    #[test]
    fn a_class_decides_before_what_is_set_for_all(own in any_set(), all in any_set()) {
        let both = own.clone().over(&all);
        for cause in Cause::ALL.iter().copied() {
            let said = own.treatments.get(&cause).or(all.treatments.get(&cause)).copied();
            prop_assert_eq!(both.of(cause), said.unwrap_or(Treatment::Usual));
        }
        prop_assert_eq!(both.limits, own.limits.over(all.limits));
        prop_assert_eq!(own.clone().over(&RuleSet::default()), own.clone());
        prop_assert_eq!(RuleSet::default().over(&all), all);
        prop_assert_eq!(own.clone().over(&own), own);
    }

    /// What is said of three on top of one another does not depend on which two are put together first.
    #[test]
    fn sets_on_top_of_one_another_come_to_the_same(one in any_set(), two in any_set(), three in any_set()) {
        prop_assert_eq!(one.clone().over(&two).over(&three), one.over(&two.over(&three)));
    }

    /// What is stored is read as it was.
    #[test]
    fn what_is_stored_is_read_as_it_was(set in any_set()) {
        let text = serde_json::to_string(&set).unwrap();
        prop_assert_eq!(serde_json::from_str::<RuleSet>(&text).unwrap(), set);
    }
}
