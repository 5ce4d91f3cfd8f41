//! The national identity number (NIK) where it is not to be read, only compared with a card: enough of it to tell two apart, too little to
//! copy one.

use std::ops::Range;

/// Digits of a NIK.
const DIGITS: usize = 16;

/// What stands between groups of digits, and so many of them at most.
const SEPARATORS: [char; 4] = [' ', '.', '-', '/'];
const GAP: usize = 3;

/// The sign in place of a digit.
const HIDDEN: char = '•';

/// A NIK with its first two digits, which are of the province, and its last four. What is no NIK is hidden as a whole.
pub fn mask(nik: &str) -> String {
    let letters: Vec<char> = nik.chars().collect();
    let is_nik = letters.len() == DIGITS && letters.iter().all(char::is_ascii_digit);
    let shown = |place: usize| is_nik && !(2..DIGITS - 4).contains(&place);
    letters.into_iter().enumerate().map(|(place, letter)| if shown(place) { letter } else { HIDDEN }).collect()
}

/// A text with each NIK in it masked: sixteen digits, however they are grouped by spaces, dots, hyphens or slashes, also beside another
/// number. Of a longer run of groups those are one that have a day and a month of birth where a NIK has them.
pub fn mask_within(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for run in runs(&letters) {
        for span in spans(&letters, &run) {
            out.extend(&letters[at..span.start]);
            out.push_str(&mask(&digits(&letters[span.clone()])));
            at = span.end;
        }
    }
    out.extend(&letters[at..]);
    out
}

/// Groups of digits, run by run: between those of one run there are only separators.
fn runs(letters: &[char]) -> Vec<Vec<Range<usize>>> {
    let mut runs: Vec<Vec<Range<usize>>> = Vec::new();
    let mut start = None;
    for (place, letter) in letters.iter().copied().chain([HIDDEN]).enumerate() {
        match (letter.is_ascii_digit(), start) {
            (true, None) => start = Some(place),
            (false, Some(from)) => {
                let group = from..place;
                start = None;
                match runs.last_mut().filter(|run| run.last().is_some_and(|last| is_gap(&letters[last.end..from]))) {
                    Some(run) => run.push(group),
                    None => runs.push(vec![group]),
                }
            }
            _ => {}
        }
    }
    runs
}

fn is_gap(between: &[char]) -> bool {
    between.len() <= GAP && between.iter().all(|letter| SEPARATORS.contains(letter))
}

/// Where in a run a NIK stands: the run as a whole, or else neighbouring groups of it.
fn spans(letters: &[char], run: &[Range<usize>]) -> Vec<Range<usize>> {
    let count = |groups: &[Range<usize>]| groups.iter().map(Range::len).sum::<usize>();
    let whole = |groups: &[Range<usize>]| groups[0].start..groups[groups.len() - 1].end;
    if count(run) == DIGITS {
        return vec![whole(run)];
    }
    let (mut found, mut first) = (Vec::new(), 0);
    while first < run.len() {
        let rest = &run[first..];
        let many = (1..=rest.len()).find(|many| count(&rest[..*many]) >= DIGITS).unwrap_or(rest.len());
        let groups = &rest[..many];
        if count(groups) == DIGITS && (many == 1 || has_birth(&digits(&letters[whole(groups)]))) {
            found.push(whole(groups));
            first += many;
        } else {
            first += 1;
        }
    }
    found
}

/// Whether the seventh to the tenth digit are a day, to which 40 is added for a woman, and a month.
fn has_birth(nik: &str) -> bool {
    let part = |from: usize| nik.get(from..from + 2).and_then(|two| two.parse::<u8>().ok()).unwrap_or_default();
    matches!(part(6), 1..=31 | 41..=71) && matches!(part(8), 1..=12)
}

fn digits(letters: &[char]) -> String {
    letters.iter().filter(|letter| letter.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_province_and_the_last_four_digits_are_shown() {
        assert_eq!(mask("3273010101900001"), "32••••••••••0001");
        assert_eq!(mask(""), "");
        assert_eq!(mask("327301"), "••••••");
    }

    #[test]
    fn a_number_within_a_text_is_masked_and_others_are_not() {
        assert_eq!(mask_within("NIK 3273010101900001."), "NIK 32••••••••••0001.");
        assert_eq!(mask_within("3273-0101-0190-0001 lama"), "32••••••••••0001 lama");
        assert_eq!(mask_within("32730101 01900001"), "32••••••••••0001");
        assert_eq!(mask_within("3273010101900001 15.00"), "32••••••••••0001 15.00");
        assert_eq!(mask_within("RT 5 3273 0101 0190 0001"), "RT 5 32••••••••••0001");
        assert_eq!(mask_within("3273-0101-0190-0001 0812"), "32••••••••••0001 0812");
        assert_eq!(mask_within("3273  0101 / 0190.0001"), "32••••••••••0001");
        for text in [
            "Rp1.250.000",
            "2026-11-29 10.00, 2026-11-30 10.00",
            "12345678901234567 5",
            "+62 812 3456 7890",
            "2026-11-29 10.00",
            "12345678901234567",
            "",
            "é 5",
        ] {
            assert_eq!(mask_within(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_text_shows_a_nik_that_was_in_it(before in "[^0-9 .\\-]{0,8}", nik in "[0-9]{16}", after in "[^0-9 .\\-]{0,8}") {
            let masked = mask_within(&format!("{before}{nik}{after}"));
            prop_assert!(!masked.contains(&nik[2..12]));
            prop_assert_eq!(masked, format!("{before}{}{after}", mask(&nik)));
        }

        #[test]
        fn any_text_is_masked_without_a_stumble(text in "\\PC{0,60}") {
            prop_assert_eq!(mask_within(&text).chars().filter(|letter| *letter != HIDDEN).count() <= text.chars().count(), true);
        }
    }
}
