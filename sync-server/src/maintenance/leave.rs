//! Leave of technicians as admins manage it. Whoever plans work is warned of it; no order moves because of it, and no technician sees that of another.

use crate::billing::tariffs::today;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::maintenance::rows::leave as rows;
use crate::maintenance::rows::leave::NewLeave;
use crate::maintenance::schedules::still_admin;
use crate::metering::rows::zones::{is_recorded, technician};
use domain::maintenance::leave::{LeaveDays, LeaveKind};
use domain::{LocalDay, UserId, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::maintenance::leave::{LEAVE_BACK_DAYS, LONGEST_REMARK, LeaveChange, LeaveDeed, LeaveRow, MOST_LEAVES, WorkLeave};
use uuid::Uuid;

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

/// The leave of a utility's technicians that is not over for long.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64, now: UtcMillis) -> Result<WorkLeave, Error> {
    let today = today(db, utility, now)?;
    let leaves = rows::since(db, utility, today.plus(-LEAVE_BACK_DAYS))?;
    Ok(WorkLeave { leaves, technicians: rows::technicians(db, utility)?, today })
}

/// Enters a leave or removes it, once for each key; returns the leave as it is now.
///
/// # Errors
/// It cannot be entered (`leave_days`, `leave_overlaps`, `leave_remark`, `leave_taken`, `leave_most`), there is no such leave or technician, or the
/// database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &LeaveChange) -> Result<WorkLeave, Error> {
    let admin = &still_admin(tx, admin)?;
    let (utility, now, kind) = (admin.utility, tx.now, asked.absence.kind());
    if is_recorded(tx, utility, kind, asked.key)? {
        return list(tx, utility, now);
    }
    let (before, after) = match &asked.absence {
        LeaveDeed::Enter { technician, days, kind, remark } => {
            enter(tx, utility, asked.leave, (*technician, *days, *kind, remark))?;
            (None, rows::find(tx, utility, asked.leave)?)
        }
        LeaveDeed::Remove => {
            let found = rows::find(tx, utility, asked.leave)?;
            let found = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such leave"))?;
            rows::delete(tx, asked.leave)?;
            (Some(found), None)
        }
    };
    let entry = audit::Entry::by(admin, (kind, asked.key), (Office::Maintenance as u8, asked.leave));
    type Field = fn(&LeaveRow) -> String;
    let of = |row: &Option<LeaveRow>, field: Field| row.as_ref().map_or_else(String::new, field);
    let fields: [(&str, Field); 3] =
        [("technician", |row| row.name.clone()), ("leave", said), ("remark", |row| row.remark.clone())];
    let changes = fields.into_iter().map(|(name, field)| (name, of(&before, field), of(&after, field)));
    audit::record(tx, &entry, changes.filter(|(_, before, after)| before != after))?;
    list(tx, utility, now)
}

/// Writes a leave of a technician.
fn enter(
    tx: &mut Tx<'_>,
    utility: i64,
    id: Uuid,
    (who, days, kind, remark): (UserId, LeaveDays, LeaveKind, &str),
) -> Result<(), Error> {
    let nobody = || Error::problem(Code::NotFound, "there is no such technician");
    let (technician, _) = technician(tx, utility, who)?.ok_or_else(nobody)?;
    if !days.is_possible() {
        return Err(refused("leave_days: a leave ends on its first day or later and has 366 days at most"));
    }
    if remark.chars().count() > LONGEST_REMARK {
        return Err(refused("leave_remark: a remark has 120 characters at most"));
    }
    if rows::exists(tx, id)? {
        return Err(refused("leave_taken: there is a leave of this identifier already"));
    }
    if rows::has_one_of(tx, technician, days)? {
        return Err(refused("leave_overlaps: the technician is on leave on one of these days already"));
    }
    let since = today(tx, utility, tx.now)?.plus(-LEAVE_BACK_DAYS);
    if rows::count_since(tx, utility, since)? >= MOST_LEAVES {
        return Err(refused("leave_most: 500 leaves are as many as there can be"));
    }
    rows::insert(tx, &NewLeave { id, utility, technician, days, kind, remark })
}

/// A leave as the audit log has it: `2026-12-01 2026-12-04 annual`.
fn said(row: &LeaveRow) -> String {
    let iso = |day: LocalDay| {
        let (year, month, day) = day.ymd();
        format!("{year:04}-{month:02}-{day:02}")
    };
    format!("{} {} {}", iso(row.days.from), iso(row.days.until), row.kind.as_str())
}
