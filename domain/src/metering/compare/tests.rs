//! Comparing against the naive sum over readings, in every zone, for any history; and the faults that others have at the edges of zones.

use super::*;
use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::metering::meter::Capability;
use crate::metering::reading::absorb::WindowEnd;
use crate::metering::reading::{ClockState, DayUse, Point, Rules, Stored, Trust, absorb};
use crate::{ConnectionId, LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

const RULES: Rules<'static> = Rules { capability: &Capability::HOUSEHOLD, salt: 7 };

type Days = BTreeMap<LocalDay, DayUse>;

/// A reading an hour of one meter, from a full hour on, of what each hour used.
fn readings(from: UtcMillis, first: i64, hours: &[i64]) -> Vec<Point> {
    let mut register = first;
    let mut points = vec![(from, first)];
    for (hour, used) in hours.iter().enumerate() {
        register += used;
        points.push((from.plus((hour as i64 + 1) * HOUR_MS), register));
    }
    let point = |(t, register)| Point {
        t,
        register: Millilitres(register),
        connection: Some(ConnectionId(Uuid::from_u128(1))),
        clock: ClockState::Believed,
        trust: Trust::Meter,
    };
    points.into_iter().map(point).collect()
}

/// Takes what a meter sends, part by part, as a server does.
fn take<'p>(days: &mut Days, parts: impl Iterator<Item = &'p [Point]>, zone: TimeZone) {
    let mut stored: BTreeMap<UtcMillis, Stored> = BTreeMap::new();
    for part in parts {
        let window: Vec<Stored> = stored.values().copied().collect();
        let absorbed = absorb((WindowEnd::History, WindowEnd::History), &window, part, &RULES, &|_| zone).expect("all of it");
        stored.extend(absorbed.changed.into_iter().map(|one| (one.point.t, one)));
        for ((_, day), part) in absorbed.usage {
            days.entry(day).or_default().combine(&part, 1);
        }
    }
    days.retain(|_, day| !day.is_zero());
}

fn value(days: &Days, day: LocalDay) -> DayValue {
    days.get(&day).map_or_else(DayValue::default, |used| {
        let has_hours = used.hours.iter().any(|hour| hour.covered_ms > 0);
        DayValue { volume: used.volume, cost: None, kind: DayKind::of(used.covered_ms, has_hours) }
    })
}

/// The local day of an instant, by nothing but arithmetic.
fn day_at(t: UtcMillis, hours_ahead: i64) -> LocalDay {
    LocalDay((t.0 + hours_ahead * HOUR_MS).div_euclid(DAY_MS) as i32)
}

const AHEAD: [i64; 3] = [7, 8, 9];

fn day(year: i16, month: i8, number: i8) -> LocalDay {
    LocalDay::from_ymd(year, month, number).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn any_window_is_the_naive_sum_over_readings_and_a_new_meter_is_no_use(
        hours in prop::collection::vec(0_i64..60_000, 24 * 20..24 * 40), replaced in 0.1_f64..0.9, begins in 0_i64..48, other in 0_i64..90_000_000,
        zone in 0_usize..3, a in 0_i32..30, b in 0_i32..30, length in 1_i32..20, by in 0_usize..3, chunk in 20_usize..200,
    ) {
        let (ahead, zone) = (AHEAD[zone], TimeZone::ALL[zone]);
        let from = UtcMillis(i64::from(day(2026, 10, 1).0) * DAY_MS + begins * HOUR_MS);
        let at = (hours.len() as f64 * replaced) as usize;
        let changed = from.plus(at as i64 * HOUR_MS);
        let (old, new) = (readings(from, 5_000, &hours[..at]), readings(changed, other, &hours[at..]));
        let mut days = Days::new();
        take(&mut days, old.chunks(chunk), zone);
        take(&mut days, new.chunks(chunk), zone);
        // Kept up to date as it came, or made of everything, the last first: the same.
        let mut again = Days::new();
        take(&mut again, new.rchunks(chunk), zone);
        take(&mut again, old.chunks(old.len()), zone);
        prop_assert_eq!(&days, &again);

        let mut naive: BTreeMap<LocalDay, i64> = BTreeMap::new();
        for (hour, used) in hours.iter().enumerate() {
            *naive.entry(day_at(from.plus(hour as i64 * HOUR_MS), ahead)).or_default() += used;
        }
        let window = |start: i32| Window { first: day_at(from, ahead).plus(start), last: day_at(from, ahead).plus(start + length - 1) };
        let by = [Lined::Place, Lined::Date, Lined::Weekday][by];
        let there = Compared::of(window(a), window(b), by, |day| value(&days, day));
        let sum = |of: fn(&Pair) -> LocalDay| -> i64 {
            there.pairs.iter().filter(|pair| pair.counts()).map(|pair| naive.get(&of(pair)).copied().unwrap_or(0)).sum()
        };
        prop_assert_eq!((there.a.volume.0, there.b.volume.0), (sum(|pair| pair.a.0), sum(|pair| pair.b.0)));
        prop_assert!(there.pairs.iter().all(|pair| pair.a.1.kind != DayKind::Missing || !pair.counts()));

        let back = Compared::of(window(b), window(a), by, |day| value(&days, day));
        prop_assert_eq!((there.a, there.b, there.left_out), (back.b, back.a, back.left_out));
        prop_assert_eq!(there.a.volume - there.b.volume, -(back.a.volume - back.b.volume));
    }
}

/// The faults of the energy dashboard of Home Assistant, by its public issues, and what is right: the days of a month are the property's, wherever
/// the reader is (frontend 13164, core 92888); the first day of a window is in its bars and its sum (core 92888); a month is not a day off
/// (frontend 21848); and a step back is one period (frontend 20004).
#[test]
fn the_edges_of_a_month_are_the_propertys_wherever_the_reader_is() {
    // One litre an hour, but 100 L in the last hour of October and 7 L in the first of November, of the property.
    // Zone, its offset; what a reader in Jakarta would take for 31 October and 1 November if days were the reader's.
    let table = [
        (TimeZone::Jakarta, 7, (123, 30)),
        (TimeZone::Makassar, 8, (123 - 1 + 7, 24)),
        (TimeZone::Jayapura, 9, (123 - 2 + 7 + 1, 24)),
    ];
    for (zone, ahead, as_of_the_reader) in table {
        let (october, november) = (Window::month(day(2026, 10, 1).month()), Window::month(day(2026, 11, 1).month()));
        // From two days before October on, so that no edge is the beginning of data.
        let from = UtcMillis(i64::from(october.first.plus(-2).0) * DAY_MS - ahead * HOUR_MS);
        let mut hours = vec![1_000; 24 * 63];
        let midnight = 24 * (2 + 31);
        (hours[midnight - 1], hours[midnight]) = (100_000, 7_000);
        let mut days = Days::new();
        take(&mut days, readings(from, 0, &hours).chunks(500), zone);
        let litres = |day: LocalDay| value(&days, day).volume.0 / 1_000;
        assert_eq!((litres(october.last), litres(november.first)), (123, 30), "{zone:?}");

        let over = day(2026, 11, 28);
        let (a, b) = equal_parts(november, october, over, Lined::Place).unwrap();
        let compared = Compared::of(a, b, Lined::Place, |day| value(&days, day));
        assert_eq!((compared.pairs[0].a.0, compared.pairs[0].b.0), (november.first, october.first), "{zone:?}: no day off");
        assert_eq!((compared.counted(), compared.a.coverage(), compared.b.coverage()), (28, 100, 100), "{zone:?}");
        assert_eq!(compared.a.volume.0 / 1_000, 28 * 24 + 6, "{zone:?}: the first day is in the sum");
        assert_eq!(compared.b.volume.0 / 1_000, 28 * 24, "{zone:?}: the last hour of October is not in 1 to 28 October");
        let whole = Compared::of(Window { last: october.last, first: october.last }, b, Lined::Place, |day| value(&days, day));
        assert_eq!(whole.a.volume.0 / 1_000, 123, "{zone:?}");

        // Had the days been those of a reader in Jakarta, both would be wrong east of it.
        let mut of_reader = Days::new();
        take(&mut of_reader, readings(from, 0, &hours).chunks(500), TimeZone::Jakarta);
        let wrong = [october.last, november.first].map(|day| value(&of_reader, day).volume.0 / 1_000);
        assert_eq!((wrong[0], wrong[1]), as_of_the_reader, "{zone:?}");
    }
}

#[test]
fn days_without_data_are_left_out_on_both_sides_and_estimates_are_no_data() {
    let of = |kind, litres| DayValue { volume: Millilitres::litres(litres), cost: Some(Rupiah(litres * 2)), kind };
    let value = |day: LocalDay| match day.0 - 20_000 {
        1 => DayValue::default(),
        2 => of(DayKind::Partial, 900),
        11 => of(DayKind::Daily, 50),
        13 => of(DayKind::Partial, 900),
        _ => of(DayKind::Hourly, 100),
    };
    let window = |first: i32| Window { first: LocalDay(20_000 + first), last: LocalDay(20_000 + first + 6) };
    let compared = Compared::of(window(0), window(10), Lined::Place, value);
    assert_eq!((compared.left_out, compared.counted()), (3, 4), "of 1, 2 and 3 on either side");
    assert_eq!((compared.a.volume, compared.b.volume), (Millilitres::litres(400), Millilitres::litres(400)));
    assert_eq!((compared.a.complete, compared.a.partial, compared.a.missing, compared.a.coverage()), (5, 1, 1, 71));
    assert_eq!((compared.b.daily, compared.b.partial, compared.b.coverage()), (1, 1, 85));
    assert_eq!((compared.change(), compared.cost_change(), compared.a.cost), (Some(0), Some(0), Some(Rupiah(800))));
}

#[test]
fn nothing_used_before_is_no_percentage() {
    let value = |day: LocalDay| DayValue {
        volume: if day.0 < 20_000 { Millilitres::ZERO } else { Millilitres::litres(300) },
        cost: None,
        kind: DayKind::Hourly,
    };
    let (late, early) = (Window::week(LocalDay(20_006)), Window::week(LocalDay(19_999)));
    let compared = Compared::of(late, early, Lined::Place, value);
    assert_eq!((compared.change(), compared.a.cost, compared.cost_change()), (None, None, None));
    assert_eq!(Compared::of(early, late, Lined::Place, value).change(), Some(-100));
    let unknown = Compared::of(late, early, Lined::Place, |_| DayValue::default());
    assert_eq!((unknown.counted(), unknown.change()), (0, None), "no day counts");
}
