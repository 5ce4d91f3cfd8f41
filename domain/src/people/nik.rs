//! The national identity number (NIK) where it is not to be read, only compared with a card: enough of it to tell two apart, too little to
//! copy one.

/// Digits of a NIK.
const DIGITS: usize = 16;

/// The sign in place of a digit.
const HIDDEN: char = '•';

/// A NIK with its first two digits, which are of the province, and its last four. What is no NIK is hidden as a whole.
pub fn mask(nik: &str) -> String {
    let letters: Vec<char> = nik.chars().collect();
    let is_nik = letters.len() == DIGITS && letters.iter().all(char::is_ascii_digit);
    let shown = |place: usize| is_nik && (place < 2 || place >= DIGITS - 4);
    letters.into_iter().enumerate().map(|(place, letter)| if shown(place) { letter } else { HIDDEN }).collect()
}

/// A text with each NIK in it masked: sixteen digits in a row, no more and no less, however they are grouped by spaces, dots or hyphens.
pub fn mask_within(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let end = run_end(&letters, at);
        let digits: String = letters[at..end].iter().filter(|letter| letter.is_ascii_digit()).collect();
        if digits.len() == DIGITS {
            out.push_str(&mask(&digits));
            at = end;
        } else {
            let end = end.max(at + 1);
            pieces(&letters[at..end], &mut out);
            at = end;
        }
    }
    out
}

/// A run of several numbers: those of sixteen digits are masked, no part of a longer one is.
fn pieces(run: &[char], out: &mut String) {
    for piece in run.chunk_by(|one, next| one.is_ascii_digit() == next.is_ascii_digit()) {
        let piece: String = piece.iter().collect();
        let is_nik = piece.len() == DIGITS && piece.bytes().all(|letter| letter.is_ascii_digit());
        out.push_str(&if is_nik { mask(&piece) } else { piece });
    }
}

/// Where a run of digits ends that begins at a place; the place itself if none does.
fn run_end(letters: &[char], from: usize) -> usize {
    let mut end = from;
    let mut at = from;
    while let Some(letter) = letters.get(at) {
        match letter {
            letter if letter.is_ascii_digit() => end = at + 1,
            ' ' | '.' | '-' if end == at && end > from => {}
            _ => break,
        }
        at += 1;
    }
    end
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
        for text in ["Rp1.250.000", "+62 812 3456 7890", "2026-11-29 10.00", "12345678901234567", "", "é 5"] {
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
