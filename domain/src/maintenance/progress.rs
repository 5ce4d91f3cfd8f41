//! How far a work order is. It follows from the instants at which work was begun, held, put off, completed and cancelled, in whichever order these
//! become known; and so does whether something that happened at the meter was authorised by it.

use crate::UtcMillis;
use crate::core::local_time::HOUR_MS;
use crate::core::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// How far a work order is, in the words that every release reads. [`WorkStage`] says it more finely.
    WorkState {
        /// It is to be begun, or begun again.
        Scheduled = "scheduled",
        /// A technician is at it.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
        /// It is not to be done any more.
        Cancelled = "cancelled",
    }
}

impl WorkState {
    /// Whether somebody has to do it still.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::InProgress)
    }
}

words! {
    /// How far a work order is (product.md, 4e). It is never sent: whoever shows it derives it.
    WorkStage {
        /// It was announced for anybody of the zone.
        Scheduled = "scheduled",
        /// It was announced for somebody.
        Assigned = "assigned",
        /// A technician is at it.
        InProgress = "in_progress",
        /// It waits for something, and goes on then.
        OnHold = "on_hold",
        /// It could not be done, and is to be begun at another time.
        Deferred = "deferred",
        /// It is done.
        Completed = "completed",
        /// It is not to be done any more.
        Cancelled = "cancelled",
    }
}

words! {
    /// Why work was put off.
    DeferReason {
        /// Nobody was at home.
        NobodyHome = "nobody_home",
        /// The meter cannot be reached.
        NoAccess = "no_access",
        /// A part is missing.
        NoPart = "no_part",
        /// The weather.
        Weather = "weather",
        /// It would have been dangerous.
        Unsafe = "unsafe",
        /// What its author writes.
        Other = "other",
    }
}

words! {
    /// What a [`Turn`] is, without its reason.
    TurnKind {
        /// The work begins, or goes on.
        Going = "going",
        /// The work is held.
        Held = "held",
        /// The work is put off.
        Deferred = "deferred",
    }
}

/// A turn that work takes. Of two at one instant the later one of this list holds: what authorises nothing is the safe one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It begins, or goes on.
    Going,
    /// It is held.
    Held,
    /// It is put off.
    Deferred(DeferReason),
}

impl Turn {
    /// What it is, without its reason.
    pub const fn kind(self) -> TurnKind {
        match self {
            Self::Going => TurnKind::Going,
            Self::Held => TurnKind::Held,
            Self::Deferred(_) => TurnKind::Deferred,
        }
    }

    /// Why work was put off.
    pub const fn reason(self) -> Option<DeferReason> {
        match self {
            Self::Deferred(reason) => Some(reason),
            Self::Going | Self::Held => None,
        }
    }

    /// Of its parts, as rows have them. Work that was put off without a reason was so for another one.
    pub fn of(kind: TurnKind, reason: Option<DeferReason>) -> Self {
        match kind {
            TurnKind::Going => Self::Going,
            TurnKind::Held => Self::Held,
            TurnKind::Deferred => Self::Deferred(reason.unwrap_or(DeferReason::Other)),
        }
    }
}

/// A stretch of work that nobody has ended authorises nothing any more so long after it began: a day's work, and no night behind it.
/// Milliseconds.
pub const LONGEST_WORK_MS: i64 = 12 * HOUR_MS;

/// Turns of an order that are looked at, the earliest: whoever holds work more often than that is not believed.
pub const MOST_TURNS: usize = 64;

/// What is known of how far a work order is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// When the work first began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<UtcMillis>,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<UtcMillis>,
    /// When it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<UtcMillis>,
    /// When it began, was held, went on and was put off: in order of time, each once, [`MOST_TURNS`] at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<(UtcMillis, Turn)>,
}

/// Something that happens to a work order, and of which the earliest word holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkStep {
    /// The work begins.
    Begun,
    /// The work is done.
    Completed,
    /// The work is not to be done any more.
    Cancelled,
}

impl Progress {
    /// How far it is. What was done was done, also where the word that it was cancelled did not arrive in time.
    pub fn stage(&self, is_assigned: bool) -> WorkStage {
        match (self.completed_at, self.cancelled_at, self.last_turn()) {
            (Some(_), _, _) => WorkStage::Completed,
            (None, Some(_), _) => WorkStage::Cancelled,
            (None, None, Some(Turn::Going)) => WorkStage::InProgress,
            (None, None, Some(Turn::Held)) => WorkStage::OnHold,
            (None, None, Some(Turn::Deferred(_))) => WorkStage::Deferred,
            (None, None, None) if is_assigned => WorkStage::Assigned,
            (None, None, None) => WorkStage::Scheduled,
        }
    }

    /// How far it is, in the words that every release reads. Work that is held is in progress once it has begun; work that was put off is to be
    /// begun again.
    pub fn state(&self) -> WorkState {
        match self.stage(false) {
            WorkStage::Completed => WorkState::Completed,
            WorkStage::Cancelled => WorkState::Cancelled,
            WorkStage::InProgress => WorkState::InProgress,
            WorkStage::OnHold if self.begun_at.is_some() => WorkState::InProgress,
            WorkStage::OnHold | WorkStage::Scheduled | WorkStage::Assigned | WorkStage::Deferred => WorkState::Scheduled,
        }
    }

    /// Why it was put off, while it is.
    pub fn deferred(&self) -> Option<DeferReason> {
        (self.stage(false) == WorkStage::Deferred).then(|| self.last_turn().and_then(Turn::reason)).flatten()
    }

    /// Whether it was done without having been put off before; none while it is not done.
    pub fn is_one_visit(&self) -> Option<bool> {
        let done = self.completed_at?;
        Some(!self.turns.iter().any(|(at, turn)| *at < done && turn.kind() == TurnKind::Deferred))
    }

    /// The same with a step at an instant. Of two words about one step the earlier instant holds, so that the order in which they arrive makes
    /// no difference.
    #[must_use]
    pub fn with(mut self, step: WorkStep, at: UtcMillis) -> Self {
        let known = match step {
            WorkStep::Begun => &mut self.begun_at,
            WorkStep::Completed => &mut self.completed_at,
            WorkStep::Cancelled => &mut self.cancelled_at,
        };
        *known = Some(known.map_or(at, |known| known.min(at)));
        self
    }

    /// The same with a turn at an instant. Turns are a set, of which the earliest are kept, so that the order in which they arrive makes no
    /// difference. To go on is to begin, where nothing else is known.
    #[must_use]
    pub fn turned(mut self, turn: Turn, at: UtcMillis) -> Self {
        if turn == Turn::Going {
            self = self.with(WorkStep::Begun, at);
        }
        if let Err(place) = self.turns.binary_search(&(at, turn)) {
            self.turns.insert(place, (at, turn));
            self.turns.truncate(MOST_TURNS);
        }
        self
    }

    /// How long people were at it until an instant, as far as they said, milliseconds: without what it was held or put off, and
    /// [`LONGEST_WORK_MS`] at most for each stretch, so that a stretch that nobody has ended is no night's work. What was done was done, also where
    /// it had been cancelled.
    pub fn worked_ms(&self, now: UtcMillis) -> i64 {
        let ended = self.completed_at.or(self.cancelled_at).unwrap_or(now).min(now);
        let worked = |(from, until): (UtcMillis, Option<UtcMillis>)| {
            until.unwrap_or(ended).min(ended).since(from).clamp(0, LONGEST_WORK_MS)
        };
        self.said().into_iter().map(worked).sum()
    }

    /// When the work ended, whichever way.
    pub fn ended_at(&self) -> Option<UtcMillis> {
        [self.completed_at, self.cancelled_at].into_iter().flatten().min()
    }

    /// Whether something was done after it had ended, as far as anybody said: it was done after it was cancelled, or took a turn after its end. It
    /// follows from what is known, and not from the order in which that became known.
    pub fn has_late_work(&self) -> bool {
        let done = [self.begun_at, self.completed_at].into_iter().flatten();
        let turned = self.turns.iter().map(|(at, _)| *at);
        self.ended_at().is_some_and(|ended| done.chain(turned).any(|at| ended < at))
    }

    /// Its turns in order of time. That it began is one of them, also where an older release has written no more than that.
    fn in_order(&self) -> Vec<(UtcMillis, Turn)> {
        let mut turns = self.turns.clone();
        if let Some(begun) = self.begun_at
            && let Err(place) = turns.binary_search(&(begun, Turn::Going))
        {
            turns.insert(place, (begun, Turn::Going));
        }
        turns
    }

    /// The last turn that it took.
    fn last_turn(&self) -> Option<Turn> {
        self.in_order().last().map(|(_, turn)| *turn)
    }

    /// From when until when people were at it, as far as they said, in order of time; the last stretch may have no end. Work that goes on while
    /// it goes on is no other stretch.
    fn said(&self) -> Vec<(UtcMillis, Option<UtcMillis>)> {
        let mut stretches = Vec::new();
        let mut since = None;
        for (at, turn) in self.in_order() {
            match (since, turn) {
                (None, Turn::Going) => since = Some(at),
                (Some(from), Turn::Held | Turn::Deferred(_)) => {
                    stretches.push((from, Some(at)));
                    since = None;
                }
                (Some(_), Turn::Going) | (None, Turn::Held | Turn::Deferred(_)) => {}
            }
        }
        stretches.extend(since.map(|from| (from, None)));
        stretches
    }

    /// From when until when it authorises what happens to its meter, in order of time: its end, whichever way it came, is none of it, and each
    /// stretch is [`LONGEST_WORK_MS`] long at most, however long the work took. While it is held or put off it authorises nothing: nobody is at
    /// the meter.
    pub fn authorised(&self) -> Vec<(UtcMillis, UtcMillis)> {
        let ended = self.ended_at().unwrap_or(UtcMillis(i64::MAX));
        let cut = |(from, until): (UtcMillis, Option<UtcMillis>)| {
            let longest = from.plus(LONGEST_WORK_MS).min(ended);
            (from, until.map_or(longest, |until| until.min(longest)))
        };
        self.said().into_iter().map(cut).filter(|(from, until)| from < until).collect()
    }

    /// Since when the work was in progress at an instant, and not for too long.
    fn authorised_since(&self, at: UtcMillis) -> Option<UtcMillis> {
        if self.begun_at.is_none_or(|begun| at < begun) {
            return None;
        }
        self.authorised().into_iter().find(|(from, until)| *from <= at && at < *until).map(|(from, _)| from)
    }

    /// Whether the work was in progress at an instant, and not for too long. What happened to its meter then was authorised.
    pub fn authorises(&self, at: UtcMillis) -> bool {
        self.authorised_since(at).is_some()
    }

    /// Whether the work is in progress at an instant, as far as anybody said, and authorises nothing any more.
    pub fn is_overlong(&self, at: UtcMillis) -> bool {
        let is_longer = |from: UtcMillis| from.plus(LONGEST_WORK_MS) <= at;
        self.stage(false) == WorkStage::InProgress && self.said().last().is_some_and(|(from, _)| is_longer(*from))
    }
}

/// Which of a meter's orders authorises what happened to it at an instant: of several the one at which people were since the earliest instant,
/// and of two that were begun at once the one with the lower key.
pub fn authorising<'p, K: Copy + Ord>(orders: impl IntoIterator<Item = (K, &'p Progress)>, at: UtcMillis) -> Option<K> {
    let at_work = orders.into_iter().filter_map(|(key, progress)| Some((progress.authorised_since(at)?, key)));
    at_work.min().map(|(_, key)| key)
}

/// From when on what happened at a meter may be authorised otherwise once what is known of one of its orders changes; none where it cannot be.
pub fn judged_otherwise_from(before: &Progress, after: &Progress) -> Option<UtcMillis> {
    let (before, after) = (before.authorised(), after.authorised());
    let same = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    [before.get(same), after.get(same)].into_iter().flatten().map(|(from, _)| *from).min()
}

#[cfg(test)]
#[path = "progress_tests.rs"]
mod tests;
