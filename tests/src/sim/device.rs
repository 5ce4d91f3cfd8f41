//! A device of a simulation: the real store in real files, and the machine of `engine::device`, driven by steps instead of a clock.

use super::exchange::{Done, Question};
use super::imports::Import;
use super::server::{BEGIN, Fuse, Reply, id, user};
use super::storage::copy_files;
use super::{Broken, Counts, ensure, seen};
use client::error::Error;
use client::store::Store;
use client::store::outbox::queue;
use domain::UtcMillis;
use engine::device::{PushEffect, Reader, Sender};
use engine::pace::{Backoff, floor_ms};
use protocol::sync::push::{OPERATION_VERSION, Operation, Outcome, Push};
use protocol::ui::OutboxState;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The key of every simulated device.
pub const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A device.
pub struct Device {
    /// Which.
    pub number: u8,
    /// Its files.
    pub folder: PathBuf,
    /// Open while it runs.
    pub store: Option<Store>,
    /// Its end.
    pub fuse: Fuse,
    /// The questions on their way, by number of the message.
    pub asked: Option<(u64, Question)>,
    /// See `asked`.
    pub pushed: Option<(u64, Question)>,
    /// Taken while those before it are being applied, and sent when they are answered.
    ahead: Option<Push>,
    /// Whether something was said to be new.
    pub wake_pending: bool,
    /// Whether its last round came to an end: a device that waits before it tries again has asked nothing, and may be behind.
    is_at_end: bool,
    /// Whether something was said to be new since the round began, so that another must follow.
    is_news: bool,
    /// What was done here and not dropped, by operation.
    pub done: BTreeMap<Uuid, Done>,
    /// Its imports, each with how far it has come.
    pub imports: Vec<Import>,
    /// What was done here beside single records.
    pub office: super::office::Deeds,
    /// The rows that imports were to add here, by identifier.
    pub identities: BTreeSet<String>,
    /// What the fields that only this device writes must show, by row, and the operation that wrote it.
    pub private: BTreeMap<String, (String, Uuid)>,
    /// Cursors as they were last, by bucket: they only grow within an epoch.
    pub cursors: BTreeMap<String, (u64, u64)>,
    /// This device's clock ahead of the server's, in days.
    pub clock_days: i64,
    /// Whether its access token is good.
    pub token_is_good: bool,
    /// Whether its disk has no room left: then an edit is kept, and may not be shown yet.
    pub is_full: bool,
    /// What last went wrong with its storage, to read in a failure.
    pub last_trouble: String,
    /// Repairs that only a fault of its storage explains are none.
    pub was_damaged: bool,
    reader: Reader,
    sender: Sender,
    backoff: Backoff,
    read_at: u64,
    pub(super) push_at: u64,
    pub(super) made: u128,
    /// Holds a lock of its files.
    pub busy: Option<Connection>,
}

impl Device {
    /// A device that is off.
    pub fn new(number: u8, folder: PathBuf, template: &Path) -> Self {
        std::fs::create_dir(&folder).expect("a folder");
        copy_files(template, &folder);
        Self {
            number,
            folder,
            store: None,
            fuse: Fuse::default(),
            asked: None,
            pushed: None,
            ahead: None,
            wake_pending: true,
            is_at_end: false,
            is_news: false,
            done: BTreeMap::new(),
            imports: Vec::new(),
            office: Default::default(),
            identities: BTreeSet::new(),
            private: BTreeMap::new(),
            cursors: BTreeMap::new(),
            clock_days: 0,
            token_is_good: true,
            is_full: false,
            last_trouble: String::new(),
            was_damaged: false,
            reader: Reader::default(),
            sender: Sender::default(),
            backoff: Backoff::default(),
            read_at: 0,
            push_at: 0,
            made: 0,
            busy: None,
        }
    }

    /// This device's clock.
    pub fn clock(&self, server: UtcMillis) -> UtcMillis {
        UtcMillis((server.0 + self.clock_days * domain::core::local_time::DAY_MS).max(BEGIN.0 / 2))
    }

    /// Ends it, as a phone ends an app: what is not in its files is gone.
    pub fn kill(&mut self) {
        (self.store, self.busy, self.asked, self.pushed, self.ahead) = (None, None, None, None, None);
        (self.reader, self.sender, self.backoff) = (Reader::default(), Sender::default(), Backoff::default());
        (self.wake_pending, self.push_at) = (true, 0);
        self.fuse.take();
    }

    /// Starts it, if it is off. A disk that is full or locked keeps it off.
    pub fn boot(&mut self) {
        if self.store.is_some() {
            return;
        }
        // It is started with some room, or not at all.
        self.is_full = false;
        let opened = Store::open(&self.folder.join("cache.db"), KEY).and_then(|store| {
            store.with_writer(|db| {
                db.busy_timeout(std::time::Duration::ZERO)?;
                db.pragma_update(None, "synchronous", "OFF")
            })?;
            store.open_outbox(user(self.number), &self.folder.join("outbox.db"))?;
            store.with_writer(|db| self.fuse.watch(db));
            store.verify()?;
            Ok(store)
        });
        match opened {
            Ok(store) if !self.fuse.is_blown() => self.store = Some(store),
            _ => self.kill(),
        }
    }

    /// What it sends now: at most a question of its reader and one of its sender.
    pub fn turn(&mut self, mono: u64, server: UtcMillis, number: &mut u64) -> Vec<(u64, Question)> {
        self.boot();
        let clock = self.clock(server);
        let Some(mut store) = self.store.clone() else { return Vec::new() };
        let mut sent = Vec::new();
        if self.asked.is_none() && (self.wake_pending || mono >= self.read_at) {
            self.is_news &= !self.is_at_end;
            match self.reader.ask(&mut store) {
                Ok(Some(ask)) => {
                    *number += 1;
                    self.is_at_end = false;
                    self.asked = Some((*number, Question::Read(ask.clone())));
                    sent.push((*number, Question::Read(ask)));
                }
                Ok(None) => {
                    (self.wake_pending, self.is_at_end, self.read_at) = (self.is_news, true, mono + floor_ms(128));
                    self.backoff.reset();
                    // A server that was restored is sent again what it has forgotten.
                    self.push_at = 0;
                }
                Err(error) => self.trouble(&error, mono),
            }
        }
        if self.pushed.is_none() && mono >= self.push_at && self.store.is_some() {
            let taken = match self.ahead.take() {
                Some(push) => Ok(Some(push)),
                None => self.sender.batch(&mut store, user(self.number), clock),
            };
            match taken {
                Ok(Some(push)) => {
                    *number += 1;
                    self.pushed = Some((*number, Question::Push(push.clone())));
                    sent.push((*number, Question::Push(push)));
                }
                Ok(None) => self.push_at = mono + 15_000,
                Err(error) => self.trouble(&error, mono),
            }
            self.refused_here();
        } else if self.pushed.is_some() && self.ahead.is_none() && self.store.is_some() {
            match self.sender.batch(&mut store, user(self.number), clock) {
                Ok(push) => self.ahead = push,
                Err(error) => self.trouble(&error, mono),
            }
            self.refused_here();
        }
        self.after_commit();
        sent
    }

    /// Something is new.
    pub const fn wake(&mut self) {
        (self.wake_pending, self.is_news) = (true, true);
    }

    /// Whether it has taken all that it knows to be new.
    pub const fn is_up_to_date(&self) -> bool {
        self.is_at_end && !self.wake_pending
    }

    /// What builds on what was refused is refused without being sent.
    fn refused_here(&mut self) {
        let Some(store) = self.store.clone() else { return };
        let sql = "SELECT CAST(value AS INTEGER) FROM outbox.meta WHERE key = 'epoch'";
        let epoch = store.read_now(|db| Ok(db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap_or(0))).unwrap_or(0);
        let parked = store.read_now(queue::list).unwrap_or_default();
        for item in parked.iter().filter(|item| item.state == OutboxState::Parked) {
            self.refused(item.op, epoch as u64);
        }
    }

    /// What was refused shows no more, nor what was written on top of it; what stands may be anything that came before. Applied in an
    /// earlier epoch, it was forgotten with a restored server, and may be refused when it is brought again.
    fn refused(&mut self, op: Uuid, epoch: u64) {
        let Some(done) = self.done.get_mut(&op) else { return };
        done.applied = done.applied.filter(|applied| *applied >= epoch);
        // Operations are numbered in the order in which they were done, and anew when they are sent again.
        let is_on_top = |by: &Uuid| by.as_u128() as u64 >= op.as_u128() as u64;
        self.private.retain(|row, (_, by)| done.private.as_ref() != Some(row) || !is_on_top(by));
    }

    /// Takes an answer to a question that is still waited for.
    pub fn receive(
        &mut self,
        number: u64,
        reply: &Reply,
        mono: u64,
        server: UtcMillis,
        counts: &mut Counts,
    ) -> Result<(), Broken> {
        let clock = self.clock(server);
        let Some(mut store) = self.store.clone() else { return Ok(()) };
        if self.asked.as_ref().is_some_and(|(asked, _)| *asked == number) {
            let Some((_, Question::Read(ask))) = self.asked.take() else { return Ok(()) };
            match reply {
                Reply::Read(answer) => match self.reader.answer(&mut store, &ask, answer) {
                    Ok(step) => {
                        seen(&mut counts.checks, "no repair without damage");
                        ensure(step.differing == 0 || self.was_damaged, || {
                            format!("device {} holds other rows than the server's log says", self.number)
                        })?;
                        (self.wake_pending, self.backoff) = (true, Backoff::default());
                    }
                    Err(error) => {
                        self.reader.lost();
                        self.trouble(&error, mono);
                    }
                },
                _ => self.read_lost(mono, matches!(reply, Reply::Unauthenticated)),
            }
        } else if self.pushed.as_ref().is_some_and(|(pushed, _)| *pushed == number) {
            self.pushed = None;
            match reply {
                Reply::Pushed(pushed) => match self.sender.answer(&mut store, pushed, clock) {
                    // The pull comes first.
                    Ok(PushEffect::OtherEpoch) => (self.wake_pending, self.push_at, self.ahead) = (true, mono + 15_000, None),
                    Ok(PushEffect::Settled) => {
                        let known: Vec<Uuid> = store
                            .read_now(queue::list)
                            .unwrap_or_default()
                            .iter()
                            .filter(|item| matches!(item.state, OutboxState::Sent | OutboxState::Parked))
                            .map(|item| item.op)
                            .collect();
                        for result in pushed.results.iter().filter(|result| known.contains(&result.id)) {
                            self.settled(result.id, &result.outcome, pushed.epoch);
                        }
                        self.wake();
                        self.push_at = 0;
                    }
                    Err(error) => {
                        self.push_lost(mono, false);
                        self.trouble(&error, mono);
                    }
                },
                _ => self.push_lost(mono, matches!(reply, Reply::Unauthenticated)),
            }
        }
        self.after_commit();
        Ok(())
    }

    fn settled(&mut self, op: Uuid, outcome: &Outcome, epoch: u64) {
        match outcome {
            Outcome::Applied { .. } => {
                self.done.entry(op).and_modify(|done| done.applied = Some(epoch));
            }
            Outcome::Rejected { .. } => self.refused(op, epoch),
            _ => {}
        }
    }

    /// No answer came.
    pub fn give_up(&mut self, mono: u64) {
        if self.asked.take().is_some() {
            self.read_lost(mono, false);
        }
        if self.pushed.take().is_some() {
            self.push_lost(mono, false);
        }
    }

    fn read_lost(&mut self, mono: u64, by_token: bool) {
        self.reader.lost();
        self.token_is_good |= by_token;
        (self.wake_pending, self.read_at) = (false, mono + self.backoff.next_ms(128));
    }

    fn push_lost(&mut self, mono: u64, by_token: bool) {
        self.token_is_good |= by_token;
        self.ahead = None;
        if let Some(mut store) = self.store.clone()
            && let Err(error) = self.sender.lost(&mut store)
        {
            self.trouble(&error, mono);
        }
        self.push_at = mono + self.backoff.next_ms(128);
    }

    fn trouble(&mut self, error: &Error, mono: u64) {
        self.last_trouble = error.to_string();
        if error.is_corrupt() && !self.fuse.is_blown() {
            let rebuilt = self.store.as_ref().map(Store::reopen);
            if matches!(rebuilt, Some(Ok(()))) {
                self.cursors.clear();
            }
            // It opens its outbox as after a start.
            self.kill();
        }
        (self.wake_pending, self.read_at) = (false, mono + self.backoff.next_ms(128));
        self.push_at = self.push_at.max(mono + 1_000);
    }

    /// What a blown fuse stands for happens between two commits.
    pub(super) fn after_commit(&mut self) {
        if self.fuse.is_blown() {
            self.kill();
        }
    }

    /// A person does something here; `private` is the row and value of a field that nobody else writes.
    pub fn submit(&mut self, command: &Operation, private: Option<(String, String)>, server: UtcMillis, newer: bool) -> bool {
        let Some(store) = self.store.clone() else { return false };
        self.made += 1;
        let op = id(u128::from(100 + self.number), self.made);
        if let Some((row, _)) = private.as_ref().filter(|_| self.is_full) {
            self.private.remove(row);
        }
        let private = private.filter(|_| !self.is_full);
        let kept = store.submit(op, command, "", self.clock(server)).is_ok();
        if kept && newer {
            let v = OPERATION_VERSION + 1;
            let sql = "UPDATE outbox.op SET v = ?1 WHERE op_id = ?2";
            // On a device that ended with the commit before, it stays one of today's.
            let _ = store.with_writer(|db| db.execute(sql, rusqlite::params![v, op.to_string()]));
        }
        if kept {
            self.done.insert(op, Done { private: private.as_ref().map(|(row, _)| row.clone()), applied: None });
            self.private.extend(private.map(|(row, value)| (row, (value, op))));
            self.push_at = 0;
        }
        self.after_commit();
        kept
    }

    /// A person sends a refused operation again, or drops it.
    pub fn decide(&mut self, pick: u32) -> bool {
        let Some(store) = self.store.clone() else { return false };
        let parked = store.read_now(queue::list).unwrap_or_default();
        let parked: Vec<Uuid> = parked.iter().filter(|item| item.state == OutboxState::Parked).map(|item| item.op).collect();
        let Some(&op) = parked.get(pick as usize % parked.len().max(1)) else { return false };
        if pick.is_multiple_of(2) {
            if store.withdraw(op).is_ok() {
                self.done.remove(&op);
            }
        } else {
            self.made += 1;
            let new = id(u128::from(100 + self.number), self.made);
            if store.retry_parked(op, new).is_ok()
                && let Some(done) = self.done.remove(&op)
            {
                self.done.insert(new, done);
            }
        }
        self.push_at = 0;
        self.after_commit();
        true
    }
}
