//! The command line.

use crate::check;
use crate::check::Report;
use crate::config::{Config, Flags, LogFormat};
use crate::core::{migrate, now, open_connection};
use crate::error::Error;
use crate::provision;
use crate::provision::credit;
use crate::provision::credit::Credit;
use crate::provision::demo;
use crate::server::Server;
use clap::{Parser, Subcommand};
use domain::people::Role;
use domain::{Serial, UtcMillis};
use rusqlite::{Connection, OpenFlags};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use tracing_subscriber::EnvFilter;

/// IndoWater's server: takes in what meters say over MQTT and HTTP, keeps it, and syncs it to the app.
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
    /// Make the demo utility in an empty folder, and print its accounts
    Demo {
        /// Meters were installed this many days ago
        #[arg(long, default_value_t = 425)]
        days: i64,
    },
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Subcommand)]
enum User {
    /// Add a user; the password is read from standard input
    Add {
        /// Address to sign in with
        #[arg(long)]
        email: String,
        /// Name
        #[arg(long)]
        name: String,
        /// admin, technician or customer
        #[arg(long)]
        role: Role,
    },
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
            provision::init(&mut open(&config)?, &name)?;
            say(&format!("utility \"{name}\" made"))
        }
        Command::User(User::Add { email, name, role }) => {
            let mut password = String::new();
            std::io::stdin().lock().read_line(&mut password)?;
            provision::add_user(&mut open(&config)?, &email, &name, role, password.trim_end_matches(['\r', '\n']))?;
            say(&format!("{} {email} added", role.as_str()))
        }
        Command::Device(Device::Add { serial, model, interval }) => {
            let secret = provision::add_device(&mut open(&config)?, serial.clone(), &model, interval)?;
            say(&format!("MQTT user {serial}\nMQTT password {secret}"))
        }
        Command::Device(Device::Revoke { name }) => {
            provision::revoke_device(&mut open(&config)?, &name)?;
            say(&format!("{name} can connect no more"))
        }
        Command::Credit(what) => say(&credit::set(&mut open(&config)?, &what)?),
        Command::Backup { to } => backup(&config.database(), &to),
        Command::Check => checked(&config.database()),
        Command::Demo { days } => make_demo(&config, days),
        Command::Openapi => say(&crate::router::openapi().to_pretty_json().map_err(|error| Error::Io(error.into()))?),
    }
}

fn open(config: &Config) -> Result<Connection, Error> {
    std::fs::create_dir_all(&config.data)?;
    let mut db = open_connection(&config.database(), OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    migrate::run(&mut db)?;
    Ok(db)
}

fn say(text: &str) -> Result<(), Error> {
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
        say(&format!("http {}\nmqtt {}", server.http, server.mqtt))?;
        until_told().await?;
        tracing::info!("stopping");
        server.stop().await;
        Ok(())
    })
}

#[cfg(unix)]
async fn until_told() -> Result<(), Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        signal = tokio::signal::ctrl_c() => Ok(signal?),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn until_told() -> Result<(), Error> {
    Ok(tokio::signal::ctrl_c().await?)
}

fn backup(from: &Path, to: &Path) -> Result<(), Error> {
    if to.exists() {
        return Err(Error::Setup(format!("{} exists: a backup never overwrites", to.display())));
    }
    let source = open_connection(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut copy = Connection::open(to)?;
    rusqlite::backup::Backup::new(&source, &mut copy)?.run_to_completion(1_024, std::time::Duration::from_millis(1), None)?;
    // Whoever serves this copy one day serves an older state than devices know: it begins another life.
    copy.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('is_copy', '1')", [])?;
    drop(copy);
    say(&format!("copied to {}; keep token.key beside it, or everybody signs in again", to.display()))
}

fn checked(database: &Path) -> Result<(), Error> {
    let report = check::check(&open_connection(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?)?;
    for finding in &report.findings {
        say(finding)?;
    }
    let Report { readings, days, buckets, accounts, months, .. } = report;
    let counts =
        format!("{readings} readings, {days} days, {buckets} buckets, {accounts} accounts and {months} months computed again");
    if report.findings.is_empty() {
        return say(&format!("{counts}: all as stored"));
    }
    Err(Error::Setup(format!("{counts}: {} findings; keep the file and restore from a backup", report.findings.len())))
}

fn make_demo(config: &Config, days: i64) -> Result<(), Error> {
    let since = UtcMillis(now().0 - days * domain::core::local_time::DAY_MS);
    let demo = demo::make(&mut open(config)?, &config.data.join("demo.json"), since)?;
    for (role, email, _) in demo::ACCOUNTS {
        say(&format!("{:<10} {email}", role.as_str()))?;
    }
    say(&format!("password   {}", demo.password))
}
