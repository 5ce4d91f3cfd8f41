//! Every task a person runs: `cargo xtask --help`.
#![allow(clippy::print_stdout, reason = "tasks speak to the person at the terminal")]

mod lint;
mod process;
mod run;
mod setup;
mod test;
mod ui;

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
    /// Every test; the last line counts them
    Test {
        /// Leave out what needs a window or a browser
        #[arg(long)]
        quick: bool,
    },
    /// Format, clippy, dependency rules, file lengths, licences, translation keys
    Lint,
    /// The deterministic simulation of sync: prints what it met, and the shortest schedule of a seed that fails
    Sim {
        /// What `sim` of the tests crate takes: --seeds N, --seed S, --sabotage N, --schedule FILE
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Side-by-side benchmarks; see docs/PERFORMANCE.md
    Bench {
        /// Which: live, ingest, screens, sync, scroll, ledger
        name: Option<String>,
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
        Task::Ui { release } => setup::setup().and_then(|()| ui::build(release)),
        Task::Run(options) => run::run(&options),
        Task::Dev(options) => run::dev(&options),
        Task::Test { quick } => test::test(quick),
        Task::Lint => lint::lint(),
        Task::Bench { name } => bench(name.as_deref()),
        Task::Sim { rest } => sim(&rest),
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
    ui::build(false)?;
    process::build_programs()?;
    process::run(std::process::Command::new(process::target().join("debug/shots")).arg(dir).args(rest))
}

fn sim(rest: &[String]) -> Outcome {
    setup::for_programs()?;
    process::build_programs()?;
    process::run(std::process::Command::new(process::target().join("debug/sim")).args(rest))
}

fn bench(name: Option<&str>) -> Outcome {
    setup::with_peers()?;
    let names: &[&str] = &["live", "ingest", "screens", "sync", "scroll", "ledger"];
    let chosen: Vec<&str> = names.iter().copied().filter(|known| name.is_none_or(|name| name == *known)).collect();
    if chosen.is_empty() {
        return Err(format!("there is no such benchmark; there are: {}", names.join(", ")).into());
    }
    if chosen.iter().any(|name| ["live", "screens", "scroll"].contains(name)) {
        ui::build(true)?;
    }
    process::cargo(&[&["build", "-q", "--release"], process::PROGRAMS.as_slice()].concat())?;
    if chosen.contains(&"screens") {
        process::cargo(&["build", "-q", "--release", "-p", "indowater", "--features", "custom-protocol"])?;
    }
    for name in chosen {
        process::run(std::process::Command::new(process::target().join("release/bench")).arg(name))?;
    }
    Ok(())
}
