//! Salvaging a damaged outbox: every row that can still be read is copied into a new file.

use crate::error::Error;
use crate::store::files::file::{connect, make_outbox};
use crate::store::outbox::refused_photos::remove_photos;
use domain::BlobId;
use protocol::sync::push::Operation;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params, params_from_iter};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::path::Path;
use uuid::Uuid;

/// Rows that are tried beyond the last known one where the number of the last cannot be read.
const FURTHER: i64 = 10_000;

/// Makes a new outbox of the rows that can be read of a damaged one.
///
/// # Errors
/// Not even its schema can be read, or a file cannot be used now.
pub(crate) fn salvage(damaged: &Path, into: &Path, key_hex: &str) -> Result<(), Error> {
    make_outbox(into, key_hex)?;
    let mut fresh = connect(into, key_hex, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let tx = fresh.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = Damaged { file: damaged, key_hex };
    // An operation that was sent again is numbered behind the last one that was made.
    let last = ["SELECT seq FROM sqlite_sequence WHERE name = 'op'", "SELECT MAX(seq) FROM op"];
    for seq in 1..=from.last(&last)? {
        from.copy(&tx, "op", seq)?;
    }
    for row in 1..=from.last(&["SELECT MAX(rowid) FROM picture"])? {
        from.copy(&tx, "picture", row)?;
    }
    // How far a batch is says nothing without its rows, nor they without it.
    if let (Some(batches), Some(rows)) = (from.all("batch")?, from.all("batch_row")?) {
        insert_all(&tx, "batch", batches)?;
        insert_all(&tx, "batch_row", rows)?;
    }
    insert_all(&tx, "saved_view", from.all("saved_view")?.unwrap_or_default())?;
    for (key, value) in from.meta()?.unwrap_or_default() {
        tx.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", [key, value])?;
    }
    // An operation that built on a lost one carries what its author saw, so that the server merges it or makes a conflict of it.
    tx.execute("UPDATE op SET after_op = NULL WHERE after_op NOT IN (SELECT op_id FROM op)", [])?;
    drop_lost_photos(&tx)?;
    tx.commit()?;
    // The caller renames the file, and a log beside it would keep its name.
    let mode: String = fresh.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if mode == "delete" { Ok(()) } else { Err(Error::Io(std::io::ErrorKind::ResourceBusy.into())) }
}

/// What stands where a photo of a work record was. The utility reads it, so it is in the language in which the app begins.
const LOST: &str = "Foto hilang: berkasnya di perangkat rusak.";

/// Removes lost photos from the operations that name them: the server would wait for the photo for ever. The operation gets another identity,
/// because the server may know the old one with the photo. If it has applied that one already, it finds so by the row's own identity.
fn drop_lost_photos(db: &Connection) -> Result<(), Error> {
    let mut have = db.prepare("SELECT EXISTS (SELECT 1 FROM picture WHERE sha256 = ?1)")?;
    let mut change =
        db.prepare("UPDATE op SET op_id = ?2, payload = ?3, state = 'pending', not_before = 0, attempts = 0 WHERE op_id = ?1")?;
    let mut open = db.prepare(
        "SELECT op_id, v, payload FROM op
         WHERE state IN ('pending', 'inflight') AND kind IN ('record_reading', 'add_work_record', 'swap_meter')",
    )?;
    let open = open.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
    for (id, v, payload) in open.collect::<Result<Vec<_>, _>>()? {
        let read = RawValue::from_string(payload).ok().and_then(|raw| Operation::read(v, &raw).ok());
        let Some(mut operation) = read else { continue };
        let mut is_lost =
            |photo: BlobId| -> Result<bool, Error> { Ok(!have.query_row([photo.to_string()], |row| row.get::<_, bool>(0))?) };
        if remove_photos(&mut operation, LOST, &mut is_lost)? {
            change.execute(params![id, Uuid::now_v7().to_string(), serde_json::to_string(&operation)?])?;
        }
    }
    Ok(())
}

/// A file of which some pages are damaged.
struct Damaged<'a> {
    file: &'a Path,
    key_hex: &'a str,
}

impl Damaged<'_> {
    /// Reads something that may be damaged: then there is nothing. Each time on a new connection: one that has read a damaged page returns
    /// zeros from then on.
    fn read<R>(&self, read: impl FnOnce(&Connection) -> Result<Option<R>, Error>) -> Result<Option<R>, Error> {
        let db = connect(self.file, self.key_hex, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        match read(&db) {
            Err(error) if error.is_corrupt() => Ok(None),
            // A sector that the disk itself gives up.
            Err(Error::Cache(error)) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => Ok(None),
            other => other,
        }
    }

    /// The number of the last row by these queries; 0 where there is none.
    fn last(&self, queries: &[&str]) -> Result<i64, Error> {
        let (mut last, mut further) = (0, 0);
        for sql in queries {
            let number = |db: &Connection| Ok(db.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).optional()?);
            match self.read(|db| number(db).map(|found| Some(found.flatten().unwrap_or(0))))? {
                Some(number) => last = last.max(number),
                None => further = FURTHER,
            }
        }
        Ok(last + further)
    }

    /// What the outbox records about itself.
    fn meta(&self) -> Result<Option<Vec<(String, String)>>, Error> {
        self.read(|db| {
            let mut query = db.prepare("SELECT key, value FROM meta")?;
            Ok(Some(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?))
        })
    }

    /// All rows of a table that is small or is worth nothing in part.
    fn all(&self, table: &str) -> Result<Option<Vec<Vec<Value>>>, Error> {
        self.read(|db| {
            // A file that could not be migrated may be of an older schema.
            let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
            if !db.query_row(sql, [table], |row| row.get::<_, bool>(0))? {
                return Ok(None);
            }
            let mut query = db.prepare(&format!("SELECT * FROM {table}"))?;
            let columns = query.column_count();
            let rows =
                query.query_map([], |row| (0..columns).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>())?;
            Ok(Some(rows.collect::<Result<_, _>>()?))
        })
    }

    /// Copies a row, if it is there and can be read.
    fn copy(&self, into: &Connection, table: &str, row: i64) -> Result<(), Error> {
        let found = self.read(|db| {
            let mut query = db.prepare(&format!("SELECT * FROM {table} WHERE rowid = ?1"))?;
            let names = query.column_names().collect::<Vec<_>>().join(", ");
            let columns = query.column_count();
            let values =
                query.query_row([row], |row| (0..columns).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>());
            Ok(values.optional()?.map(|values| (names, values)))
        })?;
        let Some((names, values)) = found.filter(|(_, values): &(String, Vec<Value>)| is_sound(values)) else { return Ok(()) };
        let places = vec!["?"; values.len()].join(", ");
        // The end of a long row may be zeros, which is no state and no outcome: the schema's own checks refuse it.
        into.prepare_cached(&format!("INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})"))?
            .execute(params_from_iter(values))?;
        Ok(())
    }
}

fn insert_all(into: &Connection, table: &str, rows: Vec<Vec<Value>>) -> Result<(), Error> {
    for values in rows {
        let places = vec!["?"; values.len()].join(", ");
        into.prepare_cached(&format!("INSERT OR IGNORE INTO {table} VALUES ({places})"))?.execute(params_from_iter(values))?;
    }
    Ok(())
}

/// Whether a photo has the hash that is its name; rows of other tables always pass.
fn is_sound(values: &[Value]) -> bool {
    match (values.first(), values.last()) {
        (Some(Value::Text(name)), Some(Value::Blob(bytes))) => BlobId(Sha256::digest(bytes).into()).to_string() == *name,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::files::file::is_whole;
    use crate::store::outbox::{counts, meta, open_ops};
    use domain::field::field_record::Explanation;
    use domain::maintenance::record::RecordContent;
    use domain::maintenance::template::StepNo;
    use domain::sync::edit::{Change, CustomerField, Patch};
    use domain::{CustomerId, ManualReadingId, MeterId, Millilitres, UserId, UtcMillis, WorkOrderId, WorkRecordId};
    use protocol::sync::work::NewWorkRecord;
    use std::collections::BTreeMap;
    use std::os::unix::fs::FileExt;
    use uuid::Uuid;

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const OPS: u128 = 160;
    const PICTURES: i64 = 10;
    const PAGE: u64 = 4_096;

    /// Edits of so many customers, each edited twice.
    fn edits(store: &Store) {
        for place in 0..OPS {
            let command = Operation::EditCustomer {
                customer: CustomerId(Uuid::from_u128(place / 2)),
                patch: Patch(BTreeMap::from([(CustomerField::City, Change { from: "".into(), to: format!("Kota {place}") })])),
            };
            store.submit(Uuid::from_u128(place), &command, "Sari", UtcMillis(1)).unwrap();
        }
    }

    /// Readings with a picture each, several pages long.
    fn readings(store: &Store) {
        for place in 0..PICTURES {
            let bytes = vec![place as u8 + 1; 10_000];
            let photo = BlobId(Sha256::digest(&bytes).into());
            let picture = params![photo.to_string(), bytes];
            let sql = "INSERT INTO outbox.picture (sha256, taken_at, bytes) VALUES (?1, 1, ?2)";
            store.write_now(|db| Ok(db.execute(sql, picture)?)).unwrap();
            let (reading, meter) = (ManualReadingId(Uuid::from_u128(place as u128)), MeterId(Uuid::nil()));
            let command = Operation::RecordReading {
                reading,
                meter,
                at: UtcMillis(1),
                register: Millilitres(place),
                photo: Some(photo),
                explained: Explanation::default(),
            };
            store.submit(Uuid::from_u128(1_000 + place as u128), &command, "WM-1", UtcMillis(1)).unwrap();
        }
    }

    /// How many photos are whole, and how many readings wait with a photo and without.
    fn photos(store: &Store) -> (i64, usize, usize) {
        let whole = |db: &Connection| {
            let mut query = db.prepare("SELECT sha256, bytes FROM outbox.picture")?;
            let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            assert!(rows.iter().all(|(id, bytes)| BlobId(Sha256::digest(bytes).into()).to_string() == *id), "half a photo");
            Ok(rows.len() as i64)
        };
        let ops = store.read_now(open_ops).unwrap();
        let readings = ops.iter().filter(|op| op.operation.get().contains("record_reading"));
        let (with, without) = readings.partition::<Vec<_>, _>(|op| op.operation.get().contains("\"photo\":\""));
        assert!(without.iter().all(|op| op.id.as_u128() > 2_000), "the server may know it with its photo");
        (store.read_now(whole).unwrap(), with.len(), without.len())
    }

    #[test]
    fn a_record_of_work_says_that_its_photo_is_lost() {
        let (record, order, meter) = (WorkRecordId(Uuid::nil()), WorkOrderId(Uuid::nil()), MeterId(Uuid::nil()));
        let (blob, step) = (BlobId([7; 32]), Some(StepNo(16)));
        let content = RecordContent::Photo { step, blob, taken_at: UtcMillis(1), position: None };
        let mut operation = Operation::AddWorkRecord(NewWorkRecord { record, order, meter, at: UtcMillis(1), content });
        assert!(remove_photos(&mut operation, LOST, &mut |photo| Ok(photo == blob)).unwrap());
        let Operation::AddWorkRecord(new) = &operation else { panic!("another operation") };
        assert_eq!((new.content.kind(), new.content.step()), ("note", step));
        assert!(!remove_photos(&mut operation, LOST, &mut |_| Ok(true)).unwrap(), "there is none any more");
    }

    #[test]
    fn all_but_the_damaged_page_of_an_outbox_is_salvaged() {
        let dir = tempfile::tempdir().unwrap();
        let (outbox, user) = (dir.path().join("outbox.db"), UserId(Uuid::from_u128(1)));
        let store = Store::open(&dir.path().join("cache.db"), KEY).unwrap();
        assert_eq!(store.open_outbox(user, &outbox).unwrap(), None);
        edits(&store);
        readings(&store);
        // One that was refused and is sent again is numbered behind all others.
        store
            .write_now(|db| Ok(db.execute("UPDATE outbox.op SET seq = seq + 5 WHERE seq > ?1", [OPS as i64 + PICTURES - 1])?))
            .unwrap();
        store.write_now(|db| meta::set_epoch(db, 5)).unwrap();
        store.close_outbox().unwrap();
        let whole = connect(&outbox, KEY, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        whole.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let root_of = |table: &str| -> u32 {
            whole.query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0)).unwrap()
        };
        let (root, meta, album) = (root_of("op"), root_of("meta"), root_of("picture"));
        drop(whole);
        assert!(is_whole(&outbox, KEY).unwrap());
        let (pages, mut damaged) = (std::fs::metadata(&outbox).unwrap().len() / PAGE, 0);
        let mut without_photo = 0;
        // Without the first page, the file's header, nothing can be read, and without the table's root page no operation.
        for page in (2..=pages).filter(|page| *page != u64::from(root)) {
            let copy = dir.path().join(format!("copy-{page}.db"));
            std::fs::copy(&outbox, &copy).unwrap();
            let file = std::fs::OpenOptions::new().write(true).open(&copy).unwrap();
            file.write_all_at(&[7; 64], (page - 1) * PAGE + 1_000).unwrap();
            let aside = store.open_outbox(user, &copy).unwrap().expect("the damage is found");
            assert!(!is_whole(&aside, KEY).unwrap() && is_whole(&copy, KEY).unwrap());
            let ops = store.read_now(open_ops).unwrap();
            assert!(!copy.with_extension("rest").exists());
            let epoch = store.read_now(meta::known_epoch).unwrap();
            assert!(page == u64::from(meta) || epoch == Some(5), "page {page}");
            // A page holds less than twenty of them.
            assert!(ops.len() as u128 > OPS + PICTURES as u128 - 20, "page {page}: {}", ops.len());
            for op in ops.iter().filter(|op| op.operation.get().contains("edit_customer")) {
                assert!(op.operation.get().contains(&format!("Kota {}\"", op.id.as_u128())), "{op:?}");
                assert!(op.after.is_none_or(|before| ops.iter().any(|op| op.id == before)), "{op:?} builds on a lost one");
            }
            let (pictures, with, without) = photos(&store);
            assert!(with as i64 <= pictures, "page {page}: none waits for a photo that is lost");
            assert!(without <= 1 || page == u64::from(album), "page {page}: {without}");
            damaged += u64::from((ops.len() as u128) < OPS + PICTURES as u128);
            without_photo += without;
        }
        assert!(damaged > 5 && without_photo > 10, "the damage was somewhere else");
        // Killed between the two renames.
        store.close_outbox().unwrap();
        let copy = dir.path().join(format!("copy-{pages}.db"));
        std::fs::rename(&copy, copy.with_extension("rest")).unwrap();
        assert_eq!(store.open_outbox(user, &copy).unwrap(), None);
        assert!(store.read_now(counts).unwrap().waiting > 120);
        // A new operation is behind those that were salvaged.
        store
            .submit(
                Uuid::from_u128(OPS),
                &Operation::EditCustomer { customer: CustomerId(Uuid::nil()), patch: Patch(BTreeMap::new()) },
                "Sari",
                UtcMillis(2),
            )
            .unwrap();
        assert_eq!(store.read_now(open_ops).unwrap().last().unwrap().id, Uuid::from_u128(OPS));
    }
}
