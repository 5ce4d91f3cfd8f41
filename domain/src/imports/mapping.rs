//! Which column holds which field, and how those are read whose values do not say it themselves: what somebody confirms once for a source.

use crate::imports::field::{Field, Kind};
use crate::imports::names::Name;
use crate::imports::parse::date_text::DateOrder;
use crate::imports::parse::volume::{Mark, Unit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was chosen for a column as a whole; what is not chosen, its values decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// The mark of decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// What is first of day and month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<DateOrder>,
    /// Hours to add to each time; 7, 8 or 9 where local midnights were written in UTC, and 0 where they were not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shift_hours: Option<u8>,
    /// The digits of a number, filled up with zeros in front; 0 for as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u8>,
    /// What the numbers count, by the sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// What they count as they stand, whatever the sheet says: it has a unit that is none here, or a factor beside them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen_unit: Option<Unit>,
}

/// Which column holds which field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// What a row is.
    pub kind: Kind,
    /// The names of the columns, as the header has them.
    pub header: Vec<String>,
    /// The field of each column, from A on. Each field stands once, but for registers of months and further meters; of another one that stands twice the first
    /// column is read.
    pub columns: Vec<Option<Field>>,
    /// What was chosen for a field's column.
    #[serde(default)]
    pub choices: BTreeMap<Field, Choice>,
}

impl Mapping {
    /// The column of a field, from 0.
    pub fn column_of(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|column| *column == Some(field))
    }

    /// All columns of a field, from 0.
    pub fn columns_of(&self, field: Field) -> impl Iterator<Item = usize> {
        self.columns.iter().enumerate().filter(move |(_, column)| **column == Some(field)).map(|(place, _)| place)
    }

    /// What was chosen for a field.
    pub fn choice(&self, field: Field) -> Choice {
        self.choices.get(&field).copied().unwrap_or_default()
    }

    /// Fields that each record needs and no column holds. Of fields of which one is enough, the first is named.
    pub fn missing(&self) -> Vec<Field> {
        let has = |field: &Field| self.column_of(*field).is_some();
        required(self.kind).iter().filter(|fields| !fields.iter().any(has)).filter_map(|fields| fields.first().copied()).collect()
    }

    /// Whether each record's fields have a column.
    pub fn is_complete(&self) -> bool {
        self.missing().is_empty()
    }

    /// The same columns as they are counted in a file that another mapping is of: by its own names, in its own units. These stand in the name of a
    /// field's column, or in a column of units, and are taken neither from another column nor from an earlier file of the source, which may have
    /// had litres.
    #[must_use]
    pub fn counted_as(mut self, file: &Self) -> Self {
        self.header.clone_from(&file.header);
        for field in COUNTED {
            let named = |column: Option<usize>| unit_in_name(field, file.header.get(column?)?);
            let of_rows = file.choice(field).unit.filter(|_| named(file.column_of(field)).is_none());
            let unit = named(self.column_of(field)).or(of_rows);
            let is_same = self.column_of(field) == file.column_of(field);
            let chosen_unit = file.choice(field).chosen_unit.filter(|_| is_same);
            if unit.is_some() || chosen_unit.is_some() || self.choices.contains_key(&field) {
                let choice = self.choices.entry(field).or_default();
                (choice.unit, choice.chosen_unit) = (unit, chosen_unit);
            }
        }
        self
    }

    /// The same with the column of times that another mapping of the file has, where this one reads days without times and leaves that column unread:
    /// it may have been remembered before such columns were known.
    #[must_use]
    pub fn with_times_of(mut self, file: &Self) -> Self {
        let is_open = self.column_of(Field::ReadAt).is_some() && self.column_of(Field::ReadTime).is_none();
        let times = file.column_of(Field::ReadTime).filter(|_| is_open && self.kind == file.kind);
        if let Some(column) = times.and_then(|place| self.columns.get_mut(place)) {
            column.get_or_insert(Field::ReadTime);
        }
        self
    }

    /// Under which a mapping is remembered, and found again for the next file of the same source.
    pub fn signature(&self) -> String {
        signature(&self.header)
    }
}

/// Fields that count something.
const COUNTED: [Field; 3] = [Field::Register, Field::MonthRegister, Field::Balance];

/// The unit that a column's name has for a field: of volumes, or of money.
fn unit_in_name(field: Field, name: &str) -> Option<Unit> {
    Name::new(name).unit.filter(|unit| unit.is_volume() == (field != Field::Balance))
}

/// Fields that each record of a kind needs: of each group one.
pub const fn required(kind: Kind) -> &'static [&'static [Field]] {
    match kind {
        Kind::Customers => &[&[Field::Number], &[Field::Name]],
        Kind::Readings => {
            &[&[Field::Serial, Field::Number], &[Field::ReadAt, Field::MonthRegister], &[Field::Register, Field::MonthRegister]]
        }
        Kind::Balances => &[&[Field::Number], &[Field::Balance]],
    }
}

/// Fields that a sheet of a kind can have.
pub const fn allowed(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Customers => &[
            Field::Number,
            Field::Name,
            Field::Phone,
            Field::Email,
            Field::Address,
            Field::City,
            Field::Province,
            Field::PostalCode,
            Field::Nik,
            Field::HouseholdSize,
            Field::Status,
            Field::Label,
            Field::ConnectionAddress,
            Field::PropertyKind,
            Field::TariffClass,
            Field::Zone,
            Field::Latitude,
            Field::Longitude,
            Field::Position,
            Field::Serial,
            Field::FurtherSerial,
            Field::Model,
            Field::InstalledOn,
            Field::Register,
        ],
        Kind::Readings => &[Field::Number, Field::Serial, Field::ReadAt, Field::ReadTime, Field::Register, Field::MonthRegister],
        Kind::Balances => &[Field::Number, Field::Balance],
    }
}

/// The names of a header in their compared form: the same for `No. Pelanggan` and `NO PELANGGAN`, another one for other columns or another
/// order of them. Columns without a name at the end do not count.
pub fn signature(header: &[String]) -> String {
    let names: Vec<String> = header.iter().map(|name| Name::new(name).joined()).collect();
    let last = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    names[..last].join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_known_by_the_names_of_its_columns() {
        let of = |names: &[&str]| signature(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["No. Pelanggan", "NAMA", "", ""]), of(&["NO PELANGGAN", "Nama"]));
        assert_ne!(of(&["No. Pelanggan", "Nama"]), of(&["Nama", "No. Pelanggan"]));
        assert_ne!(of(&["No. Pelanggan", "Nama"]), of(&["No. Pelanggan", "", "Nama"]));
    }

    #[test]
    fn units_are_those_of_the_file_and_of_the_column() {
        let of = |names: [&str; 2], unit| Mapping {
            kind: Kind::Readings,
            header: names.map(str::to_owned).to_vec(),
            columns: vec![Some(Field::Register), None],
            choices: BTreeMap::from([(
                Field::Register,
                Choice { unit: Some(unit), mark: Some(Mark::Comma), ..Choice::default() },
            )]),
        };
        let litres = of(["Stand (L)", "Volume (m3)"], Unit::Litres);
        let metres = of(["Stand (m3)", "Volume"], Unit::CubicMetres);
        let next = litres.clone().counted_as(&metres);
        assert_eq!(next, metres, "the next file of the source, with what else was chosen");
        let in_second = |mapping: &Mapping| Mapping { columns: vec![None, Some(Field::Register)], ..mapping.clone() };
        let unit = |mapping: Mapping| mapping.choice(Field::Register).unit;
        assert_eq!(unit(in_second(&litres).counted_as(&litres)), Some(Unit::CubicMetres));
        assert_eq!(unit(in_second(&metres).counted_as(&metres)), None);
        let of_rows = of(["Stand", "Volume"], Unit::Litres);
        assert_eq!(unit(in_second(&of_rows).counted_as(&of_rows)), Some(Unit::Litres), "of a column of units");
        assert_eq!(litres.clone().counted_as(&litres), litres);
    }

    #[test]
    fn a_mapping_of_days_takes_a_column_of_times_that_it_left_unread() {
        let of = |columns: [Option<Field>; 3]| Mapping {
            kind: Kind::Readings,
            header: ["Tgl Baca", "Jam Baca", "Stand"].map(str::to_owned).to_vec(),
            columns: columns.to_vec(),
            choices: BTreeMap::new(),
        };
        let now = of([Some(Field::ReadAt), Some(Field::ReadTime), Some(Field::Register)]);
        let before = of([Some(Field::ReadAt), None, Some(Field::Register)]);
        assert_eq!(before.with_times_of(&now), now);
        for other in [[Some(Field::ReadAt), Some(Field::Serial), None], [None, None, Some(Field::MonthRegister)]] {
            assert_eq!(of(other).with_times_of(&now), of(other), "a column that holds something else, or no days");
        }
    }

    #[test]
    fn what_is_missing_is_named_and_a_mapping_survives_storage() {
        let mut mapping = Mapping {
            kind: Kind::Readings,
            header: vec!["No Samb".into()],
            columns: vec![None, Some(Field::Number)],
            choices: BTreeMap::new(),
        };
        assert_eq!(mapping.missing(), [Field::ReadAt, Field::Register]);
        mapping.choices.insert(Field::Register, Choice { mark: Some(Mark::Comma), ..Choice::default() });
        let json = serde_json::to_string(&mapping).expect("json");
        assert_eq!(serde_json::from_str::<Mapping>(&json).expect("a mapping"), mapping);
        assert!(json.contains(r#""register":{"mark":"comma"}"#), "{json}");
        for kind in Kind::ALL {
            assert!(required(*kind).iter().flat_map(|fields| fields.iter()).all(|field| allowed(*kind).contains(field)));
        }
    }
}
