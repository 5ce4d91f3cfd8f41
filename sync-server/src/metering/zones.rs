//! Zones as admins manage them: adding, naming, drawing, and who works in one. Each with its audit entry, once for each key, and never over
//! somebody else's change.

use crate::core::feed::RowId;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::metering::fleet;
use crate::metering::rows::zones as rows;
use domain::core::outline::{NoOutline, Outline};
use domain::core::position::Position;
use domain::core::search::search_form;
use domain::people::permission::{Permission, allows};
use domain::people::zone::is_name;
use domain::{UserId, ZoneId};
use protocol::core::problem::Code;
use protocol::metering::zones::{Technician, ZoneChange, ZoneDeed, ZoneRow, Zones};
use protocol::sync::rows::Entity;

/// What changed of a zone: field, before, after.
type Changes = Vec<(&'static str, String, String)>;

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

/// The zones of a utility, and its technicians.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64) -> Result<Zones, Error> {
    Ok(Zones { zones: rows::all(db, utility)?, technicians: rows::technicians(db, utility)? })
}

/// Does what an admin asks for, once for each key; returns the zones as they are then. Where nothing is different afterwards there is no
/// audit entry.
///
/// # Errors
/// No such zone or technician of the utility; its name cannot be one (`zone_name`) or is another zone's (`zone_name_taken`); the corners are
/// no outline (`outline_…`); somebody has changed the zone meanwhile (`zone_changed`); an identifier that is taken (`zone_taken`); a
/// technician who may not sign in (`technician_inactive`); or the database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &ZoneChange) -> Result<Zones, Error> {
    // A right may have gone while the call waited for its turn.
    let still = scope::caller(tx, admin.session)?.filter(|caller| allows(caller.role, Permission::ManageZones));
    let admin = &still.ok_or_else(|| Error::problem(Code::Denied, "you are no admin any more"))?;
    let kind = asked.change.kind();
    if !rows::is_recorded(tx, admin.utility, kind, asked.key)? {
        let changes = apply(tx, admin.utility, asked)?;
        if !changes.is_empty() {
            let entry = audit::Entry::by(admin, (kind, asked.key), (Entity::Zone as u8, asked.zone.0));
            audit::record(tx, &entry, changes)?;
        }
    }
    list(tx, admin.utility)
}

/// Draws a zone's outline anew, or takes it away, and sends it to every device of the utility.
///
/// # Errors
/// No such zone of the utility, or the database.
pub fn draw(tx: &mut Tx<'_>, utility: i64, id: ZoneId, outline: Option<&Outline>) -> Result<(), Error> {
    let (num, _) = find(tx, utility, id)?;
    let rev = rows::write_outline(tx, num, outline)?;
    publish(tx, utility, id, rev)
}

fn apply(tx: &mut Tx<'_>, utility: i64, asked: &ZoneChange) -> Result<Changes, Error> {
    let id = asked.zone;
    match &asked.change {
        ZoneDeed::Add { name, time_zone } => {
            if rows::exists(tx, id)? {
                return Err(refused("zone_taken: there is a zone of this identifier already"));
            }
            check_name(tx, utility, id, name)?;
            fleet::add_zone(tx, utility, id, name, *time_zone)?;
            Ok(vec![("name", String::new(), name.clone()), ("time_zone", String::new(), time_zone.iana().to_owned())])
        }
        ZoneDeed::Rename { rev, name } => {
            let (num, zone) = unchanged(tx, utility, id, *rev)?;
            check_name(tx, utility, id, name)?;
            if zone.name == *name {
                return Ok(Changes::new());
            }
            let rev = rows::write_name(tx, num, name)?;
            publish(tx, utility, id, rev)?;
            Ok(vec![("name", zone.name, name.clone())])
        }
        ZoneDeed::Outline { rev, corners } => {
            let (_, zone) = unchanged(tx, utility, id, *rev)?;
            let outline = if corners.is_empty() { None } else { Some(Outline::new(corners.clone()).map_err(no_outline)?) };
            if zone.outline == outline {
                return Ok(Changes::new());
            }
            draw(tx, utility, id, outline.as_ref())?;
            Ok(vec![("outline", text(zone.outline.as_ref()), text(outline.as_ref()))])
        }
        ZoneDeed::Assign { technician } => {
            let (zone, user, known) = zone_and_technician(tx, utility, id, *technician)?;
            if rows::is_assigned(tx, user, zone)? {
                return Ok(Changes::new());
            }
            if !known.active {
                return Err(refused("technician_inactive: who may not sign in is assigned nowhere"));
            }
            fleet::assign_zone(tx, user, zone)?;
            Ok(vec![("technician", String::new(), known.name)])
        }
        ZoneDeed::Unassign { technician } => {
            let (zone, user, known) = zone_and_technician(tx, utility, id, *technician)?;
            if !rows::is_assigned(tx, user, zone)? {
                return Ok(Changes::new());
            }
            fleet::unassign_zone(tx, user, zone)?;
            Ok(vec![("technician", known.name, String::new())])
        }
    }
}

fn no_outline(why: NoOutline) -> Error {
    Error::problem(Code::BadRequest, format!("{}: {why}", why.as_str()))
}

fn check_name(db: &Db, utility: i64, zone: ZoneId, name: &str) -> Result<(), Error> {
    if !is_name(name) {
        return Err(refused("zone_name: a zone's name has 2 to 60 characters"));
    }
    // People and imports find a zone by its name.
    let form = search_form(name);
    if rows::all(db, utility)?.iter().any(|other| other.id != zone && search_form(&other.name) == form) {
        return Err(refused("zone_name_taken: another zone has this name"));
    }
    Ok(())
}

fn find(db: &Db, utility: i64, id: ZoneId) -> Result<(i64, ZoneRow), Error> {
    rows::find(db, utility, id)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such zone"))
}

/// A zone, if it is as whoever changes it has read it.
fn unchanged(db: &Db, utility: i64, id: ZoneId, rev: i64) -> Result<(i64, ZoneRow), Error> {
    let (num, zone) = find(db, utility, id)?;
    if zone.rev != rev {
        return Err(refused("zone_changed: somebody has changed it meanwhile: read it again"));
    }
    Ok((num, zone))
}

/// A zone and a technician, each by key.
fn zone_and_technician(db: &Db, utility: i64, id: ZoneId, technician: UserId) -> Result<(i64, i64, Technician), Error> {
    let (zone, _) = find(db, utility, id)?;
    let found = rows::technician(db, utility, technician)?;
    let (user, technician) = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such technician"))?;
    Ok((zone, user, technician))
}

/// Sends a zone to every device of the utility.
fn publish(tx: &mut Tx<'_>, utility: i64, id: ZoneId, rev: i64) -> Result<(), Error> {
    let public = tx.bucket(utility, "public")?;
    tx.put(public, Entity::Zone, &RowId::of(*id.0.as_bytes()), rev)
}

/// An outline as it is in the audit log: its corners, one behind the other.
fn text(outline: Option<&Outline>) -> String {
    let corners = outline.map(Outline::corners).unwrap_or_default();
    corners.iter().map(Position::to_string).collect::<Vec<_>>().join("; ")
}
