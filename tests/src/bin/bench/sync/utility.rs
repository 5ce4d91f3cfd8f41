//! A utility of a size: customers with one connection each, an admin, and technicians where they are wanted; and its server, a process of its own.

use super::super::Outcome;
use domain::billing::tariff::TariffClass;
use domain::people::{ConnectionKind, Customer, Role};
use domain::{ConnectionId, CustomerId, TimeZone, UserId, UtilityId, ZoneId};
use rusqlite::{Connection, OpenFlags};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use sync_server::cli::provision::transact;
use sync_server::core::Tx;
use sync_server::core::{migrate, now, open_connection};
use sync_server::error::Error;
use sync_server::metering::fleet;
use sync_server::metering::fleet::NewConnection;
use sync_server::people::accounts;
use sync_server::people::accounts::NewUser;
use sync_server::people::auth::password;
use sync_server::people::auth::token::Key;
use sync_server::people::customers;
use tests::world::{PASSWORD, email, program};
use uuid::Uuid;

/// Customers written in one transaction.
const CHUNK: usize = 5_000;

/// Zones over which they are spread.
const ZONES: usize = 20;

const GIVEN: [&str; 16] = [
    "Agus", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gita", "Hendra", "Indah", "Joko", "Kartika", "Lukman", "Maya", "Nur",
    "Putu", "Wulan",
];
const FAMILY: [&str; 13] = [
    "Santoso", "Pratama", "Wibowo", "Hidayat", "Saputra", "Nugroho", "Kusuma", "Siregar", "Suryani", "Wenda", "Rumbiak",
    "Ardana", "Lestari",
];
const STREETS: [&str; 7] =
    ["Jl. Kenanga", "Jl. Melati", "Jl. Cendana", "Jl. Merak", "Jl. Dahlia", "Gg. Mangga", "Jl. Jenderal Sudirman"];

/// A utility and the server that serves it. The server ends with it.
pub struct Utility {
    /// The folder of the server.
    pub folder: tempfile::TempDir,
    /// `http://…`.
    pub url: String,
    /// The customers, in the order they were made.
    pub customers: Vec<CustomerId>,
    /// Access tokens of the technicians, all of whom work in the first zone.
    pub technicians: Vec<String>,
    server: Child,
}

impl Utility {
    /// Makes a utility of so many customers and technicians, and starts its server.
    pub fn start(customers: usize, technicians: usize) -> Outcome<Self> {
        Self::start_with(customers, technicians, |_, _| Ok(()))
    }

    /// The same with what a function adds to the utility of that key.
    pub fn start_with(
        customers: usize,
        technicians: usize,
        add: impl FnOnce(&mut Tx<'_>, i64) -> Result<(), Error>,
    ) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let mut db = open_connection(&folder.path().join("indowater.db"), OpenFlags::default())?;
        migrate::run(&mut db)?;
        let (utility, zones) = transact(&mut db, found)?;
        let ids = fill(&mut db, utility, &zones, customers)?;
        // Nothing is charged: posting the month's first fees of all of them at once is another matter than sync.
        db.execute("DELETE FROM connection_class", [])?;
        let key = Key::open(&folder.path().join("token.key"))?;
        let technicians = transact(&mut db, |tx| employ(tx, utility, zones[0], technicians, &key))?;
        transact(&mut db, |tx| add(tx, utility))?;
        drop(db);
        let Served { server, url, .. } = serve(folder.path())?;
        Ok(Self { folder, url, customers: ids, technicians, server })
    }

    /// The server's database, to be read.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("indowater.db")
    }

    /// Rows that the server has sent so far.
    pub async fn rows_sent(&self) -> Outcome<u64> {
        let text = reqwest::get(format!("{}/metrics", self.url)).await?.error_for_status()?.text().await?;
        let line = text.lines().find_map(|line| line.strip_prefix("indowater_sync_rows_total "));
        Ok(line.map_or(Ok(0), str::parse)?)
    }
}

impl Drop for Utility {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A server that listens.
pub struct Served {
    /// Its process.
    pub server: Child,
    /// `http://…`.
    pub url: String,
    /// The port of MQTT.
    pub mqtt: u16,
}

/// Starts the server of a folder.
pub fn serve(data: &Path) -> Outcome<Served> {
    let mut server = Command::new(program("sync-server"));
    server.arg("serve").arg("--data").arg(data).args(["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"]);
    let mut server = server.env("RUST_LOG", "error").stdout(Stdio::piped()).spawn()?;
    let out = server.stdout.take().ok_or("the server says nothing")?;
    // Both its lines: a pipe that nobody reads would end it at the second.
    let lines = BufReader::new(out).lines().take(2).collect::<Result<Vec<_>, _>>()?;
    let [http, mqtt] = lines.as_slice() else { return Err("the server said nothing".into()) };
    let mqtt = mqtt.rsplit(':').next().unwrap_or_default().parse()?;
    Ok(Served { server, url: format!("http://{}", http.trim_start_matches("http").trim()), mqtt })
}

fn found(tx: &mut Tx<'_>) -> Result<(i64, Vec<i64>), Error> {
    let utility = fleet::add_utility(tx, UtilityId(Uuid::now_v7()), "Tirta Besar")?;
    let zone = |place: usize| (ZoneId(Uuid::now_v7()), format!("Wilayah {place}"), TimeZone::ALL[place % TimeZone::ALL.len()]);
    let zones = (0..ZONES).map(zone).map(|(id, name, zone)| fleet::add_zone(tx, utility, id, &name, zone));
    let zones = zones.collect::<Result<_, _>>()?;
    hire(tx, utility, "admin")?;
    Ok((utility, zones))
}

/// Adds an admin, who signs in with [`PASSWORD`].
pub fn hire(tx: &mut Tx<'_>, utility: i64, name: &str) -> Result<(), Error> {
    let admin = NewUser {
        id: UserId(Uuid::now_v7()),
        utility,
        email: email(name),
        name: "Ratna Wijaya".into(),
        password_hash: password::hash(PASSWORD)?,
        role: Role::Admin,
    };
    accounts::add(tx, &admin).map(drop)
}

fn employ(tx: &mut Tx<'_>, utility: i64, zone: i64, count: usize, key: &Key) -> Result<Vec<String>, Error> {
    let mut tokens = Vec::with_capacity(count);
    for place in 0..count {
        let user = NewUser {
            id: UserId(Uuid::now_v7()),
            utility,
            email: email(&format!("technician-{place}")),
            name: format!("Teknisi {place}"),
            // Nobody signs in with it: their sessions are here already.
            password_hash: String::new(),
            role: Role::Technician,
        };
        let (user, session) = (accounts::add(tx, &user)?, Uuid::now_v7());
        fleet::assign_zone(tx, user, zone)?;
        accounts::open_session(tx, session, user, "bench")?;
        tokens.push(key.access(session, now()).0);
    }
    Ok(tokens)
}

fn fill(db: &mut Connection, utility: i64, zones: &[i64], count: usize) -> Outcome<Vec<CustomerId>> {
    let mut ids = Vec::with_capacity(count);
    while ids.len() < count {
        let places = ids.len()..count.min(ids.len() + CHUNK);
        let chunk = transact(db, |tx| {
            places.map(|place| add(tx, utility, zones[place % zones.len()], place)).collect::<Result<Vec<_>, _>>()
        })?;
        ids.extend(chunk);
    }
    Ok(ids)
}

/// A made-up customer, as all sides of the benchmark store it.
pub fn person(id: CustomerId, place: usize) -> Customer {
    Customer {
        id,
        number: format!("{:07}", 1_000_001 + place),
        name: format!("{} {}", GIVEN[place * 7 % GIVEN.len()], FAMILY[(place * 11 + place / 16) % FAMILY.len()]),
        phone: format!("+62 812 {:04} {:04}", 1_000 + place * 37 % 9_000, 1_000 + place * 7_919 % 9_000),
        email: format!("pelanggan{place}@contoh.example"),
        address: format!("{} {}", STREETS[place * 5 % STREETS.len()], 1 + place * 13 % 197),
        city: "Bandung".into(),
        province: "Jawa Barat".into(),
        postal_code: format!("{:05}", 40_111 + place % 800),
        nik: String::new(),
        household_size: Some(1 + (place % 6) as u8),
        status: domain::people::CustomerStatus::Active,
    }
}

fn add(tx: &mut Tx<'_>, utility: i64, zone: i64, place: usize) -> Result<CustomerId, Error> {
    let customer = person(CustomerId(Uuid::now_v7()), place);
    let num = fleet::add_customer(tx, utility, customer.id, &customer.number, &customer.name)?;
    let connection = NewConnection {
        id: ConnectionId(Uuid::now_v7()),
        customer: num,
        zone,
        kind: ConnectionKind::Residential,
        label: "Rumah".into(),
        address: customer.address.clone(),
        tariff_class: TariffClass::Residential,
        position: None,
    };
    fleet::add_connection(tx, utility, &connection)?;
    customers::write(tx, num, &customer)?;
    Ok(customer.id)
}
