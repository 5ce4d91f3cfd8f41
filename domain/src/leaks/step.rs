//! By how much a meter's register steps: a register that counts tens of litres stands still for an hour while 10 L/h run away.

use super::packed::packed;

/// Beneath this a step hides nothing that matters, mL.
const FINE: u32 = 10;

/// Increments that are needed before an inferred step is believed.
const NEEDED: u32 = 5;

/// The step as the increments so far say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    /// What all increments are multiples of, mL, and zero before the first; in the upper byte the increments seen, up to [`NEEDED`].
    divisor_and_seen: u32,
}
packed!(Step { divisor_and_seen });

/// The largest step that fits: 16 m³, far above any.
const DIVISOR: u32 = 0x00FF_FFFF;

impl Step {
    /// Learns from an increment that the meter counted itself.
    pub fn learn(&mut self, increment: u32) {
        if increment > 0 {
            let (before, seen) = (self.divisor_and_seen & DIVISOR, self.divisor_and_seen >> 24);
            self.divisor_and_seen = (seen + 1).min(NEEDED) << 24 | divisor(before, increment).min(DIVISOR);
        }
    }

    /// The step in mL, at least 1; `None` while too little is known.
    pub fn known(&self) -> Option<u32> {
        (self.divisor_and_seen >> 24 >= NEEDED).then(|| (self.divisor_and_seen & DIVISOR).max(1))
    }
}

/// The greatest common divisor of two increments, give or take 2 %: a meter that counts gallons is sent in rounded millilitres.
fn divisor(a: u32, b: u32) -> u32 {
    let (mut large, mut small) = (a.max(b), a.min(b));
    while small > FINE {
        let rest = large % small;
        let off = rest.min(small - rest);
        (large, small) = (small, if off <= small / 50 { 0 } else { off });
    }
    if small == 0 { large } else { small }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inferred(increments: &[u32]) -> Option<u32> {
        let mut step = Step::default();
        increments.iter().for_each(|one| step.learn(*one));
        step.known()
    }

    #[test]
    fn gallons_in_rounded_millilitres_are_gallons() {
        assert_eq!(inferred(&[7_571, 3_785, 11_356, 37_854, 3_785]), Some(3_785));
    }

    #[test]
    fn four_increments_say_nothing_yet() {
        assert_eq!(inferred(&[20_000, 30_000, 10_000, 10_000]), None);
        assert_eq!(inferred(&[20_000, 30_000, 0, 10_000, 10_000]), None, "no increment is none");
    }

    proptest! {
        #[test]
        fn a_step_is_inferred_from_its_multiples(
            step in prop_oneof![Just(1_u32), Just(1_000), Just(10_000), Just(100_000)],
            counts in proptest::collection::vec(1_u32..40, 30..60),
        ) {
            let all: Vec<u32> = counts.iter().map(|count| count * step).chain([step]).collect();
            let found = inferred(&all).expect("enough");
            prop_assert!(if step == 1 { found <= FINE } else { found == step }, "{found} for {step}");
        }
    }
}
