//! A server of its own for each test, on port 0, in a folder that goes with it; set up as an operator would.

use client::core::vault::{Secrets, ThisRun, Vault};
use client::{Client, Config as ClientConfig};
use domain::billing::tariff::TariffClass;
use domain::people::{ConnectionKind, Role};
use domain::valve::decision::Policy;
use domain::{ConnectionId, CustomerId, MeterId, Serial, TimeZone, UserId, UtcMillis, UtilityId, ZoneId};
use protocol::metering::messages::Telemetry;
use protocol::people::auth::{SignIn, Tokens};
use protocol::ui::Keeping;
use rusqlite::OpenFlags;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use sync_server::cli::provision::transact;
use sync_server::config::{Config, LogFormat};
use sync_server::core::{Clock, migrate, now, open_connection};
use sync_server::metering::fleet;
use sync_server::metering::fleet::{NewConnection, NewMeter};
use sync_server::metering::install;
use sync_server::people::accounts;
use sync_server::people::accounts::NewUser;
use sync_server::people::auth::{password, secret};
use sync_server::server::Server;
use sync_server::valve::policy;
use tempfile::TempDir;
use uuid::Uuid;

/// The password of every user in a test's world.
pub const PASSWORD: &str = "air-bersih-2026";

/// A meter of a test's world.
#[derive(Clone)]
pub struct Device {
    /// Its identifier.
    pub id: MeterId,
    /// Its serial.
    pub serial: Serial,
    /// Its secret.
    pub secret: String,
    /// Where it is installed.
    pub connection: ConnectionId,
}

/// Two customers in two zones of one utility, a technician of the first zone, an admin; one meter each, and a gateway for both.
pub struct World {
    /// The folder of server and clients.
    pub folder: TempDir,
    /// `a`: customer 1 in zone 1. `b`: customer 2 in zone 2.
    pub meters: [Device; 2],
    /// The customers.
    pub customers: [CustomerId; 2],
    /// The zones.
    pub zones: [ZoneId; 2],
    /// The gateway's secret; its name is `gateway`.
    pub gateway: String,
    /// Access tokens of who has signed in once for all.
    tokens: Mutex<BTreeMap<String, String>>,
}

/// A world with its server.
pub struct Running {
    /// The world.
    pub world: World,
    /// The server.
    pub server: Server,
}

/// Tries to listen at an address that is in use still.
const AGAIN: usize = 100;

/// Users by a short name: address and role.
pub const USERS: [(&str, Role); 4] =
    [("admin", Role::Admin), ("technician", Role::Technician), ("customer", Role::Customer), ("other", Role::Customer)];

/// The address of a user.
pub fn email(name: &str) -> String {
    format!("{name}@test.example")
}

impl World {
    /// Makes a world; the meters are installed since a year.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut db = open_connection(&folder.path().join("indowater.db"), OpenFlags::default()).expect("a database");
        migrate::run(&mut db).expect("the schema");
        let customers = [CustomerId(Uuid::now_v7()), CustomerId(Uuid::now_v7())];
        let zones = [ZoneId(Uuid::now_v7()), ZoneId(Uuid::now_v7())];
        let gateway = secret::generate().expect("randomness");
        let meters = ["WM-TEST-A", "WM-TEST-B"].map(|serial| Device {
            id: MeterId(Uuid::now_v7()),
            serial: serial.parse().expect("a serial"),
            secret: secret::generate().expect("randomness"),
            connection: ConnectionId(Uuid::now_v7()),
        });
        let hash = password::hash(PASSWORD).expect("a hash");
        let since = UtcMillis(now().0 - 365 * domain::core::local_time::DAY_MS);
        transact(&mut db, |tx| {
            let utility = fleet::add_utility(tx, UtilityId(Uuid::now_v7()), "Uji")?;
            let mut keys = Vec::new();
            for place in 0..2 {
                let name = ["Barat", "Timur"][place];
                let zone = fleet::add_zone(tx, utility, zones[place], name, TimeZone::ALL[place])?;
                let customer = fleet::add_customer(tx, utility, customers[place], &format!("00{place}"), "Pelanggan")?;
                let connection = NewConnection {
                    id: meters[place].connection,
                    customer,
                    zone,
                    kind: ConnectionKind::Residential,
                    label: "Rumah".into(),
                    address: format!("Jl. Uji {place}"),
                    tariff_class: TariffClass::Residential,
                    position: None,
                };
                let connection = fleet::add_connection(tx, utility, &connection)?;
                let meter = NewMeter {
                    id: meters[place].id,
                    serial: meters[place].serial.clone(),
                    model: "Uji".into(),
                    capability: domain::metering::meter::Capability::HOUSEHOLD,
                    interval_s: 60,
                    secret_hash: Some(secret::digest(meters[place].secret.as_bytes())),
                };
                let meter = fleet::add_meter(tx, utility, &meter)?;
                install::install(tx, meter, connection, since)?;
                keys.push((zone, customer, meter));
            }
            for (name, role) in USERS {
                let user = NewUser {
                    id: UserId(Uuid::now_v7()),
                    utility,
                    email: email(name),
                    name: name.into(),
                    password_hash: hash.clone(),
                    role,
                };
                let user = accounts::add(tx, &user)?;
                match name {
                    "technician" => fleet::assign_zone(tx, user, keys[0].0)?,
                    "customer" => fleet::link_customer(tx, user, keys[0].1)?,
                    "other" => fleet::link_customer(tx, user, keys[1].1)?,
                    _ => {}
                }
            }
            // Nobody here has bought anything: in working hours every valve would get an order to close, which is another test's matter.
            policy::set_valves(tx, utility, Policy::Off)?;
            fleet::add_gateway(tx, utility, "gateway", secret::digest(gateway.as_bytes()), &[keys[0].2, keys[1].2])
        })
        .expect("the world");
        Self { folder, meters, customers, zones, gateway, tokens: Mutex::default() }
    }

    /// Adds customers without a connection, numbered from 90000 on: *Warga 0000* and so on.
    pub fn add_customers(&self, more: usize) {
        let mut db = open_connection(&self.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
        transact(&mut db, |tx| {
            let utility = tx.db.query_row("SELECT utility FROM customer LIMIT 1", [], |row| row.get(0))?;
            (0..more).try_for_each(|place| {
                let id = CustomerId(Uuid::now_v7());
                fleet::add_customer(tx, utility, id, &format!("9{place:04}"), &format!("Warga {place:04}")).map(drop)
            })
        })
        .expect("more customers");
    }

    /// Adds zones, in Jakarta's time, to the two that every world has.
    pub fn add_zones<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        let mut db = open_connection(&self.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
        transact(&mut db, |tx| {
            let utility = fleet::utility(tx.db)?;
            names
                .into_iter()
                .try_for_each(|name| fleet::add_zone(tx, utility, ZoneId(Uuid::now_v7()), name, TimeZone::Jakarta).map(drop))
        })
        .expect("more zones");
    }

    /// Moves its zones to a time zone, before anything is counted by their days.
    pub fn set_time_zone(&self, zone: TimeZone) {
        let mut db = open_connection(&self.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
        transact(&mut db, |tx| Ok(tx.db.execute("UPDATE zone SET time_zone = ?1", [zone.iana()])?)).expect("the time zone");
    }

    /// The server's configuration, on free ports.
    pub fn config(&self) -> Config {
        let free = "127.0.0.1:0".parse().expect("an address");
        Config {
            data: self.folder.path().to_owned(),
            http: free,
            mqtt: free,
            log: LogFormat::Text,
            payments: None,
            ..Config::default()
        }
    }

    /// Starts the world's server.
    pub async fn start(self) -> Running {
        self.start_with(Clock::default()).await
    }

    /// The same with a clock of the test's.
    pub async fn start_with(self, clock: Clock) -> Running {
        let server = Server::start_with(&self.config(), clock).await.expect("the server starts");
        Running { world: self, server }
    }

    /// Starts a server of this world again, at the addresses where it was. They are free again when what was connected there has ended, which
    /// the system may take a moment for.
    pub async fn start_again(self, config: &Config) -> Running {
        for _ in 0..AGAIN {
            match Server::start(config).await {
                Ok(server) => return Running { world: self, server },
                Err(error) if error.to_string().contains("in use") => tokio::time::sleep(Duration::from_millis(100)).await,
                Err(error) => panic!("the server does not start again: {error}"),
            }
        }
        panic!("its addresses are in use: {} and {}", config.http, config.mqtt)
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Running {
    /// The configuration of a server at the same addresses.
    pub fn same_addresses(&self) -> Config {
        Config { http: self.server.http, mqtt: self.server.mqtt, ..self.world.config() }
    }

    /// `http://…`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.http)
    }

    /// Signs a user in by the API.
    pub async fn tokens(&self, name: &str) -> Tokens {
        let asked = SignIn { email: email(name), password: PASSWORD.into(), device: "test".into(), device_token: None };
        let request = reqwest::Client::new().post(format!("{}/auth/v1/sign-in", self.url())).json(&asked);
        request.send().await.expect("an answer").error_for_status().expect("signed in").json().await.expect("tokens")
    }

    /// The access token of somebody who signs in once, however often it is asked for: sign-ins are limited.
    pub async fn token(&self, name: &str) -> String {
        let kept = || self.world.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().get(name).cloned();
        match known {
            Some(token) => token,
            None => {
                let token = self.tokens(name).await.access_token;
                kept().insert(name.to_owned(), token.clone());
                token
            }
        }
    }

    /// Asks the API as somebody, who is answered what was asked for.
    pub async fn get<R: DeserializeOwned>(&self, token: &str, path: &str) -> R {
        answered(reqwest::Client::new().get(format!("{}{path}", self.url())), token).await
    }

    /// Sends something to the API as somebody, who is answered what was asked for.
    pub async fn post<R: DeserializeOwned>(&self, token: &str, path: &str, asked: &impl Serialize) -> R {
        answered(reqwest::Client::new().post(format!("{}{path}", self.url())).json(asked), token).await
    }

    /// A client that nobody is signed in to.
    pub async fn client(&self, folder: &str) -> Client {
        client_of(&self.world.folder.path().join(folder), &self.url()).await
    }
}

async fn answered<R: DeserializeOwned>(request: reqwest::RequestBuilder, token: &str) -> R {
    let answer = request.bearer_auth(token).send().await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("a body"));
    assert!(status.is_success(), "{status} {text}");
    serde_json::from_str(&text).expect("an answer of ours")
}

/// A client with a folder of its own.
pub async fn client_of(folder: &Path, server: &str) -> Client {
    let config = ClientConfig {
        data: folder.to_owned(),
        server: server.into(),
        vault: Box::new(ThisRun::default()),
        device: "test".into(),
    };
    Client::start(config).await.expect("the client starts")
}

/// A keyring that outlives the client, as a device's outlives the app.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Option<Secrets>>>);

impl Kept {
    /// The key of the device's files.
    pub fn key_hex(&self) -> String {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        secrets.and_then(|secrets| secrets.cache_key_hex()).expect("a key")
    }

    /// The refresh token of whoever is signed in.
    pub fn refresh_token(&self) -> String {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        secrets.and_then(|secrets| secrets.refresh_token).expect("signed in")
    }

    /// Loses everything, as a device whose keyring was reset.
    pub fn lose(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Vault for Kept {
    fn keeping(&self) -> Keeping {
        Keeping::Keyring
    }

    fn read(&self) -> Result<Option<Secrets>, client::error::Error> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn write(&self, secrets: &Secrets) -> Result<(), client::error::Error> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(secrets.clone());
        Ok(())
    }
}

/// A client of a device with a keyring.
pub async fn client_with(folder: &Path, server: &str, keyring: &Kept) -> Client {
    let config =
        ClientConfig { data: folder.to_owned(), server: server.into(), vault: Box::new(keyring.clone()), device: "test".into() };
    Client::start(config).await.expect("the client starts")
}

/// A reading with nothing but its register and flow.
pub fn reading(t: UtcMillis, register: i64, flow: i64) -> Telemetry {
    let json = serde_json::json!({ "t": t, "reg": register, "flow": flow });
    serde_json::from_value(json).expect("a reading")
}

/// A program that was built beside the tests.
pub fn program(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("this program");
    let folder = tests.ancestors().find(|folder| folder.join(name).exists());
    folder.unwrap_or_else(|| panic!("{name} is not built: run `cargo xtask test`")).join(name)
}
