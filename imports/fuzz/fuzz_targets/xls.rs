//! Bytes as the records of an XLS, without a compound file around them; one with it is in `any`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let begin = [0x09, 0x08, 0x10, 0, 0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    imports_fuzz::read(&[&begin[..], bytes].concat(), &Default::default());
});
