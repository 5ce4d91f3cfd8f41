//! What must hold, once nothing happens any more, of work orders, of what was recorded under them with its pictures, and of checklists.

use crate::sim::beginning::part;
use crate::sim::field::is_for_work;
use crate::sim::schedule::TECHNICIAN;
use crate::sim::server::user;
use crate::sim::world::World;
use crate::sim::{Broken, ensure, seen};
use domain::UtcMillis;
use domain::maintenance::stock::van_row;
use protocol::sync::rows::Entity;
use serde_json::Value;
use sync_server::field::blobs;
use uuid::Uuid;

/// Looks at everything about work.
pub fn work(world: &mut World) -> Result<(), Broken> {
    let (works, model) = (world.server.works(), world.server.model.works());
    seen(&mut world.counts.checks, "work orders are those of the model");
    if model.values().any(|work| work.marks.is_others) {
        seen(&mut world.counts.checks, "work of somebody else is marked");
    }
    ensure(works == model, || format!("the model has the work orders {model:?}, the server {works:?}"))?;
    let (recorded, model) = (world.server.recorded(), world.server.model.recorded());
    seen(&mut world.counts.checks, "records of work are those of the model");
    ensure(recorded == model, || format!("the model has the records {model:?}, the server {recorded:?}"))?;
    let (checklists, model) = (world.server.checklists(), world.server.model.checklists());
    seen(&mut world.counts.checks, "checklists are those of the model");
    ensure(checklists == model, || format!("the model has the checklists {model:?}, the server {checklists:?}"))?;
    done_work_is_kept(world)?;
    pictures_are_whole(world)
}

/// What a technician did is refused only where they may do nothing, whoever is to do the order by then and however far it is. Work that is done has what
/// was recorded with it, and what was done under an order that was taken from the technician is marked.
fn done_work_is_kept(world: &mut World) -> Result<(), Broken> {
    let (recorded, model, technician) = (world.server.recorded(), &world.server.model, user(TECHNICIAN).0);
    for visit in world.devices.iter().flat_map(|device| &device.office.visits) {
        let said = |op: &Uuid| model.decided.get(op).map(|(status, code, _)| (status.as_str(), code.as_str()));
        for (op, _) in &visit.done {
            let Some((status, code)) = said(op) else { continue };
            seen(&mut world.counts.checks, "work is not refused for whose it is");
            let is_taken = status == "applied" || matches!(code, "not_found" | "builds_on_refused");
            ensure(is_taken, || format!("{op}, done under {}, is {status}: {code}", visit.order))?;
        }
        let is_applied = |op: &Uuid| said(op).is_some_and(|(status, _)| status == "applied");
        if !visit.completed.as_ref().is_some_and(is_applied) {
            continue;
        }
        let added = visit.done.iter().filter(|(op, _)| is_applied(op)).filter_map(|(_, record)| *record);
        for record in added {
            seen(&mut world.counts.checks, "completed work has its records");
            let kept = recorded.get(&record.to_string());
            let is_its = kept.is_some_and(|kept| kept.order == visit.order.to_string() && kept.author == technician);
            ensure(is_its, || format!("{record} was added under {}, which is done, and is {kept:?}", visit.order))?;
        }
    }
    let marked = recorded.values().filter(|record| record.author == technician && record.marks.is_any());
    marked.for_each(|_| seen(&mut world.counts.checks, "work under an order that was taken is marked"));
    let mut readings = world.server.readings();
    readings.retain(|id, _| is_for_work(id.parse().unwrap_or_default()));
    seen(&mut world.counts.checks, "readings for work are those of the model");
    ensure(readings == model.readings, || format!("the model has the readings {:?}, the server {readings:?}", model.readings))
}

/// Each picture that a record names is there with all its parts, also after pictures that nothing names were swept.
fn pictures_are_whole(world: &mut World) -> Result<(), Broken> {
    let swept = world.server.change(|tx| blobs::take_unnamed(tx, UtcMillis(i64::MAX)));
    let (gone, _) = swept.ok_or_else(|| Broken("pictures that nothing names cannot be swept".to_owned()))?;
    world.blobs.remove(&gone);
    let kept = world.server.pictures();
    let recorded = world.server.recorded();
    for (record, of) in recorded.iter().filter(|(_, of)| !of.picture.is_empty()) {
        seen(&mut world.counts.checks, "pictures of records are whole");
        ensure(kept.contains(&of.picture), || format!("{record} names {}, which is not there", of.picture))?;
        ensure(world.has_whole(&of.picture), || format!("{record} names {}, of which a part is lost", of.picture))?;
    }
    Ok(())
}

/// A device shows a row about work as it is.
pub fn is_as_it_is(world: &World, entity: Entity, (id, body): (&str, &Value)) -> Result<(), Broken> {
    let model = &world.server.model;
    let (shown, stands) = match entity {
        Entity::WorkOrder => {
            let stands = model.works().get(id).map(|work| format!("{} {} {}", work.state(), work.priority, work.turns));
            let turns = body["turns"].as_array().map_or(0, Vec::len);
            let state = body["state"].as_str().unwrap_or_default();
            (format!("{state} {} {turns}", body["priority"].as_str().unwrap_or("normal")), stands)
        }
        Entity::WorkRecord => {
            let stands = model.recorded().get(id).map(|record| record.what.clone());
            (body["content"]["what"].as_str().unwrap_or_default().to_owned(), stands)
        }
        Entity::WorkTemplate => {
            let version =
                (body["template"].as_str().unwrap_or_default().to_owned(), body["version"].as_i64().unwrap_or_default());
            (body["name"].as_str().unwrap_or_default().to_owned(), model.checklists().remove(&version))
        }
        // One piece is used at a time, and none ever came.
        Entity::VanPart => {
            let owner = (0..4).map(user).find(|user| van_row(part(), *user).to_string() == id);
            let times = |owner: Uuid| model.recorded().values().filter(|of| of.what == "part" && of.author == owner).count();
            (body["pieces"].to_string(), owner.map(|owner| format!("-{}", times(owner.0))))
        }
        _ => return Ok(()),
    };
    ensure(stands.as_deref() == Some(shown.as_str()), || format!("a device shows {body} for {id}, the server has {stands:?}"))
}
