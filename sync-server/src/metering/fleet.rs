//! The utility's own things: zones, customers, connections, meters, gateways; and the change rows that tell devices of them.

use crate::core::Tx;
use crate::core::feed::{RowId, begin_bucket};
use crate::error::Error;
use domain::billing::tariff::TariffClass;
use domain::metering::meter::Capability;
use domain::people::ConnectionKind;
use domain::{ConnectionId, CustomerId, MeterId, Millilitres, Serial, TimeZone, UtilityId, ZoneId};
use protocol::core::problem::Code;
use protocol::metering::messages::Status;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// A new supply point.
pub struct NewConnection {
    /// Identifier.
    pub id: ConnectionId,
    /// Key of its customer.
    pub customer: i64,
    /// Key of its zone.
    pub zone: i64,
    /// Kind of property.
    pub kind: ConnectionKind,
    /// What its customer calls it.
    pub label: String,
    /// Street address.
    pub address: String,
    /// Tariff class.
    pub tariff_class: TariffClass,
}

/// A new meter.
pub struct NewMeter {
    /// Identifier.
    pub id: MeterId,
    /// Serial number.
    pub serial: Serial,
    /// Maker's model.
    pub model: String,
    /// What it can register.
    pub capability: Capability,
    /// Seconds between its reports.
    pub interval_s: u32,
    /// SHA-256 of its secret.
    pub secret_hash: [u8; 32],
}

/// The utility of this server; there is one so far.
///
/// # Errors
/// There is none yet, or the database.
pub fn utility(db: &Connection) -> Result<i64, Error> {
    let found = db.query_row("SELECT num FROM utility ORDER BY num LIMIT 1", [], |row| row.get(0)).optional()?;
    found.ok_or_else(|| Error::Setup("there is no utility yet: run `sync-server init --name NAME`".into()))
}

/// A utility's name.
///
/// # Errors
/// The database.
pub fn name(db: &Connection, utility: i64) -> Result<String, Error> {
    Ok(db.prepare_cached("SELECT name FROM utility WHERE num = ?1")?.query_row([utility], |row| row.get(0))?)
}

/// Adds a utility.
///
/// # Errors
/// The database.
pub fn add_utility(tx: &mut Tx<'_>, id: UtilityId, name: &str) -> Result<i64, Error> {
    tx.db.execute("INSERT INTO utility (id, name) VALUES (?1, ?2)", params![id.0.as_bytes(), name])?;
    let utility = tx.db.last_insert_rowid();
    for name in ["public", "admin"] {
        begin_bucket(tx.db, utility, name)?;
    }
    Ok(utility)
}

/// Adds a zone, which every device of the utility learns.
///
/// # Errors
/// The database.
pub fn add_zone(tx: &mut Tx<'_>, utility: i64, id: ZoneId, name: &str, zone: TimeZone) -> Result<i64, Error> {
    tx.db.execute(
        "INSERT INTO zone (id, utility, name, time_zone, rev) VALUES (?1, ?2, ?3, ?4, 1)",
        params![id.0.as_bytes(), utility, name, zone.iana()],
    )?;
    let num = tx.db.last_insert_rowid();
    let public = tx.bucket(utility, "public")?;
    tx.put(public, Entity::Zone, &RowId::of(*id.0.as_bytes()), 1)?;
    Ok(num)
}

/// Adds a customer.
///
/// # Errors
/// The number is taken, or the database.
pub fn add_customer(tx: &mut Tx<'_>, utility: i64, id: CustomerId, number: &str, name: &str) -> Result<i64, Error> {
    tx.db.execute(
        "INSERT INTO customer (id, utility, number, name, rev) VALUES (?1, ?2, ?3, ?4, 1)",
        params![id.0.as_bytes(), utility, number, name],
    )?;
    let num = tx.db.last_insert_rowid();
    for name in [format!("customer:{id}"), "admin".into()] {
        let into = tx.bucket(utility, name)?;
        tx.put(into, Entity::Customer, &RowId::of(*id.0.as_bytes()), 1)?;
    }
    Ok(num)
}

/// Adds a connection.
///
/// # Errors
/// No such customer or zone, or the database.
pub fn add_connection(tx: &mut Tx<'_>, utility: i64, new: &NewConnection) -> Result<i64, Error> {
    tx.db.execute(
        "INSERT INTO connection (id, utility, customer, zone, kind, label, address, tariff_class, rev)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)",
        params![
            new.id.0.as_bytes(),
            utility,
            new.customer,
            new.zone,
            new.kind.as_str(),
            new.label,
            new.address,
            new.tariff_class.as_str()
        ],
    )?;
    let num = tx.db.last_insert_rowid();
    put_connection(tx, num)?;
    Ok(num)
}

/// Adds a meter, not yet installed.
///
/// # Errors
/// The serial is taken, or the database.
pub fn add_meter(tx: &mut Tx<'_>, utility: i64, new: &NewMeter) -> Result<i64, Error> {
    let taken: bool =
        tx.db.query_row("SELECT EXISTS (SELECT 1 FROM meter WHERE serial = ?1)", [new.serial.as_str()], |row| row.get(0))?;
    if taken {
        return Err(Error::problem(Code::BadRequest, "there is a meter with this serial number already"));
    }
    tx.db.execute(
        "INSERT INTO meter (id, utility, serial, model, q3, register_modulus, interval_s, secret_hash, rev)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)",
        params![
            new.id.0.as_bytes(),
            utility,
            new.serial.as_str(),
            new.model,
            new.capability.q3.0,
            new.capability.register_modulus.0,
            new.interval_s,
            new.secret_hash
        ],
    )?;
    Ok(tx.db.last_insert_rowid())
}

/// Takes a meter's own word about itself.
///
/// # Errors
/// The database.
pub fn take_status(tx: &mut Tx<'_>, meter: i64, status: &Status) -> Result<(), Error> {
    let firmware = status.fw.as_deref().map(|text| text.chars().take(64).collect::<String>());
    let interval = status.interval_s.filter(|seconds| (1..=86_400 * 7).contains(seconds));
    let changed = tx
        .db
        .prepare_cached(
            "UPDATE meter SET firmware = COALESCE(?2, firmware), interval_s = COALESCE(?3, interval_s)
             WHERE num = ?1 AND (firmware IS NOT COALESCE(?2, firmware) OR interval_s <> COALESCE(?3, interval_s))",
        )?
        .execute(params![meter, firmware, interval])?;
    if changed > 0 { put_meter(tx, meter) } else { Ok(()) }
}

/// Tells every device that may know of it of a connection.
pub(crate) fn put_connection(tx: &mut Tx<'_>, connection: i64) -> Result<(), Error> {
    let (id, rev, utility, customer, zone): ([u8; 16], i64, i64, [u8; 16], [u8; 16]) = tx
        .db
        .prepare_cached(
            "SELECT c.id, c.rev, c.utility, cu.id, z.id FROM connection c
             JOIN customer cu ON cu.num = c.customer JOIN zone z ON z.num = c.zone WHERE c.num = ?1",
        )?
        .query_row([connection], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    let customer_rev: i64 =
        tx.db.prepare_cached("SELECT rev FROM customer WHERE id = ?1")?.query_row(params![customer], |row| row.get(0))?;
    let [customers, technicians, admins] = around(tx, utility, customer, zone)?;
    for into in [customers, technicians, admins] {
        tx.put(into, Entity::Connection, &RowId::of(id), rev)?;
    }
    tx.put(technicians, Entity::Customer, &RowId::of(customer), customer_rev)?;
    Ok(())
}

/// Tells every device that may know of it of a meter.
pub(crate) fn put_meter(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    let (id, rev): ([u8; 16], i64) = tx
        .db
        .prepare_cached("UPDATE meter SET rev = rev + 1 WHERE num = ?1 RETURNING id, rev")?
        .query_row([meter], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for into in holders(tx, meter)? {
        tx.put(into, Entity::Meter, &RowId::of(id), rev)?;
    }
    Ok(())
}

/// The buckets that hold a meter and its latest values: those around its place, and the admins'.
///
/// # Errors
/// The database.
pub(crate) fn holders(tx: &mut Tx<'_>, meter: i64) -> Result<Vec<i64>, Error> {
    let utility: i64 = tx.db.prepare_cached("SELECT utility FROM meter WHERE num = ?1")?.query_row([meter], |row| row.get(0))?;
    let place: Option<([u8; 16], [u8; 16])> = tx
        .db
        .prepare_cached(
            "SELECT cu.id, z.id FROM installation i JOIN connection c ON c.num = i.connection
             JOIN customer cu ON cu.num = c.customer JOIN zone z ON z.num = c.zone WHERE i.meter = ?1 AND i.until IS NULL",
        )?
        .query_row([meter], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match place {
        Some((customer, zone)) => Ok(around(tx, utility, customer, zone)?.into()),
        None => Ok(vec![tx.bucket(utility, "admin")?]),
    }
}

/// The buckets of what stands at a customer's place in a zone: the customer's, the zone's and the admins'.
fn around(tx: &mut Tx<'_>, utility: i64, customer: [u8; 16], zone: [u8; 16]) -> Result<[i64; 3], Error> {
    Ok([
        tx.bucket(utility, format!("customer:{}", Uuid::from_bytes(customer)))?,
        tx.bucket(utility, format!("zone:{}", Uuid::from_bytes(zone)))?,
        tx.bucket(utility, "admin")?,
    ])
}

/// Links a user to a customer.
///
/// # Errors
/// The database.
pub fn link_customer(tx: &mut Tx<'_>, user: i64, customer: i64) -> Result<(), Error> {
    tx.db.execute("INSERT OR IGNORE INTO user_customer (user, customer) VALUES (?1, ?2)", [user, customer])?;
    Ok(())
}

/// Takes a customer away from a user.
///
/// # Errors
/// The database.
pub fn unlink_customer(tx: &mut Tx<'_>, user: i64, customer: i64) -> Result<(), Error> {
    tx.db.execute("DELETE FROM user_customer WHERE user = ?1 AND customer = ?2", [user, customer])?;
    Ok(())
}

/// Assigns a technician to a zone.
///
/// # Errors
/// The database.
pub fn assign_zone(tx: &mut Tx<'_>, user: i64, zone: i64) -> Result<(), Error> {
    tx.db.execute("INSERT OR IGNORE INTO user_zone (user, zone) VALUES (?1, ?2)", [user, zone])?;
    Ok(())
}

/// Takes a technician's assignment to a zone away. That it was is kept: work done there that comes late is taken.
///
/// # Errors
/// The database.
pub fn unassign_zone(tx: &mut Tx<'_>, user: i64, zone: i64) -> Result<(), Error> {
    tx.db.execute("DELETE FROM user_zone WHERE user = ?1 AND zone = ?2", [user, zone])?;
    Ok(())
}

/// A credential that may bring readings, and the meters it may speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// A meter: itself only.
    Meter(i64),
    /// A gateway: the meters it lists.
    Gateway(i64),
}

/// What is known of a credential by its name: a serial, or a gateway's name.
///
/// # Errors
/// The database.
pub fn credential(db: &Connection, name: &str) -> Result<Option<(Credential, [u8; 32])>, Error> {
    let meter = db
        .prepare_cached("SELECT num, secret_hash FROM meter WHERE serial = ?1 AND secret_hash IS NOT NULL")?
        .query_row([name], |row| Ok((Credential::Meter(row.get(0)?), row.get(1)?)))
        .optional()?;
    if meter.is_some() {
        return Ok(meter);
    }
    Ok(db
        .prepare_cached("SELECT num, secret_hash FROM gateway WHERE name = ?1 AND secret_hash IS NOT NULL")?
        .query_row([name], |row| Ok((Credential::Gateway(row.get(0)?), row.get(1)?)))
        .optional()?)
}

/// A meter that a credential may speak for: its key and its register's modulus.
///
/// # Errors
/// The database.
pub fn authorized_meter(db: &Connection, credential: Credential, serial: &str) -> Result<Option<(i64, Millilitres)>, Error> {
    let (sql, num) = match credential {
        Credential::Meter(num) => ("SELECT num, register_modulus FROM meter WHERE serial = ?1 AND num = ?2", num),
        Credential::Gateway(num) => (
            "SELECT m.num, m.register_modulus FROM meter m JOIN gateway_meter g ON g.meter = m.num WHERE m.serial = ?1 AND g.gateway = ?2",
            num,
        ),
    };
    let mut query = db.prepare_cached(sql)?;
    Ok(query.query_row(params![serial, num], |row| Ok((row.get(0)?, Millilitres(row.get(1)?)))).optional()?)
}

/// Adds a gateway.
///
/// # Errors
/// The name is taken, or the database.
pub fn add_gateway(tx: &mut Tx<'_>, utility: i64, name: &str, secret_hash: [u8; 32], meters: &[i64]) -> Result<(), Error> {
    tx.db.execute("INSERT INTO gateway (name, utility, secret_hash) VALUES (?1, ?2, ?3)", params![name, utility, secret_hash])?;
    let gateway = tx.db.last_insert_rowid();
    let mut link = tx.db.prepare_cached("INSERT INTO gateway_meter (gateway, meter) VALUES (?1, ?2)")?;
    for meter in meters {
        link.execute([gateway, *meter])?;
    }
    Ok(())
}

/// Takes a meter's or a gateway's credential away; says whether there was one.
///
/// # Errors
/// The database.
pub fn revoke_credential(tx: &mut Tx<'_>, name: &str) -> Result<bool, Error> {
    let meters = tx.db.execute("UPDATE meter SET secret_hash = NULL WHERE serial = ?1 AND secret_hash IS NOT NULL", [name])?;
    let gateways = tx.db.execute("UPDATE gateway SET secret_hash = NULL WHERE name = ?1 AND secret_hash IS NOT NULL", [name])?;
    Ok(meters + gateways > 0)
}
