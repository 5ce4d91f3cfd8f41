//! What a device holds against what the server has: every row, revision and body, and what became of each operation.
//!
//! Both are read from their files, after the programs have ended, so that nothing of either program's own judgement is in it.

use crate::device::Device;
use domain::UserId;
use protocol::sync::pull::{Bucket, Page};
use protocol::sync::push::Outcome;
use protocol::sync::rows::Entity;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Params};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use sync_server::core::feed::RowId;
use sync_server::core::open_connection;
use uuid::Uuid;

/// A bucket as one side has it: epoch, place in its log, hash, and revision by kind and identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Which epoch of the bucket.
    pub epoch: i64,
    /// Its last change.
    pub seq: i64,
    /// The hash of its rows.
    pub state_hash: [u8; 16],
    /// Revision of each row.
    pub rows: BTreeMap<(u8, String), i64>,
}

/// What a device's outbox says of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// `applied`, `parked`, or that it is on its way still.
    pub state: String,
    /// The command.
    pub command: Value,
    /// What the server said.
    pub outcome: Option<Outcome>,
}

/// Opens a device's file, to read.
pub fn open_encrypted(file: &Path, key_hex: &str) -> Connection {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the file is there");
    db.pragma_update(None, "key", format!("x'{key_hex}'")).expect("a key");
    db
}

/// A device's cache.
pub fn cache(folder: &Path) -> Connection {
    open_encrypted(&folder.join("cache.db"), &Device::key_hex(folder))
}

fn list<T>(db: &Connection, sql: &str, read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut query = db.prepare(sql).expect("a query");
    query.query_map([], read).expect("reads").collect::<Result<_, _>>().expect("rows")
}

/// The steps by which SQLite finds the rows of a statement.
pub fn plan(db: &Connection, sql: &str, parameters: impl Params) -> Vec<String> {
    let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
    let steps = explain.query_map(parameters, |row| row.get(3)).expect("a plan");
    steps.collect::<Result<_, _>>().expect("steps")
}

/// The buckets a device holds.
pub fn held(cache: &Connection) -> BTreeMap<String, Holding> {
    let mut buckets: BTreeMap<String, Holding> = list(cache, "SELECT name, epoch, seq, state_hash FROM bucket", |row| {
        let holding = Holding { epoch: row.get(1)?, seq: row.get(2)?, state_hash: row.get(3)?, rows: BTreeMap::new() };
        Ok((row.get(0)?, holding))
    })
    .into_iter()
    .collect();
    let rows: Vec<(String, u8, String, i64)> = list(cache, "SELECT bucket, entity, id, rev FROM holding", |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    });
    for (bucket, entity, id, rev) in rows {
        buckets.get_mut(&bucket).expect("no row of a bucket that is not held").rows.insert((entity, id), rev);
    }
    buckets
}

/// The buckets of a server, by name.
pub fn buckets(server: &Connection) -> BTreeMap<String, Holding> {
    let mut buckets: BTreeMap<i64, (String, Holding)> =
        list(server, "SELECT num, name, epoch, seq, state_hash FROM bucket", |row| {
            let holding = Holding { epoch: row.get(2)?, seq: row.get(3)?, state_hash: row.get(4)?, rows: BTreeMap::new() };
            Ok((row.get(0)?, (row.get(1)?, holding)))
        })
        .into_iter()
        .collect();
    let rows: Vec<(i64, u8, Vec<u8>, i64)> =
        list(server, "SELECT bucket, entity, id, rev FROM change WHERE removed = 0", |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        });
    for (bucket, entity, id, rev) in rows {
        buckets.get_mut(&bucket).expect("a bucket").1.rows.insert((entity, RowId(id).to_wire()), rev);
    }
    buckets.into_values().collect()
}

/// The bodies a device shows, by kind and identifier.
pub fn bodies(cache: &Connection) -> BTreeMap<(u8, String), Value> {
    let mut bodies = BTreeMap::new();
    for entity in Entity::ALL {
        let rows: Vec<(String, String)> =
            list(cache, &format!("SELECT id, body FROM {}", entity.kind().name), |row| Ok((row.get(0)?, row.get(1)?)));
        bodies.extend(rows.into_iter().map(|(id, body)| ((entity as u8, id), serde_json::from_str(&body).expect("JSON"))));
    }
    bodies
}

/// The bodies that a running server gives of some buckets, as they are sent to whoever has this token.
pub async fn served<'a>(url: &str, token: &str, names: impl Iterator<Item = &'a String>) -> BTreeMap<(u8, String), Value> {
    let mut bodies = BTreeMap::new();
    for name in names {
        let mut after = None;
        loop {
            let page = page(url, token, &Bucket(name.clone()), after.as_deref()).await;
            for row in page.rows {
                let body = row.body.expect("a live row has a body");
                bodies.insert((row.entity.0, row.id), serde_json::from_str(body.get()).expect("JSON"));
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    bodies
}

/// Holds each row of some kinds that a running server gives of a bucket against what a device shows, page by page, so that neither is in memory
/// as a whole. Returns how many rows there are of each kind, and those that the device does not show so.
pub async fn differing(
    url: &str,
    token: &str,
    (bucket, kinds): (&str, &[&str]),
    cache: &Connection,
) -> (BTreeMap<&'static str, usize>, Vec<(u8, String)>) {
    let (mut counts, mut differing, mut after) = (BTreeMap::new(), Vec::new(), None);
    loop {
        let page = page(url, token, &Bucket(bucket.to_owned()), after.as_deref()).await;
        for row in page.rows {
            let kind = Entity::ALL.into_iter().find(|entity| *entity as u8 == row.entity.0).expect("a kind of today").kind();
            if !kinds.contains(&kind.name) {
                continue;
            }
            *counts.entry(kind.name).or_insert(0) += 1;
            let body: Value = serde_json::from_str(row.body.expect("a live row has a body").get()).expect("JSON");
            let mut query = cache.prepare_cached(&format!("SELECT body FROM {} WHERE id = ?1", kind.name)).expect("a query");
            let shown: Option<String> = query.query_row([&row.id], |row| row.get(0)).optional().expect("reads");
            let shown: Option<Value> = shown.map(|shown| serde_json::from_str(&shown).expect("JSON"));
            if shown != Some(body) {
                differing.push((row.entity.0, row.id));
            }
        }
        after = page.next;
        if after.is_none() {
            return (counts, differing);
        }
    }
}

async fn page(url: &str, token: &str, bucket: &Bucket, after: Option<&str>) -> Page {
    let request = reqwest::Client::new().get(format!("{url}/sync/v1/snapshot/{bucket}")).bearer_auth(token);
    let answer = request.query(&after.map(|key| [("after", key)])).send().await.expect("an answer");
    answer.error_for_status().expect("in scope").json().await.expect("a page")
}

/// What is in a device's outbox of a user, by operation.
pub fn outbox(folder: &Path, user: UserId) -> BTreeMap<Uuid, Sent> {
    let db = open_encrypted(&folder.join(format!("outbox-{user}.db")), &Device::key_hex(folder));
    let ops: Vec<(String, String, String, Option<String>)> = list(&db, "SELECT op_id, state, payload, outcome FROM op", |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    });
    let read = |text: String| serde_json::from_str(&text).expect("an outcome");
    ops.into_iter()
        .map(|(id, state, payload, outcome)| {
            let command = serde_json::from_str(&payload).expect("JSON");
            (id.parse().expect("an identifier"), Sent { state, command, outcome: outcome.map(read) })
        })
        .collect()
}

/// What a server decided of each operation.
pub fn decided(server: &Connection) -> BTreeMap<Uuid, Outcome> {
    list(server, "SELECT op_id, outcome FROM op_result", |row| {
        let outcome: String = row.get(1)?;
        Ok((Uuid::from_bytes(row.get(0)?), serde_json::from_str(&outcome).expect("an outcome")))
    })
    .into_iter()
    .collect()
}

/// One effect: whose, on which row, and each field before and after.
#[derive(Debug)]
pub struct Effect {
    /// The operation.
    pub op: Uuid,
    /// Kind of the row.
    pub entity: u8,
    /// The row.
    pub row: Uuid,
    /// By field.
    pub changes: BTreeMap<String, [String; 2]>,
}

/// Every effect, in the order in which they happened.
pub fn audit(server: &Connection) -> Vec<Effect> {
    list(server, "SELECT op_id, entity, row_id, changes FROM audit ORDER BY num", |row| {
        let changes: String = row.get(3)?;
        Ok(Effect {
            op: Uuid::from_bytes(row.get(0)?),
            entity: row.get(1)?,
            row: Uuid::from_bytes(row.get(2)?),
            changes: serde_json::from_str(&changes).expect("changes"),
        })
    })
}

/// The fields of operations that wait for a decision or have had one, by operation.
pub fn conflicts(server: &Connection) -> BTreeMap<Uuid, BTreeSet<String>> {
    let mut conflicts: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for (op, field) in list(server, "SELECT op_id, field FROM conflict", |row| Ok((Uuid::from_bytes(row.get(0)?), row.get(1)?))) {
        conflicts.entry(op).or_default().insert(field);
    }
    conflicts
}

/// A server's database, to read.
pub fn server_database(data: &Path) -> Connection {
    open_connection(&data.join("indowater.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database")
}

/// How many rows still have something over them on a device.
pub fn covered(cache: &Connection) -> i64 {
    cache.query_row("SELECT COUNT(*) FROM base_row", [], |row| row.get(0)).expect("reads")
}
