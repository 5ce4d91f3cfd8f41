//! The demo's parts: its utility, the stand-in of the payment gateway, the server, and the past.

use crate::process::{Outcome, keep, program, root, run};
use crate::progress::step;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// Makes the demo's utility in a folder, unless it is there; returns its plan and the password of its accounts.
pub fn utility(data: &Path) -> Outcome<(PathBuf, String)> {
    let plan = data.join("demo.json");
    if !plan.exists() {
        step("making the demo utility", |_| run(Command::new(program("simulators")).arg("demo").arg("--data").arg(data)))?;
    }
    let demo: serde_json::Value = serde_json::from_slice(&std::fs::read(&plan)?)?;
    let password = demo["password"].as_str().ok_or("the demo's plan has no password")?.to_owned();
    Ok((plan, password))
}

/// Where the gateway's key is taken from.
const KEY: &str = "INDOWATER_PAYMENTS_SERVER_KEY";

/// The key of the stand-in: it opens nothing else.
const DEMO_KEY: &str = "SB-Mid-server-simulasi";

/// Starts the stand-in of the payment gateway, unless a key of a real one is set; returns where it listens.
pub fn start_gateway() -> Outcome<Option<String>> {
    if std::env::var_os(KEY).is_some() {
        println!("payments   by the gateway that {KEY} is for");
        return Ok(None);
    }
    let mut gateway = Command::new(program("simulators"));
    gateway.args(["payments", "--listen", "127.0.0.1:0"]).env(KEY, DEMO_KEY).stdout(Stdio::piped());
    let mut gateway = gateway.current_dir(root()).spawn()?;
    let mut lines = gateway.stdout.take().map(BufReader::new);
    keep(gateway);
    let url = format!("http://{}", value(&mut lines, "http")?);
    println!("payments   {url}  (SIMULASI: a stand-in, no real money)");
    Ok(Some(url))
}

/// Starts the server over a folder; returns its addresses for HTTP and MQTT.
pub fn start_server(data: &Path, port: u16, gateway: Option<&str>) -> Outcome<(String, String)> {
    let mut server = Command::new(program("sync-server"));
    if let Some(url) = gateway {
        server.env(KEY, DEMO_KEY).env("INDOWATER_PAYMENTS_SERVICE", url);
    }
    // The demo customer has a webhook, whose receiver there is none of.
    server.env("INDOWATER_WEBHOOK_ENABLED", "true");
    server.arg("serve").arg("--data").arg(data).arg("--http").arg(format!("127.0.0.1:{port}")).args(["--mqtt", "127.0.0.1:0"]);
    let mut server = server.env("RUST_LOG", "warn").stdout(Stdio::piped()).current_dir(root()).spawn()?;
    let mut lines = server.stdout.take().map(BufReader::new);
    keep(server);
    Ok((value(&mut lines, "http")?, value(&mut lines, "mqtt")?))
}

/// The rest of the next line that begins with `name`.
pub fn value(lines: &mut Option<BufReader<ChildStdout>>, name: &str) -> Outcome<String> {
    let mut line = String::new();
    if let Some(lines) = lines {
        lines.read_line(&mut line)?;
    }
    let rest = line.trim().strip_prefix(name).map(|rest| rest.trim().to_owned());
    rest.ok_or_else(|| "a program ended before it was there; what it said is above".into())
}

/// The past up to now: all of it in the first run, what came since in a later one.
pub fn bring_history(folder: &Path, plan: &Path, http: &str) -> Outcome {
    let mark = folder.join("history-until");
    let since = std::fs::read_to_string(&mark).unwrap_or_else(|_| "0".into());
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    step("bringing the demo's history in, 14 months of it in the first run", |_| {
        let mut history = Command::new(program("simulators"));
        history
            .arg("history")
            .arg("--server")
            .arg(format!("http://{http}"))
            .arg("--plan")
            .arg(plan)
            .arg("--since")
            .arg(since.trim());
        run(&mut history)
    })?;
    Ok(std::fs::write(mark, now.to_string())?)
}
