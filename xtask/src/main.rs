//! Every task a person runs: `cargo xtask --help`.
#![allow(clippy::print_stdout, reason = "tasks speak to the person at the terminal")]

mod bench;
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
        /// Which; an unknown name lists them all
        name: Option<String>,
        /// What the benchmark takes: for leak --household FILE, --seed N, --quick, --alarms; for forecast --household FILE, --seed N; for
        /// signatures --seed N, --cases N; for import csv, xlsx or ods, and how many repeats, or import whole, rows, kills a step and a seed; for
        /// reports receipts, workbook, detail or memory; for fleet how many meters, and the seconds between their reports; for customers,
        /// calendar, motion and schedules how many customers, orders or meters
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
        Task::Bench { name, rest } => bench::bench(name.as_deref(), &rest),
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
