//! PostgreSQL 15 from Debian: a cluster of its own in a folder that goes with it, with what a careful operator would set.

use super::Outcome;
use super::ingest::CONNECTIONS;
use super::peers::free_port;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

/// A cluster. Stopped with this.
pub struct Cluster {
    folder: TempDir,
    /// Its port, on loopback and in the name of its socket.
    pub port: u16,
    bin: PathBuf,
}

impl Cluster {
    /// Makes a cluster and starts it with these settings (`-c …`); `None` where PostgreSQL is not installed.
    pub fn start(settings: &str) -> Option<Self> {
        let bin = PathBuf::from("/usr/lib/postgresql/15/bin");
        let folder = tempfile::tempdir().ok().filter(|_| bin.exists())?;
        let peer = Self { folder, port: free_port().ok()?, bin };
        Command::new("chown").arg("postgres").arg(peer.socket()).status().ok()?;
        let data = peer.data();
        peer.as_postgres("initdb", &["-D", &data, "-A", "trust"])?;
        let options = format!("-p {} -k {} -h 127.0.0.1 {settings}", peer.port, peer.socket().display());
        let log = peer.socket().join("log");
        peer.as_postgres("pg_ctl", &["-D", &data, "-w", "-o", &options, "-l", &log.to_string_lossy(), "start"])?;
        Some(peer)
    }

    /// The folder of its socket.
    pub fn socket(&self) -> &Path {
        self.folder.path()
    }

    fn data(&self) -> String {
        self.folder.path().join("data").to_string_lossy().into_owned()
    }

    /// It refuses to be run by root.
    fn as_postgres(&self, program: &str, arguments: &[&str]) -> Option<()> {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(self.bin.join(program)).args(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok().filter(std::process::ExitStatus::success).map(drop)
    }

    fn psql(&self, sql: &str) -> Command {
        let mut command = Command::new(self.bin.join("psql"));
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "postgres", "-q", "-c", sql]);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.as_postgres("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
    }
}

/// PostgreSQL's own way in for bulk, as a ceiling; absent where it is not installed.
pub struct Copied(Cluster);

impl Copied {
    pub fn start() -> Option<Self> {
        Cluster::start("").map(Self)
    }

    /// Copies so many rows; returns rows a second.
    pub fn run(&self, rows: usize) -> Outcome<f64> {
        let create = "DROP TABLE IF EXISTS reading; CREATE TABLE reading (meter int, t bigint, register bigint, flow bigint, PRIMARY KEY (meter, t))";
        self.0.psql(create).status()?;
        let mut lines = String::new();
        for row in 0..rows {
            lines.push_str(&format!("{}\t{}\t{}\t600\n", row % CONNECTIONS, row / CONNECTIONS, row));
        }
        let started = Instant::now();
        let mut copy = self.0.psql("COPY reading FROM STDIN").stdin(Stdio::piped()).spawn()?;
        if let Some(mut input) = copy.stdin.take() {
            input.write_all(lines.as_bytes())?;
        }
        copy.wait()?;
        Ok(rows as f64 / started.elapsed().as_secs_f64())
    }
}
