//! `browser-host`: see the library.

mod paper;

use clap::Parser;
use client::{Client, Config};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// IndoWater in a plain browser on this machine.
#[derive(Parser)]
struct Cli {
    /// The server
    #[arg(long, env = "INDOWATER_SERVER", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// Folder of the cache
    #[arg(long)]
    data: PathBuf,
    /// Folder of the built screens
    #[arg(long, default_value = "ui/dist")]
    dist: PathBuf,
    /// Port on loopback; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let cli = Cli::parse();
    let vault = {
        let account = cli.server.clone();
        tokio::task::spawn_blocking(move || client::core::vault::open(&format!("browser {account}"))).await?
    };
    let config = Config { data: cli.data, server: cli.server, vault, device: "Browser".into() };
    let client = Client::start(config).await?;
    client.set_paper(Arc::new(|printed| paper::pdf(&serde_json::to_vec(printed).map_err(|error| error.to_string())?)));
    if let Ok(pair) = std::env::var("INDOWATER_SIGN_IN") {
        client.sign_in_as(&pair).await?;
    }
    let host = browser_host::serve(client, cli.dist, cli.port).await?;
    writeln!(std::io::stdout(), "open {}", host.url())?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}
