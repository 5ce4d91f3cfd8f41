//! Running other programs from the project's root: to their end, or kept until this one ends.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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

/// Where a program of ours is after a dev build.
pub fn program(name: &str) -> PathBuf {
    target().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.current_dir(root()).status().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
    if status.success() { Ok(()) } else { Err(format!("{:?} ended with {status}", command.get_program()).into()) }
}

/// Runs a program to its end with what it writes in a log file; a failure tells its last lines and where the rest is.
pub fn run_logged(command: &mut Command, log: &str) -> Outcome {
    let folder = target().join("logs");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{log}.log"));
    let mut file = std::fs::File::options().create(true).append(true).open(&path)?;
    writeln!(file, "{command:?}")?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    run(command).map_err(|error| {
        let text = std::fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines[lines.len().saturating_sub(8)..].join("\n");
        format!("{last}\n{error}; all it wrote is in {}", path.display()).into()
    })
}

/// Runs a program and gives what it printed; empty if it failed.
pub fn output(command: &mut Command) -> String {
    match command.current_dir(root()).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        _ => String::new(),
    }
}

static CHILDREN: Mutex<Vec<Child>> = Mutex::new(Vec::new());

/// Keeps a child to be ended with this program.
pub fn keep(child: Child) {
    CHILDREN.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(child);
}

static BUILDS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Names a build that another thread waits for, so that it ends with this program; or says that it has ended.
pub fn build_runs(id: u32, runs: bool) {
    let mut builds = BUILDS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if runs { builds.push(id) } else { builds.retain(|one| *one != id) }
}

/// Ends every kept child, the last one first: gently, then not. Builds get a signal to end.
pub fn end_all() {
    for id in BUILDS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).drain(..) {
        let _ = Command::new("kill").arg(id.to_string()).status();
    }
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
