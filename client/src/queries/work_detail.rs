//! One work order with what is needed at its meter, the checklists, what should be checked, and what of the next days this device holds. Costs the
//! records of one order, all versions of checklists, or the open orders.

use crate::error::Error;
use crate::queries::read;
use crate::queries::work::{PLACE, SELECT, parts, shown};
use crate::store::outbox::pictures;
use domain::core::local_time::DAY_MS;
use domain::maintenance::record::MOST_RECORDS;
use domain::{MeterId, UtcMillis, WorkOrderId};
use protocol::sync::rows::{Customer, Entity, WorkOrder, WorkTemplate};
use protocol::ui::{READY_DAYS, WorkDetail, WorkReady, WorkRecordRow, WorkRow, WorkTemplateRow};
use rusqlite::{Connection, OptionalExtension, params};

/// Versions of checklists that are listed at most, and orders that should be checked.
const TEMPLATES: u32 = 2_000;
const TO_REVIEW: u32 = 200;

/// One order; none if this device does not hold it.
///
/// # Errors
/// The cache cannot be read.
pub fn work_detail(db: &Connection, id: WorkOrderId) -> Result<Option<WorkDetail>, Error> {
    let mut query = db.prepare_cached(&format!("{SELECT} WHERE w.id = ?2"))?;
    let found = query.query_row(params![Entity::WorkOrder as u8, id.to_string()], parts).optional()?;
    let Some(row) = found.map(shown).transpose()? else { return Ok(None) };
    let template = template(db, &row.order)?.map(|row| row.content);
    let (customer, phone) = contact(db, row.order.meter)?;
    Ok(Some(WorkDetail { customer, phone, template, records: records(db, id)?, row }))
}

/// The version of its checklist that an order names, where this device holds it.
fn template(db: &Connection, order: &WorkOrder) -> Result<Option<WorkTemplate>, Error> {
    let Some(version) = order.template else { return Ok(None) };
    let mut query = db.prepare_cached("SELECT body FROM work_template WHERE id = ?1")?;
    let body: Option<String> = query.query_row([version.row_id().to_string()], |row| row.get(0)).optional()?;
    body.as_deref().map(read).transpose()
}

/// Name and telephone of whoever's water a meter counts, as far as this device holds them.
fn contact(db: &Connection, meter: MeterId) -> Result<(String, String), Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT cu.body FROM (SELECT ?1 AS meter) w {PLACE} JOIN connection c ON c.id = h.connection JOIN customer cu ON cu.id = c.customer"
    ))?;
    let body: Option<String> = query.query_row([meter.to_string()], |row| row.get(0)).optional()?;
    let customer = body.as_deref().map(read::<Customer>).transpose()?;
    Ok(customer.map_or_else(Default::default, |customer| (customer.name, customer.phone)))
}

/// What was recorded under an order, in order of time.
fn records(db: &Connection, order: WorkOrderId) -> Result<Vec<WorkRecordRow>, Error> {
    let mut query = db.prepare_cached(
        "SELECT r.body, b.id IS NOT NULL FROM work_record r LEFT JOIN base_row b ON b.entity = ?2 AND b.id = r.id
         WHERE r.work_order = ?1 ORDER BY r.at, r.id LIMIT +?3",
    )?;
    let values = params![order.to_string(), Entity::WorkRecord as u8, MOST_RECORDS as i64];
    let rows = query.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows = rows.collect::<Result<Vec<(String, bool)>, _>>()?;
    rows.into_iter().map(|(body, waiting)| Ok(WorkRecordRow { record: read(&body)?, waiting })).collect()
}

/// The query of [`work_to_review`]: two indexes have what should be checked, and nothing else.
fn to_review() -> String {
    format!(
        "{SELECT} WHERE w.id IN (SELECT id FROM work_order INDEXED BY work_order_review WHERE json_array_length(body, '$.review') > 0
           UNION SELECT work_order FROM work_record WHERE json_array_length(body, '$.review') > 0)
         ORDER BY w.at DESC, w.id LIMIT +?2"
    )
}

/// Orders of which something should be checked, their own words or a record's; the latest first.
///
/// # Errors
/// The cache cannot be read.
pub fn work_to_review(db: &Connection) -> Result<Vec<WorkRow>, Error> {
    let mut query = db.prepare_cached(&to_review())?;
    let values = params![Entity::WorkOrder as u8, TO_REVIEW];
    let found = query.query_map(values, parts)?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(shown).collect()
}

/// Checklists by template, the newest version of each first.
///
/// # Errors
/// The cache cannot be read.
pub fn work_templates(db: &Connection) -> Result<Vec<WorkTemplateRow>, Error> {
    let mut query = db.prepare_cached(
        "SELECT t.body, b.id IS NOT NULL FROM work_template t LEFT JOIN base_row b ON b.entity = ?1 AND b.id = t.id
         ORDER BY t.template, t.version DESC LIMIT +?2",
    )?;
    let rows = query.query_map(params![Entity::WorkTemplate as u8, TEMPLATES], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows = rows.collect::<Result<Vec<(String, bool)>, _>>()?;
    rows.into_iter().map(|(body, waiting)| Ok(WorkTemplateRow { template: read(&body)?, waiting })).collect()
}

/// What of the work of the next days is on this device, and what waits to be sent.
///
/// # Errors
/// The cache or the outbox cannot be read.
pub fn work_ready(db: &Connection, now: UtcMillis) -> Result<WorkReady, Error> {
    let mut query = db.prepare_cached(&format!(
        "SELECT COUNT(*), COALESCE(SUM(h.id IS NOT NULL AND (json_extract(w.body, '$.template') IS NULL OR t.id IS NOT NULL)), 0)
         FROM work_order w {PLACE}
         LEFT JOIN work_template t ON t.template = json_extract(w.body, '$.template.id') AND t.version = json_extract(w.body, '$.template.version')
         WHERE w.open = 1 AND w.at < ?1"
    ))?;
    let until = now.plus(READY_DAYS * DAY_MS);
    let (jobs, whole) = query.query_row([until.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (photos, bytes) = pictures::waiting(db)?;
    Ok(WorkReady { jobs, whole, photos, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queries::plan::plan;
    use crate::store::Store;
    use domain::TimeZone;
    use serde_json::json;
    use uuid::Uuid;

    fn put(store: &Store, entity: Entity, id: &str, body: &serde_json::Value) {
        store.write_now(|db| crate::store::rows::put(db, entity, id, 1, &body.to_string())).unwrap();
    }

    fn id(number: u128) -> String {
        Uuid::from_u128(number).to_string()
    }

    fn order(number: u128, more: serde_json::Value) -> serde_json::Value {
        let mut body = json!({ "id": id(number), "meter": id(7), "work": "inspection", "state": "scheduled", "from": 1_000,
            "until": 2_000, "author": "Ratna", "at": 500 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    fn note(number: u128, of: u128, at: i64, review: &[&str]) -> serde_json::Value {
        json!({ "id": id(number), "order": id(of), "meter": id(7), "at": at, "author": "Budi",
            "content": { "what": "note", "text": "Segel utuh" }, "review": review })
    }

    #[test]
    fn what_should_be_checked_is_found_without_a_walk_over_all_orders_and_records() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let steps = plan(&store, &to_review(), &[u32::from(Entity::WorkOrder as u8), TO_REVIEW]);
        for index in ["work_order_review", "work_record_review"] {
            assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:?}");
        }
        let is_walk = |step: &String| step.starts_with("SCAN") && !step.contains("_review");
        assert!(!steps.iter().any(is_walk), "{steps:?}");
    }

    #[test]
    fn an_order_is_found_with_its_records_in_time_and_for_review_by_its_own_words_or_theirs() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let version = json!({ "template": { "id": id(90), "version": 2 } });
        put(&store, Entity::WorkOrder, &id(1), &order(1, json!({})));
        put(&store, Entity::WorkOrder, &id(2), &order(2, json!({ "review": ["late_work"], "from": 3_000 })));
        put(&store, Entity::WorkOrder, &id(3), &order(3, version));
        put(&store, Entity::WorkRecord, &id(11), &note(11, 1, 20, &["not_assigned"]));
        put(&store, Entity::WorkRecord, &id(12), &note(12, 1, 10, &[]));
        put(&store, Entity::WorkRecord, &id(13), &note(13, 3, 10, &[]));
        let detail = store.read_now(|db| work_detail(db, WorkOrderId(Uuid::from_u128(1)))).unwrap().expect("it is held");
        assert_eq!(detail.records.iter().map(|of| of.record.at.0).collect::<Vec<_>>(), [10, 20]);
        assert!(detail.template.is_none() && detail.row.order.built_in().is_some());
        assert_eq!(store.read_now(|db| work_detail(db, WorkOrderId(Uuid::from_u128(9)))).unwrap(), None);
        let found = store.read_now(work_to_review).unwrap();
        assert_eq!(found.iter().map(|row| row.order.id.to_string()).collect::<Vec<_>>(), [id(2), id(1)]);
        // Neither the meter nor the checklist of the third is here.
        assert_eq!(store.read_now(|db| work_ready(db, UtcMillis(0))).unwrap(), WorkReady { jobs: 3, ..WorkReady::default() });
    }

    #[test]
    fn an_order_of_a_meter_that_was_swapped_is_where_the_new_one_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let zone = json!({ "id": id(5), "name": "Papua", "time_zone": "Asia/Jayapura" });
        let meter = json!({ "id": id(8), "serial": "WM-BARU", "model": "", "life_cycle": "active", "interval_s": 60,
            "capability": { "q3": 41_666, "register_modulus": 100_000_000_000_i64 }, "connection": null, "zone": id(5) });
        let swap = json!({ "id": id(8), "meter": id(8), "old": id(7), "old_serial": "WM-LAMA", "serial": "WM-BARU", "entered": true,
            "at": 900, "first_register": 0, "author": "Budi" });
        put(&store, Entity::Zone, &id(5), &zone);
        put(&store, Entity::Meter, &id(8), &meter);
        put(&store, Entity::WorkOrder, &id(1), &order(1, json!({ "begun_at": 800, "state": "in_progress" })));
        let shown = || store.read_now(|db| work_detail(db, WorkOrderId(Uuid::from_u128(1)))).unwrap().expect("it is held").row;
        assert_eq!((shown().serial.as_str(), shown().zone), ("", None));
        put(&store, Entity::MeterSwap, &id(8), &swap);
        // The server takes no technician's name for work at a meter that is nowhere.
        assert_eq!((shown().serial.as_str(), shown().time_zone, shown().zone), ("WM-LAMA", TimeZone::Jayapura, None));
        assert_eq!(
            store.read_now(|db| work_ready(db, UtcMillis(2_000))).unwrap(),
            WorkReady { jobs: 1, whole: 1, ..WorkReady::default() }
        );
    }
}
