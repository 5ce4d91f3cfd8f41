//! Sheets of 2,000 households, one in fifty with a mistake, on a device that is killed in each step of their import. `cargo xtask bench import whole`
//! does the same with 100,000.

use tests::households::{COLUMNS, repeating};
use tests::sheets::{Encoding, write_csv, write_xlsx};
use tests::whole_import::{Plan, Step, run};

const HOUSEHOLDS: u32 = 2_000;

fn plan(name: &str, write: impl FnOnce(&std::path::Path) -> tests::sheets::Written) -> Plan {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    write(&file).expect("a sheet");
    let bytes = std::fs::read(&file).expect("a sheet");
    Plan { name: name.to_owned(), bytes, households: HOUSEHOLDS, kills: 1, seed: fastrand::u64(..), is_sent_between: true }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_lands_once_and_is_taken_back_by_a_device_killed_in_each_step() {
    let plan = plan("pelanggan.xlsx", |file| write_xlsx(file, HOUSEHOLDS));
    eprintln!("seed {}", plan.seed);
    let whole = run(plan).await;
    assert_eq!(whole.customers, (HOUSEHOLDS - repeating(HOUSEHOLDS)) as usize);
    assert_eq!(whole.kills, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_csv_of_windows_that_is_taken_back_before_it_is_sent_leaves_nothing() {
    let plan = plan("pelanggan.csv", |file| write_csv(file, HOUSEHOLDS, COLUMNS.len(), Encoding::Windows1252));
    eprintln!("seed {}", plan.seed);
    let whole = run(Plan { is_sent_between: false, ..plan }).await;
    let steps: Vec<Step> = whole.steps.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, [Step::Bring, Step::Check, Step::Mend, Step::Commit, Step::Undo, Step::SendUndo]);
}
