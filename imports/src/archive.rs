//! Parts of a ZIP archive, XLSX, XLSB and ODS, read within the limits: what an archive says of itself is not believed.

use crate::error::{Fault, Quantity};
use crate::xml::Xml;
use crate::{Limits, OpenError};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

/// An archive that was opened.
pub(crate) struct Archive {
    zip: ZipArchive<Source>,
    /// Indexes of parts by their names, in lower case and with slashes: some writers do not keep to either.
    parts: HashMap<String, usize>,
}

/// The XML of a part.
pub(crate) type Part<'a> = Xml<ZipFile<'a, Source>>;

/// The file of an archive.
pub(crate) type Source = BufReader<Metered>;

/// So many bytes of the list of parts are read: names, comments and other fields of each are kept in memory.
const LIST_BYTES: u64 = 32 << 20;

impl Archive {
    pub fn open(mut file: File, limits: &Limits) -> Result<Self, OpenError> {
        let too_many = || OpenError::TooLarge(Quantity::Parts.over(limits.parts.into(), None));
        if declared_parts(&mut file)? > u64::from(limits.parts) {
            return Err(too_many());
        }
        let left = Arc::new(AtomicU64::new(LIST_BYTES));
        let zip = ZipArchive::new(BufReader::new(Metered { file, left: Arc::clone(&left) })).map_err(|error| match error {
            ZipError::Io(error) => Fault::from(error).opening("ZIP"),
            error => OpenError::Broken { part: "ZIP".to_owned(), why: error.to_string() },
        })?;
        left.store(u64::MAX, Ordering::Relaxed);
        if zip.len() > limits.parts as usize {
            return Err(too_many());
        }
        let parts = (0..zip.len()).filter_map(|index| Some((key(&zip.name_for_index(index)?.ok()?), index))).collect();
        Ok(Self { zip, parts })
    }

    pub fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&key(name))
    }

    /// A part as XML; none where the archive has no such part.
    pub fn part(&mut self, name: &str, limits: &Limits) -> Result<Option<Part<'_>>, Fault> {
        Ok(self.raw(name, limits)?.map(|(file, size)| Xml::new(file, size, limits)))
    }

    /// A part as it is, and how many bytes it says to have; none where the archive has no such part.
    pub fn raw(&mut self, name: &str, limits: &Limits) -> Result<Option<(ZipFile<'_, Source>, u64)>, Fault> {
        let Some(index) = self.parts.get(&key(name)) else {
            return Ok(None);
        };
        let file = self.zip.by_index(*index).map_err(|error| Fault::broken(error.to_string()))?;
        let size = file.size();
        if size > limits.inflated_bytes {
            return Err(Quantity::InflatedBytes.over(limits.inflated_bytes, None).into());
        }
        Ok(Some((file, size)))
    }
}

/// A file of which only so much is read until somebody allows more.
pub(crate) struct Metered {
    file: File,
    left: Arc<AtomicU64>,
}

impl Read for Metered {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        let left = self.left.load(Ordering::Relaxed).checked_sub(read as u64);
        self.left.store(left.ok_or_else(|| io::Error::other(Quantity::PartList.over(LIST_BYTES, None)))?, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Metered {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn key(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_ascii_lowercase()
}

/// The greatest number of parts that an end of a central directory claims. Whatever reads the archive takes one of these, and each part
/// needs memory before anything else is known of it.
fn declared_parts(file: &mut File) -> std::io::Result<u64> {
    const TAIL: u64 = (1 << 16) + 256;
    let len = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(len.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    file.seek(SeekFrom::Start(0))?;
    let long = memchr::memmem::find_iter(&tail, b"PK\x06\x06")
        .filter_map(|at| Some(u64::from_le_bytes(tail.get(at + 32..at + 40)?.try_into().ok()?)))
        .max();
    let short = memchr::memmem::find_iter(&tail, b"PK\x05\x06")
        .filter_map(|at| Some(u16::from_le_bytes(tail.get(at + 10..at + 12)?.try_into().ok()?)))
        .map(|count| if count == u16::MAX { long.unwrap_or(u64::MAX) } else { u64::from(count) })
        .max();
    Ok(short.unwrap_or(0).max(long.unwrap_or(0)))
}
