//! The two languages of what leaves the app, and how days, months and instants are written in them.

use crate::people::Language;
use crate::{LocalDay, LocalMonth, TimeZone, UtcMillis};

/// The text in a language.
pub const fn say<'t>(language: Language, indonesian: &'t str, english: &'t str) -> &'t str {
    match language {
        Language::Id => indonesian,
        Language::En => english,
    }
}

const ID: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const LONG_ID: [&str; 12] =
    ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"];
const LONG_EN: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// The name of a month (1–12).
fn name(month: i8, names: &[&'static str; 12]) -> &'static str {
    names[usize::try_from(month - 1).unwrap_or_default() % 12]
}

/// `25 Nov 2026 14.05 WIB`; in English `25 Nov 2026 14:05 WIB`.
pub fn instant(language: Language, zone: TimeZone, at: UtcMillis) -> String {
    let (hour, minute) = zone.clock_of(at);
    let point = say(language, ".", ":");
    format!("{} {hour:02}{point}{minute:02} {}", day(language, zone.day_of(at)), zone.abbreviation())
}

/// `25 Nov 2026`.
pub fn day(language: Language, day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{day} {} {year}", short_month(language, month))
}

/// `25 Nov`, where the year stands elsewhere.
pub fn day_of_year(language: Language, day: LocalDay) -> String {
    let (_, month, day) = day.ymd();
    format!("{day} {}", short_month(language, month))
}

/// `25 November 2026`.
pub fn long_day(language: Language, day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{day} {} {year}", long_month(language, month))
}

/// `November 2026`.
pub fn month(language: Language, month: LocalMonth) -> String {
    let (year, month) = month.ym();
    format!("{} {year}", long_month(language, month))
}

/// `Nov`, of a month from 1 to 12.
pub fn short_month(language: Language, month: i8) -> &'static str {
    match language {
        Language::Id => name(month, &ID),
        Language::En => name(month, &EN),
    }
}

/// `November`, of a month from 1 to 12.
pub fn long_month(language: Language, month: i8) -> &'static str {
    match language {
        Language::Id => name(month, &LONG_ID),
        Language::En => name(month, &LONG_EN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_the_propertys_with_the_name_of_its_zone() {
        let at = UtcMillis(1_764_054_300_000);
        assert_eq!(instant(Language::Id, TimeZone::Jakarta, at), "25 Nov 2025 14.05 WIB");
        assert_eq!(instant(Language::En, TimeZone::Jayapura, at), "25 Nov 2025 16:05 WIT");
        assert_eq!(instant(Language::Id, TimeZone::Makassar, UtcMillis(1_780_243_200_000)), "1 Jun 2026 00.00 WITA");
    }

    #[test]
    fn days_and_months_are_written_short_and_in_full() {
        let of = LocalDay::from_ymd(2026, 8, 3).unwrap();
        assert_eq!((day(Language::Id, of).as_str(), day_of_year(Language::En, of).as_str()), ("3 Agu 2026", "3 Aug"));
        assert_eq!(
            (long_day(Language::Id, of), month(Language::En, of.month())),
            ("3 Agustus 2026".into(), "August 2026".into())
        );
    }
}
