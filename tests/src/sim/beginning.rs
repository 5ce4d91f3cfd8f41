//! How a simulation begins: a utility with zones, customers, meters, and the users of the devices.

use super::schedule::COPY;
use super::server::{BEGIN, CUSTOMERS, METERS, Server, ZONES, id, session, user};
use domain::billing::tariff::TariffClass;
use domain::maintenance::stock::name_key;
use domain::metering::meter::Capability;
use domain::people::{ConnectionKind, Role};
use domain::{ConnectionId, CustomerId, MeterId, PartId, TimeZone, UserId, UtilityId, ZoneId};
use rusqlite::OpenFlags;
use std::path::Path;
use sync_server::core::{Tx, migrate, open_connection, transact};
use sync_server::error::Error;
use sync_server::maintenance::rows::parts;
use sync_server::metering::fleet::{self, NewConnection, NewMeter};
use sync_server::metering::install;
use sync_server::people::accounts::{self, NewUser};

/// Customers of one user who has no device here: a message that names both reaches somebody once.
pub const NEIGHBOURS: [u128; 2] = [5, 6];

/// The user of those customers.
pub fn neighbour() -> UserId {
    UserId(id(9, 10))
}

/// A technician who has no device here and works in every zone: work is taken away from the other one for them.
pub fn colleague() -> UserId {
    UserId(id(9, 12))
}

/// The part that people use, and how it is called.
pub const PART: &str = "Paking";

/// Its identifier.
pub fn part() -> PartId {
    PartId(id(11, 0))
}

/// A customer of another utility, who has a user as well.
pub fn foreigner() -> CustomerId {
    CustomerId(id(3, 1_000))
}

/// A user who has no device here.
fn other_user(id: UserId, utility: i64, (name, role): (&str, Role)) -> NewUser {
    let (email, name) = (format!("{name}@example.id"), name.to_owned());
    NewUser { id, utility, email, name, password_hash: String::new(), role }
}

impl Server {
    /// Makes the world's database, once; simulations begin with a copy of it.
    pub fn template(file: &Path) -> Result<(), Error> {
        let mut db = open_connection(file, OpenFlags::default())?;
        migrate::run(&mut db)?;
        db.execute("UPDATE meta SET value = '1000' WHERE key = 'epoch'", [])?;
        transact(&mut db, BEGIN, Self::populate).map(|_| ())
    }

    fn populate(tx: &mut Tx<'_>) -> Result<(), Error> {
        let utility = fleet::add_utility(tx, UtilityId(id(1, 0)), "Simulasi")?;
        let mut zones = Vec::new();
        for zone in 0..ZONES {
            zones.push(fleet::add_zone(tx, utility, ZoneId(id(2, zone)), &format!("Z{zone}"), TimeZone::Jakarta)?);
        }
        for number in 0..CUSTOMERS {
            let name = format!("Pelanggan {number}");
            let customer = CustomerId(id(3, number));
            let customer = fleet::add_customer(tx, utility, customer, &format!("{number:05}"), &name)?;
            let connection = NewConnection {
                id: ConnectionId(id(4, number)),
                customer,
                zone: zones[(number % ZONES) as usize],
                kind: ConnectionKind::Residential,
                label: "Rumah".into(),
                address: format!("Jl. Simulasi {number}"),
                tariff_class: TariffClass::Residential,
                position: None,
            };
            let connection = fleet::add_connection(tx, utility, &connection)?;
            if number < METERS {
                Self::meter(tx, utility, number, connection)?;
            }
        }
        for (device, role) in [Role::Admin, Role::Admin, Role::Technician, Role::Customer].into_iter().enumerate() {
            let device = device as u8;
            let new = NewUser {
                id: user(device),
                utility,
                email: format!("{device}@example.id"),
                name: format!("Orang {device}"),
                password_hash: String::new(),
                role,
            };
            let num = accounts::add(tx, &new)?;
            accounts::open_session(tx, session(device), num, "simulation")?;
            match role {
                Role::Technician => fleet::assign_zone(tx, num, zones[0])?,
                Role::Customer => fleet::link_customer(tx, num, 1)?,
                Role::Admin if device == 0 => accounts::open_session(tx, session(COPY), num, "copy")?,
                Role::Admin => {}
            }
        }
        let num = accounts::add(tx, &other_user(colleague(), utility, ("rekan", Role::Technician)))?;
        zones.iter().try_for_each(|zone| fleet::assign_zone(tx, num, *zone))?;
        parts::insert(tx, utility, part(), (PART, &name_key(PART)))?;
        Self::others(tx, utility)
    }

    /// Users whom only messages reach, or must not reach.
    fn others(tx: &mut Tx<'_>, utility: i64) -> Result<(), Error> {
        let user = accounts::add(tx, &other_user(neighbour(), utility, ("tetangga", Role::Customer)))?;
        for number in NEIGHBOURS {
            let sql = "SELECT num FROM customer WHERE id = ?1";
            let customer = tx.db.query_row(sql, [id(3, number).as_bytes()], |row| row.get(0))?;
            fleet::link_customer(tx, user, customer)?;
        }
        let other = fleet::add_utility(tx, UtilityId(id(1, 1)), "Lain")?;
        let customer = fleet::add_customer(tx, other, foreigner(), "90000", "Pelanggan lain")?;
        let user = accounts::add(tx, &other_user(UserId(id(9, 11)), other, ("lain", Role::Customer)))?;
        fleet::link_customer(tx, user, customer)
    }

    fn meter(tx: &mut Tx<'_>, utility: i64, number: u128, connection: i64) -> Result<(), Error> {
        let meter = NewMeter {
            id: MeterId(id(5, number)),
            serial: format!("WM-SIM-{number}").parse().expect("a serial number"),
            model: "Uji".into(),
            capability: Capability::HOUSEHOLD,
            interval_s: 60,
            secret_hash: Some([0; 32]),
        };
        let meter = fleet::add_meter(tx, utility, &meter)?;
        install::install(tx, meter, connection, BEGIN)
    }
}
