//! A report as a run keeps it: JSON, compressed. Whatever is made of a run later is made of this, and of nothing else.

use crate::error::Error;
use domain::reports::Report;

/// A report as JSON at most: some 50,000 rows.
const LARGEST: usize = 8 * 1024 * 1024;

/// The level of zstd that is between its speed and its size.
const LEVEL: i32 = 3;

/// A report, compressed; none if it is larger than a run holds.
///
/// # Errors
/// It cannot be written as JSON, or be compressed.
pub fn pack(report: &Report) -> Result<Option<Vec<u8>>, Error> {
    let unwritable = |error| Error::Setup(format!("a report cannot be written as JSON: {error}"));
    let json = serde_json::to_vec(report).map_err(unwritable)?;
    if json.len() > LARGEST {
        return Ok(None);
    }
    Ok(Some(zstd::bulk::compress(&json, LEVEL)?))
}

/// What [`pack`] packed.
///
/// # Errors
/// It is damaged.
pub fn unpack(packed: &[u8]) -> Result<Report, Error> {
    let json = zstd::bulk::decompress(packed, LARGEST)?;
    serde_json::from_slice(&json).map_err(|error| Error::Setup(format!("a stored report cannot be read: {error}")))
}
