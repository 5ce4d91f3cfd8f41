//! JSON as small devices write it: what is around it, and words that it has not.

use serde::de::IgnoredAny;
use std::borrow::Cow;

/// The text of a payload without what is around it (a byte-order mark, NULs and white space at the end, as buffers of C leave them), and
/// with words and numbers that JSON has not, as `NaN`, `-Infinity`, `+5` and `087`, put into quotation marks: they are no numbers, and no reason
/// to refuse the rest.
pub(super) fn mended(payload: &[u8]) -> Cow<'_, str> {
    let payload = payload.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(payload);
    let end = payload.iter().rposition(|byte| *byte != 0 && !byte.is_ascii_whitespace()).map_or(0, |at| at + 1);
    let text = String::from_utf8_lossy(&payload[..end]);
    if serde_json::from_str::<IgnoredAny>(&text).is_ok() { text } else { Cow::Owned(quote_bare_words(&text)) }
}

pub(super) fn quote_bare_words(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut mended = String::with_capacity(text.len() + 32);
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'"' => at = string_end(bytes, at),
            // A sign, a fraction and an exponent are parts of a number, and those of `1.#QNAN` of a word.
            b'+' | b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                at += run(&bytes[at..], |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_' | b'#'));
                if serde_json::from_str::<IgnoredAny>(&text[start..at]).is_err() {
                    mended.push_str(&text[copied..start]);
                    mended.push('"');
                    mended.push_str(&text[start..at]);
                    mended.push('"');
                    copied = at;
                }
            }
            _ => at += 1,
        }
    }
    mended.push_str(&text[copied..]);
    mended
}

/// How many bytes from the start are of a kind.
fn run(bytes: &[u8], is_of: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !is_of(*byte)).unwrap_or(bytes.len())
}

/// Where the string that begins at `start` is over.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}
