//! The meters of a customer's row besides its first (`Meter 2`, `Meter 3`): each at a connection of its own, which is as the row's.

use crate::error::Error;
use crate::imports::compare::{Comparer, Deed, RowFindings};
use crate::imports::connections::{connection_of, is_at, new_connection};
use crate::queries::known::KnownCustomer;
use domain::imports::{CustomerRecord, Field, FurtherMeter, MeterPart, Reason};
use domain::sync::edit::ConnectionField;

impl Comparer<'_> {
    /// Adds what is to be done with the further meters of a row, whose customer is there or not: nothing with those that the customer has.
    pub(super) fn further_meters(
        &self,
        record: &CustomerRecord,
        known: Option<&KnownCustomer>,
        deed: &mut Deed,
        found: &mut RowFindings<'_>,
    ) -> Result<(), Error> {
        let connections = known.map(|known| known.connections.as_slice()).unwrap_or_default();
        let is_there = |meter: &FurtherMeter| connections.iter().any(|connection| is_at(connection, &meter.serial));
        let missing: Vec<&FurtherMeter> = record.further.iter().filter(|meter| !is_there(meter)).collect();
        // A row that is refused is refused as a whole.
        if missing.is_empty() || found.is_refused() {
            return Ok(());
        }
        let Some(part) = connection_of(record) else { return Ok(()) };
        let Some(place) = self.place(record, &part, found) else { return Ok(()) };
        for meter in missing {
            if !self.is_free_further(meter, found)? {
                continue;
            }
            let number = record.further.iter().position(|other| other == meter).unwrap_or_default() + 2;
            let mut connection = new_connection(known.map(|known| known.customer.id), place, &part);
            // What the sheet has no name for is told apart by a number.
            if part.label.is_none()
                && let Some(label) = connection.fields.get_mut(&ConnectionField::Label)
            {
                *label = format!("{label} {number}");
            }
            let model = record.meter.as_ref().and_then(|first| first.model.clone());
            let meter = MeterPart { serial: meter.serial.clone(), model, installed_on: None, register: None };
            deed.further.push((connection, meter));
        }
        Ok(())
    }

    /// Whether a further meter is nowhere yet.
    pub(super) fn is_free_further(&self, meter: &FurtherMeter, found: &mut RowFindings<'_>) -> Result<bool, Error> {
        let is_known = self.known.meter(&meter.serial)?.is_some();
        if is_known {
            found.refuse_in(meter.column, Field::FurtherSerial, Reason::KnownSerial);
        }
        Ok(!is_known)
    }
}
