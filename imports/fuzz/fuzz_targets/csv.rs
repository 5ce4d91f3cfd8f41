//! Bytes as delimited text: the first two choose the encoding and the delimiter, or their detection.
#![no_main]

use imports::Options;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [encoding, delimiter, text @ ..] = bytes else { return };
    let encoding = [None, Some("utf-8"), Some("windows-1252"), Some("utf-16le"), Some("utf-16be"), Some("shift_jis")]
        [usize::from(*encoding) % 6];
    let delimiter = [None, Some(b';'), Some(b','), Some(b'\t'), Some(b'|')][usize::from(*delimiter) % 5];
    imports_fuzz::read(text, &Options { encoding: encoding.map(Into::into), delimiter });
});
