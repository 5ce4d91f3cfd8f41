//! Running other programs: from the project's root, with their words on the terminal, ended when this one ends.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What a task comes to.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The project's root. As cargo tells it to what it runs, not as it was when this was compiled: two checkouts may share a target folder.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).parent().map(Path::to_owned).unwrap_or_default()
}

/// The folder of what is built.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.current_dir(root()).status().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
    if status.success() { Ok(()) } else { Err(format!("{:?} ended with {status}", command.get_program()).into()) }
}

/// Runs cargo to its end.
pub fn cargo(arguments: &[&str]) -> Outcome {
    run(Command::new("cargo").args(arguments))
}

/// Everything but the app and the screens, which are built each in their own way. Always the same selection: with another one cargo
/// would choose other features of shared libraries, and build those again.
pub const PROGRAMS: [&str; 5] = ["--workspace", "--exclude", "ui", "--exclude", "indowater"];

/// Builds the programs.
pub fn build_programs() -> Outcome {
    step("building the programs", || cargo(&[&["build", "-q"], PROGRAMS.as_slice()].concat()))
}

/// Runs a program and gives what it printed; empty if it failed.
pub fn output(command: &mut Command) -> String {
    match command.current_dir(root()).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => String::new(),
    }
}

/// Does a step, and says how long it took if that was more than a second.
pub fn step<T>(name: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let started = Instant::now();
    println!("{name} …");
    let outcome = work()?;
    if started.elapsed() > Duration::from_secs(1) {
        println!("{name}: {:.0} s", started.elapsed().as_secs_f64());
    }
    Ok(outcome)
}

static CHILDREN: Mutex<Vec<Child>> = Mutex::new(Vec::new());

/// Keeps a child to be ended with this program.
pub fn keep(child: Child) {
    CHILDREN.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(child);
}

/// Ends every kept child, the last one first: gently, then not.
pub fn end_all() {
    let mut children = CHILDREN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    while let Some(mut child) = children.pop() {
        let _ = Command::new("kill").arg(child.id().to_string()).status();
        let until = Instant::now() + Duration::from_secs(8);
        while Instant::now() < until && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Whether some kept child has ended by itself.
pub fn any_ended() -> bool {
    let mut children = CHILDREN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    children.iter_mut().any(|child| matches!(child.try_wait(), Ok(Some(_))))
}
