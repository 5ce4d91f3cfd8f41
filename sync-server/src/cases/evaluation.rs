//! The rules of leaks over the readings of one meter, as they arrive: what is due is judged behind the last state, or from a checkpoint before
//! it where readings came late or are judged otherwise now. What stands then is what the rules find in the whole history.

use crate::cases::rows::cases::Finding;
use crate::cases::rows::leaks::{KeptState, SettledReading};
use crate::cases::rows::{answers, cases, leaks};
use crate::cases::{checkpoints, shown};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::meter::Meter;
use crate::metering::rows::installations::load_meter;
use domain::alerts::case::{Cause, Found};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::leaks::{Case, Change, Evidence, Interval, LeakState, MeterSetting, Normal, Source};
use domain::metering::meter::Valve;
use domain::metering::reading::Verdict;
use domain::{ConnectionId, Millilitres, UtcMillis};
use std::collections::BTreeSet;

/// A case that is found again this near to when it was found before is the same one, though late readings moved its start.
const SAME_MS: i64 = DAY_MS;

/// Milliseconds between two publications of what a case that goes on has lost.
const REFRESH_MS: i64 = HOUR_MS;

/// So long a rule has after a repair to see that nothing flows any more: those of days and nights need two.
const REPAIR_MS: i64 = 2 * DAY_MS;

/// Judges what is due of a meter, `most` readings at most; what is left is due at once.
///
/// # Errors
/// The database.
pub fn evaluate(tx: &mut Tx<'_>, meter: i64, most: usize) -> Result<(), Error> {
    let Some(since) = leaks::due_since(tx, meter)? else { return Ok(()) };
    let meter = load_meter(tx, meter)?;
    if meter.is_inflow() {
        // Water flows into a zone day and night: no rule of a household's leaks says anything of it.
        return leaks::settle_due(tx, meter.num);
    }
    let mut run = Run::begin(tx, &meter, since)?;
    let is_whole = run.absorb(tx, most)?;
    run.end(tx, is_whole)
}

/// Clears the cases of a meter that has been silent for long.
///
/// # Errors
/// The database.
pub fn sweep(tx: &mut Tx<'_>, meter: i64) -> Result<(), Error> {
    let meter = load_meter(tx, meter)?;
    let mut run = Run::begin(tx, &meter, UtcMillis(i64::MAX))?;
    let mut state = run.state;
    for change in state.sweep(tx.now) {
        run.apply(tx, &change)?;
    }
    leaks::mark_silent(tx, meter.num)?;
    run.publish(tx, true)
}

/// The state that the whole history of a meter comes to, without anything kept.
///
/// # Errors
/// The database.
pub fn from_nothing(db: &Db, meter: i64) -> Result<LeakState, Error> {
    let meter = load_meter(db, meter)?;
    let readings = leaks::settled(db, meter.num, UtcMillis(i64::MIN), usize::MAX)?;
    let (mut state, mut here) = (LeakState::default(), None);
    let mut normals = Vec::new();
    for (place, reading) in readings.iter().enumerate() {
        let at = meter.connection_at(reading.t);
        if at.is_some() && at != here {
            (state, here) = (LeakState::default(), at);
            normals = match at.and_then(|id| meter.num_of(id)) {
                Some(num) => leaks::normals(db, num)?,
                None => Vec::new(),
            };
        }
        let Some(before) = place.checked_sub(1).and_then(|place| readings.get(place)) else { continue };
        if let Some((interval, connection)) = interval(before, reading, &meter).zip(here) {
            // Nobody is notified of what is found here.
            let _ = state.absorb(&setting(&meter, connection, &normals), &interval);
        }
    }
    Ok(state)
}

/// What the rules have to know of a meter at a connection.
fn setting<'n>(meter: &Meter, connection: ConnectionId, normals: &'n [Normal]) -> MeterSetting<'n> {
    MeterSetting { zone: meter.zone_of(connection), q3: meter.capability.q3, step: None, normals }
}

struct Run<'m> {
    meter: &'m Meter,
    /// Key and identifier of the connection at which the state is.
    connection: Option<(i64, ConnectionId)>,
    state: LeakState,
    /// The last reading that was taken up.
    position: Option<UtcMillis>,
    normals: Vec<Normal>,
    /// Cases that have changed.
    changed: BTreeSet<i64>,
    /// The state at the end of each UTC day that was passed.
    passed: Vec<KeptState>,
}

impl<'m> Run<'m> {
    /// Takes up the last state that no reading from `since` on is part of.
    fn begin(tx: &mut Tx<'_>, meter: &'m Meter, since: UtcMillis) -> Result<Self, Error> {
        let mut run = Self {
            meter,
            connection: None,
            state: LeakState::default(),
            position: None,
            normals: Vec::new(),
            changed: BTreeSet::new(),
            passed: Vec::new(),
        };
        let kept = match leaks::state(tx, meter.num)? {
            Some(kept) if kept.until < since => Some(kept),
            _ => {
                let kept = leaks::checkpoint_before(tx, meter.num, since)?;
                leaks::forget_from(tx, meter.num, since)?;
                let to = kept.as_ref().map_or(UtcMillis(i64::MIN), |kept| kept.until);
                run.changed = cases::go_back(tx, meter.num, to)?;
                kept
            }
        };
        if let Some(kept) = kept {
            if kept.is_silent {
                run.changed.extend(cases::go_on(tx, meter.num, kept.until)?);
            }
            let period = meter.periods.iter().find(|period| period.num == kept.connection);
            run.connection = period.map(|period| (period.num, period.connection));
            (run.state, run.position) = (kept.state, Some(kept.until));
            run.normals = leaks::normals(tx, kept.connection)?;
        }
        Ok(run)
    }

    /// Absorbs the readings behind the state; returns whether that were all.
    fn absorb(&mut self, tx: &mut Tx<'_>, most: usize) -> Result<bool, Error> {
        let readings = leaks::settled(tx, self.meter.num, self.position.unwrap_or(UtcMillis(i64::MIN)), most)?;
        if let Some(first) = readings.first() {
            self.arrive(tx, first)?;
        }
        for pair in readings.windows(2) {
            self.pass_day(pair[1].t);
            self.arrive(tx, &pair[1])?;
            let Some((_, connection)) = self.connection else { continue };
            let Some(interval) = interval(&pair[0], &pair[1], self.meter) else { continue };
            // Readings come in order of their time, and the state ends with the first of the pair or before.
            let changes = self.state.absorb(&setting(self.meter, connection, &self.normals), &interval);
            let changes =
                changes.inspect_err(|error| tracing::error!(meter = self.meter.num, %error, "a reading was passed over"));
            for change in changes.unwrap_or_default() {
                self.apply(tx, &change)?;
            }
        }
        Ok(readings.len() < most)
    }

    /// The connection at which a reading was taken. Another one is another household: nothing that was known holds for it.
    fn arrive(&mut self, tx: &mut Tx<'_>, reading: &SettledReading) -> Result<(), Error> {
        let before = self.position.replace(reading.t);
        let Some(id) = self.meter.connection_at(reading.t) else { return Ok(()) };
        if self.connection.is_some_and(|(_, here)| here == id) {
            return Ok(());
        }
        for case in self.state.cases() {
            self.apply(tx, &Change::Cleared { at: before.unwrap_or(reading.t), case })?;
        }
        self.state = LeakState::default();
        self.connection = self.meter.num_of(id).map(|num| (num, id));
        self.normals = match self.connection {
            Some((num, _)) => leaks::normals(tx, num)?,
            None => Vec::new(),
        };
        Ok(())
    }

    /// Keeps the state at the end of the day before a reading.
    fn pass_day(&mut self, reading: UtcMillis) {
        if self.position.is_some_and(|position| checkpoints::day(position.0) != checkpoints::day(reading.0)) {
            self.passed.extend(self.kept());
        }
    }

    fn kept(&self) -> Option<KeptState> {
        let ((connection, _), until) = self.connection.zip(self.position)?;
        Some(KeptState { connection, until, state: self.state, is_silent: false })
    }

    fn apply(&mut self, tx: &mut Tx<'_>, change: &Change) -> Result<(), Error> {
        let Some((connection, _)) = self.connection else { return Ok(()) };
        let Case { rule, severity, start, rate, loss, evidence } = *change.case();
        let found = Found::Rule { evidence };
        let finding = Finding {
            meter: self.meter.num,
            connection,
            cause: Cause::of_rule(rule),
            severity,
            start,
            at: change.at(),
            rate,
            loss,
            found: &found,
        };
        let num = match change {
            Change::Opened { .. } => match cases::found_before(tx, &finding, SAME_MS)? {
                Some(num) => {
                    cases::find_again(tx, num, &finding)?;
                    num
                }
                None => cases::insert(tx, &finding)?,
            },
            Change::Updated { at, .. } | Change::Cleared { at, .. } => {
                let Some(num) = cases::going_on(tx, self.meter.num, finding.cause)? else { return Ok(()) };
                if matches!(change, Change::Cleared { .. }) {
                    // Its rule has begun to count anew: what it was found by is what it says still.
                    cases::update(tx, num, &finding, None)?;
                    cases::clear(tx, num, *at)?;
                } else {
                    let known = cases::load(tx, num)?.found;
                    cases::update(tx, num, &finding, is_longer(&known, &evidence).then_some(&found))?;
                    answers::refute_repair(tx, num, at.plus(-REPAIR_MS))?;
                }
                num
            }
        };
        self.changed.insert(num);
        Ok(())
    }

    /// What has run away by now of cases that go on: the rules report it when it has doubled, which is seldom for whoever looks.
    fn refresh(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        for case in self.state.cases() {
            let Some(num) = cases::going_on(tx, self.meter.num, Cause::of_rule(case.rule))? else { continue };
            if answers::refute_repair(tx, num, self.state.until().plus(-REPAIR_MS))? {
                self.changed.insert(num);
            }
            let known = cases::load(tx, num)?;
            if known.loss != case.loss && known.cleared_at.is_none() && tx.now.since(known.published_at) >= REFRESH_MS {
                self.apply(tx, &Change::Updated { at: self.state.until(), case })?;
            }
        }
        Ok(())
    }

    /// Keeps the state with its checkpoints, and publishes what has changed.
    fn end(&mut self, tx: &mut Tx<'_>, is_whole: bool) -> Result<(), Error> {
        self.keep(tx)?;
        if is_whole {
            self.refresh(tx)?;
            self.changed.extend(cases::withdraw_doubtful(tx, self.meter.num)?);
            leaks::settle_due(tx, self.meter.num)?;
        } else {
            leaks::postpone(tx, self.meter.num, self.position.unwrap_or(tx.now))?;
        }
        self.publish(tx, is_whole)
    }

    fn keep(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let Some(now) = self.kept() else { return Ok(()) };
        leaks::keep_state(tx, self.meter.num, &now)?;
        if self.passed.is_empty() {
            return Ok(());
        }
        let today = checkpoints::day(now.until.0);
        let is_kept = |until: UtcMillis| checkpoints::is_kept(checkpoints::day(until.0), today);
        for passed in self.passed.drain(..).filter(|passed| is_kept(passed.until)) {
            leaks::keep_checkpoint(tx, self.meter.num, &passed)?;
        }
        for until in leaks::checkpoints(tx, self.meter.num)?.into_iter().filter(|until| !is_kept(*until)) {
            leaks::forget_checkpoint(tx, self.meter.num, until)?;
        }
        Ok(())
    }

    /// Nobody is notified before all is judged: what was found in the middle of a history may be over at its end.
    fn publish(&mut self, tx: &mut Tx<'_>, is_whole: bool) -> Result<(), Error> {
        let mut cases = std::mem::take(&mut self.changed);
        cases.iter().try_for_each(|case| shown::publish(tx, *case))?;
        if is_whole {
            cases.extend(cases::unnotified(tx, self.meter.num)?);
            cases.into_iter().try_for_each(|case| shown::notify(tx, case))?;
        }
        Ok(())
    }
}

/// Whether what a rule decides by now has gone on for at least as long as what is known of the case.
fn is_longer(known: &Found, now: &Evidence) -> bool {
    match known {
        Found::Rule { evidence } => now.for_s() >= evidence.for_s(),
        Found::Events { .. } | Found::Health { .. } | Found::Unknown => true,
    }
}

/// What flowed between two readings that follow one another; none where the second does not simply follow the first.
fn interval(before: &SettledReading, reading: &SettledReading, meter: &Meter) -> Option<Interval> {
    let difference = reading.register - before.register;
    let volume = match reading.verdict {
        Verdict::Accepted | Verdict::AfterGap => difference,
        Verdict::RolledOver => difference + meter.capability.register_modulus,
        _ => return None,
    };
    // A gap may lie across the register's return to zero as well.
    let volume = if volume < Millilitres::ZERO { volume + meter.capability.register_modulus } else { volume };
    let is_closed = before.valve == Valve::Closed && reading.valve == Valve::Closed;
    Some(Interval {
        from: before.t,
        to: reading.t,
        volume,
        valve: if is_closed { Valve::Closed } else { Valve::Open },
        source: if reading.by_eye { Source::ByEye } else { Source::Meter },
    })
}
