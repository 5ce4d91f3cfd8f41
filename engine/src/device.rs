//! A device's half of sync without I/O: a [`Reader`] that pulls what the server has, and a [`Sender`] that pushes operations.
//!
//! The driver asks each of them what to send and hands it the answer. Neither keeps anything that matters: that is in the [`Store`], which
//! a kill at any point leaves in a state to continue from. The app and the simulation drive the same two.

use crate::frame::Frame;
use crate::pull::{Ask, Broken, Held, Snapshot, next};
use domain::{UserId, UtcMillis};
use protocol::sync::pull::{Bucket, Chunk, FRAME, Head, Manifest, Page, Pulled, ROW_BYTES, Range};
use protocol::sync::push::{OperationResult, Push, Pushed};
use std::collections::VecDeque;

/// Bytes of operations that one push carries at most; the server takes twice as much.
const PUSH_BYTES: u32 = 1024 * 1024;

/// Pages that are requested or being stored at a time.
const PAGES: u32 = 2;

/// A bucket that differs although it was repaired is compared again this often at most.
const COMPARE_AFTER_MS: i64 = 10 * domain::core::local_time::MINUTE_MS;

/// The effect of a pull.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PullEffect {
    /// Whether any row changed.
    pub changed: bool,
    /// Buckets whose log was taken to its end and whose rows differ from the server's all the same.
    pub differing: Vec<Head>,
}

/// What a device keeps. Each call is one transaction: it happens whole or not at all.
pub trait Store {
    /// What can go wrong: the disk.
    type Error: From<Broken>;

    /// Every bucket held.
    ///
    /// # Errors
    /// The disk.
    fn held(&mut self) -> Result<Vec<Held>, Self::Error>;

    /// Takes a pull's answer.
    ///
    /// # Errors
    /// The answer breaks the protocol, or the disk.
    fn take_pulled(&mut self, pulled: &Pulled) -> Result<PullEffect, Self::Error>;

    /// Takes the next page of a bucket's first rows.
    ///
    /// # Errors
    /// A row is not understood, or the disk.
    fn take_page(&mut self, page: &Page, range: &Range) -> Result<(), Self::Error>;

    /// Takes a page of a run that differs: rows that are held of the run and not in the page are removed.
    ///
    /// # Errors
    /// A row is not understood, or the disk.
    fn mend(&mut self, page: &Page, range: &Range) -> Result<(), Self::Error>;

    /// Those of a manifest's runs whose rows differ from those held, and the range behind the last run if nothing should be there.
    ///
    /// # Errors
    /// The disk.
    fn compare(&mut self, bucket: &Bucket, after: Option<&str>, manifest: &Manifest) -> Result<Vec<Range>, Self::Error>;

    /// Drops a bucket that does not exist, or that this user may not hold any more.
    ///
    /// # Errors
    /// The disk.
    fn drop_bucket(&mut self, bucket: &Bucket) -> Result<(), Self::Error>;

    /// The operations applied so far whose effects were not received: a pull that begins now brings them.
    ///
    /// # Errors
    /// The disk.
    fn applied(&mut self) -> Result<Vec<String>, Self::Error>;

    /// Removes the overlays of these operations: their effects were received. `now` is the server's clock.
    ///
    /// # Errors
    /// The disk.
    fn retire(&mut self, applied: &[String], now: UtcMillis) -> Result<(), Self::Error>;

    /// The next operations to send, now inflight; `None` if there are none, or the open outbox is not this user's.
    ///
    /// # Errors
    /// The disk.
    fn take_batch(&mut self, user: UserId, now: UtcMillis, bytes: usize) -> Result<Option<Push>, Self::Error>;

    /// Stores the server's results of operations, `at` an instant of its clock. `now` is this device's.
    ///
    /// # Errors
    /// The disk.
    fn settle(&mut self, results: &[OperationResult], at: UtcMillis, now: UtcMillis) -> Result<(), Self::Error>;

    /// Makes inflight operations pending again: no answer came.
    ///
    /// # Errors
    /// The disk.
    fn put_back(&mut self) -> Result<(), Self::Error>;
}

/// Pulls what the server has, round by round.
#[derive(Debug)]
pub struct Reader {
    frame: Frame,
    round: Option<Round>,
    /// Buckets that still differed after they were repaired, and when: they are damaged on the server.
    given_up: Vec<(Bucket, UtcMillis)>,
}

/// One round: until there is nothing more to take.
#[derive(Debug, Default)]
struct Round {
    /// Applied before the round began, so that their effects are in it.
    applied: Vec<String>,
    /// Manifests to request, and runs to take again.
    repairs: VecDeque<Ask>,
    /// The log was taken to its end.
    at_end: bool,
    /// The server's clock.
    server_time: Option<UtcMillis>,
    /// Buckets compared already.
    compared: Vec<Bucket>,
}

/// The server's answer to a reader's request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// To [`Ask::Pull`].
    Pulled(Pulled),
    /// To [`Ask::Page`].
    Page(Page),
    /// To [`Ask::Manifest`].
    Manifest(Manifest),
    /// To any request about a bucket that does not exist, or that this user may not hold.
    NotFound,
}

impl Answer {
    /// Bytes of its rows.
    fn bytes(&self) -> usize {
        let rows = match self {
            Self::Pulled(pulled) => &pulled.changes,
            Self::Page(page) => &page.rows,
            Self::Manifest(_) | Self::NotFound => return 0,
        };
        rows.iter().map(|change| ROW_BYTES + change.body.as_ref().map_or(0, |body| body.get().len())).sum()
    }
}

/// What an answer changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Whether rows changed.
    pub changed: bool,
    /// Runs of rows found to differ.
    pub differing: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self { frame: Frame::new(FRAME), round: None, given_up: Vec::new() }
    }
}

impl Reader {
    /// The next request of the round, which begins if there is none; `None` once there is nothing more to take. The same request until it
    /// is answered.
    ///
    /// # Errors
    /// The disk.
    pub fn ask<S: Store>(&mut self, store: &mut S) -> Result<Option<Ask>, S::Error> {
        let round = match &mut self.round {
            Some(round) => round,
            None => self.round.insert(Round { applied: store.applied()?, ..Round::default() }),
        };
        if let Some(repair) = round.repairs.front() {
            return Ok(Some(with_bytes(repair.clone(), self.page())));
        }
        if !round.at_end {
            return Ok(Some(with_bytes(next(&store.held()?, self.frame.bytes), self.page())));
        }
        if let Some(server_time) = round.server_time.filter(|_| !round.applied.is_empty()) {
            store.retire(&round.applied, server_time)?;
        }
        self.round = None;
        Ok(None)
    }

    /// Bytes of a page: half a frame, since one is fetched while the one before it is stored. A kill costs both, which are a frame.
    const fn page(&self) -> u32 {
        self.frame.bytes / PAGES
    }

    /// The request behind this page, so that it can be sent while the page is being stored.
    pub fn ahead(&self, ask: &Ask, page: &Page) -> Option<Ask> {
        let Ask::Page { bucket, range } = ask else { return None };
        let after = Some(page.next.clone()?);
        let range = Range { after, until: range.until.clone(), bytes: Some(self.page()) };
        Some(Ask::Page { bucket: bucket.clone(), range })
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// The answer breaks the protocol or is to another request, or the disk; then nothing of it was taken.
    pub fn answer<S: Store>(&mut self, store: &mut S, ask: &Ask, answer: &Answer) -> Result<Step, S::Error> {
        let Some(round) = &mut self.round else { return Err(Broken("an answer without a request").into()) };
        let mut step = Step { changed: true, differing: 0 };
        match (ask, answer) {
            (Ask::Pull(_), Answer::Pulled(pulled)) => step = round.pulled(store, pulled, &mut self.given_up)?,
            (Ask::Page { range, .. }, Answer::Page(page)) if round.repairs.is_empty() => store.take_page(page, range)?,
            (Ask::Page { bucket, range }, Answer::Page(page)) => {
                store.mend(page, range)?;
                round.repairs.pop_front();
                if let Some(next) = &page.next {
                    let range = Range { after: Some(next.clone()), ..range.clone() };
                    round.repairs.push_front(Ask::Page { bucket: bucket.clone(), range });
                }
            }
            (Ask::Manifest { bucket, after }, Answer::Manifest(manifest)) => {
                let ranges = store.compare(bucket, after.as_deref(), manifest)?;
                round.repairs.pop_front();
                step = Step { changed: false, differing: ranges.len() };
                if let Some(next) = &manifest.next {
                    round.repairs.push_front(Ask::Manifest { bucket: bucket.clone(), after: Some(next.clone()) });
                }
                for range in ranges {
                    round.repairs.push_front(Ask::Page { bucket: bucket.clone(), range });
                }
            }
            (Ask::Page { bucket, .. } | Ask::Manifest { bucket, .. }, Answer::NotFound) => {
                // The right to it was lost meanwhile: what was received of it goes as well.
                store.drop_bucket(bucket)?;
                round.repairs.retain(
                    |ask| !matches!(ask, Ask::Page { bucket: of, .. } | Ask::Manifest { bucket: of, .. } if of == bucket),
                );
            }
            _ => return Err(Broken("an answer to another request").into()),
        }
        let parts = if matches!(answer, Answer::Page(_)) { PAGES as usize } else { 1 };
        self.frame.received(answer.bytes() * parts);
        Ok(step)
    }

    /// No answer came, or not a whole one: the round ends, and the next one requests less at a time.
    pub fn lost(&mut self) {
        self.frame.lost();
        self.round = None;
    }
}

impl Round {
    fn pulled<S: Store>(
        &mut self,
        store: &mut S,
        pulled: &Pulled,
        given_up: &mut Vec<(Bucket, UtcMillis)>,
    ) -> Result<Step, S::Error> {
        let effect = store.take_pulled(pulled)?;
        self.server_time = Some(pulled.server_time);
        // What the log did not bring, only a comparison can, whatever an earlier one found.
        let is_anew = |bucket: &Bucket| pulled.add.iter().any(|head| head.bucket == *bucket);
        self.compared.retain(|bucket| !is_anew(bucket));
        given_up.retain(|(bucket, _)| !is_anew(bucket));
        let whole = store.held()?.iter().all(|held| held.snapshot == Snapshot::Whole);
        // A bucket that was added continues from its head: the next answer shows whether there is more, and whether it differs.
        self.at_end = !pulled.more && pulled.add.is_empty() && whole;
        if !self.at_end {
            return Ok(Step { changed: effect.changed, differing: 0 });
        }
        given_up.retain(|(_, at)| (0..COMPARE_AFTER_MS).contains(&pulled.server_time.since(*at)));
        for Head { bucket, .. } in effect.differing {
            if self.compared.contains(&bucket) {
                given_up.push((bucket, pulled.server_time));
            } else if !given_up.iter().any(|(known, _)| *known == bucket) {
                self.repairs.push_back(Ask::Manifest { bucket: bucket.clone(), after: None });
                self.compared.push(bucket);
            }
        }
        // The log may advance during the repair: it is taken to its end once more.
        self.at_end = self.repairs.is_empty();
        Ok(Step { changed: effect.changed, differing: self.repairs.len() })
    }
}

fn with_bytes(ask: Ask, bytes: u32) -> Ask {
    match ask {
        Ask::Page { bucket, range } => Ask::Page { bucket, range: Range { bytes: Some(bytes), ..range } },
        other => other,
    }
}

/// The runs of a manifest with the range each stands for, and what is behind the last one where the manifest ends.
pub fn ranges<'m>(after: Option<&str>, manifest: &'m Manifest) -> impl Iterator<Item = (Range, Option<&'m Chunk>)> {
    let mut from = after.map(str::to_owned);
    let mut parts = Vec::with_capacity(manifest.chunks.len() + 1);
    for chunk in &manifest.chunks {
        let range = Range { after: from.replace(chunk.until.clone()), until: Some(chunk.until.clone()), bytes: None };
        parts.push((range, Some(chunk)));
    }
    if manifest.next.is_none() {
        parts.push((Range { after: from, until: None, bytes: None }, None));
    }
    parts.into_iter()
}

/// The effect of an answer to a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushEffect {
    /// The results of the operations are stored.
    Settled,
    /// The server's data is in another epoch: a pull comes first, which shows what is to be sent again.
    OtherEpoch,
}

/// Pushes what waits in the outbox.
#[derive(Debug)]
pub struct Sender {
    frame: Frame,
    /// Bytes of the batches that were taken from the outbox and not answered.
    unanswered: VecDeque<usize>,
}

impl Default for Sender {
    fn default() -> Self {
        Self { frame: Frame::new(PUSH_BYTES), unanswered: VecDeque::new() }
    }
}

impl Sender {
    /// The next operations to push, now inflight; `None` if nothing is to be sent now. They may be taken while those before them are being
    /// applied, and are sent when those are answered: that keeps the order.
    ///
    /// # Errors
    /// The disk.
    pub fn batch<S: Store>(&mut self, store: &mut S, user: UserId, now: UtcMillis) -> Result<Option<Push>, S::Error> {
        if self.unanswered.is_empty() {
            // What is stored as inflight and is not: the disk failed when it was to be pending again.
            store.put_back()?;
        }
        let push = store.take_batch(user, now, self.frame.bytes as usize)?;
        if let Some(push) = &push {
            self.unanswered.push_back(push.ops.iter().map(|op| op.operation.get().len()).sum());
        }
        Ok(push)
    }

    /// Stores the results of a push.
    ///
    /// # Errors
    /// The disk.
    pub fn answer<S: Store>(&mut self, store: &mut S, pushed: &Pushed, now: UtcMillis) -> Result<PushEffect, S::Error> {
        let epoch = store.held()?.iter().map(|held| held.cursor.epoch).max();
        if pushed.results.is_empty() || epoch.is_some_and(|epoch| pushed.epoch < epoch) {
            // The server was restored meanwhile. It may have lost what it answered before; and what is sent now must come behind what has
            // to be sent again.
            self.unanswered.clear();
            store.put_back()?;
            return Ok(PushEffect::OtherEpoch);
        }
        store.settle(&pushed.results, pushed.server_time, now)?;
        self.frame.received(self.unanswered.pop_front().unwrap_or_default());
        Ok(PushEffect::Settled)
    }

    /// No answer came, so nothing is known: all of it is sent again under the same identifiers, less at a time.
    ///
    /// # Errors
    /// The disk.
    pub fn lost<S: Store>(&mut self, store: &mut S) -> Result<(), S::Error> {
        self.frame.lost();
        self.unsent(store)
    }

    /// Nothing has left this device, which says nothing of how much the network lets through: all of it is sent again as it was.
    ///
    /// # Errors
    /// The disk.
    pub fn unsent<S: Store>(&mut self, store: &mut S) -> Result<(), S::Error> {
        self.unanswered.clear();
        store.put_back()
    }
}
