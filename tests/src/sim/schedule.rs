//! What happens in a simulation, step by step: drawn from a seed, or read back from a file. Nothing else is random, so that a schedule
//! with steps left out is a schedule, too, and a failing one can be made short.

use serde::{Deserialize, Serialize};

/// Devices of a simulation: two admins, a technician, a customer, and a place for a copy of the first one.
pub const DEVICES: u8 = 5;

/// The place of the copied device.
pub const COPY: u8 = 4;

/// The technician's device.
pub const TECHNICIAN: u8 = 2;

/// One thing that happens. `pick` chooses among what there is then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are what the step's own words say")]
pub enum Step {
    /// A person does something on a device.
    Edit { device: u8, pick: u32 },
    /// A person writes a note, or mends one or takes it back.
    Note { device: u8, pick: u32 },
    /// A person sends a refused operation again, or drops it.
    Decide { device: u8, pick: u32 },
    /// A device does something that a server of this version does not know yet.
    Newer { device: u8, pick: u32 },
    /// A device runs until it waits.
    Turn { device: u8 },
    /// A message on its way arrives; which one is any, so they overtake each other.
    Deliver { pick: u32 },
    /// A message on its way is lost.
    Drop { pick: u32 },
    /// A message on its way arrives twice.
    Duplicate { pick: u32 },
    /// An answer on its way is cut off.
    Truncate { pick: u32 },
    /// A device gets no answer for too long and gives up.
    GiveUp { device: u8 },
    /// From now on messages of more bytes are swallowed; none if 0.
    BlackHole { largest: u32 },
    /// A device is killed at its nth commit from now: before it is on disk, or right after.
    KillDevice { device: u8, commits: u8, after: bool },
    /// The server is killed at its nth commit from now.
    KillServer { commits: u8, after: bool },
    /// A device's cache reaches the disk; only what did survives a power cut.
    Settle { device: u8 },
    /// A device loses its power.
    PowerCut { device: u8 },
    /// A device's cache turns to noise.
    Corrupt { device: u8 },
    /// A device's cache loses a row.
    LoseRow { device: u8, pick: u32 },
    /// A device's app is an older one for once.
    Downgrade { device: u8 },
    /// A disk has no room left: a device's, or the server's if there is no such device.
    Full { whose: u8 },
    /// Disks have room again.
    Free,
    /// The next write of a device, or of the server, meets a lock.
    Busy { whose: u8 },
    /// The server's database is backed up.
    Backup,
    /// The backup is served.
    Restore,
    /// A device's clock is set.
    Clock { device: u8, days: i32 },
    /// A device's access token ends.
    Expire { device: u8 },
    /// What somebody may see changes: a zone, a customer, a role.
    Member { pick: u32 },
    /// A connection goes to another customer and zone.
    Move { pick: u32 },
    /// Something changes on the server by itself.
    Server { pick: u32 },
    /// The first device's storage is copied to another device.
    Clone,
    /// Somebody notes what a bucket holds, to be caught up by the log later.
    Shadow { pick: u32 },
    /// Months go by on the server, and it forgets tombstones.
    Months,
    /// Time goes by.
    Wait { ms: u32 },
    /// A person commits an import, or goes on with one that was cut off.
    Import { device: u8, pick: u32 },
    /// A person takes an import back, or goes on with that.
    TakeBack { device: u8, pick: u32 },
    /// A person edits a customer that an import added.
    EditAdded { device: u8, pick: u32 },
    /// A case of a meter is found, is over by itself, or is withdrawn.
    Case { pick: u32 },
    /// A person answers a case.
    Answer { device: u8, pick: u32 },
    /// A person moves a connection to another zone.
    MoveZone { device: u8, pick: u32 },
    /// A person announces work at a meter, begins it, completes it or cancels it.
    Work { device: u8, pick: u32 },
    /// A person writes to many customers, in parts, or sends parts once more.
    Announce { device: u8, pick: u32 },
    /// A person merges a customer who was added in the run into another one.
    Merge { device: u8, pick: u32 },
    /// A person makes a list into a file.
    Export { device: u8, pick: u32 },
    /// The server notifies those whom messages are for.
    Notify,
    /// A person keeps a view of a list, or removes one.
    View { device: u8, pick: u32 },
    /// A person says something of an advice on saving water.
    Tip { device: u8, pick: u32 },
    /// A person moves work at a meter to another window, or has somebody else do it.
    PlanAnew { device: u8, pick: u32 },
    /// A person puts another meter in the place of one.
    Swap { device: u8, pick: u32 },
    /// A person announces work, holds it, goes on with it, puts it off, records something under it, gives it to the technician, says how pressing it
    /// is, or keeps a checklist.
    AtWork { device: u8, pick: u32 },
    /// Whoever took a picture brings the next part of it.
    Part { pick: u32 },
    /// A technician does something under a work order, or all of it: begins, answers a step, takes a picture, reads the meter, holds, completes.
    InField { device: u8, pick: u32 },
    /// A person gives work to the technician, takes it away for a colleague, or cancels it.
    HandOver { device: u8, pick: u32 },
}

/// A simulation's plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// What it was drawn from.
    pub seed: u64,
    /// Whether frames that are too large are swallowed to the end.
    pub keeps_hole: bool,
    /// What happens, before everything heals.
    pub steps: Vec<Step>,
}

/// Operations of a schedule.
const OPS: usize = 200;

/// What steps at the office are drawn from is their own, so that the other steps of a seed stay as they are.
const OFFICE: u64 = 0x0ff1_ce5e;

/// One step in so many has one at the office behind it.
const OFFICE_EVERY: u32 = 70;

/// What steps about views are drawn from, for the same reason.
const VIEWS: u64 = 0x71e3_5eed;

/// One step in so many has one about a view behind it.
const VIEWS_EVERY: u32 = 350;

/// What steps about advice are drawn from, for the same reason.
const TIPS: u64 = 0x0071_b500;

/// One step in so many has one about advice behind it.
const TIPS_EVERY: u32 = 230;

/// What steps about plans of work are drawn from, for the same reason.
const PLANS: u64 = 0x009a_1a25;

/// One step in so many has one about a plan of work behind it.
const PLANS_EVERY: u32 = 130;

/// What steps about swaps of meters are drawn from, for the same reason.
const SWAPS: u64 = 0x0005_4a90;

/// One step in so many has a swap behind it.
const SWAPS_EVERY: u32 = 120;

/// What steps at work are drawn from, for the same reason.
const WORK: u64 = 0x0003_0ff5;

/// One step in so many has one at work behind it.
const WORK_EVERY: u32 = 28;

/// What steps in the field are drawn from, for the same reason.
const FIELD: u64 = 0x000f_1e1d;

/// One step in so many has one in the field behind it.
const FIELD_EVERY: u32 = 45;

impl Schedule {
    /// Draws a schedule.
    pub fn draw(seed: u64) -> Self {
        let (mut rng, mut office) = (fastrand::Rng::with_seed(seed), fastrand::Rng::with_seed(seed ^ OFFICE));
        let (mut views, mut tips) = (fastrand::Rng::with_seed(seed ^ VIEWS), fastrand::Rng::with_seed(seed ^ TIPS));
        let (mut plans, mut swaps) = (fastrand::Rng::with_seed(seed ^ PLANS), fastrand::Rng::with_seed(seed ^ SWAPS));
        let (mut work, mut field) = (fastrand::Rng::with_seed(seed ^ WORK), fastrand::Rng::with_seed(seed ^ FIELD));
        let mut steps = Vec::with_capacity(1_600);
        let mut ops = 0;
        // How rough it is differs by seed: much can only go wrong where little else does.
        let rough = [4, 12, 40][rng.usize(..3)];
        while ops < OPS {
            let device = rng.u8(..DEVICES);
            let pick = rng.u32(..);
            let step = match rng.u32(..100) {
                0..13 => {
                    ops += 1;
                    Step::Edit { device: [0, 1, 0, 1, 2, 3, COPY][rng.usize(..7)], pick }
                }
                13..16 => {
                    ops += 1;
                    Step::Note { device: [0, 1, 0, 1, COPY][rng.usize(..5)], pick }
                }
                16..48 => Step::Turn { device },
                48..87 => Step::Deliver { pick },
                87..90 => {
                    ops += 1;
                    of_imports_cases_and_work(&mut rng, device, pick)
                }
                90..92 => Step::Decide { device, pick },
                92..96 => Step::Wait { ms: [50, 500, 5_000, 70_000][rng.usize(..4)] },
                _ if rng.u32(..rough) > 2 => Step::Deliver { pick },
                _ => fault(&mut rng, device, pick),
            };
            // What writes to several files is where a kill has most to cut off.
            if let Step::Import { device, .. } | Step::TakeBack { device, .. } = step
                && rng.u32(..3) == 0
            {
                steps.push(Step::KillDevice { device, commits: rng.u8(1..6), after: rng.bool() });
            }
            steps.push(step);
            if office.u32(..OFFICE_EVERY) == 0 {
                steps.push(at_the_office(&mut office));
            }
            if views.u32(..VIEWS_EVERY) == 0 {
                steps.push(of_views(&mut views));
            }
            if tips.u32(..TIPS_EVERY) == 0 {
                steps.push(of_tips(&mut tips));
            }
            if plans.u32(..PLANS_EVERY) == 0 {
                steps.push(of_plans(&mut plans));
            }
            if swaps.u32(..SWAPS_EVERY) == 0 {
                steps.push(of_swaps(&mut swaps));
            }
            if work.u32(..WORK_EVERY) == 0 {
                steps.push(at_work(&mut work));
            }
            if field.u32(..FIELD_EVERY) == 0 {
                steps.push(in_field(&mut field));
            }
        }
        Self { seed, keeps_hole: rng.bool(), steps }
    }
}

fn of_imports_cases_and_work(rng: &mut fastrand::Rng, device: u8, pick: u32) -> Step {
    let desk = [0, 1, 0, 1, COPY][rng.usize(..5)];
    match rng.u32(..12) {
        0 | 1 => Step::Import { device: desk, pick },
        2 => Step::TakeBack { device: desk, pick },
        3 => Step::EditAdded { device: desk, pick },
        4 | 5 => Step::Answer { device, pick },
        7 => Step::MoveZone { device: desk, pick },
        8..11 => Step::Work { device: desk, pick },
        _ => Step::Case { pick },
    }
}

fn at_the_office(rng: &mut fastrand::Rng) -> Step {
    let (device, pick) = ([0, 1, 0, 1, COPY][rng.usize(..5)], rng.u32(..));
    match rng.u32(..8) {
        0 | 1 => Step::Announce { device, pick },
        2..5 => Step::Merge { device, pick },
        5 => Step::Export { device, pick },
        _ => Step::Notify,
    }
}

fn of_views(rng: &mut fastrand::Rng) -> Step {
    let (device, pick) = ([0, 1, 0, 1, COPY][rng.usize(..5)], rng.u32(..));
    Step::View { device, pick }
}

fn of_tips(rng: &mut fastrand::Rng) -> Step {
    Step::Tip { device: rng.u8(..DEVICES), pick: rng.u32(..) }
}

fn of_plans(rng: &mut fastrand::Rng) -> Step {
    let (device, pick) = ([0, 1, 0, 1, COPY][rng.usize(..5)], rng.u32(..));
    Step::PlanAnew { device, pick }
}

fn of_swaps(rng: &mut fastrand::Rng) -> Step {
    let (device, pick) = ([0, 1, 0, 1, COPY][rng.usize(..5)], rng.u32(..));
    Step::Swap { device, pick }
}

fn at_work(rng: &mut fastrand::Rng) -> Step {
    let (device, pick) = ([0, 1, 0, 1, COPY][rng.usize(..5)], rng.u32(..));
    if rng.u32(..3) == 0 { Step::Part { pick } } else { Step::AtWork { device, pick } }
}

fn in_field(rng: &mut fastrand::Rng) -> Step {
    let (device, pick) = ([0, 1, 0, 1, COPY][rng.usize(..5)], rng.u32(..));
    if rng.u32(..5) < 2 { Step::HandOver { device, pick } } else { Step::InField { device: TECHNICIAN, pick } }
}

fn fault(rng: &mut fastrand::Rng, device: u8, pick: u32) -> Step {
    let whose = rng.u8(..=DEVICES);
    match rng.u32(..34) {
        0..3 => Step::Drop { pick },
        3..5 => Step::Duplicate { pick },
        5..7 => Step::Truncate { pick },
        7..9 => Step::GiveUp { device },
        9 => Step::BlackHole { largest: if rng.bool() { 12_000 } else { 0 } },
        10..13 => Step::KillDevice { device, commits: rng.u8(1..6), after: rng.bool() },
        13..15 => Step::KillServer { commits: rng.u8(1..4), after: rng.bool() },
        15 => Step::Settle { device },
        16 => Step::PowerCut { device },
        17 => [Step::Corrupt { device }, Step::LoseRow { device, pick }, Step::Downgrade { device }][rng.usize(..3)],
        18 => Step::Full { whose },
        19 => Step::Free,
        20 => Step::Busy { whose },
        21 => Step::Backup,
        22 => {
            if rng.u32(..3) == 0 {
                Step::Restore
            } else {
                Step::Backup
            }
        }
        23 => Step::Clock { device, days: [-900, -1, 1, 40, 3_000][rng.usize(..5)] },
        24 => Step::Expire { device },
        25..28 => Step::Member { pick },
        28..30 => Step::Move { pick },
        30 => Step::Server { pick },
        31 => [Step::Clone, Step::Newer { device, pick }][rng.usize(..2)],
        32 => Step::Shadow { pick },
        _ => Step::Months,
    }
}
