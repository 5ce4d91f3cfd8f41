//! A Rust file taken apart: its code without strings and comments, and both of these by line. As much of the language as the checks
//! need, so that a word in a comment is not taken for a name, nor a brace in a string for the end of a function.

/// A file, taken apart.
#[derive(Default)]
pub struct Source {
    /// The code, line by line as in the file, with blanks for characters and comments, and with quotes for strings.
    pub code: String,
    /// What stands in string literals, by the line where each begins.
    pub strings: Vec<(usize, String)>,
    /// Comments, by line.
    pub comments: Vec<(usize, String)>,
}

impl Source {
    /// Takes a file apart.
    pub fn of(text: &str) -> Self {
        let mut reader = Reader { rest: text, source: Self::default(), line: 1 };
        while !reader.rest.is_empty() {
            reader.next();
        }
        reader.source
    }
}

struct Reader<'a> {
    rest: &'a str,
    source: Source,
    line: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) {
        let rest = self.rest;
        let after_name = self.source.code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if rest.starts_with("//") {
            let text = self.blank(rest.find('\n').unwrap_or(rest.len()));
            self.source.comments.push((self.line, text.to_owned()));
        } else if rest.starts_with("/*") {
            let line = self.line;
            let text = self.blank(rest.find("*/").map_or(rest.len(), |end| end + 2));
            self.source.comments.push((line, text.to_owned()));
        } else if rest.starts_with('"') {
            self.string(1, "\"", true);
        } else if let Some((open, close)) = raw(rest).filter(|_| !after_name) {
            self.string(open, &close, false);
        } else if let Some(length) = character(rest) {
            self.blank(length);
        } else if let Some(c) = rest.chars().next() {
            self.source.code.push(c);
            self.pass(c.len_utf8());
        }
    }

    /// Goes on by so many bytes.
    fn pass(&mut self, length: usize) -> &'a str {
        let (text, rest) = self.rest.split_at(length);
        self.line += text.matches('\n').count();
        self.rest = rest;
        text
    }

    /// The same, with blanks for them in the code.
    fn blank(&mut self, length: usize) -> &'a str {
        let text = self.pass(length);
        self.source.code.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        text
    }

    fn string(&mut self, open: usize, close: &str, escapes: bool) {
        let line = self.line;
        self.source.code.push('"');
        self.pass(open);
        let mut length = 0;
        while let Some(c) = self.rest[length..].chars().next() {
            if self.rest[length..].starts_with(close) {
                break;
            }
            length += c.len_utf8();
            if escapes && c == '\\' {
                length += self.rest[length..].chars().next().map_or(0, char::len_utf8);
            }
        }
        // Not blanks: a line of a long string is a line of its function.
        let text = self.pass(length).to_owned();
        self.source.code.extend(text.chars().map(|c| if c == '\n' { '\n' } else { '"' }));
        self.source.strings.push((line, text));
        self.source.code.push('"');
        self.pass(close.len().min(self.rest.len()));
    }
}

/// How a raw string opens and closes, if one begins here.
fn raw(rest: &str) -> Option<(usize, String)> {
    let from = if rest.starts_with("br") { 2 } else { 1 };
    let hashes = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let count = hashes.len() - hashes.trim_start_matches('#').len();
    hashes[count..].starts_with('"').then(|| (from + count + 1, format!("\"{}", "#".repeat(count))))
}

/// The length of a character literal, if one begins here and not a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let mut chars = inside.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        let escaped = chars.nth(1)?.0;
        return Some(1 + escaped + inside[escaped..].find('\'')? + 1).filter(|length| *length < 14);
    }
    chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_are_not_code() {
        let text = "let a = \"{ \\\" SELECT\"; // fn no {\nlet b = r#\"x \" y\"#; /* }\n} */ let c = '{'; let d: &'static str = b'\\n';\n";
        let source = Source::of(text);
        assert!(!source.code.contains(['{', '}']), "{}", source.code);
        assert!(source.code.contains("'static str"));
        assert_eq!(source.code.lines().count(), text.lines().count());
        let strings: Vec<&str> = source.strings.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(strings, ["{ \\\" SELECT", "x \" y"]);
        assert_eq!(source.comments.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2]);
    }
}
