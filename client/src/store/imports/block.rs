//! Rows that lie together in a sheet, as they are stored and handed from thread to thread: one text with all cells, and where each row of it ends.

use crate::error::Error;
use crate::store::imports::cells::{decode, encode};
use domain::imports::SheetRow;
use std::ops::Range;
use zstd::bulk::Compressor;

/// Rows of a block, and bytes of its text, with which it is full. A window reads the blocks in which its rows are as a whole.
const ROWS: usize = 512;
const BYTES: usize = 256 << 10;

/// Bytes for which there is room from the beginning.
const ROOM: usize = 64 << 10;

/// The most bytes that a packed part can come to: a row has at most 8 MiB of texts (`imports::Limits`).
const LARGEST: usize = 64 << 20;

/// The quickest way to pack: every byte that is left is encrypted, and written twice.
const LEVEL: i32 = 1;

/// Rows that lie together, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    rows: Vec<Place>,
    text: String,
}

/// A row of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    number: u32,
    is_hidden: bool,
    /// Where its text ends; it begins where that of the row before ends.
    end: usize,
}

/// A block as it is stored.
pub struct Packed {
    /// Its first row.
    pub first: u32,
    /// Its last row.
    pub last: u32,
    /// How many it has.
    pub rows: u32,
    /// The rows.
    pub body: Vec<u8>,
}

/// Packs one thing after the other in the same memory.
pub struct Packer {
    compressor: Compressor<'static>,
    raw: Vec<u8>,
}

impl Packer {
    /// A packer for one thread.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { compressor: Compressor::new(LEVEL)?, raw: Vec::new() })
    }

    /// Packs bytes.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn pack(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let mut packed = self.compressor.compress(bytes)?;
        packed.shrink_to_fit();
        Ok(packed)
    }
}

/// What [`Packer::pack`] packed.
///
/// # Errors
/// It is damaged.
pub fn unpack(packed: &[u8]) -> Result<Vec<u8>, Error> {
    Ok(zstd::bulk::decompress(packed, LARGEST)?)
}

impl Default for Block {
    fn default() -> Self {
        Self { rows: Vec::with_capacity(ROWS), text: String::with_capacity(ROOM) }
    }
}

impl Block {
    /// Puts a row behind the others.
    pub fn push(&mut self, row: &SheetRow) {
        encode(&row.cells, &mut self.text);
        self.rows.push(Place { number: row.number, is_hidden: row.is_hidden, end: self.text.len() });
    }

    /// Whether the next row belongs into another block.
    pub fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.text.len() >= BYTES
    }

    /// Whether there is no row in it.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes of its text.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Its first row.
    pub fn first(&self) -> u32 {
        self.rows.first().map_or(0, |row| row.number)
    }

    /// The place of a row within the block.
    pub fn place_of(&self, number: u32) -> Option<usize> {
        self.rows.binary_search_by_key(&number, |row| row.number).ok()
    }

    /// The places of the rows behind a number.
    pub fn places_behind(&self, number: u32) -> Range<usize> {
        self.rows.partition_point(|row| row.number <= number)..self.rows.len()
    }

    /// Reads the row of a place into one whose cells are used again.
    pub fn read(&self, place: usize, row: &mut SheetRow) {
        let Some(of) = self.rows.get(place) else { return };
        let begin = place.checked_sub(1).and_then(|before| self.rows.get(before)).map_or(0, |before| before.end);
        (row.number, row.is_hidden) = (of.number, of.is_hidden);
        decode(&self.text[begin..of.end], row);
    }

    /// The block as it is stored: the number of rows, for each how far it is from the one before and the length of its text, and the text.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn pack(&self, packer: &mut Packer) -> Result<Packed, Error> {
        let mut raw = std::mem::take(&mut packer.raw);
        raw.clear();
        raw.extend((self.rows.len() as u32).to_le_bytes());
        let (mut number, mut end) = (0, 0);
        for row in &self.rows {
            raw.extend(row.number.wrapping_sub(number).to_le_bytes());
            let length = ((row.end - end) as u32) << 1;
            raw.extend((length | u32::from(row.is_hidden)).to_le_bytes());
            (number, end) = (row.number, row.end);
        }
        raw.extend_from_slice(self.text.as_bytes());
        let body = packer.pack(&raw)?;
        packer.raw = raw;
        Ok(Packed { first: self.first(), last: number, rows: self.rows.len() as u32, body })
    }

    /// A block as it was before it was stored.
    ///
    /// # Errors
    /// It is damaged.
    pub fn unpack(packed: &[u8]) -> Result<Self, Error> {
        let raw = unpack(packed)?;
        Self::parse(&raw).ok_or_else(|| Error::Protocol("a block of an import's rows is damaged".to_owned()))
    }

    fn parse(raw: &[u8]) -> Option<Self> {
        let (count, rest) = raw.split_first_chunk::<4>()?;
        let count = u32::from_le_bytes(*count) as usize;
        let (places, text) = rest.split_at_checked(count.checked_mul(8)?)?;
        let text = std::str::from_utf8(text).ok()?.to_owned();
        let (mut number, mut end) = (0_u32, 0_usize);
        let mut rows = Vec::with_capacity(count);
        for place in places.chunks_exact(8) {
            let (step, length) = place.split_first_chunk::<4>()?;
            let length = u32::from_le_bytes(*length.first_chunk::<4>()?);
            number = number.wrapping_add(u32::from_le_bytes(*step));
            end = end.checked_add((length >> 1) as usize)?;
            if !text.is_char_boundary(end) {
                return None;
            }
            rows.push(Place { number, is_hidden: length & 1 == 1, end });
        }
        (end == text.len()).then_some(Self { rows, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::imports::Cell;
    use proptest::prelude::*;

    fn cell() -> impl Strategy<Value = Cell> {
        prop_oneof![
            Just(Cell::Empty),
            "[a-zé0-9 ;\"\n]{1,12}".prop_map(Cell::Text),
            (-1e9..1e9f64).prop_map(Cell::Number),
            any::<bool>().prop_map(Cell::Bool),
            Just(Cell::Error("#REF!".to_owned())),
        ]
    }

    fn rows() -> impl Strategy<Value = Vec<SheetRow>> {
        let row = (1..5u32, any::<bool>(), prop::collection::vec(cell(), 1..6));
        prop::collection::vec(row, 0..40).prop_map(|rows| {
            let mut number = 0;
            let numbered = rows.into_iter().map(|(step, is_hidden, cells)| {
                number += step;
                SheetRow { number, is_hidden, cells }
            });
            numbered.collect::<Vec<_>>()
        })
    }

    proptest! {
        #[test]
        fn a_block_comes_back_as_it_was_packed_and_each_row_of_it_by_itself(rows in rows()) {
            let (mut block, mut packer) = (Block::default(), Packer::new().unwrap());
            rows.iter().for_each(|row| block.push(row));
            let packed = block.pack(&mut packer).unwrap();
            let back = Block::unpack(&packed.body).unwrap();
            prop_assert_eq!(&back, &block);
            let mut read = SheetRow::default();
            for (place, row) in rows.iter().enumerate().rev() {
                back.read(place, &mut read);
                prop_assert_eq!(&read, row);
                prop_assert_eq!(back.place_of(row.number), Some(place));
                prop_assert_eq!(back.places_behind(row.number), place + 1..rows.len());
            }
            prop_assert_eq!((packed.first, packed.rows as usize), (block.first(), rows.len()));
        }
    }

    #[test]
    fn a_damaged_block_is_an_error_and_no_other_rows() {
        let (mut block, mut packer) = (Block::default(), Packer::new().unwrap());
        let row = SheetRow { number: 7, is_hidden: false, cells: vec![Cell::Text("Nur é".into())] };
        block.push(&row);
        let packed = block.pack(&mut packer).unwrap().body;
        assert!(Block::unpack(&packed[..packed.len() - 1]).is_err());
        let raw = unpack(&packed).unwrap();
        for (place, byte) in [(0, 9), (8, 4), (8, 24), (raw.len() - 1, 0xff)] {
            let mut other = raw.clone();
            other[place] = byte;
            assert!(Block::unpack(&packer.pack(&other).unwrap()).is_err(), "{place}");
        }
    }
}
