//! Many meters beside the two of a world, for tests of what is done to many at once.

use domain::billing::tariff::TariffClass;
use domain::core::local_time::DAY_MS;
use domain::metering::meter::Capability;
use domain::people::ConnectionKind;
use domain::{ConnectionId, MeterId, UtcMillis};
use sync_server::core::Tx;
use sync_server::error::Error;
use sync_server::metering::fleet::{self, NewConnection, NewMeter};
use sync_server::metering::install;
use uuid::Uuid;

/// What a meter of the crowd has reported.
#[derive(Clone, Copy)]
pub enum Reported {
    /// Its valve, which is open, at an instant.
    Valve(UtcMillis),
    /// Something without a valve.
    NoValve(UtcMillis),
}

/// Adds a meter at a connection of its own: of the first customer, in the first zone, numbered by its place.
///
/// # Errors
/// The database.
pub fn add_meter(tx: &mut Tx<'_>, place: usize, reported: Reported) -> Result<MeterId, Error> {
    let utility = fleet::utility(tx)?;
    let num = |sql: &str| tx.db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (customer, zone) = (num("SELECT MIN(num) FROM customer")?, num("SELECT MIN(num) FROM zone")?);
    let connection = NewConnection {
        id: ConnectionId(Uuid::now_v7()),
        customer,
        zone,
        kind: ConnectionKind::Residential,
        label: format!("Petak {place}"),
        address: format!("Jl. Massal {place}"),
        tariff_class: TariffClass::Residential,
        position: None,
    };
    let connection = fleet::add_connection(tx, utility, &connection)?;
    let id = MeterId(Uuid::now_v7());
    let meter = NewMeter {
        id,
        serial: format!("WM-BULK-{place:04}").parse().expect("a serial"),
        model: "Uji".into(),
        capability: Capability::HOUSEHOLD,
        interval_s: 60,
        secret_hash: None,
    };
    let meter = fleet::add_meter(tx, utility, &meter)?;
    install::install(tx, meter, connection, tx.now.plus(-DAY_MS))?;
    let (valve, valve_t, t) = match reported {
        Reported::Valve(t) => ("open", Some(t.0), t.0),
        Reported::NoValve(t) => ("unknown", None, t.0),
    };
    tx.db.execute(
        "INSERT INTO meter_state (meter, t, received_at, register, valve, valve_t, reported_at) VALUES (?1, ?2, ?2, 0, ?3, ?4, ?2)",
        (meter, t, valve, valve_t),
    )?;
    Ok(id)
}
