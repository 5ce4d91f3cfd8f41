//! What a technician's day or week is made of: many meters of one zone with work at each, pictures as a camera makes them, and a device that is a
//! process of its own.

use crate::device::Device;
use crate::field::{applied, send};
use crate::work::plan;
use crate::world::{self, PASSWORD, Running, World, email};
use domain::billing::tariff::TariffClass;
use domain::metering::meter::Capability;
use domain::people::ConnectionKind;
use domain::{ConnectionId, CustomerId, MeterId, UtcMillis, WorkOrderId};
use fastrand::Rng;
use protocol::sync::push::Operation;
use protocol::ui::{Answer, Request, Secret, SyncState, WorkReady, WorkRequest, WorkResponse};
use rusqlite::OpenFlags;
use simulators::demo::places;
use std::time::Duration;
use sync_server::cli::provision::transact;
use sync_server::core::{Tx, open_connection};
use sync_server::error::Error;
use sync_server::metering::fleet::{self, NewConnection, NewMeter};
use sync_server::metering::{install, zones};
use sync_server::people::auth::secret;
use tokio::time::timeout;
use uuid::Uuid;

/// The gateway that may bring the readings of these meters; its secret is that of the world's own gateway.
pub const GATEWAY: &str = "gateway-round";

/// Adds meters to the technician's zone before the server starts, each at a connection and of a customer of its own, there since an instant. The
/// zone gets the outline of the demo's first one, and the connections the places in it.
pub fn add_meters(world: &World, count: usize, since: UtcMillis) -> Vec<world::Device> {
    let devices: Vec<world::Device> = (0..count)
        .map(|place| world::Device {
            id: MeterId(Uuid::now_v7()),
            serial: format!("WM-ROUND-{place:03}").parse().expect("a serial"),
            secret: String::new(),
            connection: ConnectionId(Uuid::now_v7()),
        })
        .collect();
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
    transact(&mut db, |tx| {
        let (utility, zone) = (fleet::utility(tx.db)?, world.zones[0]);
        let key = tx.db.query_row("SELECT num FROM zone WHERE id = ?1", [zone.0.as_bytes()], |row| row.get(0))?;
        zones::draw(tx, utility, zone, Some(&places::outline(0)?))?;
        let mut meters = Vec::with_capacity(count);
        for (place, device) in devices.iter().enumerate() {
            meters.push(add_meter(tx, (utility, key), (place, device), since)?);
        }
        fleet::add_gateway(tx, utility, GATEWAY, secret::digest(world.gateway.as_bytes()), &meters)
    })
    .expect("more meters");
    devices
}

fn add_meter(
    tx: &mut Tx<'_>,
    (utility, zone): (i64, i64),
    (place, device): (usize, &world::Device),
    since: UtcMillis,
) -> Result<i64, Error> {
    let (number, name) = (format!("8{place:04}"), format!("Pelanggan {place:03}"));
    let connection = NewConnection {
        id: device.connection,
        customer: fleet::add_customer(tx, utility, CustomerId(Uuid::now_v7()), &number, &name)?,
        zone,
        kind: ConnectionKind::Residential,
        label: "Rumah".into(),
        address: format!("Jl. Keliling {place}"),
        tariff_class: TariffClass::Residential,
        position: places::of(place, 0)?,
    };
    let connection = fleet::add_connection(tx, utility, &connection)?;
    let meter = NewMeter {
        id: device.id,
        serial: device.serial.clone(),
        model: "Uji".into(),
        capability: Capability::HOUSEHOLD,
        interval_s: 3_600,
        secret_hash: None,
    };
    let meter = fleet::add_meter(tx, utility, &meter)?;
    install::install(tx, meter, connection, since)?;
    Ok(meter)
}

/// Announces a repair at each of some meters, from an instant on that follows from its place among them; returns the orders in that order.
pub async fn announce(running: &Running, devices: &[world::Device], from: impl Fn(usize) -> UtcMillis) -> Vec<WorkOrderId> {
    let orders: Vec<WorkOrderId> = devices.iter().map(|_| WorkOrderId(Uuid::now_v7())).collect();
    let of = |(place, (device, order)): (usize, (&world::Device, &WorkOrderId))| plan(*order, device, from(place));
    let planned: Vec<Operation> = devices.iter().zip(&orders).enumerate().map(of).collect();
    let results = send(running, "admin", &planned).await;
    assert!(results.iter().all(applied), "{results:?}");
    orders
}

/// What begins as a JPEG of 1,600 by 1,200 pixels, and has data behind that which nothing compresses; each number makes another one.
pub fn photo(number: u64, length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0];
    bytes.extend([0xff, 0xc0, 0, 11, 8, 0x04, 0xb0, 0x06, 0x40, 1, 1, 0x11, 0]);
    bytes.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    let (mut rng, end) = (Rng::with_seed(number), [0xff_u8, 0xd9]);
    let data = length - bytes.len() - end.len();
    // No byte of the data looks like the beginning of a marker.
    bytes.extend(std::iter::repeat_with(|| rng.u8(..0xff)).take(data));
    bytes.extend(end);
    bytes
}

/// What a device answers that runs, and refuses nothing.
pub async fn answered(device: &mut Device, request: &Request) -> Answer {
    device.call(request).await.expect("it runs").expect("an answer")
}

/// Signs a user of the world in on a device.
pub async fn sign_in(device: &mut Device, name: &str) {
    answered(device, &Request::SignIn { email: email(name), password: Secret(PASSWORD.into()) }).await;
}

/// What of the next days' work a device holds, and what it holds for the server.
pub async fn ready(device: &mut Device) -> WorkReady {
    match answered(device, &Request::WorkOf(WorkRequest::Ready)).await {
        Answer::WorkOf(WorkResponse::Ready(ready)) => ready,
        other => panic!("{other:?}"),
    }
}

/// Waits for events of a device until its sync is as wanted.
pub async fn until(device: &mut Device, (what, within): (&str, Duration), is_so: impl Fn(&SyncState) -> bool) {
    let waiting = async {
        loop {
            match answered(device, &Request::SyncState).await {
                Answer::Sync(state) if is_so(&state) => return,
                Answer::Sync(_) => device.event().await.expect("it runs"),
                other => panic!("{other:?}"),
            };
        }
    };
    timeout(within, waiting).await.unwrap_or_else(|_| panic!("{what} did not come within {within:?}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::field::blob::{Picture, is_too_large};

    #[test]
    fn pictures_are_as_long_as_wanted_and_each_is_another_one() {
        let (one, other) = (photo(1, 3_000), photo(2, 3_000));
        assert!(one != other && one == photo(1, 3_000));
        assert_eq!((one.len(), Picture::of(&one), is_too_large(&one)), (3_000, Some(Picture::Jpeg), false));
    }
}
