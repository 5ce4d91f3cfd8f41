//! What comes of a walk on all cores, beside one straight way from row to row.

use crate::error::Error;
use crate::imports::check::{FileRules, SAMPLE, Surroundings, check};
use crate::imports::compare::{Comparer, Standing, Wanted};
use crate::imports::known::{Known, Nothing};
use crate::imports::read::{Reading, open, read};
use crate::imports::state::State;
use crate::queries::known::{KnownCustomer, KnownMeter};
use crate::store::imports::ImportFile;
use domain::imports::{Finding, Level, Reason, RepairKey, Repeats, RowReader, SheetRow, SkipReason};
use domain::{LocalDay, MeterId, Millilitres, Serial, TimeZone, UtcMillis, ZoneId};
use imports::Limits;
use proptest::prelude::*;
use protocol::ui::imports::{Counts, Fate, Stage};
use std::collections::{BTreeMap, HashMap};
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

const KEY: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A row of the sheet as the file of the utility has it.
type Line = (u16, u8, u16, u16, u16);

/// What rows came to, what was found in them, and the groups: how many, and the first row.
#[derive(Debug, PartialEq)]
struct Found {
    fates: Vec<(u32, Option<Fate>)>,
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
    groups: BTreeMap<RepairKey, (u32, u32)>,
}

/// In order of rows, and of what was found in each.
fn of_level(findings: &[Finding], level: Level) -> Vec<Finding> {
    findings.iter().filter(|finding| finding.level == level).cloned().collect()
}

fn around() -> Surroundings {
    let today = LocalDay::from_ymd(2026, 11, 29).expect("a day");
    let zones = vec![(ZoneId(Uuid::nil()), "Barat".to_owned())];
    Surroundings { zones, today, time_zone: TimeZone::Jakarta }
}

/// A household by some small numbers: many share a number, a name, a telephone or a meter, and some cells are wrong.
fn line((number, name, phone, street, serial): Line) -> String {
    let name = if name == 0 { String::new() } else { format!("Warga {}", char::from(b'A' + name % 26)) };
    let phone = if phone == 0 { "0812".to_owned() } else { format!("0812{:08}", 55_000_000 + u32::from(phone)) };
    let zone = if street % 250 == 0 { "Seberang" } else { "Barat" };
    format!("{:06};{name};{phone};Jl. Melati No. {street};R1;{zone};IMP-{serial:05}\n", 100 + u32::from(number))
}

const HEAD: &str = "No Pelanggan;Nama;No HP;Alamat;Gol;Wilayah;No Meter\n";

/// A sheet with a title, its header in row 2, a total at the end, and some lines in between that are of another table.
fn csv(lines: impl Iterator<Item = Line>, other: Range<usize>) -> String {
    let mut text = format!("DAFTAR PELANGGAN;;;;;;\n{HEAD}");
    for (place, of) in lines.enumerate() {
        if place == other.start {
            text += "No Pelanggan;Nama;Tgl Tutup;Alasan;;;\n";
        }
        if place == other.end {
            text += HEAD;
        }
        text += &line(of);
    }
    text + "TOTAL;9;;;;;\n"
}

/// Many rows, of which some repeat others far away, and some are of another table for several blocks.
fn many() -> String {
    csv((0..6_000_u16).map(|n| (n % 5_900, (n % 25) as u8, n % 5_950, n % 5_980, n)), 2_000..3_300)
}

/// Reads a CSV beside an import's file; stops where `goes_on` says so.
fn read_in(folder: &Path, known: &dyn Known, goes_on: bool) -> (ImportFile, State, Result<bool, Error>) {
    let mut file = ImportFile::open(&folder.join("import.db"), KEY).unwrap();
    let mut state = file.state::<State>().unwrap().unwrap_or_else(|| State::new(Uuid::nil(), "x.csv".into(), UtcMillis(0), None));
    let mut workbook = open(&file, &mut state, &folder.join("brought"), &Limits::default()).unwrap().unwrap();
    let around = around();
    let with = Reading { around: &around, known, remembered: &|_| None };
    let mut watch = |_| if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    let is_read = read(&mut file, &mut state, &mut workbook, &with, &mut watch);
    (file, state, is_read)
}

fn found(file: &ImportFile, state: &State) -> Found {
    let rows = file.rows_behind(state.header_row(), 1_000_000).unwrap();
    let groups = file.groups().unwrap().into_iter().map(|group| (group.key, (group.count, group.first.row)));
    Found {
        fates: rows.into_iter().map(|stored| (stored.row.number, stored.fate)).collect(),
        errors: file.first_findings(Level::Error, 1_000_000).unwrap(),
        warnings: file.first_findings(Level::Warning, 1_000_000).unwrap(),
        groups: groups.collect(),
    }
}

/// The same on one straight way from row to row.
fn straight(file: &ImportFile, state: &State) -> Found {
    let mapping = state.mapping.clone().unwrap();
    let overrides = file.overrides().unwrap();
    let rows: Vec<SheetRow> = file
        .rows_behind(state.header_row(), 1_000_000)
        .unwrap()
        .into_iter()
        .map(|stored| overrides.apply(&stored.row).into_owned())
        .collect();
    let reader = RowReader::new(mapping.clone(), around().rules(FileRules::of(state)), &rows[..rows.len().min(SAMPLE)]);
    let repeats = Repeats::new(&mapping);
    let comparer = Comparer { known: &Nothing, mapping, policy: state.policy, zone: state.zone };
    let mut groups = BTreeMap::new();
    let mut count = |finding: &Finding| groups.entry(finding.repair_key()).or_insert((0, finding.row)).0 += 1;
    reader.column_findings().iter().for_each(&mut count);
    let (mut seen, mut fates) = (HashMap::new(), Vec::new());
    let of_columns = |number| reader.column_findings().iter().filter(move |finding| finding.row == number).cloned();
    let mut all: Vec<Finding> = of_columns(0).collect();
    let mut is_other = false;
    for row in rows {
        let mut read = reader.read(&row);
        let begins_other = read.findings.iter().any(|finding| finding.reason == Reason::OtherTable);
        let is_header = read.skipped.is_some_and(|skipped| skipped.reason == SkipReason::Header);
        is_other = begins_other || is_other && !is_header;
        if is_other && !begins_other && read.skipped.is_none() {
            (read.record, read.findings) = (None, vec![RowReader::of_other_table(&row)]);
        }
        let mut findings = read.findings;
        let mut fate = if read.skipped.is_some() { Fate::LeftOut } else { Fate::Error };
        if let Some(record) = read.record {
            let first_of = |sum| Some(*seen.entry(sum).or_insert(row.number)).filter(|first| *first != row.number);
            findings.extend(repeats.findings(row.number, &record, first_of));
            if findings.iter().all(|finding| finding.level == Level::Warning) {
                let is_further = findings.iter().any(|finding| finding.reason == Reason::FurtherConnection);
                let standing = Standing { is_further, wanted: Wanted::Deed };
                let compared = comparer.compare(row.number, &record, standing).unwrap();
                findings.extend(compared.findings);
                fate = compared.fate;
            }
        }
        findings.iter().for_each(&mut count);
        fates.push((row.number, Some(fate)));
        all.extend(of_columns(row.number).chain(findings));
    }
    Found { fates, errors: of_level(&all, Level::Error), warnings: of_level(&all, Level::Warning), groups }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn all_cores_find_what_one_straight_way_finds(
        lines in prop::collection::vec((0..900_u16, 0..40_u8, 0..900_u16, 0..40_u16, 0..1_500_u16), 20..1_400),
        mended in 0..20_u32,
        other in (30..1_500_usize, 1..900_usize)
    ) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("brought"), csv(lines.into_iter(), other.0..other.0 + other.1)).unwrap();
        let (mut file, mut state, is_read) = read_in(folder.path(), &Nothing, true);
        prop_assert!(is_read.unwrap() && state.is_checked);
        prop_assert_eq!(found(&file, &state), straight(&file, &state));
        let Counts { rows, create, update, same, left_out, error, .. } = state.counts;
        prop_assert_eq!(rows, create + update + same + left_out + error);

        // A mend changes the row, those that repeat it, and those that it repeats.
        let number = format!("{:06}", 100 + mended);
        file.transact(|tx| tx.mend_cell(3 + mended, 0, &number)).unwrap();
        check(&mut file, &mut state, &around(), &Nothing, &mut |_| ControlFlow::Continue(())).unwrap();
        let after = found(&file, &state);
        prop_assert_eq!(&after, &straight(&file, &state));
        for row in 0..40 {
            let of_row = file.findings_of(row).unwrap();
            let is_of_row = |finding: &&Finding| finding.row == row;
            prop_assert_eq!(of_level(&of_row, Level::Error), after.errors.iter().filter(is_of_row).cloned().collect::<Vec<_>>());
            prop_assert_eq!(of_level(&of_row, Level::Warning), after.warnings.iter().filter(is_of_row).cloned().collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_reading_that_was_stopped_leaves_no_sheet_and_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("brought"), many()).unwrap();
    let (file, _, is_read) = read_in(folder.path(), &Nothing, false);
    assert!(!is_read.unwrap());
    drop(file);
    let file = ImportFile::open(&folder.path().join("import.db"), KEY).unwrap();
    let torn = file.state::<State>().unwrap().unwrap();
    assert!(torn.mapping.is_none() && torn.header.is_none() && !torn.is_checked && torn.stage != Stage::Mapping);
    drop(file);
    let (file, mut state, is_read) = read_in(folder.path(), &Nothing, true);
    assert!(is_read.unwrap() && state.is_checked);
    assert_eq!((file.count_rows(0).unwrap(), state.counts.rows), (6_005, 6_003));
    let first = found(&file, &state);
    assert_eq!(first, straight(&file, &state));
    // Killed when all rows were written, and their state was not.
    state.forget_sheet();
    file.set_state(&state).unwrap();
    drop(file);
    let (file, state, is_read) = read_in(folder.path(), &Nothing, true);
    assert!(is_read.unwrap());
    assert_eq!((file.count_rows(0).unwrap(), found(&file, &state)), (6_005, first));
}

/// Fails after some rows, as a cache does that cannot be read.
struct Failing(AtomicU32);

impl Known for Failing {
    fn customer(&self, _: &str) -> Result<Option<KnownCustomer>, Error> {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(1), Ordering::Relaxed);
        if left == 0 { Err(Error::Protocol("it cannot be read".into())) } else { Ok(None) }
    }

    fn meter(&self, _: &Serial) -> Result<Option<KnownMeter>, Error> {
        Ok(None)
    }

    fn has_reading(&self, _: MeterId, _: (UtcMillis, Millilitres)) -> Result<bool, Error> {
        Ok(false)
    }

    fn number_by_phone(&self, _: &str) -> Result<Option<String>, Error> {
        Ok(None)
    }
}

#[test]
fn what_fails_on_the_way_ends_the_walk_and_the_file_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("brought"), many()).unwrap();
    let (file, _, is_read) = read_in(folder.path(), &Failing(AtomicU32::new(3_000)), true);
    assert!(matches!(is_read, Err(Error::Protocol(_))), "{is_read:?}");
    drop(file);
    let (file, state, is_read) = read_in(folder.path(), &Nothing, true);
    assert!(is_read.unwrap());
    assert_eq!(found(&file, &state), straight(&file, &state));
}

#[test]
fn a_check_that_was_stopped_is_made_again_from_the_stored_rows() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("brought"), many()).unwrap();
    let (mut file, mut state, is_read) = read_in(folder.path(), &Nothing, true);
    assert!(is_read.unwrap());
    let before = found(&file, &state);
    // Row 4 takes the number of row 5,000 for its own: that one repeats it then.
    state.is_checked = false;
    file.set_state(&state).unwrap();
    file.transact(|tx| tx.mend_cell(4, 0, "005095")).unwrap();
    let mut left = 9;
    let mut watch = |_| {
        left -= 1;
        if left > 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    assert!(!check(&mut file, &mut state, &around(), &Nothing, &mut watch).unwrap());
    drop(file);
    let mut file = ImportFile::open(&folder.path().join("import.db"), KEY).unwrap();
    let mut state = file.state::<State>().unwrap().unwrap();
    assert!(!state.is_checked && file.groups().unwrap().is_empty());
    assert!(check(&mut file, &mut state, &around(), &Nothing, &mut |_| ControlFlow::Continue(())).unwrap());
    let after = found(&file, &state);
    assert_eq!(after, straight(&file, &state));
    let changed: Vec<u32> =
        before.fates.iter().zip(&after.fates).filter(|(one, other)| one != other).map(|(one, _)| one.0).collect();
    // And the row that repeated the number that row 4 had does so no longer.
    assert_eq!(changed, [5_000, 5_906]);
}
