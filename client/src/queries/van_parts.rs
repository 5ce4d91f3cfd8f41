//! What is in the van of whoever uses this device: as the server has counted, less what was recorded here and waits to be sent.

use crate::error::Error;
use crate::queries::money::many;
use domain::maintenance::record::{PartSource, RecordContent};
use domain::maintenance::stock::{Pieces, name_key};
use protocol::sync::rows::{Entity, VanPart, WorkRecord};
use rusqlite::Connection;

/// Records that wait to be sent, and are about a part. Few wait.
const WAITING: &str = "SELECT r.body FROM base_row b JOIN work_record r ON r.id = b.id
    WHERE b.entity = ?1 AND json_extract(r.body, '$.content.what') = 'part'";

/// The parts, by name. Costs the parts of one van and the records that wait.
///
/// # Errors
/// The cache cannot be read.
pub fn van_parts(db: &Connection) -> Result<Vec<VanPart>, Error> {
    let mut parts: Vec<VanPart> = many(db, "SELECT body FROM van_part", [])?;
    let waiting: Vec<WorkRecord> = many(db, WAITING, [Entity::WorkRecord as u8])?;
    for record in waiting {
        let RecordContent::Part { name, count, from: PartSource::Van, .. } = record.content else { continue };
        let key = name_key(&name);
        if let Some(part) = parts.iter_mut().find(|part| name_key(&part.name) == key) {
            part.pieces = part.pieces.minus(Pieces(i64::from(count)));
        }
    }
    parts.sort_by_cached_key(|part| name_key(&part.name));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::rows::put;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn what_waits_to_be_sent_is_taken_from_the_van_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache.db"), &"00".repeat(32)).unwrap();
        let id = |number: u128| Uuid::from_u128(number).to_string();
        let used = |number: u128, name: &str, count: u16, from: &str| {
            let content = json!({ "what": "part", "name": name, "count": count, "from": from });
            json!({ "id": id(number), "order": id(8), "meter": id(7), "at": 5, "author": "Budi", "content": content }).to_string()
        };
        let written = store.write_now(|db| {
            let part = json!({ "id": id(1), "part": id(2), "name": "Paking 1/2 inci", "pieces": 3 }).to_string();
            put(db, Entity::VanPart, &id(1), 4, &part)?;
            // The first two wait; the third is out of the store, and the fourth has been sent and is in the server's count.
            let records = [(11, 4, "van", true), (12, 1, "van", true), (13, 9, "store", true), (14, 50, "van", false)];
            for (number, count, from, waits) in records {
                put(db, Entity::WorkRecord, &id(number), 0, &used(number, "PAKING  1/2 inci", count, from))?;
                if waits {
                    let sql = "INSERT INTO base_row (entity, id, rev, body) VALUES (?1, ?2, 0, '')";
                    db.execute(sql, (Entity::WorkRecord as u8, id(number)))?;
                }
            }
            Ok(())
        });
        written.unwrap();
        let parts = store.read_now(van_parts).unwrap();
        assert_eq!(parts.iter().map(|part| part.pieces.0).collect::<Vec<_>>(), [3 - 4 - 1]);
    }
}
