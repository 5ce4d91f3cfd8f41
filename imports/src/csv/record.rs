//! One record of delimited text (RFC 4180, and what Excel makes of texts that do not keep to it).

use memchr::{memchr, memchr2, memchr3, memrchr2};

/// Memory for fields that are not in the text as they are.
#[derive(Default)]
pub(super) struct Scratch(Vec<u8>);

/// A field.
pub(super) struct Field<'t> {
    /// Its text.
    pub bytes: &'t [u8],
    /// Whether quotes were around it.
    pub is_quoted: bool,
    /// Whether its closing quote is one of another record, so that the records between are within it.
    pub is_unclosed: bool,
}

/// What is at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A record with its end.
    Record {
        /// Bytes it takes.
        bytes: usize,
        /// Lines it ends, 0 of one at the end of the file without an end of line.
        lines: u32,
        /// Its fields.
        fields: u32,
    },
    /// The beginning of one: more text is needed.
    More {
        /// Whether the end of a quoted field is missing.
        is_quoted: bool,
    },
    /// A quote that never closes.
    OpenQuote,
}

/// Reads the record at the beginning of `text` and calls `take` with each field. After [`Next::More`] it is read again from its beginning.
/// A quote counts at the beginning of a field alone; what stands between a closing quote and the separator belongs to the field.
pub(super) fn next<E>(
    text: &[u8],
    is_end: bool,
    delimiter: u8,
    scratch: &mut Scratch,
    mut take: impl FnMut(usize, Field<'_>) -> Result<(), E>,
) -> Result<Next, E> {
    let mut at = 0;
    let mut lines = 0;
    let mut column = 0;
    loop {
        let is_quoted = text.get(at) == Some(&b'"');
        let mut from = at;
        if is_quoted {
            match unquote(text, at + 1, is_end, scratch) {
                Some(after) => from = after,
                None if is_end => return Ok(Next::OpenQuote),
                None => return Ok(Next::More { is_quoted }),
            }
        }
        let stop = match memchr3(delimiter, b'\n', b'\r', &text[from..]) {
            Some(found) => from + found,
            None if is_end => text.len(),
            None => return Ok(Next::More { is_quoted: false }),
        };
        if is_quoted {
            let behind = &text[from..stop];
            let is_unclosed = !behind.trim_ascii().is_empty() && ends_in_record(&scratch.0, delimiter);
            scratch.0.extend_from_slice(behind);
            lines += lines_within(&scratch.0);
            take(column, Field { bytes: &scratch.0, is_quoted, is_unclosed })?;
        } else {
            take(column, Field { bytes: &text[from..stop], is_quoted, is_unclosed: false })?;
        }
        column += 1;
        let fields = u32::try_from(column).unwrap_or(u32::MAX);
        let (end, is_line) = match text.get(stop) {
            Some(byte) if *byte == delimiter => {
                at = stop + 1;
                continue;
            }
            None => (0, false),
            Some(b'\n') => (1, true),
            _ => match text.get(stop + 1) {
                Some(b'\n') => (2, true),
                None if !is_end => return Ok(Next::More { is_quoted: false }),
                _ => (1, true),
            },
        };
        return Ok(Next::Record { bytes: stop + end, lines: lines + u32::from(is_line), fields });
    }
}

/// Puts what is between quotes into the scratch; the place behind the closing one, or none where it is missing.
fn unquote(text: &[u8], mut from: usize, is_end: bool, scratch: &mut Scratch) -> Option<usize> {
    scratch.0.clear();
    loop {
        let quote = from + memchr(b'"', text.get(from..)?)?;
        match text.get(quote + 1) {
            Some(b'"') => {
                scratch.0.extend_from_slice(&text[from..=quote]);
                from = quote + 2;
            }
            None if !is_end => return None,
            _ => {
                scratch.0.extend_from_slice(&text[from..quote]);
                return Some(quote + 1);
            }
        }
    }
}

/// Whether what is between quotes ends within another record: at the beginning of a line, or behind a separator in its last one. Where text
/// stands behind the closing quote as well, that opens a field there, and nobody closed the one before.
fn ends_in_record(quoted: &[u8], delimiter: u8) -> bool {
    memrchr2(b'\n', b'\r', quoted).is_some_and(|end| {
        let last = &quoted[end + 1..];
        last.is_empty() || memchr(delimiter, last).is_some()
    })
}

/// Ends of lines within a field: LF, CR LF, or CR alone.
fn lines_within(field: &[u8]) -> u32 {
    let mut lines = 0;
    let mut rest = field;
    while let Some(found) = memchr2(b'\n', b'\r', rest) {
        let length = if rest[found] == b'\r' && rest.get(found + 1) == Some(&b'\n') { 2 } else { 1 };
        lines += 1;
        rest = &rest[found + length..];
    }
    lines
}
