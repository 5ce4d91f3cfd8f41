//! Commits whose cache has changed since the check, and undos that are killed between the outbox and the import's file.

use super::*;
use crate::imports::read::{Reading, open, read};
use crate::store::imports::Only;
use crate::store::outbox::queue::list;
use domain::imports::{Level, Reason};
use domain::{LocalDay, TimeZone, UserId, ZoneId};
use imports::Limits;
use std::ops::ControlFlow;

const KEY: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An admin's device.
struct Desk {
    folder: tempfile::TempDir,
    store: Store,
    user: UserId,
    around: Surroundings,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let (store, user) = (Store::open(&folder.path().join("cache.db"), KEY).unwrap(), UserId(Uuid::from_u128(1)));
    store.open_outbox(user, &folder.path().join("outbox.db")).unwrap();
    let today = LocalDay::from_ymd(2026, 11, 29).expect("a day");
    let zones = vec![(ZoneId(Uuid::nil()), "Barat".to_owned())];
    Desk { folder, store, user, around: Surroundings { zones, today, time_zone: TimeZone::Jakarta } }
}

/// A household with a meter for each name, from row 2 on.
fn sheet(names: &[&str]) -> String {
    let mut text = "No Pelanggan;Nama;No HP;Alamat;Gol;Wilayah;No Meter\n".to_owned();
    for (n, name) in (1..).zip(names) {
        text += &format!("{n:06};{name};0812{:08};Jl. Melati No. {n};R1;Barat;IMP-{n:05}\n", 55_000_000 + n);
    }
    text
}

impl Desk {
    /// Reads a sheet, and checks it.
    fn checked(&self, sheet: &str) -> (ImportFile, State) {
        let import = Uuid::now_v7();
        let brought = self.folder.path().join(format!("{import}.part"));
        std::fs::write(&brought, sheet).unwrap();
        let mut file = ImportFile::open(&self.folder.path().join(format!("{import}.db")), KEY).unwrap();
        let mut state = State::new(import, "pelanggan.csv".into(), UtcMillis(0), Some(self.user));
        let mut workbook = open(&file, &mut state, &brought, &Limits::default()).unwrap().unwrap();
        let known = KnownHere::for_check(&self.store).unwrap();
        let with = Reading { around: &self.around, known: &known, remembered: &|_| None };
        assert!(read(&mut file, &mut state, &mut workbook, &with, &mut |_| ControlFlow::Continue(())).unwrap());
        assert!(state.is_checked);
        state.stage = Stage::Checked;
        (file, state)
    }

    fn with(&self) -> Committing<'_> {
        Committing { store: &self.store, around: &self.around, made: Stamp::from(UtcMillis(1_796_000_000_000)) }
    }

    fn commit(&self, file: &mut ImportFile, state: &mut State) {
        assert!(commit(file, state, &self.with(), &mut |_| ControlFlow::Continue(())).unwrap());
    }
}

#[test]
fn a_row_that_is_not_right_any_more_when_it_is_committed_is_an_error_with_its_reason() {
    let desk = desk();
    let (mut file, mut state) = desk.checked(&sheet(&["Siti Aminah", "Budi", "Dewi"]));
    assert_eq!((state.counts.create, state.counts.error), (3, 0));
    // Another admin has registered the meter of the second household since.
    let meter = "INSERT INTO meter (id, rev, serial, search, body) VALUES (?1, 1, 'IMP-00002', '', '{}')";
    desk.store.write_now(|db| Ok(db.execute(meter, [Uuid::from_u128(9).to_string()])?)).unwrap();
    for _ in 0..2 {
        desk.commit(&mut file, &mut state);
        assert_eq!((state.operations, state.counts.create, state.counts.error), (6, 2, 1));
        let left = file.rows_of(state.header_row(), Only::Fate(Fate::Error), 0, 10).unwrap();
        assert_eq!(left.iter().map(|stored| stored.row.number).collect::<Vec<_>>(), [3]);
        let mut found = file.findings_of(3).unwrap();
        found.retain(|finding| finding.level == Level::Error);
        assert_eq!(found.iter().map(|finding| finding.reason).collect::<Vec<_>>(), [Reason::KnownSerial]);
        // As it was when the outbox had them, and the import's file had not.
        (state.stage, state.committed_to, state.operations) = (Stage::Committing, 0, 0);
    }
}

#[test]
fn rows_that_were_taken_back_before_a_kill_are_not_named_as_changed_since() {
    let desk = desk();
    let (mut first, mut state) = desk.checked(&sheet(&["Siti Aminah", "Budi"]));
    desk.commit(&mut first, &mut state);
    let (mut file, mut state) = desk.checked(&sheet(&["Siti Aminah Putri", "Budi Santoso"]));
    assert_eq!((state.counts.create, state.counts.update), (0, 2));
    desk.commit(&mut file, &mut state);
    for _ in 0..2 {
        assert!(undo(&mut file, &mut state, &desk.with(), &mut |_| ControlFlow::Continue(())).unwrap());
        assert_eq!((state.undo_operations, state.changed_since.as_slice()), (2, &[][..]));
        // As it was when the outbox had them, and the import's file had not.
        (state.stage, state.undone_to, state.undo_operations) = (Stage::Undoing, 0, 0);
    }
    let kept = desk.store.read_now(list).unwrap();
    assert!(kept.iter().all(|item| !item.title.is_empty()), "each says whose row it is about: {kept:?}");
}

#[test]
fn a_row_whose_customer_was_merged_into_another_is_named_when_the_import_is_taken_back() {
    let desk = desk();
    let (mut file, mut state) = desk.checked(&sheet(&["Siti Aminah", "Budi"]));
    desk.commit(&mut file, &mut state);
    // As the server leaves it: the connection is that of another customer.
    let merge = "DELETE FROM customer WHERE number = '000002'";
    assert_eq!(desk.store.write_now(|db| Ok(db.execute(merge, [])?)).unwrap(), 1);
    for _ in 0..2 {
        assert!(undo(&mut file, &mut state, &desk.with(), &mut |_| ControlFlow::Continue(())).unwrap());
        assert_eq!((state.undo_operations, state.changed_since.as_slice()), (1, &[3][..]));
        // As it was when the outbox had them, and the import's file had not.
        (state.stage, state.undone_to, state.undo_operations) = (Stage::Undoing, 0, 0);
        state.changed_since.clear();
    }
}

#[test]
fn a_sheet_that_was_taken_back_is_imported_again_before_the_server_has_either() {
    let desk = desk();
    let (mut file, mut state) = desk.checked(&sheet(&["Siti Aminah", "Budi"]));
    desk.commit(&mut file, &mut state);
    assert!(undo(&mut file, &mut state, &desk.with(), &mut |_| ControlFlow::Continue(())).unwrap());
    let (mut file, mut state) = desk.checked(&sheet(&["Siti Aminah", "Budi"]));
    assert_eq!((state.counts.create, state.counts.error), (2, 0));
    desk.commit(&mut file, &mut state);
    assert_eq!(state.operations, 6);
    let (_, state) = desk.checked(&sheet(&["Siti Aminah", "Budi"]));
    assert_eq!((state.counts.same, state.counts.error), (2, 0), "and then it is there");
}

#[test]
fn an_address_of_parts_is_kept_of_who_is_new_and_changes_no_other_one() {
    let desk = desk();
    let sheet = |hamlet: &str| {
        let names = "No Pelanggan;Nama;No HP;Dusun;RT;RW;Desa;Gol;No Meter";
        format!("{names}\n000001;Siti Aminah;081255000001;{hamlet};02;03;Sukamaju;R1;IMP-00001\n")
    };
    let (mut file, mut state) = desk.checked(&sheet("Krajan"));
    assert_eq!((state.counts.create, state.counts.error), (1, 0));
    desk.commit(&mut file, &mut state);
    let stored = desk.store.read_now(|db| known::customer_of_number(db, "000001")).unwrap().unwrap();
    assert_eq!(stored.customer.address, "Dusun Krajan, RT 02/RW 03, Desa Sukamaju");
    assert_eq!(stored.connections[0].record.address, stored.customer.address);
    let (_, state) = desk.checked(&sheet("Krajan Barat"));
    assert_eq!((state.counts.same, state.counts.update, state.counts.error), (1, 0, 0));
}
