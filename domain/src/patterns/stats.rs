//! What is usual of a few numbers, and whether others are higher: without floats, and without a day that is like no other having a say.

/// The median; of an even count the mean of the two in the middle, rounded toward zero. `None` of nothing.
pub(super) fn median(values: &mut [i64]) -> Option<i64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some((values.get(values.len() / 2 - 1)? + upper) / 2)
}

/// The mean of the middle half: what a usual day is. The quarter of the lowest and that of the highest have no say, and unlike a median it
/// is not one day's value. `None` of nothing.
pub(super) fn middle(values: &[i64]) -> Option<i64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let outer = sorted.len() / 4;
    let inner = sorted.get(outer..sorted.len() - outer)?;
    let sum: i64 = inner.iter().sum();
    (!inner.is_empty()).then(|| sum / inner.len() as i64)
}

/// Wilcoxon's rank sum of two samples, as Mann and Whitney count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RankSum {
    /// By how many more of all pairs the second sample has the higher value than the first; twice the distance of U from its mean.
    excess: i64,
    /// The pairs, and the values in both.
    pairs: i64,
    values: i64,
}

impl RankSum {
    /// Compares each value of one sample with each of the other.
    pub fn of(first: &[i64], second: &[i64]) -> Self {
        let above = |a: i64, b: i64| match a.cmp(&b) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        };
        let excess = second.iter().map(|b| first.iter().map(|a| above(*b, *a)).sum::<i64>()).sum();
        Self { excess, pairs: (first.len() * second.len()) as i64, values: (first.len() + second.len()) as i64 }
    }

    /// The square of the standard score in thousandths: chance alone brings it above 10,000 once in some six hundred comparisons.
    pub fn squared_score(self) -> i64 {
        let chance = self.pairs * (self.values + 1);
        if chance == 0 { 0 } else { 3_000 * self.excess * self.excess / chance }
    }

    /// Whether the second sample is the higher one.
    pub const fn is_rise(self) -> bool {
        self.excess > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_guest_changes_neither_the_median_nor_the_middle() {
        let mut values = [100, 110, 90, 105, 9_000];
        assert_eq!((middle(&values), median(&mut values)), (Some(105), Some(105)));
        assert_eq!((median(&mut [4, 2]), median(&mut []), middle(&[])), (Some(3), None, None));
        assert_eq!(middle(&[7]), Some(7));
    }

    #[test]
    fn two_weeks_wholly_above_two_others_cannot_be_chance() {
        let (low, high): (Vec<i64>, Vec<i64>) = ((0..14).collect(), (14..28).collect());
        let score = RankSum::of(&low, &high);
        assert!(score.squared_score() > 20_000 && score.is_rise(), "{score:?}");
        assert_eq!(RankSum::of(&low, &low).squared_score(), 0);
    }

    proptest! {
        #[test]
        fn a_comparison_mirrors_and_depends_on_order_alone(
            first in proptest::collection::vec(0_i64..10_000, 1..30), second in proptest::collection::vec(0_i64..10_000, 1..30),
        ) {
            let (there, back) = (RankSum::of(&first, &second), RankSum::of(&second, &first));
            prop_assert_eq!(there.squared_score(), back.squared_score());
            prop_assert!(!(there.is_rise() && back.is_rise()));
            let moved = |values: &[i64]| values.iter().map(|value| value * 3 + 7).collect::<Vec<_>>();
            prop_assert_eq!(RankSum::of(&moved(&first), &moved(&second)), there);
        }

        #[test]
        fn what_is_usual_lies_among_the_values(mut values in proptest::collection::vec(0_i64..1_000_000, 1..60)) {
            let (least, most) = (*values.iter().min().expect("one"), *values.iter().max().expect("one"));
            let usual = [middle(&values), median(&mut values)];
            prop_assert!(usual.iter().flatten().all(|value| (least..=most).contains(value)));
        }
    }
}
