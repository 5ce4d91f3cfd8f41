//! Meters that admins put up, replace and take down, online: with the registers of that moment, so that use is right from it on, and with an audit
//! entry; once for each key, and whole or not at all.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::field::records;
use crate::field::records::NewFieldRecord;
use crate::field::rows::records as field_rows;
use crate::metering::credentials;
use crate::metering::fleet::{NewMeter, add_meter, has_serial, put_meter};
use crate::metering::install::{install, is_free, uninstall};
use crate::metering::kept;
use crate::metering::rows::{connections, inflows, installations, meters, readings, zones};
use crate::metering::telemetry;
use domain::field::field_record::{Explanation, is_register, review_reading};
use domain::field::meter_swap::BEFORE_MS;
use domain::metering::meter::{Capability, LifeCycle, model_name};
use domain::people::permission::{Permission, allows};
use domain::valve::by_hand::is_reason;
use domain::{ManualReadingId, MeterId, Millilitres, Serial, UtcMillis};
use protocol::core::problem::Code;
use protocol::metering::changes::{MeterChanged, MeterRegistration, MeterReplacement, MeterRetirement};
use protocol::sync::rows::{Entity, Meter};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Their names in the audit log.
const REGISTERED: &str = "register_meter";
const REPLACED: &str = "replace_meter";
const RETIRED: &str = "retire_meter";

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

/// The caller as the database has it now: a right may have gone while the call waited for its turn.
pub(super) fn still_admin(tx: &Tx<'_>, admin: &Caller) -> Result<Caller, Error> {
    let still = scope::caller(tx, admin.session)?.filter(|caller| allows(caller.role, Permission::ManageDevices));
    still.ok_or_else(|| Error::problem(Code::Denied, "you are no admin any more"))
}

/// When it happens: at an instant that is not to come, or now.
fn instant(tx: &Tx<'_>, at: Option<UtcMillis>) -> Result<UtcMillis, Error> {
    let at = at.unwrap_or(tx.now);
    // The final register is read before it.
    if !(BEFORE_MS..=tx.now.0).contains(&at.0) {
        return Err(refused("meter_time: it cannot lie in the future"));
    }
    Ok(at)
}

fn check_reason(reason: &str) -> Result<(), Error> {
    if is_reason(reason) { Ok(()) } else { Err(refused("meter_reason: a reason has 3 to 200 characters")) }
}

/// A meter that is to be put up.
struct Wanted<'a> {
    key: Uuid,
    serial: &'a Serial,
    model: &'a str,
    first_register: Millilitres,
}

impl Wanted<'_> {
    fn new_meter(&self, db: &Db) -> Result<NewMeter, Error> {
        let capability = Capability::HOUSEHOLD;
        let model = model_name(self.model).ok_or_else(|| refused("meter_model: a model has 64 characters at most"))?;
        if !is_register(self.first_register, &capability) {
            return Err(refused("first_register: a meter shows no such number"));
        }
        if has_serial(db, self.serial)? {
            return Err(refused("serial_taken: there is a meter with this serial number already"));
        }
        Ok(NewMeter {
            id: MeterId(self.key),
            serial: self.serial.clone(),
            model,
            capability,
            interval_s: Meter::INTERVAL_S,
            // It gets its credential when it is set up.
            secret_hash: None,
        })
    }
}

/// Whether a key has made a meter before, by something that was done to a meter: whoever sends it again is answered the same.
fn is_made(db: &Db, utility: i64, (kind, key): (&str, Uuid), meter: Uuid) -> Result<bool, Error> {
    if zones::is_recorded_of(db, utility, (kind, key), meter)? {
        return Ok(true);
    }
    if meters::is_known(db, MeterId(key))? { Err(refused("key: another meter has this identifier")) } else { Ok(false) }
}

/// Registers a meter at a connection that has none, and says what it shows.
///
/// # Errors
/// It is refused: the detail begins with the reason's word (`meter_time`, `meter_model`, `first_register`, `serial_taken`, `connection_taken`,
/// `key`); [`Code::NotFound`] if there is no such connection; or the database.
pub fn register(tx: &mut Tx<'_>, admin: &Caller, asked: &MeterRegistration) -> Result<MeterChanged, Error> {
    let admin = &still_admin(tx, admin)?;
    if is_made(tx, admin.utility, (REGISTERED, asked.key), asked.key)? {
        return Ok(MeterChanged { meter: MeterId(asked.key) });
    }
    let connection = connections::key(tx, admin.utility, asked.connection)?;
    let connection = connection.ok_or_else(|| Error::problem(Code::NotFound, "there is no such connection"))?;
    let at = instant(tx, asked.at)?;
    if !is_free(tx, connection, at)? {
        return Err(refused("connection_taken: a meter is there, or was at that time or later"));
    }
    let MeterRegistration { key, serial, model, first_register, .. } = asked;
    let wanted = Wanted { key: *key, serial, model, first_register: *first_register };
    let meter = put_up(tx, admin, &wanted, (connection, at))?;
    let said = [
        ("serial", String::new(), serial.to_string()),
        ("connection", String::new(), asked.connection.to_string()),
        ("register", String::new(), first_register.0.to_string()),
        ("since", String::new(), at.0.to_string()),
    ];
    let entry = audit::Entry::by(admin, (REGISTERED, *key), (Entity::Meter as u8, meter.0));
    audit::record(tx, &entry, said)?;
    Ok(MeterChanged { meter })
}

/// Adds the meter, installs it and reads what it shows then. What was there before ends.
fn put_up(tx: &mut Tx<'_>, admin: &Caller, wanted: &Wanted<'_>, (connection, at): (i64, UtcMillis)) -> Result<MeterId, Error> {
    let new = wanted.new_meter(tx)?;
    let meter = add_meter(tx, admin.utility, &new)?;
    install(tx, meter, connection, at)?;
    read(tx, admin, meter, (at, wanted.first_register))?;
    Ok(new.id)
}

/// Takes what somebody read off a meter, as a manual reading.
fn read(tx: &mut Tx<'_>, admin: &Caller, meter: i64, (at, register): (UtcMillis, Millilitres)) -> Result<(), Error> {
    let received = tx.now;
    telemetry::record(tx, meter, (at, register), received)?;
    let record = NewFieldRecord { meter, author: admin.num, at, received, review: &BTreeSet::new() };
    records::add_reading(tx, ManualReadingId(Uuid::now_v7()), &record, (register, None, &Explanation::default()))
}

/// A meter that is to be taken down.
struct Old {
    num: i64,
    capability: Capability,
    serial: String,
    /// Where it is, by key.
    connection: Option<i64>,
}

fn old(db: &Db, utility: i64, meter: MeterId) -> Result<Old, Error> {
    let found = field_rows::meter(db, utility, meter)?;
    let (num, capability) = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such meter"))?;
    Ok(Old { num, capability, serial: meters::serial(db, num)?, connection: installations::connection_of(db, num)? })
}

/// Reads what a meter shows last. Whether that can be is judged once its time is over: see [`check_final`].
fn read_last(tx: &mut Tx<'_>, admin: &Caller, old: &Old, (at, register): (UtcMillis, Option<Millilitres>)) -> Result<(), Error> {
    let Some(register) = register else { return Ok(()) };
    if !is_register(register, &old.capability) {
        return Err(refused("final_register: the meter shows no such number"));
    }
    read(tx, admin, old.num, (at.plus(-BEFORE_MS), register))
}

/// Refuses a final register that does not follow from the meter's readings, by the rule of every manual reading: it would count for nothing.
fn check_final(db: &Db, old: &Old, (at, register): (UtcMillis, Option<Millilitres>)) -> Result<(), Error> {
    let Some(register) = register else { return Ok(()) };
    let read_at = at.plus(-BEFORE_MS);
    let before = readings::register_before(db, old.num, read_at)?;
    let verdict = readings::verdict_at(db, old.num, read_at)?;
    match verdict.and_then(|verdict| review_reading(verdict, register, before)) {
        None => Ok(()),
        Some(_) => Err(refused("final_register: it does not follow from the readings before it")),
    }
}

/// Checks that nothing was installed there, or this meter elsewhere, at an instant or later.
fn check_time(db: &Db, old: &Old, connection: i64, at: UtcMillis) -> Result<(), Error> {
    let latest = installations::latest(db, old.num, connection)?;
    if latest.is_some_and(|latest| latest >= at) {
        return Err(refused("meter_time: the meter was put up there at that time or later"));
    }
    Ok(())
}

/// Puts another meter in the place of one, from an instant on: the old one counts until its final register and signs in no more, the new one counts
/// from its first.
///
/// # Errors
/// It is refused: the detail begins with the reason's word (`meter_reason`, `meter_time`, `meter_model`, `first_register`, `final_register`,
/// `serial_taken`, `not_installed`, `key`); [`Code::NotFound`] if there is no such meter; or the database.
pub fn replace(tx: &mut Tx<'_>, admin: &Caller, asked: &MeterReplacement) -> Result<MeterChanged, Error> {
    let admin = &still_admin(tx, admin)?;
    if is_made(tx, admin.utility, (REPLACED, asked.key), asked.meter.0)? {
        return Ok(MeterChanged { meter: MeterId(asked.key) });
    }
    let old = old(tx, admin.utility, asked.meter)?;
    check_reason(&asked.reason)?;
    let at = instant(tx, asked.at)?;
    let connection = old.connection.ok_or_else(|| refused("not_installed: the meter is installed nowhere"))?;
    check_time(tx, &old, connection, at)?;
    let last = (at, asked.final_register);
    read_last(tx, admin, &old, last)?;
    // Before it is published with the end of its installation.
    meters::write_life_cycle(tx, old.num, LifeCycle::Inactive)?;
    let credential = credentials::clear(tx, old.num)?;
    let MeterReplacement { key, serial, model, first_register, .. } = asked;
    let wanted = Wanted { key: *key, serial, model, first_register: *first_register };
    let meter = put_up(tx, admin, &wanted, (connection, at))?;
    kept::keep(tx, old.num, None)?;
    check_final(tx, &old, last)?;
    tx.touch_meter(old.num);
    let said = [
        ("serial", old.serial, serial.to_string()),
        ("final_register", String::new(), text(asked.final_register)),
        ("register", String::new(), first_register.0.to_string()),
        ("since", String::new(), at.0.to_string()),
        ("reason", String::new(), asked.reason.clone()),
        ("credential", credential, String::new()),
    ];
    let said = said.into_iter().filter(|(_, before, after)| !(before.is_empty() && after.is_empty()));
    let entry = audit::Entry::by(admin, (REPLACED, *key), (Entity::Meter as u8, asked.meter.0));
    audit::record(tx, &entry, said)?;
    Ok(MeterChanged { meter })
}

fn text(register: Option<Millilitres>) -> String {
    register.map_or_else(String::new, |register| register.0.to_string())
}

/// Takes a meter out of service: it counts until its final register, is installed nowhere from then on, and signs in no more. What it has measured
/// stays.
///
/// # Errors
/// It is refused: the detail begins with the reason's word (`meter_reason`, `meter_time`, `final_register`, `retired`,
/// `inflow_meter`); [`Code::NotFound`] if there
/// is no such meter; or the database.
pub fn retire(tx: &mut Tx<'_>, admin: &Caller, asked: &MeterRetirement) -> Result<MeterChanged, Error> {
    let admin = &still_admin(tx, admin)?;
    let changed = MeterChanged { meter: asked.meter };
    if zones::is_recorded_of(tx, admin.utility, (RETIRED, asked.key), asked.meter.0)? {
        return Ok(changed);
    }
    let old = old(tx, admin.utility, asked.meter)?;
    if inflows::is_one_now(tx, old.num)? {
        return Err(refused("inflow_meter: it measures what goes into a zone: remove it there first"));
    }
    check_reason(&asked.reason)?;
    let at = instant(tx, asked.at)?;
    let last = (at, asked.final_register.filter(|_| old.connection.is_some()));
    let was = meters::life_cycle(tx, old.num)?;
    if was == LifeCycle::Inactive && old.connection.is_none() {
        return Err(refused("retired: it was taken out of service already"));
    }
    if let Some(connection) = old.connection {
        check_time(tx, &old, connection, at)?;
        read_last(tx, admin, &old, last)?;
    }
    meters::write_life_cycle(tx, old.num, LifeCycle::Inactive)?;
    let credential = credentials::clear(tx, old.num)?;
    match old.connection {
        Some(connection) => {
            uninstall(tx, old.num, connection, at)?;
            kept::keep(tx, old.num, None)?;
        }
        None => put_meter(tx, old.num)?,
    }
    check_final(tx, &old, last)?;
    tx.touch_meter(old.num);
    let said = [
        ("life_cycle", was.as_str().to_owned(), LifeCycle::Inactive.as_str().to_owned()),
        ("final_register", String::new(), text(last.1)),
        ("since", String::new(), at.0.to_string()),
        ("reason", String::new(), asked.reason.clone()),
        ("credential", credential, String::new()),
    ];
    let said = said.into_iter().filter(|(_, before, after)| !(before.is_empty() && after.is_empty()));
    let entry = audit::Entry::by(admin, (RETIRED, asked.key), (Entity::Meter as u8, asked.meter.0));
    audit::record(tx, &entry, said)?;
    Ok(changed)
}
