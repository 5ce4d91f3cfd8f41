//! Sums of the values of a sheet by which repeats are found, in parts by their first bits: equal sums are in one part, so that one part at a time
//! is in memory. What there is no room for waits in the import's file.

use crate::error::Error;
use crate::store::imports::{ImportFile, ImportTx};
use domain::imports::Repeat;
use domain::imports::repeats::Sum;
use rusqlite::params;

/// The first bits of a sum, which say in which part it is.
const BITS: u32 = 6;

/// Parts.
pub const PARTS: usize = 1 << BITS;

/// Bytes of a sum with its row.
const EACH: usize = 12;

/// Bytes of a part that are in memory: 6 MB of all parts, the sums of 130,000 customers.
const CHUNK: usize = 8_192 * EACH;

/// The sums of a check, as they come.
pub struct Sums {
    parts: Vec<Vec<u8>>,
    /// How many chunks of each part are in the file.
    chunks: Vec<u32>,
    chunk: usize,
}

impl Default for Sums {
    fn default() -> Self {
        Self::with_chunks(CHUNK)
    }
}

impl Sums {
    fn with_chunks(chunk: usize) -> Self {
        Self { parts: vec![Vec::new(); PARTS], chunks: vec![0; PARTS], chunk }
    }

    /// Takes sums.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn take(&mut self, tx: &ImportTx<'_>, sums: &[Sum]) -> Result<(), Error> {
        for (sum, row) in sums {
            let part = (sum >> (u64::BITS - BITS)) as usize;
            let bytes = &mut self.parts[part];
            bytes.extend_from_slice(&sum.to_le_bytes());
            bytes.extend_from_slice(&row.to_le_bytes());
            if bytes.len() >= self.chunk {
                let num = key(part, self.chunks[part]);
                // A chunk of an earlier check is written over: deleting one writes each of its pages once more, since SQLCipher has
                // them emptied.
                let sql =
                    "INSERT INTO sum_chunk (num, body) VALUES (?1, ?2) ON CONFLICT (num) DO UPDATE SET body = excluded.body";
                tx.0.prepare_cached(sql)?.execute(params![num, *bytes])?;
                bytes.clear();
                self.chunks[part] += 1;
            }
        }
        Ok(())
    }

    /// All sums of a part that were taken, which are then no longer here.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn part(&mut self, file: &ImportFile, part: usize) -> Result<Vec<Sum>, Error> {
        let mut bytes = std::mem::take(&mut self.parts[part]);
        // Behind them may be chunks of an earlier check.
        let mut query = file.db.prepare_cached("SELECT body FROM sum_chunk WHERE num >= ?1 AND num < ?2 ORDER BY num")?;
        let mut chunks = query.query(params![key(part, 0), key(part, self.chunks[part])])?;
        while let Some(row) = chunks.next()? {
            bytes.extend_from_slice(row.get_ref(0)?.as_blob().map_err(|error| Error::Protocol(error.to_string()))?);
        }
        Ok(bytes.chunks_exact(EACH).filter_map(read).collect())
    }
}

/// The number of a chunk in the file.
fn key(part: usize, chunk: u32) -> i64 {
    ((part as i64) << 32) | i64::from(chunk)
}

fn read(bytes: &[u8]) -> Option<Sum> {
    let (sum, row) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_le_bytes(*sum), u32::from_le_bytes(*row.first_chunk::<4>()?)))
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
            let mut sums = Sums::with_chunks(8 * EACH);
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
        let most = 8 * EACH;
        let mut sums = Sums::with_chunks(most);
        // Each value stands in three rows; multiplied so that all parts have some.
        let value = |n: u32| u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let all: Vec<Sum> = (0..6_000).map(|row| (value(row % 2_000), row + 2)).collect();
        for some in all.chunks(500) {
            file.transact(|tx| sums.take(tx, some)).unwrap();
            assert!(sums.parts.iter().all(|part| part.len() < most && part.capacity() <= 2 * most));
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
