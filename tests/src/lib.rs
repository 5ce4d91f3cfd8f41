//! What crosses crates: API, end to end, benches.
