//! A device as a process of its own, which can be killed at any moment and started again in the same folder.

use client::core::vault::{Secrets, Vault};
use client::error::Error;
use protocol::core::problem::Problem;
use protocol::ui::{Answer, Event, Keeping, Outcome, Request};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// What a headless device says, a line each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// To the request that was read last.
    Answer(Outcome),
    /// Unasked.
    Event(Event),
}

/// A keyring in a file, for programs that are killed: it is replaced whole or not at all.
pub struct FileVault {
    file: PathBuf,
}

impl FileVault {
    /// In a folder.
    pub fn new(folder: &Path) -> Self {
        Self { file: folder.join("keyring.json") }
    }
}

impl Vault for FileVault {
    fn keeping(&self) -> Keeping {
        Keeping::Keyring
    }

    fn read(&self) -> Result<Option<Secrets>, Error> {
        match std::fs::read(&self.file) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&self, secrets: &Secrets) -> Result<(), Error> {
        let fresh = self.file.with_extension("new");
        let mut file = std::fs::File::create(&fresh)?;
        file.write_all(&serde_json::to_vec(secrets)?)?;
        file.sync_all()?;
        Ok(std::fs::rename(fresh, &self.file)?)
    }
}

/// The device is not there any more.
#[derive(Debug)]
pub struct Gone;

/// How a device is started, the first time and whenever it was killed.
#[derive(Clone)]
struct Setup {
    server: String,
    environment: Vec<(String, String)>,
    arguments: Vec<String>,
}

/// A running headless device.
pub struct Device {
    /// Its folder.
    pub folder: PathBuf,
    setup: Setup,
    child: Child,
    requests: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    /// The newest event of how sync is doing.
    pub sync: protocol::ui::SyncState,
}

impl Device {
    /// Starts one in a folder, against a server's address.
    pub fn start(folder: &Path, server: &str) -> Self {
        Self::start_with(folder, server, &[], &[])
    }

    /// Starts one with something in its environment.
    pub fn start_in(folder: &Path, server: &str, environment: &[(&str, String)]) -> Self {
        Self::start_with(folder, server, environment, &[])
    }

    /// Starts one whose secrets are in the platform's keyring, with what the environment needs for that.
    pub fn start_with_keyring(folder: &Path, server: &str, environment: &[(&str, String)]) -> Self {
        Self::start_with(folder, server, environment, &["headless-test"])
    }

    fn start_with(folder: &Path, server: &str, environment: &[(&str, String)], arguments: &[&str]) -> Self {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self::start_as(folder, Setup { server: server.to_owned(), environment, arguments })
    }

    fn start_as(folder: &Path, setup: Setup) -> Self {
        let mut command = Command::new(crate::world::program("headless"));
        command.arg(&setup.server).arg(folder).args(&setup.arguments);
        command.envs(setup.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().expect("the device starts");
        let requests = child.stdin.take().expect("piped");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self { folder: folder.to_owned(), setup, child, requests, lines, sync: Default::default() }
    }

    /// Asks it something. It may be killed meanwhile, as may this call: then the device is to be started again.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn call(&mut self, request: &Request) -> Result<Result<Answer, Problem>, Gone> {
        self.ask(request).await?;
        loop {
            if let Line::Answer(outcome) = self.line().await? {
                return Ok(outcome);
            }
        }
    }

    /// Hands a request over without waiting for what becomes of it.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn ask(&mut self, request: &Request) -> Result<(), Gone> {
        let mut line = serde_json::to_string(request).expect("JSON");
        line.push('\n');
        self.requests.write_all(line.as_bytes()).await.map_err(|_| Gone)
    }

    /// The next event.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn event(&mut self) -> Result<Event, Gone> {
        loop {
            if let Line::Event(event) = self.line().await? {
                return Ok(event);
            }
        }
    }

    async fn line(&mut self) -> Result<Line, Gone> {
        let line = self.lines.next_line().await.ok().flatten().ok_or(Gone)?;
        // A process that is killed while it writes leaves half a line.
        let line: Line = serde_json::from_str(&line).map_err(|_| Gone)?;
        if let Line::Event(Event::Sync(state)) = &line {
            self.sync = *state;
        }
        Ok(line)
    }

    /// Kills it where it is, without a word, and starts it again in the same folder and environment.
    pub async fn kill_and_start(&mut self) {
        self.child.start_kill().expect("killed");
        self.child.wait().await.expect("gone");
        *self = Self::start_as(&self.folder, self.setup.clone());
    }

    /// The most memory it had since it was started, in MB; `None` once it has ended.
    pub fn peak_mb(&self) -> Option<f64> {
        self.child.id().and_then(crate::memory::memory_mb)
    }

    /// Lets it end by itself, so that its files are nobody's.
    pub async fn end(mut self) {
        drop(self.requests);
        while let Ok(Some(_)) = self.lines.next_line().await {}
        self.child.wait().await.expect("gone");
    }

    /// The key of its files.
    pub fn key_hex(folder: &Path) -> String {
        let secrets = FileVault::new(folder).read().expect("a keyring").expect("secrets");
        secrets.cache_key_hex().expect("a key")
    }
}
