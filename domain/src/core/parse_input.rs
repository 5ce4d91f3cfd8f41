//! Volumes and shares as people type them: read into whole numbers, exactly, or not at all. Money is read by `typed_money`.

use crate::Millilitres;
use crate::core::text::compact;
use crate::people::Language;

/// Digits of a whole part at most: what is longer is a slip of the finger, and stays far from the range of `i64`.
const LONGEST: usize = 12;

/// Cubic metres with up to six decimals, as `18,5`, `1.250` or `0,75 m³`; in English with a point: `18.5`. `None` if it is no volume.
pub fn parse_cubic_metres(text: &str, language: Language) -> Option<Millilitres> {
    let text = &compact(text);
    let text = ["m³", "m3", "M3"].into_iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    decimal(text.trim(), 6, language).map(Millilitres)
}

/// A share in per cent with one decimal, as `12,5 %`: in thousandths. `None` if it is none.
pub fn parse_per_mille(text: &str, language: Language) -> Option<i64> {
    let text = &compact(text);
    decimal(text.strip_suffix('%').unwrap_or(text).trim(), 1, language)
}

/// A number in units of its last decimal.
fn decimal(text: &str, decimals: usize, language: Language) -> Option<i64> {
    let (point, group) = match language {
        Language::Id => (',', '.'),
        Language::En => ('.', ','),
    };
    let (before, part) = text.split_once(point).unwrap_or((text, ""));
    if part.len() > decimals || !part.bytes().all(|byte| byte.is_ascii_digit()) || text.ends_with(point) {
        return None;
    }
    let part: i64 = format!("{part:0<decimals$}").parse().ok()?;
    whole(before, group)?.checked_mul(10_i64.pow(decimals as u32))?.checked_add(part)
}

/// Digits, plain or in groups of three.
fn whole(text: &str, group: char) -> Option<i64> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = text.split(group);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_grouped = first.len() <= 3 && rest.iter().all(|part| part.len() == 3 && digits(part));
    if !digits(first) || !(rest.is_empty() || is_grouped) {
        return None;
    }
    let plain = std::iter::once(first).chain(rest).collect::<String>();
    if plain.len() > LONGEST { None } else { plain.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_language_has_its_own_point_for_volumes_and_shares() {
        assert_eq!(parse_cubic_metres("18,5 m³", Language::Id), Some(Millilitres(18_500_000)));
        assert_eq!(parse_cubic_metres("1.250 m3", Language::Id), Some(Millilitres::cubic_metres(1_250)));
        assert_eq!(parse_cubic_metres("1,250.000001", Language::En), Some(Millilitres(1_250_000_001)));
        assert_eq!(parse_cubic_metres("18.5", Language::Id), None, "a dot groups, and this is no group");
        assert_eq!(parse_cubic_metres("0,0000001", Language::Id), None);
        assert_eq!(parse_per_mille("12,5 %", Language::Id), Some(125));
        assert_eq!(parse_per_mille("10", Language::En), Some(100));
        assert_eq!(parse_per_mille("12,55", Language::Id), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_never_ends_the_program(text in "\\PC{0,40}") {
            let _ = (parse_cubic_metres(&text, Language::Id), parse_per_mille(&text, Language::En));
        }
    }
}
