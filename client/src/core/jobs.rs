//! Long jobs: one of imports and batches, and one of exports, at a time on a device. Each says how far it is and can be stopped.

use crate::core::shared::lock;
use protocol::ui::imports::Job;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The folder of imports, in that of a device's files.
pub const FOLDER: &str = "imports";

/// Deletes what a device holds of imports: whoever signs out leaves none of it behind, finished or not.
///
/// # Errors
/// A file cannot be deleted.
pub fn remove_files(data: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(data.join(FOLDER)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The jobs of a client.
#[derive(Default)]
pub struct Jobs {
    running: Mutex<Option<Running>>,
    stop: AtomicBool,
}

struct Running {
    import: Uuid,
    job: Job,
    began: Instant,
    total: u32,
}

/// A job that runs; when it is dropped, the next can begin.
pub struct Turn<'a>(&'a Jobs);

impl Jobs {
    /// Begins a job of `total` rows, where that is known; `None` while another one runs.
    pub fn begin(&self, import: Uuid, total: u32) -> Option<Turn<'_>> {
        let mut running = lock(&self.running);
        if running.is_some() {
            return None;
        }
        self.stop.store(false, Ordering::Relaxed);
        let job = Job { done: 0, rows: 0, rate: 0, left_ms: None };
        *running = Some(Running { import, job, began: Instant::now(), total });
        Some(Turn(self))
    }

    /// How far the job of an import is.
    pub fn of(&self, import: Uuid) -> Option<Job> {
        lock(&self.running).as_ref().filter(|running| running.import == import).map(|running| running.job)
    }

    /// Whether any job runs.
    pub fn is_running(&self) -> bool {
        lock(&self.running).is_some()
    }

    /// Stops whatever runs.
    pub fn stop_all(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Stops the job of an import, if one runs.
    pub fn stop(&self, import: Uuid) {
        if self.of(import).is_some() {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

impl Turn<'_> {
    /// Notes that some rows are done; says whether to go on.
    pub fn note(&self, rows: u32) -> ControlFlow<()> {
        if let Some(running) = lock(&self.0.running).as_mut() {
            let ms = u64::try_from(running.began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
            let rate = u64::from(rows) * 1_000 / ms;
            let left = u64::from(running.total.saturating_sub(rows));
            running.job = Job {
                done: if running.total == 0 {
                    0
                } else {
                    (u64::from(rows.min(running.total)) * 1_000 / u64::from(running.total)) as u16
                },
                rows,
                rate: u32::try_from(rate).unwrap_or(u32::MAX),
                left_ms: (running.total > 0 && rate > 0).then(|| i64::try_from(left * 1_000 / rate).unwrap_or(i64::MAX)),
            };
        }
        if self.0.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *lock(&self.0.running) = None;
    }
}

/// Keeps the page from being asked to read more often than it can be seen.
#[derive(Default)]
pub struct Pace(Option<Instant>);

/// Between two.
const EVERY: Duration = Duration::from_millis(250);

impl Pace {
    /// Whether it is time for the page to read again.
    pub fn is_due(&mut self) -> bool {
        let is_due = self.0.is_none_or(|last| last.elapsed() >= EVERY);
        if is_due {
            self.0 = Some(Instant::now());
        }
        is_due
    }
}
