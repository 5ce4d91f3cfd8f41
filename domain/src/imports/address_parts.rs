//! Addresses that a sheet has in parts: columns of their own for hamlet, neighbourhoods (RT, RW) and village, as registers of villages have them, or
//! for block and house, and no column for the whole address. They are found by their names, beside the mapping, and made one line for each row.

use crate::ZoneId;
use crate::core::search::search_form;
use crate::imports::cell::SheetRow;
use crate::imports::columns::Suggested;
use crate::imports::field::{Field, Kind};
use crate::imports::finding::Level;
use crate::imports::mapping::Mapping;
use crate::imports::names::Name;
use crate::imports::parse::plain::{shown, text_of, whole_of_float};
use crate::imports::reader::Cells;
use crate::people::Customer;
use crate::sync::edit::{CustomerField, Editable};

/// A part of an address.
#[derive(Debug)]
struct Part {
    /// What its column is called, in short words written as one.
    names: &'static [&'static str],
    /// What stands in front of a value that does not say it itself.
    label: &'static str,
    /// Words with which a value says it itself.
    said_by: &'static [&'static str],
    /// The label of the part behind which it stands without a comma, and what is between the two.
    joined: Option<(&'static str, &'static str)>,
    /// Whether it says where in its village somebody lives.
    is_place: bool,
}

const HAMLET: &[&str] = &["dusun", "dsn", "dukuh", "lingkungan", "lingk", "kampung", "kp", "banjar", "br"];
const VILLAGE: &[&str] = &["desa", "ds", "kelurahan", "kel"];

const fn place(names: &'static [&'static str], label: &'static str, said_by: &'static [&'static str]) -> Part {
    Part { names, label, said_by, joined: None, is_place: true }
}

/// A part in which many live.
const fn around(names: &'static [&'static str], label: &'static str, said_by: &'static [&'static str]) -> Part {
    Part { names, label, said_by, joined: None, is_place: false }
}

/// The parts in the order in which they are read.
static PARTS: [Part; 14] = [
    place(&["blok", "blokno", "bloknorumah", "noblok"], "Blok", &["blok", "blk"]),
    Part {
        names: &["norumah", "rumahno", "normh", "houseno"],
        label: "No.",
        said_by: &["no", "nomor"],
        joined: Some(("Blok", " ")),
        is_place: false,
    },
    place(&["dusun", "dsn", "namadusun"], "Dusun", HAMLET),
    place(&["dukuh", "padukuhan", "pedukuhan"], "Dukuh", HAMLET),
    place(&["lingkungan", "namalingkungan"], "Lingkungan", HAMLET),
    place(&["kampung", "namakampung"], "Kampung", HAMLET),
    place(&["banjar", "namabanjar"], "Banjar", HAMLET),
    place(&["rt", "nort"], "RT", &["rt"]),
    Part { names: &["rw", "norw"], label: "RW", said_by: &["rw"], joined: Some(("RT", "/")), is_place: true },
    place(&["rtrw"], "RT/RW", &["rt"]),
    around(&["desa", "namadesa"], "Desa", VILLAGE),
    around(&["kelurahan", "kel", "namakelurahan"], "Kel.", VILLAGE),
    around(&["desakelurahan", "desakel", "kelurahandesa", "keldesa"], "Desa/Kel.", VILLAGE),
    around(&["kecamatan", "kec", "namakecamatan"], "Kec.", &["kecamatan", "kec"]),
];

impl Part {
    fn is_called(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    /// A value as the address has it: with its label, unless it says that itself. `None` where noughts alone stand for nothing.
    fn said(&self, text: &str) -> Option<String> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = whole_of_float(&text).unwrap_or(&text);
        if text.bytes().all(|byte| byte == b'0') {
            return None;
        }
        let first = text.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
        let is_said = self.said_by.iter().any(|word| first.eq_ignore_ascii_case(word));
        Some(if is_said { text.to_owned() } else { format!("{} {text}", self.label) })
    }
}

/// The columns with the parts of addresses, in the order in which they are read.
#[derive(Clone, Debug, Default)]
pub(super) struct AddressParts(Vec<(usize, &'static Part)>);

impl AddressParts {
    /// Those of a mapping; none where a column has the whole address, or no part says where in a village somebody lives. A hamlet or a block may be
    /// the zone as well, and the number of a house that of the customer.
    pub fn of(mapping: &Mapping) -> Self {
        let has_whole = [Field::Address, Field::ConnectionAddress].into_iter().any(|field| mapping.column_of(field).is_some());
        if mapping.kind != Kind::Customers || has_whole {
            return Self::default();
        }
        let is_free = |column: usize| {
            let field = mapping.columns.get(column).copied().flatten();
            matches!(field, None | Some(Field::Zone | Field::Number))
        };
        let names: Vec<String> = mapping.header.iter().map(|name| Name::new(name).joined()).collect();
        let column_of = |part: &Part| (0..names.len()).find(|column| is_free(*column) && part.is_called(&names[*column]));
        let parts: Vec<_> = PARTS.iter().filter_map(|part| column_of(part).map(|column| (column, part))).collect();
        let is_place = parts.iter().any(|(_, part)| part.is_place);
        Self(if is_place { parts } else { Vec::new() })
    }
}

impl Cells<'_> {
    /// The address that the parts of a row make: `Dusun Krajan, RT 02/RW 03, Desa Sukamaju`. A part that is no text is left out with a warning.
    pub fn address_of_parts(&mut self) -> Option<String> {
        let reader = self.reader;
        let parts = &reader.address.0;
        let (first, _) = parts.first()?;
        let (mut address, mut before) = (String::new(), "");
        for (column, part) in parts {
            let said = match text_of(self.in_column(*column)) {
                Ok(text) => text.and_then(|text| part.said(&text)),
                Err(doubt) => {
                    self.note_in((*column, Field::Address), Level::Warning, doubt);
                    None
                }
            };
            let Some(said) = said else { continue };
            if !address.is_empty() {
                let between = part.joined.filter(|(label, _)| *label == before).map_or(", ", |(_, between)| between);
                address.push_str(between);
            }
            address.push_str(&said);
            before = part.label;
        }
        if address.is_empty() {
            return None;
        }
        match <Customer as Editable>::clean(CustomerField::Address, &address) {
            Ok(address) => Some(address),
            Err(invalid) => {
                self.note_in((*first, Field::Address), Level::Warning, invalid.into());
                None
            }
        }
    }
}

impl Suggested {
    /// The same without a column of zones that is called by a part of an address, as `Dusun` is, and names none of the utility's zones: each of its
    /// rows would be refused.
    #[must_use]
    pub fn in_zones(mut self, zones: &[(ZoneId, String)], rows: &[SheetRow]) -> Self {
        let Some(column) = self.mapping.column_of(Field::Zone) else { return self };
        let name = self.mapping.header.get(column).map(|name| Name::new(name).joined()).unwrap_or_default();
        let Some(part) = PARTS.iter().find(|part| part.is_called(&name)) else { return self };
        let bare = |text: &str| {
            let form = search_form(text);
            part.said_by.iter().find_map(|word| form.strip_prefix(*word)).unwrap_or(&form).to_owned()
        };
        let names: Vec<String> = zones.iter().map(|(_, name)| bare(name)).collect();
        let mut cells = rows.iter().filter_map(|row| row.cells.get(column)).filter(|cell| !cell.is_blank());
        let is_zone = cells.any(|cell| names.contains(&bare(&shown(cell))));
        if !is_zone && !names.is_empty() {
            self.mapping.columns[column] = None;
            if let Some(suggestion) = self.columns.get_mut(column) {
                *suggestion = None;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_its_label_once() {
        let part = |name: &str| PARTS.iter().find(|part| part.is_called(name)).expect("a part");
        for (name, value, said) in [
            ("dusun", "Krajan", "Dusun Krajan"),
            ("dusun", "Dsn. Krajan", "Dsn. Krajan"),
            ("dusun", "KAMPUNG  BARU", "KAMPUNG BARU"),
            ("rt", "02", "RT 02"),
            ("rt", "2.0", "RT 2"),
            ("rt", "RT02", "RT02"),
            ("rtrw", "02/03", "RT/RW 02/03"),
            ("rtrw", "RT 02 RW 03", "RT 02 RW 03"),
            ("norumah", "12A", "No. 12A"),
            ("norumah", "No 12", "No 12"),
            ("norumah", "Nogo 1", "No. Nogo 1"),
            ("desakel", "Desa Sukamaju", "Desa Sukamaju"),
        ] {
            assert_eq!(part(name).said(value).as_deref(), Some(said), "{name}: {value}");
        }
        assert_eq!((part("rt").said("000"), part("rt").said("0.0")), (None, None));
    }

    #[test]
    fn the_names_of_parts_are_those_of_columns() {
        let part = |name: &str| PARTS.iter().find(|part| part.is_called(&Name::new(name).joined())).map(|part| part.label);
        for (name, label) in [
            ("DUSUN", "Dusun"),
            ("Nama Dusun", "Dusun"),
            ("RT", "RT"),
            ("No. RW", "RW"),
            ("RT / RW", "RT/RW"),
            ("Blok", "Blok"),
            ("Blok/No", "Blok"),
            ("No. Rumah", "No."),
            ("Nomor Rumah", "No."),
            ("Desa", "Desa"),
            ("Desa/Kelurahan", "Desa/Kel."),
            ("Kel.", "Kel."),
            ("Kecamatan", "Kec."),
            ("Lingkungan", "Lingkungan"),
        ] {
            assert_eq!(part(name), Some(label), "{name}");
        }
        for name in ["Alamat", "No", "Nama", "Rumah", "No. HP", "Kelas", ""] {
            assert_eq!(part(name), None, "{name}");
        }
    }
}
