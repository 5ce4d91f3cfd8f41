//! CSV that a spreadsheet opens as what it is: fields quoted (RFC 4180), and none that it would take for a formula.

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// What a file begins with so that Excel reads it as UTF-8.
pub const BOM: &str = "\u{feff}";

/// A line with its end. A field that a spreadsheet would compute gets an apostrophe in front, which shows it as text.
pub fn line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = fields.into_iter().map(field).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn field(text: &str) -> String {
    // A number below zero is one, and no formula.
    let is_number = text.strip_prefix('-').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    let guard = if text.starts_with(FORMULA) && !is_number { "'" } else { "" };
    if guard.is_empty() && !text.contains([',', ';', '"', '\n', '\r']) {
        return text.to_owned();
    }
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn what_would_be_computed_is_shown_as_text() {
        for text in ["=1+1", "+62812", "@SUM(A1)", "-cmd|' /C calc'!A0", "\t=1"] {
            assert_eq!(line([text]), format!("\"'{text}\"\r\n"));
        }
        assert_eq!(line(["-5000", "ABC-1", "10"]), "-5000,ABC-1,10\r\n");
    }

    #[test]
    fn quotes_separators_and_lines_stay_within_their_field() {
        assert_eq!(line(["a,b", "c;d", "say \"hi\"", "x\ny", ""]), "\"a,b\",\"c;d\",\"say \"\"hi\"\"\",\"x\ny\",\r\n");
    }
}
