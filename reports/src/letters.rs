//! What people have typed, so that each letter of it can be read on paper: there is no font for everything, and no line is endless.

use crate::press::has_letter;

/// Letters in a row without a place to break a line, at most: as many of the widest ones fit beside the names of lines.
pub const IN_ROW: usize = 24;

/// The same in the head, whose letters are larger.
pub const IN_HEAD: usize = 16;

/// Marks on one letter at most: names have two or three, and a tower of them leaves its line, and the page.
const MARKS: usize = 4;

/// Where a line may be broken without a sign for it.
const BREAK: char = '\u{200b}';

/// The text with what no font has written as its code point, as `[U+1F389]`, and with places to break a line in words that are too long for
/// one, after `longest` letters. Marks that are not seen go: they turn what is around them over, or are boxes.
pub fn legible(text: &str, longest: usize) -> String {
    let (mut legible, mut unbroken, mut marks) = (String::with_capacity(text.len()), 0, 0);
    let mut put = |letter: char| {
        marks = if is_combining(letter) { marks + 1 } else { 0 };
        if marks > MARKS {
            return;
        }
        unbroken = if letter.is_whitespace() { 0 } else { unbroken + 1 };
        // A mark stays with the letter that it is on.
        if unbroken > longest && !is_combining(letter) {
            legible.push(BREAK);
            unbroken = 1;
        }
        legible.push(letter);
    };
    for letter in text.chars() {
        match letter {
            '\t' | '\n' | '\r' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{202f}' => put(' '),
            letter if is_unseen(letter) => {}
            letter if letter == ' ' || has_letter(letter) => put(letter),
            letter => format!("[U+{:04X}]", u32::from(letter)).chars().for_each(&mut put),
        }
    }
    legible
}

/// The letters of a text that no font has: it is printed with their code points.
pub fn illegible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| !letter.is_whitespace() && !is_unseen(*letter) && !has_letter(*letter))
}

/// Control characters, zero widths, directions, variants of pictures: seen by nobody.
const fn is_unseen(letter: char) -> bool {
    letter.is_ascii_control()
        || matches!(letter, '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks above and below the letter in front of them, in the scripts that the fonts have.
const fn is_combining(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
        || matches!(letter, '\u{6d6}'..='\u{6ed}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{3099}' | '\u{309a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_of_names_are_in_the_fonts() {
        let names = [
            "\u{160}\u{161} \u{141}\u{142} \u{11e}\u{130}\u{15f} \u{106}\u{10d}\u{17e} \u{c5}\u{d8}\u{e6}\u{df} \u{f1}",
            "Nguy\u{1ec5}n Th\u{1ecb} \u{1ed2}ng \u{110}\u{1eb7}ng \u{1a0}\u{1b0}",
            "\u{418}\u{432}\u{430}\u{43d} \u{451}\u{457}\u{45e} \u{394}\u{3b7}\u{3bc}\u{3ae}\u{3c4}\u{3c1}\u{3b7}\u{3c2}",
            "\u{645}\u{62d}\u{645}\u{62f} \u{639}\u{628}\u{62f} \u{627}\u{644}\u{644}\u{647} \u{5d0}\u{5d1}",
            "\u{9673}\u{5927}\u{6587} \u{6c49}\u{5b57} \u{5c71}\u{7530}\u{592a}\u{90ce} \u{3072}\u{3089} \u{30ab}\u{30ca}",
        ];
        for name in names {
            assert_eq!(legible(name, IN_HEAD), name, "each letter is there");
        }
    }

    #[test]
    fn what_no_font_has_is_written_as_its_code_point() {
        assert_eq!(legible("Warung \u{1f389}!", IN_ROW), "Warung [U+1F389]!");
        assert_eq!(legible("\u{10ffff}\u{a98f}", IN_ROW), "[U+10FFFF][U+A98F]");
        assert_eq!(legible("a\u{202e}b\u{200d}\u{fe0f}c\u{7}\u{ad}\td", IN_ROW), "abc d");
    }

    #[test]
    fn a_tower_of_marks_is_cut_and_the_marks_of_names_are_not() {
        let tower = format!("a{}b", "\u{302}\u{323}".repeat(100));
        assert_eq!(legible(&tower, IN_ROW), "a\u{302}\u{323}\u{302}\u{323}b");
        for name in ["Nguye\u{302}\u{303}n", "\u{5e9}\u{5bc}\u{5c1}\u{5b8}"] {
            assert_eq!(legible(name, IN_ROW), name);
        }
    }

    #[test]
    fn a_word_without_end_can_be_broken() {
        let long = legible(&"W".repeat(100), IN_HEAD);
        assert!(long.split(BREAK).all(|part| part.chars().count() <= IN_HEAD) && long.replace(BREAK, "").len() == 100);
        assert_eq!(legible("Jalan Merdeka Selatan 12", IN_ROW), "Jalan Merdeka Selatan 12");
    }
}
