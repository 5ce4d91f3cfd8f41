//! PouchDB ↔ pouchdb-server, both from npm, both on LevelDB on disk.

use super::super::peers::{Ends, free_port, listening};
use super::super::{Outcome, results};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The versions that were current, and still install.
const PACKAGES: [&str; 2] = ["pouchdb-server@4.2.0", "pouchdb@9.0.0"];

/// pouchdb-server with rows in it.
pub struct Pouch {
    _child: Ends,
    folder: tempfile::TempDir,
    modules: PathBuf,
    url: String,
}

#[derive(Deserialize)]
struct Pulled {
    rows: usize,
    ms: f64,
}

impl Pouch {
    /// Starts it and puts so many rows into it.
    pub async fn start(rows: usize) -> Outcome<Self> {
        let modules = install()?;
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let data = folder.path().join("server");
        std::fs::create_dir_all(&data)?;
        let mut server = Command::new(modules.join(".bin/pouchdb-server"));
        server.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--no-stdout-logs", "--dir"]).arg(&data);
        let child = Ends(server.current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        listening(port).await?;
        let peer = Self { _child: child, folder, modules, url: format!("http://127.0.0.1:{port}/rows") };
        peer.node("fill", &rows.to_string())?;
        Ok(peer)
    }

    fn node(&self, work: &str, argument: &str) -> Outcome<Vec<u8>> {
        let script = self.folder.path().join("pouch.js");
        std::fs::write(&script, include_str!("pouch.js"))?;
        let mut node = Command::new("node");
        node.arg(script).args([work, &self.url, argument]).env("NODE_PATH", &self.modules);
        let output = node.stderr(Stdio::inherit()).output()?;
        if output.status.success() { Ok(output.stdout) } else { Err(format!("node {work}: {}", output.status).into()) }
    }

    /// Replicates everything into an empty database; returns rows a second.
    pub fn pull(&self, rows: usize) -> Outcome<f64> {
        let near = tempfile::tempdir_in(self.folder.path())?;
        let pulled: Pulled = serde_json::from_slice(&self.node("pull", &near.path().join("near").to_string_lossy())?)?;
        if pulled.rows != rows {
            return Err(format!("PouchDB has {} rows of {rows}", pulled.rows).into());
        }
        Ok(pulled.rows as f64 / pulled.ms * 1_000.0)
    }
}

fn install() -> Outcome<PathBuf> {
    let folder = results()?.join("npm");
    let modules = folder.join("node_modules");
    let there = |name: &str| Path::new(&modules).join(name).exists();
    if !(there("pouchdb-server") && there("pouchdb")) {
        std::fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]).arg(&folder).args(PACKAGES);
        if !npm.stdout(Stdio::null()).status()?.success() {
            return Err("npm could not install PouchDB".into());
        }
    }
    Ok(modules)
}
