//! The server of a simulation: the real store and the real rules on a real file, called without a network in between.

use super::met::{met, met_in_field};
use super::model::{Author, Model, Stays, said};
use super::stored::{stays, taken_down};
use super::{Broken, Counts, ensure, seen};
use domain::people::Role;
use domain::{UserId, UtcMillis};
use engine::device::Answer;
use engine::pull::Ask;
use protocol::core::problem::Code;
use protocol::sync::pull::Pulled;
use protocol::sync::push::{OperationEnvelope, Push, Pushed};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use sync_server::core::feed;
use sync_server::core::feed::BucketAdvanced;
use sync_server::core::{Tx, migrate, open_connection, scope, transact};
use sync_server::error::Error;
use sync_server::revenue;
use sync_server::sync::apply;
use sync_server::sync::pull;
use uuid::Uuid;

/// Customers, and as many connections.
pub const CUSTOMERS: u128 = 20;
/// The first connections have a meter each.
pub const METERS: u128 = 6;
/// Zones.
pub const ZONES: u128 = 3;

/// When simulations begin.
pub const BEGIN: UtcMillis = UtcMillis(1_790_000_000_000);

/// The identifier of a thing of the simulated world.
pub fn id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128((kind << 64) | (number + 1))
}

/// The users of the first four devices.
pub fn user(device: u8) -> UserId {
    UserId(id(9, u128::from(device % 4)))
}

/// A session of a device.
pub fn session(device: u8) -> Uuid {
    id(8, u128::from(device))
}

/// What the server answers.
pub enum Reply {
    /// To a reader.
    Read(Box<Answer>),
    /// To a sender.
    Pushed(Pushed),
    /// The token is not good, or the session has ended.
    Unauthenticated,
    /// Something went wrong; nothing is known of what became of it.
    Fault,
}

/// Ends a process at one of its commits.
#[derive(Clone, Default)]
pub struct Fuse {
    left: Arc<AtomicI64>,
    after: Arc<AtomicBool>,
    blown: Arc<AtomicBool>,
}

impl Fuse {
    /// Arms it for the nth commit from now: it is undone, or it is the last thing that happens.
    pub fn arm(&self, commits: u8, after: bool) {
        self.left.store(i64::from(commits), Ordering::Relaxed);
        self.after.store(after, Ordering::Relaxed);
    }

    /// Watches a connection's commits.
    pub fn watch(&self, db: &mut Connection) {
        let fuse = self.clone();
        let hook = move || {
            if fuse.left.load(Ordering::Relaxed) > 0 && fuse.left.fetch_sub(1, Ordering::Relaxed) == 1 {
                fuse.blown.store(true, Ordering::Relaxed);
            }
            // Nothing that comes after the end is kept.
            let dead = fuse.blown.load(Ordering::Relaxed);
            let spared = fuse.left.load(Ordering::Relaxed) == 0 && fuse.after.swap(false, Ordering::Relaxed);
            dead && !spared
        };
        db.commit_hook(Some(hook)).expect("a hook");
    }

    /// Whether the process has ended; arms nothing any more.
    pub fn take(&self) -> bool {
        self.left.store(0, Ordering::Relaxed);
        self.blown.swap(false, Ordering::Relaxed)
    }

    /// Whether the process has ended.
    pub fn is_blown(&self) -> bool {
        self.blown.load(Ordering::Relaxed)
    }
}

/// The server.
pub struct Server {
    /// Its clock.
    pub now: UtcMillis,
    /// Its database; none while it is down.
    pub db: Option<Connection>,
    /// Its end.
    pub fuse: Fuse,
    /// What everything should come to.
    pub model: Model,
    /// Whether it is as new as the newest device.
    pub is_upgraded: bool,
    file: PathBuf,
    backup: Option<Model>,
    lock: Option<Connection>,
}

impl Server {
    /// The notes that stand, as words: who wrote each, and what.
    pub fn notes(&self) -> BTreeMap<String, (Uuid, String)> {
        let Some(db) = &self.db else { return BTreeMap::new() };
        let sql = "SELECT n.id, u.id, n.text FROM note n JOIN user u ON u.num = n.author WHERE n.taken_back_at IS NULL";
        let mut query = db.prepare(sql).expect("a query");
        let id = |row: &rusqlite::Row<'_>, place| Ok::<_, rusqlite::Error>(Uuid::from_bytes(row.get(place)?));
        let rows = query.query_map([], |row| Ok((id(row, 0)?.to_string(), (id(row, 1)?, row.get(2)?)))).expect("rows");
        rows.collect::<Result<_, _>>().expect("notes")
    }

    /// Starts with a copy of the world.
    pub fn start(folder: &Path, template: &Path) -> Self {
        let file = folder.join("server.db");
        std::fs::copy(template, &file).expect("a copy");
        let mut server = Self {
            now: BEGIN,
            db: None,
            fuse: Fuse::default(),
            model: Model::default(),
            is_upgraded: false,
            file,
            backup: None,
            lock: None,
        };
        server.boot();
        server.model.records = server.records();
        (server.model.places, server.model.meters) = (server.places(), server.meters());
        server
    }

    /// Starts again after an end.
    pub fn boot(&mut self) {
        self.lock = None;
        let mut db = open_connection(&self.file, OpenFlags::default()).expect("the server's database");
        db.pragma_update(None, "synchronous", "OFF").expect("a pragma");
        db.busy_timeout(std::time::Duration::from_millis(0)).expect("a pragma");
        migrate::begin_if_copy(&mut db).expect("begins");
        self.fuse.take();
        self.fuse.watch(&mut db);
        self.db = Some(db);
    }

    /// Customers and connections as plain words.
    pub fn records(&self) -> BTreeMap<String, super::model::Record> {
        let Some(db) = &self.db else { return BTreeMap::new() };
        let mut records = BTreeMap::new();
        for table in ["customer", "connection"] {
            let mut query = db.prepare(&format!("SELECT * FROM {table}")).expect("a query");
            let names: Vec<String> = query.column_names().map(str::to_owned).collect();
            let mut rows = query.query([]).expect("rows");
            while let Some(row) = rows.next().expect("a row") {
                let id = Uuid::from_bytes(row.get("id").expect("an id")).to_string();
                let text = |name: &String| match row.get_ref(name.as_str()) {
                    Ok(rusqlite::types::ValueRef::Text(text)) => Some((name.clone(), String::from_utf8_lossy(text).into_owned())),
                    _ => None,
                };
                records.insert(id, names.iter().filter_map(text).collect());
            }
        }
        records
    }

    /// Does something in a transaction of its own, as an operator or a job does; says whom to wake, and nothing if the server ended.
    pub fn change<R>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error>) -> Option<(R, Vec<BucketAdvanced>)> {
        let done = transact(self.db.as_mut()?, self.now, |tx| {
            let outcome = work(tx)?;
            // As the writer does at the end of each transaction.
            revenue::keep_up(tx)?;
            Ok(outcome)
        });
        done.ok()
    }

    /// The key of a user.
    pub fn key_of(&self, user: UserId) -> Option<i64> {
        let db = self.db.as_ref()?;
        db.query_row("SELECT num FROM user WHERE id = ?1", [user.0.as_bytes()], |row| row.get(0)).ok()
    }

    fn caller(&self, device: u8) -> Option<scope::Caller> {
        scope::caller(self.db.as_ref()?, session(device)).ok()?
    }

    /// The buckets that a device may hold now.
    pub fn scope(&self, device: u8) -> Vec<scope::Member> {
        let caller = self.caller(device);
        caller.and_then(|caller| scope::buckets(self.db.as_ref()?, &caller).ok()).unwrap_or_default()
    }

    /// Answers a reader.
    pub fn read(&mut self, device: u8, ask: &Ask) -> Reply {
        let Some(caller) = self.caller(device) else { return Reply::Unauthenticated };
        let now = self.now;
        let Some(db) = self.db.as_mut() else { return Reply::Fault };
        let answer = match ask {
            Ask::Pull(pull) => pull::pull(db, &caller, pull, now).map(Answer::Pulled),
            Ask::Page { bucket, range } => pull::page(db, &caller, bucket, range).map(Answer::Page),
            Ask::Manifest { bucket, after } => pull::manifest(db, &caller, bucket, after.as_deref()).map(Answer::Manifest),
        };
        match answer {
            Ok(answer) => Reply::Read(Box::new(answer)),
            Err(Error::Problem(problem)) if problem.code == Code::NotFound => Reply::Read(Box::new(Answer::NotFound)),
            Err(_) => Reply::Fault,
        }
    }

    /// Takes operations, in one commit as they come; says whom to wake.
    pub fn push(&mut self, device: u8, push: &Push, counts: &mut Counts) -> Result<(Reply, Vec<BucketAdvanced>), Broken> {
        let Some(caller) = self.caller(device) else { return Ok((Reply::Unauthenticated, Vec::new())) };
        let epoch = self.db.as_ref().and_then(|db| feed::epoch(db).ok()).unwrap_or(0);
        if !push.is_for(epoch) {
            return Ok((Reply::Pushed(Pushed { results: Vec::new(), server_time: self.now, epoch }), Vec::new()));
        }
        let ops: Vec<OperationEnvelope> = push.ops.iter().map(|op| self.cast(op)).collect();
        let mut model = self.model.clone();
        let outbox = push.outbox;
        let is_technician = caller.role == Role::Technician;
        let taken = self.change(|tx| {
            let each = ops.iter().map(|op| -> Result<_, Error> {
                let stays = if is_technician { stays(tx.db)? } else { Stays::new() };
                Ok(((taken_down(tx.db)?, stays), apply::take(tx, &caller, outbox, op)?))
            });
            each.collect::<Result<Vec<_>, _>>()
        });
        let Some((taken, advanced)) = taken else { return Ok((Reply::Fault, Vec::new())) };
        let (before, results): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
        let by = Author { device: device % 4, user: user(device).0, role: caller.role };
        for ((op, result), before) in ops.iter().zip(&results).zip(before) {
            (model.taken_down, model.stays) = before;
            let was = model.decided.get(&op.id).cloned();
            let expected = model.take(by, op, self.now);
            let got = said(&result.outcome);
            if let Some(was) = was {
                seen(&mut counts.checks, "results never change");
                ensure(was == got, || format!("operation {} came to {was:?} first, and to {got:?} later", op.id))?;
            }
            seen(&mut counts.checks, "a plain model comes to the same");
            ensure(expected == got, || {
                format!("operation {}: {} comes to {got:?}, the model says {expected:?}", op.id, op.operation)
            })?;
            let in_field = if is_technician { met_in_field(op, &got) } else { None };
            for met in met(op, &got).into_iter().chain(in_field) {
                seen(&mut counts.faults, met);
            }
        }
        self.model = model;
        Ok((Reply::Pushed(Pushed { results, server_time: self.now, epoch }), advanced))
    }

    /// What a server as new as the newest device reads in a command of today's.
    fn cast(&self, op: &OperationEnvelope) -> OperationEnvelope {
        let v = if self.is_upgraded { op.v.min(protocol::sync::push::OPERATION_VERSION) } else { op.v };
        OperationEnvelope { v, ..op.clone() }
    }

    /// Backs the database up.
    pub fn back_up(&mut self) {
        if let Some(db) = &self.db {
            let copy = self.file.with_extension("copy");
            let _ = std::fs::remove_file(&copy);
            let mut into = Connection::open(copy).expect("a copy");
            into.pragma_update(None, "synchronous", "OFF").expect("a pragma");
            let backup = rusqlite::backup::Backup::new(db, &mut into).expect("begins");
            if backup.run_to_completion(1_024, std::time::Duration::ZERO, None).is_ok() {
                drop(backup);
                into.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('is_copy', '1')", []).expect("marked");
                self.backup = Some(self.model.clone());
            }
        }
    }

    /// Serves the backup; says whether there is one.
    pub fn restore(&mut self) -> bool {
        let Some(model) = self.backup.take() else { return false };
        (self.db, self.lock) = (None, None);
        for log in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{log}", self.file.display()));
        }
        std::fs::rename(self.file.with_extension("copy"), &self.file).expect("restored");
        self.model = model;
        self.boot();
        true
    }

    /// Lets the disk be full, or have room again.
    pub fn set_full(&self, full: bool) {
        if let Some(db) = &self.db {
            limit(db, "main", full);
        }
    }

    /// Holds the database's lock, or lets go of it.
    pub fn set_busy(&mut self, busy: bool) {
        self.lock = (busy && self.db.is_some()).then(|| lock(&self.file, None)).flatten();
    }
}

/// Leaves a database no room, or gives it room again.
pub fn limit(db: &Connection, schema: &str, full: bool) {
    let used: i64 = db.query_row(&format!("PRAGMA {schema}.page_count"), [], |row| row.get(0)).unwrap_or(0);
    let most = if full { used } else { 1 << 30 };
    let _ = db.query_row(&format!("PRAGMA {schema}.max_page_count = {most}"), [], |_| Ok(()));
}

/// Takes the write lock of a database.
pub fn lock(file: &Path, key: Option<&str>) -> Option<Connection> {
    let db = Connection::open(file).ok()?;
    if let Some(key) = key {
        db.pragma_update(None, "key", format!("x'{key}'")).ok()?;
    }
    db.execute_batch("BEGIN IMMEDIATE").ok()?;
    Some(db)
}

/// Every row of a pull's answer, of a page, or of a manifest, by bucket.
pub fn buckets_in(answer: &Answer) -> Vec<String> {
    match answer {
        Answer::Pulled(Pulled { changes, add, heads, .. }) => {
            let of_rows = changes.iter().map(|change| change.bucket.0.clone());
            of_rows.chain(add.iter().chain(heads).map(|head| head.bucket.0.clone())).collect()
        }
        Answer::Page(page) => {
            page.rows.iter().map(|change| change.bucket.0.clone()).chain([page.head.bucket.0.clone()]).collect()
        }
        Answer::Manifest(manifest) => vec![manifest.head.bucket.0.clone()],
        Answer::NotFound => Vec::new(),
    }
}

/// Begins the months' end: tombstones older than what the log still brings to devices.
pub fn months(server: &mut Server) {
    // What was acknowledged is kept on devices for 30 days: an older backup is none.
    server.backup = None;
    server.now = server.now.plus(feed::TOMBSTONES_MS + 1);
    server.change(feed::forget_tombstones);
}
