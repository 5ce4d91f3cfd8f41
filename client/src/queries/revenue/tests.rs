//! Revenue from a cache against a walk over its days, while days come, change and go.

use crate::queries::revenue::{RevenueMemory, revenue};
use domain::billing::ledger::{Account, Channel, Event, Settled};
use domain::revenue::{Comparison, CountedTransfer, DayRange, Dimension, Figures, Period, RevenueSums, TransferKind};
use domain::sales::voucher::Grant;
use domain::{LocalDay, LocalMonth, Rupiah, TimeZone, UtcMillis, UtilityId, ZoneId};
use protocol::sync::rows::RevenueDay;
use protocol::ui::{RevenueQuestion, RevenueView};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use uuid::Uuid;

const UTILITY: UtilityId = UtilityId(Uuid::from_u128(1));
const WEST: ZoneId = ZoneId(Uuid::from_u128(2));
const EAST: ZoneId = ZoneId(Uuid::from_u128(3));

fn day(year: i16, month: i8, day: i8) -> LocalDay {
    LocalDay::from_ymd(year, month, day).expect("a real day")
}

/// The 10th of February 2027, at noon in Jakarta.
fn now() -> UtcMillis {
    TimeZone::Jakarta.start_of(day(2027, 2, 10)).plus(12 * 3_600_000)
}

fn cache() -> Connection {
    let db = Connection::open_in_memory().expect("memory");
    db.execute_batch("CREATE TABLE zone (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID")
        .expect("zones");
    db.execute_batch(include_str!("../../../migrations/0019_revenue.sql")).expect("days");
    let body = serde_json::json!({ "id": WEST, "name": "Barat", "time_zone": "Asia/Jakarta" }).to_string();
    db.execute("INSERT INTO zone (id, rev, body) VALUES (?1, 1, ?2)", params![WEST.to_string(), body]).expect("a zone");
    db
}

/// A cash purchase of so much at ten o'clock.
fn bought(on: LocalDay, paid: i64) -> CountedTransfer {
    let settled = Settled { channel: Channel::Cash, paid: Rupiah(paid), granted: Grant::default() };
    counted(on, 10, &Event::Purchase { settled, lent: Rupiah(0) }, None)
}

fn counted(on: LocalDay, hour: u8, event: &Event, month: Option<LocalMonth>) -> CountedTransfer {
    CountedTransfer {
        day: on,
        hour,
        kind: TransferKind::from_word(event.kind()),
        method: (event.kind() == "purchase").then(|| "cash".to_owned()),
        class: None,
        zone: WEST,
        campaign: None,
        collector: None,
        month,
        postings: event.transfer("key".into()).expect("it adds up").postings,
    }
}

/// Keeps a day as it comes from the server.
fn keep(db: &Connection, rev: i64, facts: &[CountedTransfer]) {
    let mut sums = RevenueSums::default();
    facts.iter().for_each(|fact| sums.add(fact));
    let row = RevenueDay::new((UTILITY, facts[0].day), UtcMillis(rev), &sums, BTreeMap::new());
    let body = serde_json::to_string(&row).expect("JSON");
    db.execute(
        "INSERT OR REPLACE INTO revenue_day (id, rev, day, at, body) VALUES (?1, ?2, ?3, ?2, ?4)",
        params![format!("{UTILITY}/{}", row.day.0), rev, row.day.0, body],
    )
    .expect("a day");
}

fn ask(db: &Connection, memory: &RevenueMemory, period: Period, breakdown: Dimension) -> RevenueView {
    let asked = RevenueQuestion { period: Some(period), breakdown, ..RevenueQuestion::default() };
    revenue(db, memory, asked, now()).expect("an answer")
}

#[test]
fn a_day_that_changed_or_went_is_never_shown_as_it_was() {
    let (db, memory) = (cache(), RevenueMemory::default());
    let january = Period::Month { month: day(2027, 1, 1).month() };
    keep(&db, 1, &[bought(day(2027, 1, 5), 50_000)]);
    keep(&db, 1, &[bought(day(2027, 1, 6), 30_000)]);
    assert_eq!(ask(&db, &memory, january, Dimension::All).figures.received, Rupiah(80_000));
    keep(&db, 2, &[bought(day(2027, 1, 6), 30_000), bought(day(2027, 1, 6), 20_000)]);
    let view = ask(&db, &memory, january, Dimension::All);
    assert_eq!((view.figures.received, view.as_of), (Rupiah(100_000), Some(UtcMillis(2))));
    db.execute("DELETE FROM revenue_day WHERE day = ?1", [day(2027, 1, 5).0]).expect("gone");
    assert_eq!(ask(&db, &memory, january, Dimension::All).figures.received, Rupiah(50_000));
    memory.forget();
    assert_eq!(ask(&db, &memory, january, Dimension::All).figures.received, Rupiah(50_000));
}

#[test]
fn a_month_that_goes_on_has_its_equal_part_beside_it() {
    let (db, memory) = (cache(), RevenueMemory::default());
    for (on, paid) in [(day(2026, 12, 31), 1), (day(2027, 1, 10), 100_000), (day(2027, 1, 11), 7), (day(2027, 2, 10), 150_000)] {
        keep(&db, 1, &[bought(on, paid)]);
    }
    let view = ask(&db, &memory, Period::Month { month: day(2027, 2, 1).month() }, Dimension::Method);
    assert_eq!((view.today, view.days.to), (day(2027, 2, 10), day(2027, 2, 10)));
    assert_eq!(view.earlier_days, Some(DayRange { from: day(2027, 1, 1), to: day(2027, 1, 10) }));
    assert!(view.earlier_is_whole, "there is something of before");
    assert_eq!(view.growth.and_then(|growth| growth.received), Some(500));
    assert_eq!(view.heat[2][10], Rupiah(150_000), "the 10th of February 2027 is a Wednesday");
    let slices: Vec<_> = view.slices.iter().map(|slice| (slice.value.as_deref(), slice.figures.received.0)).collect();
    assert_eq!(slices, [(Some("cash"), 150_000)]);
    assert_eq!(view.series.len(), 10);
    assert_eq!(view.unearned, Rupiah(250_008), "of all days, those before the earlier ones as well");
}

#[test]
fn a_day_that_has_begun_in_the_east_only_is_among_the_days_so_far() {
    let (db, memory) = (cache(), RevenueMemory::default());
    let body = serde_json::json!({ "id": EAST, "name": "Timur", "time_zone": "Asia/Jayapura" }).to_string();
    db.execute("INSERT INTO zone (id, rev, body) VALUES (?1, 1, ?2)", params![EAST.to_string(), body]).expect("a zone");
    db.execute_batch("CREATE TABLE connection (id TEXT PRIMARY KEY, zone TEXT NOT NULL) STRICT").expect("connections");
    keep(&db, 1, &[bought(day(2027, 2, 10), 50_000)]);
    keep(&db, 1, &[bought(day(2027, 2, 11), 30_000)]);
    let late = TimeZone::Jakarta.start_of(day(2027, 2, 10)).plus(23 * 3_600_000);
    let view = revenue(&db, &memory, RevenueQuestion::default(), late).expect("an answer");
    assert_eq!((view.today, view.days.to), (day(2027, 2, 10), day(2027, 2, 11)));
    assert_eq!((view.figures.received, view.unearned), (Rupiah(80_000), Rupiah(80_000)));
    // The month is that of most connections, also where the next one has begun in the east. That one has its page.
    let last = TimeZone::Jakarta.start_of(day(2027, 2, 28)).plus(23 * 3_600_000);
    let view = revenue(&db, &memory, RevenueQuestion::default(), last).expect("an answer");
    assert_eq!(view.days, DayRange { from: day(2027, 2, 1), to: day(2027, 2, 28) });
    let march = RevenueQuestion { period: Some(view.period.after()), ..RevenueQuestion::default() };
    let view = revenue(&db, &memory, march, last).expect("an answer");
    assert_eq!(view.days, DayRange { from: day(2027, 3, 1), to: day(2027, 3, 1) });
}

#[test]
fn what_belongs_to_earlier_months_is_named() {
    let (db, memory) = (cache(), RevenueMemory::default());
    let charged = domain::billing::charging::Charged { water: Rupiah(-1_000), tax: Rupiah(0) };
    let on = day(2027, 2, 3);
    let correction = counted(on, 0, &Event::ChargeCorrection(charged), Some(day(2027, 1, 1).month()));
    keep(
        &db,
        1,
        &[
            correction,
            counted(
                on,
                0,
                &Event::Charge(domain::billing::charging::Charged { water: Rupiah(9_000), tax: Rupiah(0) }),
                Some(on.month()),
            ),
        ],
    );
    let view = ask(&db, &memory, Period::Month { month: on.month() }, Dimension::Zone);
    assert_eq!((view.figures.consumed, view.of_earlier_months.consumed), (Rupiah(8_000), Rupiah(-1_000)));
    assert_eq!(view.slices.iter().map(|slice| slice.name.as_deref()).collect::<Vec<_>>(), [Some("Barat")]);
}

#[test]
fn any_stretch_is_the_sum_of_its_days_whatever_was_asked_before() {
    let (db, memory) = (cache(), RevenueMemory::default());
    let first = day(2026, 10, 20);
    let all: Vec<CountedTransfer> = (0..100).map(|place| bought(first.plus(place), i64::from(place) * 1_000 + 1)).collect();
    all.iter().for_each(|fact| keep(&db, 1, std::slice::from_ref(fact)));
    for (from, length) in [(0, 100), (12, 30), (11, 31), (0, 13), (12, 61), (40, 1), (5, 90)] {
        let range = DayRange { from: first.plus(from), to: first.plus(from + length - 1) };
        let mut naive = RevenueSums::default();
        all.iter().filter(|fact| range.contains(fact.day)).for_each(|fact| naive.add(fact));
        let view = ask(&db, &memory, Period::Range(range), Dimension::Hour);
        assert_eq!(view.figures, Figures::of(naive.whole()), "{range:?}");
        let received = |figures: &Figures| figures.received.0;
        assert_eq!(view.series.iter().map(|point| received(&point.figures)).sum::<i64>(), received(&view.figures));
        assert_eq!(view.heat.iter().flatten().map(|hour| hour.0).sum::<i64>(), received(&view.figures));
        assert_eq!(-naive.whole().on(Account::Cash).0, received(&view.figures));
    }
}

#[test]
fn a_period_that_cannot_be_is_refused_and_an_empty_cache_has_no_figures() {
    let (db, memory) = (cache(), RevenueMemory::default());
    let long = Period::Range(DayRange { from: LocalDay(0), to: LocalDay(i32::MAX) });
    let asked = RevenueQuestion { period: Some(long), ..RevenueQuestion::default() };
    assert!(revenue(&db, &memory, asked, now()).is_err());
    let asked = RevenueQuestion { compare: Comparison::YearBefore, ..RevenueQuestion::default() };
    let view = revenue(&db, &memory, asked, now()).expect("an answer");
    assert_eq!((view.figures, view.first, view.as_of), (Figures::default(), None, None));
    assert!(view.slices.is_empty() && !view.earlier_is_whole);
}
