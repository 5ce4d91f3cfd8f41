//! What must hold, once nothing happens any more, of what people added by imports, and of what they took back.

use crate::sim::imports::is_from_the_beginning;
use crate::sim::model::Installed;
use crate::sim::world::World;
use crate::sim::{Broken, ensure, seen};
use protocol::sync::rows::Entity;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Kinds of rows that people add.
const ADDED: [Entity; 3] = [Entity::Customer, Entity::Connection, Entity::Meter];

/// Looks at everything that was added.
pub fn added(world: &mut World) -> Result<(), Broken> {
    rows_are_there_once(world)?;
    what_was_taken_back_is_nowhere(world)?;
    rows_are_held_around_them(world)
}

/// Each row of an import is there under the identity that follows from it, as the model has it, and under no other.
fn rows_are_there_once(world: &mut World) -> Result<(), Broken> {
    let (model, server) = (&world.server.model, &world.server);
    let (records, places, meters) = (server.records(), server.places(), server.meters());
    seen(&mut world.counts.checks, "rows of imports are there once");
    let has_same_records = records.keys().eq(model.records.keys());
    ensure(has_same_records, || format!("the model has {:?}, the server {:?}", model.records.keys(), records.keys()))?;
    ensure(places == model.places, || format!("the model has the connections {:?}, the server {places:?}", model.places))?;
    // Where meters are that were swapped is not the model's to say.
    let swapped = server.swapped();
    let unswapped = |meters: &BTreeMap<String, Installed>| {
        let others = meters.iter().filter(|(id, _)| !swapped.contains(*id));
        others.map(|(id, meter)| (id.clone(), meter.clone())).collect::<BTreeMap<_, _>>()
    };
    let has_same_meters = unswapped(&meters) == unswapped(&model.meters);
    ensure(has_same_meters, || format!("the model has the meters {:?}, the server {meters:?}", model.meters))?;
    let imported: BTreeSet<&String> = world.devices.iter().flat_map(|device| &device.identities).collect();
    let is_of_no_row = |id: &&String| !is_from_the_beginning(id.parse().unwrap_or_default()) && !imported.contains(id);
    let of_no_row: Vec<_> = records.keys().chain(meters.keys()).filter(is_of_no_row).collect();
    ensure(of_no_row.is_empty(), || format!("{of_no_row:?} are of no row of any import, so that one is there twice"))
}

/// What was taken back is in no bucket and on no device.
fn what_was_taken_back_is_nowhere(world: &mut World) -> Result<(), Broken> {
    let held = world.server.held_in();
    for id in &world.server.model.gone {
        seen(&mut world.counts.checks, "what was taken back is nowhere");
        for entity in ADDED {
            let buckets = held.get(&(entity as u8, id.clone()));
            ensure(buckets.is_none(), || format!("{id} was taken back, and is in {buckets:?}"))?;
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE id = ?1)", entity.kind().name);
            let shows = |db: &rusqlite::Connection| Ok(db.query_row(&sql, [id], |row| row.get::<_, bool>(0))?);
            for device in &world.devices {
                let is_shown = device.store.as_ref().is_some_and(|store| store.read_now(shows).unwrap_or(true));
                ensure(!is_shown, || format!("{id} was taken back, and device {} shows it", device.number))?;
            }
        }
    }
    Ok(())
}

/// A row that was added is in the buckets of its customer, its zone and the admins, and in nobody else's.
fn rows_are_held_around_them(world: &mut World) -> Result<(), Broken> {
    let (model, held) = (&world.server.model, world.server.held_in());
    let is_added = |id: &str| !is_from_the_beginning(id.parse::<Uuid>().unwrap_or_default());
    let mut expected = Vec::new();
    for id in model.added.keys() {
        let zones = model.places.values().filter(|place| place.customer.to_string() == *id).map(|place| place.zone);
        expected.push((Entity::Customer, id, around(id, zones)));
    }
    for (id, place) in model.places.iter().filter(|(id, _)| is_added(id)) {
        expected.push((Entity::Connection, id, around(&place.customer.to_string(), [place.zone])));
    }
    for (id, meter) in model.meters.iter().filter(|(id, _)| is_added(id)) {
        let place = model.places[&meter.connection];
        expected.push((Entity::Meter, id, around(&place.customer.to_string(), [place.zone])));
    }
    for (entity, id, buckets) in expected {
        seen(&mut world.counts.checks, "added rows are held around them alone");
        let real = held.get(&(entity as u8, id.clone()));
        ensure(real == Some(&buckets), || format!("{entity:?} {id} should be in {buckets:?}, and is in {real:?}"))?;
    }
    Ok(())
}

fn around(customer: &str, zones: impl IntoIterator<Item = Uuid>) -> BTreeSet<String> {
    let own = ["admin".to_owned(), format!("customer:{customer}")];
    own.into_iter().chain(zones.into_iter().map(|zone| format!("zone:{zone}"))).collect()
}
