//! Neighbours of the two connections of a world: customers of the same zones whose month was measured.

use crate::world::Running;
use domain::billing::tariff::TariffClass;
use domain::core::local_time::DAY_MS;
use domain::metering::neighbours::newest;
use domain::people::ConnectionKind;
use domain::{ConnectionId, CustomerId, LocalMonth, TimeZone};
use sync_server::core::now;
use sync_server::metering::fleet::{self, NewConnection};
use uuid::Uuid;

/// The newest month that is made.
pub fn month() -> LocalMonth {
    newest(TimeZone::Jakarta.day_of(now()))
}

/// Adds customers with a connection each in a zone of the world, of a household's size, who used so many cubic metres and one more each.
pub async fn add(running: &Running, zone: usize, n: i64, (size, cubic_metres): (Option<u8>, i64)) {
    let name = ["Barat", "Timur"][zone];
    let added = running.server.app.store.writer.work(move |tx| {
        let utility = fleet::utility(tx)?;
        let zone: i64 = tx.db.query_row("SELECT num FROM zone WHERE name = ?1", [name], |row| row.get(0))?;
        for place in 0..n {
            let id = CustomerId(Uuid::now_v7());
            let customer = fleet::add_customer(tx, utility, id, &format!("T{id}"), "Tetangga")?;
            tx.db.execute("UPDATE customer SET household_size = ?2 WHERE num = ?1", (customer, size))?;
            let connection = NewConnection {
                id: ConnectionId(Uuid::now_v7()),
                customer,
                zone,
                kind: ConnectionKind::Residential,
                label: "Rumah".into(),
                address: format!("Jl. Tetangga {place}"),
                tariff_class: TariffClass::Residential,
                position: None,
            };
            let connection = fleet::add_connection(tx, utility, &connection)?;
            let measured = i64::from(month().days()) * DAY_MS;
            tx.db.execute(
                "INSERT INTO usage_month (connection, month, volume, covered_ms, dirty) VALUES (?1, ?2, ?3, ?4, 0)",
                (connection, month().0, (cubic_metres + place) * 1_000_000, measured),
            )?;
        }
        Ok(())
    });
    added.await.expect("neighbours");
}
