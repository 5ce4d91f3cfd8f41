//! All advice. A name is never used for something else: people's marks hold it.

use super::{Category, Cost, Saving, Share, Source, Tip};
use crate::patterns::Kind::{
    self, BathsRisen, GardenAtNight, LongerShowers, MachineOften, MiddayUse, NightFills, NightUse, PeakHour, PerPerson, Risen,
    SteadyFlow, WeekendUse,
};
use Cost::{Free, Large, Middle, Small};
use Source::{EnergyStar, Estimate, FixALeak, WaterSense};

const fn saves(of: Share, low: u16, high: u16, source: Source) -> Saving {
    Saving { of, low, high, source }
}

const fn tip(
    name: &'static str,
    category: Category,
    (effort, cost): (u8, Cost),
    saving: Saving,
    calls: &'static [(Kind, u8)],
) -> Tip {
    Tip { name, category, effort, cost, saving, calls }
}

/// What corrects a leak that is easily corrected.
const LEAK: Saving = saves(Share::Household, 100, 100, FixALeak);

/// What stops a leak stops nearly all of it.
const STOPPED: Saving = saves(Share::Leak, 900, 1_000, Estimate);

/// The advice that there is, by category.
#[rustfmt::skip]
pub static CATALOGUE: &[Tip] = &[
    tip("leak-meter-test", Category::Leak, (1, Free), LEAK, &[(SteadyFlow, 10), (NightFills, 6)]),
    tip("leak-toilet-dye", Category::Leak, (1, Free), LEAK, &[(NightFills, 10), (SteadyFlow, 9)]),
    tip("leak-tap-washer", Category::Leak, (2, Small), LEAK, &[(SteadyFlow, 7)]),
    tip("leak-shower-tape", Category::Leak, (1, Small), LEAK, &[(SteadyFlow, 4)]),
    tip("leak-wet-ground", Category::Leak, (2, Free), STOPPED, &[(SteadyFlow, 8)]),
    tip("leak-close-when-away", Category::Leak, (1, Free), STOPPED, &[(SteadyFlow, 5), (NightUse, 2)]),
    tip("shower-shorter", Category::Shower, (1, Free),
        saves(Share::Shower, 100, 300, Estimate), &[(LongerShowers, 10), (BathsRisen, 10), (PeakHour, 6)]),
    tip("shower-off-while-soaping", Category::Shower, (1, Free),
        saves(Share::Shower, 200, 400, Estimate), &[(LongerShowers, 9), (BathsRisen, 9), (PerPerson, 6)]),
    tip("shower-head", Category::Shower, (2, Middle),
        saves(Share::Shower, 200, 200, WaterSense), &[(LongerShowers, 7), (BathsRisen, 7), (PerPerson, 8)]),
    tip("shower-dipper", Category::Shower, (1, Free),
        saves(Share::Shower, 100, 300, Estimate), &[(BathsRisen, 7), (PerPerson, 4)]),
    tip("shower-timer", Category::Shower, (1, Free),
        saves(Share::Shower, 100, 200, Estimate), &[(LongerShowers, 9), (BathsRisen, 8), (PeakHour, 5)]),
    tip("toilet-small-flush", Category::Toilet, (1, Free),
        saves(Share::Toilet, 200, 400, Estimate), &[(PerPerson, 5), (Risen, 2)]),
    tip("toilet-bottle", Category::Toilet, (1, Free), saves(Share::Toilet, 80, 150, Estimate), &[(PerPerson, 5)]),
    tip("toilet-dual-flush", Category::Toilet, (2, Middle), saves(Share::Toilet, 200, 400, Estimate), &[(PerPerson, 6)]),
    tip("toilet-replace", Category::Toilet, (3, Large), saves(Share::Toilet, 200, 600, WaterSense), &[(PerPerson, 4)]),
    tip("toilet-not-a-bin", Category::Toilet, (1, Free), saves(Share::Toilet, 20, 50, Estimate), &[]),
    tip("tap-aerator", Category::Tap, (1, Small), saves(Share::Tap, 300, 300, WaterSense), &[(PerPerson, 9), (PeakHour, 3)]),
    tip("tap-off-while-brushing", Category::Tap, (1, Free), saves(Share::Tap, 50, 150, Estimate), &[(PerPerson, 4)]),
    tip("tap-dishes-in-a-basin", Category::Tap, (1, Free),
        saves(Share::Tap, 200, 400, Estimate), &[(PerPerson, 5), (PeakHour, 4)]),
    tip("tap-vegetables-in-a-bowl", Category::Tap, (1, Free), saves(Share::Tap, 30, 100, Estimate), &[]),
    tip("tap-ablution-gently", Category::Tap, (1, Free), saves(Share::Tap, 50, 200, Estimate), &[(PerPerson, 3)]),
    tip("tap-thaw-in-the-fridge", Category::Tap, (1, Free), saves(Share::Tap, 10, 30, Estimate), &[]),
    tip("laundry-full-load", Category::Laundry, (1, Free),
        saves(Share::Laundry, 100, 300, Estimate), &[(WeekendUse, 10), (MachineOften, 10), (PeakHour, 5), (Risen, 4)]),
    tip("laundry-short-programme", Category::Laundry, (1, Free),
        saves(Share::Laundry, 100, 250, Estimate), &[(WeekendUse, 6), (MachineOften, 6), (Risen, 3)]),
    tip("laundry-rinse-water", Category::Laundry, (2, Free), saves(Share::Laundry, 100, 300, Estimate), &[(WeekendUse, 7)]),
    tip("laundry-machine", Category::Laundry, (3, Large),
        saves(Share::Laundry, 330, 330, EnergyStar), &[(WeekendUse, 3), (MachineOften, 4), (Risen, 3)]),
    tip("garden-timer-at-night", Category::Garden, (1, Free),
        saves(Share::Garden, 0, 500, WaterSense), &[(GardenAtNight, 10), (NightUse, 10)]),
    tip("garden-morning-or-evening", Category::Garden, (1, Free),
        saves(Share::Garden, 100, 300, Estimate), &[(MiddayUse, 10), (GardenAtNight, 3), (NightUse, 3)]),
    tip("garden-can", Category::Garden, (1, Small),
        saves(Share::Garden, 200, 500, Estimate), &[(MiddayUse, 8), (GardenAtNight, 7), (NightUse, 6), (WeekendUse, 5)]),
    tip("garden-mulch", Category::Garden, (2, Small),
        saves(Share::Garden, 100, 300, Estimate), &[(MiddayUse, 6), (NightUse, 4)]),
    tip("garden-rain-barrel", Category::Garden, (3, Middle),
        saves(Share::Garden, 200, 600, Estimate), &[(NightUse, 3), (MiddayUse, 3)]),
    tip("garden-air-conditioner", Category::Garden, (1, Free), saves(Share::Garden, 30, 100, Estimate), &[]),
    tip("storage-float-valve", Category::Storage, (2, Small), STOPPED, &[(SteadyFlow, 7), (NightUse, 7)]),
    tip("storage-level", Category::Storage, (2, Middle), saves(Share::Household, 0, 50, Estimate), &[(NightUse, 5)]),
    tip("cleaning-car-bucket", Category::Cleaning, (1, Free),
        saves(Share::Cleaning, 500, 800, Estimate), &[(WeekendUse, 9), (MiddayUse, 5)]),
    tip("cleaning-broom", Category::Cleaning, (1, Free),
        saves(Share::Cleaning, 500, 900, Estimate), &[(WeekendUse, 6), (MiddayUse, 6)]),
    tip("cleaning-floor-bucket", Category::Cleaning, (1, Free), saves(Share::Cleaning, 100, 300, Estimate), &[]),
    tip("habit-talk", Category::Habit, (1, Free), saves(Share::Household, 20, 80, Estimate), &[(Risen, 10), (PerPerson, 3)]),
    tip("habit-weekly-look", Category::Habit, (1, Free), saves(Share::Household, 0, 50, Estimate), &[(Risen, 8)]),
    tip("habit-month-goal", Category::Habit, (1, Free),
        saves(Share::Household, 0, 50, Estimate), &[(Risen, 6), (PerPerson, 2)]),
];

/// The advice of a name; none of a name that this version does not know.
pub fn find(name: &str) -> Option<&'static Tip> {
    CATALOGUE.iter().find(|tip| tip.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tips::TipName;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_thirty_and_more_each_with_a_name_of_its_own_that_can_be_kept() {
        let names: BTreeSet<&str> = CATALOGUE.iter().map(|tip| tip.name).collect();
        assert!(CATALOGUE.len() >= 30 && names.len() == CATALOGUE.len());
        assert!(names.iter().all(|name| TipName::parse(name).is_ok() && find(name).is_some()));
    }

    #[test]
    fn what_an_advice_says_of_itself_is_within_its_bounds() {
        for tip in CATALOGUE {
            let Saving { low, high, .. } = tip.saving;
            assert!(low <= high && (1..=1_000).contains(&high), "{}", tip.name);
            assert!((1..=3).contains(&tip.effort) && tip.calls.iter().all(|(_, fit)| (1..=10).contains(fit)), "{}", tip.name);
        }
    }

    #[test]
    fn each_evidence_has_an_advice_that_fits_it_wholly_and_each_category_has_some() {
        let kinds = [
            NightFills,
            SteadyFlow,
            GardenAtNight,
            NightUse,
            LongerShowers,
            BathsRisen,
            MiddayUse,
            WeekendUse,
            Risen,
            MachineOften,
        ];
        let fits = |kind| CATALOGUE.iter().any(|tip| tip.calls.contains(&(kind, 10)));
        assert!(kinds.into_iter().all(fits));
        assert!(
            [PeakHour, PerPerson].into_iter().all(|kind| CATALOGUE.iter().any(|tip| tip.calls.iter().any(|(of, _)| *of == kind)))
        );
        assert!(Category::ALL.iter().all(|category| CATALOGUE.iter().any(|tip| tip.category == *category)));
    }

    #[test]
    fn what_is_estimated_here_names_nobody_else() {
        assert!(Source::ALL.iter().all(|source| source.name().is_some() == source.address().is_some()));
        assert_eq!(Source::Estimate.name(), None);
    }
}
