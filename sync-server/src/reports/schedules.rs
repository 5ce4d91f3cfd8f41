//! Schedules: which reports are made by themselves, when and for whom. All admins of a utility see and change all of them, as they do other
//! settings of the office.

use crate::alerts::rows::{queue, settings};
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::reports::rows::schedules as rows;
use crate::reports::rows::schedules::StoredSchedule;
use crate::reports::rows::{StoredTemplate, find, runs};
use domain::alerts::kinds::Provider;
use domain::reports::{ReportKind, ReportSource, Rhythm, ScheduleContent, ScheduleField, ScheduleState};
use domain::{ReportTemplateId, UserId, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::reports::{RUNS, ReportReader, ReportSchedules, ScheduleChange};

/// Schedules of a utility at most.
const MOST: u32 = 50;

/// How a schedule that is put is called in the audit log.
const PUT: &str = "put_report_schedule";

/// How one that is removed is called there.
const REMOVE: &str = "remove_report_schedule";

/// What a utility has made by itself, and what was made.
///
/// # Errors
/// The database.
pub fn shown(db: &Db, utility: i64) -> Result<ReportSchedules, Error> {
    Ok(ReportSchedules {
        time_zone: rows::time_zone(db, utility)?,
        people: rows::readers(db, utility)?.into_iter().map(|(_, reader)| reader).collect(),
        schedules: rows::list(db, utility)?,
        runs: runs::list(db, utility, RUNS as i64)?,
        mails: settings::providers(db)?.contains(&Provider::Email),
    })
}

/// Makes, changes or removes a schedule, once for each key, unless somebody else has changed it since it was read; returns all of them.
///
/// # Errors
/// There is no such schedule; what it is to be cannot be kept (`schedule_name`, `schedule_source`, `schedule_recipients`), it makes a template
/// that the caller does not see or whose kind the server does not fill (`schedule_source`), somebody has changed it meanwhile
/// (`schedule_changed`), there are too many (`schedule_many`); or the database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &ScheduleChange) -> Result<ReportSchedules, Error> {
    let kind = if asked.put.is_some() { PUT } else { REMOVE };
    if queue::is_recorded(tx, admin.utility, (kind, asked.key))? {
        return shown(tx, admin.utility);
    }
    let found = rows::find(tx, asked.schedule)?;
    let found = found.filter(|found| found.utility == admin.utility && !found.is_removed);
    if let Some(found) = found.as_ref().filter(|found| found.rev != asked.rev) {
        let why = format!("schedule_changed: it was changed {} times since it was read", found.rev.saturating_sub(asked.rev));
        return Err(Error::problem(Code::BadRequest, why));
    }
    match (asked.put.as_deref(), found) {
        (Some(content), found) => put(tx, admin, asked, (content, found.as_ref()))?,
        (None, Some(found)) => {
            rows::remove(tx, found.num)?;
            record(tx, admin, asked, (Some(&found.content), None))?;
        }
        (None, None) => return Err(Error::problem(Code::NotFound, "there is no such schedule")),
    }
    shown(tx, admin.utility)
}

fn refused(field: ScheduleField) -> Error {
    let sentence = match field {
        ScheduleField::Name => "it has a name of 80 characters at most",
        ScheduleField::Source => "it makes a template that you see, or a report of a kind that the server fills",
        ScheduleField::Recipients => "its recipients are 1 to 20 active admins",
    };
    Error::problem(Code::BadRequest, format!("schedule_{}: {sentence}", field.as_str()))
}

fn put(
    tx: &mut Tx<'_>,
    admin: &Caller,
    asked: &ScheduleChange,
    (content, found): (&ScheduleContent, Option<&StoredSchedule>),
) -> Result<(), Error> {
    let content = content.clone().clean().map_err(refused)?;
    let readers = rows::readers(tx, admin.utility)?;
    if !content.recipients.iter().all(|id| readers.iter().any(|(_, reader)| reader.id == *id)) {
        return Err(refused(ScheduleField::Recipients));
    }
    // A template that is named already may be somebody else's own: whoever changes the hour need not see it.
    let is_new = found.is_none_or(|found| found.content.source != content.source);
    if let (ReportSource::Template(id), true) = (&content.source, is_new) {
        let seen = template(tx, (admin.utility, admin.num), *id)?;
        let is_offered = seen.is_some_and(|seen| ReportKind::SCHEDULED.contains(&seen.content.design.kind));
        if !is_offered {
            return Err(refused(ScheduleField::Source));
        }
    }
    let next_at = next(tx, admin.utility, (&content, found.map(|found| found.num)))?;
    match found {
        Some(found) => {
            // A run is filled by what the schedule's author sees, so whoever names another template is that from then on.
            let author = if is_new { admin.num } else { found.author };
            rows::replace(tx, (found.num, author), (&content, next_at))?;
        }
        None if rows::find(tx, asked.schedule)?.is_some() => {
            return Err(Error::problem(Code::NotFound, "there is no such schedule"));
        }
        None if rows::count(tx, admin.utility)? >= MOST => {
            return Err(Error::problem(Code::BadRequest, format!("schedule_many: there are {MOST} at most")));
        }
        None => rows::insert(tx, asked.schedule, (admin.utility, admin.num), (&content, next_at))?,
    }
    record(tx, admin, asked, (found.map(|found| &found.content), Some(&content)))
}

/// When a schedule (key, if there is one already) is due first from now on; none while it is off. A due day has one report: where it was made
/// before the hour was changed, the next one is due on another day.
fn next(tx: &Tx<'_>, utility: i64, (content, schedule): (&ScheduleContent, Option<i64>)) -> Result<Option<UtcMillis>, Error> {
    if content.state != ScheduleState::On {
        return Ok(None);
    }
    let zone = rows::time_zone(tx, utility)?;
    let next_at = content.timing.next_after(tx.now, zone);
    let is_made = schedule.map(|schedule| runs::is_made(tx, schedule, zone.day_of(next_at))).transpose()?;
    Ok(Some(if is_made == Some(true) { content.timing.next_after(next_at, zone) } else { next_at }))
}

/// A template that an author (keys of utility and user) sees: an own one, or one that is shared.
///
/// # Errors
/// The database.
pub fn template(db: &Db, (utility, author): (i64, i64), id: ReportTemplateId) -> Result<Option<StoredTemplate>, Error> {
    let found = find(db, id)?;
    Ok(found.filter(|found| found.utility == utility && !found.is_removed && (found.content.shared || found.author.0 == author)))
}

/// Writes into the audit log what has changed.
fn record(
    tx: &mut Tx<'_>,
    admin: &Caller,
    asked: &ScheduleChange,
    (before, after): (Option<&ScheduleContent>, Option<&ScheduleContent>),
) -> Result<(), Error> {
    let readers: Vec<ReportReader> = rows::readers(tx, admin.utility)?.into_iter().map(|(_, reader)| reader).collect();
    let of = |content: Option<&ScheduleContent>| content.map(|content| audited(content, &readers)).unwrap_or_default();
    let (was, is) = (of(before), of(after));
    let changes: Vec<_> = FIELDS.into_iter().zip(was.into_iter().zip(is)).filter(|(_, (was, is))| was != is).collect();
    let kind = if after.is_some() { PUT } else { REMOVE };
    let entry = audit::Entry::by(admin, (kind, asked.key), (Office::Reports as u8, asked.schedule.0));
    audit::record(tx, &entry, changes.into_iter().map(|(field, (was, is))| (field, was, is)))
}

/// What the audit log says of a schedule.
const FIELDS: [&str; 7] =
    ["name", "report_source", "report_rhythm", "report_recipients", "report_email", "language", "report_active"];

fn audited(content: &ScheduleContent, readers: &[ReportReader]) -> [String; 7] {
    let source = match &content.source {
        ReportSource::Template(id) => id.to_string(),
        ReportSource::Design(design) => design.kind.as_str().to_owned(),
    };
    let minute = u16::from(content.timing.at);
    let (hour, minute) = (minute / 60, minute % 60);
    let rhythm = match content.timing.rhythm {
        Rhythm::Day => format!("day - {hour:02}:{minute:02}"),
        Rhythm::Week(on) => format!("week {} {hour:02}:{minute:02}", u8::from(on)),
        Rhythm::Month(on) => format!("month {} {hour:02}:{minute:02}", u8::from(on)),
    };
    let recipient = |id: &UserId| readers.iter().find(|reader| reader.id == *id).map(|reader| reader.name.as_str());
    let recipients: Vec<&str> = content.recipients.iter().filter_map(recipient).collect();
    let switch = |is_on: bool| if is_on { "on" } else { "off" }.to_owned();
    let email = switch(content.email);
    let (language, active) = (content.language.as_str().to_owned(), switch(content.state == ScheduleState::On));
    [content.name.clone(), source, rhythm, recipients.join(", "), email, language, active]
}
