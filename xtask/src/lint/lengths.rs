//! Lengths of files and of functions, and that each file says why it is there.

use super::File;

/// Lines a file may have.
const LONGEST: usize = 400;
/// Lines that the middle one of all files may have, and the one that nine of ten are shorter than.
const MEDIAN: usize = 130;
const NINE_OF_TEN: usize = 320;
/// Lines of code a function may have, as clippy counts them: what stands between its braces, without blank lines and comments.
const LONGEST_FUNCTION: usize = 70;

/// Checks and reports.
pub fn check(files: &[File], findings: &mut Vec<String>) {
    let mut lengths: Vec<usize> = files.iter().map(|file| file.text.lines().count()).collect();
    for (file, length) in files.iter().zip(&lengths) {
        if *length > LONGEST {
            findings.push(format!("{} has {length} lines, more than {LONGEST}", file.name));
        }
        if !file.text.starts_with("//!") {
            findings.push(format!("{}: the first line says why the file is there", file.name));
        }
        for (line, name, length) in functions(&file.source.code) {
            if length > LONGEST_FUNCTION {
                findings.push(format!("{}:{line}: `{name}` has {length} lines, more than {LONGEST_FUNCTION}", file.name));
            }
        }
    }
    lengths.sort_unstable();
    let share = |tenths: usize| lengths.get(lengths.len() * tenths / 10).copied().unwrap_or_default();
    let (median, most, longest) = (share(5), share(9), lengths.last().copied().unwrap_or_default());
    println!("lengths: {} files, the longest {longest} lines, median {median}, nine of ten below {most}", lengths.len());
    if median > MEDIAN {
        findings.push(format!("half the files have more than {MEDIAN} lines: the median is {median}"));
    }
    if most > NINE_OF_TEN {
        findings.push(format!("one file in ten has more than {NINE_OF_TEN} lines: the ninth tenth ends at {most}"));
    }
}

/// Functions with the line where each begins and the lines of code in its body. Of code without strings and comments.
fn functions(code: &str) -> Vec<(usize, String, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let Some(body) = body(&code[at..]).filter(|_| !name.is_empty()) else { continue };
        let length = body.lines().filter(|line| !line.trim().is_empty()).count();
        found.push((code[..at].matches('\n').count() + 1, name, length));
    }
    found
}

/// What stands between the braces of the function that begins here; none if it is only declared.
fn body(code: &str) -> Option<&str> {
    let mut depth = 0_i32;
    let mut open = None;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ';' if depth == 0 && open.is_none() => return None,
            '{' => {
                open = open.or((depth == 0).then_some(at));
                depth += 1;
            }
            '}' => {
                depth -= 1;
                if let Some(open) = open.filter(|_| depth == 0) {
                    return Some(&code[open + 1..at]);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_counted_without_blank_lines() {
        let code = "trait T { fn declared(&self); }\n\npub fn long(a: [u8; 4]) -> u8 {\n    one();\n\n    if x { y }\n}\n";
        assert_eq!(functions(code), [(3, "long".into(), 2)]);
    }
}
