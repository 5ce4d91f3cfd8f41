//! Reports of a cache on a chosen day: of what goes on, and of a day that has begun in the east alone.

use crate::queries;
use crate::queries::RevenueMemory;
use crate::reports::customer;
use crate::reports::fill::{Asked, fill};
use crate::store::Store;
use crate::store::rows::put;
use domain::billing::ledger::{Channel, Event, Settled};
use domain::core::local_time::HOUR_MS;
use domain::exports::Cell;
use domain::people::{Customer, Language};
use domain::reports::{Block, Days, Design, KeyFigure, Period, Report, ReportKind};
use domain::revenue::{CountedTransfer, RevenueSums, TransferKind};
use domain::sales::voucher::Grant;
use domain::{ConnectionId, CustomerId, LocalDay, Rupiah, TimeZone, UtcMillis, UtilityId, ZoneId};
use protocol::sync::rows::{Entity, RevenueDay};
use protocol::ui::reports::{CustomerPaper, PaperAsked};
use protocol::ui::{RevenueQuestion, RevenueView};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tempfile::TempDir;
use uuid::Uuid;

const UTILITY: UtilityId = UtilityId(Uuid::from_u128(1));
const WEST: ZoneId = ZoneId(Uuid::from_u128(2));
const EAST: ZoneId = ZoneId(Uuid::from_u128(3));

fn day(year: i16, month: i8, day: i8) -> LocalDay {
    LocalDay::from_ymd(year, month, day).unwrap()
}

/// An hour of a day in Jakarta.
fn at(on: LocalDay, hour: i64) -> UtcMillis {
    TimeZone::Jakarta.start_of(on).plus(hour * HOUR_MS)
}

/// The cache of a device, with a zone in the west.
struct Cache {
    store: Store,
    _folder: TempDir,
}

impl Cache {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let cache = Self { store, _folder: folder };
        cache.zone(WEST, TimeZone::Jakarta);
        cache
    }

    fn put(&self, entity: Entity, id: &str, body: &Value) {
        self.store.write_now(|db| put(db, entity, id, 1, &body.to_string())).unwrap();
    }

    fn zone(&self, id: ZoneId, time_zone: TimeZone) {
        self.put(Entity::Zone, &id.to_string(), &json!({ "id": id, "name": "Zona", "time_zone": time_zone }));
    }

    /// So much was paid in cash on a day.
    fn bought(&self, on: LocalDay, paid: i64) {
        let settled = Settled { channel: Channel::Cash, paid: Rupiah(paid), granted: Grant::default() };
        let mut sums = RevenueSums::default();
        sums.add(&CountedTransfer {
            day: on,
            hour: 10,
            kind: TransferKind::Purchase,
            method: Some("cash".to_owned()),
            class: None,
            zone: WEST,
            campaign: None,
            collector: None,
            month: None,
            postings: Event::Purchase { settled, lent: Rupiah(0) }.transfer("key".into()).unwrap().postings,
        });
        let row = RevenueDay::new((UTILITY, on), UtcMillis(1), &sums, BTreeMap::new());
        self.put(Entity::RevenueDay, &format!("{UTILITY}/{}", on.0), &json!(row));
    }

    /// A supply point in the west.
    fn supplied(&self, connection: ConnectionId, customer: CustomerId) {
        let body = json!({
            "id": connection, "customer": customer, "zone": WEST, "kind": "residential", "label": "Rumah", "address": "Jl. Uji 1",
            "tariff_class": "residential", "meter": null
        });
        self.put(Entity::Connection, &connection.to_string(), &body);
    }

    /// The page of this month.
    fn page(&self, now: UtcMillis) -> RevenueView {
        let memory = RevenueMemory::default();
        self.store.read_now(|db| queries::revenue(db, &memory, RevenueQuestion::default(), now)).unwrap()
    }

    /// The report of some days.
    fn report(&self, kind: ReportKind, days: Days, now: UtcMillis) -> Report {
        let design = Design { days, ..Design::of(kind) };
        let asked = Asked { design, language: Language::Id, as_of: None, now };
        self.store.read_now(|db| fill(db, &RevenueMemory::default(), &asked)).unwrap().0
    }
}

fn figures(report: &Report) -> &[KeyFigure] {
    report.blocks.iter().find_map(|block| if let Block::KeyFigures(figures) = block { Some(figures) } else { None }).unwrap()
}

#[test]
fn a_month_that_goes_on_is_compared_as_the_page_compares_it() {
    let (cache, now) = (Cache::new(), at(day(2027, 2, 10), 12));
    let days = [(day(2026, 12, 31), 1), (day(2027, 1, 10), 100_000), (day(2027, 1, 25), 7), (day(2027, 2, 10), 150_000)];
    days.into_iter().for_each(|(on, paid)| cache.bought(on, paid));
    assert_eq!(cache.page(now).earlier.map(|earlier| earlier.received), Some(Rupiah(100_000)));
    for days in [Days::ThisMonth, Days::Between(Period::month(day(2027, 2, 1).month()))] {
        let report = cache.report(ReportKind::Revenue, days, now);
        let received = &figures(&report)[0];
        assert_eq!(received.value, Cell::Number(150_000), "{days:?}");
        assert!(received.note.ends_with("lebih dari Rp100.000"), "{days:?}: {}", received.note);
    }
    let over = cache.report(ReportKind::Revenue, Days::LastMonth, now);
    assert!(figures(&over)[0].note.is_empty(), "December is not held from its first day on");
}

#[test]
fn the_money_of_a_day_that_has_begun_in_the_east_alone_is_in_the_month_so_far() {
    let (cache, now) = (Cache::new(), at(day(2027, 2, 10), 23));
    cache.zone(EAST, TimeZone::Jayapura);
    cache.bought(day(2027, 2, 10), 50_000);
    cache.bought(day(2027, 2, 11), 30_000);
    let received = |days| figures(&cache.report(ReportKind::Revenue, days, now))[0].value.clone();
    assert_eq!(received(Days::ThisMonth), Cell::Number(cache.page(now).figures.received.0));
    assert_eq!((received(Days::ThisMonth), received(Days::Today)), (Cell::Number(80_000), Cell::Number(50_000)));
}

#[test]
fn use_of_a_month_that_goes_on_is_not_beside_that_of_a_whole_one() {
    let (cache, connection) = (Cache::new(), ConnectionId(Uuid::from_u128(4)));
    cache.supplied(connection, CustomerId(Uuid::from_u128(5)));
    for (month, volume) in [(day(2027, 1, 1).month(), 10_000_000), (day(2027, 2, 1).month(), 4_000_000)] {
        let body = json!({ "connection": connection, "month": month, "volume": volume, "covered_ms": 1 });
        cache.put(Entity::UsageMonth, &format!("{connection}/{}", month.0), &body);
    }
    let used = |days, now| figures(&cache.report(ReportKind::UsageSummary, days, now))[0].clone();
    for last in [day(2027, 2, 10), day(2027, 2, 28)] {
        let found = used(Days::ThisMonth, at(last, 12));
        assert_eq!((found.value, found.note), (Cell::Number(4_000_000), String::new()), "{last:?}");
    }
    let over = used(Days::LastMonth, at(day(2027, 3, 1), 12));
    assert!(over.value == Cell::Number(4_000_000) && over.note.ends_with("kurang dari 10,000\u{a0}m\u{b3}"), "{over:?}");
}

#[test]
fn use_is_compared_by_months_that_are_over_and_with_the_same_months() {
    let (cache, connection) = (Cache::new(), ConnectionId(Uuid::from_u128(4)));
    cache.supplied(connection, CustomerId(Uuid::from_u128(5)));
    let months = [(2026, 1, 10), (2026, 2, 20), (2026, 3, 40), (2026, 12, 80), (2027, 1, 7), (2027, 2, 8), (2027, 3, 9)];
    for (year, month, cubic_metres) in months {
        let month = day(year, month, 1).month();
        let body = json!({ "connection": connection, "month": month, "volume": cubic_metres * 1_000_000, "covered_ms": 1 });
        cache.put(Entity::UsageMonth, &format!("{connection}/{}", month.0), &body);
    }
    let compared = |days| {
        let report = cache.report(ReportKind::UsageComparison, days, at(day(2027, 3, 10), 12));
        figures(&report).iter().map(|figure| (figure.name.clone(), figure.value.clone())).collect::<Vec<_>>()
    };
    let cubic_metres = |volume: i64| Cell::Number(volume * 1_000_000);
    let running = compared(Days::ThisMonth);
    assert_eq!(running, [("Pemakaian (m³)".to_owned(), cubic_metres(9))], "no whole month is beside a part of one");
    let year = compared(Days::ThisYear);
    assert_eq!(year[0].1, cubic_metres(15), "March goes on");
    assert_eq!(year[2], ("Januari \u{2013} Februari 2026 (m³)".to_owned(), cubic_metres(30)));
    let last = compared(Days::LastMonth);
    assert_eq!((last[0].1.clone(), last[2].1.clone()), (cubic_metres(8), cubic_metres(7)));
}

#[test]
fn the_letter_about_a_month_has_its_use_of_today_on_the_last_day_too() {
    let cache = Cache::new();
    let (connection, customer) = (ConnectionId(Uuid::from_u128(4)), CustomerId(Uuid::from_u128(5)));
    let (key, last) = (connection.to_string(), day(2027, 2, 28));
    cache.put(Entity::Customer, &customer.to_string(), &json!(Customer::new(customer, "0001".to_owned())));
    cache.supplied(connection, customer);
    let bought = json!({ "connection": connection, "no": 1, "at": at(day(2027, 2, 10), 12), "kind": "purchase", "amount": 50_000,
        "after": 50_000 });
    cache.put(Entity::Statement, &format!("{key}/1"), &bought);
    let credit = json!({ "connection": connection, "posted": 50_000, "running": 3_000, "lent": 0, "full": 50_000,
        "lasts": { "volume": 0, "per_day": 0, "tenths_of_days": null }, "thresholds": { "rupiah": 0, "days": 0 }, "level": "ok",
        "at": at(last, 12) });
    cache.put(Entity::Credit, &key, &credit);
    let letter = |now: UtcMillis| {
        let asked = PaperAsked { file: Uuid::nil(), connection, paper: CustomerPaper::Month { month: last.month() } };
        let asked = customer::Asked { asked, language: Language::Id, as_of: None, now };
        let report = cache.store.read_now(|db| customer::paper(db, &asked)).unwrap();
        [1, 2].map(|place: usize| figures(&report)[place].value.clone())
    };
    let expected = [3_000, 47_000].map(Cell::Number);
    assert_eq!([letter(at(last.plus(-1), 12)), letter(at(last, 12))], [expected.clone(), expected]);
    assert_eq!(letter(at(last.plus(1), 12)), [0, 50_000].map(Cell::Number), "it is over");
}
