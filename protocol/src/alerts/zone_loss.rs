//! Water that is lost in a zone, in words: the values of a notification's sentence, which are the same on a page and in a message.

use domain::Millilitres;

/// The key of its title, of `{ $name }`.
pub const TITLE: &str = "alert-zone-loss";

/// The key of its sentence, of `{ $name }`, `{ $percent }` and `{ $volume }`.
pub const TEXT: &str = "alert-zone-loss-text";

/// The values of both: the zone's name, whole per cent, and whole cubic metres a day, which need no language's separators up to 9,999.
pub fn values(name: &str, per_mille: i32, per_day: Millilitres) -> [(&'static str, String); 3] {
    let percent = (i64::from(per_mille) + 5).div_euclid(10);
    let cubic_metres = per_day.0.saturating_add(500_000).div_euclid(1_000_000);
    [("name", name.to_owned()), ("percent", percent.to_string()), ("volume", cubic_metres.to_string())]
}

/// The key of the title of a notification that a bulk meter is silent, of `{ $serial }`.
pub const SILENT_TITLE: &str = "alert-inflow-silent";

/// The key of its sentence, of `{ $serial }` and `{ $name }`.
pub const SILENT_TEXT: &str = "alert-inflow-silent-text";

/// The values of both: the zone's name and the meter's serial number.
pub fn silent_values(name: &str, serial: &str) -> [(&'static str, String); 2] {
    [("name", name.to_owned()), ("serial", serial.to_owned())]
}
