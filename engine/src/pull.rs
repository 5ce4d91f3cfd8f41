//! The pulling half of the engine on a device: what to request next, and what an answer does.
//!
//! The engine keeps nothing: what a device holds is in its store, written in the same transaction as the rows, so that a device that is
//! killed at any point continues from its store.

use protocol::sync::pull::{Bucket, Cursor, Head, Pull, Pulled, Range, StateHash};

/// A bucket as a device holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// How far the log was taken.
    pub cursor: Cursor,
    /// The hash of the rows held.
    pub state_hash: StateHash,
    /// Whether its first rows are all here.
    pub snapshot: Snapshot,
}

/// How far the first rows of a bucket are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Snapshot {
    /// All of them.
    Whole,
    /// None yet.
    Begun,
    /// Those up to this key.
    After(String),
}

/// What a device requests next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Rows of a part of a bucket: the next of its first ones, or those of a run that differs.
    Page {
        /// Which bucket.
        bucket: Bucket,
        /// Which part.
        range: Range,
    },
    /// What a bucket holds, by hash, from a key on.
    Manifest {
        /// Which bucket.
        bucket: Bucket,
        /// Behind which key.
        after: Option<String>,
    },
    /// What changed.
    Pull(Pull),
}

/// What to request next: unfinished snapshots first, because their log must not be taken before their rows are there.
pub fn next(held: &[Held], bytes: u32) -> Ask {
    for bucket in held {
        let after = match &bucket.snapshot {
            Snapshot::Whole => continue,
            Snapshot::Begun => None,
            Snapshot::After(key) => Some(key.clone()),
        };
        return Ask::Page { bucket: bucket.cursor.bucket.clone(), range: Range { after, until: None, bytes: Some(bytes) } };
    }
    Ask::Pull(Pull { cursors: held.iter().map(|bucket| bucket.cursor.clone()).collect(), bytes: Some(bytes) })
}

/// What a pull makes a device do, in this order, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Drop a bucket and the rows that no other bucket holds.
    Drop(Bucket),
    /// Begin a bucket with its snapshot, from this head on.
    Begin(Head),
    /// The log no longer reaches back to this device's cursor: go on from this head with the rows held, which the hash then judges.
    Skip(Head),
    /// Take the changes of the answer at these places, and set the bucket's cursor to the last of them.
    Take {
        /// Which bucket.
        bucket: Bucket,
        /// Places in [`Pulled::changes`].
        changes: Vec<usize>,
        /// The cursor afterwards.
        seq: u64,
    },
}

/// The answer breaks the protocol; nothing of it may be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server's answer breaks the protocol: {0}")]
pub struct Broken(pub &'static str);

/// What to do with a pull's answer.
///
/// # Errors
/// [`Broken`] if it has changes of a bucket that was not asked for, or that do not go forward.
pub fn take(held: &[Held], pulled: &Pulled) -> Result<Vec<Effect>, Broken> {
    let mut effects: Vec<Effect> = pulled.drop.iter().cloned().map(Effect::Drop).collect();
    for bucket in held {
        let name = &bucket.cursor.bucket;
        let mut seq = bucket.cursor.seq;
        let mut changes = Vec::new();
        for (place, change) in pulled.changes.iter().enumerate().filter(|(_, change)| &change.bucket == name) {
            if change.seq <= seq {
                return Err(Broken("a change goes backwards"));
            }
            seq = change.seq;
            changes.push(place);
        }
        if !changes.is_empty() {
            effects.push(Effect::Take { bucket: name.clone(), changes, seq });
        }
    }
    let known = |name: &Bucket| held.iter().any(|bucket| &bucket.cursor.bucket == name);
    if !pulled.changes.iter().all(|change| known(&change.bucket)) {
        return Err(Broken("a change of a bucket that was not asked for"));
    }
    effects.extend(pulled.add.iter().cloned().map(|head| begin(held, head)));
    Ok(effects)
}

/// How to begin with a bucket that the server wants taken from its head on. Within one epoch a revision has one body, so the rows held
/// are worth keeping, and what differs is found by hash. In another epoch, or where the server is behind this device, it was restored
/// from a backup: the same revision may have another body there.
fn begin(held: &[Held], head: Head) -> Effect {
    let known = held.iter().find(|bucket| bucket.cursor.bucket == head.bucket);
    let keeps = known.is_some_and(|known| {
        known.snapshot == Snapshot::Whole && known.cursor.epoch == head.epoch && known.cursor.seq <= head.seq
    });
    if keeps { Effect::Skip(head) } else { Effect::Begin(head) }
}

/// Whether the server is behind this device within one epoch: it was restored from a copy without beginning another epoch.
pub fn is_behind(held: &[Held], head: &Head) -> bool {
    let known = held.iter().find(|bucket| bucket.cursor.bucket == head.bucket);
    known.is_some_and(|known| known.cursor.epoch == head.epoch && known.cursor.seq > head.seq)
}

/// The buckets whose rows differ from the server's though the log was taken to its end: they are compared by manifest.
pub fn differing(held: &[Held], heads: &[Head]) -> Vec<Head> {
    heads
        .iter()
        .filter(|head| {
            held.iter().any(|bucket| {
                bucket.cursor.bucket == head.bucket
                    && bucket.snapshot == Snapshot::Whole
                    && bucket.cursor.epoch == head.epoch
                    && bucket.cursor.seq == head.seq
                    && bucket.state_hash != head.state_hash
            })
        })
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UtcMillis;
    use protocol::sync::pull::{Change, Kind};
    use protocol::sync::rows::Entity;

    fn held(name: &str, seq: u64, snapshot: Snapshot) -> Held {
        Held { cursor: Cursor { bucket: Bucket(name.into()), epoch: 1, seq }, state_hash: StateHash(0), snapshot }
    }

    fn change(name: &str, seq: u64) -> Change {
        Change {
            bucket: Bucket(name.into()),
            seq,
            entity: Entity::Zone.into(),
            id: "x".into(),
            rev: 1,
            kind: Kind::Remove,
            body: None,
        }
    }

    fn pulled(changes: Vec<Change>) -> Pulled {
        Pulled { changes, add: vec![], drop: vec![], heads: vec![], more: false, server_time: UtcMillis(0) }
    }

    #[test]
    fn a_snapshot_that_was_cut_off_goes_on_before_anything_else() {
        let holds = [held("a", 4, Snapshot::Whole), held("b", 9, Snapshot::After("k".into()))];
        let asked = next(&holds, 9);
        assert!(matches!(asked, Ask::Page { bucket, range } if bucket.0 == "b" && range.after.as_deref() == Some("k")));
    }

    #[test]
    fn a_change_that_goes_backwards_is_not_taken() {
        let holds = [held("a", 4, Snapshot::Whole)];
        assert!(take(&holds, &pulled(vec![change("a", 5), change("a", 5)])).is_err());
        assert!(take(&holds, &pulled(vec![change("a", 4)])).is_err());
        assert!(take(&holds, &pulled(vec![change("b", 1)])).is_err());
        let effects = take(&holds, &pulled(vec![change("a", 5), change("a", 8)])).unwrap();
        assert_eq!(effects, [Effect::Take { bucket: Bucket("a".into()), changes: vec![0, 1], seq: 8 }]);
    }

    #[test]
    fn a_cursor_that_is_too_old_keeps_its_rows_and_one_of_another_epoch_does_not() {
        let holds = [held("a", 4, Snapshot::Whole)];
        let add = |epoch, seq| {
            let head = Head { bucket: Bucket("a".into()), epoch, seq, state_hash: StateHash(7) };
            take(&holds, &Pulled { add: vec![head], ..pulled(vec![]) }).unwrap().remove(0)
        };
        assert!(matches!(add(1, 9), Effect::Skip(_)));
        assert!(matches!(add(2, 9), Effect::Begin(_)), "the same revision may have another body there");
        assert!(matches!(add(1, 3), Effect::Begin(_)), "the server is behind this device");
    }

    #[test]
    fn rows_that_differ_at_the_same_place_of_the_log_are_taken_anew() {
        let holds = [held("a", 4, Snapshot::Whole)];
        let head = |seq, hash| Head { bucket: Bucket("a".into()), epoch: 1, seq, state_hash: StateHash(hash) };
        assert_eq!(differing(&holds, &[head(4, 7)]).len(), 1);
        assert!(differing(&holds, &[head(5, 7)]).is_empty(), "the log is not at its end");
        assert!(differing(&holds, &[head(4, 0)]).is_empty());
    }
}
