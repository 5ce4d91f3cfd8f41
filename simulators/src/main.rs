//! `simulators`: see the library.

use clap::{Parser, Subcommand};
use simulators::clock::now;
use simulators::demo::history::{self, Depth};
use simulators::demo::{field_records, utility};
use simulators::meters::live::{self, Faults};
use simulators::payments::{self, Settings};
use simulators::plan::Plan;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
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
        #[command(flatten)]
        faults: Faults,
    },
    /// Stand in for the payment gateway, until ended; prints where it listens
    Payments(Settings),
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let cli = Cli::parse();
    match cli.command {
        Command::History { server, since } => {
            let plan = Plan::read(&cli.plan)?;
            let started = Instant::now();
            let stored = history::send(&server, &plan, Depth::DEMO, domain::UtcMillis(since), now()).await?;
            if since == 0 {
                field_records::send(&server, &plan, now()).await?;
            }
            writeln!(std::io::stdout(), "{stored} readings in {:.1} s", started.elapsed().as_secs_f64())
        }
        Command::Demo { data, days } => make_demo(&data, days),
        Command::Live { mqtt, faults } => live::run(mqtt, &Plan::read(&cli.plan)?, faults).await,
        Command::Payments(settings) => {
            let listener = payments::listen(&settings).await?;
            writeln!(std::io::stdout(), "http {}", listener.local_addr()?)?;
            payments::serve(listener, &settings).await
        }
    }
}

fn make_demo(data: &Path, days: i64) -> std::io::Result<()> {
    let plan = utility::make(data, days).map_err(std::io::Error::other)?;
    let mut out = std::io::stdout();
    for (role, email, _) in utility::ACCOUNTS {
        writeln!(out, "{:<10} {email}", role.as_str())?;
    }
    writeln!(out, "password   {}", plan.password)
}
