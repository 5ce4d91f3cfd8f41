//! What may happen to the customers of a device: by the server, by a person, and by the device itself.

use crate::queries::roster::Rosters;
use crate::store::Store;
use crate::store::outbox::settle::{retire, settle};
use crate::store::rows::{read, read_row};
use crate::store::sync::{apply, buckets};
use domain::billing::tariff::TariffClass;
use domain::people::{ConnectionKind, Customer, CustomerStatus};
use domain::sync::edit::{self, ConnectionField, CustomerField, Patch};
use domain::{ConnectionId, CustomerId, UserId, UtcMillis, ZoneId};
use engine::pull::{Held, Snapshot};
use proptest::prelude::*;
use protocol::sync::pull::{Bucket, Change, Cursor, Head, Kind, Page, Pulled, Range, StateHash};
use protocol::sync::push::{Operation, OperationResult, Outcome, Rejection};
use protocol::sync::rows::{self, Entity};
use rusqlite::{Connection, params};
use serde::Serialize;
use serde_json::value::to_raw_value;
use std::collections::BTreeMap;
use tempfile::TempDir;
use tokio::runtime;
use uuid::Uuid;

/// Of each kind of row there are so many.
pub const OF: u8 = 6;

/// Some differ by case only, or not at all but for whose they are.
const NAMES: [&str; 6] = ["Ani", "ani", "Budi", "Ani Wulan", "Éka", "ZUL"];

/// The identifier of one of a kind.
pub fn id(kind: u8, of: u8) -> Uuid {
    Uuid::from_u128((u128::from(kind) << 64) | u128::from(of))
}

/// What may happen. Numbers say which of the rows; `bucket` which of two holds it.
#[derive(Clone, Debug)]
pub enum Step {
    /// The server sends a customer or a connection, or that it is gone.
    Customer {
        of: u8,
        name: u8,
        status: u8,
        bucket: u8,
    },
    CustomerGone {
        of: u8,
        bucket: u8,
    },
    Connection {
        of: u8,
        customer: u8,
        zone: u8,
        class: u8,
        bucket: u8,
    },
    ConnectionGone {
        of: u8,
        bucket: u8,
    },
    /// A row is written; without what it holds it is deleted.
    Meter {
        of: u8,
        connection: Option<u8>,
    },
    Reading {
        of: u8,
        at: Option<u8>,
    },
    Credit {
        of: u8,
        balance: Option<i8>,
    },
    Conflict {
        of: u8,
        of_connection: bool,
        row: Option<u8>,
    },
    Zone {
        of: u8,
        name: Option<u8>,
    },
    /// A person edits, and takes back a customer.
    Rename {
        of: u8,
        name: u8,
    },
    Reclass {
        of: u8,
        class: u8,
    },
    TakeBack {
        of: u8,
    },
    /// The oldest operation that is open is refused, or has its effect, or its author withdraws it.
    Refuse,
    Apply,
    Withdraw,
    /// The scope changes: a bucket is dropped. Or it begins anew, with the customers of an epoch.
    Drop {
        bucket: u8,
    },
    Resync {
        bucket: u8,
        customers: Vec<u8>,
    },
    /// Somebody else signs in, and the files are opened anew.
    SignIn,
    Reopen,
}

/// One of them.
pub fn step() -> impl Strategy<Value = Step> {
    let of = || 0..OF;
    let maybe = || prop::option::weighted(0.8, 0..OF);
    prop_oneof![
        6 => (of(), of(), 0..3_u8, 0..2_u8).prop_map(|(of, name, status, bucket)| Step::Customer { of, name, status, bucket }),
        1 => (of(), 0..2_u8).prop_map(|(of, bucket)| Step::CustomerGone { of, bucket }),
        6 => (of(), of(), 0..4_u8, 0..4_u8, 0..2_u8)
            .prop_map(|(of, customer, zone, class, bucket)| Step::Connection { of, customer, zone, class, bucket }),
        1 => (of(), 0..2_u8).prop_map(|(of, bucket)| Step::ConnectionGone { of, bucket }),
        4 => (of(), maybe()).prop_map(|(of, connection)| Step::Meter { of, connection }),
        4 => (of(), maybe()).prop_map(|(of, at)| Step::Reading { of, at }),
        4 => (of(), prop::option::weighted(0.8, any::<i8>())).prop_map(|(of, balance)| Step::Credit { of, balance }),
        2 => (of(), any::<bool>(), maybe()).prop_map(|(of, of_connection, row)| Step::Conflict { of, of_connection, row }),
        1 => (0..4_u8, maybe()).prop_map(|(of, name)| Step::Zone { of, name }),
        4 => (of(), of()).prop_map(|(of, name)| Step::Rename { of, name }),
        2 => (of(), 0..4_u8).prop_map(|(of, class)| Step::Reclass { of, class }),
        1 => of().prop_map(|of| Step::TakeBack { of }),
        3 => Just(Step::Refuse),
        3 => Just(Step::Apply),
        2 => Just(Step::Withdraw),
        1 => (0..2_u8).prop_map(|bucket| Step::Drop { bucket }),
        1 => (0..2_u8, prop::collection::vec(0..OF, 0..4)).prop_map(|(bucket, customers)| Step::Resync { bucket, customers }),
        1 => Just(Step::SignIn),
        1 => Just(Step::Reopen),
    ]
}

/// A device with somebody signed in.
pub struct Device {
    dir: TempDir,
    pub store: Store,
    pub rosters: Rosters,
    user: u8,
    /// Counts what happens.
    rev: u64,
    /// Operations that were not answered.
    open: Vec<Uuid>,
}

impl Device {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let rosters = Rosters::of(&store);
        let device = Self { dir, store, rosters, user: 0, rev: 0, open: Vec::new() };
        device.open_outbox();
        device
    }

    fn open_outbox(&self) {
        let file = self.dir.path().join(format!("outbox-{}.db", self.user));
        self.store.open_outbox(UserId(id(9, self.user)), &file).unwrap();
    }

    fn change(&mut self, entity: Entity, id: Uuid, bucket: u8, body: Option<&impl Serialize>) -> Change {
        self.rev += 1;
        let kind = if body.is_some() { Kind::Put } else { Kind::Remove };
        let body = body.map(|body| to_raw_value(body).unwrap());
        Change { bucket: name_of(bucket), seq: self.rev, entity: entity.into(), id: id.to_string(), rev: self.rev, kind, body }
    }

    fn take(&self, change: &Change) {
        let take = |db: &Connection| {
            let cursor = Cursor { bucket: change.bucket.clone(), epoch: 1, seq: 0 };
            let new = Held { cursor, state_hash: StateHash(0), snapshot: Snapshot::Whole };
            let mut into = buckets::held_of(db, &change.bucket)?.unwrap_or(new);
            apply::take_change(db, &mut into, change)?;
            buckets::write(db, &into)
        };
        self.store.write_now(take).unwrap();
    }

    pub fn write(&self, sql: &str, parameters: impl rusqlite::Params) {
        self.store.write_now(|db| Ok(db.execute(sql, parameters)?)).unwrap();
    }

    fn submit(&mut self, operation: &Operation) {
        self.rev += 1;
        let op = Uuid::from_u128(u128::from(self.rev));
        self.store.submit(op, operation, "", UtcMillis(self.rev as i64)).unwrap();
        self.open.push(op);
    }

    fn oldest(&mut self) -> Option<Uuid> {
        (!self.open.is_empty()).then(|| self.open.remove(0))
    }

    fn answer(&self, op: Uuid, outcome: Outcome) {
        let result = OperationResult { id: op, duplicate: false, outcome };
        self.store.write_now(|db| settle(db, &result, UtcMillis(1), UtcMillis(1))).unwrap();
    }

    fn shown(&self, customer: u8) -> String {
        let found = self.store.read_now(|db| read_row(db, Entity::Customer, &id(1, customer).to_string())).unwrap();
        found.map(|(_, body)| read::<Customer>(&body).unwrap().name).unwrap_or_default()
    }

    pub fn happen(&mut self, step: &Step) {
        match *step {
            Step::Customer { of, name, status, bucket } => {
                let change = self.change(Entity::Customer, id(1, of), bucket, Some(&customer(of, name, status)));
                self.take(&change);
            }
            Step::CustomerGone { of, bucket } => {
                let change = self.change(Entity::Customer, id(1, of), bucket, None::<&Customer>);
                self.take(&change);
            }
            Step::Connection { of, customer, zone, class, bucket } => {
                let row = connection(of, customer, zone, class);
                let change = self.change(Entity::Connection, id(2, of), bucket, Some(&row));
                self.take(&change);
            }
            Step::ConnectionGone { of, bucket } => {
                let change = self.change(Entity::Connection, id(2, of), bucket, None::<&Customer>);
                self.take(&change);
            }
            Step::Meter { .. } | Step::Reading { .. } | Step::Credit { .. } | Step::Conflict { .. } | Step::Zone { .. } => {
                self.write_row(step);
            }
            Step::Rename { .. } | Step::Reclass { .. } | Step::TakeBack { .. } => self.edit(step),
            Step::Refuse | Step::Apply | Step::Withdraw => self.end(step),
            Step::Drop { bucket } => self.store.write_now(|db| apply::drop_bucket(db, &name_of(bucket))).unwrap(),
            Step::Resync { bucket, ref customers } => self.resync(bucket, customers),
            Step::SignIn => {
                self.store.close_outbox().unwrap();
                let runtime = runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(self.store.clear()).unwrap();
                self.user += 1;
                self.open.clear();
                self.open_outbox();
            }
            Step::Reopen => {
                self.store.reopen().unwrap();
                self.open_outbox();
            }
        }
    }

    fn write_row(&self, step: &Step) {
        match *step {
            Step::Meter { of, connection } => {
                let sql =
                    "INSERT OR REPLACE INTO meter (id, rev, serial, connection, search, body) VALUES (?1, 1, '', ?2, ?3, '{}')";
                // Also one that is at no connection.
                let at = connection.filter(|at| *at > 0).map(|at| id(2, at).to_string());
                self.write(sql, params![id(3, of).to_string(), at, format!("wm{of}")]);
                if connection.is_none() {
                    self.write("DELETE FROM meter WHERE id = ?1", [id(3, of).to_string()]);
                }
            }
            Step::Reading { of, at: Some(at) } => {
                let sql = "INSERT OR REPLACE INTO meter_state (id, rev, at, body) VALUES (?1, 1, ?2, '{}')";
                self.write(sql, params![id(3, of).to_string(), i64::from(at)]);
            }
            Step::Reading { of, at: None } => self.write("DELETE FROM meter_state WHERE id = ?1", [id(3, of).to_string()]),
            Step::Credit { of, balance: Some(balance) } => {
                let sql =
                    "INSERT OR REPLACE INTO credit (id, rev, balance, arrears, level, body) VALUES (?1, 1, ?2, ?3, ?4, '{}')";
                let level = if balance < 0 { "empty" } else { "warning" };
                let (balance, arrears) = (i64::from(balance), -i64::from(balance.min(0)));
                self.write(sql, params![id(2, of).to_string(), balance, arrears, level]);
            }
            Step::Credit { of, balance: None } => self.write("DELETE FROM credit WHERE id = ?1", [id(2, of).to_string()]),
            Step::Conflict { of, of_connection, row: Some(row) } => {
                let row = id(if of_connection { 2 } else { 1 }, row).to_string();
                let sql = "INSERT OR REPLACE INTO conflict (id, rev, row_id, body) VALUES (?1, 1, ?2, '{}')";
                self.write(sql, params![id(5, of).to_string(), row]);
            }
            Step::Conflict { of, .. } => self.write("DELETE FROM conflict WHERE id = ?1", [id(5, of).to_string()]),
            Step::Zone { of, name: Some(name) } => {
                let body = format!(r#"{{"name":"{}"}}"#, NAMES[usize::from(name)]);
                let sql =
                    "INSERT INTO zone (id, rev, body) VALUES (?1, 1, ?2) ON CONFLICT (id) DO UPDATE SET body = excluded.body";
                self.write(sql, params![id(4, of).to_string(), body]);
            }
            Step::Zone { of, name: None } => self.write("DELETE FROM zone WHERE id = ?1", [id(4, of).to_string()]),
            _ => unreachable!("no row is written by {step:?}"),
        }
    }

    fn edit(&mut self, step: &Step) {
        let operation = match *step {
            Step::Rename { of, name } => {
                let change = edit::Change { from: self.shown(of), to: NAMES[usize::from(name)].to_owned() };
                let patch = Patch(BTreeMap::from([(CustomerField::Name, change)]));
                Operation::EditCustomer { customer: CustomerId(id(1, of)), patch }
            }
            Step::Reclass { of, class } => {
                let to = TariffClass::ALL[usize::from(class)].as_str().to_owned();
                let patch = Patch(BTreeMap::from([(ConnectionField::TariffClass, edit::Change { from: String::new(), to })]));
                Operation::EditConnection { connection: ConnectionId(id(2, of)), patch }
            }
            Step::TakeBack { of } => Operation::TakeBackCustomer { customer: CustomerId(id(1, of)) },
            _ => unreachable!("{step:?} is no edit"),
        };
        self.submit(&operation);
    }

    fn end(&mut self, step: &Step) {
        let Some(op) = self.oldest() else { return };
        match step {
            Step::Refuse => self.answer(op, Outcome::Rejected { code: Rejection::Invalid, field: None, conflict: None }),
            Step::Apply => {
                self.answer(op, Outcome::Applied { conflicts: Vec::new() });
                self.store.write_now(|db| retire(db, &[op.to_string()], UtcMillis(2))).unwrap();
            }
            _ => drop(self.store.withdraw(op).unwrap()),
        }
    }

    /// A bucket begins anew, as after the server was restored, and its customers come in one page or two.
    fn resync(&mut self, bucket: u8, customers: &[u8]) {
        let epoch = self.rev + 2;
        let head = Head { bucket: name_of(bucket), epoch, seq: 0, state_hash: StateHash(0) };
        let (add, server_time) = (vec![head.clone()], UtcMillis(1));
        let pulled = Pulled { changes: Vec::new(), add, drop: Vec::new(), heads: Vec::new(), more: false, server_time };
        self.store.write_now(|db| apply::take_pulled(db, &pulled)).unwrap();
        self.check();
        let (first, last) = customers.split_at(customers.len() / 2);
        let half = (!first.is_empty()).then(|| "half".to_owned());
        if half.is_some() {
            self.page(&head, bucket, first, (None, half.clone()));
            self.check();
        }
        self.page(&head, bucket, last, (half, None));
    }

    /// A page of a bucket, with the key before it and the key up to which it is.
    fn page(&mut self, head: &Head, bucket: u8, customers: &[u8], (after, next): (Option<String>, Option<String>)) {
        let mut rows = Vec::with_capacity(customers.len());
        for of in customers {
            rows.push(self.change(Entity::Customer, id(1, *of), bucket, Some(&customer(*of, *of, 0))));
        }
        let page = Page { rows, next, head: head.clone() };
        let range = Range { after, ..Range::default() };
        self.store.write_now(|db| apply::take_page(db, &page, &range)).unwrap();
    }
}

fn name_of(bucket: u8) -> Bucket {
    Bucket(format!("zone:{bucket}"))
}

fn customer(of: u8, name: u8, status: u8) -> Customer {
    let (name, status) = (NAMES[usize::from(name)].to_owned(), CustomerStatus::ALL[usize::from(status)]);
    Customer { name, status, ..Customer::new(CustomerId(id(1, of)), format!("C-{of}")) }
}

fn connection(of: u8, customer: u8, zone: u8, class: u8) -> rows::Connection {
    rows::Connection {
        id: ConnectionId(id(2, of)),
        customer: CustomerId(id(1, customer)),
        zone: ZoneId(id(4, zone)),
        kind: ConnectionKind::Residential,
        // Some are found by nothing.
        label: if of.is_multiple_of(2) { String::new() } else { format!("Kamar {of}") },
        address: String::new(),
        tariff_class: TariffClass::ALL[usize::from(class)],
        position: None,
        meter: None,
    }
}
