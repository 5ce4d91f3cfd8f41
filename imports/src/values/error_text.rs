//! The texts by which sheets show a formula that went wrong; ODS stores nothing else of it.

const ERRORS: [&str; 17] = [
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#UNKNOWN!",
    "#BUSY!",
    "#EXTERNAL!",
    "#PYTHON!",
];

/// Whether a text is the name of an error, also one of LibreOffice's own: `Err:502`.
pub(crate) fn is_error(text: &str) -> bool {
    ERRORS.contains(&text)
        || text.strip_prefix("Err:").is_some_and(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The name of an error that XLS stores as a byte.
pub(crate) fn of_code(code: u8) -> String {
    let name = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        0x2b => "#GETTING_DATA",
        other => return format!("#ERROR {other}"),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{is_error, of_code};

    #[test]
    fn errors_are_known_by_their_text() {
        assert!(["#N/A", "#REF!", "#DIV/0!", "Err:502", "#SPILL!"].iter().all(|text| is_error(text)));
        assert!(["N/A", "#", "Err:5", "Err:abc", "#REF! ", "#12"].iter().all(|text| !is_error(text)));
    }

    #[test]
    fn errors_are_known_by_their_code_and_an_odd_one_keeps_it() {
        assert_eq!(of_code(0x2a), "#N/A");
        assert_eq!(of_code(0x99), "#ERROR 153");
    }
}
