//! A utility of its own on a running server, with people, and a plain model of who may know what of it: written apart from the server's
//! scope, so that one can prove the other.

use crate::world::Running;
use domain::alerts::case::{Cause, Found};
use domain::billing::tariff::TariffClass;
use domain::leaks::Severity;
use domain::metering::meter::Capability;
use domain::people::{ConnectionKind, Role};
use domain::{BlobId, ConnectionId, CustomerId, MeterId, Millilitres, Serial, TimeZone, UserId, UtcMillis, UtilityId, ZoneId};
use protocol::sync::rows::Entity;
use std::collections::{BTreeMap, BTreeSet};
use sync_server::cases::rows::cases::{self, Finding};
use sync_server::cases::shown;
use sync_server::core::now;
use sync_server::metering::fleet;
use sync_server::metering::fleet::{NewConnection, NewMeter};
use sync_server::metering::{install, moves};
use sync_server::people::accounts;
use sync_server::people::accounts::NewUser;
use sync_server::people::auth::secret;
use uuid::Uuid;

/// Somebody with a session.
pub struct Person {
    /// What they are.
    pub role: Role,
    /// Their own identifier.
    pub id: UserId,
    /// Their session's access token.
    pub token: String,
    /// Customers, or zones, that are theirs.
    pub links: BTreeSet<usize>,
    num: i64,
}

/// A supply point as the model has it.
#[derive(Clone, Copy)]
pub struct TownConnection {
    /// Identifier.
    pub id: ConnectionId,
    /// Whose.
    pub customer: usize,
    /// Where.
    pub zone: usize,
    /// The meter there.
    pub meter: Option<usize>,
    num: i64,
}

/// A meter as the model has it.
pub struct Meter {
    /// Identifier.
    pub id: MeterId,
    /// Serial.
    pub serial: String,
    /// Whether it was ever installed: before that it is in no scope.
    pub was_installed: bool,
    num: i64,
}

/// A household that an operation added: a customer with a connection and a meter.
pub struct Household {
    /// The customer.
    pub customer: CustomerId,
    /// The connection.
    pub connection: ConnectionId,
    /// The meter.
    pub meter: MeterId,
    /// The meter's serial number.
    pub serial: String,
    /// In which zone.
    pub zone: usize,
    /// Whether it was taken back.
    pub is_gone: bool,
}

impl Household {
    /// A household that is not there yet.
    pub fn new(zone: usize) -> Self {
        let [customer, connection, meter] = std::array::from_fn(|_| Uuid::now_v7());
        let serial = format!("WM-{}", meter.simple());
        let (customer, connection, meter) = (CustomerId(customer), ConnectionId(connection), MeterId(meter));
        Self { customer, connection, meter, serial, zone, is_gone: false }
    }
}

/// A utility and its model.
pub struct Town {
    /// Its key.
    pub utility: i64,
    /// Its zones.
    pub zones: Vec<(i64, ZoneId)>,
    /// Its customers.
    pub customers: Vec<(i64, CustomerId)>,
    /// Its supply points.
    pub places: Vec<TownConnection>,
    /// Its meters.
    pub meters: Vec<Meter>,
    /// An admin, two technicians, two customers' users.
    pub people: Vec<Person>,
    /// Manual readings by identifier: of which meter, with which picture.
    pub readings: BTreeMap<String, (MeterId, BlobId)>,
    /// Work orders by identifier: of which meter.
    pub orders: BTreeMap<String, MeterId>,
    /// What operations added.
    pub households: Vec<Household>,
    /// Cases by the identifier of their rows, and whether each is about the customer's water.
    pub cases: BTreeMap<String, bool>,
    /// The meters that cases of a supply point name, also after another one was installed there: supply point, meter.
    pub in_cases: BTreeSet<(usize, usize)>,
    /// Name and secret of its gateway.
    pub gateway: (String, String),
    clock: UtcMillis,
}

const PEOPLE: [Role; 5] = [Role::Admin, Role::Technician, Role::Technician, Role::Customer, Role::Customer];

impl Town {
    /// Two zones, three customers, three meters that are nowhere yet; nobody is linked to anything.
    pub async fn new(running: &Running) -> Self {
        let id = Uuid::now_v7;
        let sessions: Vec<Uuid> = PEOPLE.iter().map(|_| id()).collect();
        let (utility, mark) = (UtilityId(id()), id().simple().to_string());
        let zones = [ZoneId(id()), ZoneId(id())];
        let customers = [CustomerId(id()), CustomerId(id()), CustomerId(id())];
        let meters = [MeterId(id()), MeterId(id()), MeterId(id())];
        let serials: Vec<String> = (0..3).map(|place| format!("WM-{mark}-{place}")).collect();
        let secret = secret::generate().expect("randomness");
        let (name, digest, users, names) =
            (format!("gw-{mark}"), secret::digest(secret.as_bytes()), sessions.clone(), serials.clone());
        let gateway = name.clone();
        let work = running.server.app.store.writer.work(move |tx| {
            let utility = fleet::add_utility(tx, utility, "Kota")?;
            let mut made = (utility, Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for (place, zone) in zones.into_iter().enumerate() {
                made.1.push(fleet::add_zone(tx, utility, zone, "Zona", TimeZone::ALL[place])?);
            }
            for (place, customer) in customers.into_iter().enumerate() {
                made.2.push(fleet::add_customer(tx, utility, customer, &format!("{place}"), "Nama")?);
            }
            for (meter, serial) in meters.into_iter().zip(&names) {
                let serial = serial.parse::<Serial>().expect("a serial");
                let (model, secret_hash) = ("Uji".into(), [0; 32]);
                let new = NewMeter {
                    id: meter,
                    serial,
                    model,
                    capability: Capability::HOUSEHOLD,
                    interval_s: 60,
                    secret_hash: Some(secret_hash),
                };
                made.3.push(fleet::add_meter(tx, utility, &new)?);
            }
            for (session, role) in users.into_iter().zip(PEOPLE) {
                let (id, email, password_hash) = (UserId(id()), format!("{session}@test.example"), String::new());
                let user = accounts::add(tx, &NewUser { id, utility, email, name: "Orang".into(), password_hash, role })?;
                accounts::open_session(tx, session, user, "test")?;
                made.4.push((user, id));
            }
            fleet::add_gateway(tx, utility, &name, digest, &made.3)?;
            Ok(made)
        });
        let (utility, zone_keys, customer_keys, meter_keys, user_keys) = work.await.expect("a utility");
        let people = user_keys.into_iter().zip(PEOPLE).zip(sessions).map(|(((num, id), role), session)| {
            let token = running.server.app.key.access(session, now()).0;
            Person { role, id, token, links: BTreeSet::new(), num }
        });
        let meters = meter_keys.into_iter().zip(meters).zip(serials);
        Self {
            utility,
            zones: zone_keys.into_iter().zip(zones).collect(),
            customers: customer_keys.into_iter().zip(customers).collect(),
            places: Vec::new(),
            meters: meters.map(|((num, id), serial)| Meter { id, serial, was_installed: false, num }).collect(),
            people: people.collect(),
            readings: BTreeMap::new(),
            orders: BTreeMap::new(),
            households: Vec::new(),
            cases: BTreeMap::new(),
            in_cases: BTreeSet::new(),
            gateway: (gateway, secret),
            clock: UtcMillis(now().0 - 3 * domain::core::local_time::DAY_MS),
        }
    }

    /// A minute later than the last time it was asked.
    pub fn tick(&mut self) -> UtcMillis {
        self.clock = self.clock.plus(domain::core::local_time::MINUTE_MS);
        self.clock
    }

    /// Adds a supply point.
    pub async fn connect(&mut self, running: &Running, customer: usize, zone: usize) {
        let id = ConnectionId(Uuid::now_v7());
        let (utility, keys) = (self.utility, (self.customers[customer].0, self.zones[zone].0));
        let new = NewConnection {
            id,
            customer: keys.0,
            zone: keys.1,
            kind: ConnectionKind::Residential,
            label: "Rumah".into(),
            address: "Jl. Kota".into(),
            tariff_class: TariffClass::Residential,
            position: None,
        };
        let work = running.server.app.store.writer.work(move |tx| fleet::add_connection(tx, utility, &new));
        let num = work.await.expect("a connection");
        self.places.push(TownConnection { id, customer, zone, meter: None, num });
    }

    /// Installs a meter; the one that was there, and the place where this one was, end.
    pub async fn install(&mut self, running: &Running, meter: usize, place: usize) {
        if self.places[place].meter == Some(meter) {
            return;
        }
        let (since, keys) = (self.tick(), (self.meters[meter].num, self.places[place].num));
        let writer = &running.server.app.store.writer;
        writer.work(move |tx| install::install(tx, keys.0, keys.1, since)).await.expect("installed");
        writer.forget_meters().await.expect("forgotten");
        for other in self.places.iter_mut().filter(|other| other.meter == Some(meter)) {
            other.meter = None;
        }
        self.places[place].meter = Some(meter);
        self.meters[meter].was_installed = true;
    }

    /// Moves a supply point to a customer and a zone.
    pub async fn move_to(&mut self, running: &Running, place: usize, customer: usize, zone: usize) {
        let keys = (self.places[place].num, self.customers[customer].0, self.zones[zone].0);
        let writer = &running.server.app.store.writer;
        let work = writer.work(move |tx| moves::move_connection(tx, keys.0, keys.1, keys.2));
        work.await.expect("moved");
        writer.forget_meters().await.expect("forgotten");
        (self.places[place].customer, self.places[place].zone) = (customer, zone);
    }

    /// Gives somebody a customer or a zone, by what they are, or takes it away.
    pub async fn toggle(&mut self, running: &Running, who: usize, what: usize) {
        let person = &mut self.people[who];
        let (user, gives) = (person.num, !person.links.contains(&what));
        let work = match person.role {
            Role::Admin => return,
            Role::Technician => {
                let zone = self.zones[what % self.zones.len()].0;
                let change = if gives { fleet::assign_zone } else { fleet::unassign_zone };
                running.server.app.store.writer.work(move |tx| change(tx, user, zone)).await
            }
            Role::Customer => {
                let customer = self.customers[what].0;
                let change = if gives { fleet::link_customer } else { fleet::unlink_customer };
                running.server.app.store.writer.work(move |tx| change(tx, user, customer)).await
            }
        };
        work.expect("changed");
        if gives {
            person.links.insert(what)
        } else {
            person.links.remove(&what)
        };
    }

    /// Something is found at the meter of a supply point, and is over at once: the rules, which find nothing there, leave it as it is. False
    /// if there is no meter.
    pub async fn find_case(&mut self, running: &Running, place: usize, is_the_customers: bool) -> bool {
        let TownConnection { id, meter, num: connection, .. } = self.places[place];
        let Some(named) = meter else { return false };
        let (meter, at) = (self.meters[named].num, self.tick());
        let work = running.server.app.store.writer.work(move |tx| {
            let found = Found::Events { count: 1, last: at, register: None, register_last: None };
            let cause = if is_the_customers { Cause::Burst } else { Cause::Magnet };
            let (severity, loss, found) = (Severity::Severe, Millilitres::ZERO, &found);
            let finding = Finding { meter, connection, cause, severity, start: at, at, rate: 0, loss, found };
            let case = cases::insert(tx, &finding)?;
            shown::notify(tx, case)?;
            cases::clear(tx, case, at)?;
            shown::publish(tx, case)?;
            shown::notify(tx, case)?;
            Ok(cases::load(tx, case)?.no)
        });
        let no = work.await.expect("a case");
        self.cases.insert(format!("{id}/{no}"), is_the_customers);
        self.in_cases.insert((place, named));
        true
    }

    /// The names of the buckets that somebody may hold.
    pub fn buckets(&self, who: usize) -> BTreeSet<String> {
        let person = &self.people[who];
        let own = person.links.iter().map(|&what| match person.role {
            Role::Technician => format!("zone:{}", self.zones[what].1),
            _ => format!("customer:{}", self.customers[what].1),
        });
        let mut names: BTreeSet<String> = own.collect();
        names.insert("public".into());
        names.insert(format!("user:{}", person.id));
        if person.role == Role::Admin {
            names.insert("admin".into());
        }
        names
    }

    fn stands_in(&self, place: &TownConnection, bucket: &str) -> bool {
        bucket == "admin"
            || bucket == format!("customer:{}", self.customers[place.customer].1)
            || bucket == format!("zone:{}", self.zones[place.zone].1)
    }

    /// Every row of a bucket that is there from the moment it is made: zones, customers, connections, meters.
    pub fn rows(&self, bucket: &str) -> BTreeSet<(Entity, String)> {
        let mut rows = BTreeSet::new();
        if bucket == "public" {
            rows.extend(self.zones.iter().map(|(_, id)| (Entity::Zone, id.to_string())));
        }
        rows.extend(bucket.strip_prefix("user:").map(|id| (Entity::Profile, id.to_owned())));
        for (_, id) in self.customers.iter().filter(|(_, id)| bucket == "admin" || bucket == format!("customer:{id}")) {
            rows.insert((Entity::Customer, id.to_string()));
        }
        for place in self.places.iter().filter(|place| self.stands_in(place, bucket)) {
            rows.insert((Entity::Connection, place.id.to_string()));
            rows.insert((Entity::Customer, self.customers[place.customer].1.to_string()));
            rows.extend(place.meter.map(|meter| (Entity::Meter, self.meters[meter].id.to_string())));
        }
        for household in self.households.iter().filter(|household| !household.is_gone) {
            let own = [format!("customer:{}", household.customer), format!("zone:{}", self.zones[household.zone].1)];
            if bucket == "admin" || own.iter().any(|own| own == bucket) {
                rows.insert((Entity::Customer, household.customer.to_string()));
                rows.insert((Entity::Connection, household.connection.to_string()));
                rows.insert((Entity::Meter, household.meter.to_string()));
            }
        }
        let known = self.meters.iter().filter(|meter| bucket == "admin" && meter.was_installed);
        rows.extend(known.map(|meter| (Entity::Meter, meter.id.to_string())));
        rows
    }

    /// The meters that somebody may watch now.
    pub fn watchable(&self, who: usize) -> BTreeSet<MeterId> {
        let named = |(entity, id): &(Entity, String)| (*entity == Entity::Meter).then(|| id.parse().expect("an identifier"));
        self.buckets(who).iter().flat_map(|bucket| self.rows(bucket)).filter_map(|row| named(&row)).collect()
    }

    /// Every name of a thing in somebody's scope: identifiers and serials.
    pub fn known_to(&self, who: usize) -> BTreeSet<String> {
        let rows: BTreeSet<(Entity, String)> = self.buckets(who).iter().flat_map(|bucket| self.rows(bucket)).collect();
        let added = self.households.iter().map(|household| (household.meter.to_string(), &household.serial));
        let serials: BTreeMap<String, &String> =
            self.meters.iter().map(|meter| (meter.id.to_string(), &meter.serial)).chain(added).collect();
        let serials = rows.iter().filter_map(|(_, id)| serials.get(id)).map(|serial| (*serial).clone()).collect::<Vec<_>>();
        let buckets = self.buckets(who);
        let is_held = |place: usize| buckets.iter().any(|bucket| self.stands_in(&self.places[place], bucket));
        let in_cases =
            self.in_cases.iter().filter(|(place, _)| is_held(*place)).map(|(_, meter)| self.meters[*meter].id.to_string());
        rows.into_iter().map(|(_, id)| id).chain(serials).chain(in_cases).collect()
    }

    /// Every name of a thing that is not for everybody.
    pub fn secrets(&self) -> BTreeSet<String> {
        let customers = self.customers.iter().map(|(_, id)| id.to_string());
        let places = self.places.iter().map(|place| place.id.to_string());
        let meters = self.meters.iter().flat_map(|meter| [meter.id.to_string(), meter.serial.clone()]);
        let households = self.households.iter().flat_map(|household| {
            let ids = [household.customer.to_string(), household.connection.to_string(), household.meter.to_string()];
            ids.into_iter().chain([household.serial.clone()])
        });
        customers.chain(places).chain(meters).chain(households).collect()
    }
}
