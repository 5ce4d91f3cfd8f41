//! What a utility may say of a zone.

use std::ops::RangeInclusive;

/// Characters of a zone's name.
pub const NAME: RangeInclusive<usize> = 2..=60;

/// Whether a text can be a zone's name.
pub fn is_name(text: &str) -> bool {
    let text = text.trim();
    NAME.contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_has_a_name_of_one_line() {
        assert!(is_name("Bandung Timur") && is_name("K1"));
        for text in ["", " x ", "Bandung\nTimur", &"x".repeat(61)] {
            assert!(!is_name(text), "{text:?}");
        }
    }
}
