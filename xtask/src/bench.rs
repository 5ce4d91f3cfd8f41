//! `bench`: builds for release what a benchmark starts, brings its peers, and runs it.

use crate::process::{Outcome, run, target};
use crate::{cargo, setup, ui};
use std::process::Command;

/// What a benchmark needs beside itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Nothing.
    Nothing,
    /// Programs of ours, at the size that was named.
    Programs,
    /// Peers that PyPI has, or npm.
    Readers,
    Writers,
    Calendars,
    /// Programs of ours, and peers that Debian has.
    All,
}

/// The benchmarks, in the order in which all of them run.
const NAMES: [(&str, Needs); 20] = [
    ("leak", Needs::Nothing),
    ("forecast", Needs::Nothing),
    ("signatures", Needs::Nothing),
    ("rules", Needs::Nothing),
    ("comparison", Needs::Nothing),
    ("schedules", Needs::Calendars),
    ("import", Needs::Readers),
    ("reports", Needs::Writers),
    ("revenue", Needs::Nothing),
    ("calendar", Needs::Nothing),
    ("live", Needs::All),
    ("ingest", Needs::All),
    ("screens", Needs::All),
    ("sync", Needs::All),
    ("scroll", Needs::All),
    ("motion", Needs::Programs),
    ("fleet", Needs::Programs),
    ("customers", Needs::Programs),
    ("ledger", Needs::All),
    ("fairness", Needs::All),
];

/// Runs one of them with what it takes, or all.
pub fn bench(name: Option<&str>, rest: &[String]) -> Outcome {
    let chosen: Vec<_> = NAMES.into_iter().filter(|(known, _)| name.is_none_or(|name| name == *known)).collect();
    if chosen.is_empty() {
        return Err(format!("there is no such benchmark; there are: {}", NAMES.map(|(known, _)| known).join(", ")).into());
    }
    // The whole way of an import has no peer, and needs a device.
    let is_whole = name == Some("import") && rest.first().is_some_and(|part| part == "whole");
    let needs = |wanted: Needs| chosen.iter().any(|(_, needs)| *needs == wanted);
    if needs(Needs::All) {
        setup::with_peers()?;
    }
    if needs(Needs::Readers) && !is_whole {
        setup::spreadsheet_readers()?;
    }
    if needs(Needs::Writers) {
        setup::report_writers()?;
    }
    if needs(Needs::Calendars) {
        setup::calendar_peers()?;
    }
    if needs(Needs::All) || needs(Needs::Programs) {
        setup::setup()?;
        programs(&chosen)?;
    } else if is_whole {
        cargo::build("building the device for release", vec![cargo::programs(&["headless"]).released()])?;
    }
    cargo::build("building the benchmarks", vec![cargo::benchmarks().released()])?;
    for (name, _) in chosen {
        run(Command::new(target().join("release/bench")).arg(name).args(rest))?;
    }
    Ok(())
}

fn programs(chosen: &[(&str, Needs)]) -> Outcome {
    let starts = |names: &[&str]| chosen.iter().any(|(name, _)| names.contains(name));
    if starts(&["live", "screens", "scroll", "motion", "fleet"]) {
        ui::build_with(true, &[])?;
    }
    let started = ["sync-server", "simulators", "browser-host", "receipts", "headless"];
    cargo::build("building the programs for release", vec![cargo::programs(&started).released()])?;
    if starts(&["screens"]) { cargo::build("building the app for release", vec![cargo::app().released()]) } else { Ok(()) }
}
