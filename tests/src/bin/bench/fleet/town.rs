//! A utility of so many meters, all of them with a place, and its server.

use super::super::Outcome;
use super::super::sync::utility::{Served, hire, serve};
use domain::billing::tariff::TariffClass;
use domain::core::local_time::DAY_MS;
use domain::core::outline::Outline;
use domain::core::position::Position;
use domain::metering::meter::Capability;
use domain::people::ConnectionKind;
use domain::valve::decision::Policy;
use domain::{ConnectionId, CustomerId, MeterId, Serial, TimeZone, UtilityId, ZoneId};
use rusqlite::OpenFlags;
use std::time::{Duration, Instant};
use sync_server::cli::provision::transact;
use sync_server::core::{Tx, migrate, open_connection};
use sync_server::error::Error;
use sync_server::metering::fleet::{self, NewConnection, NewMeter};
use sync_server::metering::{install, zones};
use sync_server::people::auth::secret;
use sync_server::valve::policy;
use uuid::Uuid;

/// Meters written in one transaction.
const CHUNK: usize = 1_000;

/// Zones beside each other, from west to east and from north to south, and the side of each in millionths of a degree: about 3 km.
const ZONES: (usize, usize) = (4, 3);
const SIDE: i32 = 30_000;

/// The north-western corner of the first.
const CORNER: (i32, i32) = (-6_850_000, 107_550_000);

/// Meters that have not all reported after this will not.
const WITHIN: Duration = Duration::from_secs(300);

/// A meter as it signs in.
#[derive(Clone)]
pub struct Device {
    pub serial: Serial,
    pub secret: String,
}

/// The utility. Its server ends with it.
pub struct Town {
    /// The server.
    pub served: Served,
    /// Its meters.
    pub devices: Vec<Device>,
    folder: tempfile::TempDir,
}

impl Town {
    /// Makes it, with meters that report so often, and starts its server.
    pub fn start(meters: usize, interval_s: u32) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut db = open_connection(&folder.path().join("indowater.db"), OpenFlags::default())?;
        migrate::run(&mut db)?;
        let (utility, zones) = transact(&mut db, found)?;
        let device = |place: usize| -> Result<Device, Error> {
            let serial = Serial::try_from(format!("WM-{place:06}")).map_err(|error| Error::Setup(format!("{error}")))?;
            Ok(Device { serial, secret: secret::generate()? })
        };
        let devices = (0..meters).map(device).collect::<Result<Vec<_>, _>>()?;
        for (chunk, of) in devices.chunks(CHUNK).enumerate() {
            transact(&mut db, |tx| {
                (chunk * CHUNK..).zip(of).try_for_each(|placed| add(tx, utility, &zones, placed, interval_s))
            })?;
        }
        // Nothing is charged, so that what is measured are meters.
        db.execute("DELETE FROM connection_class", [])?;
        drop(db);
        let served = serve(folder.path())?;
        Ok(Self { served, devices, folder })
    }

    /// Waits until every meter has reported.
    pub async fn reported(&self) -> Outcome {
        let until = Instant::now() + WITHIN;
        let db = open_connection(&self.folder.path().join("indowater.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        loop {
            let count: i64 = db.query_row("SELECT COUNT(*) FROM meter_state", [], |row| row.get(0))?;
            if count as usize >= self.devices.len() {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(format!("{count} of {} meters have reported", self.devices.len()).into());
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let _ = self.served.server.kill();
        let _ = self.served.server.wait();
    }
}

/// The north-western corner of a zone.
fn corner(zone: usize) -> (i32, i32) {
    let (across, down) = ((zone % ZONES.0) as i32, (zone / ZONES.0) as i32);
    (CORNER.0 - down * SIDE, CORNER.1 + across * SIDE)
}

fn found(tx: &mut Tx<'_>) -> Result<(i64, Vec<i64>), Error> {
    let utility = fleet::add_utility(tx, UtilityId(Uuid::now_v7()), "Tirta Armada")?;
    let mut nums = Vec::with_capacity(ZONES.0 * ZONES.1);
    for zone in 0..ZONES.0 * ZONES.1 {
        let (id, (lat, lon)) = (ZoneId(Uuid::now_v7()), corner(zone));
        nums.push(fleet::add_zone(tx, utility, id, &format!("Wilayah {}", zone + 1), TimeZone::Jakarta)?);
        let corners = [(lat, lon), (lat, lon + SIDE), (lat - SIDE, lon + SIDE), (lat - SIDE, lon)];
        let corners = corners.into_iter().filter_map(|(lat, lon)| Position::new(lat, lon)).collect();
        let outline = Outline::new(corners).map_err(|error| Error::Setup(format!("the outline of a zone: {error}")))?;
        zones::draw(tx, utility, id, Some(&outline))?;
    }
    policy::set_valves(tx, utility, Policy::Off)?;
    hire(tx, utility, "admin")?;
    Ok((utility, nums))
}

/// A place in a zone: multiples of two irrational parts fill a square evenly.
fn position(zone: usize, place: usize) -> Option<Position> {
    let (lat, lon) = corner(zone);
    let within = |part: u64| (place as u64 * part % 1_000_000 * SIDE as u64 / 1_000_000) as i32;
    Position::new(lat - within(754_878), lon + within(569_840))
}

fn add(tx: &mut Tx<'_>, utility: i64, zones: &[i64], (place, device): (usize, &Device), interval_s: u32) -> Result<(), Error> {
    let zone = place % zones.len();
    let (number, name) = (format!("{:06}", place + 1), format!("Warga {place:05}"));
    let customer = fleet::add_customer(tx, utility, CustomerId(Uuid::now_v7()), &number, &name)?;
    let connection = NewConnection {
        id: ConnectionId(Uuid::now_v7()),
        customer,
        zone: zones[zone],
        kind: ConnectionKind::Residential,
        label: "Rumah".into(),
        address: format!("Jl. Armada {}", 1 + place),
        tariff_class: TariffClass::Residential,
        position: position(zone, place),
    };
    let connection = fleet::add_connection(tx, utility, &connection)?;
    let meter = NewMeter {
        id: MeterId(Uuid::now_v7()),
        serial: device.serial.clone(),
        model: "Tirta S-20".into(),
        capability: Capability::HOUSEHOLD,
        interval_s,
        secret_hash: Some(secret::digest(device.secret.as_bytes())),
    };
    let meter = fleet::add_meter(tx, utility, &meter)?;
    install::install(tx, meter, connection, tx.now.plus(-DAY_MS))
}
