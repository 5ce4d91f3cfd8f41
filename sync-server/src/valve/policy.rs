//! What a utility does when credit is gone, as its operator or an admin sets it. Triggers make the connections due that it concerns.

use crate::billing::tariffs::today;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::valve::rows::policy as rows;
use domain::valve::decision::Policy;
use domain::valve::policy::{Holiday, Wrong, check_hours, check_lent, check_new, check_removed};
use domain::{LocalDay, Rupiah, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::valve::policy::{PolicySetting, ValvePolicy, ValvePolicyChange};
use uuid::Uuid;

/// What changed of it: field, before, after.
type Changes = Vec<(&'static str, String, String)>;

fn sentence(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Hours => "a day has the hours 0 to 23",
        Wrong::Lent => "emergency credit is Rp0, or Rp1.000 to Rp1.000.000",
        Wrong::Name => "a holiday's name has 3 to 60 characters",
        Wrong::Day => "the day has begun, is over, or is too far ahead",
    }
}

fn setup(wrong: Wrong) -> Error {
    Error::Setup(sentence(wrong).into())
}

fn refused(wrong: Wrong) -> Error {
    Error::problem(Code::BadRequest, format!("{}: {}", wrong.as_str(), sentence(wrong)))
}

/// Sets whether valves are closed at all.
///
/// # Errors
/// The database.
pub fn set_valves(db: &Db, utility: i64, policy: Policy) -> Result<(), Error> {
    rows::write_policy(db, utility, policy)
}

/// Sets how much is lent between two purchases; with nothing, none is.
///
/// # Errors
/// It cannot be lent, or the database.
pub fn set_emergency_credit(db: &Db, utility: i64, amount: Rupiah) -> Result<(), Error> {
    check_lent(amount).map_err(setup)?;
    rows::write_emergency_credit(db, utility, amount)
}

/// Sets from which local hour on, and until before which, valves stay open; the same hour twice leaves no night protected.
///
/// # Errors
/// A day has hours 0 to 23; or the database.
pub fn set_protected_hours(db: &Db, utility: i64, hours: (u8, u8)) -> Result<(), Error> {
    check_hours(hours).map_err(setup)?;
    rows::write_protected_hours(db, utility, hours)
}

/// Makes a local day a holiday: valves stay open on it.
///
/// # Errors
/// The database.
pub fn add_holiday(db: &Db, utility: i64, day: LocalDay) -> Result<(), Error> {
    rows::insert_holiday(db, utility, &Holiday { day, name: String::new() })
}

/// Removes a holiday.
///
/// # Errors
/// The database.
pub fn remove_holiday(db: &Db, utility: i64, day: LocalDay) -> Result<(), Error> {
    rows::delete_holiday(db, utility, day)
}

/// What holds at a utility.
///
/// # Errors
/// The database.
pub fn shown(db: &Db, utility: i64, now: UtcMillis) -> Result<ValvePolicy, Error> {
    let today = today(db, utility, now)?;
    let set = rows::settings(db, utility)?;
    let holidays = rows::named_holidays(db, utility, today)?;
    let (from_hour, until_hour) = set.hours;
    Ok(ValvePolicy {
        rev: set.rev,
        today,
        closes: set.policy == Policy::On,
        from_hour,
        until_hour,
        emergency_credit: set.lent,
        holidays,
    })
}

/// Changes what an admin sets, once for each key, unless somebody else has changed it since it was read; returns what holds then.
///
/// # Errors
/// It cannot be set (`hours`, `lent`, `holiday_name`, `holiday_day`), somebody has changed it meanwhile (`policy_changed`), or the database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &ValvePolicyChange) -> Result<ValvePolicy, Error> {
    let utility = admin.utility;
    if rows::is_recorded(tx, utility, asked.key)? {
        return shown(tx, utility, tx.now);
    }
    let before = shown(tx, utility, tx.now)?;
    if before.rev != asked.rev {
        return Err(Error::problem(Code::BadRequest, "policy_changed: somebody has changed it meanwhile: read it again"));
    }
    let changes = apply(tx, utility, &before, &asked.set)?;
    let entry = audit::Entry::by(admin, (rows::SET, asked.key), (Office::Valves as u8, Uuid::nil()));
    audit::record(tx, &entry, changes)?;
    shown(tx, utility, tx.now)
}

fn apply(tx: &Tx<'_>, utility: i64, before: &ValvePolicy, set: &PolicySetting) -> Result<Changes, Error> {
    let mut changes = Changes::new();
    let mut note = |field, before: String, after: String| {
        if before != after {
            changes.push((field, before, after));
        }
    };
    match set {
        &PolicySetting::Closing { closes, from_hour, until_hour } => {
            check_hours((from_hour, until_hour)).map_err(refused)?;
            rows::write_policy(tx, utility, if closes { Policy::On } else { Policy::Off })?;
            rows::write_protected_hours(tx, utility, (from_hour, until_hour))?;
            let word = |closes: bool| if closes { "on" } else { "off" }.to_owned();
            let hours = |from: u8, until: u8| format!("{from}-{until}");
            note("valve_closing", word(before.closes), word(closes));
            note("protected_hours", hours(before.from_hour, before.until_hour), hours(from_hour, until_hour));
        }
        &PolicySetting::EmergencyCredit { amount } => {
            check_lent(amount).map_err(refused)?;
            rows::write_emergency_credit(tx, utility, amount)?;
            note("emergency_credit", before.emergency_credit.0.to_string(), amount.0.to_string());
        }
        PolicySetting::AddHoliday { day, name } => {
            let holiday = Holiday { day: *day, name: name.clone() };
            check_new(&holiday, before.today).map_err(refused)?;
            rows::insert_holiday(tx, utility, &holiday)?;
            note("holiday", known(before, *day), text(&holiday));
        }
        PolicySetting::RemoveHoliday { day } => {
            check_removed(*day, before.today).map_err(refused)?;
            rows::delete_holiday(tx, utility, *day)?;
            note("holiday", known(before, *day), String::new());
        }
    }
    Ok(changes)
}

/// A holiday as it is in the audit log: `2026-12-25 Natal`.
fn text(holiday: &Holiday) -> String {
    let (year, month, day) = holiday.day.ymd();
    format!("{year:04}-{month:02}-{day:02} {}", holiday.name).trim_end().to_owned()
}

fn known(before: &ValvePolicy, day: LocalDay) -> String {
    before.holidays.iter().find(|holiday| holiday.day == day).map(text).unwrap_or_default()
}
