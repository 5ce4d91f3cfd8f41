//! Rows of tables that surely have one line. They are as high as a line, so that each of their cells is set once; a row whose height is not known
//! is set twice, at first only to see how high it gets.

use crate::press::LINE;

/// Hundredths of a millimetre of a column that are no room for letters.
const INSET: i64 = 200;

/// Thousandths of its size that a digit is wide: all of them the same, as templates ask for (`number-width`).
const DIGIT: i64 = 600;

/// Thousandths of its size by which a letter takes more than its width, at most: in `(j` two stand further apart, and in `2x2` an x is a sign.
const APART: i64 = 120;

/// How much each column of a table holds in a line, in thousandths of the size of its letters.
pub struct Lines(Vec<i64>);

impl Lines {
    /// Of columns with these widths beside each other, which share `room` hundredths of a millimetre, with letters of a size in tenths of a point.
    pub fn new(widths: impl Iterator<Item = u8> + Clone, room: i64, size: i64) -> Self {
        let all: i64 = widths.clone().map(i64::from).sum();
        // An inch has 72 points, and 2,540 hundredths of a millimetre.
        let holds = |width: u8| (room * i64::from(width) / all.max(1) - INSET) * 72_000 / (size * 254).max(1);
        Self(widths.map(holds).collect())
    }

    /// Whether a row has one line whatever its letters are set like. One that has none, or other letters than those of ASCII, is not known.
    pub fn is_single(&self, cells: &[String]) -> bool {
        let fits = |(text, room): (&String, &i64)| widest(text).is_some_and(|width| width <= *room);
        cells.iter().any(|text| !text.trim().is_empty()) && cells.iter().zip(&self.0).all(fits)
    }
}

/// How high a line is beside the size of its letters.
pub fn height() -> f64 {
    LINE.height
}

/// Thousandths of the size of its letters that a text is wide at most.
fn widest(text: &str) -> Option<i64> {
    text.chars().map(width).sum()
}

fn width(letter: char) -> Option<i64> {
    match letter {
        '0'..='9' => Some(DIGIT),
        '\u{a0}' => width(' '),
        letter => LINE.widths.get(u32::from(letter) as usize).copied().flatten().map(|width| width + APART),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press;
    use domain::UtcMillis;
    use serde_json::json;

    /// A template that fails where a text is wider than it should be, or not as high as a line.
    const MEASURED: &str = r#"
#let it = json("lines.json")
#set text(font: "Plus Jakarta Sans", size: 100pt, lang: "id", fallback: false, number-width: "tabular")
#context {
  for (text, width) in it.texts {
    let seen = measure(text)
    assert(seen.width <= width * 0.1pt + 0.001pt, message: text)
    assert(calc.abs(seen.height / 100pt - it.height) < 0.000001, message: text)
  }
}
"#;

    #[test]
    fn no_text_is_wider_or_higher_than_is_computed() {
        let letters: Vec<char> = (b'!'..=b'~').map(char::from).collect();
        let mut texts: Vec<String> = letters.iter().map(|letter| letter.to_string().repeat(9)).collect();
        let apart: Vec<char> = "()[]{}cfijlt?1VT".chars().collect();
        texts.extend(apart.iter().flat_map(|one| apart.iter().map(move |other| format!("{one}{other}"))));
        texts.extend(
            ["Sari Lestari 997", "ffi ffl", "-> <- =>", "1-2 3x4", "12,5\u{a0}%", "25 Nov 2025 14.05 WIB"].map(str::to_owned),
        );
        let texts: Vec<(&str, i64)> = texts.iter().map(|text| (text.as_str(), widest(text).expect("letters of ASCII"))).collect();
        let data = json!({ "texts": texts, "height": height() });
        press::pdf(MEASURED, &data, None, ("lines", UtcMillis(0))).expect("no text is wider or higher");
    }

    #[test]
    fn a_row_has_one_line_where_each_cell_has_room_for_it() {
        let lines = Lines::new([10, 30].into_iter(), 18_000, 70);
        let is_single = |cells: [&str; 2]| lines.is_single(&cells.map(str::to_owned));
        assert!(is_single(["000123", "Sari Lestari, Jl. Merdeka 1"]) && is_single(["", "Sari"]));
        assert!(!is_single(["WWWWWWWWWWWWWWWWWW", "Sari"]), "it is longer than its column");
        assert!(!is_single(["000123", "\u{160}tefan"]), "another font has other heights");
        assert!(!is_single(["a\nb", "Sari"]) && !is_single(["", ""]));
    }
}
