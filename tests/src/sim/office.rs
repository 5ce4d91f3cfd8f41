//! What admins do in a simulation beside single records: they write to many customers, merge two records of one person, and make lists into
//! files. Whose record goes is one that was added in the run, so that what everything else is about stays.

use super::beginning::foreigner;
use super::device::Device;
use super::field::Visit;
use super::imports::is_from_the_beginning;
use super::schedule::Step;
use super::server::{CUSTOMERS, id, user};
use super::world::World;
use domain::alerts::announcement::{Announcement, Wording};
use domain::people::Customer;
use domain::people::merge::Merge;
use domain::sync::edit::CustomerField;
use domain::{AnnouncementId, ConnectionId, CustomerId, OpeningId, Rupiah, UtcMillis};
use protocol::sync::push::Operation;
use protocol::sync::rows::Connection;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What was done so on a device.
#[derive(Clone, Debug, Default)]
pub struct Deeds {
    /// The picks of messages that were written here.
    written: Vec<u32>,
    /// Operations of lists that were made into files here.
    pub exports: BTreeSet<Uuid>,
    /// What a technician did here under work orders.
    pub visits: Vec<Visit>,
}

impl Device {
    /// The messages that were written here.
    pub fn announcements(&self) -> impl Iterator<Item = AnnouncementId> + '_ {
        self.office.written.iter().map(|pick| announcement(self.number, *pick))
    }
}

impl World {
    /// Somebody writes to many customers, merges two records or makes a list into a file.
    pub(super) fn at_the_office(&mut self, step: &Step) -> Option<u8> {
        let now = self.server.now;
        let (device, pick) = match *step {
            Step::Announce { device, pick } | Step::Merge { device, pick } | Step::Export { device, pick } => (device, pick),
            _ => return None,
        };
        let at = &mut self.devices[usize::from(device)];
        at.store.as_ref()?;
        match step {
            Step::Announce { .. } => announce(at, pick, now),
            Step::Merge { .. } => merge(at, pick, now),
            _ => export(at, pick, now),
        }
        Some(device)
    }
}

fn announcement(device: u8, pick: u32) -> AnnouncementId {
    AnnouncementId(id(u128::from(220 + device), u128::from(pick)))
}

/// A message in two parts, which may name the same customers; or further parts of one that was written here before.
fn announce(device: &mut Device, pick: u32, now: UtcMillis) {
    let before = device.office.written.get(pick as usize / 16 % device.office.written.len().max(1)).copied();
    let of = before.filter(|_| pick.is_multiple_of(3)).unwrap_or(pick);
    if of == pick {
        device.office.written.push(pick);
    }
    let announcement = announcement(device.number, of);
    for part in 0..2 {
        let text = |what: &str| format!("{what} {of}");
        let words = Announcement { id: Wording { title: text("Pesan"), text: text("Air mati") }, en: None };
        let operation = Operation::SendAnnouncement { announcement, words, customers: named(pick, part) };
        device.submit(&operation, None, now, false);
    }
}

/// The customers of a part: some are named twice, some are another utility's.
fn named(pick: u32, part: u64) -> Vec<CustomerId> {
    let mut rng = fastrand::Rng::with_seed((u64::from(pick) << 1) | part);
    let many = rng.usize(1..=6);
    let mut one = || if rng.u32(..8) == 0 { foreigner() } else { CustomerId(id(3, rng.u128(..CUSTOMERS))) };
    (0..many).map(|_| one()).collect()
}

/// Two records are merged. The one that goes may get an opening balance right before, to be found under the one that stays.
fn merge(device: &mut Device, pick: u32, now: UtcMillis) {
    let Some(merge) = two_records(device, pick) else { return };
    if let Some(connection) = merge.connections.first().copied().filter(|_| (pick / 2).is_multiple_of(4)) {
        let opening = OpeningId(id(u128::from(230 + device.number), u128::from(pick)));
        let import = id(u128::from(240 + device.number), u128::from(pick));
        let (amount, source) = (Rupiah(150_000), String::new());
        let operation = Operation::AddOpening { opening, connection, amount, import, row: 1, source };
        device.submit(&operation, None, now, false);
    }
    device.submit(&Operation::MergeCustomers(merge), None, now, false);
}

/// A record that was added, and another one, as the device shows both. Addresses are not taken: of some it is known who writes them.
fn two_records(device: &Device, pick: u32) -> Option<Merge> {
    let customers: Vec<Customer> = shown(device, "customer");
    let was_there = |customer: &&Customer| is_from_the_beginning(customer.id.0);
    let added: Vec<&Customer> = customers.iter().filter(|customer| !was_there(customer)).collect();
    let gone = *added.get((pick >> 8) as usize % added.len().max(1))?;
    let is_of_old = pick.is_multiple_of(2);
    let others = customers.iter().filter(|customer| customer.id != gone.id && was_there(customer) == is_of_old);
    let others: Vec<&Customer> = others.collect();
    let keep = *others.get((pick >> 4) as usize % others.len().max(1))?;
    let take = [CustomerField::Name, CustomerField::Phone, CustomerField::City];
    let take: BTreeSet<CustomerField> = take.into_iter().take((pick >> 16) as usize % 4).collect();
    let connections: Vec<Connection> = shown(device, "connection");
    let own = connections.iter().filter(|connection| connection.customer == gone.id).map(|connection| connection.id);
    Some(Merge::new(keep, gone, &take, own.collect::<BTreeSet<ConnectionId>>()))
}

/// The rows of a kind as a device shows them.
fn shown<R: DeserializeOwned>(device: &Device, table: &str) -> Vec<R> {
    let sql = format!("SELECT body FROM {table} ORDER BY id");
    let list = |db: &rusqlite::Connection| {
        let mut query = db.prepare(&sql)?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    let bodies = device.store.as_ref().and_then(|store| store.read_now(list).ok()).unwrap_or_default();
    bodies.iter().filter_map(|body| serde_json::from_str(body).ok()).collect()
}

/// A list is made into a file, and that is written down.
fn export(device: &mut Device, pick: u32, now: UtcMillis) {
    let operation = Operation::ExportMade {
        export: id(u128::from(250 + device.number), u128::from(pick)),
        user: user(device.number),
        list: ["customers", "meters"][pick as usize % 2].to_owned(),
        question: String::new(),
        rows: pick % 500,
        format: "csv".to_owned(),
        with_nik: pick.is_multiple_of(5),
    };
    if device.submit(&operation, None, now, false) {
        device.office.exports.insert(id(u128::from(100 + device.number), device.made));
    }
}
