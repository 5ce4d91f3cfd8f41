//! What is there after the faults, compared with what was done while they lasted.

use super::{Bodies, buckets_of};
use domain::UserId;
use protocol::sync::push::{Outcome, Rejection};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tests::proxy::Counts;
use tests::views::{self, Effect, Sent};
use uuid::Uuid;

/// That a device has every row the server has, at its revision and with its body, nothing over it, and every operation it kept.
pub fn same_view(data: &Path, folder: &Path, served: &Bodies, user: UserId, kept: &[Uuid]) -> BTreeMap<Uuid, Sent> {
    let (cache, server) = (views::cache(folder), views::server_database(data));
    let (held, mut there) = (views::held(&cache), views::buckets(&server));
    assert!(held.keys().eq(buckets_of(user).iter()), "no more and no less: {:?}", held.keys());
    for (name, holding) in &held {
        assert_eq!(Some(holding), there.remove(name).as_ref(), "bucket {name} of {}", folder.display());
    }
    assert_eq!(views::covered(&cache), 0, "nothing lies over a row any more");
    let shown = views::bodies(&cache);
    assert_eq!(shown.len(), served.len());
    for (key, body) in &shown {
        assert_eq!(Some(body), served.get(key), "{key:?}");
    }
    let sent = views::outbox(folder, user);
    for op in kept {
        assert!(sent.contains_key(op), "{op} was said to be kept, and is not");
    }
    for (op, sent) in &sent {
        assert!(matches!(sent.state.as_str(), "applied" | "parked"), "{op} is {}", sent.state);
    }
    sent
}

/// What happened; a zero is a proof that was none.
#[derive(Debug, Default)]
pub struct Tally {
    pub faults: Counts,
    pub server_kills: u64,
    pub device_kills: u64,
    pub operations: usize,
    pub applied: usize,
    pub parked: usize,
    /// Among those parked.
    pub never_sent: usize,
    pub conflicts: usize,
    pub effects: usize,
}

impl Tally {
    pub fn none_is_zero(&self) {
        let Counts { connections, delayed, throttled, cut, black_holed, .. } = self.faults;
        for count in [connections, delayed, throttled, cut, black_holed, self.server_kills, self.device_kills] {
            assert!(count > 0, "a fault that never happened proves nothing: {self:?}");
        }
        for count in [self.operations, self.applied, self.parked, self.conflicts, self.effects] {
            assert!(count > 0, "{self:?}");
        }
    }
}

/// That each operation was decided once and as its device was answered, that its effects are on record once and whole, and that all effects
/// one after another lead from what was to what is.
pub fn judge(data: &Path, before: &Bodies, after: &Bodies, sent: &BTreeMap<Uuid, Sent>) -> Tally {
    let server = views::server_database(data);
    let (decided, audit, conflicts) = (views::decided(&server), views::audit(&server), views::conflicts(&server));
    let nobodys: Vec<_> = decided.iter().filter(|(op, _)| !sent.contains_key(op)).collect();
    assert!(nobodys.is_empty(), "nothing is decided that nobody did: {nobodys:?}");
    let mut effects: BTreeMap<Uuid, &Effect> = BTreeMap::new();
    for effect in &audit {
        assert!(effects.insert(effect.op, effect).is_none(), "{} had two effects", effect.op);
    }
    let mut tally = Tally { operations: sent.len(), conflicts: conflicts.len(), effects: audit.len(), ..Tally::default() };
    for (op, Sent { state, command, outcome }) in sent {
        if !decided.contains_key(op) {
            // What builds on something refused is refused on the device, and was never sent.
            let builds = matches!(outcome, Some(Outcome::Rejected { code: Rejection::BuildsOnRefused, .. }));
            assert!(builds, "{op} is {state} and was never decided: {outcome:?}");
            tally.never_sent += 1;
        }
        assert!(
            decided.get(op).is_none_or(|decided| outcome.as_ref() == Some(decided)),
            "{op}: the device was answered what was decided"
        );
        let mut done: BTreeSet<String> = conflicts.get(op).cloned().unwrap_or_default();
        done.extend(effects.get(op).into_iter().flat_map(|effect| effect.changes.keys().cloned()));
        match outcome {
            Some(Outcome::Applied { .. }) => {
                tally.applied += 1;
                assert_eq!(state, "applied");
                let wanted = command.get("patch").and_then(Value::as_object).into_iter().flat_map(|patch| patch.keys());
                // Every text is written once in a run, so a field cannot have been what was wanted already.
                for field in wanted {
                    assert!(done.contains(field), "{op}: {field} neither changed nor waits for a decision");
                }
            }
            Some(Outcome::Rejected { .. }) => {
                tally.parked += 1;
                assert_eq!((state.as_str(), done.len()), ("parked", 0), "{op} was refused and has no effect");
            }
            other => panic!("{op}: {other:?}"),
        }
    }
    follow(&audit, before, after);
    tally
}

fn follow(audit: &[Effect], before: &Bodies, after: &Bodies) {
    let mut now = before.clone();
    for effect in audit {
        let row = now.get_mut(&(effect.entity, effect.row.to_string())).expect("a row that was there");
        // A conflict that was decided for what stands leaves the row as it is.
        if effect.changes.contains_key("keep") {
            continue;
        }
        for (field, [was, is]) in &effect.changes {
            assert_eq!(row[field].as_str(), Some(was.as_str()), "{}: {field} was another", effect.op);
            row[field] = Value::from(is.as_str());
        }
    }
    for (key, row) in now {
        assert_eq!(Some(&row), after.get(&key), "what was done leads to what is");
    }
}
