//! Numbers that look random and are the same everywhere and on every run (splitmix64).

/// Draws one number after the other from a seed.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// From a seed and a number that tells its draws from others of the seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut dice = Self(seed);
        dice.0 ^= dice.draw().wrapping_add(stream.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        dice
    }

    /// Any number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// From 0 up to 1.
    pub fn part(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` up to `high`, evenly.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.part()
    }

    /// From `low` up to `high`, as often between 2 and 4 as between 20 and 40.
    pub fn by_ratio(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.part())
    }

    /// Whether something of this chance happens.
    pub fn chance(&mut self, of_one: f64) -> bool {
        self.part() < of_one
    }

    /// How often something happens whose mean this is (Poisson, by waiting times).
    pub fn times(&mut self, mean: f64) -> usize {
        let (mut waited, mut count) = (0.0, 0);
        loop {
            waited -= (1.0 - self.part()).ln();
            if waited > mean || count >= 1_000 {
                return count;
            }
            count += 1;
        }
    }
}
