//! Every task a person runs: `cargo xtask --help`.
#![allow(clippy::print_stdout, reason = "tasks speak to the person at the terminal")]

mod cargo;
mod conformance;
mod demo;
mod fuzz;
mod lint;
mod platforms;
mod process;
mod progress;
mod run;
mod setup;
mod space;
mod test;
mod tests_in_source;
mod ui;
mod wasm;

use clap::{Parser, Subcommand};
use process::Outcome;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "IndoWater's tasks")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing: system packages, the wasm target, web assets
    Setup,
    /// Build the screens into ui/dist
    Ui {
        /// Small, as it is shipped
        #[arg(long)]
        release: bool,
    },
    /// Server, demo utility, simulated meters, and the app in a window or a browser
    Run(run::Options),
    /// The same in a browser, built again when a source file changes
    Dev(run::Options),
    /// Every test, or those that words name; the last line counts them
    Test(test::Options),
    /// Format, clippy, who may know whom, where SQL stands, lengths, old words, licences, translation keys
    Lint {
        /// Leave out clippy, which compiles
        #[arg(long)]
        quick: bool,
    },
    /// The HTTP API held against its own OpenAPI document, by schemathesis
    Conformance(conformance::Options),
    /// The app type-checked for Android, iOS, macOS and Windows, without their C compilers
    Platforms(platforms::Options),
    /// The deterministic simulation of sync: prints what it met, and the shortest schedule of a seed that fails
    Sim {
        /// What `sim` of the tests crate takes: --seeds N, --seed S, --sabotage N, --schedule FILE
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// The readers of files on made-up bytes, within 300 MB, by libFuzzer
    Fuzz(fuzz::Options),
    /// Side-by-side benchmarks; see docs/PERFORMANCE.md
    Bench {
        /// Which: leak, rules, import, reports, revenue, live, ingest, screens, sync, scroll, fleet, customers, ledger, fairness
        name: Option<String>,
        /// What the benchmark takes: for leak --household FILE, --seed N, --quick, --alarms;
        /// for import csv, xlsx or ods, and how many repeats, for reports receipts, workbook, detail or memory, or import whole, rows, kills a step; for fleet how many meters, and the
        /// seconds between their reports; for customers how many
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Import a file without a screen, and print what it found as JSON
    Import {
        /// What `import` of the tests crate takes: FILE, --sheet NAME, --apply, --header-row N, --encoding NAME, --delimiter C
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// PNGs of pages, and a contact sheet for each role
    Shots {
        /// Where to
        dir: PathBuf,
        /// What `shots` of the tests crate takes: --page, --role, --size, --theme, --lang, --state
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Setup => setup::setup(),
        Task::Ui { release } => setup::setup().and_then(|()| ui::build_with(release, &[])),
        Task::Run(options) => run::run(&options),
        Task::Dev(options) => run::dev(&options),
        Task::Test(options) => test::test(&options),
        Task::Lint { quick } => lint::lint(quick),
        Task::Conformance(options) => conformance::check(&options),
        Task::Platforms(options) => platforms::check(&options),
        Task::Fuzz(options) => fuzz::fuzz(&options),
        Task::Bench { name, rest } => bench(name.as_deref(), &rest),
        Task::Sim { rest } => sim(&rest),
        Task::Import { rest } => import(&rest),
        Task::Shots { dir, rest } => shots(&dir, &rest),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn shots(dir: &std::path::Path, rest: &[String]) -> Outcome {
    setup::setup()?;
    ui::build_with(false, &["sync-server", "simulators", "browser-host", "receipts"])?;
    cargo::build("building shots", vec![cargo::tool("shots")])?;
    process::run(std::process::Command::new(process::program("shots")).arg(dir).args(rest))
}

fn sim(rest: &[String]) -> Outcome {
    setup::for_programs()?;
    cargo::build("building sim", vec![cargo::tool("sim")])?;
    process::run(std::process::Command::new(process::program("sim")).args(rest))
}

fn import(rest: &[String]) -> Outcome {
    setup::for_programs()?;
    cargo::build("building import", vec![cargo::tool("import")])?;
    process::run(std::process::Command::new(process::program("import")).args(rest))
}

fn bench(name: Option<&str>, rest: &[String]) -> Outcome {
    if let Some(name @ ("fleet" | "customers")) = name {
        // Ours alone, at the size that was asked for.
        setup::setup()?;
        build_for(&[name])?;
        return process::run(std::process::Command::new(process::target().join("release/bench")).arg(name).args(rest));
    }
    if let Some(name @ ("leak" | "rules" | "import" | "reports" | "revenue")) = name {
        // Only the whole way of an import needs a program of ours, and only the other benchmarks of imports and those of reports need peers.
        let is_whole = name == "import" && rest.first().is_some_and(|part| part == "whole");
        if is_whole {
            cargo::build("building the device for release", vec![cargo::programs(&["headless"]).released()])?;
        } else if name == "import" {
            setup::spreadsheet_readers()?;
        } else if name == "reports" {
            setup::report_writers()?;
        }
        cargo::build("building the benchmarks", vec![cargo::tool("bench").released()])?;
        return process::run(std::process::Command::new(process::target().join("release/bench")).arg(name).args(rest));
    }
    setup::with_peers()?;
    let names: &[&str] = &[
        "leak",
        "rules",
        "import",
        "reports",
        "revenue",
        "live",
        "ingest",
        "screens",
        "sync",
        "scroll",
        "fleet",
        "customers",
        "ledger",
        "fairness",
    ];
    let chosen: Vec<&str> = names.iter().copied().filter(|known| name.is_none_or(|name| name == *known)).collect();
    if chosen.is_empty() {
        return Err(format!("there is no such benchmark; there are: {}", names.join(", ")).into());
    }
    build_for(&chosen)?;
    if chosen.contains(&"screens") {
        cargo::build("building the app for release", vec![cargo::app().released()])?;
    }
    for name in chosen {
        process::run(std::process::Command::new(process::target().join("release/bench")).arg(name))?;
    }
    Ok(())
}

/// Builds what benchmarks start: the screens for those that show some, our programs, and the benchmarks themselves.
fn build_for(chosen: &[&str]) -> Outcome {
    if chosen.iter().any(|name| ["live", "screens", "scroll", "fleet"].contains(name)) {
        ui::build_with(true, &[])?;
    }
    let started = ["sync-server", "simulators", "browser-host", "receipts", "headless"];
    cargo::build("building the programs for release", vec![cargo::programs(&started).released()])?;
    cargo::build("building the benchmarks", vec![cargo::tool("bench").released()])
}
