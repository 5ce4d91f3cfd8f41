//! Sync: editing records field by field, so that two people can do it at once.

pub mod edit;
