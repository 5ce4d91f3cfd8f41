//! The time zone of each reading, where a column names it: a utility may have readings of two zones in one sheet.

use crate::TimeZone;
use crate::core::search::search_form;
use crate::imports::cell::SheetRow;
use crate::imports::field::Field;
use crate::imports::finding::{Action, Doubt, Level, Reason};
use crate::imports::mapping::Mapping;
use crate::imports::parse::plain::{says_nothing, shown};
use crate::imports::reader::Cells;

/// Names of such a column, in the form of a search. The last two may have zones of supply as well.
const NAMES: [&str; 8] = ["timezone", "tz", "zonawaktu", "zonajam", "readtimezone", "readingtimezone", "zona", "zone"];
const VAGUE: [&str; 2] = ["zona", "zone"];

/// The column that names the time zone of each row, if one does that is read as nothing else.
pub(super) fn column(mapping: &Mapping, rows: &[&SheetRow]) -> Option<usize> {
    let is_so = |(column, name): (usize, &String)| {
        let name = search_form(name);
        let is_free = mapping.columns.get(column).is_none_or(Option::is_none);
        is_free && NAMES.contains(&name.as_str()) && (!VAGUE.contains(&name.as_str()) || are_zones(column, rows))
    };
    mapping.header.iter().enumerate().position(is_so)
}

/// Whether a column has time zones and nothing else.
fn are_zones(column: usize, rows: &[&SheetRow]) -> bool {
    let cells = rows.iter().filter_map(|row| row.cells.get(column)).filter(|cell| !cell.is_blank());
    let zones: Vec<Option<TimeZone>> = cells.map(|cell| zone_of(&shown(cell))).collect();
    !zones.is_empty() && zones.iter().all(Option::is_some)
}

/// The zone that a text names: by its short name, its place, or its hours before UTC.
fn zone_of(text: &str) -> Option<TimeZone> {
    if text.contains('-') {
        return None;
    }
    match search_form(text).as_str() {
        "wib" | "asiajakarta" | "asiapontianak" | "utc7" | "gmt7" | "utc07" | "gmt07" | "utc0700" | "gmt0700" | "0700"
        | "wibutc7" | "wibgmt7" => Some(TimeZone::Jakarta),
        "wita" | "asiamakassar" | "asiaujungpandang" | "utc8" | "gmt8" | "utc08" | "gmt08" | "utc0800" | "gmt0800" | "0800"
        | "witautc8" | "witagmt8" => Some(TimeZone::Makassar),
        "wit" | "asiajayapura" | "utc9" | "gmt9" | "utc09" | "gmt09" | "utc0900" | "gmt0900" | "0900" | "witutc9" | "witgmt9" => {
            Some(TimeZone::Jayapura)
        }
        _ => None,
    }
}

impl Cells<'_> {
    /// The zone of the row's time: that of its column, or else the sheet's. Hours of UTC are added for the sheet's.
    pub(super) fn time_zone(&mut self, is_moved: bool) -> Option<TimeZone> {
        let of_sheet = self.reader.rules.time_zone;
        let Some(column) = self.reader.plan.local_zones.filter(|_| !is_moved) else { return Some(of_sheet) };
        let text = shown(self.in_column(column));
        if text.trim().is_empty() || says_nothing(text.trim()) {
            return Some(of_sheet);
        }
        let zone = zone_of(&text);
        if zone.is_none() {
            self.note_in((column, Field::ReadAt), Level::Error, Doubt::new(Reason::UnknownTimeZone, Action::EditCell));
        }
        zone
    }
}
