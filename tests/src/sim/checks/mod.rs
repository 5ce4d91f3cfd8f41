//! What must hold: a little at each step, everything at the end.

mod added;
mod office;
mod swaps;

use super::model::views::key;
use super::people::shown;
use super::server::{Reply, Server, buckets_in, user};
use super::world::{Shadow, World};
use super::{Broken, ensure, seen};
use engine::device::Answer;
use engine::pull::{Ask, Snapshot};
use protocol::sync::pull::{Bucket, Change, Cursor, Kind, Pull, Range};
use protocol::sync::rows::Entity;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Looks at a device after something happened to it.
pub fn of_device(world: &mut World, number: u8) -> Result<(), Broken> {
    own_writes(world, number)?;
    cursors(world, number)?;
    if world.mono.is_multiple_of(7) { nothing_vanished(world, number) } else { Ok(()) }
}

fn own_writes(world: &mut World, number: u8) -> Result<(), Broken> {
    let device = &world.devices[usize::from(number)];
    for (row, (value, _)) in &device.private {
        if let Some(body) = shown(device, "customer", row) {
            seen(&mut world.counts.checks, "own writes stay visible");
            let shows = body["address"].as_str().unwrap_or_default();
            ensure(shows == value, || {
                format!(
                    "device {number} wrote {value} and shows {shows} for {row}; its outbox: {}",
                    waiting_for(device, "row_id", row)
                )
            })?;
        }
    }
    Ok(())
}

/// What of the outbox has a value in a column, to read in a failure.
fn waiting_for(device: &super::device::Device, column: &str, value: &str) -> String {
    let read = |db: &rusqlite::Connection| {
        let mut query = db.prepare(&format!("SELECT op_id || ' ' || state || (CASE WHEN op_id IN (SELECT op_id FROM effects_received) THEN ' effects_received ' ELSE ' ' END)
               || COALESCE((SELECT 'over ' || rev || CASE gone WHEN 1 THEN ' gone ' ELSE ' ' END FROM base_row WHERE id = row_id), '')
               || payload || COALESCE(outcome, '') FROM outbox.op WHERE {column} = ?1 ORDER BY seq"))?;
        Ok(query.query_map([value], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    device.store.as_ref().and_then(|store| store.read_now(read).ok()).unwrap_or_default().join("\n  ")
}

fn cursors(world: &mut World, number: u8) -> Result<(), Broken> {
    let device = &mut world.devices[usize::from(number)];
    let Some(mut store) = device.store.clone() else { return Ok(()) };
    let Ok(held) = engine::device::Store::held(&mut store) else { return Ok(()) };
    let mut now = BTreeMap::new();
    for bucket in held {
        let Cursor { bucket: name, epoch, seq } = bucket.cursor;
        if let Some((was_epoch, was_seq)) = device.cursors.get(&name.0) {
            seen(&mut world.counts.checks, "cursors only grow");
            let grows = (epoch, seq) >= (*was_epoch, *was_seq);
            ensure(grows, || format!("device {number}: the cursor of {name} went from {was_epoch}/{was_seq} to {epoch}/{seq}"))?;
        }
        now.insert(name.0, (epoch, seq));
    }
    device.cursors = now;
    Ok(())
}

/// Every operation that was done and not dropped is in the outbox, or its effect is known.
fn nothing_vanished(world: &mut World, number: u8) -> Result<(), Broken> {
    let device = &world.devices[usize::from(number)];
    let Some(there) = outbox(world, number, "1 = 1") else { return Ok(()) };
    seen(&mut world.counts.checks, "no operation vanishes");
    for (op, done) in &device.done {
        ensure(done.applied.is_some() || there.contains(op), || format!("device {number}: operation {op} has vanished"))?;
    }
    let refused = outbox(world, number, "state = 'parked'").unwrap_or_default();
    seen(&mut world.counts.checks, "what was acknowledged is refused after a restore only");
    let unsaid = world.devices[usize::from(number)].done.iter().find(|(op, done)| done.applied.is_some() && refused.contains(op));
    let Some((op, _)) = unsaid else { return Ok(()) };
    let device = &world.devices[usize::from(number)];
    Err(Broken(format!("device {number}: {op} was acknowledged, and is refused: {}", waiting_for(device, "state", "parked"))))
}

fn outbox(world: &World, number: u8, which: &str) -> Option<BTreeSet<Uuid>> {
    let sql = format!("SELECT op_id FROM outbox.op WHERE {which}");
    let read = |db: &rusqlite::Connection| {
        let mut query = db.prepare(&sql)?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    let found = world.devices[usize::from(number)].store.as_ref()?.read_now(read).ok()?;
    Some(found.iter().filter_map(|op| op.parse().ok()).collect())
}

/// Looks at an answer before the device does: nothing in it may be out of the scope that its reader had when it was made. Rights are
/// checked where it arrives, so only what was taken away meanwhile is excused, by the rights of then.
pub fn of_reply(world: &mut World, _device: u8, _number: u64, reply: &Reply) -> Result<(), Broken> {
    if let Reply::Read(answer) = reply {
        bounds(world, buckets_in(answer).len(), protocol::sync::pull::PAGE + 64)?;
    }
    Ok(())
}

/// Looks at an answer as the server gives it.
pub fn of_answer(world: &mut World, device: u8, answer: &Answer) -> Result<(), Broken> {
    let rights = world.server.model.rights.of(device);
    seen(&mut world.counts.checks, "no row out of scope");
    for name in buckets_in(answer) {
        ensure(rights.contains(&name), || format!("device {device} is sent rows of {name}, which it may not hold"))?;
    }
    Ok(())
}

/// A queue is within its bounds.
pub fn bounds(world: &mut World, length: usize, most: usize) -> Result<(), Broken> {
    seen(&mut world.counts.checks, "queues are bounded");
    ensure(length <= most, || format!("{length} wait where {most} may"))
}

/// What devices knew of the server before it was restored may come again: what they did is brought again, and shown until its effect has
/// come again; meanwhile somebody else may have come first.
pub fn after_restore(world: &mut World) {
    world.devices.iter_mut().for_each(|device| device.private.clear());
}

/// Whether nobody has anything to send or to take any more.
pub fn is_quiet(world: &World) -> bool {
    (0..world.devices.len() as u8).all(|number| match outbox(world, number, "state IN ('pending', 'inflight')") {
        Some(waiting) => {
            let device = &world.devices[usize::from(number)];
            waiting.is_empty() && device.is_up_to_date() && !device.is_importing()
        }
        None => world.devices[usize::from(number)].store.is_none() && !world.devices[usize::from(number)].wake_pending,
    })
}

/// What waits, to read in a failure.
pub fn what_waits(world: &World) -> String {
    let of = |number: u8| {
        let device = &world.devices[usize::from(number)];
        let waiting = outbox(world, number, "state IN ('pending', 'inflight')");
        format!(
            "device {number} {:?} {:?} waits for {waiting:?}, last trouble {:?}",
            device.asked,
            device.pushed.is_some(),
            device.last_trouble
        )
    };
    let devices = (0..world.devices.len() as u8).map(of).collect::<Vec<_>>().join("; ");
    format!("{devices}; the last frame that was swallowed had {} bytes", world.last_swallowed)
}

/// Notes what a bucket holds now.
pub fn note_shadow(world: &mut World, pick: u32) {
    let names = ["admin", "public"];
    let name = names[pick as usize % names.len()];
    if let Some(cursor) = world.cursor(name)
        && let Some(rows) = live(&world.server, name)
    {
        world.shadows.truncate(3);
        world.shadows.push(Shadow { cursor, rows });
    }
}

type Rows = BTreeMap<(u8, String), u64>;

/// The rows that a bucket holds on the server.
fn live(server: &Server, name: &str) -> Option<Rows> {
    let db = server.db.as_ref()?;
    let sql = "SELECT c.entity, c.id, c.rev FROM change c JOIN bucket b ON b.num = c.bucket
      WHERE b.utility = 1 AND b.name = ?1 AND c.removed = 0";
    let mut query = db.prepare(sql).ok()?;
    let rows = query.query_map([name], |row| {
        let id = sync_server::core::feed::RowId(row.get(1)?);
        Ok(((row.get(0)?, id.to_wire()), row.get::<_, i64>(2)? as u64))
    });
    rows.ok()?.collect::<Result<_, _>>().ok()
}

/// Looks at everything once nothing happens any more.
pub fn at_the_end(world: &mut World) -> Result<(), Broken> {
    for number in 0..world.devices.len() as u8 {
        nothing_vanished(world, number)?;
        agrees(world, number)?;
    }
    effects(world)?;
    log_is_snapshot(world)?;
    added::added(world)?;
    office::office(world)?;
    swaps::swaps(world)?;
    let report = sync_server::check::check(world.server.db.as_ref().expect("it runs")).expect("it is read");
    seen(&mut world.counts.checks, "hashes are those of the rows");
    ensure(report.findings.is_empty(), || format!("check: {:?}", report.findings))?;
    let records = world.server.records();
    for (row, model) in &world.server.model.records {
        let real = records.get(row).ok_or_else(|| Broken(format!("{row} is not on the server")))?;
        let differs = model.iter().find(|(field, value)| real.get(*field) != Some(value));
        ensure(differs.is_none(), || format!("{row}: the model has {differs:?}, the server {real:?}"))?;
    }
    let (notes, model) = (world.server.notes(), world.server.model.notes());
    seen(&mut world.counts.checks, "notes are those of the model");
    ensure(notes == model, || format!("the model has the notes {model:?}, the server {notes:?}"))?;
    let (openings, model) = (world.server.openings(), &world.server.model.openings);
    seen(&mut world.counts.checks, "opening balances are those of the model");
    ensure(openings == *model, || format!("the model has the opening balances {model:?}, the server {openings:?}"))?;
    let (cases, model) = (world.server.cases(), world.server.model.cases());
    seen(&mut world.counts.checks, "cases are those of the model");
    let is_same =
        cases.len() == model.len() && model.iter().all(|(row, status)| cases.get(row).is_some_and(|real| real == status));
    ensure(is_same, || format!("the model has the cases {model:?}, the server {cases:?}"))?;
    let (works, model) = (world.server.works(), world.server.model.works());
    seen(&mut world.counts.checks, "work orders are those of the model");
    let is_same = works.len() == model.len() && model.iter().all(|(row, state)| works.get(row).is_some_and(|real| real == state));
    ensure(is_same, || format!("the model has the work orders {model:?}, the server {works:?}"))?;
    let (templates, model) = (world.server.templates(), world.server.model.templates());
    seen(&mut world.counts.checks, "templates of reports are those of the model");
    ensure(templates == model, || format!("the model has the templates {model:?}, the server {templates:?}"))?;
    let (views, model) = (world.server.views(), world.server.model.views());
    seen(&mut world.counts.checks, "views are those of the model");
    ensure(views == model, || format!("the model has the views {model:?}, the server {views:?}"))
}

/// A device holds what the server has for it, neither less nor more, body for body.
fn agrees(world: &mut World, number: u8) -> Result<(), Broken> {
    let device = &world.devices[usize::from(number)];
    let Some(mut store) = device.store.clone() else { return Ok(()) };
    let held = engine::device::Store::held(&mut store).map_err(|error| Broken(error.to_string()))?;
    let scope: BTreeSet<String> =
        world.server.scope(number).into_iter().filter(|member| member.num.is_some()).map(|member| member.name).collect();
    let names: BTreeSet<String> = held.iter().map(|held| held.cursor.bucket.0.clone()).collect();
    seen(&mut world.counts.checks, "everybody agrees at the end");
    ensure(names == scope, || format!("device {number} holds {names:?}, and may hold {scope:?}"))?;
    let rights: BTreeSet<String> = world.server.model.rights.of(number);
    ensure(scope.is_subset(&rights), || format!("device {number} may hold {scope:?}, and should hold {rights:?} at most"))?;
    ensure(held.iter().all(|held| held.snapshot == Snapshot::Whole), || format!("device {number} has half a bucket"))?;
    let mut expected: BTreeSet<(u8, String)> = BTreeSet::new();
    for name in &names {
        let live = live(&world.server, name).unwrap_or_default();
        let mine = holding(&store, name)?;
        ensure(live == mine, || format!("device {number}: {name} holds {} rows, the server {}", mine.len(), live.len()))?;
        expected.extend(live.into_keys());
    }
    bodies(world, number, &store, &expected)
}

fn holding(store: &client::store::Store, name: &str) -> Result<Rows, Broken> {
    let read = |db: &rusqlite::Connection| {
        let mut query = db.prepare("SELECT entity, id, rev FROM holding WHERE bucket = ?1")?;
        let rows = query.query_map([name], |row| Ok(((row.get(0)?, row.get(1)?), row.get::<_, i64>(2)? as u64)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    store.read_now(read).map_err(|error| Broken(error.to_string()))
}

fn bodies(world: &mut World, number: u8, store: &client::store::Store, expected: &BTreeSet<(u8, String)>) -> Result<(), Broken> {
    let mut found: BTreeSet<(u8, String)> = BTreeSet::new();
    let (notes, cases, works) = (world.server.model.notes(), world.server.model.cases(), world.server.model.works());
    let (templates, views) = (world.server.model.templates(), world.server.model.views());
    for entity in Entity::ALL {
        let (code, table) = (entity as u8, entity.kind().name);
        let read = |db: &rusqlite::Connection| {
            let mut query = db.prepare(&format!("SELECT id, body FROM {table}"))?;
            Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<Vec<(String, String)>, _>>()?)
        };
        for (id, body) in store.read_now(read).map_err(|error| Broken(error.to_string()))? {
            let body: serde_json::Value = serde_json::from_str(&body).expect("a body");
            // What a newer server says of it came with every row.
            seen(&mut world.counts.checks, "unknown fields survive");
            ensure(body["of_a_newer_server"] == id.as_str(), || format!("device {number}: {id} has lost a field: {body}"))?;
            if let Some(record) = world.server.model.records.get(&id) {
                let differs = ["name", "city", "address", "phone", "label", "tariff_class"].into_iter().find(|field| {
                    body.get(*field)
                        .is_some_and(|shown| Some(shown.as_str().unwrap_or_default()) != record.get(*field).map(String::as_str))
                });
                ensure(differs.is_none(), || format!("device {number}: {id} shows {body}, the server has {record:?}"))?;
            }
            if entity == Entity::Connection {
                office::is_where_it_is(world, &id, &body)?;
            }
            if entity == Entity::Note {
                let stands = notes.get(&id).map(|(_, text)| text.as_str());
                ensure(stands == body["text"].as_str(), || {
                    format!("device {number}: {id} shows {body}, the server has {stands:?}")
                })?;
            }
            if entity == Entity::WorkOrder {
                let stands = works.get(&id).copied();
                ensure(stands == body["state"].as_str(), || {
                    format!("device {number}: {id} shows {body}, the server has {stands:?}")
                })?;
            }
            if entity == Entity::ReportTemplate {
                let stands = templates.get(&id).map(String::as_str);
                ensure(stands == body["name"].as_str(), || {
                    format!("device {number}: {id} shows {body}, the server has {stands:?}")
                })?;
            }
            if entity == Entity::SavedView {
                let stands = views.get(&key(user(number).0, &body["list"], &body["name"])).map(String::as_str);
                ensure(stands == body["query"].as_str(), || {
                    format!("device {number}: {id} shows {body}, the server has {stands:?}")
                })?;
            }
            if entity == Entity::TipState {
                let of = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
                let stands = world.server.model.tips.get(&(user(number).to_string(), of("connection"), of("tip"))).copied();
                let shown = (body["applied"].as_i64(), body["bookmarked"].as_bool().unwrap_or_default());
                ensure(stands == Some(shown), || format!("device {number}: {id} shows {body}, the server has {stands:?}"))?;
            }
            if entity == Entity::MeterCase {
                let stands = cases.get(&id).copied();
                ensure(stands == body["status"].as_str(), || {
                    format!("device {number}: {id} shows {body}, the server has {stands:?}")
                })?;
            }
            found.insert((code, id));
        }
    }
    ensure(found == *expected, || {
        let more: Vec<_> = found.symmetric_difference(expected).collect();
        let waits: Vec<_> = more.iter().map(|(_, id)| waiting_for(&world.devices[usize::from(number)], "row_id", id)).collect();
        format!("device {number} differs in rows from the server: {more:?}; its outbox: {waits:?}")
    })
}

/// Each operation that was decided was decided once, with one effect at most, and says so to whoever asks.
fn effects(world: &mut World) -> Result<(), Broken> {
    let db = world.server.db.as_ref().expect("it runs");
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a count");
    let twice = count("SELECT COUNT(*) FROM (SELECT 1 FROM audit GROUP BY op_id, row_id HAVING COUNT(*) > 1)");
    let results = count("SELECT COUNT(*) FROM op_result");
    seen(&mut world.counts.checks, "one effect for each operation");
    ensure(twice == 0, || format!("{twice} operations had two effects"))?;
    let decided = world.server.model.decided.len() as i64;
    ensure(results == decided, || format!("{results} results are kept of {decided} operations"))?;
    for device in &world.devices {
        for (op, done) in &device.done {
            let known = world.server.model.decided.contains_key(op);
            ensure(known || done.applied.is_none() || device.store.is_none(), || {
                format!("operation {op} was acknowledged, and is unknown")
            })?;
        }
    }
    Ok(())
}

/// The log from where somebody was, the log from the beginning and the snapshot come to the same.
fn log_is_snapshot(world: &mut World) -> Result<(), Broken> {
    for shadow in std::mem::take(&mut world.shadows) {
        let name = shadow.cursor.bucket.0.clone();
        let live = live(&world.server, &name).unwrap_or_default();
        let mut from_pages = Rows::new();
        let mut after = None;
        loop {
            let range = Range { after, until: None, bytes: Some(4_096) };
            let Some(Answer::Page(page)) = raw(world, &Ask::Page { bucket: Bucket(name.clone()), range }) else { break };
            replay(&mut from_pages, &page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        ensure(from_pages == live, || format!("the snapshot of {name} is not what it holds"))?;
        let mut rows = shadow.rows;
        let mut cursor = shadow.cursor;
        let reaches = loop {
            let pull = Pull { cursors: vec![cursor.clone()], bytes: Some(4_096) };
            let Some(Answer::Pulled(pulled)) = raw(world, &Ask::Pull(pull)) else { break false };
            if !pulled.add.iter().all(|head| head.bucket.0 != name) {
                break false;
            }
            replay(&mut rows, &pulled.changes);
            cursor.seq = pulled.changes.last().map_or(cursor.seq, |change| change.seq);
            if !pulled.more {
                break true;
            }
        };
        if reaches {
            seen(&mut world.counts.checks, "log, snapshot and compacted log agree");
            ensure(rows == live, || format!("the log of {name} does not lead to what it holds"))?;
        }
    }
    Ok(())
}

fn raw(world: &mut World, ask: &Ask) -> Option<Answer> {
    match world.server.read(0, ask) {
        Reply::Read(answer) => Some(*answer),
        _ => None,
    }
}

fn replay(rows: &mut Rows, changes: &[Change]) {
    for change in changes {
        let key = (change.entity.0, change.id.clone());
        match change.kind {
            Kind::Put => rows.insert(key, change.rev),
            Kind::Remove => rows.remove(&key),
        };
    }
}
