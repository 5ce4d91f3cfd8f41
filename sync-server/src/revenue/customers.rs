//! Connections by how much they use and how they top up, and the customers of whom most was received.
//!
//! It walks over the connections of the utility once, with some rows of each by its key: of 100,000 connections and 12 months some millions of
//! rows, which is most of a second on a reading connection. So 12 months are asked for at most, and only by whoever opens that part of the page.

use crate::core::Db;
use crate::error::Error;
use crate::revenue::rows::customers as rows;
use crate::revenue::rows::customers::Connection;
use domain::revenue::{Bought, Habit, UseSegment};
use domain::{Millilitres, Rupiah, UtcMillis};
use protocol::core::problem::Code;
use protocol::revenue::{HabitGroup, MONTHS, RevenueCustomers, RevenueCustomersAsked, TOP, TopCustomer, UseGroup};
use std::collections::HashMap;

/// What is added up of connections.
#[derive(Clone, Copy, Default)]
struct Total {
    connections: i64,
    received: i64,
    consumed: i64,
    volume: i64,
    purchases: i64,
}

impl Total {
    fn add(&mut self, connection: &Connection) {
        self.connections += 1;
        self.received += connection.received;
        self.consumed += connection.consumed;
        self.volume += connection.volume.0;
        self.purchases += connection.purchases;
    }
}

/// The connections of a utility in some local months.
///
/// # Errors
/// The first month is behind the last one, or there are too many (`months`); or the database.
pub fn of(db: &Db, utility: i64, asked: RevenueCustomersAsked, now: UtcMillis) -> Result<RevenueCustomers, Error> {
    let RevenueCustomersAsked { from, to } = asked;
    let months = to.0.saturating_sub(from.0).saturating_add(1);
    if !(1..=MONTHS).contains(&months) {
        return Err(Error::problem(Code::BadRequest, "months: from 1 to 12 months can be asked for at once"));
    }
    let months = i64::from(months);
    let (mut all, mut active) = (Total::default(), 0);
    let mut by_use: HashMap<UseSegment, Total> = HashMap::new();
    let mut by_habit: HashMap<Habit, Total> = HashMap::new();
    let mut by_customer: HashMap<i64, Total> = HashMap::new();
    rows::each(db, utility, (from, to), |connection| {
        let Connection { purchases, when_empty, before, .. } = connection;
        let bought = Bought { purchases, when_empty, before, months };
        all.add(&connection);
        active += i64::from(connection.volume.0 != 0 || connection.consumed != 0 || connection.received != 0);
        by_use.entry(UseSegment::of(connection.volume, months)).or_default().add(&connection);
        by_habit.entry(Habit::of(bought)).or_default().add(&connection);
        by_customer.entry(connection.customer).or_default().add(&connection);
    })?;
    Ok(RevenueCustomers {
        at: now,
        from,
        to,
        connections: all.connections,
        active,
        received: Rupiah(all.received),
        consumed: Rupiah(all.consumed),
        volume: Millilitres(all.volume),
        by_use: UseSegment::ALL.into_iter().map(|segment| use_group(segment, &by_use)).collect(),
        by_habit: Habit::ALL.into_iter().map(|habit| habit_group(habit, &by_habit)).collect(),
        top: top(db, by_customer)?,
    })
}

fn use_group(segment: UseSegment, totals: &HashMap<UseSegment, Total>) -> UseGroup {
    let total = totals.get(&segment).copied().unwrap_or_default();
    UseGroup {
        segment,
        connections: total.connections,
        received: Rupiah(total.received),
        consumed: Rupiah(total.consumed),
        volume: Millilitres(total.volume),
    }
}

fn habit_group(habit: Habit, totals: &HashMap<Habit, Total>) -> HabitGroup {
    let total = totals.get(&habit).copied().unwrap_or_default();
    HabitGroup { habit, connections: total.connections, received: Rupiah(total.received), purchases: total.purchases }
}

/// The customers of whom most was received; of two of whom as much was, the one that was added first.
fn top(db: &Db, by_customer: HashMap<i64, Total>) -> Result<Vec<TopCustomer>, Error> {
    let mut most: Vec<(i64, Total)> = by_customer.into_iter().filter(|(_, total)| total.received > 0).collect();
    most.sort_unstable_by_key(|(customer, total)| (-total.received, *customer));
    most.truncate(TOP);
    most.into_iter()
        .map(|(num, total)| {
            let (customer, number, name) = rows::named(db, num)?;
            Ok(TopCustomer {
                customer,
                number,
                name,
                connections: total.connections,
                received: Rupiah(total.received),
                consumed: Rupiah(total.consumed),
                volume: Millilitres(total.volume),
            })
        })
        .collect()
}
