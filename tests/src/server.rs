//! The server as a process of its own, which can be killed at any moment.

use crate::world::program;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running server on free ports.
pub struct ServerProcess {
    /// Where it listens for apps.
    pub http: SocketAddr,
    /// Where it listens for meters.
    pub mqtt: SocketAddr,
    child: Child,
    data: PathBuf,
    settings: Vec<(String, String)>,
}

impl ServerProcess {
    /// Starts one on a folder, and returns when it listens.
    pub async fn start(data: &Path) -> Self {
        Self::start_with(data, &[]).await
    }

    /// The same with variables that set it up.
    pub async fn start_with(data: &Path, settings: &[(String, String)]) -> Self {
        let (data, settings) = (data.to_owned(), settings.to_vec());
        tokio::task::spawn_blocking(move || {
            let mut command = Command::new(program("sync-server"));
            command.arg("serve").arg("--data").arg(&data).args(["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"]);
            let mut child = command
                .envs(settings.iter().cloned())
                .env("RUST_LOG", "error")
                .stdout(Stdio::piped())
                .spawn()
                .expect("the server starts");
            let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
            let mut listens = |what: &str| {
                let line = lines.next().expect("a line").expect("text");
                line.strip_prefix(what).and_then(|text| text.parse().ok()).expect("where it listens")
            };
            let (http, mqtt) = (listens("http "), listens("mqtt "));
            Self { http, mqtt, child, data, settings }
        })
        .await
        .expect("starts")
    }

    /// `http://…`.
    pub fn url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Kills it where it is, without a word.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Kills it and starts it again on the same folder.
    pub async fn kill_and_start(&mut self) {
        self.kill();
        *self = Self::start_with(&self.data, &self.settings).await;
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `sync-server check` says of a folder, and whether it is content.
pub fn check(data: &Path) -> Result<String, String> {
    let said = Command::new(program("sync-server")).arg("check").arg("--data").arg(data).output().expect("the check runs");
    let text = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    if said.status.success() { Ok(text) } else { Err(text) }
}
