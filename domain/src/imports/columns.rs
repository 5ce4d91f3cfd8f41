//! Suggestions which column holds which field, by the names of the header and by the values of a sample.

use crate::core::words::words;
use crate::imports::cell::{Cell, SheetRow};
use crate::imports::counting::below;
use crate::imports::field::{Field, Kind};
use crate::imports::header::Header;
use crate::imports::mapping::{Choice, Mapping, allowed, required};
use crate::imports::meters;
use crate::imports::months::{self, Month};
use crate::imports::names::{Dictionary, Name, Near};
use crate::imports::parse::plain::shown;
use crate::imports::parse::volume::Unit;
use crate::imports::profile::Profile;
use crate::imports::swings::swings;
use crate::imports::units::{is_of_units, labelled, unit_of};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// Why a field is suggested.
    Because {
        /// The column is called so.
        Name = "name",
        /// It is called so, and its values are such.
        NameAndValues = "name_and_values",
        /// It is called something near to it.
        SimilarName = "similar_name",
        /// Its values are such.
        Values = "values",
    }
}

/// A field that a column seems to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Which.
    pub field: Field,
    /// How sure it is, in thousandths.
    pub confidence_per_mille: u16,
    /// Why.
    pub because: Because,
}

/// What is suggested for a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// What a row is.
    pub kind: Kind,
    /// How sure it is, in thousandths.
    pub confidence_per_mille: u16,
    /// The field of each column; each field stands once, but for registers of months and further meters.
    pub columns: Vec<Option<Suggestion>>,
    /// The mapping that takes them all.
    pub mapping: Mapping,
}

impl Suggested {
    /// The same in the unit that a row above the table names, such as `Units: Gallons`, where no column says another one.
    #[must_use]
    pub fn counted_above(mut self, above: &[SheetRow]) -> Self {
        let Some(unit) = above.iter().find_map(labelled) else { return self };
        for field in [Field::Register, Field::MonthRegister] {
            if self.mapping.column_of(field).is_some() {
                self.mapping.choices.entry(field).or_default().unit.get_or_insert(unit);
            }
        }
        self
    }
}

/// Below this nothing is suggested.
const LEAST: u16 = 450;

/// How many in a thousand values must be of a field's form to speak for it, and below how many they speak against it.
const MOST: u16 = 800;
const FEW: u16 = 300;

/// How sure it is that a column of months holds the days of readings, where no other does.
const MONTHS: u16 = 500;

/// What a column without any value loses, so that one with values goes first.
const BLANK: u16 = 250;

/// What a column of latitudes loses whose values are longitudes, and the other way round: both are changed round where they are read.
const SWAPPED: u16 = 100;

/// What the surest column loses if another is as sure.
const DOUBTFUL: u16 = 250;

/// How sure a name is of registers, in thousandths, that could be anything, such as `value`: its values have to be some.
const VAGUE: u16 = 600;

/// Names of the two columns of an account's sides.
const DEBITS: [&str; 3] = ["debit", "debet", "dr"];
const CREDITS: [&str; 3] = ["credit", "kredit", "cr"];

/// Suggests what a sheet holds. `sample` is rows below the header; some dozens are enough.
pub fn suggest(header: &Header, sample: &[SheetRow]) -> Suggested {
    let columns = known(header, sample);
    let candidate = |kind: &Kind| {
        let found = assigned(&columns, *kind);
        (points(*kind, &found), *kind, found)
    };
    let mut best = candidate(&Kind::Customers);
    for kind in [Kind::Readings, Kind::Balances] {
        let other = candidate(&kind);
        if other.0 > best.0 {
            best = other;
        }
    }
    let (_, kind, found) = best;
    with_mapping(header, kind, found, &columns)
}

/// Suggests columns where somebody has said what a row is.
pub fn suggest_for(kind: Kind, header: &Header, sample: &[SheetRow]) -> Suggested {
    let columns = known(header, sample);
    let found = assigned(&columns, kind);
    with_mapping(header, kind, found, &columns)
}

/// How sure it is that a column holds the register of the month that it is called by, where its neighbours rise with it.
const REGISTER_OF_MONTH: u16 = 900;

/// How sure it is that a column holds a meter's serial number that is called by the meter's number, as its neighbours are.
const METER_OF_SEVERAL: u16 = 900;

/// How sure it is that a column of blocks holds the numbers of customers, where no other column does.
const BLOCK: u16 = 500;

/// A column as it is known.
struct Column {
    name: Name,
    near: Vec<Near>,
    profile: Profile,
    /// The unit of volumes that it names in each row, if it is a column of units.
    unit: Option<Unit>,
    /// The unit that stands below its name.
    below: Option<Unit>,
    /// Whether there are rows in which it could have a value.
    is_sampled: bool,
    /// Whether it is called by a month of its own, and it and others like it hold registers.
    is_month: bool,
    /// Of columns that are called by the numbers of meters, its place among these.
    meter: Option<usize>,
    /// Whether it is called by blocks and has another value in each row, as where the houses stand in it as well.
    is_of_houses: bool,
}

fn known(header: &Header, sample: &[SheetRow]) -> Vec<Column> {
    let dictionary = Dictionary::new();
    let width = sample.iter().map(|row| row.cells.len()).max().unwrap_or(0).max(header.names.len());
    let column = |place: usize| {
        let name = Name::new(header.names.get(place).map_or("", String::as_str));
        let near = if name.is_empty() { Vec::new() } else { dictionary.near(&name) };
        let cells = || sample.iter().filter_map(|row| row.cells.get(place));
        let unit = if is_of_units(&name.joined(), true) { common_unit(cells()) } else { None };
        let below = below(place, sample).unit();
        let profile = Profile::of(cells());
        let is_of_houses = name.joined() == "blok" && are_different(cells());
        Column { near, name, profile, unit, below, is_sampled: !sample.is_empty(), is_month: false, meter: None, is_of_houses }
    };
    let mut columns: Vec<Column> = (0..width).map(column).collect();
    // What was paid in is no balance where what was taken stands beside it.
    if columns.iter().any(|column| is_called(column, &DEBITS)) {
        for column in &mut columns {
            if is_called(column, &CREDITS) {
                column.near.clear();
            }
        }
    }
    let names_meters = |near: &Near| near.is_exact && matches!(near.field, Some(Field::Serial | Field::Number));
    if let Some(meters) = columns.iter().position(|column| column.near.iter().any(names_meters)) {
        for (place, column) in columns.iter_mut().enumerate() {
            let is_vague = |near: &Near| near.field == Some(Field::Register) && near.per_mille <= VAGUE;
            if column.near.iter().any(is_vague) && swings(meters, place, sample) {
                column.near.retain(|near| near.field != Some(Field::Register));
            }
        }
    }
    for place in registers_of_months(header, sample) {
        columns[place].is_month = true;
    }
    for (meter, place) in meters::numbered(&dictionary, &header.names, sample).into_iter().enumerate() {
        columns[place].meter = Some(meter);
    }
    columns
}

/// Whether a column has one of these names, in their short words.
fn is_called(column: &Column, names: &[&str]) -> bool {
    names.contains(&column.name.joined().as_str())
}

/// The columns that are called by months and hold registers, each month once.
fn registers_of_months(header: &Header, sample: &[SheetRow]) -> Vec<usize> {
    let mut months: Vec<(usize, Month)> = Vec::new();
    for (place, name) in header.names.iter().enumerate() {
        let month = Month::of_name(name).filter(|month| !months.iter().any(|(_, other)| other == month));
        months.extend(month.map(|month| (place, month)));
    }
    let is_so = months.len() >= months::LEAST && months::are_registers(&months, sample);
    months.into_iter().map(|(place, _)| place).filter(|_| is_so).collect()
}

/// The unit of volumes that all cells are.
fn common_unit<'a>(cells: impl Iterator<Item = &'a Cell>) -> Option<Unit> {
    let mut units = cells.filter(|cell| !cell.is_blank()).map(|cell| unit_of(&shown(cell)));
    let first = units.next()?.filter(|unit| unit.is_volume())?;
    units.all(|unit| unit == Some(first)).then_some(first)
}

/// Whether no two cells say the same.
fn are_different<'a>(cells: impl Iterator<Item = &'a Cell>) -> bool {
    let mut seen = BTreeSet::new();
    cells.filter(|cell| !cell.is_blank()).all(|cell| seen.insert(shown(cell).trim().to_owned()))
}

/// Whether a field takes what its column's name says to count: money is no tariff class, and no volume is money.
fn takes(field: Field, unit: Unit) -> bool {
    match field {
        Field::Balance => !unit.is_volume(),
        Field::Register => unit.is_volume(),
        Field::TariffClass => false,
        _ => true,
    }
}

/// How a column speaks for a field.
fn suggestion(column: &Column, field: Field) -> Option<Suggestion> {
    if column.unit.is_some() || column.name.unit.is_some_and(|unit| !takes(field, unit)) {
        return None;
    }
    let share = column.profile.share(field).filter(|_| column.profile.count > 0);
    let named = column.near.iter().find(|near| near.field == Some(field));
    let unneeded = column.near.iter().find(|near| near.field.is_none()).map_or(0, |near| near.per_mille);
    let (sure, because) = match (named, share) {
        (Some(near), _) if near.per_mille <= unneeded => return None,
        (Some(_), Some(share)) if field == Field::ReadTime && share < FEW => return None,
        (Some(near), Some(share)) if share >= MOST => (near.per_mille.saturating_add(50), because(near, true)),
        (Some(near), Some(share)) if share < FEW && is_swapped(column, field) => {
            (near.per_mille.saturating_sub(SWAPPED), because(near, false))
        }
        (Some(near), Some(share)) if share < FEW => (near.per_mille.saturating_sub(350), because(near, false)),
        (Some(near), _) if column.profile.count == 0 && column.is_sampled => {
            let least = near.per_mille.min(LEAST);
            (near.per_mille.saturating_sub(BLANK).max(least), because(near, false))
        }
        (Some(near), _) => (near.per_mille, because(near, false)),
        (None, Some(share)) if share >= MOST && unneeded < MOST => (Profile::sure_by_values(field)?, Because::Values),
        _ => return None,
    };
    (sure >= LEAST).then(|| Suggestion { field, confidence_per_mille: sure.min(1_000), because })
}

/// Whether a column that is called by one part of a position holds the other one.
fn is_swapped(column: &Column, field: Field) -> bool {
    let other = match field {
        Field::Latitude => Field::Longitude,
        Field::Longitude => Field::Latitude,
        _ => return false,
    };
    column.profile.share(other).is_some_and(|share| share >= MOST)
}

const fn because(near: &Near, by_values: bool) -> Because {
    match (near.is_exact, by_values) {
        (true, true) => Because::NameAndValues,
        (true, false) => Because::Name,
        (false, _) => Because::SimilarName,
    }
}

/// The surest field of each column, a field once: the surest pair first, of equal ones that on the left. Where another column was as sure of
/// the same field, it is less sure that this is the one.
fn assigned(columns: &[Column], kind: Kind) -> Vec<Option<Suggestion>> {
    let mut pairs: Vec<(usize, Suggestion)> = Vec::new();
    let is_of_month = |column: &Column| kind == Kind::Readings && column.is_month;
    let is_meter = |column: &Column| kind == Kind::Customers && column.meter.is_some();
    for (place, column) in columns.iter().enumerate().filter(|(_, column)| !is_of_month(column) && !is_meter(column)) {
        pairs.extend(allowed(kind).iter().filter_map(|field| suggestion(column, *field)).map(|found| (place, found)));
    }
    pairs.sort_by_key(|(place, found)| (std::cmp::Reverse(found.confidence_per_mille), *place));
    let mut found: Vec<Option<Suggestion>> = vec![None; columns.len()];
    let mut taken: Vec<Field> = Vec::new();
    for (place, suggestion) in &pairs {
        if found[*place].is_none() && !taken.contains(&suggestion.field) {
            found[*place] = Some(*suggestion);
            taken.push(suggestion.field);
        }
    }
    let chosen: Vec<(usize, Suggestion)> = pairs.iter().copied().filter(|(place, sure)| found[*place] == Some(*sure)).collect();
    for (place, own) in chosen {
        let is_as_sure = |(at, other): &(usize, Suggestion)| *at != place && *other == own && found[*at].is_none();
        if pairs.iter().any(is_as_sure) {
            let confidence_per_mille = own.confidence_per_mille.saturating_sub(DOUBTFUL).max(LEAST);
            found[place] = Some(Suggestion { confidence_per_mille, ..own });
        }
    }
    if kind == Kind::Customers {
        number_of_block(columns, &mut found);
        meters_of_several(columns, &mut found, taken.contains(&Field::Serial));
    }
    let is_whole = taken.contains(&Field::ReadAt) && taken.contains(&Field::Register);
    if !is_whole && columns.iter().any(is_of_month) {
        for (place, column) in columns.iter().enumerate() {
            let own = found[place].filter(|own| !matches!(own.field, Field::ReadAt | Field::ReadTime | Field::Register));
            let of_month = Suggestion {
                field: Field::MonthRegister,
                confidence_per_mille: REGISTER_OF_MONTH,
                because: Because::NameAndValues,
            };
            found[place] = if is_of_month(column) { Some(of_month) } else { own };
        }
        return found;
    }
    if kind == Kind::Readings && !taken.contains(&Field::ReadAt) {
        let of_months = |place: &usize| found[*place].is_none() && columns[*place].profile.share_of_months() >= MOST;
        if let Some(place) = (0..columns.len()).find(of_months) {
            found[place] = Some(Suggestion { field: Field::ReadAt, confidence_per_mille: MONTHS, because: Because::Values });
        }
    }
    found
}

/// Gives the column of blocks the customer's number where no other has it and the houses stand in it as well: `A1-02`.
fn number_of_block(columns: &[Column], found: &mut [Option<Suggestion>]) {
    let is_house =
        |column: &Column| column.is_of_houses && column.profile.share(Field::Number).is_some_and(|share| share >= MOST);
    if found.iter().flatten().any(|own| own.field == Field::Number) {
        return;
    }
    if let Some(place) = columns.iter().position(is_house) {
        found[place] = Some(Suggestion { field: Field::Number, confidence_per_mille: BLOCK, because: Because::SimilarName });
    }
}

/// Gives the columns that are called by the numbers of meters their fields: the first has the meter of the row, the others those besides.
fn meters_of_several(columns: &[Column], found: &mut [Option<Suggestion>], has_serial: bool) {
    for (place, column) in columns.iter().enumerate() {
        let Some(meter) = column.meter else { continue };
        let field = if meter == 0 && !has_serial { Field::Serial } else { Field::FurtherSerial };
        let because = Because::NameAndValues;
        found[place] = Some(Suggestion { field, confidence_per_mille: METER_OF_SEVERAL, because });
    }
}

/// How much speaks for a kind: that its own fields are there, and nothing that only customers have.
fn points(kind: Kind, found: &[Option<Suggestion>]) -> u32 {
    let has = |field: Field| found.iter().flatten().any(|suggestion| suggestion.field == field);
    let is_complete = required(kind).iter().all(|fields| fields.iter().any(|field| has(*field)));
    let own = match kind {
        Kind::Customers => {
            let person = [Field::Phone, Field::Nik, Field::Email, Field::HouseholdSize, Field::InstalledOn];
            let place = [Field::Address, Field::TariffClass, Field::Zone, Field::Position, Field::Model];
            let count = |fields: &[Field], each: u32| fields.iter().filter(|field| has(**field)).count() as u32 * each;
            u32::from(has(Field::Name)) * 2 + count(&person, 3) + count(&place, 1)
        }
        Kind::Readings if is_complete => 10,
        Kind::Balances if is_complete => 9,
        Kind::Readings => u32::from(has(Field::Register)) + u32::from(has(Field::ReadAt) || has(Field::ReadTime)),
        Kind::Balances => u32::from(has(Field::Balance)) * 2,
    };
    own + if is_complete { 2 } else { 0 }
}

fn with_mapping(header: &Header, kind: Kind, columns: Vec<Option<Suggestion>>, known: &[Column]) -> Suggested {
    let mut choices = BTreeMap::new();
    let of_rows = known.iter().find_map(|column| column.unit);
    for (suggestion, column) in columns.iter().zip(known) {
        let Some(suggestion) = suggestion else { continue };
        let unit = match suggestion.field {
            Field::Register | Field::MonthRegister => {
                let is_volume = |unit: &Unit| unit.is_volume();
                column.name.unit.filter(is_volume).or(of_rows).or(column.below.filter(is_volume))
            }
            Field::Balance => column.name.unit.filter(|unit| !unit.is_volume()),
            _ => None,
        };
        if let Some(unit) = unit {
            choices.insert(suggestion.field, Choice { unit: Some(unit), ..Choice::default() });
        }
    }
    let sure_of = |fields: &&[Field]| {
        let of = |suggestion: &&Suggestion| fields.contains(&suggestion.field);
        columns.iter().flatten().filter(of).map(|suggestion| u32::from(suggestion.confidence_per_mille)).max().unwrap_or(0)
    };
    let needed = required(kind);
    let confidence = needed.iter().map(sure_of).sum::<u32>() / needed.len().max(1) as u32;
    let fields = columns.iter().map(|column| column.map(|suggestion| suggestion.field)).collect();
    let mapping = Mapping { kind, header: header.names.clone(), columns: fields, choices };
    Suggested { kind, confidence_per_mille: confidence as u16, columns, mapping }
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
