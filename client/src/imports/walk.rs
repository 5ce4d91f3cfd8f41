//! The walk over a sheet. Its blocks are packed and checked on all cores, and written in their order by whoever walks. Then those rows are checked
//! again that repeat what an earlier row has, which nobody can know before the last row was read.
//!
//! A walk that ends before its end leaves blocks of which some are written. What makes them count is the state of the import, which is written last:
//! a sheet without it is read again, and rows without it are checked again.

use crate::error::Error;
use crate::imports::check::{Checker, Noted, Skips, counts};
use crate::imports::lanes::{Lanes, workers};
use crate::store::imports::{Block, ImportFile, Marks, PARTS, Packed, Packer, StoredBlock, Sums, pack_findings, unpack_findings};
use domain::imports::repeats::Sum;
use domain::imports::{Repeat, repeated};
use protocol::ui::imports::{Counts, SheetNote};
use std::sync::Arc;
use std::thread::Scope;

/// Blocks that one transaction writes.
const TOGETHER: usize = 16;

/// Repeats that are written as soon as there are so many.
const REPEATS: usize = 4_096;

/// A block on its way to a worker.
enum Job<'a> {
    /// As it was read; nobody checks the rows of a header, nor those of a sheet that is not understood.
    Fresh(Block, Option<By<'a>>),
    /// As it is stored.
    Stored(StoredBlock, By<'a>),
    /// As it is stored and was checked, with what its rows repeat.
    Again(Box<Again<'a>>),
}

/// By what a block is checked.
struct By<'a> {
    checker: Arc<Checker<'a>>,
    /// Whether another table has begun before it, as far as that is known when the block sets out.
    is_other_table: bool,
}

struct Again<'a> {
    block: StoredBlock,
    repeats: Vec<Repeat>,
    marks: Marks,
    findings: Vec<u8>,
    checker: Arc<Checker<'a>>,
}

/// A block as it comes back: what is to be written, and what was noted.
struct Done<'a> {
    num: u32,
    packed: Option<Packed>,
    found: Option<(Marks, Vec<u8>)>,
    noted: Noted,
    /// By what it was checked, and its rows, packed, where they were stored before.
    by: Option<By<'a>>,
    stored: Vec<u8>,
}

/// What a walk noted on its way.
#[derive(Default)]
pub struct Walked {
    sums: Sums,
    skipped: Skips,
}

/// A walk.
pub struct Walk<'f, 'a> {
    file: &'f mut ImportFile,
    lanes: Lanes<Job<'a>, Result<Done<'a>, Error>>,
    done: Vec<Done<'a>>,
    walked: Walked,
    /// Whether another table has begun in the blocks that came back.
    is_other_table: bool,
}

impl<'f, 'a> Walk<'f, 'a> {
    /// Begins a walk whose workers end with the scope.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn start<'scope>(scope: &'scope Scope<'scope, '_>, file: &'f mut ImportFile) -> Result<Self, Error>
    where
        'a: 'scope,
    {
        let packers = (0..workers()).map(|_| Packer::new()).collect::<Result<Vec<_>, Error>>()?;
        let works = packers.into_iter().map(|mut packer| move |job: Job<'a>| work(&mut packer, job));
        let (lanes, walked) = (Lanes::start(scope, works), Walked::default());
        Ok(Self { file, lanes, done: Vec::new(), walked, is_other_table: false })
    }

    /// The import's file, as far as it is written.
    pub fn file(&self) -> &ImportFile {
        self.file
    }

    /// Writes a block that was read, checked where there is a checker.
    ///
    /// # Errors
    /// The import's file cannot be written, or what is there cannot be read: of this block or of one before.
    pub fn take_in(&mut self, block: Block, checker: Option<Arc<Checker<'a>>>) -> Result<(), Error> {
        let (bytes, is_other_table) = (block.bytes(), self.is_other_table);
        let by = checker.map(|checker| By { checker, is_other_table });
        self.give(Job::Fresh(block, by), bytes)
    }

    /// Checks a stored block.
    ///
    /// # Errors
    /// As [`Self::take_in`].
    pub fn check_stored(&mut self, block: StoredBlock, checker: &Arc<Checker<'a>>) -> Result<(), Error> {
        let bytes = block.body.len();
        let by = By { checker: Arc::clone(checker), is_other_table: self.is_other_table };
        self.give(Job::Stored(block, by), bytes)
    }

    /// Checks those rows of a block again that repeat something.
    fn check_again(&mut self, block: StoredBlock, repeats: Vec<Repeat>, checker: &Arc<Checker<'a>>) -> Result<(), Error> {
        let bytes = block.body.len();
        let (marks, findings) = (self.file.marks(block.num)?, self.file.findings_packed(block.num)?);
        let again = Again { block, repeats, marks, findings, checker: Arc::clone(checker) };
        self.give(Job::Again(Box::new(again)), bytes)
    }

    fn give(&mut self, job: Job<'a>, bytes: usize) -> Result<(), Error> {
        while self.lanes.is_full() {
            self.take()?;
        }
        self.lanes.give(job, bytes);
        Ok(())
    }

    /// Takes the next block back; returns false if none is on its way.
    fn take(&mut self) -> Result<bool, Error> {
        let Some(done) = self.lanes.take() else { return Ok(false) };
        let mut done = done?;
        if let Some(by) = done.by.take() {
            if by.is_other_table != self.is_other_table {
                self.check_otherwise(&mut done, &by.checker)?;
            }
            self.is_other_table = done.noted.is_other_table;
        }
        self.done.push(done);
        if self.done.len() >= TOGETHER {
            self.write()?;
        }
        Ok(true)
    }

    /// Checks a block anew that set out before it was known that another table had begun, or was over. Few sheets have another table.
    fn check_otherwise(&self, done: &mut Done<'_>, checker: &Checker<'_>) -> Result<(), Error> {
        let body = done.packed.as_ref().map_or(&done.stored, |packed| &packed.body);
        let (marks, findings, noted) = checker.block(&Block::unpack(body)?, self.is_other_table)?;
        done.found = Some((marks, pack_findings(&findings, &mut Packer::new()?)?));
        done.noted = noted;
        Ok(())
    }

    fn write(&mut self) -> Result<(), Error> {
        let (blocks, walked) = (std::mem::take(&mut self.done), &mut self.walked);
        self.file.transact(|tx| {
            for block in blocks {
                if let Some(packed) = &block.packed {
                    tx.insert_block(packed)?;
                }
                if let Some((marks, findings)) = &block.found {
                    tx.set_marks(block.num, marks, findings)?;
                }
                walked.sums.take(tx, &block.noted.sums)?;
                for (reason, (count, row)) in block.noted.skipped {
                    walked.skipped.entry(reason).or_insert((0, row)).0 += count;
                }
            }
            Ok(())
        })
    }

    /// Waits for all blocks, and writes them.
    ///
    /// # Errors
    /// As [`Self::take_in`].
    pub fn end(mut self) -> Result<Walked, Error> {
        while self.take()? {}
        self.write()?;
        Ok(self.walked)
    }
}

/// What a worker does.
fn work<'a>(packer: &mut Packer, job: Job<'a>) -> Result<Done<'a>, Error> {
    match job {
        Job::Fresh(block, by) => {
            let packed = block.pack(packer)?;
            let (num, packed) = (packed.first, Some(packed));
            match by {
                Some(by) => Ok(Done { packed, ..checked(packer, num, &block, by)? }),
                None => Ok(Done { num, packed, found: None, noted: Noted::default(), by: None, stored: Vec::new() }),
            }
        }
        Job::Stored(block, by) => {
            let done = checked(packer, block.num, &Block::unpack(&block.body)?, by)?;
            Ok(Done { stored: block.body, ..done })
        }
        Job::Again(again) => {
            let Again { block, repeats, mut marks, findings, checker } = *again;
            let mut findings = unpack_findings(&findings)?;
            checker.again(&Block::unpack(&block.body)?, &repeats, &mut marks, &mut findings)?;
            let found = Some((marks, pack_findings(&findings, packer)?));
            Ok(Done { num: block.num, packed: None, found, noted: Noted::default(), by: None, stored: Vec::new() })
        }
    }
}

fn checked<'a>(packer: &mut Packer, num: u32, block: &Block, by: By<'a>) -> Result<Done<'a>, Error> {
    let (marks, findings, noted) = by.checker.block(block, by.is_other_table)?;
    let found = Some((marks, pack_findings(&findings, packer)?));
    Ok(Done { num, packed: None, found, noted, by: Some(by), stored: Vec::new() })
}

/// Checks the rows again that repeat what an earlier row has, and groups what was found; returns the counts, and what is to be said of the sheet.
///
/// # Errors
/// The import's file cannot be read or written, or what is there cannot be read.
pub fn settle(file: &mut ImportFile, checker: &Arc<Checker<'_>>, mut walked: Walked) -> Result<(Counts, Vec<SheetNote>), Error> {
    find_repeats(file, &mut walked.sums)?;
    check_repeats(file, checker)?;
    file.transact(|tx| {
        tx.clear_repeats()?;
        tx.group_findings()
    })?;
    let fates = file.fates()?;
    Ok((counts(&fates), checker.notes(walked.skipped, &fates)))
}

fn find_repeats(file: &mut ImportFile, sums: &mut Sums) -> Result<(), Error> {
    std::thread::scope(|scope| {
        let works = (0..workers()).map(|_| |mut sums: Vec<Sum>| repeated(&mut sums));
        let mut lanes = Lanes::start(scope, works);
        let mut found = Vec::new();
        for part in 0..PARTS {
            while lanes.is_full() {
                found.extend(lanes.take().unwrap_or_default());
                keep(file, &mut found, REPEATS)?;
            }
            let of_part = sums.part(file, part)?;
            let bytes = size_of_val(of_part.as_slice());
            lanes.give(of_part, bytes);
        }
        while let Some(repeats) = lanes.take() {
            found.extend(repeats);
            keep(file, &mut found, REPEATS)?;
        }
        keep(file, &mut found, 1)
    })
}

/// Writes repeats where there are so many at least.
fn keep(file: &mut ImportFile, found: &mut Vec<Repeat>, least: usize) -> Result<(), Error> {
    if found.len() >= least {
        file.transact(|tx| tx.keep_repeats(found))?;
        found.clear();
    }
    Ok(())
}

fn check_repeats(file: &mut ImportFile, checker: &Arc<Checker<'_>>) -> Result<(), Error> {
    std::thread::scope(|scope| {
        let mut walk = Walk::start(scope, file)?;
        let mut behind = 0;
        while let Some(row) = walk.file().repeat_behind(behind)? {
            let Some(block) = walk.file().block_of(row)? else { break };
            behind = row.max(block.last);
            let repeats = walk.file().repeats(row, block.last)?;
            walk.check_again(block, repeats, checker)?;
        }
        walk.end().map(drop)
    })
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
