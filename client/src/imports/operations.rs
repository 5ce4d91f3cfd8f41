//! The operations of a row. Their identities, and those of the records that they add, follow from the import and the row, and those of readings
//! from what was read: made again after a kill they are the same, so that nothing is there twice.

use crate::imports::compare::{Deed, NewConnection};
use crate::imports::readings::{reading_of, recording_of};
use crate::store::outbox::BatchOperation;
use domain::field::field_record::Explanation;
use domain::{ConnectionId, CustomerId, LocalDay, ManualReadingId, MeterId, TimeZone, UtcMillis};
use protocol::sync::push::Operation;
use uuid::{Builder, Uuid};

/// What an identity is of.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Part {
    Customer = 1,
    Connection = 2,
    Meter = 3,
    Reading = 4,
    Opening = 5,
    AddCustomer = 11,
    EditCustomer = 12,
    AddConnection = 13,
    EditConnection = 14,
    AddMeter = 15,
    AddReading = 16,
    AddOpening = 17,
    UndoCustomer = 21,
    UndoEdit = 22,
    UndoEditConnection = 23,
    UndoOpening = 24,
}

/// An identity that follows from an import, a row and a part. It begins with the time of the import, as others begin with theirs, so that
/// whoever keeps them in order writes them together.
pub(super) fn derived(import: Uuid, row: u32, part: Part) -> Uuid {
    let mut name = [part as u8; 5];
    name[..4].copy_from_slice(&row.to_be_bytes());
    named(import, &name)
}

/// The same of the row's further meters, whose first has place 1.
fn derived_at(import: Uuid, row: u32, part: Part, place: u16) -> Uuid {
    let mut name = [part as u8; 7];
    name[..4].copy_from_slice(&row.to_be_bytes());
    name[5..].copy_from_slice(&place.to_be_bytes());
    named(import, &name)
}

fn named(import: Uuid, name: &[u8]) -> Uuid {
    let mut bytes = *Uuid::new_v5(&import, name).as_bytes();
    bytes[..6].copy_from_slice(&import.as_bytes()[..6]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// Whether a record's identity follows from an import.
pub fn is_of(import: Uuid, id: Uuid) -> bool {
    id.as_bytes()[..6] == import.as_bytes()[..6]
}

/// The customer that a row adds.
pub fn customer_of(import: Uuid, row: u32) -> CustomerId {
    CustomerId(derived(import, row, Part::Customer))
}

/// The connection that a row adds first.
pub fn connection_added_by(import: Uuid, row: u32) -> ConnectionId {
    ConnectionId(derived(import, row, Part::Connection))
}

/// The operation by which a row adds its customer.
pub fn adding_of(import: Uuid, row: u32) -> Uuid {
    derived(import, row, Part::AddCustomer)
}

/// What is known of time where a row is.
#[derive(Clone, Copy)]
pub struct When {
    /// The time zone of the sheet's times.
    pub zone: TimeZone,
    /// Now.
    pub now: UtcMillis,
}

impl When {
    /// Local midnight of a day, and now where none is said or it is yet to come.
    fn start_of(self, day: Option<LocalDay>) -> UtcMillis {
        day.map_or(self.now, |day| self.zone.start_of(day)).min(self.now)
    }
}

/// The operations of a row, in the order in which they build on each other.
pub fn operations(import: Uuid, row: u32, deed: Deed, title: &str, when: When) -> Vec<BatchOperation> {
    let mut made = Made { import, row, title, operations: Vec::new() };
    let mut customer = None;
    if let Some(new) = deed.customer {
        let id = customer_of(import, row);
        customer = Some(id);
        made.push(Part::AddCustomer, Operation::AddCustomer { customer: id, number: new.number, fields: new.fields });
    }
    if let Some((customer, patch)) = deed.edit {
        made.push(Part::EditCustomer, Operation::EditCustomer { customer, patch });
    }
    if let Some((connection, patch)) = deed.edit_connection {
        made.push(Part::EditConnection, Operation::EditConnection { connection, patch });
    }
    // A further connection builds on its customer alone: what becomes of the row's first meter is no matter of it.
    let of_customer = customer.map(|_| derived(import, row, Part::AddCustomer));
    let mut connection = None;
    if let Some(NewConnection { customer: known, zone, fields }) = deed.connection
        && let Some(customer) = known.or(customer)
    {
        let id = connection_added_by(import, row);
        connection = Some(id);
        made.push(Part::AddConnection, Operation::AddConnection { connection: id, customer, zone, fields });
    }
    if let Some((part, known)) = deed.meter
        && let Some(connection) = known.or(connection)
    {
        let meter = MeterId(derived(import, row, Part::Meter));
        let since = when.start_of(part.installed_on);
        let model = part.model.unwrap_or_default();
        made.push(Part::AddMeter, Operation::AddMeter { meter, connection, serial: part.serial, model, since });
        if let Some(register) = part.register {
            let reading = ManualReadingId(derived(import, row, Part::Reading));
            let explained = Explanation::default();
            let read = Operation::RecordReading { reading, meter, at: since, register, photo: None, explained };
            made.push(Part::AddReading, read);
        }
    }
    for (place, (NewConnection { customer: known, zone, fields }, part)) in (1..).zip(deed.further) {
        let Some(customer) = known.or(customer) else { continue };
        let connection = ConnectionId(derived_at(import, row, Part::Connection, place));
        let meter = MeterId(derived_at(import, row, Part::Meter, place));
        let adding = derived_at(import, row, Part::AddConnection, place);
        made.put(adding, of_customer, Operation::AddConnection { connection, customer, zone, fields });
        let (serial, model, since) = (part.serial, part.model.unwrap_or_default(), when.start_of(part.installed_on));
        let add = Operation::AddMeter { meter, connection, serial, model, since };
        made.put(derived_at(import, row, Part::AddMeter, place), Some(adding), add);
    }
    if let Some((meter, readings)) = deed.readings {
        for (at, register) in readings {
            let reading = reading_of(meter, (at, register));
            let explained = Explanation::default();
            let operation = Operation::RecordReading { reading, meter, at, register, photo: None, explained };
            // Each happened by itself: none builds on another.
            let id = recording_of(import, reading);
            made.operations.push(BatchOperation { id, operation, title: title.to_owned(), after: None });
        }
    }
    made.operations
}

/// What takes a row's edits back.
pub fn undo_of_edit(import: Uuid, row: u32, operation: Operation, title: &str) -> BatchOperation {
    let part = match operation {
        Operation::EditConnection { .. } => Part::UndoEditConnection,
        _ => Part::UndoEdit,
    };
    BatchOperation { id: derived(import, row, part), operation, title: title.to_owned(), after: None }
}

/// The operations that take a row back: its new customer, or the edits of its customer and its connection.
pub fn undoing_of(import: Uuid, row: u32) -> [Uuid; 3] {
    [Part::UndoCustomer, Part::UndoEdit, Part::UndoEditConnection].map(|part| derived(import, row, part))
}

/// What takes a row's new customer back.
pub fn undo_of_new(import: Uuid, row: u32, title: &str) -> BatchOperation {
    let operation = Operation::TakeBackCustomer { customer: customer_of(import, row) };
    BatchOperation { id: derived(import, row, Part::UndoCustomer), operation, title: title.to_owned(), after: None }
}

struct Made<'a> {
    import: Uuid,
    row: u32,
    title: &'a str,
    operations: Vec<BatchOperation>,
}

impl Made<'_> {
    fn push(&mut self, part: Part, operation: Operation) {
        // Each builds on the one before: where that is refused, the rest of the row is refused as well.
        let after = self.operations.last().map(|before| before.id);
        self.put(derived(self.import, self.row, part), after, operation);
    }

    fn put(&mut self, id: Uuid, after: Option<Uuid>, operation: Operation) {
        self.operations.push(BatchOperation { id, operation, title: self.title.to_owned(), after });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::compare::NewCustomer;
    use domain::imports::MeterPart;
    use domain::{Millilitres, ZoneId};
    use std::collections::{BTreeMap, HashSet};

    #[test]
    fn a_row_of_months_is_a_reading_for_each_which_none_waits_for() {
        let (import, meter) = (Uuid::now_v7(), MeterId(Uuid::now_v7()));
        let when = When { zone: TimeZone::Jakarta, now: UtcMillis(1_000) };
        let made = |import, months: std::ops::Range<i64>| {
            let readings = months.map(|month| (UtcMillis(month), Millilitres::cubic_metres(month))).collect();
            operations(import, 7, Deed { readings: Some((meter, readings)), ..Deed::default() }, "1", when)
        };
        let year = made(import, 0..12);
        assert_eq!(year.iter().map(|op| op.id).collect::<HashSet<_>>().len(), 12);
        assert!(year.iter().all(|op| op.after.is_none()));
        let read = |operations: &[BatchOperation]| {
            let read = operations.iter().map(|op| match &op.operation {
                Operation::RecordReading { reading, at, .. } => (reading.0, at.0),
                other => panic!("{other:?}"),
            });
            read.collect::<Vec<(Uuid, i64)>>()
        };
        assert!(read(&year).iter().map(|(_, at)| *at).eq(0..12), "in order of time");
        assert_eq!(read(&made(Uuid::now_v7(), 0..12)), read(&year), "the same readings in another import");
        // Where some are there already, the others are what they would have been.
        let rest = made(import, 5..12);
        assert!(rest.iter().map(|op| op.id).eq(year[5..].iter().map(|op| op.id)));
    }

    #[test]
    fn further_meters_build_on_their_customer_and_not_on_each_other() {
        let import = Uuid::now_v7();
        let when = When { zone: TimeZone::Jakarta, now: UtcMillis(1_000) };
        let connection = || NewConnection { customer: None, zone: ZoneId(Uuid::from_u128(1)), fields: BTreeMap::new() };
        let meter = |serial: &str| {
            let serial = serial.parse().expect("a serial");
            MeterPart { serial, model: None, installed_on: None, register: None }
        };
        let made = || {
            let deed = Deed {
                customer: Some(NewCustomer { number: "1".into(), fields: BTreeMap::new() }),
                connection: Some(connection()),
                meter: Some((meter("WM-1"), None)),
                further: vec![(connection(), meter("WM-2")), (connection(), meter("WM-3"))],
                ..Deed::default()
            };
            operations(import, 7, deed, "Siti", when)
        };
        let all = made();
        assert_eq!(all.iter().map(|op| op.id).collect::<Vec<_>>(), made().iter().map(|op| op.id).collect::<Vec<_>>());
        assert_eq!(all.iter().map(|op| op.id).collect::<HashSet<_>>().len(), 7);
        let before = |place: usize| all[place].after.and_then(|id| all.iter().position(|op| op.id == id));
        // The customer, then connection and meter three times.
        assert_eq!((0..7).map(before).collect::<Vec<_>>(), [None, Some(0), Some(1), Some(0), Some(3), Some(0), Some(5)]);
        let meters: HashSet<MeterId> = all
            .iter()
            .filter_map(|op| if let Operation::AddMeter { meter, .. } = &op.operation { Some(*meter) } else { None })
            .collect();
        assert_eq!(meters.len(), 3);
    }

    #[test]
    fn identities_are_the_same_again_and_no_two_are_alike() {
        let import = Uuid::now_v7();
        let parts = [Part::Customer, Part::Connection, Part::Meter, Part::Reading, Part::AddCustomer, Part::UndoCustomer];
        let all = || (1..2_000).flat_map(|row| parts.map(|part| derived(import, row, part))).collect::<Vec<_>>();
        assert_eq!(all(), all());
        assert_eq!(all().into_iter().collect::<HashSet<_>>().len(), 1_999 * parts.len());
        assert!(all().iter().all(|id| id.as_bytes()[..6] == import.as_bytes()[..6]), "the time of the import");
        assert_ne!(derived(import, 7, Part::Meter), derived(Uuid::now_v7(), 7, Part::Meter));
    }
}
