//! Nobody is ever sent what is not theirs: random people, connections, meters, edits and moves against a real server, with rights that
//! change between and during snapshots; whatever any route answers is held against a model written apart from the server's scope.
#![allow(clippy::print_stdout, reason = "a proof that counts prints its counts")]

mod added;
mod pictures;
mod steps;
mod streams;

use domain::UtcMillis;
use domain::sync::edit::CustomerField;
use proptest::test_runner::{Config, TestRunner};
use protocol::metering::live::Watch;
use protocol::sync::pull::{Bucket, Change, Cursor, Kind, Page, Pull, Pulled};
use protocol::sync::push::{OperationEnvelope, OperationResult, Push, Pushed};
use protocol::sync::rows::Entity;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use steps::{Step, steps};
use streams::History;
use tests::listener::Listener;
use tests::ops::{edit, op};
use tests::town::Town;
use tests::world::{Running, World};
use uuid::Uuid;

/// Paths by which something of a bucket leaves the server. A new route is added here; one of another kind, such as that of pictures, is
/// asked in [`Case::ask_every_route`] beside these.
const BUCKET_ROUTES: [&str; 2] = ["/sync/v1/snapshot/", "/sync/v1/manifest/"];

/// What was examined, so that a proof that examined nothing fails.
#[derive(Default, Debug)]
struct Counts {
    rows: AtomicU64,
    removed: AtomicU64,
    dropped: AtomicU64,
    refused: AtomicU64,
    wakes: AtomicU64,
    frames: AtomicU64,
    pictures: AtomicU64,
    added: AtomicU64,
    taken_back: AtomicU64,
    cases: AtomicU64,
    answers: AtomicU64,
    orders: AtomicU64,
    works: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// A device as plain as can be: what it was sent, by bucket.
#[derive(Default)]
struct Device {
    cursors: BTreeMap<String, Cursor>,
    rows: BTreeMap<String, BTreeMap<(Entity, String), u64>>,
    /// The body of each revision, by bucket.
    bodies: BTreeMap<(String, Entity, String, u64), String>,
    /// Names of everything that ever was in its owner's scope: a row's removal may be sent to whoever had it.
    ever: BTreeSet<String>,
}

struct Case<'a> {
    running: &'a Running,
    http: reqwest::Client,
    town: Town,
    devices: Vec<Device>,
    history: History,
    counts: &'a Counts,
}

impl Case<'_> {
    async fn get(&self, who: usize, path: &str) -> (u16, String) {
        let request = self.http.get(format!("{}{path}", self.running.url())).bearer_auth(&self.town.people[who].token);
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    }

    async fn post(&self, who: usize, path: &str, body: &impl serde::Serialize) -> String {
        let request = self.http.post(format!("{}{path}", self.running.url())).bearer_auth(&self.town.people[who].token);
        let answer = request.json(body).send().await.expect("an answer").error_for_status().expect("taken");
        answer.text().await.expect("text")
    }

    async fn push(&self, ops: Vec<OperationEnvelope>) {
        self.push_as(0, ops).await;
    }

    async fn push_as(&self, who: usize, ops: Vec<OperationEnvelope>) -> Vec<OperationResult> {
        let push = Push { outbox: Uuid::now_v7(), epoch: None, sent: None, ops };
        let text = self.post(who, "/sync/v1/push", &push).await;
        serde_json::from_str::<Pushed>(&text).expect("a push's answer").results
    }

    async fn act(&mut self, step: &Step) {
        let places = self.town.places.len();
        match *step {
            Step::Connect { customer, zone } if places < 4 => self.town.connect(self.running, customer, zone).await,
            Step::Install { meter, place } if place < places => self.town.install(self.running, meter, place).await,
            Step::Move { place, customer, zone } if place < places => {
                self.town.move_to(self.running, place, customer, zone).await;
            }
            Step::Toggle { who, what } => {
                // There are two zones and three customers.
                let what = if who < 3 { what % 2 } else { what };
                self.town.toggle(self.running, who, what).await;
            }
            Step::Edit { customer } => {
                let id = self.town.customers[customer].1;
                let text = |n: u64| format!("{n}@rahasia.example");
                let from = self.value(customer, "email").await;
                let to = text(self.counts.rows.load(Ordering::Relaxed));
                let nik = self.value(customer, "nik").await;
                let sets = [(CustomerField::Email, from.as_str(), to.as_str()), (CustomerField::Nik, &nik, "3273010101900001")];
                let household = [(CustomerField::HouseholdSize, "", "4")];
                self.push(vec![
                    op(Uuid::now_v7(), 1, None, &edit(id, &sets)),
                    op(Uuid::now_v7(), 2, None, &edit(id, &household)),
                ])
                .await;
            }
            Step::Conflict { customer } => {
                let id = self.town.customers[customer].1;
                let wrong = edit(id, &[(CustomerField::Name, "nobody saw this", "Lain")]);
                self.push(vec![op(Uuid::now_v7(), 1, None, &wrong)]).await;
            }
            Step::Read { meter } => {
                if self.town.places.iter().any(|place| place.meter == Some(meter)) {
                    self.read(meter).await;
                }
            }
            Step::Photograph { meter } => {
                if self.town.places.iter().any(|place| place.meter == Some(meter)) {
                    self.photograph(meter).await;
                }
            }
            Step::Add { zone } => self.add(zone).await,
            Step::TakeBack => self.take_back().await,
            Step::Case { place, is_the_customers } if place < places => self.find_case(place, is_the_customers).await,
            Step::Answer { who } => self.answer(who).await,
            Step::Plan { meter } => self.plan(meter).await,
            Step::Work { who, is_done } => self.work(who, is_done).await,
            Step::Connect { .. } | Step::Install { .. } | Step::Move { .. } | Step::Case { .. } => {}
        }
        for who in 0..self.devices.len() {
            self.devices[who].ever.extend(self.town.known_to(who));
        }
    }

    async fn value(&self, customer: usize, field: &str) -> String {
        let (_, text) = self.get(0, &format!("/sync/v1/snapshot/customer:{}", self.town.customers[customer].1)).await;
        assert!(text.contains("not_found"), "an admin's rows come by the admins' bucket");
        let page: Page = serde_json::from_str(&self.get(0, "/sync/v1/snapshot/admin").await.1).expect("a page");
        let id = self.town.customers[customer].1.to_string();
        let row = page.rows.into_iter().find(|row| row.entity == Entity::Customer.into() && row.id == id).expect("a customer");
        let body: Value = serde_json::from_str(row.body.expect("a body").get()).expect("JSON");
        body[field].as_str().unwrap_or_default().to_owned()
    }

    /// A reading, with its change rows; returns its time.
    async fn read(&mut self, meter: usize) -> UtcMillis {
        let t = self.town.tick();
        let serial = &self.town.meters[meter].serial;
        let body = serde_json::json!([{ "serial": serial, "t": t, "reg": t.0 / 60_000 % 1_000_000, "flow": 10 }]);
        for who in 0..self.town.people.len() {
            if self.town.watchable(who).contains(&self.town.meters[meter].id) {
                self.history.values.insert((t, self.town.meters[meter].id, who));
            }
        }
        let request = self.http.post(format!("{}/ingest/v1/telemetry", self.running.url())).json(&body);
        let (name, secret) = &self.town.gateway;
        request.basic_auth(name, Some(secret)).send().await.expect("an answer").error_for_status().expect("taken");
        self.running.server.app.store.writer.publish(false).await.expect("published");
        t
    }

    /// Each device asks for everything, with a cursor of somebody else's bucket thrown in, and asks every route of that one.
    async fn ask_every_route(&mut self) {
        for who in 0..self.devices.len() {
            let mine = self.town.buckets(who);
            let all: BTreeSet<String> = (0..self.town.people.len()).flat_map(|who| self.town.buckets(who)).collect();
            let foreign = all.difference(&mine).next().cloned();
            if let Some(bucket) = &foreign {
                for route in BUCKET_ROUTES {
                    let (status, text) = self.get(who, &format!("{route}{bucket}")).await;
                    assert_eq!(status, 404, "{route}{bucket}: {text}");
                    count(&self.counts.refused);
                }
            }
            for bucket in &mine {
                let (_, text) = self.get(who, &format!("/sync/v1/manifest/{bucket}")).await;
                self.keeps_secrets(who, &text);
            }
            self.ask_for_pictures(who).await;
            self.go_on_paging(who, &mine).await;
            self.sync(who, &mine, foreign).await;
        }
    }

    /// A snapshot that was begun earlier goes on, whatever has become of the right to it.
    async fn go_on_paging(&self, who: usize, mine: &BTreeSet<String>) {
        for (bucket, rows) in &self.devices[who].rows {
            let Some((entity, id)) = rows.keys().next() else { continue };
            let (status, text) = self.get(who, &format!("/sync/v1/snapshot/{bucket}?after={}:{id}", *entity as u8)).await;
            if mine.contains(bucket) {
                let page: Page = serde_json::from_str(&text).expect("a page");
                page.rows.iter().for_each(|row| self.inspect(who, bucket, row));
            } else {
                assert_eq!(status, 404, "the right to {bucket} went between two pages: {text}");
                count(&self.counts.refused);
            }
            self.keeps_secrets(who, &text);
        }
    }

    async fn sync(&mut self, who: usize, mine: &BTreeSet<String>, foreign: Option<String>) {
        let mut cursors: Vec<Cursor> = self.devices[who].cursors.values().cloned().collect();
        if let Some(name) = &foreign {
            let (utility, name) = (self.town.utility, name.clone());
            let read = self.running.server.app.store.read(move |db| {
                let mut query = db.prepare("SELECT epoch FROM bucket WHERE utility = ?1 AND name = ?2")?;
                let epoch = query.query_map(rusqlite::params![utility, name], |row| row.get::<_, i64>(0))?.next().transpose()?;
                Ok(Cursor { bucket: Bucket(name), epoch: epoch.unwrap_or_default() as u64, seq: 0 })
            });
            cursors.push(read.await.expect("reads"));
        }
        let text = self.post(who, "/sync/v1/pull", &Pull { cursors, ..Pull::default() }).await;
        let pulled: Pulled = serde_json::from_str(&text).expect("a pull's answer");
        let named: Vec<&Bucket> = pulled.add.iter().chain(&pulled.heads).map(|head| &head.bucket).collect();
        for bucket in named.into_iter().chain(pulled.changes.iter().map(|change| &change.bucket)) {
            assert!(mine.contains(&bucket.0), "{bucket} is named to somebody whose it is not");
        }
        assert!(foreign.is_none_or(|name| pulled.drop.contains(&Bucket(name))), "what is not theirs is to be dropped");
        for bucket in &pulled.drop {
            self.devices[who].cursors.remove(&bucket.0);
            self.devices[who].rows.remove(&bucket.0);
            count(&self.counts.dropped);
        }
        for change in &pulled.changes {
            self.take(who, change);
        }
        self.keeps_secrets(who, &text);
        for head in pulled.heads {
            self.devices[who]
                .cursors
                .insert(head.bucket.0.clone(), Cursor { bucket: head.bucket, epoch: head.epoch, seq: head.seq });
        }
        for head in pulled.add {
            let name = head.bucket.0.clone();
            let (_, text) = self.get(who, &format!("/sync/v1/snapshot/{name}")).await;
            self.keeps_secrets(who, &text);
            let page: Page = serde_json::from_str(&text).expect("a page");
            self.devices[who].rows.insert(name.clone(), BTreeMap::new());
            page.rows.iter().for_each(|row| self.take(who, row));
            self.devices[who].cursors.insert(name, Cursor { bucket: head.bucket, epoch: page.head.epoch, seq: page.head.seq });
        }
        // A bucket is made with the first row that is put into it.
        let missing = mine.iter().filter(|bucket| !self.devices[who].rows.contains_key(*bucket));
        missing.for_each(|bucket| assert!(self.town.rows(bucket).is_empty(), "{bucket} is not offered"));
        assert!(self.devices[who].rows.keys().all(|bucket| mine.contains(bucket)), "what was taken away is dropped");
        for (bucket, rows) in &self.devices[who].rows {
            let mut held = BTreeSet::new();
            for (entity, id) in rows.keys() {
                match self.town.may_come(bucket, *entity, id) {
                    None => {
                        held.insert((*entity, id.clone()));
                    }
                    Some(may) => assert!(may, "{bucket} still has {entity:?} {id}"),
                }
            }
            assert_eq!(held, self.town.rows(bucket), "{bucket}: no more and no less");
        }
    }

    fn take(&mut self, who: usize, change: &Change) {
        self.inspect(who, &change.bucket.0, change);
        let device = &mut self.devices[who];
        let rows = device.rows.entry(change.bucket.0.clone()).or_default();
        let entity = change.entity.known().expect("of this version");
        let key = (entity, change.id.clone());
        match (change.kind, &change.body) {
            (Kind::Put, Some(body)) => {
                let revision = (change.bucket.0.clone(), entity, change.id.clone(), change.rev);
                let known = device.bodies.entry(revision).or_insert_with(|| body.get().to_owned());
                assert_eq!(known, body.get(), "{entity:?} {} changed without a revision", change.id);
                rows.insert(key, change.rev);
            }
            _ => {
                rows.remove(&key);
                count(&self.counts.removed);
            }
        }
    }

    /// One row on its way to somebody.
    fn inspect(&self, who: usize, bucket: &str, change: &Change) {
        let Some(body) = &change.body else { return };
        count(&self.counts.rows);
        let entity = change.entity.known().expect("of this version");
        let row = (entity, change.id.clone());
        let fits = self.town.rows(bucket).contains(&row) || self.town.may_come(bucket, entity, &change.id) == Some(true);
        assert!(fits, "{bucket} carries {entity:?} {} to {:?}", change.id, self.town.people[who].role);
        if bucket.starts_with("zone:") && entity == Entity::Customer {
            let body: Value = serde_json::from_str(body.get()).expect("JSON");
            for field in ["nik", "email"] {
                assert_eq!(body.get(field).and_then(Value::as_str).unwrap_or_default(), "", "technicians get no {field}");
            }
            assert!(body.get("household_size").is_none_or(Value::is_null), "nor who lives there");
        }
    }

    /// That a text names nothing that was never in somebody's scope.
    fn keeps_secrets(&self, who: usize, text: &str) {
        for secret in self.town.secrets().difference(&self.devices[who].ever) {
            assert!(!text.contains(secret), "{secret} is none of {:?}'s: {text}", self.town.people[who].role);
        }
    }
}

async fn holds(running: &Running, counts: &Counts, steps: Vec<Step>) {
    let town = Town::new(running).await;
    let devices = town.people.iter().map(|_| Device::default()).collect();
    let mut case = Case { running, http: reqwest::Client::new(), town, devices, history: History::default(), counts };
    // Both have something from the beginning, so that there is something to be taken away.
    for step in [
        Step::Connect { customer: 0, zone: 1 },
        Step::Install { meter: 0, place: 0 },
        Step::Toggle { who: 1, what: 1 },
        Step::Toggle { who: 3, what: 0 },
        Step::Photograph { meter: 0 },
        Step::Case { place: 0, is_the_customers: true },
        Step::Answer { who: 0 },
        Step::Answer { who: 4 },
        Step::Plan { meter: 0 },
        Step::Work { who: 4, is_done: false },
        Step::Work { who: 1, is_done: false },
    ] {
        case.step(&step).await;
    }
    let watch = Watch { meters: case.town.meters.iter().map(|meter| meter.id).collect(), closely: Vec::new() };
    let mut listeners = Vec::new();
    // A technician and a customer's user: whose scope is never the whole.
    for who in [1, 3] {
        listeners.push((who, Listener::start(&running.url(), &case.town.people[who].token, &watch).await));
    }
    case.ask_every_route().await;
    for step in &steps {
        case.step(step).await;
        case.ask_every_route().await;
    }
    case.drain_streams(&mut listeners).await;
    case.ask_every_route().await;
}

#[test]
fn nobody_is_ever_sent_a_row_a_name_or_a_value_out_of_scope() {
    let cases = std::env::var("INDOWATER_SCOPE_CASES").map_or(64, |text| text.parse().expect("a number"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let running = runtime.block_on(World::new().start());
    let counts = Counts::default();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new(config);
    // Found by a run: there and back, into another time zone, each day's row came with other hours and the same revision.
    let (there, back) = (Step::Move { place: 0, customer: 1, zone: 0 }, Step::Move { place: 0, customer: 0, zone: 0 });
    runtime.block_on(holds(
        &running,
        &counts,
        vec![Step::Read { meter: 0 }, Step::Connect { customer: 0, zone: 0 }, there, back],
    ));
    // Rare among what is drawn.
    runtime.block_on(holds(&running, &counts, vec![Step::Add { zone: 0 }, Step::TakeBack, Step::Add { zone: 1 }]));
    let outcome = runner.run(&steps(), |steps| {
        runtime.block_on(holds(&running, &counts, steps));
        Ok(())
    });
    println!("scope: {cases} cases, {counts:?}");
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let Counts { rows, removed, dropped, refused, wakes, frames, pictures, added, taken_back, cases, answers, orders, works } =
        &counts;
    let all = [rows, removed, dropped, refused, wakes, frames, pictures, added, taken_back, cases, answers, orders, works];
    for counter in all {
        assert!(counter.load(Ordering::Relaxed) > 0, "what was never examined is not proven: {counts:?}");
    }
    runtime.block_on(async {
        let report = running.server.app.store.read(|db| sync_server::check::check(db)).await.expect("checked");
        assert_eq!(report.findings, Vec::<String>::new(), "moves leave rollups and hashes as they must be");
        running.server.stop().await;
    });
}
