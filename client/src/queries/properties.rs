//! A customer's connections beside each other: what each used this month and as much of the month before, its credit, and what waits there.

use crate::error::Error;
use crate::queries::notifications::unread_of;
use crate::queries::usage::{MonthSoFar, month_so_far};
use crate::queries::{Supply, credit, supplies};
use domain::{ConnectionId, UtcMillis};
use protocol::ui::PropertyLine;
use rusqlite::Connection;

/// Every connection of a customer, in order of label. Costs the rows of two months of each.
///
/// # Errors
/// The cache cannot be read.
pub fn properties(db: &Connection, now: UtcMillis) -> Result<Vec<PropertyLine>, Error> {
    supplies(db)?.iter().map(|supply| line(db, supply, now)).collect()
}

fn line(db: &Connection, supply: &Supply, now: UtcMillis) -> Result<PropertyLine, Error> {
    let place = supply.place.clone();
    let connection = place.connection;
    let MonthSoFar { used, behind, before } = month_so_far(db, supply, now)?;
    Ok(PropertyLine {
        month: place.time_zone.day_of(now).month(),
        place,
        used,
        behind,
        before,
        credit: credit(db, connection)?,
        cases: open_cases(db, connection)?,
        unread: unread_of(db, connection)?,
    })
}

fn open_cases(db: &Connection, connection: ConnectionId) -> Result<u32, Error> {
    let mut query = db.prepare_cached("SELECT COUNT(*) FROM meter_case WHERE connection = ?1 AND open = 1")?;
    Ok(query.query_row([connection.to_string()], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::rows::put;
    use domain::billing::tariff::TariffClass;
    use domain::core::local_time::{DAY_MS, HOUR_MS};
    use domain::people::ConnectionKind;
    use domain::{CustomerId, LocalDay, Millilitres, TimeZone, ZoneId};
    use protocol::sync::rows::{self, Entity, UsageDay};
    use serde::Serialize;
    use uuid::Uuid;

    fn day(month: i8, number: i8) -> LocalDay {
        LocalDay::from_ymd(2026, month, number).unwrap()
    }

    fn write(db: &Connection, entity: Entity, id: &str, row: &impl Serialize) {
        put(db, entity, id, 1, &serde_json::to_string(row).unwrap()).unwrap();
    }

    /// A house in a zone that uses 500 L on each day of October and 400 L on each of September and from November on.
    fn house(db: &Connection, number: u128, time_zone: TimeZone) {
        let (id, zone) = (ConnectionId(Uuid::from_u128(number)), ZoneId(Uuid::from_u128(10 + number)));
        write(db, Entity::Zone, &zone.to_string(), &serde_json::json!({ "id": zone, "name": "Uji", "time_zone": time_zone }));
        let place = rows::Connection {
            id,
            customer: CustomerId(Uuid::from_u128(99)),
            zone,
            kind: ConnectionKind::Residential,
            label: format!("Rumah {number}"),
            address: format!("Jl. Uji {number}"),
            tariff_class: TariffClass::Residential,
            position: None,
            meter: None,
        };
        write(db, Entity::Connection, &id.to_string(), &place);
        for at in (day(9, 1).0..=day(12, 1).0).map(LocalDay) {
            let litres = if at.ymd().1 == 10 { 500 } else { 400 };
            let hours = vec![(litres * 1_000 / 24, HOUR_MS); 24];
            let row =
                UsageDay { connection: id, day: at, volume: Millilitres::litres(litres), covered_ms: DAY_MS, hours, draws: None };
            write(db, Entity::UsageDay, &format!("{id}/{}", at.0), &row);
        }
    }

    #[test]
    fn at_one_instant_each_house_has_the_month_of_its_own_zone() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let both = |db: &Connection| {
            house(db, 1, TimeZone::Jakarta);
            house(db, 2, TimeZone::Jayapura);
            Ok(())
        };
        store.write_now(both).unwrap();
        // Half past ten of 30 November in Jakarta, half past midnight of 1 December in Jayapura.
        let now = TimeZone::Jakarta.start_of(day(11, 30)).plus(22 * HOUR_MS + HOUR_MS / 2);
        let lines = store.read_now(|db| properties(db, now)).unwrap();
        let months = [day(11, 1).month(), day(12, 1).month()];
        assert_eq!(lines.iter().map(|line| line.month).collect::<Vec<_>>(), months);
        let west = &lines[0];
        assert_eq!(west.used, Millilitres::litres(30 * 400), "what is known of today is in it");
        let before = |line: &PropertyLine| line.before.expect("all of it was measured").0;
        // 29 days of 500 L, and 22 and a half hours of another.
        assert!((before(west) - (29 * 500_000 + 500_000 * 45 / 48)).abs() <= 24, "{}", before(west));
        // Half of the first hour of November.
        assert!((before(&lines[1]) - 400_000 / 48).abs() <= 24, "{}", before(&lines[1]));
        assert_eq!((west.cases, west.unread, west.credit.is_none()), (0, 0, true));
    }

    #[test]
    fn a_day_that_the_month_before_has_not_is_used_and_not_compared() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let fill = |db: &Connection| {
            house(db, 1, TimeZone::Jakarta);
            Ok(())
        };
        store.write_now(fill).unwrap();
        let now = TimeZone::Jakarta.start_of(day(11, 1)).plus(-1);
        let line = store.read_now(|db| properties(db, now)).unwrap().remove(0);
        let litres = Millilitres::litres;
        assert_eq!((line.used, line.behind, line.before), (litres(31 * 500), litres(500), Some(litres(30 * 400))));
    }
}
