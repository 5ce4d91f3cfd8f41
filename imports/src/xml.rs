//! XML read event by event, so that neither a document nor one text in it is larger than the limits allow.

use crate::error::{Fault, Quantity};
use crate::{Limits, Progress};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

const BUFFER: usize = 64 << 10;

/// A document that is read.
pub(crate) struct Xml<R: Read> {
    reader: Reader<BufReader<Counted<R>>>,
    buffer: Vec<u8>,
    count: Rc<Count>,
    size: u64,
    text_limit: usize,
}

#[derive(Default)]
struct Count {
    all: Cell<u64>,
    since_event: Cell<u64>,
}

impl<R: Read> Xml<R> {
    /// Reads from `source`, which says to have `size` bytes.
    pub fn new(source: R, size: u64, limits: &Limits) -> Self {
        let count = Rc::new(Count::default());
        let counted = Counted {
            source,
            count: Rc::clone(&count),
            limit: limits.inflated_bytes,
            event_limit: (limits.cell_bytes + 2 * BUFFER) as u64,
        };
        let mut reader = Reader::from_reader(BufReader::with_capacity(BUFFER, counted));
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_dangling_amp = true;
        Self { reader, buffer: Vec::with_capacity(1024), count, size, text_limit: limits.cell_bytes }
    }

    /// The next event.
    pub fn next(&mut self) -> Result<Event<'_>, Fault> {
        self.count.since_event.set(0);
        self.buffer.clear();
        Ok(self.reader.read_event_into(&mut self.buffer)?)
    }

    /// How far it was read.
    pub fn progress(&self) -> Progress {
        let done = self.count.all.get();
        Progress { done, total: self.size.max(done) }
    }

    /// Reads on to the end of the element that was begun, and appends the texts in it to `text`.
    pub fn text_into(&mut self, text: &mut String) -> Result<(), Fault> {
        let limit = self.text_limit;
        let mut depth = 0_u32;
        loop {
            match self.next()? {
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(()),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(Fault::broken("it ends within a text")),
                event => append(&event, text, limit)?,
            }
        }
    }

    /// Reads on to the end of the element that was begun.
    pub fn skip(&mut self) -> Result<(), Fault> {
        let mut depth = 0_u32;
        loop {
            match self.next()? {
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(()),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(Fault::broken("it ends within an element")),
                _ => {}
            }
        }
    }

    /// How many bytes a text may have.
    pub fn text_limit(&self) -> usize {
        self.text_limit
    }
}

/// Appends what an event has of text.
pub(crate) fn append(event: &Event<'_>, text: &mut String, limit: usize) -> Result<(), Fault> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(reference) => push_reference(reference, text),
        _ => {}
    }
    if text.len() > limit { Err(Quantity::CellBytes.over(limit as u64, None).into()) } else { Ok(()) }
}

/// A character or one of XML's own names; what else is named stays as it is, because nothing defines it.
fn push_reference(reference: &BytesRef<'_>, text: &mut String) {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        text.push(letter);
        return;
    }
    let name: &str = reference;
    match name {
        "amp" => text.push('&'),
        "lt" => text.push('<'),
        "gt" => text.push('>'),
        "quot" => text.push('"'),
        "apos" => text.push('\''),
        other => {
            text.push('&');
            text.push_str(other);
            text.push(';');
        }
    }
}

/// The value of an attribute by its name without a prefix.
pub(crate) fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name).map(
        |attribute| match attribute.value {
            Cow::Borrowed(raw) if !raw.contains('&') => Cow::Borrowed(raw),
            raw => Cow::Owned(quick_xml::escape::unescape(&raw).map(Cow::into_owned).unwrap_or_default()),
        },
    )
}

/// Whether an attribute says yes, as XML Schema writes it.
pub(crate) fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true"))
}

/// Counts what is read, and ends it at the limits.
struct Counted<R> {
    source: R,
    count: Rc<Count>,
    limit: u64,
    event_limit: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(into)?;
        let all = self.count.all.get() + read as u64;
        let since_event = self.count.since_event.get() + read as u64;
        self.count.all.set(all);
        self.count.since_event.set(since_event);
        if all > self.limit {
            return Err(io::Error::other(Quantity::InflatedBytes.over(self.limit, None)));
        }
        if since_event > self.event_limit {
            return Err(io::Error::other(Quantity::CellBytes.over(self.event_limit - 2 * BUFFER as u64, None)));
        }
        Ok(read)
    }
}
