//! JSON as small devices write it: what is around it, and words that it has not.

use serde::de::IgnoredAny;
use std::borrow::Cow;

/// The text of a payload without what is around it (a byte-order mark, NULs and white space at the end, as buffers of C leave them), and
/// with words that JSON has not, as `NaN` and `-Infinity`, put into quotation marks: they are no numbers, and no reason to refuse the rest.
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
        match bytes[at] {
            b'"' => at = string_end(bytes, at),
            // The exponent of a number is no word.
            b'0'..=b'9' | b'.' => {
                at += run(&bytes[at..], |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'))
            }
            sign @ (b'+' | b'-' | b'A'..=b'Z' | b'a'..=b'z') => {
                let start = at;
                at += usize::from(matches!(sign, b'+' | b'-'));
                let word = run(&bytes[at..], |byte| byte.is_ascii_alphanumeric() || byte == b'_');
                let is_number = bytes.get(at).is_some_and(u8::is_ascii_digit);
                at += if is_number { 0 } else { word };
                if word > 0 && !is_number && !matches!(&text[start..at], "true" | "false" | "null") {
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
