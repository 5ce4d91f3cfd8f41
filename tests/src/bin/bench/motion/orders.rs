//! A utility with a month of open work: a meter for each order, technicians in every zone, and its server.

use super::super::Outcome;
use super::super::sync::utility::{Served, serve};
use domain::billing::tariff::TariffClass;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::maintenance::priority::Priority;
use domain::maintenance::work_order::{Window, WorkKind};
use domain::metering::meter::Capability;
use domain::people::{ConnectionKind, Role};
use domain::valve::decision::Policy;
use domain::{ConnectionId, CustomerId, LocalMonth, MeterId, Serial, TimeZone, UserId, UtilityId, WorkOrderId, ZoneId};
use rusqlite::OpenFlags;
use sync_server::cli::provision::transact;
use sync_server::core::{Tx, migrate, open_connection};
use sync_server::error::Error;
use sync_server::maintenance::orders;
use sync_server::maintenance::rows::NewOrder;
use sync_server::metering::fleet::{self, NewConnection, NewMeter};
use sync_server::metering::install;
use sync_server::people::accounts::{self, NewUser};
use sync_server::people::auth::password;
use sync_server::valve::policy;
use tests::world::{PASSWORD, email};
use uuid::Uuid;

/// Orders written in one transaction.
const CHUNK: usize = 1_000;

/// Who does them, a tenth of them nobody's; and where.
const TECHNICIANS: usize = 50;
const ZONES: usize = 20;

/// The utility. Its server ends with it.
pub struct Planned {
    served: Served,
    _folder: tempfile::TempDir,
}

/// Who announces work, and who does it in each zone: keys, with the names of technicians.
struct People {
    admin: i64,
    zones: Vec<i64>,
    technicians: Vec<(i64, String)>,
}

impl Planned {
    /// Makes it with so many open orders in a month, and starts its server.
    pub fn start(count: usize, month: LocalMonth) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut db = open_connection(&folder.path().join("indowater.db"), OpenFlags::default())?;
        migrate::run(&mut db)?;
        let (utility, people) = transact(&mut db, found)?;
        let mut rng = fastrand::Rng::with_seed(11);
        let mut made = 0;
        while made < count {
            let places = made..count.min(made + CHUNK);
            made = places.end;
            transact(&mut db, |tx| {
                for place in places {
                    let meter = add_meter(tx, utility, &people, place)?;
                    announce(tx, &people, (place, meter), (month, &mut rng))?;
                }
                Ok(())
            })?;
        }
        // Nothing is charged, so that what changes is work.
        db.execute("DELETE FROM connection_class", [])?;
        drop(db);
        Ok(Self { served: serve(folder.path())?, _folder: folder })
    }

    /// `http://…`.
    pub fn url(&self) -> &str {
        &self.served.url
    }
}

impl Drop for Planned {
    fn drop(&mut self) {
        let _ = self.served.server.kill();
        let _ = self.served.server.wait();
    }
}

fn found(tx: &mut Tx<'_>) -> Result<(i64, People), Error> {
    let utility = fleet::add_utility(tx, UtilityId(Uuid::now_v7()), "Tirta Kalender")?;
    policy::set_valves(tx, utility, Policy::Off)?;
    let mut zones = Vec::with_capacity(ZONES);
    for zone in 0..ZONES {
        zones.push(fleet::add_zone(tx, utility, ZoneId(Uuid::now_v7()), &format!("Wilayah {zone}"), TimeZone::Jakarta)?);
    }
    let admin = hire(tx, utility, ("admin", "Ratna Wijaya", Role::Admin), password::hash(PASSWORD)?)?;
    let mut technicians = Vec::with_capacity(TECHNICIANS);
    for place in 0..TECHNICIANS {
        let name = format!("Teknisi {place:02}");
        // Nobody signs in with it.
        let num = hire(tx, utility, (&format!("technician-{place}"), &name, Role::Technician), String::new())?;
        fleet::assign_zone(tx, num, zones[place % ZONES])?;
        technicians.push((num, name));
    }
    Ok((utility, People { admin, zones, technicians }))
}

fn hire(tx: &mut Tx<'_>, utility: i64, (user, name, role): (&str, &str, Role), password_hash: String) -> Result<i64, Error> {
    let (id, email) = (UserId(Uuid::now_v7()), email(user));
    accounts::add(tx, &NewUser { id, utility, email, name: name.into(), password_hash, role })
}

/// A meter at a connection of its own; returns its key.
fn add_meter(tx: &mut Tx<'_>, utility: i64, people: &People, place: usize) -> Result<i64, Error> {
    let (number, name) = (format!("{:06}", place + 1), format!("Warga {place:05}"));
    let customer = fleet::add_customer(tx, utility, CustomerId(Uuid::now_v7()), &number, &name)?;
    let connection = NewConnection {
        id: ConnectionId(Uuid::now_v7()),
        customer,
        zone: people.zones[place % ZONES],
        kind: ConnectionKind::Residential,
        label: "Rumah".into(),
        address: format!("Jl. Melati {}", 1 + place),
        tariff_class: TariffClass::Residential,
        position: None,
    };
    let connection = fleet::add_connection(tx, utility, &connection)?;
    let serial = Serial::try_from(format!("WM-{place:06}")).map_err(|error| Error::Setup(format!("{error}")))?;
    let meter = NewMeter {
        id: MeterId(Uuid::now_v7()),
        serial,
        model: "Tirta S-20".into(),
        capability: Capability::HOUSEHOLD,
        interval_s: 900,
        secret_hash: None,
    };
    let meter = fleet::add_meter(tx, utility, &meter)?;
    install::install(tx, meter, connection, tx.now.plus(-DAY_MS))?;
    Ok(meter)
}

/// An order of two hours on some day of the month, for one of the zone's technicians or for nobody.
fn announce(
    tx: &mut Tx<'_>,
    people: &People,
    (place, meter): (usize, i64),
    (month, rng): (LocalMonth, &mut fastrand::Rng),
) -> Result<(), Error> {
    let day = month.first_day().plus(rng.i32(0..month.days()));
    let from = TimeZone::Jakarta.start_of(day).plus(rng.i64(7..15) * HOUR_MS);
    let of_zone: Vec<&(i64, String)> = people.technicians.iter().skip(place % ZONES).step_by(ZONES).collect();
    let technician = if rng.u8(0..10) == 0 { None } else { Some(of_zone[rng.usize(0..of_zone.len())].clone()) };
    let order = NewOrder {
        id: WorkOrderId(Uuid::now_v7()),
        meter,
        work: WorkKind::ALL[place % WorkKind::ALL.len()],
        window: Window { from, until: from.plus(2 * HOUR_MS) },
        technician,
        text: "Bawa segel",
        author: people.admin,
        at: tx.now,
        minutes: Some((15 + place % 4 * 15) as u16),
        priority: Priority::Normal,
        template: None,
        schedule: None,
    };
    orders::announce(tx, &order)
}
