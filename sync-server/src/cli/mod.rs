//! The command line: serving, backups and checks, and what an operator sets up before and beside a running server.

pub mod credit;
pub mod provision;
pub mod user;

use crate::check;
use crate::check::Report;
use crate::cli::credit::Credit;
use crate::cli::user::User;
use crate::config::{Config, DATABASE, Flags, LogFormat};
use crate::core::{migrate, open_connection, private};
use crate::error::Error;
use crate::server::Server;
use clap::{Parser, Subcommand};
use domain::Serial;
use rusqlite::{Connection, OpenFlags};
use std::io::Write;
use std::path::{Path, PathBuf};
use tracing_subscriber::EnvFilter;

/// IndoWater's server: stores readings of meters that come over MQTT and HTTP, and syncs them to the app
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    /// Configuration file (TOML) with the same names as the flags; variables INDOWATER_… stand between file and flags
    #[arg(long, global = true, env = "INDOWATER_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Listen for meters and apps until Ctrl-C or SIGTERM
    Serve,
    /// Make the utility this server serves
    Init {
        /// Its name
        #[arg(long)]
        name: String,
    },
    /// Users
    #[command(subcommand)]
    User(User),
    /// Meters and gateways
    #[command(subcommand)]
    Device(Device),
    /// What is done about credit that is gone
    #[command(subcommand)]
    Credit(Credit),
    /// Copy the database while it is in use
    Backup {
        /// The copy; it must not exist yet
        to: PathBuf,
    },
    /// Prove the file, the rollups and the sync hashes
    Check,
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Subcommand)]
enum Device {
    /// Add a meter, and print its secret this once
    Add {
        /// Serial number
        serial: Serial,
        /// Maker's model
        #[arg(long, default_value = "")]
        model: String,
        /// Seconds between its reports
        #[arg(long, default_value_t = 60)]
        interval: u32,
    },
    /// Take a meter's or gateway's credential away
    Revoke {
        /// Serial, or the gateway's name
        name: String,
    },
}

/// Runs the command line.
///
/// # Errors
/// What went wrong, in a sentence with the next step where there is one.
pub fn run(cli: Cli) -> Result<(), Error> {
    let config = Config::load(cli.config.as_deref(), &cli.flags)?;
    match cli.command {
        Command::Serve => serve(&config),
        Command::Init { name } => {
            provision::init(&mut open_database(&config.data)?, &name)?;
            print(&format!("utility \"{name}\" made"))
        }
        Command::User(what) => print(&user::run(&mut open_database(&config.data)?, &what, &config.sessions)?),
        Command::Device(Device::Add { serial, model, interval }) => {
            let secret = provision::add_device(&mut open_database(&config.data)?, serial.clone(), &model, interval)?;
            print(&format!("MQTT user {serial}\nMQTT password {secret}"))
        }
        Command::Device(Device::Revoke { name }) => {
            provision::revoke_device(&mut open_database(&config.data)?, &name)?;
            print(&format!("{name} can connect no more"))
        }
        Command::Credit(what) => print(&credit::set(&mut open_database(&config.data)?, &what)?),
        Command::Backup { to } => backup(&config.database(), &to),
        Command::Check => check_database(&config.database()),
        Command::Openapi => print(&crate::router::openapi().to_pretty_json().map_err(|error| Error::Io(error.into()))?),
    }
}

/// Opens the database of a data folder for writing, created and migrated where need be.
///
/// # Errors
/// The folder cannot be written, or the database is of a newer version.
pub fn open_database(data: &Path) -> Result<Connection, Error> {
    private::folder(data)?;
    let mut db = open_connection(&data.join(DATABASE), OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    migrate::run(&mut db)?;
    Ok(db)
}

fn print(text: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

fn serve(config: &Config) -> Result<(), Error> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::start(config).await?;
        print(&format!("http {}\nmqtt {}", server.http, server.mqtt))?;
        until_stopped().await?;
        tracing::info!("stopping");
        server.stop().await;
        Ok(())
    })
}

#[cfg(unix)]
async fn until_stopped() -> Result<(), Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn until_stopped() -> Result<(), Error> {
    Ok(tokio::signal::ctrl_c().await?)
}

fn backup(from: &Path, to: &Path) -> Result<(), Error> {
    if to.exists() {
        return Err(Error::Setup(format!("{} exists: a backup never overwrites", to.display())));
    }
    let source = open_connection(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    private::file(to)?;
    let mut copy = Connection::open(to)?;
    rusqlite::backup::Backup::new(&source, &mut copy)?.run_to_completion(1_024, std::time::Duration::from_millis(1), None)?;
    migrate::mark_as_copy(&copy)?;
    drop(copy);
    print(&format!("copied to {}; keep token.key beside it, or everybody signs in again", to.display()))
}

fn check_database(database: &Path) -> Result<(), Error> {
    let report = check::check(&open_connection(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?)?;
    for finding in &report.findings {
        print(finding)?;
    }
    let Report { readings, days, buckets, accounts, months, .. } = report;
    let counts =
        format!("{readings} readings, {days} days, {buckets} buckets, {accounts} accounts and {months} months computed again");
    if report.findings.is_empty() {
        return print(&format!("{counts}: all as stored"));
    }
    Err(Error::Setup(format!("{counts}: {} findings; keep the file and restore from a backup", report.findings.len())))
}
