//! `simulators`: see the library.

use clap::{Parser, Subcommand};
use domain::Serial;
use simulators::clock::now;
use simulators::controls::{self, caller};
use simulators::demo::history::{self, Depth};
use simulators::demo::{field_records, planning, stock, utility, work_orders};
use simulators::faults::asked::{Asked, seconds};
use simulators::faults::fleet::Fleet;
use simulators::faults::kind::Kind;
use simulators::meters::live::{self, Misbehaviour};
use simulators::payments::{self, Settings};
use simulators::plan::Plan;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// The demo utility, simulated meters, and a stand-in of the payment gateway, for the demo, tests and load.
#[derive(Parser)]
struct Cli {
    /// The plan that `demo` wrote
    #[arg(long, global = true, default_value = "demo.json")]
    plan: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the demo utility in an empty folder, with its plan, and print its accounts
    Demo {
        /// Folder of the server's data
        #[arg(long)]
        data: PathBuf,
        /// Meters were installed this many days ago
        #[arg(long, default_value_t = 425)]
        days: i64,
    },
    /// Send what the meters read in the past
    History {
        /// The server
        #[arg(long)]
        server: String,
        /// Only what came after this instant, UTC milliseconds
        #[arg(long, default_value_t = 0)]
        since: i64,
    },
    /// Report now, over MQTT, until ended
    Live {
        /// The MQTT listener
        #[arg(long)]
        mqtt: SocketAddr,
        /// Serve the demo controls on this port of loopback, 0 for any free one; prints their address and writes it into the plan
        #[arg(long)]
        controls: Option<u16>,
        #[command(flatten)]
        misbehaviour: Misbehaviour,
    },
    /// Give a meter of the running simulator a fault, or end the one it has
    Fault(FaultWanted),
    /// Stand in for the payment gateway, until ended; prints where it listens
    Payments(Settings),
}

/// A fault on the command line.
#[derive(clap::Args)]
struct FaultWanted {
    /// Serial number of the meter
    meter: Serial,
    /// What is wrong; with --stop only this is ended
    #[arg(required_unless_present = "stop")]
    kind: Option<Kind>,
    /// L/h, for leaks and irrigation
    #[arg(long, conflicts_with = "stop")]
    rate: Option<i64>,
    /// How long, such as 90s, 30m, 2h or 1d; without, until it is ended
    #[arg(long = "for", value_parser = seconds, conflicts_with = "stop")]
    lasts: Option<i64>,
    /// In what time a slow rise or a low battery comes to its full effect
    #[arg(long, value_parser = seconds, conflicts_with = "stop")]
    over: Option<i64>,
    /// How far a clock jumps; -1h is an hour back
    #[arg(long, value_parser = seconds, allow_hyphen_values = true, conflicts_with = "stop")]
    by: Option<i64>,
    /// End it
    #[arg(long)]
    stop: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "simulators: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> std::io::Result<()> {
    match cli.command {
        Command::History { server, since } => {
            let plan = Plan::read(&cli.plan)?;
            let started = Instant::now();
            let stored = history::send(&server, &plan, Depth::DEMO, domain::UtcMillis(since), now()).await?;
            if since == 0 {
                field_records::send(&server, &plan, now()).await?;
                // What is used is taken from it.
                stock::send(&server, &plan).await?;
                work_orders::send(&server, &plan, now()).await?;
                planning::send(&server, &plan).await?;
            }
            writeln!(std::io::stdout(), "{stored} readings in {:.1} s", started.elapsed().as_secs_f64())
        }
        Command::Demo { data, days } => make_demo(&data, days),
        Command::Live { mqtt, controls, misbehaviour } => run_live(&cli.plan, mqtt, controls, misbehaviour).await,
        Command::Fault(wanted) => change_fault(Plan::read(&cli.plan)?, wanted).await,
        Command::Payments(settings) => {
            let listener = payments::listen(&settings).await?;
            writeln!(std::io::stdout(), "http {}", listener.local_addr()?)?;
            payments::serve(listener, &settings).await
        }
    }
}

async fn run_live(file: &Path, mqtt: SocketAddr, port: Option<u16>, misbehaviour: Misbehaviour) -> std::io::Result<()> {
    let mut plan = Plan::read(file)?;
    let fleet = Fleet::new(&plan);
    if let Some(port) = port {
        let controls = controls::serve(port, fleet.clone()).await?;
        plan.controls = Some(controls.clone());
        plan.write(file)?;
        writeln!(std::io::stdout(), "controls {}", controls.url())?;
    }
    live::run(mqtt, &plan, &fleet, misbehaviour).await
}

async fn change_fault(plan: Plan, wanted: FaultWanted) -> std::io::Result<()> {
    let controls = caller::find(plan)?;
    let FaultWanted { meter, kind, rate, lasts, over, by, stop } = wanted;
    let view = match kind.filter(|_| !stop) {
        Some(kind) => {
            let asked = Asked { meter, kind, rate_lph: rate, for_s: lasts, over_s: over, by_s: by };
            caller::begin(&controls, &asked).await?
        }
        None => caller::end(&controls, &meter, kind).await?,
    };
    writeln!(std::io::stdout(), "{view}")
}

fn make_demo(data: &Path, days: i64) -> std::io::Result<()> {
    let plan = utility::make(data, days).map_err(std::io::Error::other)?;
    let mut out = std::io::stdout();
    for (role, email, _) in utility::ACCOUNTS {
        writeln!(out, "{:<10} {email}", role.as_str())?;
    }
    writeln!(out, "password   {}", plan.password)
}
