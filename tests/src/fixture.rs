//! A server's folder and a device's as a release left them: made from today's programs, and poured back into an older schema.

use crate::device::FileVault;
use client::core::vault::Vault;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `application_id` of a server's database.
const APPLICATION_ID: i64 = 0x4957_7472;

/// Where fixtures are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/schema")
}

/// The releases that left something, the oldest first.
pub fn releases() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

/// Copies a folder's files.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
    }
}

/// Every row of a table, each as its values by column, in an order of their own.
pub type Table = Vec<BTreeMap<String, String>>;

fn text(value: &Value) -> String {
    match value {
        Value::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        other => format!("{other:?}"),
    }
}

/// The tables of a database.
pub fn tables(db: &Connection) -> Vec<String> {
    let mut query = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").expect("SQL");
    query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("names")
}

/// Every row of every table.
pub fn dump(db: &Connection) -> BTreeMap<String, Table> {
    tables(db).into_iter().map(|name| (name.clone(), rows(db, &name))).collect()
}

fn rows(db: &Connection, table: &str) -> Table {
    let mut query = db.prepare(&format!("SELECT * FROM {table}")).expect("SQL");
    let names: Vec<String> = query.column_names().map(str::to_owned).collect();
    let read = query.query_map([], |row| {
        let values = names.iter().enumerate().map(|(place, name)| Ok((name.clone(), text(&row.get(place)?))));
        values.collect::<rusqlite::Result<BTreeMap<String, String>>>()
    });
    let mut rows: Table = read.expect("reads").collect::<Result<_, _>>().expect("rows");
    rows.sort();
    rows
}

/// That whatever was in `before` is in `after`, row by row and column by column; columns and tables may have come.
pub fn nothing_lost(what: &str, before: &BTreeMap<String, Table>, after: &BTreeMap<String, Table>) {
    for (name, old) in before {
        let new = after.get(name).unwrap_or_else(|| panic!("{what}: table {name} is gone"));
        let columns: Vec<&String> = old.first().map(|row| row.keys().collect()).unwrap_or_default();
        let mut left: Table = new
            .iter()
            .map(|row| row.iter().filter(|(column, _)| columns.contains(column)).map(|(c, v)| (c.clone(), v.clone())).collect())
            .collect();
        for row in old {
            let place = left.iter().position(|other| other == row);
            left.remove(place.unwrap_or_else(|| panic!("{what}: {name} has lost {row:?}")));
        }
        assert!(name == "meta" || left.is_empty(), "{what}: {name} has rows that nobody made: {left:?}");
    }
}

/// The key of a device's files.
pub fn key_of(device: &Path) -> String {
    let secrets = FileVault::new(device).read().expect("a keyring").expect("secrets");
    secrets.cache_key_hex().expect("a key")
}

/// The migrations of a folder, in order.
fn migrations(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("migrations").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "sql"));
    files.sort();
    files.into_iter().map(|file| std::fs::read_to_string(file).expect("SQL")).collect()
}

/// A server's database with the rows of another in the schema of `version`.
pub fn pour_server(from: &Path, to: &Path, version: usize) {
    let db = Connection::open(to).expect("a file");
    db.pragma_update(None, "page_size", 1_024).expect("small pages");
    let ran = &migrations("sync-server/migrations")[..version];
    ran.iter().for_each(|sql| db.execute_batch(sql).expect("migrated"));
    pour(&db, from, None);
    db.execute("DELETE FROM meta WHERE key LIKE 'migration:%'", []).expect("deleted");
    for (place, sql) in ran.iter().enumerate() {
        let digest: String = Sha256::digest(sql).iter().map(|byte| format!("{byte:02x}")).collect();
        db.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", [format!("migration:{}", place + 1), digest]).expect("noted");
    }
    db.pragma_update(None, "user_version", version as i64).expect("its version");
    db.pragma_update(None, "application_id", APPLICATION_ID).expect("ours");
    db.execute_batch("VACUUM").expect("tidy");
}

/// A device's cache with the rows of another in the schema of `version`.
pub fn pour_cache(from: &Path, to: &Path, version: usize, key_hex: &str) {
    let db = Connection::open(to).expect("a file");
    db.pragma_update(None, "key", format!("x'{key_hex}'")).expect("a key");
    migrations("client/migrations")[..version].iter().for_each(|sql| db.execute_batch(sql).expect("migrated"));
    pour(&db, from, Some(key_hex));
    db.pragma_update(None, "user_version", version as i64).expect("its version");
    db.execute_batch("VACUUM").expect("tidy");
}

/// Copies every row of the tables and columns that both know, as they are: triggers, which make rows of rows, are away meanwhile.
fn pour(db: &Connection, from: &Path, key_hex: Option<&str>) {
    let key = key_hex.map_or(String::new(), |key| format!("x'{key}'"));
    db.execute("ATTACH ?1 AS source KEY ?2", [from.to_str().expect("text"), &key]).expect("attached");
    db.execute_batch("PRAGMA foreign_keys = OFF").expect("in any order");
    let mut query = db.prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'").expect("SQL");
    let triggers = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("reads");
    let triggers: Vec<(String, String)> = triggers.collect::<Result<_, _>>().expect("triggers");
    triggers.iter().for_each(|(name, _)| db.execute_batch(&format!("DROP TRIGGER main.{name}")).expect("away"));
    for table in tables(db) {
        let columns = format!("SELECT group_concat(name) FROM pragma_table_info('{table}')");
        let columns: String = db.query_row(&columns, [], |row| row.get(0)).expect("columns");
        db.execute(&format!("INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}"), [])
            .expect("poured");
    }
    triggers.iter().for_each(|(_, sql)| db.execute_batch(sql).expect("back"));
    db.execute_batch("DETACH source").expect("detached");
}

/// Writes everything that is still in a log beside a database into the database, so that one file is all there is.
pub fn fold(file: &Path, key_hex: Option<&str>) {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a file");
    if let Some(key) = key_hex {
        db.pragma_update(None, "key", format!("x'{key}'")).expect("a key");
    }
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("folded");
    let _: String = db.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).expect("one file");
}

/// That no table of a database is empty, but for those named.
pub fn every_table_has_rows(file: &Path, key_hex: Option<&str>, but: &[&str]) {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a file");
    if let Some(key) = key_hex {
        db.pragma_update(None, "key", format!("x'{key}'")).expect("a key");
    }
    for (name, rows) in dump(&db) {
        assert!(!rows.is_empty() || but.contains(&name.as_str()), "{} has nothing in {name}", file.display());
    }
}
