//! The demo utility: three zones in Indonesia's three time zones, 300 connections, an account for each role.
//!
//! Made-up people at made-up addresses. The credentials go to a file that only this user can read; the simulated meters use it.

use crate::clock::now;
use crate::demo::alerts;
use crate::demo::campaigns;
use crate::demo::places;
use crate::demo::purchases;
use crate::demo::purchases::ChargedConnection;
use crate::meters::leaks::Profile;
use crate::plan::{Plan, PlannedLeak, PlannedMeter};
use domain::billing::tariff::TariffClass;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::metering::meter::Capability;
use domain::people::{ConnectionKind, Role};
use domain::{ConnectionId, CustomerId, Flow, MeterId, TimeZone, UserId, UtcMillis, UtilityId, ZoneId};
use std::path::Path;
use sync_server::billing::tariffs;
use sync_server::cli;
use sync_server::cli::provision::transact;
use sync_server::core::Tx;
use sync_server::core::scope::Caller;
use sync_server::error::Error;
use sync_server::metering::fleet;
use sync_server::metering::fleet::{NewConnection, NewMeter};
use sync_server::metering::install;
use sync_server::metering::zones as drawing;
use sync_server::people::accounts;
use sync_server::people::accounts::NewUser;
use sync_server::people::auth::{password, secret};
use sync_server::people::customers;
use uuid::Uuid;

/// Connections of the demo.
const CONNECTIONS: usize = 300;

/// Meters with a reading every minute in the last days.
const SHOWCASE: usize = 12;

/// The three accounts: role, address, name.
pub const ACCOUNTS: [(Role, &str, &str); 3] = [
    (Role::Admin, "admin@indowater.example", "Ratna Wijaya"),
    (Role::Technician, "technician@indowater.example", "Made Sudarma"),
    (Role::Customer, "customer@indowater.example", "Sari Lestari"),
];

/// The places of the zones of the technician among them. The zones lie on three islands: nobody works in two of them.
pub const OWN_PLACES: &[usize] = &[0];

/// The other technicians: address, name, and the places of their zones.
pub const TECHNICIANS: [(&str, &str, &[usize]); 3] = [
    ("dian@indowater.example", "Dian Kurnia", &[1]),
    ("yusuf@indowater.example", "Yusuf Wenda", &[2]),
    ("asep@indowater.example", "Asep Hidayat", &[0]),
];

const ZONES: [(&str, TimeZone); 3] =
    [("Bandung Timur", TimeZone::Jakarta), ("Denpasar Selatan", TimeZone::Makassar), ("Jayapura Kota", TimeZone::Jayapura)];
/// City, province and postal code of each zone.
const PLACES: [(&str, &str, &str); 3] =
    [("Bandung", "Jawa Barat", "40286"), ("Denpasar", "Bali", "80222"), ("Jayapura", "Papua", "99112")];
const GIVEN: [&str; 20] = [
    "Agus", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gita", "Hendra", "Indah", "Joko", "Kartika", "Lukman", "Maya", "Nur",
    "Putu", "Rizki", "Sinta", "Tono", "Wulan", "Yohanes",
];
const FAMILY: [&str; 15] = [
    "Santoso", "Pratama", "Wibowo", "Hidayat", "Saputra", "Nugroho", "Kusuma", "Siregar", "Suryani", "Wenda", "Rumbiak",
    "Ardana", "Lestari", "Gunawan", "Halim",
];
const STREETS: [&str; 12] = [
    "Jl. Kenanga",
    "Jl. Melati",
    "Jl. Cendana",
    "Jl. Merak",
    "Jl. Dahlia",
    "Jl. Rajawali",
    "Jl. Anggrek",
    "Jl. Flamboyan",
    "Jl. Mawar",
    "Gg. Mangga",
    "Jl. Pahlawan",
    "Jl. Sudirman",
];
/// Model, interval in seconds, Q3 in litres an hour. The last one is that of industry.
pub(super) const MODELS: [(&str, u32, i64); 3] =
    [("Tirta S-20", 60, 2_500), ("Bening NB-15", 300, 2_500), ("Arus U-40", 60, 16_000)];

fn kind_of(index: usize) -> ConnectionKind {
    match index {
        0 => ConnectionKind::Residential,
        1 => ConnectionKind::BoardingHouse,
        _ => match index % 25 {
            0 => ConnectionKind::Industrial,
            1..=4 => ConnectionKind::Commercial,
            5..=7 => ConnectionKind::BoardingHouse,
            _ => ConnectionKind::Residential,
        },
    }
}

fn class_of(kind: ConnectionKind) -> TariffClass {
    match kind {
        ConnectionKind::Commercial => TariffClass::Commercial,
        ConnectionKind::Industrial => TariffClass::Industrial,
        _ => TariffClass::Residential,
    }
}

fn label_of(kind: ConnectionKind) -> &'static str {
    match kind {
        ConnectionKind::Commercial => "Toko",
        ConnectionKind::Industrial => "Pabrik",
        ConnectionKind::BoardingHouse => "Kos",
        _ => "Rumah",
    }
}

/// Makes the demo utility in a folder that has no database yet, with meters installed so many days ago. Its credentials go to `demo.json`
/// beside the database.
///
/// # Errors
/// There is a utility already, or the database or the plan cannot be written.
pub fn make(data: &Path, days: i64) -> Result<Plan, Error> {
    let mut db = cli::open_database(data)?;
    let installed_since = now().plus(-days * DAY_MS);
    let plan = Plan {
        password: secret::generate()?.chars().filter(char::is_ascii_alphanumeric).take(14).collect(),
        gateway: ("demo-gateway".into(), secret::generate()?),
        since: installed_since,
        meters: (0..CONNECTIONS).map(plan_meter).collect::<Result<_, _>>()?,
        controls: None,
    };
    let password_hash = password::hash(&plan.password)?;
    transact(&mut db, |tx| fill(tx, &plan, &password_hash, installed_since))?;
    plan.write(&data.join("demo.json"))?;
    Ok(plan)
}

fn plan_meter(index: usize) -> Result<PlannedMeter, Error> {
    let kind = kind_of(index);
    let (_, interval_s, _) = model_of(index, kind);
    let serial = format!("WM-{}-{:03}", 2022 + (index * 7 + 2) % 3, index + 1);
    let bad = |error| Error::Setup(format!("{error}"));
    Ok(PlannedMeter {
        id: MeterId(Uuid::now_v7()),
        serial: serial.try_into().map_err(bad)?,
        secret: secret::generate()?,
        kind,
        time_zone: zone_of(index).1,
        interval_s,
        customer: customer_of(index),
        leak: leak_of(index, now()),
    })
}

/// The leaks of the demo: a toilet in the demo customer's boarding house, a pipe, and a hose that burst this morning.
fn leak_of(index: usize, now: UtcMillis) -> Option<PlannedLeak> {
    let (profile, litres, hours) = match index {
        1 => (Profile::Toilet, 45, 70),
        6 => (Profile::Steady, 60, 50),
        9 => (Profile::Burst, 900, 5),
        _ => return None,
    };
    Some(PlannedLeak { profile, rate: litres * 1_000, since: now.plus(-hours * HOUR_MS) })
}

/// Who has the connection. The demo customer has a house and a boarding house; everybody else one connection.
fn customer_of(index: usize) -> String {
    match index {
        0 | 1 => ACCOUNTS[2].2.to_owned(),
        _ => format!("{} {}", GIVEN[index * 7 % GIVEN.len()], FAMILY[(index * 11 + index / 15) % FAMILY.len()]),
    }
}

fn model_of(index: usize, kind: ConnectionKind) -> (&'static str, u32, i64) {
    if kind == ConnectionKind::Industrial { MODELS[2] } else { MODELS[usize::from(index > SHOWCASE && index % 4 == 3)] }
}

fn zone_of(index: usize) -> (&'static str, TimeZone) {
    ZONES[if index < 2 { 0 } else { index % ZONES.len() }]
}

/// The place of a connection's zone in the list.
pub(super) fn place_of(index: usize) -> usize {
    ZONES.iter().position(|zone| *zone == zone_of(index)).unwrap_or(0)
}

fn fill(tx: &mut Tx<'_>, plan: &Plan, password_hash: &str, since: UtcMillis) -> Result<(), Error> {
    if fleet::utility(tx).is_ok() {
        return Err(Error::Setup("this database has a utility already: give the demo a folder of its own with --data".into()));
    }
    let utility = fleet::add_utility(tx, UtilityId(Uuid::now_v7()), "Tirta Nusantara")?;
    tariffs::begin_utility(tx, utility)?;
    let mut zones = Vec::new();
    for (place, (name, time_zone)) in ZONES.into_iter().enumerate() {
        let id = ZoneId(Uuid::now_v7());
        zones.push(fleet::add_zone(tx, utility, id, name, time_zone)?);
        drawing::draw(tx, utility, id, Some(&places::outline(place)?))?;
    }
    let (mut users, mut ids) = (Vec::new(), Vec::new());
    for (role, email, name) in ACCOUNTS {
        let id = UserId(Uuid::now_v7());
        ids.push(id);
        let user = NewUser { id, utility, email: email.into(), name: name.into(), password_hash: password_hash.into(), role };
        users.push(accounts::add(tx, &user)?);
    }
    for place in OWN_PLACES {
        fleet::assign_zone(tx, users[1], zones[*place])?;
    }
    add_technicians(tx, utility, &zones, password_hash)?;
    let mut meters = Vec::new();
    let mut first_customer = None;
    let mut connections = Vec::new();
    for (index, meter) in plan.meters.iter().enumerate() {
        let customer = match first_customer.filter(|_| index == 1) {
            Some(customer) => customer,
            None => add_customer(tx, utility, index)?,
        };
        first_customer.get_or_insert(customer);
        let zone = zones[place_of(index)];
        let (connection, num) = add_supply(tx, utility, (customer, zone), index, meter, since)?;
        meters.push(num);
        connections.push(connection);
    }
    if let Some(customer) = first_customer {
        fleet::link_customer(tx, users[2], customer)?;
    }
    let admin = Caller { num: users[0], id: ids[0], utility, role: Role::Admin, session: Uuid::nil() };
    campaigns::make(tx, &admin)?;
    for connection in &connections {
        purchases::begin(tx, &admin, connection)?;
    }
    let customer = Caller { num: users[2], id: ids[2], utility, role: Role::Customer, session: Uuid::nil() };
    alerts::make(tx, &customer, &connections)?;
    let (name, text) = &plan.gateway;
    fleet::add_gateway(tx, utility, name, secret::digest(text.as_bytes()), &meters)
}

/// The technicians beside the one that has an account of its own in the list.
fn add_technicians(tx: &mut Tx<'_>, utility: i64, zones: &[i64], password_hash: &str) -> Result<(), Error> {
    for (email, name, places) in TECHNICIANS {
        let (id, role) = (UserId(Uuid::now_v7()), Role::Technician);
        let user = NewUser { id, utility, email: email.into(), name: name.into(), password_hash: password_hash.into(), role };
        let user = accounts::add(tx, &user)?;
        for place in places {
            fleet::assign_zone(tx, user, zones[*place])?;
        }
    }
    Ok(())
}

fn add_customer(tx: &mut Tx<'_>, utility: i64, index: usize) -> Result<i64, Error> {
    let name = customer_of(index);
    let number = format!("{:06}", 10_001 + index);
    let id = CustomerId(Uuid::now_v7());
    let num = fleet::add_customer(tx, utility, id, &number, &name)?;
    if let Some((_, mut customer)) = customers::find(tx, utility, id)? {
        let (city, province, postal_code) = PLACES[place_of(index)];
        customer.phone = format!("+62 812 {:04} {:04}", 1_000 + index * 37 % 9_000, 1_000 + index * 7_919 % 9_000);
        customer.address = format!("{} {}", STREETS[index * 5 % STREETS.len()], 1 + index * 13 % 97);
        (customer.city, customer.province, customer.postal_code) = (city.into(), province.into(), postal_code.into());
        customer.household_size = Some(1 + (index % 6) as u8);
        customers::write(tx, num, &customer)?;
    }
    Ok(num)
}

fn add_supply(
    tx: &mut Tx<'_>,
    utility: i64,
    (customer, zone): (i64, i64),
    index: usize,
    meter: &PlannedMeter,
    since: UtcMillis,
) -> Result<(ChargedConnection, i64), Error> {
    let id = ConnectionId(Uuid::now_v7());
    let class = class_of(meter.kind);
    let connection = NewConnection {
        id,
        customer,
        zone,
        kind: meter.kind,
        label: label_of(meter.kind).into(),
        address: format!("{} {}", STREETS[index * 5 % STREETS.len()], 1 + index * 13 % 97),
        tariff_class: class,
        position: places::of(index, place_of(index))?,
    };
    let connection = fleet::add_connection(tx, utility, &connection)?;
    let (model, interval_s, q3) = model_of(index, meter.kind);
    let new = NewMeter {
        id: meter.id,
        serial: meter.serial.clone(),
        model: model.into(),
        capability: Capability { q3: Flow::litres_per_hour(q3), ..Capability::HOUSEHOLD },
        interval_s,
        secret_hash: Some(secret::digest(meter.secret.as_bytes())),
    };
    let num = fleet::add_meter(tx, utility, &new)?;
    install::install(tx, num, connection, since)?;
    Ok((ChargedConnection { num: connection, id, index, class, time_zone: meter.time_zone }, num))
}
