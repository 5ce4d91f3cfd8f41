//! Compound files (MS-CFB): streams by name, in sectors that are chained. Read leniently, because programs write the tables of sectors as
//! they like: the crate `cfb` refuses what SheetJS writes. No more memory is taken than the file is long.

use super::Stream;
use crate::error::Fault;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

const SIGNATURE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// From here on numbers of sectors mean something else: the end of a chain, a free sector.
const NO_SECTOR: u32 = 0xffff_fffa;
/// Streams shorter than this are in small sectors.
const SMALL: u64 = 4096;
const SMALL_SECTOR: u64 = 64;
/// A directory has a few entries; one of so many sectors is none.
const DIRECTORY_SECTORS: usize = 4096;

/// A compound file.
pub(super) struct Ole {
    file: File,
    sector: u64,
    /// All sectors that the file has room for.
    sectors: usize,
    /// The sector behind each.
    next: Vec<u32>,
    /// The same of small sectors: where their table begins.
    small_start: u32,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    is_root: bool,
    start: u32,
    size: u64,
}

impl Ole {
    pub fn open(mut file: File) -> Result<Self, Fault> {
        let len = file.seek(SeekFrom::End(0))?;
        let mut head = [0; 512];
        file.seek(SeekFrom::Start(0))?;
        file.read_exact(&mut head)?;
        let shift = head[30];
        if !head.starts_with(&SIGNATURE) || !(shift == 9 || shift == 12) {
            return Err(Fault::broken("it is no compound file"));
        }
        let sector = 1_u64 << shift;
        let sectors = usize::try_from(len / sector).unwrap_or(usize::MAX);
        let mut ole = Self { file, sector, sectors, next: Vec::new(), small_start: word(&head, 60), entries: Vec::new() };
        ole.read_table(&head)?;
        let chain = ole.chain(word(&head, 48), DIRECTORY_SECTORS);
        for number in chain {
            let bytes = ole.read_sector(number)?;
            ole.entries.extend(bytes.as_chunks::<128>().0.iter().filter_map(|bytes| entry(bytes, shift)));
        }
        Ok(ole)
    }

    /// The table of sectors: it is in sectors itself, whose numbers are in the head and, of large files, in a chain of further ones.
    fn read_table(&mut self, head: &[u8; 512]) -> Result<(), Fault> {
        let mut parts: Vec<u32> = (0..109).map(|index| word(head, 76 + 4 * index)).collect();
        let mut more = word(head, 68);
        let mut steps = 0;
        while more < NO_SECTOR && steps <= self.sectors {
            let bytes = self.read_sector(more)?;
            let mut numbers = numbers(&bytes);
            more = numbers.pop().unwrap_or(NO_SECTOR);
            parts.extend(numbers);
            steps += 1;
            if parts.len() > self.sectors + 109 {
                return Err(Fault::broken("its table of sectors is longer than the file"));
            }
        }
        for part in parts.into_iter().filter(|part| *part < NO_SECTOR) {
            let bytes = self.read_sector(part)?;
            self.next.extend(numbers(&bytes));
            if self.next.len() > self.sectors {
                break;
            }
        }
        Ok(())
    }

    /// A sector; the last may be cut off.
    fn read_sector(&mut self, number: u32) -> Result<Vec<u8>, Fault> {
        self.file.seek(SeekFrom::Start((u64::from(number) + 1) * self.sector))?;
        let mut bytes = Vec::new();
        (&mut self.file).take(self.sector).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The sectors from one on, at most so many.
    fn chain(&self, start: u32, most: usize) -> Vec<u32> {
        let most = most.min(self.sectors);
        let mut chain = Vec::new();
        let mut number = start;
        while number < NO_SECTOR && chain.len() < most {
            chain.push(number);
            number = usize::try_from(number).ok().and_then(|at| self.next.get(at)).copied().unwrap_or(NO_SECTOR);
        }
        chain
    }

    /// Whether there is a stream of this name.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| !entry.is_root && entry.name.eq_ignore_ascii_case(name))
    }

    /// A stream with its length.
    pub fn stream(mut self, name: &str) -> Result<(Box<dyn Stream>, u64), Fault> {
        let Some((start, size)) = self.find(name).map(|entry| (entry.start, entry.size)) else {
            return Err(Fault::broken(format!("it has no stream {name}")));
        };
        if size < SMALL {
            let bytes = self.read_small(start, size)?;
            return Ok((Box::new(Cursor::new(bytes)), size));
        }
        let count = usize::try_from(size.div_ceil(self.sector)).unwrap_or(usize::MAX);
        let chain = self.chain(start, count);
        // What the file does not have cannot be read: the length is that of the chain.
        let size = size.min(chain.len() as u64 * self.sector);
        Ok((Box::new(Chained { file: self.file, sector: self.sector, chain, size, at: 0 }), size))
    }

    /// A short stream: its sectors are pieces of the root's stream.
    fn read_small(&mut self, start: u32, size: u64) -> Result<Vec<u8>, Fault> {
        let root = self.entries.iter().find(|entry| entry.is_root).map_or(NO_SECTOR, |entry| entry.start);
        let root = self.chain(root, usize::MAX);
        let mut next = Vec::new();
        for number in self.chain(self.small_start, usize::MAX) {
            next.extend(numbers(&self.read_sector(number)?));
        }
        let mut bytes = Vec::new();
        let mut number = start;
        while (bytes.len() as u64) < size && number < NO_SECTOR {
            let place = u64::from(number) * SMALL_SECTOR;
            let large = usize::try_from(place / self.sector).ok().and_then(|at| root.get(at)).copied();
            let large = self.read_sector(large.ok_or_else(|| Fault::broken("a short stream is cut off"))?)?;
            let from = usize::try_from(place % self.sector).unwrap_or(usize::MAX);
            let piece = large.get(from..).unwrap_or_default();
            // Behind the end nothing is read, and a chain that leads in a circle would never end.
            if piece.is_empty() {
                return Err(Fault::broken("a short stream is cut off"));
            }
            bytes.extend_from_slice(&piece[..piece.len().min(SMALL_SECTOR as usize)]);
            number = usize::try_from(number).ok().and_then(|at| next.get(at)).copied().unwrap_or(NO_SECTOR);
        }
        bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Ok(bytes)
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(NO_SECTOR, u32::from_le_bytes)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number)).collect()
}

fn entry(bytes: &[u8; 128], shift: u8) -> Option<Entry> {
    let kind = bytes[66];
    if kind != 2 && kind != 5 {
        return None;
    }
    let length = usize::from(u16::from_le_bytes([bytes[64], bytes[65]])).min(64);
    let units: Vec<u16> =
        bytes[..length].as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).take_while(|unit| *unit != 0).collect();
    // The upper half of the length means nothing in files of small sectors.
    let upper = if shift == 12 { u64::from(word(bytes, 124)) << 32 } else { 0 };
    let size = u64::from(word(bytes, 120)) | upper;
    Some(Entry { name: String::from_utf16_lossy(&units), is_root: kind == 5, start: word(bytes, 116), size })
}

/// A stream in sectors.
struct Chained {
    file: File,
    sector: u64,
    chain: Vec<u32>,
    size: u64,
    at: u64,
}

impl Read for Chained {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.size.saturating_sub(self.at);
        let index = usize::try_from(self.at / self.sector).unwrap_or(usize::MAX);
        let Some(first) = self.chain.get(index).copied().filter(|_| rest > 0) else {
            return Ok(0);
        };
        // Sectors that lie behind each other are read at once.
        let run = self.chain[index..].iter().zip(first..).take_while(|(number, expected)| *number == expected).count();
        let within = self.at % self.sector;
        let there = (run as u64 * self.sector - within).min(rest).min(into.len() as u64);
        self.file.seek(SeekFrom::Start((u64::from(first) + 1) * self.sector + within))?;
        let read = self.file.read(&mut into[..usize::try_from(there).unwrap_or(0)])?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Chained {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
            SeekFrom::End(offset) => self.size.checked_add_signed(offset),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
