//! Where tests are: read from the sources, so that only what holds a wanted one has to be built.

use crate::lint::source::Source;
use crate::process::{output, root};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// One program of tests that cargo makes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The package.
    pub package: String,
    /// The integration test, or none for the package's own unit tests.
    pub test: Option<String>,
}

/// A test as far as the source tells.
struct Test {
    target: Target,
    /// The modules that the file's place stands for, with `::` between.
    module: String,
    name: String,
}

/// The targets that hold what the words name, each with the names of the functions there.
pub fn matching(words: &[String]) -> BTreeMap<Target, BTreeSet<String>> {
    let mut found: BTreeMap<Target, BTreeSet<String>> = BTreeMap::new();
    for test in all() {
        if words.iter().any(|word| names(word, &test)) {
            found.entry(test.target).or_default().insert(test.name);
        }
    }
    found
}

/// All test programs that are not a package's own unit tests.
pub fn programs() -> BTreeSet<String> {
    all().into_iter().filter_map(|test| test.target.test).collect()
}

/// A package or a test program is named by its whole name; modules and functions by any part of theirs.
fn names(word: &str, test: &Test) -> bool {
    let target = test.target.test.as_deref().unwrap_or_default();
    if word == test.target.package || word == target {
        return true;
    }
    let inside = format!("{}::{}", test.module, test.name);
    inside.contains(word) || (word.contains("::") && format!("{}::{target}::{inside}", test.target.package).contains(word))
}

fn all() -> Vec<Test> {
    let listed = output(Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard", "*.rs"]));
    let mut tests = Vec::new();
    for file in listed.lines() {
        let (Some((target, module)), Ok(text)) = (place(file), std::fs::read_to_string(root().join(file))) else { continue };
        if !text.contains("test") {
            continue;
        }
        for name in functions(&Source::of(&text)) {
            tests.push(Test { target: target.clone(), module: module.clone(), name });
        }
    }
    tests
}

/// What a file is compiled into, and as which module.
fn place(file: &str) -> Option<(Target, String)> {
    let (package, rest) = file.split_once('/')?;
    let (folder, rest) = rest.split_once('/')?;
    let package = package.to_owned();
    let module = |path: &str| {
        let path = path.trim_end_matches(".rs").trim_end_matches("/mod").trim_end_matches("/main");
        if matches!(path, "lib" | "main") { String::new() } else { path.replace('/', "::") }
    };
    match folder {
        "src" if !rest.starts_with("bin/") => Some((Target { package, test: None }, module(rest))),
        "tests" => {
            let (name, inside) = rest.split_once('/').unwrap_or((rest.trim_end_matches(".rs"), "main.rs"));
            Some((Target { package, test: Some(name.to_owned()) }, module(inside)))
        }
        _ => None,
    }
}

/// The names of the functions that an attribute makes tests.
fn functions(source: &Source) -> Vec<String> {
    let mut names = Vec::new();
    let mut marked = false;
    for line in source.code.lines().map(str::trim) {
        let attribute = line.starts_with("#[");
        marked |= attribute && (line.starts_with("#[test") || line.contains("::test") || line.contains("_test]"));
        let Some(rest) = line.split_once("fn ").filter(|(before, _)| !attribute && !before.contains('(')) else { continue };
        if std::mem::take(&mut marked) {
            names.push(rest.1.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_placed_by_its_path() {
        let unit = |package: &str| Target { package: package.into(), test: None };
        assert_eq!(place("domain/src/edit/mod.rs"), Some((unit("domain"), "edit".into())));
        assert_eq!(place("ui/src/lib.rs"), Some((unit("ui"), String::new())));
        let server = Target { package: "tests".into(), test: Some("server".into()) };
        assert_eq!(place("tests/tests/server/main.rs"), Some((server.clone(), String::new())));
        assert_eq!(place("tests/tests/server/rights.rs"), Some((server, "rights".into())));
        assert_eq!(place("tests/src/bin/shots/main.rs"), None);
    }

    #[test]
    fn only_marked_functions_are_tests() {
        let text =
            "fn helper() {}\n#[test]\n#[ignore]\nfn one() {}\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn two() {}\n";
        assert_eq!(functions(&Source::of(text)), ["one", "two"]);
    }
}
