//! Words that docs/GLOSSARY.md replaced do not come back.

use super::File;

/// Names that are gone wherever they would stand.
const NAMES: &[&str] = &[
    "Tails",
    "Said",
    "told",
    "heard",
    "woken",
    "OfficeAsked",
    "OfficeTold",
    "money_news",
    "scope_news",
    "command_news",
    "rescope",
    "Woken",
    "glance",
    "NEAR",
    "Stumbled",
    "BREATH",
    "landed",
    "uncover",
    "is_hurt",
    "is_noise",
    "take_out",
    "never_left",
    "Speaker",
    "spoken_for",
    "Reasoned",
    "Lasts",
    "Guest",
    "device_command",
    "CommandState",
];

/// Words of the language that may stand in a sentence or as a value's name, but name no module, type or function.
const DEFINED: &[&str] = &["calm", "written", "typical", "fact", "facts", "life", "lives", "cover", "freeze"];

/// Words that speak of programs and meters as of people who talk. They stand in no comment either: it says who sends, receives, shows or
/// reports what.
const SPOKEN: &[&str] = &["told", "heard", "woken"];

/// What a definition begins with.
const DEFINITIONS: &[&str] = &["mod ", "fn ", "struct ", "enum ", "trait ", "type ", "const ", "static "];

/// What is gone behind a path or in a text.
const PATHS: &[&str] = &["Way::Gone", "RefundRoute::Gone", "supply::look"];
const TEXTS: &[&str] = &["'afar'"];

/// Where an old word has to stand: what a version before wrote, and how it is read.
const EXCEPT: &[&str] = &["sync-server/src/core/migrate", "tests/tests/upgrades", "tests/tests/server/upgrades", "xtask/"];

/// Checks names in code, and words of [`SPOKEN`] in comments; sentences are free.
pub fn check(files: &[File], findings: &mut Vec<String>) {
    for file in files.iter().filter(|file| !EXCEPT.iter().any(|place| file.name.starts_with(place))) {
        for (at, line) in file.source.code.lines().enumerate() {
            for word in gone(line) {
                findings.push(format!("{}:{}: `{word}` is an old word, see docs/GLOSSARY.md", file.name, at + 1));
            }
        }
        for (line, comment) in &file.source.comments {
            for word in spoken(comment) {
                findings.push(format!("{}:{line}: `{word}` in a comment; say who sends, receives or shows what", file.name));
            }
        }
        for (line, text) in &file.source.strings {
            for word in TEXTS.iter().filter(|word| text.contains(*word)) {
                findings.push(format!("{}:{line}: `{word}` is an old word, see docs/GLOSSARY.md", file.name));
            }
        }
    }
}

fn spoken(comment: &str) -> Vec<&'static str> {
    SPOKEN.iter().copied().filter(|word| whole(comment, word)).collect()
}

fn gone(line: &str) -> Vec<&'static str> {
    let mut gone: Vec<&str> = NAMES.iter().chain(PATHS).copied().filter(|word| whole(line, word)).collect();
    for word in DEFINED {
        let defined = DEFINITIONS.iter().any(|definition| whole(line, &format!("{definition}{word}")));
        if defined || whole(line, &format!("{word}::")) {
            gone.push(word);
        }
    }
    gone
}

/// Whether a word stands in a line, not as a part of a longer one.
fn whole(line: &str, word: &str) -> bool {
    let of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].ends_with(of_name) && word.starts_with(of_name);
        let after = line[at + word.len()..].starts_with(of_name) && word.ends_with(of_name);
        !before && !after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_names_are_found_as_whole_words() {
        assert_eq!(gone("use crate::told::Tails;"), ["Tails", "told"]);
        assert!(gone("let unglanced = retold + NEAREST;").is_empty());
    }

    #[test]
    fn what_is_said_of_people_who_talk_stands_in_no_comment() {
        assert_eq!(spoken("// The device is told what the server has heard."), ["told", "heard"]);
        assert!(spoken("// An untold part of overheard words.").is_empty());
    }

    #[test]
    fn a_common_word_is_refused_only_where_it_names_code() {
        assert_eq!(gone("pub mod fact;"), ["fact"]);
        assert_eq!(gone("let day = typical::of(days);"), ["typical"]);
        assert!(gone("let written = file.write(cover)?;").is_empty());
    }
}
