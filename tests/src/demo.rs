//! The demo utility in tests: made, served, and brought to today by the program that brings it there for people.

use crate::world::program;
use simulators::demo::utility;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use sync_server::config::{Config, LogFormat};
use sync_server::server::Server;

/// A server over the demo in a folder, whose meters were installed so many days ago, with all that happened since.
pub async fn demo(folder: &Path, days: i64) -> Server {
    let data = folder.to_owned();
    utility::make(&data, days).expect("the demo");
    let free = "127.0.0.1:0".parse().expect("an address");
    let config = Config { data: data.clone(), http: free, mqtt: free, log: LogFormat::Text, payments: None, ..Config::default() };
    let server = Server::start(&config).await.expect("the server starts");
    let mut history = Command::new(program("simulators"));
    history.arg("history").arg("--server").arg(format!("http://{}", server.http)).arg("--plan").arg(data.join("demo.json"));
    let sent = tokio::task::spawn_blocking(move || history.status());
    let sent = tokio::time::timeout(Duration::from_secs(240), sent).await.expect("in time").expect("runs").expect("starts");
    assert!(sent.success());
    server
}
