//! `run` and `dev`: server, demo, meters and app, each with a line when it is there, all ended together.

use crate::cargo::{app, build, programs};
use crate::demo::{bring_history, start_gateway, start_server, utility, value};
use crate::process::{Outcome, any_ended, end_all, keep, program, root, target};
use crate::{setup, ui};
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};
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

/// Runs the demo until Ctrl-C, or until the window is closed.
pub fn run(options: &Options) -> Outcome {
    let window = !options.browser && has_display();
    setup::for_screens(window)?;
    build_all(window)?;
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
    setup::for_screens(false)?;
    build_all(false)?;
    let stop = start(options, false)?;
    let folders = ["ui/src", "domain/src", "protocol/src", "assets"].map(|name| root().join(name));
    let mut seen = newest(&folders);
    while !stop.load(Ordering::Relaxed) && !any_ended() {
        std::thread::sleep(Duration::from_millis(500));
        let now = newest(&folders);
        if now > seen {
            seen = now;
            match ui::build_with(false, &[]) {
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

fn build_all(window: bool) -> Outcome {
    let host: &[&str] = if window { &[] } else { &["browser-host"] };
    ui::build_with(false, &[&["sync-server", "simulators"], host].concat())?;
    // After the screens, which it embeds.
    if window { build("building the app", vec![app()]) } else { Ok(()) }
}

/// The browser's host has receipts made by a program whose typesetter takes minutes to compile: nobody waits for it with the first
/// page, it is built while the demo runs already.
fn build_receipts() {
    std::thread::spawn(|| match build("building the receipts, while you look around", vec![programs(&["receipts"]).gently()]) {
        Ok(()) => println!("receipts   can be made"),
        Err(error) => println!("receipts   cannot be made: {error}"),
    });
}

fn start(options: &Options, window: bool) -> Outcome<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    ctrlc::set_handler(move || stopping.store(true, Ordering::Relaxed))?;
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
    let (plan, password) = utility(&data)?;
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
        "--controls",
        "0",
    ]);
    let mut meters = meters.stdout(Stdio::piped()).current_dir(root()).spawn()?;
    let lines = meters.stdout.take();
    keep(meters);
    let controls = value(&mut lines.map(BufReader::new), "controls")?;
    println!("meters     300, over MQTT");
    println!("controls   {controls}  (leaks, tampering, batteries, silence, clocks)");
    let email = format!("{}@indowater.example", options.role);
    println!("accounts   admin@, technician@, customer@indowater.example, password {}", password);
    let sign_in = format!("{email}:{}", password);
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
    if !window {
        build_receipts();
    }
    Ok(())
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
