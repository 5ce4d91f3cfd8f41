//! Windows as they are asked for, over rows as they come.

use super::*;
use crate::store::Store;
use crate::store::rows::put;
use domain::TimeZone;
use domain::billing::tariff::{TariffClass, defaults};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::metering::compare::trend::Trend;
use domain::people::ConnectionKind;
use domain::{CustomerId, ZoneId};
use protocol::sync::rows::{self, Entity};
use serde::Serialize;
use uuid::Uuid;

const CONNECTION: ConnectionId = ConnectionId(Uuid::from_u128(1));

fn day(year: i16, month: i8, number: i8) -> LocalDay {
    LocalDay::from_ymd(year, month, number).unwrap()
}

fn write(db: &Connection, entity: Entity, id: &str, row: &impl Serialize) {
    put(db, entity, id, 1, &serde_json::to_string(row).unwrap()).unwrap();
}

/// A house in a zone, with a row for each day that `used` knows.
fn house(
    zone: TimeZone,
    from: LocalDay,
    to: LocalDay,
    used: impl Fn(LocalDay) -> Option<(i64, i64)>,
) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
    let (zone_id, customer) = (ZoneId(Uuid::from_u128(2)), CustomerId(Uuid::from_u128(3)));
    let place = rows::Connection {
        id: CONNECTION,
        customer,
        zone: zone_id,
        kind: ConnectionKind::Residential,
        label: "Rumah".into(),
        address: "Jl. Uji 1".into(),
        tariff_class: TariffClass::Residential,
        position: None,
        meter: None,
    };
    let fill = |db: &Connection| {
        write(db, Entity::Zone, &zone_id.to_string(), &serde_json::json!({ "id": zone_id, "name": "Uji", "time_zone": zone }));
        write(db, Entity::Connection, &CONNECTION.to_string(), &place);
        for (place, version) in defaults(LocalDay(0)).into_iter().enumerate() {
            let id = Uuid::from_u128(100 + place as u128);
            write(db, Entity::Tariff, &id.to_string(), &rows::Tariff { id, version });
        }
        for day in (from.0..=to.0).map(LocalDay) {
            let Some((volume, covered_ms)) = used(day) else { continue };
            let hours = vec![(volume / 24, covered_ms / 24); 24];
            let row = UsageDay { connection: CONNECTION, day, volume: Millilitres(volume), covered_ms, hours, draws: None };
            write(db, Entity::UsageDay, &format!("{CONNECTION}/{}", day.0), &row);
        }
        Ok(())
    };
    store.write_now(fill).unwrap();
    (dir, store)
}

fn asked(store: &Store, comparing: Comparing, now: UtcMillis) -> UsageComparison {
    let query = ComparisonQuery { connection: Some(CONNECTION), comparing, by_weekday: false };
    store.read_now(|db| comparison(db, query, now)).unwrap().expect("a house")
}

const THIS_MONTH: Comparing = Comparing::Months { month: None };

#[test]
fn at_one_instant_each_zone_has_its_own_days_that_are_over() {
    // Half past eleven of 28 November in Jakarta, half past midnight in Makassar, half past one of the 29th in Jayapura.
    let now = TimeZone::Jakarta.start_of(day(2026, 11, 28)).plus(23 * HOUR_MS + HOUR_MS / 2);
    for (zone, last) in [(TimeZone::Jakarta, 27), (TimeZone::Makassar, 28), (TimeZone::Jayapura, 28)] {
        let (_dir, store) = house(zone, day(2026, 9, 1), day(2026, 11, 29), |_| Some((480_000, DAY_MS)));
        let view = asked(&store, THIS_MONTH, now);
        let days = view.compared.expect("both have begun");
        assert_eq!(days.a.window, Window { first: day(2026, 11, 1), last: day(2026, 11, last) }, "{zone:?}");
        assert_eq!(days.b.window, Window { first: day(2026, 10, 1), last: day(2026, 10, last) }, "{zone:?}");
        assert_eq!((days.counted, days.change, days.bars.len()), (last as u32, Some(0), last as usize), "{zone:?}");
        assert_eq!(days.rest.map(|rest| rest.first), Some(day(2026, 10, last + 1)), "{zone:?}: October goes on");
        assert_eq!((view.trend, view.weekdays.map(|all| all.0)), (Trend::Flat, Some([1_000; 7])), "{zone:?}");
    }
}

#[test]
fn on_the_first_of_a_month_the_month_before_is_compared() {
    let zone = TimeZone::Makassar;
    let (_dir, store) = house(zone, day(2026, 9, 1), day(2026, 12, 1), |_| Some((480_000, DAY_MS)));
    let view = asked(&store, THIS_MONTH, zone.start_of(day(2026, 12, 1)).plus(9 * HOUR_MS));
    assert_eq!(view.comparing, Comparing::Months { month: Some(day(2026, 11, 1).month()) });
    let days = view.compared.expect("both have begun");
    assert_eq!((days.counted, days.rest), (30, Window::new(day(2026, 10, 31), day(2026, 10, 31))), "October is a day longer");
    let weeks = asked(&store, Comparing::Weeks { end: None }, zone.start_of(day(2026, 12, 1))).compared.expect("begun");
    assert_eq!((weeks.a.window, weeks.b.window), (Window::week(day(2026, 11, 30)), Window::week(day(2026, 11, 23))));
}

#[test]
fn what_a_day_costs_is_by_the_block_that_its_month_has_come_to() {
    // A cubic metre a day: ten at Rp1.500, ten at Rp2.000, ten at Rp3.000.
    let zone = TimeZone::Jakarta;
    let (_dir, store) = house(zone, day(2026, 10, 1), day(2026, 11, 30), |_| Some((1_000_000, DAY_MS)));
    let ranges = Comparing::Ranges {
        a: Window { first: day(2026, 11, 21), last: day(2026, 11, 22) },
        b: Window { first: day(2026, 11, 9), last: day(2026, 11, 11) },
    };
    let days = asked(&store, ranges, zone.start_of(day(2026, 12, 2))).compared.expect("begun");
    assert_eq!((days.a.cost, days.b.cost), (Some(Rupiah(6_000)), Some(Rupiah(3_000))), "the third day has no other");
    assert_eq!((days.change, days.cost_change), (Some(0), Some(100)));
    assert_eq!(days.rest, Window::new(day(2026, 11, 11), day(2026, 11, 11)));
}

#[test]
fn days_without_data_are_left_out_and_a_month_ends_in_its_band() {
    let zone = TimeZone::Jakarta;
    let gone = [day(2026, 11, 4), day(2026, 10, 9)];
    let used = |day: LocalDay| match day {
        day if day == gone[0] => None,
        day if day == gone[1] => Some((9_000_000, DAY_MS / 2)),
        _ => Some((500_000, DAY_MS)),
    };
    let (_dir, store) = house(zone, day(2026, 8, 1), day(2026, 11, 20), used);
    let view = asked(&store, THIS_MONTH, zone.start_of(day(2026, 11, 21)));
    let days = view.compared.expect("begun");
    assert_eq!((days.counted, days.left_out, days.a.missing, days.b.partial), (18, 2, 1, 1));
    assert_eq!((days.a.volume, days.b.volume), (Millilitres::litres(9_000), Millilitres::litres(9_000)));
    let forecast = view.forecast.expect("enough days");
    assert_eq!(forecast.volume.ahead.len(), 11, "ten days ahead, and the one that is not known");
    assert!((forecast.volume.volume.0 - 15_000_000).abs() < 1_000, "{forecast:?}");
    let now = zone.start_of(day(2026, 11, 21));
    let tips = store.read_now(|db| crate::queries::tips(db, Some(CONNECTION), (None, now))).unwrap().expect("a house");
    assert_eq!(tips.view.month.expected, Some(forecast.volume.volume), "the goal is held against the same forecast");
    let [expected, low, high] = forecast.cost.expect("prices");
    assert!(low <= expected && expected <= high && (24_990..=25_010).contains(&expected.0), "{forecast:?}");
}

#[test]
fn a_year_is_compared_by_date_and_shown_by_month() {
    let zone = TimeZone::Jayapura;
    let (_dir, store) = house(zone, day(2027, 1, 1), day(2028, 12, 31), |day| {
        Some((if day.ymd().0 == 2028 { 600_000 } else { 500_000 }, DAY_MS))
    });
    let days = asked(&store, Comparing::Years { year: Some(2028) }, zone.start_of(day(2029, 1, 1))).compared.expect("begun");
    assert_eq!((days.counted, days.bars.len(), days.by_month, days.change), (365, 12, true, Some(20)));
    assert_eq!((days.bars[1].volume, days.a.unpaired()), (Some(28 * 600_000), 1), "29 February has no other");
}

#[test]
fn the_rows_of_a_file_are_the_days_of_the_property() {
    let zone = TimeZone::Jayapura;
    let (_dir, store) = house(zone, day(2026, 7, 1), day(2026, 8, 31), |_| Some((480_000, DAY_MS)));
    let comparing = Comparing::Months { month: Some(day(2026, 8, 1).month()) };
    let query = ComparisonQuery { connection: Some(CONNECTION), comparing, by_weekday: false };
    let rows = store.read_now(|db| comparison_rows(db, query, zone.start_of(day(2026, 9, 5)))).unwrap();
    let ends = rows.first().zip(rows.last()).map(|(first, last)| (first.a.0, first.b.0, last.a.0, last.b.0));
    assert_eq!(ends, Some((day(2026, 8, 1), day(2026, 7, 1), day(2026, 8, 31), day(2026, 7, 31))), "no day off");
}

#[test]
fn a_day_comes_to_the_same_on_beranda_and_on_pemakaian() {
    // 24 hours of 20,833 mL are 8 mL less than the day.
    let (zone, today) = (TimeZone::Makassar, day(2026, 11, 20));
    let (_dir, store) = house(zone, day(2026, 11, 1), today, |_| Some((500_000, DAY_MS)));
    let now = zone.start_of(today).plus(23 * HOUR_MS);
    let span = protocol::ui::Span::Day { day: None };
    let usage = store.read_now(|db| crate::queries::usage(db, Some(CONNECTION), span, now)).unwrap().expect("a house");
    let home = store.read_now(|db| crate::queries::home(db, Some(CONNECTION), now)).unwrap().expect("a house");
    assert_eq!((usage.total, home.today), (Millilitres(500_000), Millilitres(500_000)));
}

#[test]
fn the_days_that_the_month_before_has_not_are_counted_and_not_compared() {
    let zone = TimeZone::Jakarta;
    let of = |month: i8, last: LocalDay| {
        let (_dir, store) = house(zone, day(2027, 1, 1), last, |_| Some((480_000, DAY_MS)));
        let span = protocol::ui::Span::Month { month: Some(day(2027, month, 1).month()) };
        let now = zone.start_of(last.plus(1));
        let view = store.read_now(|db| crate::queries::usage(db, Some(CONNECTION), span, now)).unwrap().expect("a house");
        assert_eq!(view.compared_until, None, "all that can be compared has passed");
        [view.total, view.behind, view.total_before.expect("measured")].map(|volume| volume.0 / 480_000)
    };
    assert_eq!(of(3, day(2027, 3, 31)), [31, 3, 28]);
    assert_eq!(of(3, day(2027, 3, 29)), [29, 1, 28], "it goes on");
    assert_eq!(of(2, day(2027, 2, 28)), [28, 0, 28], "January is longer");
}
