//! When to try again: without a clock and without randomness, which the driver provides.

/// Pauses between tries, in milliseconds: from one second to thirty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backoff {
    tries: u32,
}

/// The longest pause, in milliseconds.
const LONGEST_MS: u64 = 30_000;

/// A device pulls this often without a wake, in milliseconds, with up to as much again of jitter: wakes may be lost (sync.md).
const FLOOR_MS: u64 = 30_000;

impl Backoff {
    /// Begins anew.
    pub fn reset(&mut self) {
        self.tries = 0;
    }

    /// The next pause. `jitter` is any number: a fleet that draws it anew each time does not come back in step.
    pub fn next_ms(&mut self, jitter: u8) -> u64 {
        let base = (1_000_u64 << self.tries.min(5)).min(LONGEST_MS);
        self.tries += 1;
        base / 2 + base / 2 * u64::from(jitter) / 255
    }
}

/// The pause before a pull without a wake.
pub fn floor_ms(jitter: u8) -> u64 {
    FLOOR_MS + FLOOR_MS * u64::from(jitter) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_half_a_minute_and_begin_anew() {
        let mut backoff = Backoff::default();
        let pauses: Vec<u64> = (0..8).map(|_| backoff.next_ms(255)).collect();
        assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.next_ms(0), 500);
        assert_eq!((floor_ms(0), floor_ms(255)), (30_000, 60_000));
    }
}
