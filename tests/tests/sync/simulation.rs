//! The simulation on each change: some seeds, the schedules that once failed, and the test of the test.

use std::path::Path;
use tests::sim::runs::{breakable, run};
use tests::sim::{Sabotage, Schedule, Templates, play};

/// Seeds on each change; `cargo xtask sim --seeds 5000` plays more.
const SEEDS: u64 = 300;

/// A rule broken on purpose is found within this many seeds.
const WITHIN: u64 = 1_000;

#[test]
fn three_hundred_seeds_keep_every_promise_and_meet_every_fault() {
    let run = run(&Templates::make(), 0..SEEDS);
    assert_eq!(run.failed, None);
    assert_eq!(run.counts.missing(), Vec::<&str>::new(), "met too little: {:?}", run.counts);
}

#[test]
fn schedules_that_once_failed_hold() {
    let templates = Templates::make();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sim");
    let mut played = 0;
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let schedule: Schedule = serde_json::from_str(&text).expect("a schedule");
        assert_eq!(play(&templates, &schedule, None).outcome, Ok(()), "{}", path.display());
        played += 1;
    }
    assert!(played >= 5, "{played} schedules");
}

#[test]
fn each_of_ten_rules_broken_on_purpose_is_found() {
    let templates = Templates::make();
    for rule in Sabotage::ALL {
        let found = breakable(&templates, rule, WITHIN);
        assert!(found.is_some(), "{rule:?} was not found within {WITHIN} seeds");
    }
}
