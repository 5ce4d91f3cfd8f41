//! Any bytes as a file: what it is, and whatever reader that chooses.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| imports_fuzz::read(bytes, &Default::default()));
