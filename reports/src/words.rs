//! The two languages of papers, and how instants are written in them.

use domain::people::Language;
use domain::{LocalDay, TimeZone, UtcMillis};

/// The text in a language.
pub const fn say<'t>(language: Language, indonesian: &'t str, english: &'t str) -> &'t str {
    match language {
        Language::Id => indonesian,
        Language::En => english,
    }
}

const ID: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `25 Nov 2026 14.05 WIB`; in English `25 Nov 2026 14:05 WIB`.
pub fn instant(language: Language, zone: TimeZone, at: UtcMillis) -> String {
    let (hour, minute) = zone.clock_of(at);
    let point = match language {
        Language::Id => '.',
        Language::En => ':',
    };
    format!("{} {hour:02}{point}{minute:02} {}", day(language, zone.day_of(at)), zone.abbreviation())
}

/// `25 Nov 2026`.
pub fn day(language: Language, day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    let place = usize::try_from(month - 1).unwrap_or_default() % 12;
    let month = match language {
        Language::Id => ID[place],
        Language::En => EN[place],
    };
    format!("{day} {month} {year}")
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
}
