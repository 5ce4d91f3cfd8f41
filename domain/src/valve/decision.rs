//! When a valve is closed and opened for the balance's sake, and how sure it is that it is (product.md, 1b).
//!
//! A command is believed by the valve: what the meter reports after a command has ended outweighs what it said of the command.

use crate::billing::balance::{Protected, REOPENS_ABOVE, ValveWish, valve};
use crate::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::metering::meter::Valve;
use crate::metering::reading::CLOCK_TOLERANCE_MS;
use crate::valve::by_hand::ByHand;
use crate::valve::order::OrderState;
use crate::{Rupiah, TimeZone, UtcMillis};

/// What a valve is ordered to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValveTask {
    /// Let water flow.
    Open,
    /// Let none flow.
    Close,
}

impl ValveTask {
    /// The valve of a meter that has done it.
    pub const fn result(self) -> Valve {
        match self {
            Self::Open => Valve::Open,
            Self::Close => Valve::Closed,
        }
    }
}

/// What a valve was reported to be after a command had ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// As the command wanted it.
    Agrees,
    /// The opposite.
    Contradicts,
}

impl Seen {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Contradicts => "contradicts",
        }
    }

    /// The meaning of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Agrees, Self::Contradicts].into_iter().find(|seen| seen.as_str() == word)
    }
}

/// Whose word it was to move a valve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The balance's.
    Credit,
    /// Somebody's.
    Person,
}

impl Cause {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Person => "person",
        }
    }
}

/// A valve command that may have reached its meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRecord {
    /// What it wants.
    pub task: ValveTask,
    /// For whose sake.
    pub cause: Cause,
    /// How far it is.
    pub state: OrderState,
    /// When it ended; `None` while it is open.
    pub ended_at: Option<UtcMillis>,
    /// What the valve has said since, and when that was noticed.
    pub seen: Option<(Seen, UtcMillis)>,
}

/// A meter's clock may be ahead by the tolerance: what it says to have read before this time after a command ended may be older than that.
pub const SETTLES_MS: i64 = CLOCK_TOLERANCE_MS + MINUTE_MS;

/// What a report says of a command that has ended; `None` if it says nothing new.
///
/// A close command can be undone later, by hand for one, and a valve that was reported open once, as some meters do when they start, is closed all the
/// same where it is reported so again: doubt is decided in favour of an open command later. What happens to a valve after an open command was seen to
/// have worked is somebody else's doing.
pub fn judge(order: &OrderRecord, valve: Valve, reported: UtcMillis) -> Option<Seen> {
    let ended = order.ended_at?;
    if reported <= ended.plus(SETTLES_MS) {
        return None;
    }
    let says = match valve {
        Valve::Unknown => return None,
        // Water flows: that is what an open command wants, and a close command does not.
        Valve::Partial if order.task == ValveTask::Open => Seen::Agrees,
        valve if valve == order.task.result() => Seen::Agrees,
        _ => Seen::Contradicts,
    };
    match (order.seen.map(|(seen, _)| seen), order.task) {
        (None, _) => Some(says),
        (Some(seen), ValveTask::Close) => Some(says).filter(|says| *says != seen),
        _ => None,
    }
}

/// How sure it is that a valve is closed for want of credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Held {
    /// It is not.
    No,
    /// A close command may have been carried out, and nothing says that it was.
    Perhaps,
    /// It is.
    Yes,
}

/// Follows from the newest command that may have moved the valve: one for the balance's sake, or anybody's that was completed.
pub fn held(newest: Option<&OrderRecord>) -> Held {
    let Some(order) = newest.filter(|order| order.cause == Cause::Credit) else { return Held::No };
    let seen = order.seen.map(|(seen, _)| seen);
    match (order.task, seen) {
        (ValveTask::Close, Some(Seen::Contradicts)) | (ValveTask::Open, Some(Seen::Agrees)) => Held::No,
        (ValveTask::Close, Some(Seen::Agrees)) | (ValveTask::Open, Some(Seen::Contradicts)) => Held::Yes,
        (ValveTask::Close, None) if order.state == OrderState::Completed => Held::Yes,
        (ValveTask::Close, None) => Held::Perhaps,
        (ValveTask::Open, None) if order.state == OrderState::Completed => Held::No,
        (ValveTask::Open, None) => Held::Yes,
    }
}

/// Whether a utility closes valves at all. What was closed is opened again either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// It does.
    On,
    /// It does not.
    Off,
}

/// Where a connection and its valve stand.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// Posted less running.
    pub balance: Rupiah,
    /// Emergency credit that is out.
    pub lent: Rupiah,
    /// What the utility does.
    pub policy: Policy,
    /// Whether the valve is closed for want of credit.
    pub held: Held,
    /// What people have decided about it.
    pub by_hand: ByHand,
    /// As the meter reported it last.
    pub reported: Valve,
    /// The connection's zone.
    pub zone: TimeZone,
    /// When valves are left open.
    pub protected: &'a Protected,
}

impl Situation<'_> {
    /// A valve that is held opens above this. Emergency credit is lent to have water: while it is out, anything above zero does.
    pub fn opens_above(&self) -> Rupiah {
        if self.lent > Rupiah(0) { Rupiah(0) } else { REOPENS_ABOVE }
    }

    /// What is wanted of the valve. One that was closed for another reason is left as it is, and so is one about which a person has decided.
    pub fn wish(&self, now: UtcMillis) -> ValveWish {
        if self.by_hand.stands(now) {
            return ValveWish::Leave;
        }
        if self.held != Held::No && self.balance > self.opens_above() {
            return ValveWish::Open;
        }
        let is_closed = match self.held {
            Held::Yes => true,
            // A report from before the command says nothing of it.
            Held::Perhaps => false,
            Held::No => self.reported == Valve::Closed,
        };
        if is_closed || self.policy == Policy::Off {
            return ValveWish::Leave;
        }
        valve(self.balance, false, now, self.zone, self.protected)
    }

    /// When [`Self::wish`] changes by itself, if it does: what a person has decided has stood long enough, and protected hours end.
    pub fn changes_at(&self, now: UtcMillis) -> Option<UtcMillis> {
        let from = self.by_hand.ends(now)?;
        if from > now && self.wish(from) != ValveWish::Leave {
            return Some(from);
        }
        let ends = self.protected.ends(from, self.zone).filter(|ends| *ends > now)?;
        (self.wish(now) == ValveWish::Leave && self.wish(ends) != ValveWish::Leave).then_some(ends)
    }
}

/// A close command holds until protected hours begin, and for so long at most; then it is decided anew.
const CLOSE_HOLDS_MS: i64 = 12 * HOUR_MS;

/// An open command holds for so long; then it is decided anew.
const OPEN_HOLDS_MS: i64 = DAY_MS;

/// Until when a command that is made now may be carried out.
pub fn until(task: ValveTask, now: UtcMillis, zone: TimeZone, protected: &Protected) -> UtcMillis {
    match task {
        ValveTask::Open => now.plus(OPEN_HOLDS_MS),
        ValveTask::Close => {
            let longest = now.plus(CLOSE_HOLDS_MS);
            protected.begins(now, zone).map_or(longest, |begins| begins.min(longest))
        }
    }
}

const FIRST_PAUSE_MS: i64 = 5 * MINUTE_MS;
const LONGEST_PAUSE_MS: i64 = 6 * HOUR_MS;

/// From when on a valve may be ordered the same again: at once where a command ran out; where it failed or was contradicted, after pauses that
/// double from five minutes to six hours, so that a valve that does not obey costs a few orders a day. `orders` are those that may have reached the
/// meter, the newest first.
pub fn next_try<'a>(task: ValveTask, orders: impl IntoIterator<Item = &'a OrderRecord>) -> UtcMillis {
    let mut last = None;
    let mut misses = 0;
    for order in orders.into_iter().take_while(|order| order.task == task) {
        let missed = match (order.state, order.seen) {
            (_, Some((Seen::Contradicts, at))) => Some(at),
            (_, Some((Seen::Agrees, _))) => break,
            (OrderState::Failed, None) => order.ended_at,
            _ => None,
        };
        if let Some(at) = missed {
            last = last.max(Some(at));
            misses += 1;
        }
    }
    let Some(last) = last else { return UtcMillis(i64::MIN) };
    let pause = FIRST_PAUSE_MS.saturating_mul(1 << (misses - 1).min(16));
    last.plus(pause.min(LONGEST_PAUSE_MS))
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
