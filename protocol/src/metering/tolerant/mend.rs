//! JSON as small devices write it: what is around it, and values that cannot be read.

use super::sent::{Sent, parse};
use serde_json::Value;

/// What takes the place of a value that cannot be read: no field takes a list.
const UNREADABLE: &str = "[]";

/// Reads a payload without what is around it (a byte-order mark, NULs and white space at the end, as buffers of C leave them). Where that
/// cannot be read, what is no value of JSON, or none that is representable, is put aside (see [`mended`]), and the rest is read.
pub(super) fn read(payload: &[u8]) -> Option<Sent> {
    let payload = payload.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(payload);
    let end = payload.iter().rposition(|byte| *byte != 0 && !byte.is_ascii_whitespace()).map_or(0, |at| at + 1);
    let text = String::from_utf8_lossy(&payload[..end]);
    parse(&text).or_else(|| parse(&mended(&text)))
}

/// The text with words and numbers that JSON has not, as `NaN`, `-nan(ind)`, `+5`, `087`, `80%` and `1e999`, put into quotation marks: they are
/// no numbers, and no reason to refuse the rest. In the place of a value that is missing (`"c":,`) or of a text that cannot be read, as one with
/// a tab as it is or half a surrogate pair, there is a list, as there is for a word that would be such a text in quotation marks; of a name that
/// cannot be read nothing is left.
pub(super) fn mended(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut mended = String::with_capacity(text.len() + 32);
    let (mut at, mut copied) = (0, 0);
    let mut wants_value = false;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'"' => {
                at = string_end(bytes, at);
                if serde_json::from_str::<Value>(&text[start..at]).is_err() {
                    let is_name = bytes[at..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
                    mended.push_str(&text[copied..start]);
                    mended.push_str(if is_name { "\"\"" } else { UNREADABLE });
                    copied = at;
                }
            }
            b',' | b'}' if wants_value => {
                mended.push_str(&text[copied..at]);
                mended.push_str(UNREADABLE);
                copied = at;
                at += 1;
            }
            byte if is_structure(byte) => at += 1,
            _ => {
                at += run(&bytes[at..], |byte| !is_structure(byte) && byte != b'"' && !byte.is_ascii_whitespace());
                if serde_json::from_str::<Value>(&text[start..at]).is_err() {
                    mended.push_str(&text[copied..start]);
                    if text[start..at].contains(|letter: char| letter == '\\' || letter.is_ascii_control()) {
                        mended.push_str(UNREADABLE);
                    } else {
                        mended.push('"');
                        mended.push_str(&text[start..at]);
                        mended.push('"');
                    }
                    copied = at;
                }
            }
        }
        wants_value = bytes[start] == b':';
    }
    mended.push_str(&text[copied..]);
    mended
}

/// Whether a byte is of JSON's structure.
const fn is_structure(byte: u8) -> bool {
    matches!(byte, b'{' | b'}' | b'[' | b']' | b':' | b',')
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

#[cfg(test)]
mod tests {
    use crate::metering::messages::Refusal;
    use crate::metering::tolerant::{Refused, gateway_readings, status, telemetry};

    /// What becomes of a reading with something beside its time and register, and of one behind it in the same message; the fields that were
    /// dropped.
    fn beside(field: &str) -> (Vec<Result<i64, Refused>>, Vec<&'static str>) {
        let payload = format!(r#"[{{"t":1,"reg":2,{field}}},{{"t":2,"reg":3}}]"#);
        let sent = telemetry(payload.as_bytes()).expect("JSON");
        let by_gateway = payload.replace(r#"{"t""#, r#"{"serial":"A","t""#);
        let same = gateway_readings(by_gateway.as_bytes()).expect("JSON");
        assert_eq!(same.iter().map(|sent| sent.read).collect::<Vec<_>>(), sent.value, "{field}");
        let read = sent.value.into_iter().map(|read| read.map(|reading| reading.reg.0)).collect();
        (read, sent.dropped.into_keys().collect())
    }

    #[test]
    fn one_value_that_cannot_be_read_costs_no_other_reading() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for value in [
            "1e999",
            "-1e999",
            r#""\ud800""#,
            r#""a\x41""#,
            "\"+CSQ: 18\r\n\"",
            "-nan(ind)",
            "80%",
            "27.4°",
            "27\u{0}",
            r"\N",
            "0x\x1B",
            "",
            " ",
            "[1e999]",
            deep.as_str(),
            r#"{"c":1,"reg":1e999}"#,
        ] {
            assert_eq!(beside(&format!(r#""c":{value}"#)), (vec![Ok(2), Ok(3)], vec!["c"]), "{value}");
            assert_eq!(beside(&format!(r#""note":{value}"#)), (vec![Ok(2), Ok(3)], vec![]), "{value}");
            assert_eq!(beside(&format!(r#""c":{value},"bat":"x""#)), (vec![Ok(2), Ok(3)], vec!["bat", "c"]), "{value}");
        }
        assert_eq!(beside(r#""\ud800":5,"c":27"#), (vec![Ok(2), Ok(3)], vec![]));
    }

    #[test]
    fn a_register_that_cannot_be_read_refuses_its_own_reading() {
        for value in ["1e999", "", r#""\ud800""#, "nan(ind)", "5%"] {
            let payload = format!(r#"[{{"t":1,"reg":{value}}},{{"t":2,"reg":3}}]"#);
            let sent = telemetry(payload.as_bytes()).expect("JSON").value;
            let read: Vec<_> = sent.into_iter().map(|read| read.map(|reading| reading.reg.0)).collect();
            assert_eq!(read, [Err((Refusal::UnreadableField, "reg")), Ok(3)], "{value}");
        }
    }

    #[test]
    fn a_text_that_cannot_be_read_is_no_text() {
        let read = status(b"{\"online\":true,\"fw\":\"1.2\r\n\",\"interval_s\":60}").expect("read");
        assert_eq!((read.value.online, read.value.fw, read.value.interval_s), (true, None, Some(60)));
        assert_eq!(read.dropped.into_keys().collect::<Vec<_>>(), ["fw"]);
        assert_eq!(status(br#"{"online":"\ud800"}"#), Err((Refusal::UnreadableField, "online")));
        for cut in
            [r#"{"t":1,"reg":2,"fw":"1."#, r#"{"t":1,"reg":2,"c":"#, r#"{"t":1,"reg":2,"c":1e999"#, r#"{"t":1,"reg":2,"c":,"#]
        {
            assert_eq!(telemetry(cut.as_bytes()), Err((Refusal::Malformed, "")), "{cut}");
        }
    }
}
