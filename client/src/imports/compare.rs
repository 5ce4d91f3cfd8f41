//! A record of a row beside what is there: what is to be done with it, and what is to be found.

use crate::error::Error;
use crate::imports::connections::{connection_of, connection_with_meter, fields_of, has_further, new_connection};
use crate::imports::known::Known;
use crate::queries::known::{KnownConnection, KnownCustomer};
use domain::billing::opening::is_amount;
use domain::core::text::phone_key;
use domain::imports::{
    Action, BalanceRecord, ConnectionPart, CustomerRecord, Doubt, Field, Finding, Level, Mapping, MeterPart, Reason, Record,
};
use domain::people::CustomerStatus;
use domain::sync::edit::{Change, ConnectionField, CustomerField, Editable, Patch};
use domain::{ConnectionId, CustomerId, MeterId, Millilitres, Rupiah, UtcMillis, ZoneId};
use protocol::ui::imports::{Fate, Policy};
use std::collections::BTreeMap;

/// What a row of an import is compared by.
pub struct Comparer<'a> {
    /// What is there.
    pub known: &'a dyn Known,
    /// Which column holds what.
    pub mapping: Mapping,
    /// What is to be done.
    pub policy: Policy,
    /// The zone of connections whose row names none.
    pub zone: Option<ZoneId>,
}

/// What is to be done with a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deed {
    /// A customer that is not there yet.
    pub customer: Option<NewCustomer>,
    /// Fields of one that is.
    pub edit: Option<(CustomerId, Patch<CustomerField>)>,
    /// A connection that is not there yet.
    pub connection: Option<NewConnection>,
    /// Fields of one that is.
    pub edit_connection: Option<(ConnectionId, Patch<ConnectionField>)>,
    /// A meter that is not there yet, and the connection that is, where no new one is made.
    pub meter: Option<(MeterPart, Option<ConnectionId>)>,
    /// Connections that are not there yet, each with a meter, besides the row's first.
    pub further: Vec<(NewConnection, MeterPart)>,
    /// Readings of a meter that are not there yet, in order of time.
    pub readings: Option<(MeterId, Vec<(UtcMillis, Millilitres)>)>,
    /// An opening balance, for which connection.
    pub opening: Option<(ConnectionId, Rupiah)>,
}

/// A new customer's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCustomer {
    /// The number.
    pub number: String,
    /// The fields.
    pub fields: BTreeMap<CustomerField, String>,
}

/// A new connection's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConnection {
    /// Whose, where the customer is there.
    pub customer: Option<CustomerId>,
    /// In which zone.
    pub zone: ZoneId,
    /// The fields.
    pub fields: BTreeMap<ConnectionField, String>,
}

/// What a comparison is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// To know what becomes of a row: of one that is new nothing is put together, as nothing would be done with it.
    Fate,
    /// To do it.
    Deed,
}

/// What a comparison gets of a row besides its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is a further connection of a customer whom an earlier row has.
    pub is_further: bool,
    /// What for.
    pub wanted: Wanted,
}

/// What a comparison came to.
pub struct Compared {
    /// What becomes of the row.
    pub fate: Fate,
    /// What is to be done; as far as that was wanted.
    pub deed: Deed,
    /// What is to be found.
    pub findings: Vec<Finding>,
}

impl Comparer<'_> {
    /// Compares a record.
    ///
    /// # Errors
    /// What is there cannot be read.
    pub fn compare(&self, row: u32, record: &Record, standing: Standing) -> Result<Compared, Error> {
        let Standing { is_further, wanted } = standing;
        let mut found = RowFindings { mapping: &self.mapping, row, wanted, findings: Vec::new() };
        let (fate, deed) = match record {
            Record::Customer(customer) => self.customer(customer, is_further, &mut found)?,
            Record::Reading(reading) => self.reading(reading, &mut found)?,
            Record::Balance(balance) => self.balance(balance, &mut found)?,
        };
        let is_refused = found.findings.iter().any(|finding| finding.level == Level::Error);
        let (fate, deed) = if is_refused { (Fate::Error, Deed::default()) } else { (fate, deed) };
        Ok(Compared { fate, deed, findings: found.findings })
    }

    fn customer(&self, record: &CustomerRecord, is_further: bool, found: &mut RowFindings<'_>) -> Result<(Fate, Deed), Error> {
        let known = self.known.customer(&record.number)?;
        let is_allowed = if known.is_some() { self.policy.update } else { self.policy.create };
        // Whose customer an earlier row adds was checked before that one was there.
        let is_decided = is_further && found.wanted == Wanted::Deed;
        if !is_allowed && !is_decided {
            return Ok((Fate::LeftOut, Deed::default()));
        }
        match known {
            None => self.new_customer(record, found),
            Some(known) if is_further => self.further_connection(record, &known, found),
            Some(known) => self.known_customer(record, &known, found),
        }
    }

    /// A connection more of a customer whom an earlier row has, which that row says all of.
    fn further_connection(
        &self,
        record: &CustomerRecord,
        known: &KnownCustomer,
        found: &mut RowFindings<'_>,
    ) -> Result<(Fate, Deed), Error> {
        let mut deed = Deed::default();
        if let Some(connection) = connection_with_meter(record, known) {
            edit_connection(record, connection, &mut deed, found);
        } else if let Some(part) = connection_of(record) {
            let place = self.place(record, &part, found);
            deed.connection = place.map(|place| new_connection(Some(known.customer.id), place, &part));
            self.new_meter(record, None, &mut deed, found)?;
        }
        self.further_meters(record, Some(known), &mut deed, found)?;
        let fate = if deed == Deed::default() { Fate::Same } else { Fate::Update };
        Ok((fate, deed))
    }

    fn new_customer(&self, record: &CustomerRecord, found: &mut RowFindings<'_>) -> Result<(Fate, Deed), Error> {
        if let Some(phone) = record.field(CustomerField::Phone).filter(|_| self.known.has_phones())
            && let Some(number) = self.known.number_by_phone(&phone_key(phone))?
        {
            found.warn(Field::Phone, Reason::KnownPhone, &number);
        }
        let mut deed = Deed::default();
        let part = connection_of(record);
        let place = part.as_ref().and_then(|part| self.place(record, part, found));
        if found.wanted == Wanted::Fate {
            // A million rows come by here: nothing of them is copied.
            self.look_for_zeros(&record.number, found)?;
            self.is_free(record, found)?;
            if !found.is_refused() {
                for meter in &record.further {
                    self.is_free_further(meter, found)?;
                }
            }
            return Ok((Fate::Create, deed));
        }
        deed.customer = Some(NewCustomer { number: record.number.clone(), fields: record.said(false).collect() });
        if let (Some(place), Some(part)) = (place, &part) {
            deed.connection = Some(new_connection(None, place, part));
        }
        self.new_meter(record, None, &mut deed, found)?;
        self.further_meters(record, None, &mut deed, found)?;
        Ok((Fate::Create, deed))
    }

    fn known_customer(
        &self,
        record: &CustomerRecord,
        known: &KnownCustomer,
        found: &mut RowFindings<'_>,
    ) -> Result<(Fate, Deed), Error> {
        let mut deed = Deed::default();
        let has_address = !known.customer.address.is_empty();
        let patch = differing(&known.customer, record.said(has_address));
        deed.edit = patch.map(|patch| (known.customer.id, patch));
        let of_meter = connection_with_meter(record, known);
        // The only connection is the row's, unless it has another meter of the row.
        let only = known.connections.first().filter(|only| known.connections.len() == 1 && !has_further(record, only));
        let connection = of_meter.or(only);
        let has_others = known.connections.iter().all(|connection| has_further(record, connection));
        match (connection, connection_of(record)) {
            (Some(connection), part) => {
                edit_connection(record, connection, &mut deed, found);
                if part.is_some() && of_meter.is_none() {
                    self.meter_of_connection(record, connection, &mut deed, found)?;
                }
            }
            (None, Some(part)) if has_others => {
                let place = self.place(record, &part, found);
                deed.connection = place.map(|place| new_connection(Some(known.customer.id), place, &part));
                self.new_meter(record, None, &mut deed, found)?;
            }
            (None, Some(_)) => found.refuse(Field::Serial, Reason::SeveralConnections, ""),
            (None, None) => {}
        }
        self.further_meters(record, Some(known), &mut deed, found)?;
        let fate = if deed == Deed::default() { Fate::Same } else { Fate::Update };
        Ok((fate, deed))
    }

    /// The row's meter where the connection is there already: a new one if it has none, and never another in place of the one there.
    fn meter_of_connection(
        &self,
        record: &CustomerRecord,
        connection: &KnownConnection,
        deed: &mut Deed,
        found: &mut RowFindings<'_>,
    ) -> Result<(), Error> {
        match (&record.meter, &connection.meter) {
            (Some(_), None) => self.new_meter(record, Some(connection.id), deed, found),
            (Some(_), Some((_, serial))) => {
                found.refuse(Field::Serial, Reason::OtherMeter, serial.as_str());
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }

    fn new_meter(
        &self,
        record: &CustomerRecord,
        connection: Option<ConnectionId>,
        deed: &mut Deed,
        found: &mut RowFindings<'_>,
    ) -> Result<(), Error> {
        if self.is_free(record, found)? {
            deed.meter = record.meter.clone().map(|meter| (meter, connection));
        }
        Ok(())
    }

    /// Whether the row's meter, if it has one, is nowhere yet.
    fn is_free(&self, record: &CustomerRecord, found: &mut RowFindings<'_>) -> Result<bool, Error> {
        let Some(meter) = &record.meter else { return Ok(true) };
        let is_known = self.known.meter(&meter.serial)?.is_some();
        if is_known {
            found.refuse(Field::Serial, Reason::KnownSerial, "");
        }
        Ok(!is_known)
    }

    /// The zone and the address of a new connection.
    pub(super) fn place<'r>(
        &self,
        record: &'r CustomerRecord,
        part: &'r ConnectionPart,
        found: &mut RowFindings<'_>,
    ) -> Option<(ZoneId, &'r str)> {
        let Some(zone) = part.zone.or(self.zone) else {
            found.refuse(Field::Zone, Reason::Required, "");
            return None;
        };
        let address = part.address.as_deref().or(record.address()).unwrap_or_default();
        if address.is_empty() {
            found.refuse(Field::Address, Reason::Required, "");
            return None;
        }
        Some((zone, address))
    }

    /// The opening balance of the customer's only connection. Whether it has one already is for the server to say, which alone moves money.
    fn balance(&self, record: &BalanceRecord, found: &mut RowFindings<'_>) -> Result<(Fate, Deed), Error> {
        let Some(known) = self.known.customer(&record.number)? else {
            found.refuse(Field::Number, Reason::UnknownCustomer, "");
            return Ok((Fate::Error, Deed::default()));
        };
        if known.customer.status == CustomerStatus::Inactive {
            found.refuse(Field::Number, Reason::InactiveCustomer, "");
        }
        let connection = match known.connections.as_slice() {
            [only] if only.meter.is_some() => Some(only.id),
            [] | [_] => {
                found.refuse(Field::Number, Reason::UnknownMeter, "");
                None
            }
            _ => {
                found.refuse(Field::Number, Reason::SeveralConnections, "");
                None
            }
        };
        // With nothing a connection begins anyhow.
        if record.balance == Rupiah(0) {
            return Ok((Fate::Same, Deed::default()));
        }
        if !is_amount(record.balance) {
            found.refuse(Field::Balance, Reason::BalanceTooLarge, "");
        }
        let opening = connection.map(|connection| (connection, record.balance));
        Ok((Fate::Create, Deed { opening, ..Deed::default() }))
    }
}

/// What a row says otherwise of a connection that is there.
fn edit_connection(record: &CustomerRecord, connection: &KnownConnection, deed: &mut Deed, found: &mut RowFindings<'_>) {
    let Some(part) = &record.connection else { return };
    let patch = differing(&connection.record, fields_of(part));
    deed.edit_connection = patch.map(|patch| (connection.id, patch));
    if part.zone.is_some_and(|zone| zone != connection.zone) {
        found.warn(Field::Zone, Reason::OtherZone, "");
    }
}

/// The fields in which a record differs from what a row says, as an edit; `None` where it says nothing else.
fn differing<E: Editable>(record: &E, wanted: impl Iterator<Item = (E::Field, String)>) -> Option<Patch<E::Field>> {
    let mut patch = BTreeMap::new();
    for (field, to) in wanted {
        let from = record.value(field);
        if E::key(field, &from) != E::key(field, &to) {
            patch.insert(field, Change { from, to });
        }
    }
    (!patch.is_empty()).then_some(Patch(patch))
}

/// What is found in a row.
pub(super) struct RowFindings<'a> {
    mapping: &'a Mapping,
    row: u32,
    wanted: Wanted,
    findings: Vec<Finding>,
}

impl RowFindings<'_> {
    fn warn(&mut self, field: Field, reason: Reason, about: &str) {
        self.say(field, (Level::Warning, reason), about);
    }

    pub(super) fn refuse(&mut self, field: Field, reason: Reason, about: &str) {
        self.say(field, (Level::Error, reason), about);
    }

    /// An error in one of the columns of a field that several hold.
    pub(super) fn refuse_in(&mut self, column: u32, field: Field, reason: Reason) {
        let place = (Some(column), Some(field));
        self.findings.push(Doubt::new(reason, Action::EditCell).at(Level::Error, self.row, place, ""));
    }

    /// A warning of the customer's number.
    pub(super) fn warn_of_number(&mut self, doubt: Doubt, value: &str) {
        let column = self.mapping.column_of(Field::Number).map(|column| column as u32);
        self.findings.push(doubt.at(Level::Warning, self.row, (column, Some(Field::Number)), value));
    }

    /// Whether anything is an error so far.
    pub(super) fn is_refused(&self) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::Error)
    }

    fn say(&mut self, field: Field, (level, reason): (Level, Reason), about: &str) {
        let column = self.mapping.column_of(field).map(|column| column as u32);
        // Where no column holds what is needed, no cell can be mended; the zone of such rows is chosen with the rules.
        let is_unmapped = column.is_none() && reason == Reason::Required && field != Field::Zone;
        let action = if is_unmapped { Action::MapColumn } else { Action::EditCell };
        self.findings.push(Doubt::new(reason, action).at(level, self.row, (column, Some(field)), about));
    }
}
