//! How much water flows at a property in each minute: a function of the meter and the minute alone, so that history, live values and a
//! second run agree with one another.

use crate::meters::leaks::Leak;
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::people::ConnectionKind;
use domain::{LocalDay, Millilitres, TimeZone, UtcMillis};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;

/// Minutes of a day.
pub const MINUTES: usize = 1_440;

const REAL: &[u8] = include_bytes!("../../../tests/data/household-2019.csv.gz");

/// Real days shorter than this were not monitored throughout.
const REAL_DAY_AT_LEAST_ML: i64 = 20_000;

/// One property's use.
pub struct Property {
    index: u64,
    kind: ConnectionKind,
    zone: TimeZone,
    /// Days of the real household that it replays; empty for an invented one.
    replay: Vec<[i32; MINUTES]>,
    first: LocalDay,
    /// The register at the beginning of each day from `first` on.
    registers: Vec<i64>,
    today: Option<(LocalDay, Box<[i32; MINUTES]>)>,
    leak: Option<Running>,
}

/// A leak that runs on top of what is used.
struct Running {
    since: UtcMillis,
    leak: Leak,
    /// What has run away at the end of each minute.
    totals: Vec<i64>,
}

impl Running {
    /// What has run away until an instant, and what does in that minute, mL.
    fn at(&mut self, t: UtcMillis) -> (i64, i64) {
        let passed = t.since(self.since);
        if passed < 0 {
            return (0, 0);
        }
        let minute = (passed / MINUTE_MS) as usize;
        while self.totals.len() <= minute {
            let before = self.totals.last().copied().unwrap_or(0);
            self.totals.push(before + self.leak.next_minute(self.totals.len() as i64));
        }
        let before = minute.checked_sub(1).map_or(0, |minute| self.totals[minute]);
        let flow = self.totals[minute] - before;
        (before + flow * (passed % MINUTE_MS) / MINUTE_MS, flow)
    }
}

/// Mixes bits (splitmix64): the same everywhere and on every run.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The real household's days, one after another.
///
/// # Errors
/// The data is damaged.
pub fn real_days() -> Result<Vec<[i32; MINUTES]>, csv::Error> {
    let mut days: BTreeMap<i64, [i32; MINUTES]> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(GzDecoder::new(REAL));
    for row in reader.deserialize::<(i64, i32)>() {
        let (minute, ml) = row?;
        // Naples is an hour ahead of UTC, two in summer; the day's rhythm is what is replayed, so the hour in winter will do.
        let local = minute + 60;
        days.entry(local.div_euclid(MINUTES as i64)).or_insert([0; MINUTES])[local.rem_euclid(MINUTES as i64) as usize] += ml;
    }
    Ok(days.into_values().filter(|day| day.iter().map(|ml| i64::from(*ml)).sum::<i64>() >= REAL_DAY_AT_LEAST_ML).collect())
}

impl Property {
    /// The `index`-th property, whose meter began at `first`. The first one replays the real household.
    ///
    /// # Errors
    /// The real data is damaged.
    pub fn new(index: u64, kind: ConnectionKind, zone: TimeZone, first: LocalDay) -> Result<Self, csv::Error> {
        let replay = if index == 0 { real_days()? } else { Vec::new() };
        let start = (mix(index) % 400_000) as i64 * 1_000;
        Ok(Self { index, kind, zone, replay, first, registers: vec![start], today: None, leak: None })
    }

    /// The same with a leak since an instant.
    #[must_use]
    pub fn with_leak(self, since: UtcMillis, leak: Leak) -> Self {
        Self { leak: Some(Running { since, leak, totals: Vec::new() }), ..self }
    }

    /// What is used in each minute of a day.
    pub fn minutes(&self, day: LocalDay) -> [i32; MINUTES] {
        if let Some(length) = (!self.replay.is_empty()).then_some(self.replay.len() as i32) {
            return self.replay[day.0.rem_euclid(length) as usize];
        }
        let mut minutes = [0; MINUTES];
        let seed = mix(self.index << 32 ^ day.0 as u64);
        let weekend = day.weekday() >= 5;
        let (people, shape) = habits(self.kind, self.index, weekend);
        for person in 0..people {
            for (place, (from, to, chance, litres_per_minute, length)) in shape.iter().enumerate() {
                let dice = mix(seed ^ mix(person as u64 * 64 + place as u64));
                if dice % 100 >= u64::from(*chance) {
                    continue;
                }
                let start = from * 60 + (dice >> 8) as usize % ((to - from) * 60);
                let minutes_long = 1 + (dice >> 24) as usize % length;
                let ml = (litres_per_minute * 1_000) as u64 * (70 + (dice >> 40) % 60) / 100;
                for minute in minutes.iter_mut().skip(start).take(minutes_long) {
                    *minute += ml as i32;
                }
            }
        }
        if self.kind == ConnectionKind::BoardingHouse {
            for (place, minute) in minutes.iter_mut().enumerate().filter(|(place, _)| !ASLEEP.contains(place)) {
                let dice = mix(seed ^ mix(place as u64 | 1 << 40));
                if dice % 100 < 75 {
                    *minute += 600 + ((dice >> 16) % 1_900) as i32;
                }
            }
        }
        minutes
    }

    /// The register at an instant, and the flow in that minute in mL/min.
    pub fn at(&mut self, t: UtcMillis) -> (Millilitres, i64) {
        let day = self.zone.day_of(t);
        let within = t.since(self.zone.start_of(day));
        let start = self.register_at_start(day);
        if self.today.as_ref().is_none_or(|(known, _)| *known != day) {
            self.today = Some((day, Box::new(self.minutes(day))));
        }
        let (leaked, leaks) = self.leak.as_mut().map_or((0, 0), |leak| leak.at(t));
        let Some((_, minutes)) = &self.today else { return (Millilitres(start), 0) };
        let minute = (within / MINUTE_MS) as usize;
        let whole: i64 = minutes[..minute].iter().map(|ml| i64::from(*ml)).sum();
        let flow = i64::from(minutes[minute]);
        (Millilitres(start + whole + flow * (within % MINUTE_MS) / MINUTE_MS + leaked), flow + leaks)
    }

    fn register_at_start(&mut self, day: LocalDay) -> i64 {
        let wanted = usize::try_from(day.0 - self.first.0).unwrap_or(0);
        while self.registers.len() <= wanted {
            let last = LocalDay(self.first.0 + self.registers.len() as i32 - 1);
            let used: i64 = self.minutes(last).iter().map(|ml| i64::from(*ml)).sum();
            self.registers.push(self.registers[self.registers.len() - 1] + used);
        }
        self.registers[wanted]
    }
}

/// From hour, to hour, chance in per cent, litres a minute, longest in minutes.
type Habit = (usize, usize, u8, i64, usize);

const HOME: [Habit; 8] = [
    (4, 6, 70, 8, 4),
    (5, 8, 95, 9, 7),
    (6, 9, 60, 6, 8),
    (11, 14, 45, 6, 6),
    (15, 18, 85, 9, 8),
    (17, 20, 70, 6, 9),
    (19, 22, 60, 7, 5),
    (0, 4, 12, 6, 1),
];
const SHOP: [Habit; 5] = [(7, 9, 90, 7, 8), (9, 12, 95, 6, 12), (12, 15, 95, 6, 14), (15, 18, 90, 6, 10), (18, 21, 60, 7, 8)];
const WORKS: [Habit; 4] = [(6, 9, 100, 24, 90), (8, 12, 100, 30, 120), (13, 16, 100, 28, 110), (16, 18, 60, 18, 40)];

/// From half past midnight to half past three a boarding house sleeps; at any other minute some tap is mostly open.
const ASLEEP: std::ops::Range<usize> = 30..210;

fn habits(kind: ConnectionKind, index: u64, weekend: bool) -> (usize, &'static [Habit]) {
    let spread = mix(index ^ 0xA5A5) as usize;
    match kind {
        ConnectionKind::BoardingHouse => (2 + spread % 3, &HOME),
        ConnectionKind::Commercial => (if weekend { 2 } else { 3 } + spread % 4, &SHOP),
        ConnectionKind::Industrial => (if weekend { 0 } else { 2 + spread % 3 }, &WORKS),
        _ => (2 + spread % 4 + usize::from(weekend), &HOME),
    }
}

/// The local day so many days before an instant.
pub fn day_before(zone: TimeZone, now: UtcMillis, days: i64) -> LocalDay {
    zone.day_of(now.plus(-days * DAY_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leak_is_on_top_of_what_is_used_and_the_same_again() {
        let (zone, first) = (TimeZone::Jakarta, LocalDay(20_000));
        let since = zone.start_of(first).plus(DAY_MS);
        let plain = || Property::new(7, ConnectionKind::Residential, zone, first).expect("no data");
        let leaking = || plain().with_leak(since, Leak::new(crate::meters::leaks::Profile::Steady, 60_000, 7));
        let (mut dry, mut wet, mut again) = (plain(), leaking(), leaking());
        for hours in [-3, 0, 1, 24, 25] {
            let t = since.plus(hours * 3_600_000);
            let lost = wet.at(t).0.0 - dry.at(t).0.0;
            assert!((lost - hours.max(0) * 60_000).abs() <= 3_000 * hours.max(0), "{hours} h: {lost}");
            assert_eq!(again.at(t), wet.at(t));
        }
    }

    #[test]
    fn the_real_household_has_real_days() {
        let days = real_days().expect("reads");
        assert!(days.len() > 150, "{} days", days.len());
        let litres: Vec<i64> = days.iter().map(|day| day.iter().map(|ml| i64::from(*ml)).sum::<i64>() / 1_000).collect();
        assert!(litres.iter().all(|litres| (20..1_500).contains(litres)), "{litres:?}");
    }

    #[test]
    fn a_register_never_falls_and_a_second_run_reads_the_same() {
        let zone = TimeZone::Makassar;
        let first = LocalDay(20_600);
        for kind in [ConnectionKind::Residential, ConnectionKind::Commercial, ConnectionKind::Industrial] {
            let mut one = Property::new(7, kind, zone, first).expect("no data");
            let mut other = Property::new(7, kind, zone, first).expect("no data");
            let start = zone.start_of(first.plus(3));
            let mut last = Millilitres(0);
            for minute in 0..2_000 {
                let (register, _) = one.at(start.plus(minute * MINUTE_MS));
                assert!(register >= last);
                last = register;
            }
            assert_eq!(other.at(start.plus(1_999 * MINUTE_MS)).0, last);
        }
    }
}
