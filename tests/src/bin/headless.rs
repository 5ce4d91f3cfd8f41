//! A device without a screen, for tests that kill it: requests come on standard input and outcomes and events go out, a line each.

use client::core::vault::Vault;
use client::{Client, Config};
use protocol::ui::Request;
use std::error::Error;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use tests::device::{FileVault, Line};
use tokio::sync::mpsc;

fn say(line: &Line) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string(line)?)?;
    Ok(out.flush()?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(server), Some(data)) = (arguments.next(), arguments.next()) else {
        return Err("usage: headless SERVER FOLDER [ACCOUNT IN THE KEYRING]".into());
    };
    let data = PathBuf::from(data);
    std::fs::create_dir_all(&data)?;
    // A keyring in a file outlives a kill anywhere; the platform's own is for the tests of it.
    let vault: Box<dyn Vault> = match arguments.next() {
        Some(account) => client::core::vault::open(&account),
        None => Box::new(FileVault::new(&data)),
    };
    let client = Client::start(Config { data, server, vault, device: "headless".into() }).await?;
    let mut events = client.events();
    let (sender, mut requests) = mpsc::channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    loop {
        tokio::select! {
            line = requests.recv() => {
                let Some(line) = line else { return Ok(()) };
                let request: Request = serde_json::from_str(&line)?;
                say(&Line::Answer(client.call(request).await))?;
            }
            // One that is missed because there were too many is followed by a newer one.
            event = events.recv() => if let Ok(event) = event { say(&Line::Event(event))? },
        }
    }
}
