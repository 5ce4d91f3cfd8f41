//! `sync-server`: see `cli`.

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    match sync_server::cli::run(sync_server::cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be done for a closed terminal.
            let _ = writeln!(std::io::stderr(), "sync-server: {error}");
            ExitCode::FAILURE
        }
    }
}
