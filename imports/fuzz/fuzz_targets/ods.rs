//! Bytes as the content of an ODS.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| imports_fuzz::read(
    &imports_fuzz::archive(&[("content.xml", bytes)]),
    &Default::default()
));
