//! Delimited text, streamed from the file: encoding and delimiter are detected, lines are counted as an editor counts them.

mod delimiter;
pub(crate) mod encoding;
mod input;
mod record;

use crate::error::{Fault, Quantity, ReadError};
use crate::notes::{Occurrences, Ragged};
use crate::rows::Rows;
use crate::workbook::{Opened, Source as AnySource};
use crate::{Format, Limits, OpenError, Options, Progress, SheetInfo};
use encoding::Detected;
use input::Input;
use record::{Next, Scratch};
use std::fs::File;
use std::io::{Seek, SeekFrom};

/// So many bytes of text are looked at for the delimiter.
const SAMPLE: usize = 256 << 10;

/// A text that was opened.
pub(crate) struct Source {
    file: File,
    size: u64,
    detected: Detected,
    delimiter: u8,
    has_sep_line: bool,
    /// How many fields most of the first records have.
    width: u32,
    /// Whether records are within one quoted field each.
    is_wrapped: bool,
}

pub(crate) fn open(mut file: File, size: u64, limits: &Limits, options: &Options) -> Result<Opened, OpenError> {
    if let Some(byte) = options.delimiter
        && (!byte.is_ascii() || matches!(byte, b'"' | b'\r' | b'\n' | 0))
    {
        return Err(OpenError::BadDelimiter(byte));
    }
    let detected = encoding::detect(&mut file, options.encoding.as_deref())?;
    let mut input = Input::new(rewound(&file, &detected)?, &detected);
    while input.text().len() < SAMPLE && input.fill()? {}
    let sample = input.text();
    if sample.is_empty() {
        return Err(OpenError::Empty);
    }
    let (sep, rest) = delimiter::sep_line(sample);
    let is_end = input.is_end();
    let within = if options.delimiter.or(sep).is_none() { delimiter::find_within(rest, is_end) } else { None };
    let found = match (within, options.delimiter.or(sep)) {
        (Some(found), _) => found,
        (None, Some(byte)) => delimiter::Found { delimiter: byte, width: delimiter::width(rest, is_end, byte) },
        (None, None) => match delimiter::find(rest, is_end) {
            Some(found) => found,
            None if delimiter::is_print_layout(rest) => return Err(OpenError::PrintLayout),
            None => delimiter::Found { delimiter: b',', width: 1 },
        },
    };
    if found.width > limits.columns {
        return Err(Quantity::Columns.over(limits.columns.into(), None).into());
    }
    let format = Format::Csv {
        encoding: detected.encoding.name(),
        has_bom: detected.bom > 0,
        delimiter: found.delimiter,
        has_sep_line: sep.is_some(),
    };
    let info = SheetInfo { name: String::new(), is_hidden: false, failure: None };
    let source = Source {
        file,
        size,
        detected,
        delimiter: found.delimiter,
        has_sep_line: sep.is_some(),
        width: found.width,
        is_wrapped: within.is_some(),
    };
    Ok((format, vec![info], AnySource::Csv(source)))
}

/// The file again, behind its byte order mark.
fn rewound(file: &File, detected: &Detected) -> std::io::Result<File> {
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(detected.bom))?;
    Ok(file)
}

impl Source {
    pub fn read(&mut self, limits: &Limits, rows: &mut Rows<'_>) -> Result<(), ReadError> {
        let mut input = Input::new(rewound(&self.file, &self.detected)?, &self.detected);
        let mut ragged = Ragged { width: self.width, shorter: None, longer: None };
        let mut line = 1_u32;
        let result = self.read_records(&mut input, limits, rows, &mut line, &mut ragged);
        if ragged.shorter.is_some() || ragged.longer.is_some() {
            rows.notes.ragged = Some(ragged);
        }
        match result {
            Err(Stop::Fault(fault)) => Err(fault.reading(line)),
            Err(Stop::OpenQuote) => Err(ReadError::OpenQuote { row: line }),
            Ok(()) => Ok(()),
        }
    }

    fn read_records(
        &self,
        input: &mut Input,
        limits: &Limits,
        rows: &mut Rows<'_>,
        line: &mut u32,
        ragged: &mut Ragged,
    ) -> Result<(), Stop> {
        // So much is kept of a record that does not end: what a row may need, and far less than a file.
        let most = limits.cell_bytes.saturating_mul(16).max(1 << 20);
        let mut scratch = Scratch::default();
        let mut is_sep_line = self.has_sep_line;
        let mut inner: Vec<u8> = Vec::new();
        loop {
            if input.text().is_empty() && !input.fill()? {
                return Ok(());
            }
            let text = input.text();
            rows.begin(*line, false);
            let is_suspect = input.has_replacements();
            let mut is_replaced = false;
            inner.clear();
            let next = record::next(text, input.is_end(), self.delimiter, &mut scratch, |column, field| {
                is_replaced |= is_suspect && memchr::memmem::find(field.bytes, REPLACEMENT).is_some();
                if self.is_wrapped && column == 0 && field.is_quoted {
                    inner.extend_from_slice(field.bytes);
                }
                put(rows, column, &field, limits)
            })?;
            match next {
                Next::Record { bytes, lines, fields } => {
                    let is_whole = fields == 1 && !inner.is_empty();
                    let fields = if is_whole { self.read_within(&inner, limits, rows, *line)? } else { fields };
                    if !is_sep_line {
                        if fields > 1 || bytes > 2 {
                            note_width(ragged, fields, *line);
                        }
                        if is_replaced {
                            Occurrences::note(&mut rows.notes.replaced, *line);
                        }
                        let progress = Progress { done: input.progress(bytes), total: self.size };
                        if rows.end(progress).map_err(Fault::from)?.is_break() {
                            return Ok(());
                        }
                    }
                    is_sep_line = false;
                    input.take(bytes);
                    *line = line.saturating_add(lines);
                }
                Next::OpenQuote => return Err(Stop::OpenQuote),
                Next::More { is_quoted } if text.len() > most => {
                    let too_large = Quantity::CellBytes.over(limits.cell_bytes as u64, Some(*line));
                    return Err(if is_quoted { Stop::OpenQuote } else { Fault::from(too_large).into() });
                }
                Next::More { .. } => {
                    input.fill()?;
                }
            }
        }
    }
}

impl Source {
    /// Reads the record that is within a quoted field in place of that field; returns how many fields it has. One of several lines is none.
    fn read_within(&self, inner: &[u8], limits: &Limits, rows: &mut Rows<'_>, line: u32) -> Result<u32, Stop> {
        if memchr::memchr2(b'\n', b'\r', inner).is_some() {
            return Ok(1);
        }
        rows.begin(line, false);
        let mut scratch = Scratch::default();
        let next = record::next(inner, true, self.delimiter, &mut scratch, |column, field| put(rows, column, &field, limits))?;
        match next {
            Next::Record { fields, .. } => Ok(fields),
            Next::OpenQuote | Next::More { .. } => Err(Stop::OpenQuote),
        }
    }
}

/// U+FFFD.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// Puts a field into its cell.
fn put(rows: &mut Rows<'_>, column: usize, field: &record::Field<'_>, limits: &Limits) -> Result<(), Stop> {
    // Empty fields count as well here: nobody has so many, and a line of separators would be read for long.
    if column >= limits.columns as usize {
        return Err(Quantity::Columns.over(limits.columns.into(), Some(rows.number())).into());
    }
    // A quote that closes in another record, or many lines further down, made one text of all between.
    if field.is_unclosed {
        return Err(Stop::OpenQuote);
    }
    if field.bytes.len() > limits.cell_bytes && field.is_quoted && memchr::memchr2(b'\n', b'\r', field.bytes).is_some() {
        return Err(Stop::OpenQuote);
    }
    // Programs of DOS end a file with this.
    if field.bytes == b"\x1a" {
        return Ok(());
    }
    let text = str::from_utf8(field.bytes).map_err(|_| Fault::broken("its text changed while it was read"))?;
    Ok(rows.text(column, unwrapped(text, field.is_quoted)).map_err(Fault::from)?)
}

/// A field without what programs put around a text: `="0123"`, with which Excel takes no number for one, quotes behind a space, and `'0123'`.
fn unwrapped(text: &str, is_quoted: bool) -> &str {
    // Nearly all fields begin with something else.
    if !text.starts_with([' ', '=', '\'']) {
        return text;
    }
    let bare = text.trim_matches(' ');
    let within = |front: &str, back: char| bare.strip_prefix(front)?.strip_suffix(back).filter(|inner| !inner.contains(back));
    let of_any = within("=\"", '"');
    let of_unquoted = || within("\"", '"').or_else(|| within("'", '\''));
    if is_quoted { of_any.unwrap_or(text) } else { of_any.or_else(of_unquoted).unwrap_or(text) }
}

fn note_width(ragged: &mut Ragged, fields: u32, line: u32) {
    if fields < ragged.width {
        Occurrences::note(&mut ragged.shorter, line);
    } else if fields > ragged.width {
        Occurrences::note(&mut ragged.longer, line);
    }
}

/// Why the reading of records ends early.
enum Stop {
    Fault(Fault),
    OpenQuote,
}

impl<E: Into<Fault>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}
