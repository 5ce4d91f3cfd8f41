//! Bulk meters of zones as admins manage them: registered from an instant on, removed at one, and the limit of what may be lost. Each with its
//! audit entry, once for each key (adr/0050).

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::metering::fleet::{NewMeter, add_meter, has_serial};
use crate::metering::install::Before;
use crate::metering::rows::inflows::StoredInflow;
use crate::metering::rows::{inflows as rows, meters, zones};
use domain::metering::meter::{Capability, LifeCycle, model_name};
use domain::people::permission::{Permission, allows};
use domain::{MeterId, Serial, UtcMillis};
use protocol::core::problem::Code;
use protocol::metering::zone_balance::{INFLOWS, InflowChange, InflowDeed, LIMIT, Q3, ZoneInflows};
use protocol::sync::rows::{Entity, Meter};
use uuid::Uuid;

/// What changed: field, before, after.
type Changes = Vec<(&'static str, String, String)>;

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

/// The bulk meters of a zone, by its key, and its limit.
///
/// # Errors
/// The database.
pub fn of_zone(db: &Db, zone: i64) -> Result<ZoneInflows, Error> {
    let meters = rows::of_zone(db, zone)?.into_iter().map(|inflow| inflow.shown).collect();
    Ok(ZoneInflows { meters, limit: rows::limit(db, zone)? })
}

/// Does what an admin asks for, once for each key; returns the bulk meters of the zone as they are then.
///
/// # Errors
/// It is refused: the detail begins with the reason's word (`meter_time`, `meter_model`, `inflow_q3`, `inflow_meter`, `inflow_taken`,
/// `inflow_ended`, `inflow_many`, `inflow_limit`, `serial_taken`, `key`); [`Code::NotFound`] if there is no such zone or bulk meter of it; or the
/// database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &InflowChange) -> Result<ZoneInflows, Error> {
    // A right may have gone while the call waited for its turn.
    let may = |caller: &Caller| allows(caller.role, Permission::ManageZones) && allows(caller.role, Permission::ManageDevices);
    let still = scope::caller(tx, admin.session)?.filter(may);
    let admin = &still.ok_or_else(|| Error::problem(Code::Denied, "you are no admin any more"))?;
    let found = zones::find(tx, admin.utility, asked.zone)?;
    let (zone, _) = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such zone"))?;
    let kind = asked.inflow.kind();
    if !zones::is_recorded(tx, admin.utility, kind, asked.key)? {
        let changes = apply(tx, admin.utility, zone, asked)?;
        if !changes.is_empty() {
            let entry = audit::Entry::by(admin, (kind, asked.key), (Entity::Zone as u8, asked.zone.0));
            audit::record(tx, &entry, changes)?;
        }
    }
    of_zone(tx, zone)
}

fn apply(tx: &mut Tx<'_>, utility: i64, zone: i64, asked: &InflowChange) -> Result<Changes, Error> {
    match &asked.inflow {
        InflowDeed::Register { serial, model, q3, since } => {
            let since = instant(tx, *since)?;
            register(tx, (utility, zone), (asked.key, since), &Wanted { serial, model, q3: *q3 })?;
            Ok(vec![
                ("serial", String::new(), serial.to_string()),
                ("q3", String::new(), q3.to_string()),
                ("since", String::new(), since.0.to_string()),
            ])
        }
        InflowDeed::Remove { id, until } => {
            let until = instant(tx, *until)?;
            let serial = remove(tx, zone, *id, until)?;
            Ok(vec![("serial", serial, String::new()), ("until", String::new(), until.0.to_string())])
        }
        InflowDeed::Limit { per_mille } => {
            if per_mille.is_some_and(|limit| !LIMIT.contains(&limit)) {
                return Err(refused("inflow_limit: a limit is 1 to 1,000 per mille"));
            }
            let before = rows::limit(tx, zone)?;
            if before == *per_mille {
                return Ok(Changes::new());
            }
            rows::write_limit(tx, zone, *per_mille)?;
            let text = |limit: Option<u16>| limit.map_or_else(String::new, |limit| limit.to_string());
            Ok(vec![("loss_limit", text(before), text(*per_mille))])
        }
    }
}

/// When it happens: at an instant that is not to come, or now.
fn instant(tx: &Tx<'_>, at: Option<UtcMillis>) -> Result<UtcMillis, Error> {
    let at = at.unwrap_or(tx.now);
    if (0..=tx.now.0).contains(&at.0) { Ok(at) } else { Err(refused("meter_time: it cannot lie in the future")) }
}

/// A bulk meter that is to be registered.
struct Wanted<'a> {
    serial: &'a Serial,
    model: &'a str,
    q3: u32,
}

fn register(
    tx: &mut Tx<'_>,
    (utility, zone): (i64, i64),
    (id, since): (Uuid, UtcMillis),
    wanted: &Wanted<'_>,
) -> Result<(), Error> {
    if !Q3.contains(&wanted.q3) {
        return Err(refused("inflow_q3: a permanent flow is 1 to 6,300 cubic metres an hour"));
    }
    if rows::exists(tx, id)? {
        return Err(refused("key: another bulk meter has this identifier"));
    }
    if rows::of_zone(tx, zone)?.len() >= INFLOWS {
        return Err(refused("inflow_many: a zone has had 200 bulk meters at most"));
    }
    let capability = Capability::bulk(wanted.q3);
    let (meter, before) = match rows::meter_of_serial(tx, utility, wanted.serial)? {
        Some((_, true)) => return Err(refused("inflow_meter: this meter is or was at a connection")),
        Some((meter, false)) => {
            check_free(tx, meter, since)?;
            let before = Before::read(tx, meter)?;
            meters::write_capability(tx, meter, &capability)?;
            meters::write_life_cycle(tx, meter, LifeCycle::Active)?;
            (meter, before)
        }
        None => {
            let new = new_meter(tx, capability, wanted)?;
            let meter = add_meter(tx, utility, &new)?;
            (meter, Before::read(tx, meter)?)
        }
    };
    rows::insert(tx, id, (meter, zone), since)?;
    // What came already is judged and summed anew.
    before.apply(tx)?;
    tx.touch_meter(meter);
    Ok(())
}

fn check_free(db: &Db, meter: i64, since: UtcMillis) -> Result<(), Error> {
    if rows::is_one_now(db, meter)? {
        return Err(refused("inflow_taken: this meter measures what goes into a zone already"));
    }
    if rows::latest(db, meter)?.is_some_and(|latest| latest > since) {
        return Err(refused("meter_time: this meter measured what went into a zone at that time or later"));
    }
    Ok(())
}

fn new_meter(db: &Db, capability: Capability, wanted: &Wanted<'_>) -> Result<NewMeter, Error> {
    let model = model_name(wanted.model).ok_or_else(|| refused("meter_model: a model has 64 characters at most"))?;
    if has_serial(db, wanted.serial)? {
        return Err(refused("serial_taken: there is a meter with this serial number already"));
    }
    Ok(NewMeter {
        id: MeterId(Uuid::now_v7()),
        serial: wanted.serial.clone(),
        model,
        capability,
        interval_s: Meter::INTERVAL_S,
        // It gets its credential when it is set up.
        secret_hash: None,
    })
}

/// Ends the time of a bulk meter; returns its serial number.
fn remove(tx: &mut Tx<'_>, zone: i64, id: Uuid, until: UtcMillis) -> Result<String, Error> {
    let found = rows::of_zone(tx, zone)?.into_iter().find(|inflow| inflow.shown.id == id);
    let StoredInflow { num, meter, shown } =
        found.ok_or_else(|| Error::problem(Code::NotFound, "the zone has no such bulk meter"))?;
    if shown.until.is_some() {
        return Err(refused("inflow_ended: it was removed already"));
    }
    if until <= shown.since {
        return Err(refused("meter_time: it was registered at that time or later"));
    }
    let before = Before::read(tx, meter)?;
    rows::end(tx, num, until)?;
    before.apply(tx)?;
    tx.touch_meter(meter);
    Ok(shown.serial)
}
