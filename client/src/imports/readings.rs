//! A record of a reading beside what is there, and the identity of an imported reading: it follows from what was read, so that a sheet that is imported
//! twice brings it once, whatever the import and the device.

use crate::error::Error;
use crate::imports::compare::{Comparer, Deed, RowFindings};
use domain::imports::{Field, ReadingRecord, Reason};
use domain::{ManualReadingId, MeterId, Millilitres, UtcMillis};
use protocol::ui::imports::Fate;
use uuid::{Builder, Uuid};

/// What sort of reading it is: one by eye.
const BY_EYE: u8 = 1;

/// A reading of a meter: when, and what the register showed. It begins with its instant, as others begin with the time at which they were made.
pub fn reading_of(meter: MeterId, (at, register): (UtcMillis, Millilitres)) -> ManualReadingId {
    let mut name = [BY_EYE; 17];
    name[..8].copy_from_slice(&at.0.to_be_bytes());
    name[8..16].copy_from_slice(&register.0.to_be_bytes());
    let mut bytes = *Uuid::new_v5(&meter.0, &name).as_bytes();
    bytes[..6].copy_from_slice(&at.0.max(0).to_be_bytes()[2..]);
    ManualReadingId(Builder::from_custom_bytes(bytes).into_uuid())
}

/// The operation by which an import records a reading. It begins with the time of the import.
pub fn recording_of(import: Uuid, reading: ManualReadingId) -> Uuid {
    let mut bytes = *Uuid::new_v5(&import, reading.0.as_bytes()).as_bytes();
    bytes[..6].copy_from_slice(&import.as_bytes()[..6]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

impl Comparer<'_> {
    /// What is to be done with the readings of a row, and by which meter they are.
    pub(super) fn reading(&self, record: &ReadingRecord, found: &mut RowFindings<'_>) -> Result<(Fate, Deed), Error> {
        let meter = match (&record.serial, &record.number) {
            (Some(serial), number) => {
                let meter = self.known.meter(serial)?;
                // Whose number is nobody's says nothing; a meter that is nowhere now was somebody's once.
                let holder = meter.as_ref().and_then(|meter| meter.customer.as_ref());
                if let (Some(holder), Some(number)) = (holder, number)
                    && holder != number
                    && self.known.customer(number)?.is_some()
                {
                    found.refuse(Field::Number, Reason::MeterElsewhere, holder);
                }
                meter.map(|meter| meter.id)
            }
            (None, Some(number)) => self.known.customer(number)?.and_then(|known| match known.connections.as_slice() {
                [only] => only.meter.as_ref().map(|(id, _)| *id),
                _ => None,
            }),
            (None, None) => None,
        };
        let Some(meter) = meter else {
            let field = if record.serial.is_some() { Field::Serial } else { Field::Number };
            found.refuse(field, Reason::UnknownMeter, "");
            return Ok((Fate::Error, Deed::default()));
        };
        let mut readings = Vec::new();
        for reading in record.all() {
            if !self.known.has_reading(meter, reading)? {
                readings.push(reading);
            }
        }
        if readings.is_empty() {
            return Ok((Fate::Same, Deed::default()));
        }
        Ok((Fate::Create, Deed { readings: Some((meter, readings)), ..Deed::default() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_reading_is_the_same_again_and_another_one_where_anything_differs() {
        let meters = [1, 2].map(|meter| MeterId(Uuid::from_u128(meter)));
        let all = || {
            let of_meter = |meter| {
                let at = [-1, 0, 1_764_547_200_000].map(UtcMillis);
                at.into_iter().flat_map(move |at| [0, 7].map(|litres| reading_of(meter, (at, Millilitres::litres(litres)))))
            };
            meters.into_iter().flat_map(of_meter).collect::<Vec<_>>()
        };
        assert_eq!(all(), all());
        assert_eq!(all().into_iter().collect::<HashSet<_>>().len(), 12);
        let imports = [1, 2].map(Uuid::from_u128);
        assert_ne!(recording_of(imports[0], all()[0]), recording_of(imports[1], all()[0]));
        assert_ne!(recording_of(imports[0], all()[0]), recording_of(imports[0], all()[1]));
    }
}
