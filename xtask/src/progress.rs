//! Signs of work: no task is silent for more than a few seconds, on a terminal and in a log.

use crate::process::Outcome;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Between two lines where lines cannot be rewritten.
const SPOKEN: Duration = Duration::from_secs(8);

/// Between two states of a line that is rewritten.
const REWRITTEN: Duration = Duration::from_millis(500);

/// A line that tells how far a step is, until it is dropped.
pub struct Progress {
    shared: Arc<Shared>,
    ticker: Option<JoinHandle<()>>,
}

struct Shared {
    name: String,
    started: Instant,
    /// Whether the line is rewritten in place.
    rewrites: bool,
    over: AtomicBool,
    line: Mutex<Line>,
}

struct Line {
    /// What is written behind the name.
    state: String,
    /// When something was written last.
    written: Instant,
    /// Whether the terminal shows the line now.
    shown: bool,
}

impl Progress {
    /// For a step that writes nothing else.
    pub fn alone(name: &str) -> Self {
        Self::start(name, std::io::stdout().is_terminal())
    }

    /// For a step whose programs write on the terminal by themselves: a line now and then, none is rewritten.
    pub fn among_others(name: &str) -> Self {
        Self::start(name, false)
    }

    fn start(name: &str, rewrites: bool) -> Self {
        let line = Mutex::new(Line { state: String::new(), written: Instant::now(), shown: false });
        let shared =
            Arc::new(Shared { name: name.into(), started: Instant::now(), rewrites, over: AtomicBool::new(false), line });
        let ticking = Arc::clone(&shared);
        let ticker = std::thread::spawn(move || ticking.tick());
        Self { shared, ticker: Some(ticker) }
    }

    /// Changes what is written behind the name.
    pub fn state(&self, state: String) {
        self.shared.line().state = state;
    }

    /// Writes a whole line of something else to standard output, or to standard error.
    pub fn print(&self, text: &str, to_errors: bool) {
        let mut line = self.shared.line();
        self.shared.clear(&mut line);
        if to_errors {
            let _ = writeln!(std::io::stderr(), "{text}");
        } else {
            let _ = writeln!(std::io::stdout(), "{text}");
        }
        line.written = Instant::now();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        if let Some(ticker) = self.ticker.take() {
            ticker.thread().unpark();
            let _ = ticker.join();
        }
        self.shared.clear(&mut self.shared.line());
    }
}

impl Shared {
    fn line(&self) -> std::sync::MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self) {
        while !self.over.load(Ordering::Relaxed) {
            std::thread::park_timeout(REWRITTEN);
            let mut line = self.line();
            let due = if self.rewrites { REWRITTEN } else { SPOKEN };
            if self.over.load(Ordering::Relaxed) || line.written.elapsed() < due {
                continue;
            }
            let state = if line.state.is_empty() { String::new() } else { format!("{}, ", line.state) };
            let text = format!("{}: {state}{}", self.name, elapsed(self.started.elapsed()));
            let mut out = std::io::stdout();
            let _ = if self.rewrites { write!(out, "\r\x1b[2K{text}") } else { writeln!(out, "{text}") };
            let _ = out.flush();
            line.written = Instant::now();
            line.shown = self.rewrites;
        }
    }

    fn clear(&self, line: &mut Line) {
        if std::mem::take(&mut line.shown) {
            let _ = write!(std::io::stdout(), "\r\x1b[2K");
            let _ = std::io::stdout().flush();
        }
    }
}

/// A duration as a person says it.
pub fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {:02} s", seconds / 60, seconds % 60) }
}

/// Does a step, names it, and says how long it took if that was more than a second.
pub fn step<T>(name: &str, work: impl FnOnce(&Progress) -> Outcome<T>) -> Outcome<T> {
    done(name, Progress::among_others(name), work)
}

/// The same for a step that writes nothing else.
pub fn quiet_step<T>(name: &str, work: impl FnOnce(&Progress) -> Outcome<T>) -> Outcome<T> {
    done(name, Progress::alone(name), work)
}

fn done<T>(name: &str, progress: Progress, work: impl FnOnce(&Progress) -> Outcome<T>) -> Outcome<T> {
    let started = Instant::now();
    println!("{name} …");
    let outcome = work(&progress);
    drop(progress);
    let outcome = outcome?;
    if started.elapsed() > Duration::from_secs(1) {
        println!("{name}: {}", elapsed(started.elapsed()));
    }
    Ok(outcome)
}
