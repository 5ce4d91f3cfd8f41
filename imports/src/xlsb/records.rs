//! The records of a part of XLSB (BIFF12, MS-XLSB 2.1.4): a number and a length of a few bytes each, and so many bytes.

use crate::error::{Fault, Quantity};
use crate::{Limits, Progress};
use std::io::{BufReader, Read};

/// Bytes that are read at once.
const BUFFER: usize = 64 << 10;

/// Reads records one after the other; the bytes are those of the last.
pub(super) struct Records<R> {
    source: BufReader<R>,
    /// Bytes of the part, as the archive says, and those that were read.
    size: u64,
    at: u64,
    limit: u64,
    cell_bytes: usize,
    /// The bytes of the record, from its beginning: as many as a text that is short enough can need, and a little more.
    pub data: Vec<u8>,
}

impl<R: Read> Records<R> {
    /// Reads from `source`, which says to have `size` bytes.
    pub fn new(source: R, size: u64, limits: &Limits) -> Self {
        let source = BufReader::with_capacity(BUFFER, source);
        Self { source, size, at: 0, limit: limits.inflated_bytes, cell_bytes: limits.cell_bytes, data: Vec::new() }
    }

    /// The number of the next record; none at the end.
    pub fn next(&mut self) -> Result<Option<u16>, Fault> {
        let mut first = [0];
        if self.source.read(&mut first)? == 0 {
            return Ok(None);
        }
        self.count(1)?;
        let mut number = u16::from(first[0] & 0x7f);
        if first[0] & 0x80 != 0 {
            number |= u16::from(self.byte()? & 0x7f) << 7;
        }
        let mut length = 0_u32;
        for place in 0..4 {
            let byte = self.byte()?;
            length |= u32::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                break;
            }
        }
        self.count(length.into())?;
        let most = 4 * self.cell_bytes + 64;
        let kept = (length as usize).min(most);
        self.data.resize(kept, 0);
        self.source.read_exact(&mut self.data)?;
        let rest = u64::from(length) - kept as u64;
        if rest > 0 && std::io::copy(&mut (&mut self.source).take(rest), &mut std::io::sink())? < rest {
            return Err(Fault::broken("it ends within a record"));
        }
        Ok(Some(number))
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let mut byte = [0];
        self.source.read_exact(&mut byte)?;
        self.count(1)?;
        Ok(byte[0])
    }

    fn count(&mut self, bytes: u64) -> Result<(), Fault> {
        self.at += bytes;
        if self.at > self.limit { Err(Quantity::InflatedBytes.over(self.limit, None).into()) } else { Ok(()) }
    }

    /// How far it was read.
    pub fn progress(&self) -> Progress {
        Progress { done: self.at, total: self.size.max(self.at) }
    }

    /// Four bytes of the record as a number.
    pub fn long(&self, at: usize) -> Result<u32, Fault> {
        Ok(u32::from_le_bytes(self.array(at)?))
    }

    /// Two bytes of the record as a number.
    pub fn word(&self, at: usize) -> Result<u16, Fault> {
        Ok(u16::from_le_bytes(self.array(at)?))
    }

    /// A byte of the record.
    pub fn small(&self, at: usize) -> Result<u8, Fault> {
        Ok(self.array::<1>(at)?[0])
    }

    /// Eight bytes of the record as a number.
    pub fn double(&self, at: usize) -> Result<f64, Fault> {
        Ok(f64::from_le_bytes(self.array(at)?))
    }

    /// Four bytes of the record as a packed number: its first 30 bits are those of a floating one or a whole one, perhaps divided by 100.
    pub fn packed(&self, at: usize) -> Result<f64, Fault> {
        let bits = self.long(at)?;
        let number = if bits & 2 == 0 { f64::from_bits(u64::from(bits & !3) << 32) } else { f64::from(bits.cast_signed() >> 2) };
        Ok(if bits & 1 == 0 { number } else { number / 100.0 })
    }

    /// A text with its length in front, in UTF-16, and the place behind it. None in place of one is no text.
    pub fn text(&self, at: usize, text: &mut String) -> Result<usize, Fault> {
        text.clear();
        let units = self.long(at)?;
        if units == u32::MAX {
            return Ok(at + 4);
        }
        let from = at + 4;
        let end = from.saturating_add((units as usize).saturating_mul(2));
        let Some(bytes) = self.data.get(from..end) else {
            let is_long = units as usize > self.cell_bytes;
            return Err(if is_long { self.too_long() } else { Fault::broken("a text is longer than its record") });
        };
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        text.extend(char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
        if text.len() > self.cell_bytes { Err(self.too_long()) } else { Ok(end) }
    }

    fn too_long(&self) -> Fault {
        Quantity::CellBytes.over(self.cell_bytes as u64, None).into()
    }

    fn array<const N: usize>(&self, at: usize) -> Result<[u8; N], Fault> {
        let bytes = self.data.get(at..).and_then(|rest| rest.first_chunk::<N>());
        bytes.copied().ok_or_else(|| Fault::broken("a record is too short"))
    }
}
