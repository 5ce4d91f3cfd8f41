//! Cargo: what is built together, and building with a line of how many crates are done of all.

use crate::process::{Outcome, build_runs, output, root};
use crate::progress::{Progress, quiet_step};
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Everything but the screens, which another compiler may build, and the tasks. Always the same selection, of which `--bin` and `--test`
/// choose: with another one cargo would choose other features of shared libraries, and build those again.
pub const PROGRAMS: [&str; 5] = ["--workspace", "--exclude", "ui", "--exclude", "xtask"];

/// Whether clippy compiles the project's own crates, for tests as well. Then lint and the tests share every build, and libraries are
/// compiled once instead of once more for lint (`.ci/run`; adr/0016).
pub fn is_linted() -> bool {
    std::env::var_os("INDOWATER_LINTED").is_some()
}

/// A command of cargo that compiles.
pub fn compiling(name: &str) -> Command {
    let mut command = Command::new("cargo");
    command.arg(name);
    if is_linted() {
        let folder = PathBuf::from(output(Command::new("rustc").args(["--print", "sysroot"])));
        command.env("RUSTC_WORKSPACE_WRAPPER", folder.join("bin/clippy-driver"));
    }
    command
}

/// One cargo command whose crates are counted.
pub struct Build {
    what: String,
    command: Command,
    /// What goes behind `--`.
    rest: Vec<&'static str>,
}

impl Build {
    /// Of a cargo command that takes `--message-format`: `build`, `check`, `test --no-run`.
    pub fn new(what: &str, mut command: Command) -> Self {
        command.args(["--quiet", "--message-format", "json-render-diagnostics"]).current_dir(root());
        if std::io::stderr().is_terminal() {
            command.env("CARGO_TERM_COLOR", "always");
        }
        Self { what: what.into(), command, rest: Vec::new() }
    }

    /// With findings of clippy as errors.
    pub fn strict(mut self) -> Self {
        self.rest = vec!["--", "-D", "warnings"];
        self
    }

    /// The same for release.
    pub fn released(mut self) -> Self {
        self.command.arg("--release");
        self
    }

    /// The same with a feature.
    pub fn with_feature(mut self, name: &str) -> Self {
        self.command.args(["--features", name]);
        self
    }

    /// The same by one process at a time, for what nobody waits for.
    pub fn gently(mut self) -> Self {
        self.command.args(["--jobs", "1"]);
        self
    }
}

/// Some of the programs.
pub fn programs(names: &[&str]) -> Build {
    let mut command = compiling("build");
    command.args(PROGRAMS);
    for name in names {
        command.args(["--bin", name]);
    }
    Build::new("programs", command)
}

/// A tool of the tests crate, which tests do not need.
pub fn tool(name: &str) -> Build {
    tools(&[name], name)
}

fn tools(names: &[&str], what: &str) -> Build {
    let mut command = compiling("build");
    command.args(PROGRAMS).args(["--features", "tests/tools"]);
    for name in names {
        command.args(["--bin", name]);
    }
    Build::new(what, command)
}

/// All tools of the tests crate.
pub fn all_tools() -> Build {
    tools(&["bench", "fixtures", "import", "shots", "sim", "workbook"], "tools")
}

/// The benchmarks, and the program of one of them.
pub fn benchmarks() -> Build {
    tools(&["bench", "workbook"], "benchmarks")
}

/// The app, as it is without a server of its own for the screens.
pub fn app() -> Build {
    let mut command = compiling("build");
    command.args(PROGRAMS).args(["--features", "indowater/custom-protocol", "--bin", "indowater"]);
    Build::new("app", command)
}

/// Builds, at the same time, what does not wait for one another.
pub fn build(name: &str, builds: Vec<Build>) -> Outcome {
    warnings_of(name, builds).map(drop)
}

/// The same; returns how many warnings there were, those of earlier builds that cargo repeats among them.
pub fn warnings_of(name: &str, builds: Vec<Build>) -> Outcome<usize> {
    quiet_step(name, |progress| {
        progress.state("fetching what is missing".into());
        let mut counted: Vec<Counted> = builds.into_iter().map(Counted::new).collect();
        build_all(&mut counted, progress)?;
        Ok(counted.iter().map(|counted| counted.warnings.load(Ordering::Relaxed)).sum())
    })
}

struct Counted {
    build: Build,
    done: AtomicUsize,
    of: AtomicUsize,
    warnings: AtomicUsize,
}

impl Counted {
    fn new(build: Build) -> Self {
        let of = AtomicUsize::new(crates_of(&build.command));
        Self { build, done: AtomicUsize::new(0), of, warnings: AtomicUsize::new(0) }
    }

    fn state(&self) -> String {
        let (done, of) = (self.done.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed));
        if of == 0 { format!("{} {done} crates", self.build.what) } else { format!("{} {done} of {of} crates", self.build.what) }
    }
}

fn build_all(counted: &mut [Counted], progress: &Progress) -> Outcome {
    let mut children = Vec::new();
    for counted in counted.iter_mut() {
        let command = &mut counted.build.command;
        let child = command.args(&counted.build.rest).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.map_err(|error| format!("{:?}: {error}", command.get_program()))?;
        build_runs(child.id(), true);
        children.push(child);
    }
    let counted = &*counted;
    let ids: Vec<u32> = children.iter().map(Child::id).collect();
    let over = &AtomicBool::new(false);
    std::thread::scope(|scope| {
        for (counted, child) in counted.iter().zip(&mut children) {
            let (out, errors) = (child.stdout.take(), child.stderr.take());
            scope.spawn(move || count(out, &counted.done));
            scope.spawn(move || relay(errors, progress, &counted.warnings));
        }
        scope.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                progress.state(counted.iter().map(Counted::state).collect::<Vec<_>>().join(", "));
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        let outcome = wait(&mut children, counted);
        ids.iter().for_each(|id| build_runs(*id, false));
        over.store(true, Ordering::Relaxed);
        outcome
    })
}

/// Waits for all; ends the others when one fails.
fn wait(children: &mut [Child], counted: &[Counted]) -> Outcome {
    let mut running = true;
    while running {
        running = false;
        for at in 0..children.len() {
            let Some(status) = children[at].try_wait()? else {
                running = true;
                continue;
            };
            if !status.success() {
                for child in &mut *children {
                    let _ = child.kill();
                    let _ = child.wait();
                }
                return Err(format!("{}: not built, cargo ended with {status}", counted[at].build.what).into());
            }
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    Ok(())
}

fn count(messages: Option<impl Read>, done: &AtomicUsize) {
    for line in messages.into_iter().flat_map(|messages| BufReader::new(messages).lines()).map_while(Result::ok) {
        if line.starts_with(r#"{"reason":"compiler-artifact""#) {
            done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn relay(errors: Option<impl Read>, progress: &Progress, warnings: &AtomicUsize) {
    for line in errors.into_iter().flat_map(|errors| BufReader::new(errors).lines()).map_while(Result::ok) {
        if line.starts_with("warning: ") {
            warnings.fetch_add(1, Ordering::Relaxed);
        }
        progress.print(&line, true);
    }
}

/// How many crates a command has to do with, those that are built already among them; 0 if cargo does not tell. It tells by an option
/// that is not stable yet; nothing is built with it, and nothing but this number depends on it.
fn crates_of(command: &Command) -> usize {
    let mut asked = copy(command);
    let graph = asked.args(["--unit-graph", "-Zunstable-options"]).env("RUSTC_BOOTSTRAP", "1").stderr(Stdio::null()).output();
    let graph = graph.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let count = |mode: &str| graph.matches(mode).count();
    count(r#""mode":""#) - count(r#""mode":"run-custom-build""#)
}

fn copy(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    copy.args(command.get_args()).current_dir(root());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => copy.env(name, value),
            None => copy.env_remove(name),
        };
    }
    copy
}
