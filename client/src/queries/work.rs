//! Work orders: those that are to be done, and those of one meter. Costs the open orders that this device holds, or the newest of one meter.

use crate::error::Error;
use crate::queries::read;
use domain::core::position::Position;
use domain::{MeterId, TimeZone, UserId, WorkOrderId};
use protocol::sync::rows;
use protocol::sync::rows::Entity;
use protocol::ui::WorkRow;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Orders of a list at most, and of one meter.
const TO_DO: u32 = 200;
const OF_METER: u32 = 20;

/// Where the meter of an order (`w`) is: `m` is that meter itself, and `h` it too, or the one that was put in its place (`s`) where it is nowhere.
macro_rules! place {
    () => {
        "LEFT JOIN meter m ON m.id = w.meter LEFT JOIN meter_swap s ON s.id = CASE WHEN m.zone IS NULL THEN (
           SELECT e.id FROM meter_swap e WHERE e.old = w.meter AND json_extract(e.body, '$.entered') ORDER BY e.at DESC LIMIT 1) END
         LEFT JOIN meter h ON h.id = COALESCE(s.meter, w.meter)"
    };
}

pub(super) const PLACE: &str = place!();

pub(super) const SELECT: &str = concat!(
    "SELECT w.body, COALESCE(m.serial, json_extract(s.body, '$.old_serial')), c.address, z.body, b.id IS NOT NULL,
      json_extract(c.body, '$.position[0]'), json_extract(c.body, '$.position[1]'), m.zone FROM work_order w ",
    place!(),
    " LEFT JOIN connection c ON c.id = h.connection LEFT JOIN zone z ON z.id = h.zone
      LEFT JOIN base_row b ON b.entity = ?1 AND b.id = w.id"
);

/// The bodies of an order and its zone, serial and address in between; whether something waits; where that is; and the zone of its own meter.
pub(super) type Parts = (String, Option<String>, Option<String>, Option<String>, bool, Option<Position>, Option<String>);

pub(super) fn parts(row: &Row<'_>) -> rusqlite::Result<Parts> {
    let (lat, lon): (Option<i32>, Option<i32>) = (row.get(5)?, row.get(6)?);
    let position = lat.zip(lon).and_then(|(lat, lon)| Position::new(lat, lon));
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, position, row.get(7)?))
}

pub(super) fn shown((order, serial, address, zone, waiting, position, own): Parts) -> Result<WorkRow, Error> {
    let zone: Option<rows::Zone> = zone.as_deref().map(read).transpose()?;
    Ok(WorkRow {
        order: read(&order)?,
        serial: serial.unwrap_or_default(),
        address: address.unwrap_or_default(),
        time_zone: zone.as_ref().map_or(TimeZone::Jakarta, |zone| zone.time_zone),
        // Nobody can be named for work at a meter that is nowhere.
        zone: own.and_then(|zone| zone.parse().ok()),
        position,
        waiting,
    })
}

/// Which of the open orders are listed first, and which where there is room: what somebody or anybody has to do (?3), and what is for others. In a
/// zone with many technicians the earliest may all be somebody else's.
const OF_USER: [&str; 2] = ["", "NOT"];

/// What is to be done, the earliest first: all of it, or where that is too much, what a user or anybody has to do before what is for others.
///
/// # Errors
/// The cache cannot be read.
pub fn work(db: &Connection, user: Option<UserId>) -> Result<Vec<WorkRow>, Error> {
    let user = user.map(|user| user.to_string());
    let mut rows = Vec::new();
    for of in OF_USER {
        let mut query = db.prepare_cached(&format!(
            "{SELECT} WHERE w.open = 1 AND {of} (json_extract(w.body, '$.technician') IS NULL
               OR json_extract(w.body, '$.technician.id') IS ?3) ORDER BY w.at, w.id LIMIT +?2"
        ))?;
        let left = TO_DO.saturating_sub(rows.len() as u32);
        let found = query.query_map(params![Entity::WorkOrder as u8, left, user], parts)?.collect::<Result<Vec<_>, _>>()?;
        for row in found {
            rows.push(shown(row)?);
        }
    }
    rows.sort_by_key(|row| (row.order.from, row.order.id));
    Ok(rows)
}

/// The orders of a meter: what is to be done, the earliest first, and then what was, the newest first.
///
/// # Errors
/// The cache cannot be read.
pub(super) fn of_meter(db: &Connection, meter: MeterId) -> Result<Vec<WorkRow>, Error> {
    let order = "w.open DESC, CASE WHEN w.open = 1 THEN w.at END, w.at DESC, w.id";
    let sql = format!("{SELECT} WHERE w.meter = ?2 ORDER BY {order} LIMIT +?3");
    let mut query = db.prepare_cached(&sql)?;
    let values = params![Entity::WorkOrder as u8, meter.to_string(), OF_METER];
    let found = query.query_map(values, parts)?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(shown).collect()
}

/// One order; none if this device does not hold it.
///
/// # Errors
/// The cache cannot be read.
pub(super) fn order(db: &Connection, id: WorkOrderId) -> Result<Option<rows::WorkOrder>, Error> {
    let mut query = db.prepare_cached("SELECT body FROM work_order WHERE id = ?1")?;
    let body: Option<String> = query.query_row([id.to_string()], |row| row.get(0)).optional()?;
    body.as_deref().map(read).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::rows::put;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn what_is_for_others_keeps_nobodys_own_work_off_the_list() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let (own, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let announce = |db: &Connection, number: u32, technician: Option<UserId>| {
            let id = Uuid::from_u128(u128::from(number) + 10).to_string();
            let technician = technician.map(|id| json!({ "id": id, "name": "Budi" }));
            let body = json!({ "id": id, "meter": Uuid::nil(), "work": "inspection", "state": "scheduled", "from": number,
                "until": number + 1, "technician": technician, "author": "Ratna", "at": 0 });
            put(db, Entity::WorkOrder, &id, 1, &body.to_string())
        };
        let announced = store.write_now(|db| {
            (0..TO_DO).try_for_each(|number| announce(db, number, Some(other)))?;
            announce(db, TO_DO, Some(own))?;
            announce(db, TO_DO + 1, None)
        });
        announced.unwrap();
        let listed = |user| -> Vec<i64> {
            let rows = store.read_now(|db| work(db, Some(user))).unwrap();
            rows.iter().map(|row| row.order.from.0).collect()
        };
        let (for_own, last) = (listed(own), i64::from(TO_DO));
        assert_eq!((for_own.len(), for_own[0], &for_own[198..]), (200, 0, &[last, last + 1][..]), "the earliest first");
        assert!(!listed(other).contains(&last), "others' is left out where there is no room");
    }
}
