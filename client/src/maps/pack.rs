//! A pack as a file: what it covers, and its tiles one by one. What it says of itself is not believed before it was compared with the file.

use crate::maps::directory::{Entry, entries, find, number_of};
use crate::maps::header::{Compression, HEADER, Header, Section};
use crate::maps::vector;
use flate2::read::GzDecoder;
use protocol::ui::maps::{PackFault, StreetTile, TileAt};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes of a part at most, as it is in the file; and how many times as long it may become.
const ROOT: u64 = 16 * 1024;
const LEAF: u64 = 512 * 1024;
const METADATA: u64 = 256 * 1024;
const TILE: u64 = 1024 * 1024;
const GROWTH: u64 = 16;

/// Directories behind one another at most.
const LEVELS: usize = 4;

/// Letters of an attribution at most.
const LETTERS: usize = 200;

/// Why something of a pack cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NoPack {
    /// The file system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file.
    #[error("the pack: {0}")]
    Fault(PackFault),
}

const DAMAGED: NoPack = NoPack::Fault(PackFault::Damaged);

/// A pack, open.
pub struct Pack {
    file: File,
    /// What it says of itself.
    pub header: Header,
    root: Vec<Entry>,
}

impl Pack {
    /// Opens a file.
    ///
    /// # Errors
    /// It cannot be read, or is no whole pack.
    pub fn open(path: &Path) -> Result<Self, NoPack> {
        let mut file = File::open(path)?;
        let mut head = Vec::with_capacity(HEADER);
        (&mut file).take(HEADER as u64).read_to_end(&mut head)?;
        let header = Header::read(&head).map_err(NoPack::Fault)?;
        if !header.is_whole(file.metadata()?.len()) {
            return Err(DAMAGED);
        }
        let root = part(&mut file, header.root, header.internal, ROOT)?;
        let root = entries(&root).ok_or(DAMAGED)?;
        Ok(Self { file, header, root })
    }

    /// Reads the first tile, and looks whether everything that the first directory names is in the file: before a file is kept.
    ///
    /// # Errors
    /// Something is missing, or it has no tile.
    pub fn prove(&mut self) -> Result<(), NoPack> {
        let Header { tiles, leaves, .. } = self.header;
        let place = |entry: &Entry| if entry.run == 0 { leaves } else { tiles };
        if !self.root.iter().all(|entry| place(entry).part(entry.offset, u64::from(entry.length)).is_some()) {
            return Err(DAMAGED);
        }
        let mut first = self.root.first().copied();
        for _ in 0..LEVELS {
            let entry = first.ok_or(DAMAGED)?;
            if entry.run > 0 {
                return self.drawn(entry).map(drop);
            }
            first = self.further(entry)?.first().copied();
        }
        Err(DAMAGED)
    }

    /// A tile; `None` if the pack does not have it.
    ///
    /// # Errors
    /// It has it, and it cannot be read.
    pub fn tile(&mut self, at: TileAt) -> Result<Option<StreetTile>, NoPack> {
        let Some(number) = number_of(at).filter(|_| (self.header.min_zoom..=self.header.max_zoom).contains(&at.z)) else {
            return Ok(None);
        };
        let mut found = find(&self.root, number);
        for _ in 0..LEVELS {
            let Some(entry) = found else { return Ok(None) };
            if entry.run > 0 {
                return self.drawn(entry).map(Some);
            }
            found = find(&self.further(entry)?, number);
        }
        Err(DAMAGED)
    }

    /// Whose data it is, in plain words; empty if it does not say.
    ///
    /// # Errors
    /// What it says about itself cannot be read.
    pub fn attribution(&mut self) -> Result<String, NoPack> {
        let metadata = part(&mut self.file, self.header.metadata, self.header.internal, METADATA)?;
        let metadata: serde_json::Value = serde_json::from_slice(&metadata).unwrap_or_default();
        Ok(plain(metadata["attribution"].as_str().unwrap_or_default()))
    }

    fn drawn(&mut self, entry: Entry) -> Result<StreetTile, NoPack> {
        let section = self.header.tiles.part(entry.offset, u64::from(entry.length)).ok_or(DAMAGED)?;
        let bytes = part(&mut self.file, section, self.header.of_tiles, TILE)?;
        vector::read(&bytes).ok_or(DAMAGED)
    }

    fn further(&mut self, entry: Entry) -> Result<Vec<Entry>, NoPack> {
        let section = self.header.leaves.part(entry.offset, u64::from(entry.length)).ok_or(DAMAGED)?;
        entries(&part(&mut self.file, section, self.header.internal, LEAF)?).ok_or(DAMAGED)
    }
}

/// A part of the file, decompressed.
fn part(file: &mut File, section: Section, by: Compression, most: u64) -> Result<Vec<u8>, NoPack> {
    if section.length > most {
        return Err(DAMAGED);
    }
    file.seek(SeekFrom::Start(section.offset))?;
    let mut packed = Vec::new();
    file.take(section.length).read_to_end(&mut packed)?;
    if packed.len() as u64 != section.length {
        return Err(DAMAGED);
    }
    match by {
        Compression::Gzip if !packed.is_empty() => {
            let (mut bytes, most) = (Vec::new(), most * GROWTH);
            GzDecoder::new(packed.as_slice()).take(most + 1).read_to_end(&mut bytes).map_err(|_| DAMAGED)?;
            if bytes.len() as u64 > most { Err(DAMAGED) } else { Ok(bytes) }
        }
        _ => Ok(packed),
    }
}

/// The words of a little HTML, as attributions have it, in one line.
fn plain(html: &str) -> String {
    let mut words = String::new();
    let mut is_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            _ if is_tag || letter.is_control() => {}
            _ => words.push(letter),
        }
    }
    for (name, letter) in [("&copy;", "©"), ("&#169;", "©"), ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")] {
        words = words.replace(name, letter);
    }
    words.trim().chars().take(LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribution_is_read_as_words_whatever_tags_it_has() {
        let html =
            "<a href=\"https://www.openstreetmap.org/copyright\" target=\"_blank\">&copy; OpenStreetMap</a> &amp; others\n";
        assert_eq!(plain(html), "© OpenStreetMap & others");
        assert_eq!(plain("<script"), "");
        assert_eq!(plain("1 > 0"), "1 > 0");
    }
}
