//! The axis of a chart: round numbers, zero among them, and how they are written in little room.

use crate::core::date_words::say;
use crate::exports::{Kind, Layout};
use crate::people::Language;

/// Stretches of an axis at most, but for what rounding at its ends adds.
const STRETCHES: i128 = 5;

/// From where to where an axis goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    from: i128,
    to: i128,
    step: i128,
}

impl Axis {
    /// An axis on which all values have room, and zero.
    pub fn over(values: impl IntoIterator<Item = i128>) -> Self {
        let (low, high) = values.into_iter().fold((0, 0), |(low, high): (i128, i128), value| (low.min(value), high.max(value)));
        let step = round_up((high - low).div_euclid(STRETCHES) + i128::from((high - low).rem_euclid(STRETCHES) > 0));
        let from = low.div_euclid(step) * step;
        let to = -(-high).div_euclid(step) * step;
        Self { from, to: to.max(from + step), step }
    }

    /// The round numbers from its beginning to its end.
    pub fn ticks(&self) -> Vec<i128> {
        let count = (self.to - self.from) / self.step;
        (0..=count).map(|place| self.from + place * self.step).collect()
    }

    /// How far a value is from the beginning, in ten-thousandths of the axis.
    pub fn place(&self, value: i128) -> u16 {
        let share = (value.clamp(self.from, self.to) - self.from) * 10_000 / (self.to - self.from);
        u16::try_from(share).unwrap_or(10_000)
    }
}

/// The next of 1, 2 and 5 times a power of ten, 1 at least.
fn round_up(least: i128) -> i128 {
    let mut power = 1;
    loop {
        if let Some(factor) = [1, 2, 5].into_iter().find(|factor| factor * power >= least) {
            return factor * power;
        }
        power *= 10;
    }
}

/// A number of an axis in little room: `Rp1,2 jt`, `250 rb`, `−3 M`. Volumes are cubic metres.
pub fn short(language: Language, kind: Kind, value: i128) -> String {
    // In thousandths of the unit that is written, so that a round number of any size keeps its digits.
    let scale = 10_i128.pow(kind.decimals());
    let size = value.abs();
    let powers = [
        (12, say(language, "T", "T")),
        (9, say(language, "M", "B")),
        (6, say(language, "jt", "M")),
        (3, say(language, "rb", "k")),
    ];
    let large = powers.into_iter().find(|(power, _)| size >= 10_i128.pow(*power) * scale);
    let (unit, word) = large.map_or((scale, ""), |(power, word)| (10_i128.pow(power) * scale, word));
    let thousandths = i64::try_from((size * 1_000 + unit / 2) / unit).unwrap_or(i64::MAX);
    let digits = Layout { columns: Vec::new(), language, zone: crate::TimeZone::Jakarta }.plain(Kind::Thousandths, thousandths);
    let sign = if value < 0 && thousandths > 0 { "\u{2212}" } else { "" };
    let (before, behind) = match kind {
        Kind::Rupiah => ("Rp", ""),
        Kind::PerMille => ("", "\u{a0}%"),
        _ => ("", ""),
    };
    let gap = if word.is_empty() { "" } else { "\u{a0}" };
    format!("{sign}{before}{digits}{gap}{word}{behind}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_axis_has_few_round_numbers_and_zero() {
        assert_eq!(Axis::over([3, 17, 42]).ticks(), [0, 10, 20, 30, 40, 50]);
        assert_eq!(Axis::over([-1_200_000, 2_000_000]).ticks(), [-2_000_000, -1_000_000, 0, 1_000_000, 2_000_000]);
        assert_eq!(Axis::over([]).ticks(), [0, 1]);
        assert_eq!(Axis::over([-7]).ticks(), [-8, -6, -4, -2, 0]);
    }

    #[test]
    fn numbers_of_an_axis_are_short() {
        let rupiah = [0, 950, 1_200_000, -2_500_000_000, 400_000].map(|value| short(Language::Id, Kind::Rupiah, value));
        assert_eq!(rupiah, ["Rp0", "Rp950", "Rp1,2\u{a0}jt", "\u{2212}Rp2,5\u{a0}M", "Rp400\u{a0}rb"]);
        assert_eq!(short(Language::En, Kind::Volume, 12_500_000), "12.5");
        assert_eq!(short(Language::En, Kind::Volume, 20_000_000_000), "20\u{a0}k");
        assert_eq!(
            (short(Language::Id, Kind::PerMille, 125), short(Language::Id, Kind::Whole, 3)),
            ("12,5\u{a0}%".into(), "3".into())
        );
    }

    proptest! {
        #[test]
        fn every_value_has_its_place_between_round_numbers(values in prop::collection::vec(any::<i64>(), 1..20)) {
            let axis = Axis::over(values.iter().map(|value| i128::from(*value)));
            let ticks = axis.ticks();
            prop_assert!((2..=8).contains(&ticks.len()) && ticks.contains(&0), "{ticks:?}");
            for value in values {
                let value = i128::from(value);
                prop_assert!(ticks[0] <= value && value <= ticks[ticks.len() - 1]);
                prop_assert!(axis.place(value) <= 10_000);
            }
            prop_assert_eq!((axis.place(ticks[0]), axis.place(ticks[ticks.len() - 1])), (0, 10_000));
        }
    }
}
