//! The records of each kind, field by field.

use crate::core::position::Position;
use crate::imports::cell::Cell;
use crate::imports::counting::is_owed;
use crate::imports::field::Field;
use crate::imports::finding::{Action, Doubt, Level, Parsed, Reason};
use crate::imports::parse::date::DateRules;
use crate::imports::parse::plain::{says_nothing, text_of, whole_of_float};
use crate::imports::parse::volume::Unit;
use crate::imports::parse::word::{self, Word};
use crate::imports::parse::{clock, date, identifier, money, nik, phone, place};
use crate::imports::reader::Cells;
use crate::imports::record::{BalanceRecord, ConnectionPart, CustomerRecord, FurtherMeter, MeterPart, ReadingRecord};
use crate::people::{Customer, CustomerStatus};
use crate::sync::edit::{ConnectionField, ConnectionRecord, CustomerField, Editable, Invalid};
use crate::{LocalDay, Millilitres, Rupiah, Serial, UtcMillis};
use jiff::Span;
use jiff::civil::{DateTime, Time};
use std::borrow::Cow;

/// The first year of which there are readings.
const FIRST_YEAR: i16 = 1990;

/// The longest text of a meter's model, in characters.
const LONGEST_MODEL: usize = 64;

/// A text of which each character is seen and typed, as nearly all are: a form keeps it as it is, if it is not too long.
fn is_plain(text: &str) -> bool {
    // Of many bytes at once: it hardly ever ends early.
    text.len() <= 200 && text.bytes().fold(true, |is_plain, byte| is_plain & matches!(byte, b' '..=b'~'))
}

/// A text by the rule of a form; plain ones are taken without asking it, since it keeps them as they are. Lines of a cell become one, with
/// `between` them, since a form has one.
fn line(cell: &Cell, between: &str, clean: impl Fn(&str) -> Result<String, Invalid>) -> Parsed<Option<String>> {
    let Some(text) = text_of(cell)? else { return Ok((None, None)) };
    if is_plain(&text) {
        return Ok((Some(text.into_owned()), None));
    }
    let text = if text.contains(['\n', '\r']) { Cow::Owned(one_line(&text, between)) } else { text };
    Ok((Some(clean(&text)?).filter(|text| !text.is_empty()), None))
}

fn one_line(text: &str, between: &str) -> String {
    let mut line = String::with_capacity(text.len() + 8);
    for part in text.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty()) {
        if line.ends_with(',') {
            line.push(' ');
        } else if !line.is_empty() {
            line.push_str(between);
        }
        line.push_str(part);
    }
    line
}

fn customer_line(cell: &Cell, field: CustomerField) -> Parsed<Option<String>> {
    let between = if field == CustomerField::Address { ", " } else { " " };
    line(cell, between, |text| <Customer as Editable>::clean(field, text))
}

fn connection_line(cell: &Cell, field: ConnectionField) -> Parsed<Option<String>> {
    let between = if field == ConnectionField::Address { ", " } else { " " };
    line(cell, between, |text| <ConnectionRecord as Editable>::clean(field, text))
}

/// An address of mail without what programs put around one: `mailto:a@b.id`, `<a@b.id>`, `a@b.id;`. Of several the first is proposed.
fn email(cell: &Cell) -> Parsed<Option<String>> {
    let Some(text) = text_of(cell)? else { return Ok((None, None)) };
    let bare = text.strip_prefix("mailto:").unwrap_or(&text).trim_matches(['<', '>', ',', ';']);
    let form = |text: &str| <Customer as Editable>::clean(CustomerField::Email, text);
    if let Some((first, _)) = bare.split_once([',', ';', '<', '>']) {
        let doubt = Doubt::new(Reason::Malformed, Action::EditCell);
        return Err(match form(first) {
            Ok(first) if !first.is_empty() => doubt.proposing(first),
            _ => doubt,
        });
    }
    let clean = form(bare)?;
    Ok((Some(clean).filter(|text| !text.is_empty()), None))
}

/// A postal code; a nought alone is none.
fn postal_code(cell: &Cell) -> Parsed<Option<String>> {
    let Some(text) = identifier::digits_of(cell, None)?.filter(|text| text != "0" && !says_nothing(text)) else {
        return Ok((None, None));
    };
    Ok((Some(<Customer as Editable>::clean(CustomerField::PostalCode, &text)?), None))
}

/// How many people: a number, with a word behind it or without (`4 orang`), also as programs write one in a column with gaps (`4.0`).
fn household_size(cell: &Cell) -> Parsed<Option<String>> {
    let Some(text) = text_of(cell)? else { return Ok((None, None)) };
    let bare = text.trim_end_matches(|letter: char| letter.is_alphabetic() || letter == '.').trim_end();
    let bare = if bare.is_empty() { &*text } else { whole_of_float(bare).unwrap_or(bare) };
    if bare == "0" {
        return Ok((None, None));
    }
    Ok((Some(<Customer as Editable>::clean(CustomerField::HouseholdSize, bare)?), None))
}

fn model(cell: &Cell) -> Parsed<Option<String>> {
    let (text, doubt) = customer_line(cell, CustomerField::City)?;
    match text {
        Some(text) if text.chars().count() > LONGEST_MODEL => Err(Invalid::TooLong.into()),
        text => Ok((text, doubt)),
    }
}

impl Cells<'_> {
    /// A row of customers.
    pub fn customer(&mut self) -> Option<CustomerRecord> {
        let number = identifier::new_number(self.needed(Field::Number), self.reader.plan.number_width);
        let number = self.need(Field::Number, number);
        let fields = self.customer_fields();
        let connection = self.connection(&fields);
        let (meter, further) = self.meters();
        // A meter is at a connection, of which the row then says the customer's address.
        let connection = connection.or_else(|| {
            let address = fields.iter().find(|(field, _)| *field == CustomerField::Address).map(|(_, address)| address.clone());
            meter.as_ref().map(|_| ConnectionPart { address, ..ConnectionPart::default() })
        });
        let address_of_parts = self.address_of_parts();
        Some(CustomerRecord { number: number?, fields, connection, meter, further, address_of_parts })
    }

    fn customer_fields(&mut self) -> Vec<(CustomerField, String)> {
        let mut fields = Vec::with_capacity(self.row.cells.len().min(CustomerField::ALL.len()));
        let name = customer_line(self.needed(Field::Name), CustomerField::Name);
        fields.extend(self.need(Field::Name, name).map(|name| (CustomerField::Name, name)));
        const OTHERS: [(Field, CustomerField); 9] = [
            (Field::Phone, CustomerField::Phone),
            (Field::Email, CustomerField::Email),
            (Field::Address, CustomerField::Address),
            (Field::City, CustomerField::City),
            (Field::Province, CustomerField::Province),
            (Field::PostalCode, CustomerField::PostalCode),
            (Field::Nik, CustomerField::Nik),
            (Field::HouseholdSize, CustomerField::HouseholdSize),
            (Field::Status, CustomerField::Status),
        ];
        for (field, of) in OTHERS {
            let cell = self.optional(field);
            if matches!(cell, Cell::Empty) {
                continue;
            }
            let parsed = match of {
                CustomerField::Phone => phone::read(cell),
                CustomerField::Nik => nik::read(cell),
                CustomerField::PostalCode => postal_code(cell),
                CustomerField::HouseholdSize => household_size(cell),
                CustomerField::Status => word::read::<CustomerStatus>(cell)
                    .map(|(status, doubt)| (status.map(|status| status.as_str().to_owned()), doubt)),
                CustomerField::Email => email(cell),
                CustomerField::Name | CustomerField::Address | CustomerField::City | CustomerField::Province => {
                    customer_line(cell, of)
                }
            };
            fields.extend(self.take(field, parsed).map(|value| (of, value)));
        }
        fields
    }

    /// The connection, where the row says anything of one.
    fn connection(&mut self, fields: &[(CustomerField, String)]) -> Option<ConnectionPart> {
        let label = self.connection_text(Field::Label, ConnectionField::Label);
        let own = self.connection_text(Field::ConnectionAddress, ConnectionField::Address);
        let part = ConnectionPart {
            label,
            address: own,
            kind: self.word(Field::PropertyKind),
            tariff_class: self.word(Field::TariffClass),
            zone: self.zone(),
            position: self.position(),
        };
        if part == ConnectionPart::default() {
            return None;
        }
        let customers = || fields.iter().find(|(field, _)| *field == CustomerField::Address).map(|(_, address)| address.clone());
        let address = part.address.clone().or_else(customers);
        Some(ConnectionPart { address, ..part })
    }

    fn connection_text(&mut self, field: Field, of: ConnectionField) -> Option<String> {
        let cell = self.optional(field);
        if cell.is_blank() { None } else { self.take(field, connection_line(cell, of)) }
    }

    fn word<W: Word>(&mut self, field: Field) -> Option<W> {
        let cell = self.optional(field);
        self.take(field, word::read(cell))
    }

    fn zone(&mut self) -> Option<crate::ZoneId> {
        let text = match text_of(self.optional(Field::Zone)) {
            Ok(text) => text?,
            Err(doubt) => return self.take(Field::Zone, Err(doubt)),
        };
        let found = self.reader.zone(&text);
        self.take(Field::Zone, found)
    }

    fn position(&mut self) -> Option<Position> {
        let area = self.reader.rules.area;
        let (pair, lat, lon) = (self.optional(Field::Position), self.optional(Field::Latitude), self.optional(Field::Longitude));
        if !pair.is_blank() {
            return self.take(Field::Position, place::pair(pair, area));
        }
        if matches!((lat, lon), (Cell::Empty, Cell::Empty)) {
            return None;
        }
        let field = if lat.is_blank() { Field::Longitude } else { Field::Latitude };
        self.take(field, place::two(lat, lon, area))
    }

    /// The row's meter and those besides. Where its own column is empty, the first of the others is the row's.
    fn meters(&mut self) -> (Option<MeterPart>, Vec<FurtherMeter>) {
        let mut meter = self.meter();
        let reader = self.reader;
        let mut further: Vec<FurtherMeter> = Vec::new();
        for column in reader.mapping.columns_of(Field::FurtherSerial) {
            let place = (column, Field::FurtherSerial);
            let serial = match identifier::serial(self.in_column(column), reader.plan.serial_width) {
                Ok((serial, doubt)) => {
                    doubt.into_iter().for_each(|doubt| self.note_in(place, Level::Warning, doubt));
                    serial
                }
                Err(doubt) => {
                    let level = if doubt.reason == Reason::ErrorCell { Level::Warning } else { Level::Error };
                    self.note_in(place, level, doubt);
                    None
                }
            };
            let Some(serial) = serial else { continue };
            let is_own = meter.as_ref().is_some_and(|meter| meter.serial == serial);
            if is_own || further.iter().any(|other| other.serial == serial) {
                self.note_in(place, Level::Error, Doubt::new(Reason::TwiceInRow, Action::EditCell));
            } else if meter.is_none() {
                // What is doubtful of it is said already.
                let model = model(self.optional(Field::Model)).ok().and_then(|(model, _)| model);
                meter = Some(MeterPart { serial, model, installed_on: None, register: None });
            } else {
                further.push(FurtherMeter { serial, column: column as u32 });
            }
        }
        (meter, further)
    }

    /// The meter. Without a serial number there is none, and what the row says of one besides is an error.
    fn meter(&mut self) -> Option<MeterPart> {
        let serial = self.take(Field::Serial, identifier::serial(self.optional(Field::Serial), self.reader.plan.serial_width));
        let model = self.take(Field::Model, model(self.optional(Field::Model)));
        let installed_on = self.installed_on();
        let register = self.take(Field::Register, self.register(self.optional(Field::Register)));
        let says_more = installed_on.is_some() || register.is_some_and(|register| register != Millilitres::ZERO);
        if serial.is_none() && says_more && self.reader.column(Field::Serial).is_some() && self.optional(Field::Serial).is_blank()
        {
            self.note(Field::Serial, Level::Warning, Doubt::new(Reason::Required, Action::EditCell));
        }
        Some(MeterPart { serial: serial?, model, installed_on, register })
    }

    fn installed_on(&mut self) -> Option<LocalDay> {
        let time = self.take(Field::InstalledOn, date::read(self.optional(Field::InstalledOn), self.reader.plan.installed_on))?;
        let day = date::day(time)?;
        if day > self.reader.rules.today {
            self.note(Field::InstalledOn, Level::Warning, Doubt::new(Reason::InFuture, Action::EditCell));
        } else if time.year() < FIRST_YEAR {
            self.note(Field::InstalledOn, Level::Warning, Doubt::new(Reason::TooEarly, Action::EditCell));
        }
        Some(day)
    }

    fn register(&self, cell: &Cell) -> Parsed<Option<Millilitres>> {
        self.reader.plan.register.volume(self.row, cell, self.reader.plan.mark)
    }

    /// A row of readings.
    pub fn reading(&mut self) -> Option<ReadingRecord> {
        let plan = &self.reader.plan;
        let serial: Option<Serial> =
            self.take(Field::Serial, identifier::serial(self.optional(Field::Serial), plan.serial_width));
        let number = self.take(Field::Number, identifier::number(self.optional(Field::Number), plan.number_width));
        if serial.is_none() && number.is_none() && !self.is_refused {
            let field = if self.reader.column(Field::Serial).is_some() { Field::Serial } else { Field::Number };
            self.note(field, Level::Error, Doubt::new(Reason::Required, Action::EditCell));
        }
        self.look_for_estimate();
        if !plan.months.is_empty() {
            return self.months(serial, number);
        }
        let read_at = self.read_at();
        let register = self.need(Field::Register, self.register(self.needed(Field::Register)));
        Some(ReadingRecord { serial, number, read_at: read_at?, register: register?, earlier: Vec::new() })
    }

    /// The registers of a row with a column for each month. A month that is not over has none yet.
    fn months(&mut self, serial: Option<Serial>, number: Option<String>) -> Option<ReadingRecord> {
        let (plan, rules) = (&self.reader.plan, &self.reader.rules);
        let mut earlier = Vec::new();
        for (last, column) in &plan.months {
            let place = (*column, Field::MonthRegister);
            let register = match plan.month.volume(self.row, self.in_column(*column), plan.month_mark) {
                Ok((register, doubt)) => {
                    doubt.into_iter().for_each(|doubt| self.note_in(place, Level::Warning, doubt));
                    register
                }
                Err(doubt) => {
                    let level = if doubt.reason == Reason::ErrorCell { Level::Warning } else { Level::Error };
                    self.note_in(place, level, doubt);
                    None
                }
            };
            let Some(register) = register else { continue };
            if *last > rules.today {
                self.note_in(place, Level::Warning, Doubt::new(Reason::InFuture, Action::EditCell));
            } else {
                earlier.push((rules.time_zone.start_of(*last), register));
            }
        }
        let Some((read_at, register)) = earlier.pop() else {
            if !self.is_refused {
                self.note(Field::MonthRegister, Level::Error, Doubt::new(Reason::Required, Action::EditCell));
            }
            return None;
        };
        Some(ReadingRecord { serial, number, read_at, register, earlier })
    }

    fn read_at(&mut self) -> Option<UtcMillis> {
        let plan = &self.reader.plan;
        // Hours of UTC that are added to a time are added to its day with it, and not to that day before.
        let is_joined = plan.time_shift > 0 && !self.optional(Field::ReadTime).is_blank();
        let rules = if is_joined { DateRules { shift_hours: 0, ..plan.read_at } } else { plan.read_at };
        let day = self.need(Field::ReadAt, date::read(self.needed(Field::ReadAt), rules));
        let time_of_day = self.read_time(day);
        let time = match (day?, time_of_day) {
            (day, None) => day,
            (day, Some(time_of_day)) => {
                let joined = day.date().to_datetime(time_of_day);
                match plan.time_shift {
                    0 => joined,
                    hours => joined.checked_add(Span::new().hours(hours)).unwrap_or(joined),
                }
            }
        };
        let is_future = date::day(time)? > self.reader.rules.today;
        if is_future || time.year() < FIRST_YEAR {
            let reason = if is_future { Reason::InFuture } else { Reason::TooEarly };
            self.note(Field::ReadAt, Level::Error, Doubt::new(reason, Action::EditCell));
        }
        let zone = self.time_zone(is_joined || rules.shift_hours > 0)?;
        date::instant(time, zone)
    }

    /// The time of the day, where a column of its own has it. A cell that has the day as well, as where only its time is shown, is of the same day.
    fn read_time(&mut self, day: Option<DateTime>) -> Option<Time> {
        let (cell, plan) = (self.optional(Field::ReadTime), &self.reader.plan);
        let doubt = match clock::read(cell, plan.time_digits) {
            Ok((time, _)) => return time,
            Err(doubt) => doubt,
        };
        let whole = date::read(cell, DateRules { shift_hours: 0, ..plan.read_at }).ok().and_then(|(whole, _)| whole);
        let same = whole.filter(|whole| day.is_some_and(|day| day.date() == whole.date()));
        if same.is_none() {
            self.note(Field::ReadTime, Level::Error, doubt);
        }
        same.map(DateTime::time)
    }

    /// A row of opening balances.
    pub fn balance(&mut self) -> Option<BalanceRecord> {
        let number = self.need(Field::Number, identifier::number(self.needed(Field::Number), self.reader.plan.number_width));
        let balance = if money::is_dash(self.raw(Field::Balance)) {
            self.note(Field::Balance, Level::Error, Doubt::new(Reason::Required, Action::EditCell).proposing("0"));
            None
        } else {
            self.need(Field::Balance, money::read(self.needed(Field::Balance)))
        };
        let is_owed = self.reader.plan.sides.and_then(|column| self.row.cells.get(column)).is_some_and(is_owed);
        if let Some(owed) = balance.filter(|balance| is_owed && balance.0 > 0) {
            let doubt = Doubt::new(Reason::Owed, Action::EditCell).proposing(format!("-{}", owed.0));
            self.note(Field::Balance, Level::Error, doubt);
        }
        let unit = self.reader.plan.balance.of_row(self.row);
        if unit.is_none() && balance.is_some_and(|balance| balance != Rupiah(0)) {
            self.note(Field::Balance, Level::Error, Doubt::new(Reason::UnknownUnit, Action::ChooseUnit));
        }
        let times = if unit == Some(Unit::ThousandRupiah) { 1_000 } else { 1 };
        Some(BalanceRecord { number: number?, balance: Rupiah(balance?.0 * times) })
    }
}
