//! The demo's work: a month of it over its technicians, sent through the same API as the apps'. Most of what is over was done step by step, some too late or
//! at a second visit, some was put off or cancelled; today has something of each state, and something that is late; and one order has a record of
//! somebody whose it is not. Inspections and replacements are done by the demo's own checklists.

use crate::demo::checklists;
use crate::demo::field_records::{Did, derived, push, sign_in, upload_photo};
use crate::demo::utility::{ACCOUNTS, TECHNICIANS, place_of};
use crate::plan::{Plan, PlannedMeter};
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::field::field_record::Explanation;
use domain::maintenance::built_in::built_in;
use domain::maintenance::priority::Priority;
use domain::maintenance::record::{PartSource, RecordContent, StepValue};
use domain::maintenance::strokes::Strokes;
use domain::maintenance::template::{Step, StepKind, StepNo, Template, TemplateVersion, Thousandths};
use domain::maintenance::work_order::{DeferReason, WorkKind};
use domain::{BlobId, ManualReadingId, MeterId, Millilitres, Rupiah, UtcMillis, WorkOrderId, WorkRecordId};
use protocol::sync::push::Operation;
use protocol::sync::rows::Person;
use protocol::sync::work::{NewWorkRecord, WorkDeferral, WorkMoment};
use std::io::Error;
use uuid::Uuid;

/// Orders of the month, besides today's of the technician whose app is shown.
const JOBS: usize = 54;

/// Hours after the beginning of its window at which work began where nobody came in time.
const LATE: i64 = 26;

/// Days of the month that are over, and all of them.
const BEFORE: i64 = 25;
const DAYS: usize = 38;

/// What is done, in turn.
const WORKS: [WorkKind; 7] = [
    WorkKind::Routine,
    WorkKind::Inspection,
    WorkKind::Preventive,
    WorkKind::Cleaning,
    WorkKind::Repair,
    WorkKind::Calibration,
    WorkKind::Replacement,
];

/// Small parts that are used, in turn: what, how many, and where they came from.
const PARTS: [(&str, u16, PartSource); 5] = [
    ("Paking 1/2 inci", 2, PartSource::Van),
    ("Kran kunci 1/2 inci", 1, PartSource::Store),
    ("Segel plastik", 1, PartSource::Van),
    ("Saringan meter", 1, PartSource::Store),
    ("Kopling kuningan 1/2 inci", 2, PartSource::Van),
];

/// What is broken, in turn.
const FAULTS: [&str; 3] =
    ["Paking sambungan aus, air merembes.", "Saringan tersumbat pasir.", "Kran kunci macet, tidak bisa ditutup rapat."];

/// What of an order happened.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Open,
    Cancelled,
    Deferred,
    Held,
    Going,
    /// It was put off, and done a day later.
    Again,
    Done,
}

impl End {
    const fn is_done(self) -> bool {
        matches!(self, Self::Done | Self::Again)
    }
}

/// The shown technician's day: meter, hours from now, what, how pressing, and what of it happened.
const TODAY: [(usize, i64, WorkKind, Priority, End); 6] = [
    (21, -5, WorkKind::Repair, Priority::Urgent, End::Open),
    (3, -4, WorkKind::Routine, Priority::Normal, End::Done),
    (6, -2, WorkKind::Repair, Priority::High, End::Held),
    (9, -1, WorkKind::Inspection, Priority::Normal, End::Going),
    (12, 1, WorkKind::Emergency, Priority::Urgent, End::Open),
    (18, 3, WorkKind::Replacement, Priority::Normal, End::Open),
];

/// An order of the demo.
struct Job {
    /// Its number, from which its identity follows.
    number: usize,
    meter: usize,
    work: WorkKind,
    priority: Priority,
    from: UtcMillis,
    /// The place of its technician among those who signed in; none: nobody in particular.
    technician: Option<usize>,
    end: End,
}

/// Who of those who sign in helps another one in the same zone.
const HELPER: usize = 3;

/// Whose an order of a month is, by its number, among those who sign in: somebody's who works in the zone of its meter.
fn technician_of(meter: usize, number: usize) -> usize {
    match place_of(meter) {
        0 if number.is_multiple_of(2) => 0,
        0 => HELPER,
        place => place,
    }
}

/// The orders, whose windows are in their meters' zones.
fn jobs(plan: &Plan, now: UtcMillis) -> Vec<Job> {
    let hour = UtcMillis(now.0 / HOUR_MS * HOUR_MS);
    let today = TODAY.into_iter().enumerate().map(|(place, (meter, hours, work, priority, end))| Job {
        number: JOBS + place,
        meter,
        work,
        priority,
        from: hour.plus(hours * HOUR_MS),
        technician: Some(0),
        end,
    });
    let of_month = (0..JOBS).filter_map(|number| {
        let meter = number * 7 % plan.meters.len().max(1);
        let zone = plan.meters.get(meter)?.time_zone;
        let day = (number * DAYS / JOBS) as i64 - BEFORE;
        let morning = zone.start_of(zone.day_of(now.plus(day * DAY_MS)));
        let end = match number {
            _ if day >= 0 => End::Open,
            number if number % 13 == 5 => End::Cancelled,
            number if number % 11 == 3 => End::Deferred,
            number if number.is_multiple_of(16) => End::Again,
            _ => End::Done,
        };
        Some(Job {
            number,
            meter,
            work: WORKS[number % WORKS.len()],
            priority: if number % 9 == 4 { Priority::High } else { Priority::Normal },
            from: morning.plus((8 + number as i64 % 4 * 2) * HOUR_MS),
            technician: (end != End::Open || number % 5 != 2).then_some(technician_of(meter, number)),
            end,
        })
    });
    // What the demo customer waits for at home in four days, and can move.
    let (hours, number, work, priority) = (4 * 24 + 9, JOBS + TODAY.len(), WorkKind::Cleaning, Priority::Normal);
    let at_home = plan.meters.first().map(|of| of.time_zone.start_of(of.time_zone.day_of(now)).plus(hours * HOUR_MS));
    let visit = at_home.map(|from| Job { number, meter: 0, work, priority, from, technician: Some(0), end: End::Open });
    of_month.chain(today).chain(visit).collect()
}

/// Sends the orders and what was done; the same again changes nothing.
///
/// # Errors
/// The server cannot be reached, or refuses something.
pub async fn send(server: &str, plan: &Plan, now: UtcMillis) -> std::io::Result<usize> {
    let Some(first) = plan.meters.first() else { return Ok(0) };
    let http = reqwest::Client::new();
    let admin = sign_in(&http, server, (plan, ACCOUNTS[0].1)).await?;
    let mut technicians = Vec::new();
    for email in std::iter::once(ACCOUNTS[1].1).chain(TECHNICIANS.map(|of| of.0)) {
        technicians.push(sign_in(&http, server, (plan, email)).await?);
    }
    let jobs = jobs(plan, now);
    let people: Vec<Person> = technicians.iter().map(|of| Person { id: of.user.id, name: of.user.name.clone() }).collect();
    let planned = jobs.iter().flat_map(|job| planned(plan, job, &people, now));
    let planned: Vec<Did> = checklists::kept(first, now).into_iter().chain(planned).collect();
    let mut sent = push(&http, server, (&admin, derived(first, 3, 1)), &planned).await?;
    for (place, tokens) in technicians.iter().enumerate() {
        let photo = upload_photo(&http, server, &tokens.access_token).await?;
        let mut done = Vec::new();
        for job in jobs.iter().filter(|job| job.technician == Some(place)) {
            done.extend(worked(plan, job, photo, now)?);
        }
        if place == HELPER {
            done.extend(jobs.iter().find(|job| job.technician == Some(0) && job.end == End::Done).map(|job| helped(plan, job)));
        }
        sent += push(&http, server, (tokens, derived(first, 3, 2 + place)), &done).await?;
    }
    Ok(sent)
}

/// The identity of something about an order; `of` tells orders, records and operations apart.
fn identity(meter: &PlannedMeter, job: &Job, (of, place): (u128, usize)) -> Uuid {
    derived(meter, of, job.number * 100 + place)
}

/// Order and meter.
fn names(plan: &Plan, job: &Job) -> (WorkOrderId, MeterId) {
    let meter = &plan.meters[job.meter];
    (WorkOrderId(identity(meter, job, (4, 0))), meter.id)
}

/// When it was announced.
fn announced_at(job: &Job, now: UtcMillis) -> UtcMillis {
    job.from.plus(-2 * DAY_MS).min(now)
}

/// The checklist of the demo's own by which it is done, if it is done by one.
fn own_checklist(plan: &Plan, job: &Job, now: UtcMillis) -> Option<(TemplateVersion, Template)> {
    checklists::of(plan.meters.first()?, job.work, announced_at(job, now), now)
}

/// What the admin does: announces it, and cancels some.
fn planned(plan: &Plan, job: &Job, people: &[Person], now: UtcMillis) -> Vec<Did> {
    let (order, meter) = names(plan, job);
    let id = |place| identity(&plan.meters[job.meter], job, (6, place));
    let announced = Operation::PlanWork {
        order,
        meter,
        work: job.work,
        from: job.from,
        until: job.from.plus(2 * HOUR_MS),
        technician: job.technician.and_then(|place| people.get(place)).cloned(),
        text: if job.number.is_multiple_of(5) { "Hubungi pelanggan sebelum datang.".into() } else { String::new() },
        priority: job.priority,
        template: own_checklist(plan, job, now).map(|(version, _)| version),
        minutes: Some(30 + (job.number as u16 % 4) * 15),
    };
    let mut did = vec![(id(90), announced_at(job, now), announced)];
    if job.end == End::Cancelled {
        did.push((id(91), job.from, Operation::CancelWork { order, meter }));
    }
    did
}

/// What its technician does.
fn worked(plan: &Plan, job: &Job, photo: BlobId, now: UtcMillis) -> std::io::Result<Vec<Did>> {
    let (order, meter) = names(plan, job);
    let later = match job.end {
        End::Again => DAY_MS,
        End::Done if job.number < JOBS && job.number % 8 == 3 => LATE * HOUR_MS,
        _ => 0,
    };
    // What begins in an hour that is not over began as long ago as it can have. Never on the minute, at which the meter reads itself: of two registers
    // of one instant only one is used.
    let begun = job.from.plus(later + 10 * MINUTE_MS + 20_000).min(now.plus(-90 * MINUTE_MS));
    let at = |minutes: i64| begun.plus(minutes * MINUTE_MS);
    let begin = (at(0), Operation::BeginWork { order, meter, at: at(0) });
    let mut did = match job.end {
        End::Open | End::Cancelled => Vec::new(),
        End::Going => vec![begin],
        End::Held => vec![begin, (at(30), Operation::HoldWork(WorkMoment { order, meter, at: at(30) }))],
        End::Deferred => vec![put_off(job, (order, meter), at(5))],
        End::Again => {
            let earlier = put_off(job, (order, meter), at(-DAY_MS / MINUTE_MS + 5));
            vec![earlier, begin, (at(55), Operation::CompleteWork { order, meter, at: at(55) })]
        }
        End::Done => vec![begin, (at(55), Operation::CompleteWork { order, meter, at: at(55) })],
    };
    let steps = match job.end {
        End::Done | End::Again => usize::MAX,
        End::Going | End::Held => 2,
        End::Open | End::Cancelled | End::Deferred => 0,
    };
    let checklist = own_checklist(plan, job, now).map_or_else(|| built_in(job.work), |(_, own)| own);
    let asked = checklist.steps.into_iter().filter(|step| !step.optional || step.what == StepKind::Part).take(steps);
    for (step, place) in asked.zip(1..) {
        let at = at(place as i64 * 5);
        if let Some(content) = content(plan, job, (&step, at), photo)? {
            did.extend(reading(meter, at, &content, photo).map(|reading| (at, reading)));
            did.push(recorded(plan, job, (at, place), content));
        }
    }
    if job.end.is_done() {
        did.extend(beside(plan, job, at));
    }
    did.sort_by_key(|(at, _)| *at);
    let id = |place| identity(&plan.meters[job.meter], job, (6, place));
    Ok(did.into_iter().zip(1..).map(|((at, operation), place)| (id(place), at, operation)).collect())
}

/// That work was put off: repairs for want of a part, the rest because nobody was at home.
fn put_off(job: &Job, (order, meter): (WorkOrderId, MeterId), at: UtcMillis) -> (UtcMillis, Operation) {
    let (reason, text) = match job.work {
        WorkKind::Repair => (DeferReason::NoPart, "Paking ukuran ini habis di mobil."),
        _ => (DeferReason::NobodyHome, "Pagar terkunci, tetangga tidak tahu."),
    };
    (at, Operation::DeferWork(WorkDeferral { order, meter, at, reason, text: text.to_owned() }))
}

/// A record of an order.
fn recorded(plan: &Plan, job: &Job, (at, place): (UtcMillis, usize), content: RecordContent) -> (UtcMillis, Operation) {
    let (order, meter) = names(plan, job);
    let record = WorkRecordId(identity(&plan.meters[job.meter], job, (5, place)));
    (at, Operation::AddWorkRecord(NewWorkRecord { record, order, meter, at, content }))
}

/// The reading that an answer names, as the app records it with the answer.
fn reading(meter: MeterId, at: UtcMillis, content: &RecordContent, photo: BlobId) -> Option<Operation> {
    let RecordContent::Answer { value: StepValue::Reading { register, reading: Some(reading) }, .. } = content else {
        return None;
    };
    let (reading, register, photo, explained) = (*reading, *register, Some(photo), Explanation::default());
    Some(Operation::RecordReading { reading, meter, at, register, photo, explained })
}

/// What is recorded of work that is done beside its checklist, by minutes since it began.
fn beside(plan: &Plan, job: &Job, at: impl Fn(i64) -> UtcMillis) -> Vec<(UtcMillis, Operation)> {
    let mut records = vec![
        recorded(plan, job, (at(-4), 70), RecordContent::Arrival),
        recorded(plan, job, (at(53), 71), RecordContent::Departure),
    ];
    if matches!(job.work, WorkKind::Repair | WorkKind::Replacement) {
        let amount = Rupiah(35_000 + job.number as i64 % 4 * 15_000);
        records.push(recorded(plan, job, (at(52), 72), RecordContent::Cost { amount, text: "Bahan".into() }));
    }
    records
}

/// What somebody whose it is not has written about an order: it is kept, and marked.
fn helped(plan: &Plan, job: &Job) -> Did {
    let text = "Saya kebetulan di sebelah: boks meter sudah ditutup lagi.".to_owned();
    let (at, operation) = recorded(plan, job, (job.from.plus(45 * MINUTE_MS), 80), RecordContent::Note { step: None, text });
    (identity(&plan.meters[job.meter], job, (6, 80)), at, operation)
}

/// What is recorded for a step at an instant; none where the step is not known here.
fn content(plan: &Plan, job: &Job, (step, at): (&Step, UtcMillis), blob: BlobId) -> std::io::Result<Option<RecordContent>> {
    let (no, meter) = (step.no, &plan.meters[job.meter]);
    let answer = |value| Some(RecordContent::Answer { step: no, value });
    Ok(match &step.what {
        StepKind::YesNo => answer(StepValue::YesNo { yes: job.number % 10 != 9 }),
        StepKind::Number { least, most, .. } => {
            let (least, most) = (least.map_or(0, |of| of.0), most.map_or(0, |of| of.0));
            // One in ten is worse than it should be.
            let number = if job.number % 10 == 2 { least - 150 } else { i64::midpoint(least, most) };
            answer(StepValue::Number { number: Thousandths(number) })
        }
        StepKind::Choice { .. } => answer(StepValue::Choice { option: u8::from(job.number % 4 == 1) }),
        StepKind::Photo { .. } => Some(RecordContent::Photo { step: Some(no), blob, taken_at: at, position: None }),
        StepKind::Reading => {
            let mut property = meter.property(job.meter, plan.since).map_err(Error::other)?;
            let register = Millilitres::litres(property.at(at).0.0 / 1_000);
            let reading = ManualReadingId(identity(meter, job, (7, 0)));
            answer(StepValue::Reading { register, reading: Some(reading) })
        }
        StepKind::Part => Some(part(job, no)),
        StepKind::Note => {
            let text = match step.label.as_str() {
                "work-step-fault" => FAULTS[job.number % FAULTS.len()].to_owned(),
                _ => format!("SG-{:05}", 40_000 + job.number * 37),
            };
            Some(RecordContent::Note { step: Some(no), text })
        }
        StepKind::Signature => Strokes::of_pen(&[drawn()]).map(|strokes| RecordContent::Signature {
            step: Some(no),
            strokes,
            signer: meter.customer.clone(),
        }),
        StepKind::Unknown => None,
    })
}

/// The part that an order took: the new meter of a replacement, otherwise a small one.
fn part(job: &Job, no: StepNo) -> RecordContent {
    let is_meter = job.work == WorkKind::Replacement;
    let small = PARTS[job.number % PARTS.len()];
    let (name, count, from) = if is_meter { ("Meter Tirta S-20", 1, PartSource::Store) } else { small };
    let serial = if is_meter { format!("TS20-{:05}", 10_000 + job.number * 53) } else { String::new() };
    RecordContent::Part { step: Some(no), name: name.into(), serial, count, from }
}

/// A line that goes up and down, as a hand draws it.
fn drawn() -> Vec<(u16, u16)> {
    let heights = [600, 250, 700, 320, 640, 420, 560, 480, 520];
    heights.into_iter().zip(1_u16..).map(|(height, place)| (place * 100, height)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::utility::OWN_PLACES;

    #[test]
    fn each_technicians_orders_are_in_the_zone_where_they_work() {
        let places = |technician: usize| technician.checked_sub(1).map_or(OWN_PLACES, |other| TECHNICIANS[other].2);
        for meter in 0..300 {
            for number in 0..4 {
                assert_eq!(places(technician_of(meter, number)), [place_of(meter)], "{meter} {number}");
            }
        }
        assert_eq!(places(HELPER), OWN_PLACES, "who helps is near");
    }

    #[test]
    fn the_month_has_sixty_orders_at_meters_of_their_technicians_zones() {
        let ends = TODAY.map(|(meter, .., end)| (place_of(meter), end));
        assert!(ends.iter().all(|(place, _)| *place == 0), "the shown technician works in the first zone");
        assert!([End::Done, End::Held, End::Going, End::Open].iter().all(|end| ends.iter().any(|(_, of)| of == end)));
        assert_eq!(JOBS + TODAY.len(), 60);
        assert!(
            TODAY.iter().any(|(_, hours, _, priority, end)| *hours < -2 && *priority == Priority::Urgent && *end == End::Open)
        );
        assert!(Strokes::of_pen(&[drawn()]).is_some());
    }
}
