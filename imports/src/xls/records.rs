//! The records of a stream: a number, a length, and so many bytes.

use super::Stream;
use crate::Progress;
use crate::error::Fault;
use std::io::{BufReader, Read};

/// Reads records one after the other; the bytes are those of the last.
pub(super) struct Records {
    stream: BufReader<Box<dyn Stream>>,
    size: u64,
    at: u64,
    /// Where the last record begins.
    pub start: u64,
    /// Its bytes.
    pub data: Vec<u8>,
}

impl Records {
    pub fn new(stream: Box<dyn Stream>, size: u64) -> Self {
        Self { stream: BufReader::with_capacity(64 << 10, stream), size, at: 0, start: 0, data: Vec::new() }
    }

    /// Goes to a place in the stream.
    pub fn seek(&mut self, to: u64) -> Result<(), Fault> {
        if to > self.size {
            return Err(Fault::broken("a sheet begins behind the end"));
        }
        // Within the buffer nothing is read again.
        let offset = i64::try_from(to).unwrap_or(i64::MAX) - i64::try_from(self.at).unwrap_or(i64::MAX);
        self.stream.seek_relative(offset)?;
        self.at = to;
        Ok(())
    }

    /// The number of the next record; none at the end.
    pub fn next(&mut self) -> Result<Option<u16>, Fault> {
        let Some((number, length)) = self.head()? else {
            return Ok(None);
        };
        self.data.clear();
        self.data.resize(length.into(), 0);
        self.stream.read_exact(&mut self.data)?;
        self.at += u64::from(length);
        Ok(Some(number))
    }

    /// As [`Records::next`], but only the first bytes are read, as many as `data` has then.
    pub fn next_begin(&mut self, bytes: usize) -> Result<Option<u16>, Fault> {
        let Some((number, length)) = self.head()? else {
            return Ok(None);
        };
        let kept = bytes.min(length.into());
        self.data.clear();
        self.data.resize(kept, 0);
        self.stream.read_exact(&mut self.data)?;
        self.stream.seek_relative(i64::from(length) - kept as i64)?;
        self.at += u64::from(length);
        Ok(Some(number))
    }

    fn head(&mut self) -> Result<Option<(u16, u16)>, Fault> {
        self.start = self.at;
        if self.at + 4 > self.size {
            return Ok(None);
        }
        let mut head = [0; 4];
        self.stream.read_exact(&mut head)?;
        self.at += 4;
        Ok(Some((u16::from_le_bytes([head[0], head[1]]), u16::from_le_bytes([head[2], head[3]]))))
    }

    /// Whether the next record continues the last; it is not read.
    pub fn is_continued(&mut self) -> Result<bool, Fault> {
        let start = self.start;
        let place = self.at;
        let next = self.head()?;
        self.seek(place)?;
        self.start = start;
        Ok(next.is_some_and(|(number, _)| number == CONTINUE))
    }

    /// How far the stream was read.
    pub fn progress(&self) -> Progress {
        Progress { done: self.at, total: self.size }
    }
}

/// What goes on with the record before.
pub(super) const CONTINUE: u16 = 0x003c;

/// A number of two bytes, from a place in a record.
pub(super) fn word(data: &[u8], at: usize) -> Result<u16, Fault> {
    let bytes = data.get(at..at + 2).and_then(|bytes| bytes.try_into().ok());
    bytes.map(u16::from_le_bytes).ok_or_else(|| Fault::broken("a record is too short"))
}

/// A number of four bytes.
pub(super) fn long(data: &[u8], at: usize) -> Result<u32, Fault> {
    Ok(u32::from(word(data, at)?) | u32::from(word(data, at + 2)?) << 16)
}

/// A number with a point, of eight bytes.
pub(super) fn double(data: &[u8], at: usize) -> Result<f64, Fault> {
    Ok(f64::from_bits(u64::from(long(data, at)?) | u64::from(long(data, at + 4)?) << 32))
}

/// A number with a point, packed into four bytes: a whole one or the upper half of a long one, in hundredths or not.
pub(super) fn packed(data: &[u8], at: usize) -> Result<f64, Fault> {
    let raw = long(data, at)?;
    let number = if raw & 2 == 0 { f64::from_bits(u64::from(raw & !3) << 32) } else { f64::from(raw.cast_signed() >> 2) };
    Ok(if raw & 1 == 0 { number } else { number / 100.0 })
}

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn packed_numbers_are_whole_or_with_a_point() {
        for (raw, number) in [
            (0x3ff0_0000_u32, 1.0),
            ((1_250_u32 << 2) | 2, 1250.0),
            ((125_075 << 2) | 3, 1250.75),
            ((-5_i32).cast_unsigned() << 2 | 2, -5.0),
        ] {
            let value = packed(&raw.to_le_bytes(), 0).map_err(|_| "too short");
            assert_eq!(value, Ok(number));
        }
    }
}
