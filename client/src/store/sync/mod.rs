//! What the sync engine does with the cache: applying pulls and pages, repair, epochs.

pub(crate) mod apply;
pub(crate) mod buckets;
mod bulk;
mod device;
mod epoch;
mod repair;
