//! What the server sends unasked, by wake line and live stream, against who was in scope when it was made.

use super::{Case, Step, count};
use domain::{MeterId, UtcMillis};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::time::Duration;
use tests::listener::{Listener, Received};
use tokio::time::timeout;

/// Who held which buckets when they advanced, and who might watch which meter when its value came.
#[derive(Default)]
pub struct History {
    pub heads: BTreeMap<String, u64>,
    /// By bucket and person: the changes that were in their scope.
    pub changes: Vec<(String, usize, RangeInclusive<u64>)>,
    pub values: BTreeSet<(UtcMillis, MeterId, usize)>,
}

impl Case<'_> {
    /// Does a step, and notes whose changes it made: of those who had a bucket before it or have it after.
    pub async fn step(&mut self, step: &Step) {
        let before: Vec<_> = (0..self.town.people.len()).map(|who| self.town.buckets(who)).collect();
        self.act(step).await;
        let utility = self.town.utility;
        let read = self.running.server.app.store.read(move |db| {
            let mut query = db.prepare("SELECT name, seq FROM bucket WHERE utility = ?1")?;
            let heads = query.query_map([utility], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
            Ok(heads.collect::<Result<BTreeMap<String, u64>, _>>()?)
        });
        let heads = read.await.expect("reads");
        for (who, before) in before.iter().enumerate() {
            for bucket in before.union(&self.town.buckets(who)) {
                let from = self.history.heads.get(bucket).copied().unwrap_or_default() + 1;
                self.history.changes.push((bucket.clone(), who, from..=heads.get(bucket).copied().unwrap_or_default()));
            }
        }
        self.history.heads = heads;
    }

    /// One message that somebody received.
    fn judge(&self, who: usize, message: &Received) {
        match message {
            Received::Wake(wake) => {
                count(&self.counts.wakes);
                let was_theirs = |(bucket, of, changes): &(String, usize, _)| {
                    *of == who && bucket == &wake.bucket.0 && contains(changes, wake.seq)
                };
                assert!(self.history.changes.iter().any(was_theirs), "{who} gets a wake for {wake:?}");
            }
            Received::Frame(frame) => {
                count(&self.counts.frames);
                assert!(self.history.values.contains(&(frame.t, frame.meter, who)), "{who} is shown {frame:?}");
            }
        }
    }

    /// Listens until everything that was on its way has come: two values that everybody may see are seen one after the other.
    pub async fn drain_streams(&mut self, listeners: &mut [(usize, Listener)]) {
        for (who, _) in listeners.iter() {
            if !self.town.people[*who].links.contains(&0) {
                self.step(&Step::Toggle { who: *who, what: 0 }).await;
            }
        }
        if self.town.places.is_empty() {
            self.step(&Step::Connect { customer: 0, zone: 0 }).await;
        }
        self.step(&Step::Move { place: 0, customer: 0, zone: 0 }).await;
        self.step(&Step::Install { meter: 0, place: 0 }).await;
        let meter = self.town.meters[0].id;
        for _ in 0..2 {
            self.step(&Step::Read { meter: 0 }).await;
            let since = self.history.values.iter().map(|(t, ..)| *t).max().expect("a value");
            for (who, listener) in listeners.iter_mut() {
                let who = *who;
                for silence in 0.. {
                    assert!(silence < 200, "{who} is never shown what is theirs");
                    let Ok(message) = timeout(Duration::from_secs(1), listener.received.recv()).await else {
                        // Whoever has just been given the meter may have begun to listen after the value came.
                        self.step(&Step::Read { meter: 0 }).await;
                        continue;
                    };
                    let message = message.expect("the line is open");
                    self.judge(who, &message);
                    if matches!(&message, Received::Frame(frame) if frame.meter == meter && frame.t >= since) {
                        break;
                    }
                }
            }
        }
    }
}

fn contains(range: &RangeInclusive<u64>, seq: u64) -> bool {
    range.contains(&seq)
}
