//! What the sync machine needs of the cache: buckets, pages of rows, repair, epochs.

pub mod apply;
pub mod buckets;
pub mod bulk;
pub mod device;
pub mod epoch;
pub mod repair;
