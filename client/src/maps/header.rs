//! The first 127 bytes of a PMTiles file, version 3 (github.com/protomaps/PMTiles, spec/v3): where its parts are, and what its tiles are.

use domain::core::position::Position;
use protocol::ui::maps::PackFault;

/// How long it is.
pub const HEADER: usize = 127;

/// The finest zoom of a tile that is looked for.
pub const DEEPEST: u8 = 22;

const MAGIC: &[u8] = b"PMTiles";
const VERSION: u8 = 3;
const VECTOR: u8 = 1;

/// A part of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Where it begins, bytes.
    pub offset: u64,
    /// How long it is, bytes.
    pub length: u64,
}

impl Section {
    /// Where it ends, if that is within so many bytes.
    fn is_within(self, bytes: u64) -> bool {
        self.offset.checked_add(self.length).is_some_and(|end| end <= bytes)
    }

    /// A part of this part; `None` if it is not all in it.
    pub fn part(self, offset: u64, length: u64) -> Option<Self> {
        let part = Self { offset, length };
        part.is_within(self.length).then_some(Self { offset: self.offset.checked_add(offset)?, length })
    }
}

/// How a part is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// By gzip.
    Gzip,
}

impl Compression {
    const fn of(byte: u8) -> Result<Self, PackFault> {
        match byte {
            1 => Ok(Self::None),
            2 => Ok(Self::Gzip),
            _ => Err(PackFault::Compression),
        }
    }
}

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The directory with which every search begins.
    pub root: Section,
    /// JSON about the whole.
    pub metadata: Section,
    /// Further directories.
    pub leaves: Section,
    /// The tiles.
    pub tiles: Section,
    /// How directories and metadata are compressed.
    pub internal: Compression,
    /// How tiles are.
    pub of_tiles: Compression,
    /// The zoom of the coarsest tiles.
    pub min_zoom: u8,
    /// The zoom of the finest tiles.
    pub max_zoom: u8,
    /// The south-western corner of what they cover.
    pub south_west: Position,
    /// Its north-eastern corner.
    pub north_east: Position,
}

impl Header {
    /// Reads it at the beginning of a file.
    ///
    /// # Errors
    /// The file is none that is understood.
    pub fn read(file: &[u8]) -> Result<Self, PackFault> {
        let bytes: &[u8; HEADER] = file.first_chunk().ok_or(PackFault::NotAPack)?;
        if !bytes.starts_with(MAGIC) {
            return Err(PackFault::NotAPack);
        }
        if bytes[7] != VERSION {
            return Err(PackFault::Version);
        }
        if bytes[99] != VECTOR {
            return Err(PackFault::NotVector);
        }
        let section = |at| Section { offset: number(bytes, at), length: number(bytes, at + 8) };
        let header = Self {
            root: section(8),
            metadata: section(24),
            leaves: section(40),
            tiles: section(56),
            internal: Compression::of(bytes[97])?,
            of_tiles: Compression::of(bytes[98])?,
            min_zoom: bytes[100],
            max_zoom: bytes[101],
            south_west: corner(bytes, 102)?,
            north_east: corner(bytes, 110)?,
        };
        let (from, to) = (header.south_west, header.north_east);
        let is_area = from.lat() < to.lat() && from.lon() < to.lon();
        let is_range = header.min_zoom <= header.max_zoom && header.max_zoom <= DEEPEST;
        if is_area && is_range { Ok(header) } else { Err(PackFault::Damaged) }
    }

    /// Whether every part is in a file of so many bytes: one that was cut off lacks the last of them.
    pub fn is_whole(&self, bytes: u64) -> bool {
        [self.root, self.metadata, self.leaves, self.tiles].iter().all(|section| section.is_within(bytes))
    }
}

fn number(bytes: &[u8; HEADER], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}

/// A place: longitude and latitude in ten-millionths of a degree.
fn corner(bytes: &[u8; HEADER], at: usize) -> Result<Position, PackFault> {
    let degrees = |at: usize| {
        let mut number = [0; 4];
        number.copy_from_slice(&bytes[at..at + 4]);
        i32::from_le_bytes(number) / 10
    };
    Position::new(degrees(at + 4), degrees(at)).ok_or(PackFault::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header whose tiles end at byte 1,000.
    fn header() -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..7].copy_from_slice(MAGIC);
        (bytes[7], bytes[97], bytes[98], bytes[99], bytes[100], bytes[101]) = (VERSION, 2, 2, VECTOR, 4, 14);
        for (at, value) in [(8, 127_u64), (16, 100), (56, 400), (64, 600)] {
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        }
        for (at, value) in [(102, 1_075_000_000_i32), (106, -70_000_000), (110, 1_077_000_000), (114, -68_000_000)] {
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    /// What is said of a header of which one byte is another.
    fn with(at: usize, byte: u8) -> Result<Header, PackFault> {
        let mut bytes = header();
        bytes[at] = byte;
        Header::read(&bytes)
    }

    #[test]
    fn a_header_says_where_the_tiles_are_and_what_they_cover() {
        let read = Header::read(&header()).unwrap();
        assert_eq!(read.tiles, Section { offset: 400, length: 600 });
        assert_eq!((read.min_zoom, read.max_zoom, read.internal), (4, 14, Compression::Gzip));
        assert_eq!(Some(read.south_west), Position::new(-7_000_000, 107_500_000));
        assert_eq!(Some(read.north_east), Position::new(-6_800_000, 107_700_000));
        assert!(read.is_whole(1_000) && !read.is_whole(999));
    }

    #[test]
    fn a_file_that_is_no_pack_is_refused_with_what_is_wrong() {
        assert_eq!(Header::read(b"PK"), Err(PackFault::NotAPack));
        assert_eq!(with(0, b'p'), Err(PackFault::NotAPack));
        assert_eq!(with(7, 2), Err(PackFault::Version));
        assert_eq!(with(99, 2), Err(PackFault::NotVector));
        assert_eq!(with(98, 3), Err(PackFault::Compression));
        assert_eq!(with(101, 3), Err(PackFault::Damaged), "the finest zoom is before the coarsest");
        assert_eq!(with(101, 200), Err(PackFault::Damaged));
        assert_eq!(with(113, 0), Err(PackFault::Damaged), "an area that ends west of where it begins");
    }

    #[test]
    fn a_part_that_leaves_its_section_is_none() {
        let section = Section { offset: 400, length: 600 };
        assert_eq!(section.part(590, 10), Some(Section { offset: 990, length: 10 }));
        assert_eq!(section.part(590, 11), None);
        assert_eq!(section.part(u64::MAX, 1), None);
    }
}
