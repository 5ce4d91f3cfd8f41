//! An import from the file to the server and back, by a device that is killed at random in each of its steps: offline a sheet of households is brought,
//! read, checked, mended and committed; then the network is there again; offline once more it is taken back. Server and device are compared row
//! by row whenever all was sent.

mod compare;
mod desk;

use crate::device::Gone;
use crate::field::clean;
use crate::households::{ZONES, mistaken, repeating};
use crate::world::{Running, World};
use desk::Desk;
use fastrand::Rng;
use protocol::ui::Phase;
use std::time::{Duration, Instant};

/// What is imported, and how often the device is killed.
pub struct Plan {
    /// The file's name.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// The households in it.
    pub households: u32,
    /// How often the device is killed in each step.
    pub kills: u32,
    /// By which the moments of the kills are chosen.
    pub seed: u64,
    /// Whether what was committed is sent before it is taken back; otherwise the network is there again after both.
    pub is_sent_between: bool,
}

/// A step of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The file is brought and read.
    Bring,
    /// Its columns are confirmed, and all rows are checked.
    Check,
    /// All errors are mended, each kind at once, one cell by itself, and what stands twice is left out.
    Mend,
    /// What is right becomes operations.
    Commit,
    /// Those are sent, and the server's rows come back.
    Send,
    /// What was committed is taken back.
    Undo,
    /// That is sent.
    SendUndo,
}

impl Step {
    /// In a word or two.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bring => "bring and read",
            Self::Check => "check",
            Self::Mend => "mend",
            Self::Commit => "commit",
            Self::Send => "send",
            Self::Undo => "take back",
            Self::SendUndo => "send what takes back",
        }
    }
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Whole {
    /// The steps, and what each took, with all restarts.
    pub steps: Vec<(Step, Duration)>,
    /// Kills.
    pub kills: u32,
    /// The most memory that the device had, in MB.
    pub peak_mb: f64,
    /// Customers that were committed.
    pub customers: usize,
    /// Rows of the server that were compared with the device's.
    pub compared: usize,
}

/// One run.
struct Run {
    plan: Plan,
    rng: Rng,
    desk: Desk,
    whole: Whole,
}

/// Runs a plan, and panics where server and device do not have the same, or not what the sheet says.
pub async fn run(plan: Plan) -> Whole {
    let world = World::new();
    world.add_zones(ZONES.into_iter().filter(|zone| !["Barat", "Timur"].contains(zone)));
    let running = world.start().await;
    let folder = running.world.folder.path().join("desk");
    let desk = Desk::start(&folder, &running.url(), plan.name.clone(), plan.bytes.clone());
    let mut run = Run { rng: Rng::with_seed(plan.seed), plan, desk, whole: Whole::default() };
    run.desk.sign_in().await.expect("alive");
    let running = if run.plan.is_sent_between {
        let running = run.without_server(running, &[Step::Bring, Step::Check, Step::Mend, Step::Commit]).await;
        run.step(Step::Send).await;
        run.committed(&running).await;
        run.without_server(running, &[Step::Undo]).await
    } else {
        run.without_server(running, &[Step::Bring, Step::Check, Step::Mend, Step::Commit, Step::Undo]).await
    };
    run.step(Step::SendUndo).await;
    run.undone(&running).await;
    run.desk.device.end().await;
    clean(running).await;
    run.whole
}

impl Run {
    /// Takes steps while the server cannot be reached.
    async fn without_server(&mut self, running: Running, steps: &[Step]) -> Running {
        let config = running.same_addresses();
        let Running { world, server } = running;
        server.stop().await;
        self.desk.until(Phase::Offline).await.expect("alive");
        for step in steps {
            self.step(*step).await;
        }
        world.start_again(&config).await
    }

    /// Takes a step to its end, killed meanwhile as often as planned: where a step is over before, the device is killed when it has nothing to do.
    async fn step(&mut self, step: Step) {
        let began = Instant::now();
        let longest = self.longest_ms(step);
        for _ in 0..self.plan.kills {
            let moment = Duration::from_millis(self.rng.u64(1..=longest));
            // What becomes of the work says nothing: it is killed in any case.
            let _ = tokio::time::timeout(moment, self.work(step)).await;
            self.note_memory();
            self.desk.device.kill_and_start().await;
            self.whole.kills += 1;
        }
        self.work(step).await.expect("nobody kills it now");
        self.note_memory();
        self.whole.steps.push((step, began.elapsed()));
    }

    async fn work(&mut self, step: Step) -> Result<(), Gone> {
        match step {
            Step::Bring => self.desk.bring().await,
            Step::Check => self.desk.check().await,
            Step::Mend => self.desk.mend().await,
            Step::Commit => self.desk.commit().await,
            Step::Undo => self.desk.undo().await,
            Step::Send | Step::SendUndo => self.desk.sent().await,
        }
    }

    /// Within how many milliseconds of a step the kill falls: about what the step takes.
    fn longest_ms(&self, step: Step) -> u64 {
        let rows = u64::from(self.plan.households);
        let longest = match step {
            Step::Bring | Step::Check | Step::Mend => rows / 20,
            Step::Commit | Step::Undo | Step::Send | Step::SendUndo => rows / 5,
        };
        longest.max(50)
    }

    fn note_memory(&mut self) {
        self.whole.peak_mb = self.whole.peak_mb.max(self.desk.device.peak_mb().unwrap_or_default());
    }

    /// That what was committed is on the server, once, as the device shows it and as the sheet says it.
    async fn committed(&mut self, running: &Running) {
        let households = self.plan.households;
        let customers = (households - repeating(households)) as usize;
        let cache = self.desk.at_rest();
        let rows = compare::same_rows(running, &cache).await;
        // Besides those of the world itself.
        for kind in ["customer", "connection", "meter"] {
            assert_eq!(rows.get(kind), Some(&(2 + customers)), "{kind}: {} households", self.plan.households);
        }
        let found = compare::as_on_the_sheet(&cache, households);
        assert_eq!(found, (households - mistaken(households)) as usize, "every household without a mistake is there");
        self.whole.customers = customers;
        self.whole.compared += rows.values().sum::<usize>();
    }

    /// That nothing of it is left, on either side.
    async fn undone(&mut self, running: &Running) {
        let cache = self.desk.at_rest();
        let rows = compare::same_rows(running, &cache).await;
        for kind in ["customer", "connection", "meter"] {
            assert_eq!(rows.get(kind), Some(&2), "{kind}: only those of the world");
        }
        self.whole.compared += rows.values().sum::<usize>();
    }
}
