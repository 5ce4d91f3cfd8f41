//! Minutes cut into runs of water, above what runs all the time.

/// So much in a minute is not yet water that somebody draws. mL.
const NOISE: i64 = 20;

/// Minutes over which what runs all the time is one flow.
const BLOCK: usize = 120;

/// What runs all the time is no more than this: more is a hose. mL a minute.
const MOST_BASE: i64 = 1_500;

/// Minutes without a pause in which somebody draws water.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The first of them.
    pub at: usize,
    /// What each of them has, mL.
    pub flow: Vec<i64>,
}

impl Run {
    /// What was drawn in all, mL.
    pub fn volume(&self) -> i64 {
        self.flow.iter().sum()
    }

    /// Its minutes without the first and the last, which are cut, and the upper median of them; all of one that is shorter than three.
    pub fn inner(&self) -> (&[i64], i64) {
        let inner = match self.flow.len() {
            0..3 => &self.flow[..],
            len => &self.flow[1..len - 1],
        };
        let mut sorted = inner.to_vec();
        sorted.sort_unstable();
        (inner, sorted.get(sorted.len() / 2).copied().unwrap_or(0))
    }

    /// The flow of one that has one flow from end to end.
    pub fn plateau(&self) -> Option<i64> {
        let ends = [self.flow.first()?, self.flow.last()?];
        let (inner, usual) = self.inner();
        let most = usual * 106 / 100;
        let is_one = self.flow.len() >= 3 && inner.iter().all(|flow| near(*flow, usual, 60));
        (is_one && ends.into_iter().all(|end| *end <= most)).then_some(usual)
    }
}

/// Whether a value is as another, but for so many thousandths of the other.
pub(super) const fn near(value: i64, other: i64, per_mille: i64) -> bool {
    (value - other).abs() * 1_000 <= per_mille * other
}

/// What runs all the time, for each minute: in two hours a tenth of the minutes have no more.
pub(super) fn base(minutes: &[i64]) -> Vec<i64> {
    let of_block = |block: &[i64]| {
        let mut sorted = block.to_vec();
        sorted.sort_unstable();
        let base = sorted.get(sorted.len() / 10).copied().unwrap_or(0).min(MOST_BASE);
        vec![base; block.len()]
    };
    minutes.chunks(BLOCK).flat_map(of_block).collect()
}

/// The runs of a series, in their order.
pub(super) fn runs(minutes: &[i64], base: &[i64]) -> Vec<Run> {
    let above: Vec<i64> = minutes.iter().zip(base).map(|(minute, base)| minute - base).collect();
    cut(&above, 0, NOISE)
}

/// Minutes with more than `noise`, as runs. `at`: the place of the first minute.
pub(super) fn cut(minutes: &[i64], at: usize, noise: i64) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    let mut is_open = false;
    for (place, flow) in (at..).zip(minutes.iter().copied()) {
        if flow <= noise {
            is_open = false;
            continue;
        }
        match found.last_mut().filter(|_| is_open) {
            Some(run) => run.flow.push(flow),
            None => found.push(Run { at: place, flow: vec![flow] }),
        }
        is_open = true;
    }
    found
}
