//! The demo utility with its history, served by the release build, for what is measured of its screens.

use super::Outcome;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tests::world::program;

/// The demo with its history, served by the release build. The server ends with it.
pub struct Demo {
    server: Child,
    /// `http://…`.
    pub url: String,
    /// By which all its users sign in.
    pub password: String,
    /// Its folder, with room for devices.
    pub folder: tempfile::TempDir,
}

impl Demo {
    /// Makes it, starts its server, and sends its history.
    pub fn start() -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("server");
        let done = |command: &mut Command| match command.stdout(Stdio::null()).status() {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("{:?}: {other:?}", command.get_program())),
        };
        done(Command::new(program("simulators")).arg("demo").arg("--data").arg(&data))?;
        let mut server = Command::new(program("sync-server"));
        server.arg("serve").arg("--data").arg(&data).args(["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"]);
        let mut server = server.env("RUST_LOG", "error").stdout(Stdio::piped()).spawn()?;
        let out = server.stdout.take().ok_or("the server says nothing")?;
        // Both its lines: a pipe that nobody reads would end it at the second.
        let lines = BufReader::new(out).lines().take(2).collect::<Result<Vec<_>, _>>()?;
        let line = lines.first().ok_or("the server said nothing")?;
        let url = format!("http://{}", line.trim_start_matches("http").trim());
        let plan = data.join("demo.json");
        done(Command::new(program("simulators")).arg("history").arg("--server").arg(&url).arg("--plan").arg(&plan))?;
        let plan: serde_json::Value = serde_json::from_slice(&std::fs::read(plan)?)?;
        let password = plan["password"].as_str().ok_or("the plan has no password")?.to_owned();
        Ok(Self { server, url, password, folder })
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
