//! A technician's day while the server is gone, on a device that is killed ten times and whose clock somebody sets back; then a slow line that is cut
//! every few seconds. In the end all of it is at the server, once, whole, and dated as it happened.
//!
//! Hours do not pass here, only what happens in them: the day is as long as the device needs for it.
#![allow(clippy::print_stdout, reason = "a proof that counts prints its counts")]

mod judge;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::field::meter_swap::Swap;
use domain::maintenance::record::RecordContent;
use domain::maintenance::strokes::Strokes;
use domain::{BlobId, MeterId, MeterSwapId, Millilitres, UtcMillis, WorkOrderId, WorkRecordId};
use fastrand::Rng;
use protocol::sync::push::Operation;
use protocol::sync::work::NewWorkRecord;
use protocol::ui::{Answer, Phase, Request, SyncState, WorkReady};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use sync_server::core::now;
use tests::device::Device;
use tests::field::{attached, clean, meter_swap};
use tests::line::Line;
use tests::rounds::{add_meters, announce, answered, photo, ready, sign_in, until};
use tests::set_clock::SetClock;
use tests::world::{Running, World};
use uuid::Uuid;

/// Meters with a job each, and pictures of each job.
const JOBS: usize = 12;
const PHOTOS: usize = 5;

/// The job in which the meter is swapped, with a picture of each register, and the one that somebody signs.
const SWAPPED: usize = 4;
const SIGNED: usize = 7;

/// The serial number of the meter that is put up.
const NEW_SERIAL: &str = "WM-ROUND-NEW";

/// How often the device is killed; the seed says when.
const KILLS: usize = 10;
const SEED: u64 = 21;

/// Before which deed of the day the clock is set back, and by how much.
const SET_BACK_AT: usize = 35;
const SET_BACK_MS: i64 = 140 * MINUTE_MS;

/// The line that the day is sent over: 128 kbit/s in each direction.
const BYTES_PER_S: u64 = 16_000;
const CUT_EVERY: Duration = Duration::from_secs(5);
const SENT_WITHIN: Duration = Duration::from_secs(240);

/// Something that a technician does at a meter.
enum Deed {
    Begin,
    Photo(Vec<u8>),
    /// With a picture of the old register, and of the new one.
    Swap([Vec<u8>; 2]),
    Sign,
    Complete,
}

/// Where a deed is done: under an order, at a meter.
type Place = (WorkOrderId, MeterId);

/// When the device is killed.
#[derive(Clone, Copy)]
enum Kill {
    /// Before anybody knows whether a deed was kept.
    Unanswered,
    /// Right after it was said to be kept.
    Answered,
}

/// An instant that the server keeps of a deed.
#[derive(Clone, Copy, Debug)]
enum Instant {
    Begun,
    Completed,
    Recorded,
    Taken,
    Swapped,
}

/// What was done, as it was.
#[derive(Default)]
struct Done {
    /// The operations, and those among them that were made while the clock was wrong.
    ops: BTreeSet<Uuid>,
    by_wrong_clock: BTreeSet<Uuid>,
    /// Each instant, the row that has it, and when it was.
    instants: Vec<(Instant, Uuid, UtcMillis)>,
    photos: BTreeMap<BlobId, Vec<u8>>,
}

struct Technician {
    device: Device,
    clock: SetClock,
    /// How far ahead the device's clock is.
    off_ms: i64,
    kills: usize,
    done: Done,
}

impl Technician {
    async fn kill(&mut self) {
        self.device.kill_and_start().await;
        self.kills += 1;
    }

    fn set_clock(&mut self, off_ms: i64) {
        self.clock.set(off_ms);
        self.off_ms = off_ms;
    }

    /// Takes a picture as a form does; it is kept before the form is saved.
    async fn take(&mut self, bytes: &[u8]) -> BlobId {
        let photo = match answered(&mut self.device, &Request::Attach { base64: STANDARD.encode(bytes) }).await {
            Answer::Attached(photo) => photo,
            other => panic!("{other:?}"),
        };
        assert_eq!(photo, attached(bytes));
        self.done.photos.insert(photo, bytes.to_vec());
        photo
    }

    /// Does something as a form does that is sent again under its identity until it is answered.
    async fn does(&mut self, place: Place, deed: &Deed, kill: Option<Kill>) {
        let mut photos = Vec::new();
        match deed {
            Deed::Photo(bytes) => photos.push(self.take(bytes).await),
            Deed::Swap(registers) => {
                for bytes in registers {
                    photos.push(self.take(bytes).await);
                }
            }
            Deed::Begin | Deed::Sign | Deed::Complete => {}
        }
        let (op, row, truly) = (Uuid::now_v7(), Uuid::now_v7(), now());
        let command = operation(deed, place, (row, truly.plus(self.off_ms)), &photos);
        let request = Request::SubmitAs { op, command };
        if matches!(kill, Some(Kill::Unanswered)) {
            self.device.ask(&request).await.expect("it runs");
            self.kill().await;
        }
        match answered(&mut self.device, &request).await {
            Answer::Submitted(kept) => assert_eq!(kept, op),
            other => panic!("{other:?}"),
        }
        if matches!(kill, Some(Kill::Answered)) {
            self.kill().await;
        }
        self.done.ops.insert(op);
        if self.off_ms != 0 {
            self.done.by_wrong_clock.insert(op);
        }
        self.done.instants.extend(instants(deed, place.0, row).into_iter().map(|(instant, row)| (instant, row, truly)));
    }
}

/// A deed as an operation, of a row and at an instant by the device's clock.
fn operation(deed: &Deed, (order, meter): Place, (row, at): (Uuid, UtcMillis), photos: &[BlobId]) -> Operation {
    let record = |content| {
        let record = WorkRecordId(row);
        Operation::AddWorkRecord(NewWorkRecord { record, order, meter, at, content })
    };
    match deed {
        Deed::Begin => Operation::BeginWork { order, meter, at },
        Deed::Photo(_) => record(RecordContent::Photo { step: None, blob: photos[0], taken_at: at, position: None }),
        Deed::Swap(_) => Operation::SwapMeter(Box::new(Swap {
            swap: MeterSwapId(row),
            final_register: Some(Millilitres::litres(140)),
            final_photo: Some(photos[0]),
            first_photo: Some(photos[1]),
            order: Some(order),
            ..meter_swap(meter, NEW_SERIAL.parse().expect("a serial"), at)
        })),
        Deed::Sign => {
            let strokes = Strokes::of_pen(&[vec![(100, 500), (300, 200), (450, 700)], vec![(500, 500), (900, 400)]]);
            let (strokes, signer) = (strokes.expect("a signature"), "Ibu Sari".to_owned());
            record(RecordContent::Signature { step: None, strokes, signer })
        }
        Deed::Complete => Operation::CompleteWork { order, meter, at },
    }
}

/// The instants that the server keeps of a deed, each with its row.
fn instants(deed: &Deed, order: WorkOrderId, row: Uuid) -> Vec<(Instant, Uuid)> {
    match deed {
        Deed::Begin => vec![(Instant::Begun, order.0)],
        Deed::Photo(_) => vec![(Instant::Recorded, row), (Instant::Taken, row)],
        Deed::Swap(_) => vec![(Instant::Swapped, row)],
        Deed::Sign => vec![(Instant::Recorded, row)],
        Deed::Complete => vec![(Instant::Completed, order.0)],
    }
}

/// The day: job after job.
fn day(jobs: &[Place]) -> Vec<(Place, Deed)> {
    // 3 to 6 kB each, so that the line carries them in half a minute.
    let mut pictures = (0_u64..).map(|number| photo(SEED * 1_000 + number, 3_000 + number as usize * 53 % 3_000));
    let mut next = || pictures.next().expect("as many as are wanted");
    let mut deeds = Vec::new();
    for (number, place) in jobs.iter().enumerate() {
        deeds.push((*place, Deed::Begin));
        let of_registers = if number == SWAPPED { 2 } else { 0 };
        deeds.extend((of_registers..PHOTOS).map(|_| (*place, Deed::Photo(next()))));
        if number == SWAPPED {
            deeds.push((*place, Deed::Swap([next(), next()])));
        }
        if number == SIGNED {
            deeds.push((*place, Deed::Sign));
        }
        deeds.push((*place, Deed::Complete));
    }
    deeds
}

/// At which deeds the device is killed: once in each tenth of the day.
fn kills(deeds: usize) -> BTreeMap<usize, Kill> {
    let mut rng = Rng::with_seed(SEED);
    let part = |number: usize| number * deeds / KILLS;
    let kill = |number: usize| if number.is_multiple_of(2) { Kill::Unanswered } else { Kill::Answered };
    (0..KILLS).map(|number| (rng.usize(part(number)..part(number + 1)), kill(number))).collect()
}

/// A world with the day's jobs, its server, and a device that holds all of them, behind a line.
async fn morning() -> (Running, Vec<Place>, Line, Device, SetClock) {
    let world = World::new();
    let meters = add_meters(&world, JOBS, now().plus(-40 * DAY_MS));
    let running = world.start().await;
    let orders = announce(&running, &meters, |_| now()).await;
    let line = Line::start(running.server.http).await.expect("a line");
    let folder = running.world.folder.path();
    let clock = SetClock::new(folder);
    let mut device = Device::start_in(&folder.join("phone"), &line.url(), &clock.environment());
    sign_in(&mut device, "technician").await;
    until(&mut device, ("the first sync", Duration::from_secs(60)), |sync| sync.phase == Phase::Live).await;
    let (jobs, whole) = (JOBS as u32, JOBS as u32);
    assert_eq!(ready(&mut device).await, WorkReady { jobs, whole, photos: 0, bytes: 0 });
    let jobs = orders.into_iter().zip(meters.iter().map(|meter| meter.id)).collect();
    (running, jobs, line, device, clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_without_a_server_arrives_once_and_rightly_dated_over_a_line_that_is_cut() {
    let (running, jobs, mut line, device, clock) = morning().await;
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;

    let mut technician = Technician { device, clock, off_ms: 0, kills: 0, done: Done::default() };
    let deeds = day(&jobs);
    let kills = kills(deeds.len());
    for (number, (place, deed)) in deeds.iter().enumerate() {
        if number == SET_BACK_AT {
            technician.set_clock(-SET_BACK_MS);
        }
        technician.does(*place, deed, kills.get(&number).copied()).await;
    }
    assert_eq!((technician.kills, technician.done.photos.len()), (KILLS, JOBS * PHOTOS));
    let waits = ready(&mut technician.device).await;
    assert_eq!((waits.jobs, waits.photos as usize), (0, JOBS * PHOTOS), "all is done, and none of it was sent");

    let running = world.start_again(&config).await;
    let before = line.carried().cuts;
    line.make_bad(BYTES_PER_S, CUT_EVERY);
    answered(&mut technician.device, &Request::SyncNow).await;
    let is_sent = |sync: &SyncState| sync.waiting == 0 && sync.phase == Phase::Live;
    until(&mut technician.device, ("the end of the outbox", SENT_WITHIN), is_sent).await;
    println!("day: {KILLS} kills, {} operations, {:?}", technician.done.ops.len(), line.carried());
    assert!(line.carried().cuts >= before + 3, "a line that was hardly ever cut proves nothing: {:?}", line.carried());
    let Technician { device, done, .. } = technician;
    let folder = device.folder.clone();
    device.end().await;
    judge::judge(&running, &folder, &done);
    clean(running).await;
}
