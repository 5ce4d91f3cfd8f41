//! What happens to a device's storage: no room, locks, power cuts, noise, copies.

use super::device::{Device, KEY};
use super::exchange::Done;
use super::server::{limit, lock, user};
use client::error::Error;
use client::store::Store;
use std::path::Path;

impl Device {
    /// Makes the files of a new device, once; simulations begin with a copy of them.
    pub fn template(folder: &Path) -> Result<(), Error> {
        let store = Store::open(&folder.join("cache.db"), KEY)?;
        store.open_outbox(user(0), &folder.join("outbox.db"))?;
        store.close_outbox()
    }

    /// Lets its disk be full, or have room again.
    pub fn set_full(&mut self, full: bool) {
        self.is_full = full;
        if let Some(store) = &self.store {
            store.with_writer(|db| ["main", "outbox"].iter().for_each(|schema| limit(db, schema, full)));
        }
    }

    /// Holds a lock of its files, or lets go of it.
    pub fn set_busy(&mut self, busy: bool) {
        self.busy = (busy && self.store.is_some()).then(|| lock(&self.folder.join("cache.db"), Some(KEY))).flatten();
    }

    /// Lets the cache reach the disk.
    pub fn settle_cache(&self) {
        if let Some(store) = &self.store
            && store.with_writer(|db| db.query_row("PRAGMA main.wal_checkpoint(TRUNCATE)", [], |_| Ok(()))).is_ok()
        {
            std::fs::copy(self.folder.join("cache.db"), self.folder.join("cache.disk")).expect("copied");
        }
    }

    /// Months later the disk has long had everything.
    pub fn forget_disk(&self) {
        let _ = std::fs::remove_file(self.folder.join("cache.disk"));
    }

    /// Loses its power: of the cache only what had reached the disk is left, and the whole outbox, which is synced at each commit.
    pub fn cut_power(&mut self) -> bool {
        if !self.folder.join("cache.disk").exists() {
            return false;
        }
        self.kill();
        remove_logs(&self.folder.join("cache.db"));
        std::fs::copy(self.folder.join("cache.disk"), self.folder.join("cache.db")).expect("copied");
        self.cursors.clear();
        true
    }

    /// Turns its cache to noise.
    pub fn corrupt(&mut self) {
        self.kill();
        remove_logs(&self.folder.join("cache.db"));
        std::fs::write(self.folder.join("cache.db"), vec![7_u8; 8_192]).expect("written");
        self.cursors.clear();
    }

    /// Takes the files of another device, as a backup of a phone does that is put on a second one.
    pub fn become_copy_of(&mut self, other: &Self) {
        self.kill();
        copy_files(&other.folder, &self.folder);
        self.done = other.done.iter().map(|(op, done)| (*op, Done { private: None, ..done.clone() })).collect();
        self.imports.clone_from(&other.imports);
        self.office.exports.clone_from(&other.office.exports);
        self.private.clear();
        self.cursors.clear();
        self.was_damaged |= other.was_damaged;
    }
}

fn remove_logs(file: &Path) {
    for log in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{log}", file.display()));
    }
}

/// Copies a device's files into a folder that has had others.
pub fn copy_files(from: &Path, to: &Path) {
    for old in std::fs::read_dir(to).expect("a folder") {
        std::fs::remove_file(old.expect("a file").path()).expect("removed");
    }
    for file in std::fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        let name = file.file_name();
        if !name.to_string_lossy().ends_with("-shm") {
            std::fs::copy(file.path(), to.join(name)).expect("copied");
        }
    }
}
