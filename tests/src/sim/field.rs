//! What technicians do at meters in a simulation, with a network or without: they begin, hold and complete work that their device shows, answer
//! steps, take pictures and read the meter for it. Meanwhile admins give them work, give it to a colleague, and cancel it.

use super::beginning::colleague;
use super::device::Device;
use super::pictures;
use super::schedule::{Step, TECHNICIAN};
use super::server::{id, user};
use super::work;
use super::world::World;
use domain::core::local_time::HOUR_MS;
use domain::field::field_record::Explanation;
use domain::maintenance::priority::Priority;
use domain::maintenance::record::{RecordContent, StepValue};
use domain::maintenance::template::StepNo;
use domain::maintenance::work_order::{WorkKind, WorkStage};
use domain::{ManualReadingId, MeterId, Millilitres, UserId, UtcMillis, WorkOrderId, WorkRecordId};
use protocol::sync::push::Operation;
use protocol::sync::rows::{ManualReading, Person, WorkOrder};
use protocol::sync::work::{NewWorkRecord, WorkMoment};
use uuid::Uuid;

/// The kind of identifiers that readings for work have.
const READINGS: u128 = 280;

/// Meters at which work is given to the technician: mostly those of the zone that is the technician's at first.
const GIVEN_AT: [u128; 8] = [0, 3, 0, 3, 1, 2, 4, 5];

/// What a technician did under an order at one time.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The order.
    pub order: WorkOrderId,
    /// The operations that the device has kept, each with the record that it adds.
    pub done: Vec<(Uuid, Option<WorkRecordId>)>,
    /// The operation of these that says that the work is done.
    pub completed: Option<Uuid>,
}

/// Whether a manual reading was recorded for work.
pub fn is_for_work(reading: Uuid) -> bool {
    reading.as_u128() >> 64 == READINGS
}

impl World {
    /// A technician does something under an order, or an admin says who is to do it.
    pub(super) fn in_field(&mut self, step: &Step) -> Option<u8> {
        let now = self.server.now;
        match *step {
            Step::InField { device, pick } => self.visit(device, pick, now),
            Step::HandOver { device, pick } => {
                let at = &mut self.devices[usize::from(device)];
                let operation = handed_over(at, pick, now)?;
                at.submit(&operation, None, now, false);
                Some(device)
            }
            _ => None,
        }
    }

    /// A technician does one thing under an order, or all of it. A device that ends in between has kept what came before.
    fn visit(&mut self, device: u8, pick: u32, now: UtcMillis) -> Option<u8> {
        let at = &self.devices[usize::from(device)];
        let order = to_do(at, pick)?;
        let operations = Doing { device: at, order: &order, pick, now }.operations();
        // A picture is kept before what names it.
        if operations.iter().any(|operation| work::picture(operation).is_some()) && !self.took(device, pick) {
            return Some(device);
        }
        let at = &mut self.devices[usize::from(device)];
        let mut visit = Visit { order: order.id, done: Vec::new(), completed: None };
        for operation in &operations {
            if !at.submit(operation, None, now, false) {
                break;
            }
            let op = at.last_made();
            let record = match operation {
                Operation::AddWorkRecord(new) => Some(new.record),
                Operation::CompleteWork { .. } => {
                    visit.completed = Some(op);
                    None
                }
                _ => None,
            };
            visit.done.push((op, record));
        }
        at.office.visits.push(visit);
        Some(device)
    }
}

impl Device {
    /// The operation that was made here last.
    fn last_made(&self) -> Uuid {
        id(u128::from(100 + self.number), self.made)
    }
}

/// Something that a technician does now at the meter of an order.
struct Doing<'a> {
    device: &'a Device,
    order: &'a WorkOrder,
    pick: u32,
    now: UtcMillis,
}

impl Doing<'_> {
    fn operations(&self) -> Vec<Operation> {
        let WorkOrder { id: order, meter, .. } = *self.order;
        let at = self.now;
        let begin = Operation::BeginWork { order, meter, at };
        let complete = Operation::CompleteWork { order, meter, at };
        match self.pick % 8 {
            0 => vec![begin],
            1 => vec![Operation::HoldWork(WorkMoment { order, meter, at })],
            2 => vec![self.answer()],
            3 => vec![self.picture()],
            4 => self.reading().into(),
            5 => vec![complete],
            _ => {
                let [read, said] = self.reading();
                vec![begin, self.answer(), self.picture(), read, said, complete]
            }
        }
    }

    /// Adds a record, the nth one of this time.
    fn record(&self, nth: u128, content: RecordContent) -> Operation {
        let WorkOrder { id: order, meter, .. } = *self.order;
        let record = WorkRecordId(id(270 + u128::from(self.device.number), u128::from(self.pick) * 4 + nth));
        Operation::AddWorkRecord(NewWorkRecord { record, order, meter, at: self.now, content })
    }

    fn answer(&self) -> Operation {
        let value = StepValue::YesNo { yes: self.pick.is_multiple_of(3) };
        self.record(0, RecordContent::Answer { step: StepNo(1), value })
    }

    fn picture(&self) -> Operation {
        let blob = pictures::name(self.device.number, self.pick);
        self.record(1, RecordContent::Photo { step: None, blob, taken_at: self.now, position: None })
    }

    /// The meter is read, and the register is the answer to a step. It shows what it showed last, as far as the device knows: what was used is looked
    /// at by swaps alone.
    fn reading(&self) -> [Operation; 2] {
        let (meter, at) = (self.order.meter, self.now);
        let reading = ManualReadingId(id(READINGS, (u128::from(self.device.number) << 32) | u128::from(self.pick)));
        let read: Vec<ManualReading> = work::rows(self.device, "SELECT body FROM manual_reading ORDER BY id");
        let of_meter = read.iter().filter(|read| read.meter == meter).map(|read| read.register);
        let register = of_meter.max().unwrap_or(Millilitres::ZERO);
        // A reading that says nothing more may be one that a swap of the same instant has brought.
        let explained = Explanation { reason: "Dibaca di tempat".into(), no_photo: String::new() };
        let value = StepValue::Reading { register, reading: Some(reading) };
        [
            Operation::RecordReading { reading, meter, at, register, photo: None, explained },
            self.record(2, RecordContent::Answer { step: StepNo(2), value }),
        ]
    }
}

/// An order that the device shows: mostly one that whoever has it is to do.
fn to_do(device: &Device, pick: u32) -> Option<WorkOrder> {
    let all = work::orders(device);
    let mine: Vec<&WorkOrder> = all.iter().filter(|order| order.state.is_open() && is_of(order, user(device.number))).collect();
    let is_any = mine.is_empty() || (pick / 8).is_multiple_of(4);
    let list = if is_any { all.iter().collect() } else { mine };
    list.get((pick >> 8) as usize % list.len().max(1)).copied().cloned()
}

/// Whether somebody is to do an order.
fn is_of(order: &WorkOrder, whose: UserId) -> bool {
    order.technician.as_ref().is_some_and(|technician| technician.id == whose)
}

/// Work is announced for the technician; or work that is the technician's, as the admin's device shows it, is given to a colleague or cancelled.
fn handed_over(device: &Device, pick: u32, now: UtcMillis) -> Option<Operation> {
    let technician = user(TECHNICIAN);
    let person = |id: UserId| Some(Person { id, name: String::new() });
    let mut given = work::orders(device);
    given.retain(|order| order.state.is_open() && is_of(order, technician));
    if pick % 8 > 4 {
        given.retain(|order| matches!(order.stage(), WorkStage::Assigned | WorkStage::Deferred));
    }
    let taken = given.get((pick >> 8) as usize % given.len().max(1)).filter(|_| pick % 8 > 3);
    let Some(&WorkOrder { id: order, meter, .. }) = taken else {
        let order = WorkOrderId(id(260 + u128::from(device.number), u128::from(pick)));
        let meter = MeterId(id(5, GIVEN_AT[(pick >> 8) as usize % GIVEN_AT.len()]));
        let (from, until, text, work) = (now, now.plus(HOUR_MS), String::new(), WorkKind::Repair);
        let (technician, priority, template, minutes) = (person(technician), Priority::Normal, None, None);
        return Some(Operation::PlanWork { order, meter, work, from, until, technician, text, priority, template, minutes });
    };
    Some(match pick % 8 {
        4 => Operation::CancelWork { order, meter },
        _ => Operation::AssignWork { order, meter, to: person(colleague()) },
    })
}
