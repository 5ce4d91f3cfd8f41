//! Sums of the values of a sheet by which repeats are found, in parts by their first bits: equal sums are in one part, so that one part at a time
//! is in memory. What there is no room for waits in the import's file.

use crate::error::Error;
use crate::store::imports::{ImportFile, ImportTx};
use domain::imports::Repeat;
use domain::imports::repeats::Sum;
use rusqlite::params;

/// The first bits of a sum, which say in which part it is. They are its highest byte, which is not stored.
const BITS: u32 = 8;

/// Parts.
pub const PARTS: usize = 1 << BITS;

/// Bytes that are stored of a sum.
const STORED: usize = 7;

/// In place of how many rows a sum is behind the one before it in its part: the row follows in four bytes. Few sums are so far behind.
const FAR: u8 = u8::MAX;

/// Bytes of a part that are written at once: 6 MB of all parts.
const CHUNK: usize = 24 << 10;

/// Bytes of a part that stay in memory besides: 24 MB of all parts, the sums of 600,000 customers. What is written is encrypted, and read again.
const KEPT: usize = 4 * CHUNK;

/// The sums of a check, as they come.
pub struct Sums {
    parts: Vec<Part>,
    chunk: usize,
    kept: usize,
}

/// The sums of a part: of each what is stored of it, and how far its row is behind that of the one before.
#[derive(Clone, Default)]
struct Part {
    /// The first ones, which stay in memory.
    kept: Vec<u8>,
    /// The last ones, which are less than a chunk.
    bytes: Vec<u8>,
    /// How many chunks are in the file.
    chunks: u32,
    /// The row of the last sum.
    row: u32,
}

impl Part {
    fn push(&mut self, sum: u64, row: u32) {
        self.bytes.extend_from_slice(&sum.to_le_bytes()[..STORED]);
        match u8::try_from(row.wrapping_sub(self.row)) {
            Ok(step) if step < FAR => self.bytes.push(step),
            _ => {
                self.bytes.push(FAR);
                self.bytes.extend_from_slice(&row.to_le_bytes());
            }
        }
        self.row = row;
    }
}

impl Default for Sums {
    fn default() -> Self {
        Self::with_chunks(CHUNK, KEPT)
    }
}

impl Sums {
    fn with_chunks(chunk: usize, kept: usize) -> Self {
        Self { parts: vec![Part::default(); PARTS], chunk, kept }
    }

    /// Takes sums.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn take(&mut self, tx: &ImportTx<'_>, sums: &[Sum]) -> Result<(), Error> {
        for (sum, row) in sums {
            let number = (sum >> (u64::BITS - BITS)) as usize;
            let part = &mut self.parts[number];
            part.push(*sum, *row);
            if part.bytes.len() < self.chunk {
                continue;
            }
            if part.kept.len() < self.kept {
                part.kept.extend_from_slice(&part.bytes[..self.chunk]);
            } else {
                let num = key(number, part.chunks);
                // A chunk of an earlier check is written over: deleting one writes each of its pages once more, since SQLCipher has
                // them emptied. Chunks are of one length, so that it happens in place.
                let sql =
                    "INSERT INTO sum_chunk (num, body) VALUES (?1, ?2) ON CONFLICT (num) DO UPDATE SET body = excluded.body";
                tx.0.prepare_cached(sql)?.execute(params![num, &part.bytes[..self.chunk]])?;
                part.chunks += 1;
            }
            part.bytes.drain(..self.chunk);
        }
        Ok(())
    }

    /// All sums of a part that were taken, which are then no longer here.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn part(&mut self, file: &ImportFile, number: usize) -> Result<Vec<Sum>, Error> {
        let part = std::mem::take(&mut self.parts[number]);
        let mut bytes = part.kept;
        bytes.reserve_exact(part.chunks as usize * self.chunk + part.bytes.len());
        // Behind them may be chunks of an earlier check.
        let mut query = file.db.prepare_cached("SELECT body FROM sum_chunk WHERE num >= ?1 AND num < ?2 ORDER BY num")?;
        let mut chunks = query.query(params![key(number, 0), key(number, part.chunks)])?;
        while let Some(row) = chunks.next()? {
            bytes.extend_from_slice(row.get_ref(0)?.as_blob().map_err(|error| Error::Protocol(error.to_string()))?);
        }
        bytes.extend_from_slice(&part.bytes);
        Ok(read(&bytes, (number as u64) << (u64::BITS - BITS)))
    }
}

/// The number of a chunk in the file.
fn key(part: usize, chunk: u32) -> i64 {
    ((part as i64) << 32) | i64::from(chunk)
}

/// The sums that [`Part::push`] put together, with their first bits.
fn read(bytes: &[u8], first: u64) -> Vec<Sum> {
    let mut sums = Vec::with_capacity(bytes.len() / (STORED + 1));
    let (mut rest, mut row) = (bytes, 0_u32);
    while let Some(([stored @ .., step], behind)) = rest.split_first_chunk::<{ STORED + 1 }>() {
        rest = behind;
        row = match (*step, rest.split_first_chunk::<4>()) {
            (FAR, Some((far, behind))) => {
                rest = behind;
                u32::from_le_bytes(*far)
            }
            (step, _) => row.wrapping_add(u32::from(step)),
        };
        let mut sum = first.to_le_bytes();
        sum[..STORED].copy_from_slice(stored);
        sums.push((u64::from_le_bytes(sum), row));
    }
    sums
}

impl ImportTx<'_> {
    /// Keeps which rows repeat what an earlier row has.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_repeats(&self, repeats: &[Repeat]) -> Result<(), Error> {
        let mut insert = self.0.prepare_cached("INSERT INTO repeat (row, sum, first) VALUES (?1, ?2, ?3)")?;
        for repeat in repeats {
            insert.execute(params![repeat.row, repeat.sum.cast_signed(), repeat.first])?;
        }
        Ok(())
    }

    /// Deletes what was kept of repeats. The sums stay for the next check, which writes over them.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn clear_repeats(&self) -> Result<(), Error> {
        Ok(self.0.execute_batch("DELETE FROM repeat")?)
    }
}

impl ImportFile {
    /// The first row behind a number that repeats something.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn repeat_behind(&self, number: u32) -> Result<Option<u32>, Error> {
        let mut query = self.db.prepare_cached("SELECT MIN(row) FROM repeat WHERE row > ?1")?;
        Ok(query.query_row([number], |row| row.get(0))?)
    }

    /// What rows repeat, from one to another.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn repeats(&self, from: u32, to: u32) -> Result<Vec<Repeat>, Error> {
        let mut query =
            self.db.prepare_cached("SELECT row, sum, first FROM repeat WHERE row BETWEEN ?1 AND ?2 ORDER BY row, sum")?;
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Repeat { row: row.get(0)?, sum: row.get::<_, i64>(1)?.cast_unsigned(), first: row.get(2)? })
        };
        Ok(query.query_map([from, to], read)?.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::imports::repeated;

    #[test]
    fn sums_of_an_earlier_check_are_written_over_and_do_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = ImportFile::open(&dir.path().join("import.db"), &"00".repeat(32)).unwrap();
        for (rows, value) in [(100, 7), (20, 8)] {
            let mut sums = Sums::with_chunks(64, 0);
            let taken: Vec<Sum> = (0..rows).map(|row| (value, row)).collect();
            file.transact(|tx| sums.take(tx, &taken)).unwrap();
            let mut found = sums.part(&file, 0).unwrap();
            found.sort_unstable();
            assert_eq!(found, taken);
            file.transact(|tx| tx.clear_repeats()).unwrap();
        }
    }

    #[test]
    fn memory_stays_the_same_however_many_sums_there_are_and_none_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = ImportFile::open(&dir.path().join("import.db"), &"00".repeat(32)).unwrap();
        let most = 64;
        let mut sums = Sums::with_chunks(most, most);
        // Each value stands in three rows; multiplied so that all parts have some.
        let value = |n: u32| u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let all: Vec<Sum> = (0..6_000).map(|row| (value(row % 2_000), row + 2)).collect();
        for some in all.chunks(500) {
            file.transact(|tx| sums.take(tx, some)).unwrap();
            assert!(sums.parts.iter().all(|part| part.bytes.len() < most && part.bytes.capacity() <= 2 * most));
            assert!(sums.parts.iter().all(|part| part.kept.capacity() <= most));
        }
        let mut found = Vec::new();
        for part in 0..PARTS {
            let repeats = repeated(&mut sums.part(&file, part).unwrap());
            file.transact(|tx| tx.keep_repeats(&repeats)).unwrap();
            found.extend(repeats);
        }
        found.sort_unstable();
        let expected: Vec<Repeat> =
            (2_000..6_000).map(|row| Repeat { row: row + 2, sum: value(row % 2_000), first: row % 2_000 + 2 }).collect();
        assert_eq!(found, expected);
        assert_eq!(file.repeats(0, u32::MAX).unwrap(), expected, "they come back by rows");
        assert_eq!((file.repeat_behind(0).unwrap(), file.repeat_behind(6_001).unwrap()), (Some(2_002), None));
    }
}
