//! The volumes of the last 24 local hours.

use super::packed::packed;

/// What a volume is kept in: 100 mL, so that 6.5 m³ in an hour fit 16 bits.
const UNIT: u32 = 100;

/// How much of an hour must be measured for it to count, seconds: nine tenths, as for the usage baseline.
const MEASURED_S: u32 = 3_240;

/// The last 24 hours, by hour of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hours {
    volumes: [u16; 24],
    /// A bit for each hour of the day that was measured within the last 24 hours.
    known: u32,
    /// The current local hour, counted from 1970.
    pub now: u32,
    now_ml: u32,
    now_s: u32,
}
packed!(Hours { volumes, known, now, now_ml, now_s });

impl Hours {
    /// Adds to a local hour; an hour that is new ends the one before.
    pub fn add(&mut self, hour: u32, ml: u32, seconds: u32) {
        if hour > self.now {
            let place = (self.now % 24) as usize;
            self.volumes[place] = u16::try_from(self.now_ml / UNIT).unwrap_or(u16::MAX);
            let bit = 1 << place;
            self.known = if self.now_s >= MEASURED_S { self.known | bit } else { self.known & !bit };
            for skipped in (self.now + 1..hour).take(24) {
                self.known &= !(1 << (skipped % 24));
            }
            (self.now, self.now_ml, self.now_s) = (hour, 0, 0);
        }
        self.now_ml = self.now_ml.saturating_add(ml);
        self.now_s = self.now_s.saturating_add(seconds);
    }

    /// The volume in mL of `count` hours from an hour of the day on; `None` unless all were measured.
    pub fn volume(&self, from: u32, count: u32) -> Option<u32> {
        let mut places = (from..from + count).map(|hour| hour % 24);
        places.try_fold(0, |sum, place| {
            (self.known & 1 << place != 0).then(|| sum + u32::from(self.volumes[place as usize]) * UNIT)
        })
    }

    /// The least of the means over `window` hours within `count` hours from an hour of the day on, mL/h; `None` unless all were measured.
    pub fn least(&self, from: u32, count: u32, window: u32) -> Option<u32> {
        let mut least = u32::MAX;
        for start in from..=from + count - window {
            least = least.min(self.volume(start, window)? / window);
        }
        Some(least)
    }

    /// What flows at the least, mL/h, in the last `hours` whole hours, by means over `window` hours; unmeasured hours are left out.
    pub fn floor(&self, hours: u32, window: u32) -> Option<u32> {
        let window = window.clamp(1, 24);
        let starts = (window..=hours.clamp(window, 24)).map(|back| self.now + 24 - back);
        starts.filter_map(|start| self.volume(start % 24, window)).map(|volume| volume / window).min()
    }

    /// The volume of the day, mL, with what is missing of up to two hours; `None` if more is missing.
    pub fn day(&self) -> Option<u32> {
        let known: Vec<u32> = (0..24).filter(|hour| self.known & 1 << hour != 0).collect();
        (known.len() >= 22).then(|| known.iter().map(|hour| u32::from(self.volumes[*hour as usize]) * UNIT).sum())
    }
}
