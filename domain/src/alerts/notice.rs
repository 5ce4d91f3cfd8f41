//! When a customer is notified of a low balance, once for each level: by the last balance of the server, its forecast since, and what was
//! notified before (product.md, 1b). The same rule whether the server can be reached or not.

use crate::billing::balance::{Level, Notice, Standing, Thresholds, level, must_tell, rupiah_alone};
use crate::billing::forecast::BalanceForecast;
use crate::core::local_time::{DAY_MS, HOUR_MS};
use crate::{Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// A balance younger than this is used as it is: readings come some minutes late as a rule, and a forecast is no better. Milliseconds.
pub const FRESH_MS: i64 = HOUR_MS;

/// No forecast reaches further than this past the last known use: a usual day is the mean of 14 days, and predicts no more than as many.
/// Milliseconds.
pub const REACH_MS: i64 = 14 * DAY_MS;

/// What a balance is based on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The server computed it.
    #[default]
    Known,
    /// The last balance of the server, less what usual days have cost since.
    Reckoned,
}

/// What is known of a connection's credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Posted less running.
    pub balance: Rupiah,
    /// What is in the ledger.
    pub posted: Rupiah,
    /// What the balance was after the last purchase.
    pub full: Rupiah,
    /// How long the balance lasts, and what a day costs.
    pub lasts: BalanceForecast,
    /// When its customer wants to be notified.
    pub thresholds: Thresholds,
    /// How low it is.
    pub level: Level,
    /// When the server computed it.
    pub at: UtcMillis,
    /// Up to when the use is in it: `at`, or the last contact with its meter.
    pub until: UtcMillis,
}

/// A balance at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// What is left.
    pub standing: Standing,
    /// How low that is.
    pub level: Level,
    /// What that is based on.
    pub basis: Basis,
    /// The customer's threshold by rupiah, where it alone makes the balance low.
    pub limit: Option<Rupiah>,
}

impl Known {
    /// The balance at an instant: as it is known, or, where that is older than [`FRESH_MS`], less what usual days have cost since, for
    /// [`REACH_MS`] at most and never below zero. The fees of the months to come are left out of the rupiah, and are in the days.
    pub fn at(&self, now: UtcMillis) -> Now {
        let known = Standing { balance: self.balance, tenths_of_days_left: self.lasts.tenths_of_days };
        let since = now.since(self.until).min(REACH_MS);
        if since < FRESH_MS || self.lasts.per_day <= Rupiah(0) || self.balance <= Rupiah(0) {
            return self.now(known, self.level, Basis::Known);
        }
        let spent = i128::from(self.lasts.per_day.0) * i128::from(since) / i128::from(DAY_MS);
        let left = (i128::from(self.balance.0) - spent).max(0);
        let standing = Standing {
            balance: Rupiah(i64::try_from(left).unwrap_or_default()),
            tenths_of_days_left: self.lasts.tenths_of_days.map(|tenths| (tenths - since * 10 / DAY_MS).max(0)),
        };
        self.now(standing, level(self.level, standing, self.thresholds), Basis::Reckoned)
    }

    fn now(&self, standing: Standing, level: Level, basis: Basis) -> Now {
        Now { standing, level, basis, limit: rupiah_alone(level, standing, self.thresholds) }
    }

    /// When the balance will be at a worse level than it is now, if its use goes on as usual, and which that will be; `None` where it
    /// will not within [`REACH_MS`] of what is known.
    pub fn worsens(&self, now: UtcMillis) -> Option<(UtcMillis, Level)> {
        let today = self.at(now).level;
        let is_worse = |t: i64| self.at(UtcMillis(t)).level > today;
        let (mut before, mut after) = (now.0, self.until.plus(REACH_MS).0);
        if after <= before || !is_worse(after) {
            return None;
        }
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if is_worse(middle) { after = middle } else { before = middle }
        }
        Some((UtcMillis(after), self.at(UtcMillis(after)).level))
    }
}

/// What a device stores of its notices about a connection, and what lets it recognise a top-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotifiedLevel {
    /// The last notice; none since the last top-up.
    #[serde(default)]
    pub last: Option<Notice>,
    /// At which level somebody put the banner away; it comes back at a worse one.
    #[serde(default)]
    pub put_away: Option<Level>,
    /// The credit at the last evaluation.
    #[serde(default)]
    pub seen: Option<Seen>,
}

/// The part of a credit that only money coming in raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What was in the ledger.
    pub posted: Rupiah,
    /// What the balance was after the last purchase.
    pub full: Rupiah,
    /// When the server computed it.
    pub at: UtcMillis,
}

/// The result of one evaluation of a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// To be stored before the customer is notified.
    pub notified: NotifiedLevel,
    /// Whether the customer is to be notified now.
    pub action: NoticeAction,
}

/// Whether the customer is to be notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeAction {
    /// Nothing.
    Nothing,
    /// A notice of this.
    Notify(Now),
}

/// Evaluates a balance: the customer is notified once for a level in 24 hours, and at once when it is worse than the last notice. After a
/// top-up there is no notice until the level is worse than where the top-up left it. Evaluating again, or evaluating an older balance than
/// before, changes nothing. A clock that was set back suppresses notices for those 24 hours at most.
pub fn evaluate(notified: NotifiedLevel, known: &Known, now: UtcMillis) -> Evaluation {
    if notified.seen.is_some_and(|seen| known.at < seen.at) {
        return Evaluation { notified, action: NoticeAction::Nothing };
    }
    let is = known.at(now);
    let mut last = notified.last.map(|last| Notice { at: last.at.min(now), ..last });
    if notified.seen.is_some_and(|seen| known.posted > seen.posted || known.full != seen.full) {
        // Whoever has just paid knows where that has left them.
        last = match is.level {
            Level::Ok => None,
            level => last.map(|last| if level <= last.level { Notice { level, at: now } } else { last }),
        };
    }
    let action = if must_tell(is.level, last, now) {
        last = Some(Notice { level: is.level, at: now });
        NoticeAction::Notify(is)
    } else {
        NoticeAction::Nothing
    };
    let put_away = notified.put_away.map(|level| level.min(is.level)).filter(|level| *level != Level::Ok);
    let seen = Some(Seen { posted: known.posted, full: known.full, at: known.at });
    Evaluation { notified: NotifiedLevel { last, put_away, seen }, action }
}

/// Whether the banner of a level is shown: it was put away at none as bad as this.
pub fn is_shown(notified: &NotifiedLevel, level: Level) -> bool {
    level != Level::Ok && notified.put_away.is_none_or(|put_away| level > put_away)
}

#[cfg(test)]
#[path = "notice_tests.rs"]
mod tests;
