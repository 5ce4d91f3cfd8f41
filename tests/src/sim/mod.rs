//! The deterministic simulation of sync (sync.md, What the simulation must show): one seed, one schedule, the real stores of both ends in
//! real files, the machine of `engine::device`, and a network that loses, doubles, reorders and cuts. Time is a number.

mod beginning;
pub mod cases;
pub mod checks;
pub mod device;
pub mod exchange;
pub mod field;
pub mod imports;
mod met;
mod misfortune;
pub mod model;
mod office;
pub mod people;
pub mod pictures;
pub mod report;
pub mod runs;
pub mod sabotage;
pub mod schedule;
pub mod server;
mod storage;
mod stored;
pub mod swaps;
pub mod templates;
pub mod tips;
pub mod views;
pub mod work;
pub mod world;

use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

pub use report::Report;
pub use sabotage::Sabotage;
pub use schedule::{Schedule, Step};

/// A promise that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub String);

/// How often each fault and each check was hit.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// By name of the fault.
    pub faults: BTreeMap<&'static str, u64>,
    /// By name of the check.
    pub checks: BTreeMap<&'static str, u64>,
}

/// Counts one.
pub fn seen(counts: &mut BTreeMap<&'static str, u64>, name: &'static str) {
    *counts.entry(name).or_default() += 1;
}

/// Goes on only if a promise holds.
pub fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken(what())) }
}

/// Every fault that a run must have met.
pub const FAULTS: &[&str] = &[
    "message lost",
    "message doubled",
    "message overtaken",
    "answer cut off",
    "answer lost after the commit",
    "gave up waiting",
    "large frame swallowed",
    "device killed before a commit",
    "device killed after a commit",
    "server killed before a commit",
    "server killed after a commit",
    "power cut",
    "cache turned to noise",
    "cache lost a row",
    "app downgraded",
    "disk full",
    "file locked",
    "server restored from a backup",
    "clock jumped",
    "token expired on the way",
    "rights changed",
    "rights changed between pages",
    "connection moved",
    "device copied",
    "poison operation",
    "newer command at an older server",
    "wake lost",
    "tombstones forgotten",
    "import cut off and resumed",
    "rows of an import made again",
    "taking back cut off and resumed",
    "number or serial taken",
    "refused with what it builds on",
    "customer in use",
    "customer taken back",
    "opening balance brought",
    "opening balance there already",
    "opening balance taken back",
    "case came or went",
    "case answered",
    "answer refused",
    "work begun",
    "work moved",
    "work held",
    "work gone on with",
    "work put off",
    "work given to the technician",
    "priority of work changed",
    "work recorded",
    "record waited for its picture",
    "picture brought in parts",
    "checklist kept",
    "version of a checklist there already",
    "work begun by a technician",
    "work held by a technician",
    "work completed by a technician",
    "step answered by a technician",
    "picture attached by a technician",
    "meter read by a technician",
    "work given to a colleague",
    "work cancelled",
    "connection moved by an admin",
    "message to many sent",
    "customers merged",
    "merge refused",
    "list made into a file",
    "view kept",
    "view removed",
    "meter swapped",
];

/// Every check that a run must have made.
pub const CHECKS: &[&str] = &[
    "results never change",
    "a plain model comes to the same",
    "no repair without damage",
    "no operation vanishes",
    "what was acknowledged is refused after a restore only",
    "one effect for each operation",
    "own writes stay visible",
    "cursors only grow",
    "no row out of scope",
    "log, snapshot and compacted log agree",
    "unknown fields survive",
    "queues are bounded",
    "everybody agrees at the end",
    "hashes are those of the rows",
    "notes are those of the model",
    "rows of imports are there once",
    "what was taken back is nowhere",
    "added rows are held around them alone",
    "cases are those of the model",
    "opening balances are those of the model",
    "work orders are those of the model",
    "work of somebody else is marked",
    "records of work are those of the model",
    "pictures of records are whole",
    "work is not refused for whose it is",
    "completed work has its records",
    "work under an order that was taken is marked",
    "readings for work are those of the model",
    "checklists are those of the model",
    "templates of reports are those of the model",
    "connections are shown where they are",
    "messages reach each user once",
    "merged records leave nothing behind",
    "credit is that of the opening balances",
    "files of lists are on record once",
    "views are those of the model",
    "swaps are those of the model",
    "a jump between two registers is no use",
];

/// The files that every simulation begins with a copy of.
pub struct Templates {
    folder: TempDir,
}

impl Templates {
    /// Makes them, in memory where the system has a place for that.
    pub fn make() -> Self {
        let folder = in_memory();
        server::Server::template(&folder.path().join("server.db")).expect("the world");
        let device = folder.path().join("device");
        std::fs::create_dir(&device).expect("a folder");
        device::Device::template(&device).expect("a device");
        Self { folder }
    }

    fn server(&self) -> std::path::PathBuf {
        self.folder.path().join("server.db")
    }

    fn device(&self) -> std::path::PathBuf {
        self.folder.path().join("device")
    }
}

fn in_memory() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
}

/// Plays a schedule.
pub fn play(templates: &Templates, schedule: &Schedule, sabotage: Option<Sabotage>) -> Report {
    let folder = in_memory();
    let mut world = world::World::new(folder.path(), templates, schedule, sabotage);
    let outcome = world.play(&schedule.steps);
    Report { outcome, counts: world.counts, trace: world.trace }
}
