//! How dates and volumes are written (design.md, Formats).

use domain::{Millilitres, TimeZone, UtcMillis};

/// The language of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Bahasa Indonesia.
    Indonesian,
    /// English.
    English,
}

impl Language {
    /// The text in this language.
    pub(crate) const fn say<'t>(self, indonesian: &'t str, english: &'t str) -> &'t str {
        match self {
            Self::Indonesian => indonesian,
            Self::English => english,
        }
    }

    /// Its ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        self.say("id", "en")
    }
}

const ID: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `25 Nov 2026 14.05 WIB`; in English `25 Nov 2026 14:05 WIB`.
pub fn instant(language: Language, zone: TimeZone, at: UtcMillis) -> String {
    let (year, month, day) = zone.day_of(at).ymd();
    let (hour, minute) = zone.clock_of(at);
    let place = usize::try_from(month - 1).unwrap_or_default() % 12;
    let (month, point) = match language {
        Language::Indonesian => (ID[place], '.'),
        Language::English => (EN[place], ':'),
    };
    format!("{day} {month} {year} {hour:02}{point}{minute:02} {}", zone.abbreviation())
}

/// `12,345 m³`, cut to whole litres.
pub fn volume(language: Language, volume: Millilitres) -> String {
    let litres = volume.0 / 1_000;
    let point = language.say(",", ".");
    format!("{}{point}{:03} m³", litres / 1_000, (litres % 1_000).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_the_propertys_and_volumes_are_cubic_metres() {
        let at = UtcMillis(1_764_054_300_000);
        assert_eq!(instant(Language::Indonesian, TimeZone::Jakarta, at), "25 Nov 2025 14.05 WIB");
        assert_eq!(instant(Language::English, TimeZone::Jayapura, at), "25 Nov 2025 16:05 WIT");
        assert_eq!(volume(Language::Indonesian, Millilitres(12_345_678)), "12,345 m³");
    }
}
