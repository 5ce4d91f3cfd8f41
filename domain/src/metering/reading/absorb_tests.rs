//! The usage of a meter is a function of the set of its readings: any order, any repetition, any batches.

use super::*;
use crate::Flow;
use crate::metering::meter::Capability;
use crate::metering::reading::CLOCK_TOLERANCE_MS;
use crate::metering::reading::Trust;
use proptest::prelude::*;
use uuid::Uuid;

const ZONE: TimeZone = TimeZone::Jakarta;
const START: i64 = 1_790_000_000_000;

/// A meter's store, as a server keeps it, with windows as short as they can be.
#[derive(Default)]
struct Log {
    readings: BTreeMap<UtcMillis, Stored>,
    usage: BTreeMap<(ConnectionId, LocalDay), DayUse>,
    /// How many windows were enough that had more before and behind them.
    short: usize,
}

const RULES: Rules<'static> = Rules { capability: &Capability::HOUSEHOLD, salt: 7 };

impl Log {
    fn take(&mut self, new: &[Point]) -> Vec<Arrival> {
        let Some(first) = new.iter().map(|point| point.t).min() else { return Vec::new() };
        let last = new.iter().map(|point| point.t).max().unwrap_or(first);
        let all: Vec<Stored> = self.readings.values().copied().collect();
        let ahead = all.partition_point(|stored| stored.point.t < first);
        let until = all.partition_point(|stored| stored.point.t <= last);
        for extra in [0, 36, 72, 108, 160, 240, usize::MAX] {
            let (from, to) = (ahead.saturating_sub(extra), until.saturating_add(extra).min(all.len()));
            let begin = if from == 0 { WindowEnd::History } else { WindowEnd::More };
            let end = if to == all.len() { WindowEnd::History } else { WindowEnd::More };
            if let Ok(absorbed) = absorb((begin, end), &all[from..to], new, &RULES, &|_| ZONE) {
                self.short += usize::from((begin, end) == (WindowEnd::More, WindowEnd::More));
                return self.write(absorbed);
            }
        }
        unreachable!("the whole history always suffices")
    }

    fn write(&mut self, absorbed: Absorbed) -> Vec<Arrival> {
        for stored in absorbed.changed {
            self.readings.insert(stored.point.t, stored);
        }
        for (key, part) in absorbed.usage {
            self.usage.entry(key).or_default().combine(&part, 1);
        }
        self.usage.retain(|_, day| !day.is_zero());
        absorbed.arrivals
    }

    fn used(&self) -> i64 {
        self.usage.values().map(|day| day.volume.0).sum()
    }
}

fn connection(n: u128) -> ConnectionId {
    ConnectionId(Uuid::from_u128(n))
}

fn point(minute: i64, register: i64) -> Point {
    Point {
        t: UtcMillis(START + minute * 60_000),
        register: Millilitres(register),
        connection: Some(connection(1)),
        clock: ClockState::Believed,
        trust: Trust::Meter,
    }
}

/// A history with everything that goes wrong in the field: steps back, spikes, gaps, a replaced register, a moved meter, bad clocks,
/// contradicting copies, roll-overs.
fn history() -> impl Strategy<Value = Vec<Point>> {
    let step = (0_i64..60_000, prop_oneof![8 => 1_i64..3, 1 => 3_i64..900, 1 => 1_000_i64..5_000], 0_u8..40, 0_i64..20_000);
    (
        prop_oneof![proptest::collection::vec(step.clone(), 1..60), proptest::collection::vec(step, 200..400)],
        prop_oneof![Just(0_i64), Just(99_999_999_000)],
    )
        .prop_map(|(steps, first)| {
            let modulus = Capability::HOUSEHOLD.register_modulus.0;
            let (mut minute, mut register, mut place) = (0, first, 1);
            let mut out = Vec::new();
            for (ml, minutes, fault, size) in steps {
                minute += minutes;
                register = (register + ml.min(minutes * 40_000)) % modulus;
                let mut next = point(minute, register);
                match fault {
                    0 => next.register.0 = (register - size).max(0),
                    1 => next.register.0 = (register + 50_000_000) % modulus,
                    2 => register = size,
                    3 => place = 3 - place,
                    4 => next.clock = ClockState::Wrong,
                    5 => next.connection = None,
                    7 => next.trust = Trust::ByEye,
                    8 => next = Point { register: Millilitres(size), trust: Trust::ByEye, ..next },
                    9 => next.trust = if size < 10_000 { Trust::DeclaredRight } else { Trust::DeclaredWrong },
                    6 => out.push(Point { register: Millilitres(register / 2), connection: Some(connection(place)), ..next }),
                    _ => {}
                }
                next.connection = next.connection.map(|_| connection(place));
                out.push(next);
            }
            out
        })
}

/// Every point of one instant must be at one place, as installations say; the strategy above may contradict itself there.
fn at_one_place(mut points: Vec<Point>) -> Vec<Point> {
    let mut place = BTreeMap::new();
    for point in &mut points {
        point.connection = *place.entry(point.t).or_insert(point.connection);
    }
    points
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_order_repetition_and_batching_gives_the_same_rollups(
        points in history().prop_map(at_one_place),
        order in proptest::collection::vec(any::<proptest::sample::Index>(), 0..120),
        batch in 1_usize..20,
    ) {
        let mut straight = Log::default();
        straight.take(&points);

        let mut shuffled: Vec<Point> = order.iter().map(|index| *index.get(&points)).collect();
        shuffled.extend(points.iter().rev());
        let mut mixed = Log::default();
        for part in shuffled.chunks(batch) {
            mixed.take(part);
        }
        prop_assert_eq!(&mixed.readings, &straight.readings);
        prop_assert_eq!(&mixed.usage, &straight.usage);
    }

    #[test]
    fn the_same_again_changes_nothing(points in history().prop_map(at_one_place)) {
        let mut log = Log::default();
        log.take(&points);
        let (readings, usage) = (log.readings.clone(), log.usage.clone());
        log.take(&points);
        prop_assert_eq!(log.readings, readings);
        prop_assert_eq!(log.usage, usage);
    }

    #[test]
    fn a_healthy_meter_uses_exactly_what_its_register_says(steps in proptest::collection::vec((1_i64..600, 0_i64..30_000), 1..80)) {
        let (mut minute, mut register, mut points) = (0, 5_000, vec![point(0, 5_000)]);
        for (minutes, ml) in steps {
            minute += minutes;
            register += ml;
            points.push(point(minute, register));
        }
        let mut log = Log::default();
        log.take(&points);
        prop_assert_eq!(log.used(), register - 5_000);
        let within = |day: &DayUse| {
            let hours = day.hours.iter().all(|hour| (0..=crate::core::local_time::HOUR_MS).contains(&hour.covered_ms));
            hours && (0..=crate::core::local_time::DAY_MS).contains(&day.covered_ms)
        };
        prop_assert!(log.usage.values().all(within), "nothing is covered twice");
    }
}

#[test]
fn days_of_a_silence_in_which_nothing_was_used_are_known_and_those_before_a_new_start_are_not() {
    let days = |window: &[Stored], new: &[Point]| {
        let absorbed = absorb((WindowEnd::History, WindowEnd::History), window, new, &RULES, &|_| ZONE).expect("all of it");
        (absorbed.usage.values().map(|day| (day.volume.0, day.covered_ms)).collect::<Vec<_>>(), absorbed.changed)
    };
    let noon = (ZONE.start_of(ZONE.day_of(UtcMillis(START))).0 - START) / 60_000 + 12 * 60;
    let on = |day: i64| point(noon + day * 24 * 60, 5_000);
    let (first, stored) = days(&[], &[on(0), on(3)]);
    assert_eq!(first, [(0, 0); 4]);
    // A reading in between says nothing new of them, one behind them of one day.
    assert_eq!(days(&stored, &[on(1)]).0, []);
    assert_eq!(days(&stored, &[on(4)]).0, [(0, 0); 1]);
    let appended = append(&on(3), &[on(5)], &RULES, &|_| ZONE).expect("it follows");
    assert_eq!(appended.usage.len(), 3);
    let moved = Point { connection: Some(connection(2)), ..on(9) };
    assert_eq!(days(&stored, &[moved]).0, []);
}

#[test]
fn a_replaced_meters_new_start_is_no_usage() {
    let mut log = Log::default();
    let elsewhere = |minute, register| Point { connection: Some(connection(2)), ..point(minute, register) };
    log.take(&[point(0, 900_000), point(1, 901_000), elsewhere(2, 905_000), elsewhere(3, 905_500)]);
    assert_eq!(log.used(), 1_500);
}

#[test]
fn a_spike_is_refused_and_what_really_flowed_is_counted_by_the_next_reading() {
    let mut log = Log::default();
    log.take(&[point(0, 0), point(1, 10_000), point(2, 90_000_000), point(3, 30_000)]);
    assert_eq!(
        log.readings.values().map(|s| s.verdict).collect::<Vec<_>>(),
        [Verdict::First, Verdict::Accepted, Verdict::Impossible, Verdict::Accepted]
    );
    assert_eq!(log.used(), 30_000);
}

#[test]
fn a_register_set_anew_is_believed_after_three_readings_and_the_jump_is_not_charged() {
    let mut log = Log::default();
    log.take(&[point(0, 5_000_000), point(1, 100), point(2, 1_100)]);
    assert_eq!(log.used(), 0, "two may be wrong");
    log.take(&[point(3, 2_100), point(4, 2_600)]);
    assert_eq!(log.readings[&point(1, 0).t].verdict, Verdict::Restarted);
    assert_eq!(log.used(), 2_500);
}

#[test]
fn a_meter_mounted_backwards_uses_nothing_and_its_story_begins_anew_now_and_then() {
    let mut log = Log::default();
    let points: Vec<Point> = (0..400).map(|minute| point(minute, 90_000_000 - minute * 1_000)).collect();
    for part in points.chunks(7) {
        log.take(part);
    }
    let settled: Vec<i64> =
        log.readings.values().filter(|it| it.verdict.settles()).map(|it| (it.point.t.0 - START) / 60_000).collect();
    assert_eq!(log.used(), 0);
    assert!(settled.len() > 1 && settled.windows(2).all(|pair| (64..400).contains(&(pair[1] - pair[0]))), "{settled:?}");
}

#[test]
fn a_register_that_steps_by_a_tenth_of_a_cubic_metre_is_charged_however_often_it_is_read() {
    // 20 L a minute for an hour, of a meter that somebody watches, and of one that reports each minute.
    for seconds in [5, 30, 60] {
        let stepped = |at: i64| Point {
            t: UtcMillis(START + at * 1_000),
            register: Millilitres(5_000_000 + at * 20_000 / 60 / 100_000 * 100_000),
            ..point(0, 0)
        };
        let mut log = Log::default();
        log.take(&(0..=3_600 / seconds).map(|place| stepped(place * seconds)).collect::<Vec<_>>());
        assert_eq!(log.used(), 1_200_000, "each {seconds} s");
        assert!(log.readings.values().skip(1).all(|stored| stored.verdict == Verdict::Accepted), "each {seconds} s");
    }
}

#[test]
fn a_register_that_returns_to_zero_goes_on() {
    let mut log = Log::default();
    log.take(&[point(0, 99_999_999_000), point(1, 500)]);
    assert_eq!((log.readings[&point(1, 0).t].verdict, log.used()), (Verdict::RolledOver, 1_500));
}

#[test]
fn of_two_registers_at_one_instant_the_lower_stands_whichever_came_first() {
    for pair in [[point(1, 2_000), point(1, 3_000)], [point(1, 3_000), point(1, 2_000)]] {
        let mut log = Log::default();
        log.take(&[point(0, 1_000)]);
        log.take(&pair[..1]);
        let arrivals = log.take(&pair[1..]);
        assert_eq!(arrivals, [Arrival::Conflict { refused: Millilitres(3_000) }]);
        assert_eq!(log.used(), 1_000);
    }
}

#[test]
fn a_reading_from_the_future_is_kept_and_not_used() {
    let now = UtcMillis(START);
    assert_eq!(ClockState::judge(now.plus(CLOCK_TOLERANCE_MS), now), ClockState::Believed);
    assert_eq!(ClockState::judge(now.plus(CLOCK_TOLERANCE_MS + 1), now), ClockState::Wrong);
    let mut log = Log::default();
    let future = Point { clock: ClockState::Wrong, ..point(9_000, 70_000) };
    log.take(&[point(0, 0), future]);
    let arrivals = log.take(&[point(1, 500)]);
    assert_eq!(arrivals, [Arrival::InOrder], "a wrong clock makes no later reading late");
    assert_eq!(log.used(), 500);
}

#[test]
fn a_late_reading_moves_usage_to_where_it_belongs() {
    let mut log = Log::default();
    log.take(&[point(0, 0), point(120, 12_000)]);
    let arrivals = log.take(&[point(60, 12_000)]);
    assert_eq!(arrivals, [Arrival::Late]);
    let hours: i64 = log.usage.values().flat_map(|day| day.hours).map(|hour| hour.volume.0).sum();
    assert_eq!((log.used(), hours), (12_000, 12_000));
    assert!(Flow::mean(Millilitres(12_000), 0).is_none());
}
