//! Runs: reports that were due, each made once, and those that somebody has had made again. A run is read on a reading connection, in one
//! snapshot, and kept with its report, its recipients and their notifications in one transaction: whatever is killed, either all of it is there,
//! or it is still due.

use crate::alerts::enqueue::{Mail, NewNotification, enqueue_with};
use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::reports::fill::{Parameters, fill, period_of};
use crate::reports::rows::runs as rows;
use crate::reports::rows::runs::NewRun;
use crate::reports::rows::schedules;
use crate::reports::rows::schedules::StoredSchedule;
use crate::reports::schedules::template;
use crate::reports::{document, schedules as listed};
use crate::revenue::rows::sums::has_more;
use domain::alerts::content::Content;
use domain::people::Language;
use domain::reports::{Days, Design, Period, ReportSource, RunState};
use domain::{LocalDay, ReportRunId, UserId, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::reports::{ReportSchedules, RunAgain, RunDocument};
use protocol::sync::rows::Entity;
use uuid::Uuid;

/// How a report that is made again is called in the audit log.
const AGAIN: &str = "run_report_again";

/// A report that was read and is not kept yet.
pub struct Read {
    /// What it was filled by; none where the template was gone.
    design: Option<Design>,
    language: Language,
    period: Period,
    /// The instant up to which it is complete.
    at: UtcMillis,
    /// The last transfer that is in it.
    transfer: i64,
    state: RunState,
    document: Option<Vec<u8>>,
}

/// A run of a schedule that was read.
pub struct DueRun {
    schedule: StoredSchedule,
    day: LocalDay,
    due: UtcMillis,
    missed: u32,
    read: Read,
}

/// Reads what a schedule (key) makes, if it is due at an instant: of several due times the latest, and how many were missed. None if it is not
/// due any more, or if transfers are posted that are not counted yet: then it is read a moment later.
///
/// # Errors
/// The database.
pub fn read_due(db: &mut Db, schedule: i64, at: UtcMillis) -> Result<Option<DueRun>, Error> {
    let snapshot = db.transaction()?;
    let schedule = schedules::by_key(&snapshot, schedule)?;
    let Some(first) = schedule.next_at.filter(|next_at| *next_at <= at) else { return Ok(None) };
    let zone = schedules::time_zone(&snapshot, schedule.utility)?;
    let (day, due) = schedule.content.timing.latest(at, zone);
    // Where most connections are may have changed: what was promised is kept.
    let (day, due) = if due < first { (zone.day_of(first), first) } else { (day, due) };
    let missed = schedule.content.timing.missed(first, due, zone);
    let design = match &schedule.content.source {
        ReportSource::Design(design) => Some(Design::clone(design)),
        ReportSource::Template(id) => {
            template(&snapshot, (schedule.utility, schedule.author), *id)?.map(|found| found.content.design)
        }
    };
    let days = schedule.content.timing.rhythm.days();
    let design = design.map(|design| Design { days: Days::Between(days.period(day)), ..design });
    let of = (schedule.utility, design, days.period(day), schedule.content.language);
    Ok(read(&snapshot, of, at)?.map(|read| DueRun { schedule, day, due, missed, read }))
}

/// Reads a report by its design; none while transfers are not counted.
fn read(
    snapshot: &Db,
    (utility, design, period, language): (i64, Option<Design>, Period, Language),
    at: UtcMillis,
) -> Result<Option<Read>, Error> {
    if has_more(snapshot)? {
        return Ok(None);
    }
    let transfer = rows::last_transfer(snapshot)?;
    let Some(design) = design else {
        let state = RunState::TemplateGone;
        return Ok(Some(Read { design: None, language, period, at, transfer, state, document: None }));
    };
    let zone = schedules::time_zone(snapshot, utility)?;
    let period = period_of(&design, zone.day_of(at));
    let (state, document) = match fill(snapshot, &Parameters { utility, design: &design, period, language, at })? {
        None => (RunState::NotOffered, None),
        Some(report) if report.check().is_err() => (RunState::TooLarge, None),
        Some(report) => match document::pack(&report)? {
            None => (RunState::TooLarge, None),
            Some(packed) => (RunState::Made, Some(packed)),
        },
    };
    Ok(Some(Read { design: Some(design), language, period, at, transfer, state, document }))
}

/// Keeps a run that was read, and says when its schedule is due next. Returns whether it did: another one may have been there before, or somebody
/// has changed the schedule meanwhile.
///
/// # Errors
/// The database.
pub fn keep_due(tx: &mut Tx<'_>, run: &DueRun) -> Result<bool, Error> {
    let DueRun { schedule, day, due, missed, read } = run;
    let zone = schedules::time_zone(tx, schedule.utility)?;
    let next_at = schedule.content.timing.next_after(UtcMillis::max(read.at, *due), zone);
    if !schedules::move_on(tx, schedule, next_at)? {
        return Ok(false);
    }
    let new = new_run(schedule, (*day, *due, *missed), (read, None));
    let kept = rows::insert(tx, &new)?;
    if let Some(num) = kept {
        deliver(tx, (num, &new), &schedule.content.recipients, schedule.content.email)?;
    }
    Ok(kept.is_some())
}

fn new_run<'a>(
    schedule: &'a StoredSchedule,
    (day, due, missed): (LocalDay, UtcMillis, u32),
    (read, asked): (&'a Read, Option<Uuid>),
) -> NewRun<'a> {
    NewRun {
        id: ReportRunId(Uuid::now_v7()),
        utility: schedule.utility,
        schedule: schedule.num,
        day,
        asked,
        name: &schedule.content.name,
        design: read.design.as_ref(),
        language: read.language,
        period: read.period,
        due,
        at: read.at,
        transfer: read.transfer,
        missed,
        state: read.state,
        document: read.document.as_deref(),
    }
}

/// Puts a run into the buckets of its recipients, and notifies them: whoever is no active admin of the utility any more is left out.
fn deliver(tx: &mut Tx<'_>, (num, run): (i64, &NewRun<'_>), recipients: &[UserId], email: bool) -> Result<(), Error> {
    for (user, reader) in schedules::readers(tx, run.utility)?.into_iter().filter(|(_, reader)| recipients.contains(&reader.id)) {
        rows::add_recipient(tx, num, user)?;
        let own = tx.bucket(run.utility, format!("user:{}", reader.id))?;
        tx.put(own, Entity::ReportRun, &RowId::of(*run.id.0.as_bytes()), 1)?;
        let new = NewNotification {
            user,
            connection: None,
            meter: None,
            dedupe_key: format!("report:{}", run.id),
            content: Content::Report { run: run.id, name: run.name.to_owned(), period: run.period, state: run.state },
        };
        enqueue_with(tx, &new, if email { Mail::Always } else { Mail::Never })?;
    }
    Ok(())
}

/// A run that is to be made again, as it was read.
pub struct RunOnceMore {
    schedule: StoredSchedule,
    day: LocalDay,
    due: UtcMillis,
    recipients: Vec<UserId>,
    read: Read,
}

/// Reads a run of a utility once more: the same report of the same days, as of an instant. None if it was made by this request already.
///
/// # Errors
/// There is no such run, its template was gone (`run_without_report`), transfers are being counted; or the database.
pub fn read_again(db: &mut Db, utility: i64, asked: RunAgain, at: UtcMillis) -> Result<Option<RunOnceMore>, Error> {
    let snapshot = db.transaction()?;
    if rows::is_asked(&snapshot, utility, asked.key)? {
        return Ok(None);
    }
    let missing = || Error::problem(Code::NotFound, "there is no such run");
    let found = rows::find(&snapshot, utility, asked.run)?.ok_or_else(missing)?;
    let gone = || Error::problem(Code::BadRequest, "run_without_report: what it would be made from was removed");
    let design = found.design.ok_or_else(gone)?;
    let period = period_of(&design, schedules::time_zone(&snapshot, utility)?.day_of(at));
    let schedule = schedules::by_key(&snapshot, found.schedule)?;
    let recipients = rows::recipients(&snapshot, found.num)?;
    let busy = || Error::problem(Code::Busy, "transfers are being counted: try again in a moment");
    let read = read(&snapshot, (utility, Some(design), period, found.language), at)?.ok_or_else(busy)?;
    Ok(Some(RunOnceMore { schedule, day: found.day, due: found.due, recipients, read }))
}

/// Keeps a run that somebody has had made again, once for each key; returns all of them.
///
/// # Errors
/// The database.
pub fn keep_again(tx: &mut Tx<'_>, admin: &Caller, key: Uuid, run: Option<&RunOnceMore>) -> Result<ReportSchedules, Error> {
    if let Some(RunOnceMore { schedule, day, due, recipients, read }) = run {
        let new = new_run(schedule, (*day, *due, 0), (read, Some(key)));
        if let Some(num) = rows::insert(tx, &new)? {
            deliver(tx, (num, &new), &with(recipients, admin.id), schedule.content.email)?;
            let entry = audit::Entry::by(admin, (AGAIN, key), (Office::Reports as u8, schedule.id.0));
            audit::record(tx, &entry, [])?;
        }
    }
    listed::shown(tx, admin.utility)
}

/// The recipients, and whoever asked for it.
fn with(recipients: &[UserId], asked_by: UserId) -> Vec<UserId> {
    let mut all = recipients.to_vec();
    all.push(asked_by);
    all
}

/// A run of a utility with its report as it was stored.
///
/// # Errors
/// There is no such run, or it has no report; or the database.
pub fn stored(db: &mut Db, utility: i64, id: ReportRunId) -> Result<RunDocument, Error> {
    let missing = || Error::problem(Code::NotFound, "there is no such report");
    let found = rows::find(db, utility, id)?.ok_or_else(missing)?;
    let packed = found.document.ok_or_else(missing)?;
    let run = rows::body(db, id.0)?.ok_or_else(missing)?;
    Ok(RunDocument { run, transfer: found.transfer, report: document::unpack(&packed)? })
}
