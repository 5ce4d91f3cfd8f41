//! The directories of a PMTiles file: which tile is where. Tiles are numbered along a Hilbert curve, zoom behind zoom.

use crate::maps::header::DEEPEST;
use crate::maps::unread::Unread;
use protocol::ui::maps::TileAt;

/// A stretch of tiles that are alike, or a further directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The number of the first tile.
    pub tile: u64,
    /// How many tiles are alike; none for a directory.
    pub run: u32,
    /// Bytes.
    pub length: u32,
    /// Where they begin in the part that tiles or directories have.
    pub offset: u64,
}

/// Numbers that each entry has.
const NUMBERS: usize = 4;

/// The entries of a directory, the lowest tile first; `None` for bytes that are none.
pub fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut unread = Unread(bytes);
    let count = usize::try_from(unread.number()?).ok()?;
    // Each number has a byte at least: more entries than that are refused before there is room made for them.
    if count > bytes.len() / NUMBERS {
        return None;
    }
    let mut entries = vec![Entry::default(); count];
    let mut tile = 0_u64;
    for entry in &mut entries {
        tile = tile.checked_add(unread.number()?)?;
        entry.tile = tile;
    }
    for entry in &mut entries {
        entry.run = unread.small()?;
    }
    for entry in &mut entries {
        entry.length = unread.small()?;
    }
    let mut next = None;
    for entry in &mut entries {
        // Zero: directly behind the entry before.
        entry.offset = match unread.number()? {
            0 => next?,
            offset => offset - 1,
        };
        next = Some(entry.offset.checked_add(u64::from(entry.length))?);
    }
    Some(entries)
}

/// The entry that has a tile, or leads on to it.
pub fn find(entries: &[Entry], tile: u64) -> Option<Entry> {
    let before = entries.partition_point(|entry| entry.tile <= tile).checked_sub(1)?;
    let entry = *entries.get(before)?;
    (entry.run == 0 || tile - entry.tile < u64::from(entry.run)).then_some(entry)
}

/// The number of a tile; `None` if there is none such.
pub fn number_of(TileAt { z, x, y }: TileAt) -> Option<u64> {
    if z > DEEPEST || x >> z > 0 || y >> z > 0 {
        return None;
    }
    // The tiles of all zooms before.
    let mut number = ((1_u64 << (2 * u32::from(z))) - 1) / 3;
    let (mut x, mut y, mut side) = (u64::from(x), u64::from(y), (1_u64 << z) >> 1);
    while side > 0 {
        let (is_east, is_south) = (x & side > 0, y & side > 0);
        number += side * side * ((3 * u64::from(is_east)) ^ u64::from(is_south));
        (x, y) = (x & (side - 1), y & (side - 1));
        // The curve is turned in the northern quarters, so that it begins where the quarter before it ends.
        if !is_south {
            if is_east {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
        side >>= 1;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn at(z: u8, x: u32, y: u32) -> TileAt {
        TileAt { z, x, y }
    }

    #[test]
    fn tiles_are_numbered_as_the_specification_has_it() {
        let begins = [at(0, 0, 0), at(1, 0, 0), at(1, 0, 1), at(1, 1, 1), at(1, 1, 0), at(2, 0, 0)];
        assert_eq!(begins.map(number_of), [0, 1, 2, 3, 4, 5].map(Some));
        assert_eq!(number_of(at(12, 3_423, 1_763)), Some(19_078_479));
        assert_eq!(number_of(at(1, 2, 0)), None);
        assert_eq!(number_of(at(200, 0, 0)), None);
        let fifth: BTreeSet<_> = (0..1_024).filter_map(|place| number_of(at(5, place % 32, place / 32))).collect();
        assert_eq!((fifth.len(), fifth.first(), fifth.last()), (1_024, Some(&341), Some(&1_364)), "each of a zoom has its own");
    }

    #[test]
    fn a_directory_has_runs_gaps_and_further_directories() {
        // Tiles 5 to 7 alike; tile 9 directly behind them; a directory from 20 on.
        let bytes = [3, 5, 4, 11, 3, 1, 0, 10, 20, 30, 1, 0, 1];
        let read = entries(&bytes).unwrap();
        let found = |tile| find(&read, tile).map(|entry| (entry.tile, entry.offset, entry.length));
        assert_eq!([4, 8, 10].map(found), [None; 3]);
        assert_eq!([5, 7].map(found), [Some((5, 0, 10)); 2]);
        assert_eq!(found(9), Some((9, 10, 20)));
        assert_eq!([20, 4_000].map(found), [Some((20, 0, 30)); 2]);
    }

    #[test]
    fn bytes_that_are_no_directory_are_refused_before_room_is_made_for_them() {
        assert_eq!(entries(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0]), None, "more entries than bytes");
        assert_eq!(entries(&[1, 0, 1, 10, 0]), None, "behind an entry that is not there");
        assert_eq!(entries(&[1, 0, 1]), None);
        assert_eq!(entries(&[]), None);
    }
}
