//! `run` and `dev`: server, demo, meters and app, each with a line when it is there, all ended together.

use crate::process::{Outcome, any_ended, build_programs, cargo, end_all, keep, root, run as run_program, step, target};
use crate::{setup, ui};
use serde::Deserialize;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What `run` and `dev` take.
#[derive(clap::Args)]
pub struct Options {
    /// In a browser, even where there is a display
    #[arg(long)]
    browser: bool,
    /// Who is signed in: admin, technician or customer
    #[arg(long, default_value = "customer")]
    role: String,
    /// Port of the server; 0 takes any free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Forget the demo of earlier runs
    #[arg(long)]
    fresh: bool,
}

#[derive(Deserialize)]
struct Demo {
    password: String,
}

/// Runs the demo until Ctrl-C, or until the window is closed.
pub fn run(options: &Options) -> Outcome {
    let window = !options.browser && has_display();
    setup::setup()?;
    ui::build(false)?;
    build(window)?;
    let stop = start(options, window)?;
    while !stop.load(Ordering::Relaxed) && !any_ended() {
        std::thread::sleep(Duration::from_millis(200));
    }
    println!("ending");
    end_all();
    Ok(())
}

/// The same in a browser; builds the screens again when a source file of theirs changes.
pub fn dev(options: &Options) -> Outcome {
    setup::setup()?;
    ui::build(false)?;
    build(false)?;
    let stop = start(options, false)?;
    let folders = ["ui/src", "domain/src", "protocol/src", "assets"].map(|name| root().join(name));
    let mut seen = newest(&folders);
    while !stop.load(Ordering::Relaxed) && !any_ended() {
        std::thread::sleep(Duration::from_millis(500));
        let now = newest(&folders);
        if now > seen {
            seen = now;
            match ui::build(false) {
                Ok(()) => println!("built: reload the page"),
                Err(error) => println!("not built: {error}"),
            }
        }
    }
    end_all();
    Ok(())
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY") || cfg!(any(windows, target_os = "macos"))
}

fn build(window: bool) -> Outcome {
    build_programs()?;
    if window {
        step("building the app", || cargo(&["build", "-q", "-p", "indowater", "--features", "custom-protocol"]))?;
    }
    Ok(())
}

fn program(name: &str) -> PathBuf {
    target().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn start(options: &Options, window: bool) -> Outcome<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    ctrlc::set_handler(move || told.store(true, Ordering::Relaxed))?;
    let outcome = start_all(options, window);
    if outcome.is_err() {
        end_all();
    }
    outcome.map(|()| stop)
}

fn start_all(options: &Options, window: bool) -> Outcome {
    let folder = target().join("demo");
    if options.fresh && folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let data = folder.join("server");
    let plan = data.join("demo.json");
    if !plan.exists() {
        step("making the demo utility", || {
            run_program(Command::new(program("sync-server")).arg("demo").arg("--data").arg(&data))
        })?;
    }
    let demo: Demo = serde_json::from_slice(&std::fs::read(&plan)?)?;
    let gateway = start_gateway()?;
    let (http, mqtt) = start_server(&data, options.port, gateway.as_deref())?;
    println!("server     http://{http}  (MQTT {mqtt}, API http://{http}/openapi.json)");
    bring_history(&folder, &plan, &http)?;
    let mut meters = Command::new(program("simulators"));
    meters.arg("live").arg("--mqtt").arg(&mqtt).arg("--plan").arg(&plan).args([
        "--silent",
        "29",
        "--reboot",
        "17",
        "--duplicate",
        "40",
    ]);
    keep(meters.current_dir(root()).spawn()?);
    println!("meters     300, over MQTT");
    let email = format!("{}@indowater.example", options.role);
    println!("accounts   admin@, technician@, customer@indowater.example, password {}", demo.password);
    let sign_in = format!("{email}:{}", demo.password);
    if window {
        let mut app = Command::new(program("indowater"));
        app.env("INDOWATER_SERVER", format!("http://{http}"));
        app.env("INDOWATER_DATA_DIR", folder.join("app")).env("INDOWATER_SIGN_IN", sign_in);
        keep(app.current_dir(root()).spawn()?);
        println!("app        in its window, signed in as {email}");
    } else {
        let mut host = Command::new(program("browser-host"));
        host.arg("--server")
            .arg(format!("http://{http}"))
            .arg("--data")
            .arg(folder.join("browser"))
            .arg("--dist")
            .arg(root().join("ui/dist"));
        let mut host = host.env("INDOWATER_SIGN_IN", sign_in).stdout(Stdio::piped()).current_dir(root()).spawn()?;
        let lines = host.stdout.take();
        keep(host);
        println!("app        {}, signed in as {email}", value(&mut lines.map(BufReader::new), "open")?);
    }
    println!("Ctrl-C ends it all");
    Ok(())
}

/// Where the gateway's key is taken from.
const KEY: &str = "INDOWATER_PAYMENTS_SERVER_KEY";

/// The key of the stand-in: it opens nothing else.
const DEMO_KEY: &str = "SB-Mid-server-simulasi";

/// Starts the stand-in of the payment gateway, unless a key of a real one is set; returns where it listens.
fn start_gateway() -> Outcome<Option<String>> {
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

fn start_server(data: &Path, port: u16, gateway: Option<&str>) -> Outcome<(String, String)> {
    let mut server = Command::new(program("sync-server"));
    if let Some(url) = gateway {
        server.env(KEY, DEMO_KEY).env("INDOWATER_PAYMENTS_SERVICE", url);
    }
    server.arg("serve").arg("--data").arg(data).arg("--http").arg(format!("127.0.0.1:{port}")).args(["--mqtt", "127.0.0.1:0"]);
    let mut server = server.env("RUST_LOG", "warn").stdout(Stdio::piped()).current_dir(root()).spawn()?;
    let mut lines = server.stdout.take().map(BufReader::new);
    keep(server);
    Ok((value(&mut lines, "http")?, value(&mut lines, "mqtt")?))
}

/// The rest of the next line that begins with `name`.
fn value(lines: &mut Option<BufReader<ChildStdout>>, name: &str) -> Outcome<String> {
    let mut line = String::new();
    if let Some(lines) = lines {
        lines.read_line(&mut line)?;
    }
    let rest = line.trim().strip_prefix(name).map(|rest| rest.trim().to_owned());
    rest.ok_or_else(|| "a program ended before it was there; what it said is above".into())
}

/// The past up to now: all of it in the first run, what came since in a later one.
fn bring_history(folder: &Path, plan: &Path, http: &str) -> Outcome {
    let mark = folder.join("history-until");
    let since = std::fs::read_to_string(&mark).unwrap_or_else(|_| "0".into());
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    step("bringing the demo's history in, 14 months of it in the first run", || {
        let mut history = Command::new(program("simulators"));
        history
            .arg("history")
            .arg("--server")
            .arg(format!("http://{http}"))
            .arg("--plan")
            .arg(plan)
            .arg("--since")
            .arg(since.trim());
        run_program(&mut history)
    })?;
    Ok(std::fs::write(mark, now.to_string())?)
}

fn newest(folders: &[PathBuf]) -> SystemTime {
    let mut newest = UNIX_EPOCH;
    let mut open = folders.to_vec();
    while let Some(folder) = open.pop() {
        for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = file.path();
            if path.is_dir() && !path.ends_with("node_modules") {
                open.push(path);
            } else if let Ok(changed) = file.metadata().and_then(|metadata| metadata.modified()) {
                newest = newest.max(changed);
            }
        }
    }
    newest
}
