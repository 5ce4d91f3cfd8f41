//! What separates the fields of a text: of the usual candidates the one that gives the first records one width.

use super::record::{Next, Scratch, next};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// In this order where nothing else decides.
const CANDIDATES: [u8; 4] = [b'\t', b';', b'|', b','];
/// So many records are looked at.
const RECORDS: usize = 200;

/// A delimiter, and how many fields most records have by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub delimiter: u8,
    pub width: u32,
}

/// The delimiter that a first line `sep=;` names, as Excel writes and reads it, and the text behind the line.
pub(super) fn sep_line(text: &[u8]) -> (Option<u8>, &[u8]) {
    let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    let line = text[..end].trim_ascii_end();
    let line = line.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(line);
    // A tab at the end is the delimiter that is named.
    let line = if line.eq_ignore_ascii_case(b"sep=") { &text[..end.min(5)] } else { line };
    match line {
        [name @ .., b'=', delimiter] if name.eq_ignore_ascii_case(b"sep") && delimiter.is_ascii() && *delimiter != b'"' => {
            let rest = &text[end..];
            let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default();
            (Some(*delimiter), rest)
        }
        _ => (None, text),
    }
}

/// The delimiter of a text; none where no candidate separates anything. The text may end within a record unless it `is_end`.
pub(super) fn find(text: &[u8], is_end: bool) -> Option<Found> {
    let shapes: Vec<Shape> = CANDIDATES.iter().filter_map(|delimiter| Shape::of(text, is_end, *delimiter)).collect();
    let has_other = shapes.iter().any(|shape| shape.delimiter != b',' && shape.share >= 0.5);
    let mut best: Option<&Shape> = None;
    for shape in shapes.iter().filter(|shape| !(shape.delimiter == b',' && has_other && shape.is_decimal)) {
        best = match best {
            Some(best) if (best.score() - shape.score()).abs() < 1e-9 => {
                Some(if shape.width > best.width { shape } else { best })
            }
            Some(best) if best.score() > shape.score() => Some(best),
            _ => Some(shape),
        };
    }
    // In a print, a comma here and there stands within a name.
    let is_table = |shape: &&Shape| shape.share >= 0.5 || !is_print_layout(text);
    best.filter(is_table).map(|shape| Found { delimiter: shape.delimiter, width: shape.width })
}

/// How many fields most records of a text have.
pub(super) fn width(text: &[u8], is_end: bool, delimiter: u8) -> u32 {
    Shape::of(text, is_end, delimiter).map_or(1, |shape| shape.width)
}

/// Whether a text is laid out for a printer: at least three lines, most with wide gaps between words.
pub(super) fn is_print_layout(text: &[u8]) -> bool {
    let lines: Vec<&[u8]> =
        text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).take(RECORDS).collect();
    let gaps = lines.iter().filter(|line| memchr::memmem::find(line, b"   ").is_some()).count();
    lines.len() >= 3 && gaps * 2 > lines.len()
}

/// A delimiter of texts whose lines are each one quoted field with a whole record in it, as programs leave that quote what was a record already:
/// `"1;Siti;12"`. Of the first records at least half are so, and nearly all of all have one width within.
pub(super) fn find_within(text: &[u8], is_end: bool) -> Option<Found> {
    let (mut inner, mut all, mut quoted) = (Vec::<u8>::new(), 0_u32, 0_u32);
    let mut scratch = Scratch::default();
    let mut rest = text;
    while all < RECORDS as u32 && !rest.is_empty() {
        let mut field_within: Vec<u8> = Vec::new();
        // A byte that no text has parts nothing.
        let found = next(rest, is_end, 0, &mut scratch, |_, field| {
            if field.is_quoted && memchr::memchr2(b'\n', b'\r', field.bytes).is_none() {
                field_within.extend_from_slice(field.bytes);
            }
            Ok::<(), Infallible>(())
        });
        let Ok(Next::Record { bytes, .. }) = found else { break };
        let line = rest[..bytes].trim_ascii_end();
        // Quotes within are doubled; what stands behind a closing quote is of another field.
        let quotes = memchr::memchr_iter(b'"', &field_within).count();
        let is_whole = line.ends_with(b"\"") && !field_within.is_empty() && field_within.len() + quotes + 2 == line.len();
        inner.extend_from_slice(if is_whole { field_within.as_slice() } else { line });
        inner.push(b'\n');
        (all, quoted) = (all + 1, quoted + u32::from(is_whole));
        rest = &rest[bytes..];
    }
    if all < 2 || quoted * 2 < all {
        return None;
    }
    let found = find(&inner, true)?;
    let shape = Shape::of(&inner, true, found.delimiter)?;
    let is_number = shape.is_decimal && shape.width == 2;
    (shape.share >= 0.9 && !is_number).then_some(found)
}

/// What a text looks like by one delimiter.
struct Shape {
    delimiter: u8,
    /// The width that most records have which have more than one field.
    width: u32,
    /// Of all records, those with this width.
    share: f64,
    /// Of the records from the first with this width on, those with it: titles above a table do not count.
    steadiness: f64,
    /// Whether nearly all of its places are within numbers.
    is_decimal: bool,
}

impl Shape {
    fn of(text: &[u8], is_end: bool, delimiter: u8) -> Option<Self> {
        let mut widths = Vec::new();
        let (mut places, mut decimals) = (0_u32, 0_u32);
        let mut scratch = Scratch::default();
        let mut rest = text;
        while widths.len() < RECORDS && !rest.is_empty() {
            let mut ends_in_digit = false;
            let mut is_blank = true;
            let found = next(rest, is_end, delimiter, &mut scratch, |column, field| {
                let begins_in_digit = !field.is_quoted && field.bytes.first().is_some_and(u8::is_ascii_digit);
                if column > 0 {
                    places += 1;
                    decimals += u32::from(ends_in_digit && begins_in_digit);
                }
                ends_in_digit = !field.is_quoted && field.bytes.last().is_some_and(u8::is_ascii_digit);
                is_blank &= field.bytes.trim_ascii().is_empty();
                Ok::<(), Infallible>(())
            });
            let Ok(Next::Record { bytes, fields, .. }) = found else { break };
            if !is_blank {
                widths.push(fields);
            }
            rest = &rest[bytes..];
        }
        let mut counts = BTreeMap::new();
        for width in widths.iter().filter(|width| **width > 1) {
            *counts.entry(*width).or_insert(0_usize) += 1;
        }
        let (width, count) = counts.into_iter().max_by_key(|(width, count)| (*count, *width))?;
        let start = widths.iter().position(|found| *found == width)?;
        Some(Self {
            delimiter,
            width,
            share: count as f64 / widths.len() as f64,
            steadiness: count as f64 / (widths.len() - start) as f64,
            is_decimal: decimals * 10 > places * 9,
        })
    }

    fn score(&self) -> f64 {
        self.steadiness * self.share.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, find, is_print_layout, sep_line};

    fn delimiter(text: &str) -> Option<char> {
        find(text.as_bytes(), true).map(|Found { delimiter, .. }| char::from(delimiter))
    }

    #[test]
    fn each_candidate_is_found() {
        for candidate in [',', ';', '\t', '|'] {
            let text = "Nomor,Nama,Bacaan\n0012,Budi,10\n0013,Siti,11\n".replace(',', &candidate.to_string());
            assert_eq!(delimiter(&text), Some(candidate));
        }
    }

    #[test]
    fn decimal_commas_do_not_fool_it() {
        assert_eq!(delimiter("Nama;Bacaan\nBudi;1,5\nSiti;2,25\n"), Some(';'));
        assert_eq!(delimiter("1,5;2,0;3,7\n4,5;5,0;6,7\n"), Some(';'));
        assert_eq!(delimiter("1,5\t2,0\n4,5\t5,0\n"), Some('\t'));
        assert_eq!(delimiter("1,5\n2,5\n"), Some(','), "nothing else separates");
    }

    #[test]
    fn separators_within_values_do_not_fool_it() {
        assert_eq!(
            delimiter("Nama;Alamat\nBudi;Jl. A, RT 1, Bandung\nSiti;Jl. B, RT 2, Bandung\nAni;Jl. C, RT 3, Bogor\n"),
            Some(';')
        );
        assert_eq!(delimiter("Nomor,Nama,Alamat\n1,Budi,Jl. A; RT 1\n2,Siti,Jl. B; RT 2\n3,Ani,Jl. C; RT 3\n"), Some(','));
        assert_eq!(delimiter("a,b\n\"x;y;z\",1\n\"x;y\",2\n"), Some(','));
        assert_eq!(delimiter("\"a;\"\"b\n\";c\n\"d\";e\n"), Some(';'));
    }

    #[test]
    fn titles_above_the_header_do_not_fool_it() {
        assert_eq!(
            delimiter("PDAM Tirta, Kabupaten Bogor\nData, per 1 Januari\n\nNomor;Nama;Bacaan\n1;Budi;1,5\n2;Siti;2,5\n"),
            Some(';')
        );
    }

    #[test]
    fn one_column_has_none() {
        assert_eq!(delimiter("Nomor\n0012\n0013\n"), None);
    }

    #[test]
    fn a_line_names_it() {
        assert_eq!(sep_line(b"sep=;\r\na;b"), (Some(b';'), b"a;b".as_slice()));
        assert_eq!(sep_line(b"\"sep=|\"\na"), (Some(b'|'), b"a".as_slice()));
        assert_eq!(sep_line(b"SEP=\t\ra"), (Some(b'\t'), b"a".as_slice()));
        assert_eq!(sep_line(b"sep=;"), (Some(b';'), b"".as_slice()));
        assert_eq!(sep_line(b"separator=;\na"), (None, b"separator=;\na".as_slice()));
        assert_eq!(sep_line(b"sep=\na"), (None, b"sep=\na".as_slice()));
    }

    #[test]
    fn commas_within_names_make_no_table_of_a_print() {
        let print = "NO   NAMA                 STAND\n1    Siti Aminah             101\n2    H. Budi, S.H.           102\n\
                     3    Andi                    103\n4    Drs. Made               104\n";
        assert_eq!(delimiter(print), None);
    }

    #[test]
    fn records_within_quotes_have_a_delimiter_and_texts_within_quotes_have_none() {
        let within =
            |text: &str| super::find_within(text.as_bytes(), true).map(|found| (char::from(found.delimiter), found.width));
        assert_eq!(within("\"Nomor;Nama;Stand\"\n\"1;Siti;12\"\n\"2;\"\"Budi; Ani\"\";13\"\n"), Some((';', 3)));
        assert_eq!(within("Nomor;Nama;Stand\n\"1;Siti;12\"\n\"2;Budi;13\"\n"), Some((';', 3)), "names without quotes");
        assert_eq!(within("\"1,2,3\"\n\"4,5,6\"\n"), Some((',', 3)), "numbers alone");
        for text in [
            "\"Nama\"\n\"Budi, S.H.\"\n\"Siti\"\n",
            "\"Stand\"\n\"1,5\"\n\"2,5\"\n",
            "\"1\";\"Siti\"\n\"2\";\"Budi\"\n",
            "1;Siti\n2;Budi\n",
        ] {
            assert_eq!(within(text), None, "{text}");
        }
    }

    #[test]
    fn a_print_is_known_by_its_gaps() {
        assert!(is_print_layout(
            b"PDAM TIRTA\nNomor     Nama        Bacaan\n0012      Budi        10\n0013      Siti        11\n"
        ));
        assert!(!is_print_layout(b"Nomor\n0012\n0013\n0014\n"));
    }
}
