//! Real processes on a bad network, killed at random: in the end everybody has the same rows, and each edit had one effect.
//!
//! `INDOWATER_CHAOS_SECONDS` says for how long (20 by default), `INDOWATER_CHAOS_SEED` repeats the choices of an earlier run. The kills
//! then fall at the same moments again; what the programs are doing at those moments is theirs.
#![allow(clippy::print_stdout, reason = "a proof that counts prints its counts")]

mod judge;

use domain::billing::tariff::TariffClass;
use domain::people::ConnectionKind;
use domain::sync::edit::{Change, ConnectionField, CustomerField, Editable, Patch};
use domain::{ConnectionId, CustomerId, UserId};
use fastrand::Rng;
use judge::{Tally, judge, same_view};
use protocol::sync::push::{Keep, Operation};
use protocol::ui::{Answer, CustomerDetail, CustomerQuery, Phase, Request, Secret};
use rusqlite::OpenFlags;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use sync_server::cli::provision::transact;
use sync_server::core::open_connection;
use sync_server::metering::fleet;
use sync_server::metering::fleet::NewConnection;
use tests::device::{Device, Gone};
use tests::proxy::Proxy;
use tests::server::{ServerProcess, check};
use tests::views;
use tests::world::{PASSWORD, World, email};
use tokio::time::{Instant, sleep_until, timeout};
use uuid::Uuid;

/// Customers besides the world's two; the first of all are edited by both people.
const CUSTOMERS: usize = 12;
const SHARED: usize = 3;

/// Everything has to be well again this long after the weather is fair: a dead line is noticed within 75 seconds, a pause is 60 at most.
const HEALS_WITHIN: Duration = Duration::from_secs(180);

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// More customers, each with a connection, set up before the server starts.
fn crowd(world: &World) -> Vec<CustomerId> {
    let file = world.config().database();
    let mut db = open_connection(&file, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    let customers: Vec<CustomerId> = (0..CUSTOMERS).map(|_| CustomerId(Uuid::now_v7())).collect();
    transact(&mut db, |tx| {
        let utility = fleet::utility(tx)?;
        let zone: i64 = tx.db.query_row("SELECT num FROM zone LIMIT 1", [], |row| row.get(0))?;
        for (place, id) in customers.iter().enumerate() {
            let customer = fleet::add_customer(tx, utility, *id, &format!("1{place:02}"), &format!("Orang {place}"))?;
            let connection = NewConnection {
                id: ConnectionId(Uuid::now_v7()),
                customer,
                zone,
                kind: ConnectionKind::Residential,
                label: "Rumah".into(),
                address: format!("Jl. Ramai {place}"),
                tariff_class: TariffClass::Residential,
                position: None,
            };
            fleet::add_connection(tx, utility, &connection)?;
        }
        Ok(())
    })
    .expect("the crowd");
    customers
}

fn administrator(world: &World) -> UserId {
    let db = views::server_database(world.folder.path());
    let id = db.query_row("SELECT id FROM user WHERE email = ?1", [email("admin")], |row| row.get(0)).expect("the admin");
    UserId(Uuid::from_bytes(id))
}

/// Somebody who edits all the time, on a device that dies at random.
struct Person {
    device: Device,
    rng: Rng,
    name: &'static str,
    customers: Vec<CustomerId>,
    until: Instant,
    /// Operations that the device said it had kept.
    kept: Vec<Uuid>,
    edits: u64,
    kills: u64,
}

impl Person {
    async fn work(mut self) -> Self {
        let mut dies_at = self.soon(300, 6_000);
        while Instant::now() < self.until {
            let gone = tokio::select! {
                done = self.edit() => done.is_err(),
                () = sleep_until(dies_at) => true,
            };
            if gone {
                self.kills += 1;
                self.device.kill_and_start().await;
                dies_at = self.soon(300, 6_000);
            }
        }
        self
    }

    fn soon(&mut self, from: u64, to: u64) -> Instant {
        Instant::now() + Duration::from_millis(self.rng.u64(from..to))
    }

    async fn edit(&mut self) -> Result<(), Gone> {
        // A person thinks; this is no waiting for something to happen.
        let thought = self.soon(2, 60);
        sleep_until(thought).await;
        if self.rng.u8(..100) < 4 {
            self.device.call(&Request::SyncNow).await?.expect("asked");
        }
        let Some(command) = self.decide().await? else { return Ok(()) };
        match self.device.call(&Request::Submit(command)).await?.expect("it is kept") {
            Answer::Submitted(op) => self.kept.push(op),
            other => panic!("{other:?}"),
        }
        Ok(())
    }

    /// What to do next, by what the device shows.
    async fn decide(&mut self) -> Result<Option<Operation>, Gone> {
        self.edits += 1;
        let kind = self.rng.u8(..100);
        if kind < 6 {
            let Answer::Conflicts(open) = self.device.call(&Request::Conflicts).await?.expect("an answer") else {
                return Ok(None);
            };
            let open: Vec<_> = open.into_iter().filter(|conflict| conflict.decided.is_none()).collect();
            let keep = if self.rng.bool() { Keep::Mine } else { Keep::Theirs };
            return Ok(self.rng.choice(open).map(|conflict| Operation::DecideConflict { conflict: conflict.id, keep }));
        }
        let among = if kind < 40 { SHARED } else { self.customers.len() };
        let customer = self.customers[self.rng.usize(..among)];
        let answer = self.device.call(&Request::Customer { customer }).await?.expect("an answer");
        let Answer::Customer(Some(detail)) = answer else { return Ok(None) };
        Ok(self.patch(kind, customer, &detail))
    }

    fn patch(&mut self, kind: u8, customer: CustomerId, detail: &CustomerDetail) -> Option<Operation> {
        let text = format!("{} {}", self.name, self.edits);
        let set = |field: CustomerField, to: String| (field, Change { from: detail.customer.value(field), to });
        let patch = match kind {
            6..25 => vec![set(CustomerField::Name, text)],
            25..30 => vec![set(CustomerField::Phone, format!("+62 8{:09}", self.rng.u32(..1_000_000_000)))],
            30..34 => vec![set(CustomerField::PostalCode, "poison".into())],
            34..55 => {
                let connection = detail.connections.first()?;
                let (field, from) = if self.rng.bool() {
                    (ConnectionField::Label, connection.label.clone())
                } else {
                    (ConnectionField::Address, connection.address.clone())
                };
                let patch = Patch(BTreeMap::from([(field, Change { from, to: text })]));
                return Some(Operation::EditConnection { connection: connection.id, patch });
            }
            55..80 => vec![set(CustomerField::City, text.clone()), set(CustomerField::Province, text)],
            _ => vec![set(CustomerField::Address, text)],
        };
        Some(Operation::EditCustomer { customer, patch: Patch(patch.into_iter().collect()) })
    }

    /// Until nothing waits any more.
    async fn drained(&mut self) {
        self.device.call(&Request::SyncNow).await.expect("alive").expect("asked");
        loop {
            let answer = self.device.call(&Request::SyncState).await.expect("alive").expect("an answer");
            let Answer::Sync(state) = answer else { panic!("{answer:?}") };
            assert_ne!(state.phase, Phase::SignedOut, "a lost answer is no reason to end a session");
            if state.waiting == 0 && state.phase == Phase::Live {
                return;
            }
            self.device.event().await.expect("alive");
        }
    }

    /// Until everything there is has been taken: the second round began after the first had ended.
    async fn caught_up(&mut self) {
        for _ in 0..3 {
            let before = self.device.sync.fresh_at;
            self.device.call(&Request::SyncNow).await.expect("alive").expect("asked");
            while self.device.sync.fresh_at == before {
                self.device.event().await.expect("alive");
            }
        }
    }
}

/// Signs in, and waits until every customer is there.
async fn first_sync(device: &mut Device) {
    let request = Request::SignIn { email: email("admin"), password: Secret(PASSWORD.into()) };
    device.call(&request).await.expect("alive").expect("signed in");
    loop {
        match device.call(&Request::Customers(CustomerQuery { limit: 1, ..CustomerQuery::default() })).await.expect("alive") {
            Ok(Answer::Customers(list)) if list.total as usize == CUSTOMERS + 2 => return,
            Ok(_) => device.event().await.expect("alive"),
            Err(problem) => panic!("{problem:?}"),
        };
    }
}

/// Kills the server at random, and starts it again behind the proxies.
async fn reap(mut server: ServerProcess, proxies: &[Proxy; 2], mut rng: Rng, until: Instant) -> (ServerProcess, u64) {
    let mut kills = 0;
    loop {
        let dies_at = Instant::now() + Duration::from_millis(rng.u64(200..4_000));
        if dies_at >= until {
            return (server, kills);
        }
        sleep_until(dies_at).await;
        server.kill_and_start().await;
        kills += 1;
        proxies.iter().for_each(|proxy| proxy.lead_to(server.http));
    }
}

async fn token(url: &str) -> String {
    let asked = serde_json::json!({ "email": email("admin"), "password": PASSWORD, "device": "test" });
    let answer = reqwest::Client::new().post(format!("{url}/auth/v1/sign-in")).json(&asked).send().await.expect("an answer");
    let tokens: protocol::people::auth::Tokens = answer.error_for_status().expect("signed in").json().await.expect("tokens");
    tokens.access_token
}

type Bodies = BTreeMap<(u8, String), Value>;

/// What an admin is given by the running server.
async fn served(server: &ServerProcess, user: UserId) -> Bodies {
    views::served(&server.url(), &token(&server.url()).await, buckets_of(user).iter()).await
}

/// What an admin may hold.
fn buckets_of(user: UserId) -> [String; 3] {
    ["admin".to_owned(), "public".to_owned(), format!("user:{user}")]
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_and_server_killed_at_random_converge_with_each_edit_applied_once() {
    let seconds = number("INDOWATER_CHAOS_SECONDS", 20);
    let seed = number("INDOWATER_CHAOS_SEED", fastrand::u64(..1_000_000));
    println!("chaos: {seconds} s, seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let world = World::new();
    let mut customers = crowd(&world);
    customers.extend(world.customers);
    let user = administrator(&world);
    let data = world.folder.path().to_owned();
    let server = ServerProcess::start(&data).await;
    let proxies = [Proxy::start(rng.u64(..), server.http).await, Proxy::start(rng.u64(..), server.http).await];
    let proxies = proxies.map(|proxy| proxy.expect("a proxy"));
    let mut devices =
        [("one", &proxies[0]), ("two", &proxies[1])].map(|(name, proxy)| Device::start(&data.join(name), &proxy.url()));
    for device in &mut devices {
        first_sync(device).await;
    }
    let before = served(&server, user).await;

    proxies.iter().for_each(Proxy::make_foul);
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut names = ["Satu", "Dua"].into_iter();
    let people = devices.map(|device| Person {
        device,
        rng: rng.fork(),
        name: names.next().expect("a name"),
        customers: customers.clone(),
        until,
        kept: Vec::new(),
        edits: 0,
        kills: 0,
    });
    let [one, two] = people;
    let (mut one, mut two, (server, server_kills)) =
        tokio::join!(one.work(), two.work(), reap(server, &proxies, rng.fork(), until));

    proxies.iter().for_each(Proxy::make_fair);
    let began = Instant::now();
    let healing = async {
        tokio::join!(one.drained(), two.drained());
        tokio::join!(one.caught_up(), two.caught_up());
    };
    timeout(HEALS_WITHIN, healing).await.expect("everything is well again in time");
    println!("chaos: well again after {:?}", began.elapsed());
    let after = served(&server, user).await;
    let faults = proxies[0].counts().plus(proxies[1].counts());
    let device_kills = one.kills + two.kills;
    let mut sent = BTreeMap::new();
    for person in [one, two] {
        let folder = person.device.folder.clone();
        let kept = person.kept;
        person.device.end().await;
        sent.extend(same_view(&data, &folder, &after, user, &kept));
    }
    let counts = Tally { faults, server_kills, device_kills, ..judge(&data, &before, &after, &sent) };
    drop(server);
    println!("chaos: {}", check(&data).expect("the server's data are as they must be").trim());
    println!("chaos: {counts:?}");
    counts.none_is_zero();
}
