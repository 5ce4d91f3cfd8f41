//! The context of one write transaction: everything that changes rows takes it, and nothing else.

use crate::core::feed::{BucketAdvanced, Feed, RowId};
use crate::error::Error;
use domain::billing::ledger::Posting;
use domain::{Rupiah, UtcMillis};
use protocol::sync::rows::Entity;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::collections::BTreeSet;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A database connection that is only read from.
pub type Db = Connection;

/// A write transaction, at one instant, with the change feed that is saved before it commits.
///
/// It dereferences to the database, so that what only reads can be given it.
pub struct Tx<'a> {
    /// The database, inside the transaction.
    pub db: &'a Transaction<'a>,
    /// The instant at which everything in the transaction happens.
    pub now: UtcMillis,
    /// The change feed.
    pub feed: Feed,
    /// Meters whose readings a job has written by itself: what the writer remembers of them is old.
    touched_meters: BTreeSet<i64>,
    /// What was posted in the transaction, by ascending key.
    posted: Vec<PostedTransfer>,
}

/// A transfer that the transaction has posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedTransfer {
    /// Its key.
    pub num: i64,
    /// Its postings, each with the balance of its account after it.
    pub postings: Vec<(Posting, Rupiah)>,
}

impl<'a> Tx<'a> {
    /// The context of a transaction that begins at `now`.
    pub fn new(db: &'a Transaction<'a>, now: UtcMillis) -> Self {
        Self { db, now, feed: Feed::default(), touched_meters: BTreeSet::new(), posted: Vec::new() }
    }

    /// Puts a row at a revision into a bucket.
    ///
    /// # Errors
    /// The database.
    pub fn put(&mut self, bucket: i64, entity: Entity, id: &RowId, rev: i64) -> Result<(), Error> {
        self.feed.put(self.db, bucket, entity, id, rev)
    }

    /// Removes a row from a bucket; if it is not there nothing happens.
    ///
    /// # Errors
    /// The database.
    pub fn remove(&mut self, bucket: i64, entity: Entity, id: &RowId) -> Result<(), Error> {
        self.feed.remove(self.db, self.now, bucket, entity, id)
    }

    /// The key of a utility's bucket, which is created if it does not exist.
    ///
    /// # Errors
    /// The database.
    pub fn bucket(&mut self, utility: i64, name: impl Into<String>) -> Result<i64, Error> {
        self.feed.bucket(self.db, utility, name)
    }

    /// Records that a job has written readings of a meter by itself.
    pub fn touch_meter(&mut self, meter: i64) {
        self.touched_meters.insert(meter);
    }

    /// Records a transfer with all of its postings, so that whoever follows up on it in the transaction need not read it again. It is forgotten
    /// where the savepoint in which it was posted is rolled back.
    pub fn record_posted(&mut self, transfer: PostedTransfer) {
        self.posted.push(transfer);
    }

    /// The transfers that were posted in the transaction, by ascending key.
    pub fn posted(&self) -> &[PostedTransfer] {
        &self.posted
    }

    /// The meters recorded since this was called last.
    pub fn take_touched_meters(&mut self) -> BTreeSet<i64> {
        std::mem::take(&mut self.touched_meters)
    }
}

impl Deref for Tx<'_> {
    type Target = Db;

    fn deref(&self) -> &Db {
        self.db
    }
}

/// Does `work` in a savepoint: if it fails or panics, all of it is rolled back.
///
/// # Errors
/// What `work` says, [`Error::Panicked`], or [`Error::Stopped`] if the transaction has ended under it.
pub fn in_savepoint<R>(tx: &mut Tx<'_>, work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error>) -> Result<R, Error> {
    // A full or failing disk can end the transaction under a job; a savepoint would then be a transaction of its own.
    if tx.is_autocommit() {
        return Err(Error::Stopped);
    }
    tx.db.prepare_cached("SAVEPOINT job")?.execute([])?;
    tx.feed.mark();
    let (now, posted) = (tx.now, tx.posted.len());
    // A fault in one job must not end the writer, which everybody's water depends on. What the job left half done is rolled back.
    let outcome = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or(Err(Error::Panicked));
    // A job may do its work as of another instant; the next one does not.
    tx.now = now;
    if outcome.is_ok() {
        tx.db.prepare_cached("RELEASE job")?.execute([])?;
    } else {
        tx.feed.back();
        tx.posted.truncate(posted);
        tx.db.execute_batch("ROLLBACK TO job; RELEASE job")?;
    }
    outcome
}

/// Does `work` in a transaction of its own as of `now`, change feed and all, outside the writer: for the command line, tools and tests.
///
/// # Errors
/// What `work` says; then nothing stays.
pub fn transact<R>(
    db: &mut Connection,
    now: UtcMillis,
    work: impl FnOnce(&mut Tx<'_>) -> Result<R, Error>,
) -> Result<(R, Vec<BucketAdvanced>), Error> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut tx = Tx::new(&transaction, now);
    let outcome = work(&mut tx)?;
    let advanced = tx.feed.save(&transaction)?;
    transaction.commit()?;
    Ok((outcome, advanced))
}
