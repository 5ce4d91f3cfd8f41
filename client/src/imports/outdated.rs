//! Rows that a check found right, and that are not right any more when they are committed, as when another admin has registered the meter since. They
//! are errors from then on, each with its reason, so that they are counted and given back with the others.

use crate::error::Error;
use crate::imports::check::is_warned;
use crate::store::imports::{Block, ImportFile, Packer, pack_findings, unpack_findings};
use domain::imports::Finding;
use protocol::ui::imports::Fate;

/// Keeps of some rows, in their order, that they are errors, and what was found in each.
///
/// # Errors
/// The import's file cannot be read or written.
pub fn keep(file: &mut ImportFile, outdated: &[(u32, Vec<Finding>)]) -> Result<(), Error> {
    let mut left = outdated;
    while let Some((first, _)) = left.first()
        && let Some(stored) = file.block_of(*first)?
    {
        let block = Block::unpack(&stored.body)?;
        let (mut marks, mut findings) = (file.marks(stored.num)?, unpack_findings(&file.findings_packed(stored.num)?)?);
        let (of_block, others) = left.split_at(left.partition_point(|(row, _)| *row <= stored.last).max(1));
        left = others;
        for (row, found) in of_block {
            findings.retain(|finding| finding.row != *row);
            findings.extend_from_slice(found);
            if let Some(place) = block.place_of(*row) {
                marks.set(place, Fate::Error, is_warned(found), false);
            }
        }
        findings.sort_by_key(|finding| finding.row);
        let packed = pack_findings(&findings, &mut Packer::new()?)?;
        file.transact(|tx| tx.set_marks(stored.num, &marks, &packed))?;
    }
    Ok(())
}
