//! Customers by how they top up and by what was received of them, around a midnight that two time zones have an hour apart.

use domain::billing::charging::Charged;
use domain::billing::ledger::{Channel, Event, Settled};
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::revenue::{DayRange, Dimension, Figures, Habit};
use domain::sales::voucher::Grant;
use domain::{LocalDay, LocalMonth, Rupiah, TimeZone, UtcMillis};
use protocol::revenue::{RevenueCustomers, RevenueCustomersAsked};
use rusqlite::{Connection, OpenFlags};
use sync_server::billing::ledger;
use sync_server::billing::ledger::TransferContext;
use sync_server::core::{now, open_connection, transact};
use sync_server::revenue;
use sync_server::revenue::{check, customers};
use tests::world::World;

/// Posts something for a connection, by its place among those of the world, and counts it.
fn post(db: &mut Connection, place: i64, at: UtcMillis, event: &Event) {
    let posted = transact(db, at, |tx| {
        let sql = "SELECT num FROM connection ORDER BY num LIMIT 1 OFFSET ?1";
        let connection: i64 = tx.db.query_row(sql, [place], |row| row.get(0))?;
        let context = TransferContext { connection, at, month: None, purchase: None, who: None, reason: "" };
        ledger::post_event(tx, &context, event, format!("test:{place}:{}:{}", event.kind(), at.0))?;
        revenue::keep_up(tx)
    });
    posted.expect("posted");
}

fn bought(paid: i64) -> Event {
    let settled = Settled { channel: Channel::Gateway, paid: Rupiah(paid), granted: Grant::default() };
    Event::Purchase { settled, lent: Rupiah(0) }
}

#[test]
fn customers_are_grouped_by_habit_each_by_the_midnight_of_their_own_zone() {
    let world = World::new();
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
    let utility: i64 = db.query_row("SELECT num FROM utility", [], |row| row.get(0)).expect("a utility");
    let month = LocalMonth(TimeZone::Jakarta.day_of(now()).month().0 - 1);
    let midnight = TimeZone::Jakarta.start_of(month.first_day());
    // Half an hour before it is midnight in Jakarta, the new month has begun in Makassar.
    let between = midnight.plus(-30 * MINUTE_MS);
    post(&mut db, 1, between.plus(-10 * DAY_MS), &bought(10_000));
    post(&mut db, 0, between, &bought(10_000));
    post(&mut db, 1, between.plus(1), &bought(30_000));
    post(&mut db, 0, midnight.plus(HOUR_MS), &Event::Charge(Charged { water: Rupiah(10_000), tax: Rupiah(0) }));
    post(&mut db, 0, midnight.plus(2 * HOUR_MS), &bought(20_000));

    let received = |day: LocalDay| {
        let sums = revenue::sums(&db, utility, DayRange { from: day, to: day }, Dimension::All).expect("sums");
        Figures::of(sums.whole()).received.0
    };
    assert_eq!([month.first_day().plus(-1), month.first_day()].map(received), [10_000, 50_000]);

    let of = |from: i32, to: i32| {
        let asked = RevenueCustomersAsked { from: LocalMonth(from), to: LocalMonth(to) };
        customers::of(&db, utility, asked, now()).expect("customers")
    };
    let found = of(month.0, month.0);
    assert_eq!((found.connections, found.active, found.received), (2, 2, Rupiah(50_000)));
    let habits = found.by_habit.iter().filter(|of| of.connections > 0);
    let habits: Vec<_> = habits.map(|of| (of.habit, of.connections, of.purchases, of.received)).collect();
    assert_eq!(habits, [(Habit::Monthly, 1, 1, Rupiah(30_000)), (Habit::OnlyWhenEmpty, 1, 1, Rupiah(20_000))]);
    let top = |found: &RevenueCustomers| found.top.iter().map(|of| (of.customer, of.received.0)).collect::<Vec<_>>();
    let [west, east] = world.customers;
    assert_eq!(top(&found), [(east, 30_000), (west, 20_000)], "whoever has paid most comes first");
    assert_eq!(top(&of(month.0 - 1, month.0 - 1)), [(west, 10_000), (east, 10_000)], "of two alike the one that was added first");
    let mut findings = Vec::new();
    check::check(&db, &mut findings).expect("checked");
    assert_eq!(findings, Vec::<String>::new());
}
