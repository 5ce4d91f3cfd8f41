//! `test`: every test, or those that words name; the last line counts them.

use crate::cargo::{self, Build, PROGRAMS, app, build};
use crate::process::{Outcome, root};
use crate::progress::{Progress, step};
use crate::tests_in_source::{self, Target, matching};
use crate::{setup, space, ui};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// What `test` takes.
#[derive(clap::Args)]
pub struct Options {
    /// Leave out what needs a window or a browser
    #[arg(long)]
    quick: bool,
    /// Run only tests whose package, program, module or function a word names
    words: Vec<String>,
}

/// The program of tests that needs screens and the app.
const SCREENS: &str = "screens";

/// What tests start.
const STARTED: [&str; 3] = ["sync-server", "simulators", "headless"];

/// What tests of the screens start.
pub const SCREENS_START: [&str; 5] = ["sync-server", "simulators", "headless", "browser-host", "receipts"];

#[derive(Default)]
struct Counts {
    passed: u64,
    failed: u64,
    /// Runs of tests that ended without counting, such as those that did not compile.
    broken: u64,
}

/// Tests that one cargo command builds and runs.
struct Group {
    name: String,
    selection: Vec<String>,
    /// Their exact names; none stands for all.
    only: Option<Vec<String>>,
}

/// Runs the tests.
pub fn test(options: &Options) -> Outcome {
    space::make_room()?;
    let groups = if options.words.is_empty() { all(options.quick)? } else { some(options)? };
    let mut counts = Counts::default();
    for group in &groups {
        let outcome = run_group(group, &mut counts);
        if let Err(error) = outcome {
            println!("{}: {error}", group.name);
            counts.broken += 1;
        }
    }
    if counts.broken > 0 && counts.failed == 0 {
        counts.failed = counts.broken;
    }
    println!("{} passed, {} failed", counts.passed, counts.failed);
    if counts.failed == 0 && (counts.passed > 0 || !options.words.is_empty()) { Ok(()) } else { std::process::exit(1) }
}

/// All tests, after all that they start is built.
fn all(quick: bool) -> Outcome<Vec<Group>> {
    if quick {
        setup::for_tests()?;
        build("building the programs", vec![cargo::programs(&STARTED)])?;
    } else {
        setup::setup()?;
        ui::build_with(false, &SCREENS_START)?;
        build("building the app", vec![app()])?;
    }
    let mut groups = selections();
    if quick {
        let programs = &mut groups[0].selection;
        programs.push("--lib".into());
        let names = tests_in_source::programs().into_iter().filter(|name| !name.starts_with(SCREENS));
        programs.extend(names.flat_map(|name| ["--test".to_owned(), name]));
    }
    Ok(groups)
}

fn selections() -> Vec<Group> {
    let selections = [
        ("tests of the programs", PROGRAMS.as_slice()),
        ("tests of the screens' code", &["-p", "ui", "--lib"]),
        ("tests of the tasks", &["-p", "xtask"]),
    ];
    let owned = |selection: &[&str]| selection.iter().map(|&word| word.to_owned()).collect();
    selections.map(|(name, selection)| Group { name: name.into(), selection: owned(selection), only: None }).into()
}

/// What builds all tests.
pub fn builds() -> Vec<Build> {
    selections().iter().map(|group| tests_of(&group.selection)).collect()
}

/// The tests that words name, after what those start is built.
fn some(options: &Options) -> Outcome<Vec<Group>> {
    let mut found = matching(&options.words);
    let is_screens = |target: &Target| target.test.as_deref().is_some_and(|test| test.starts_with(SCREENS));
    if options.quick {
        found.retain(|target, _| !is_screens(target));
    }
    if found.keys().any(is_screens) {
        setup::setup()?;
        ui::build_with(false, &SCREENS_START)?;
        build("building the app", vec![app()])?;
    } else {
        setup::for_tests()?;
    }
    // What crosses crates is one selection, with the programs'; a package's own tests are built with that package alone.
    let mut selections: BTreeMap<String, (Vec<String>, BTreeSet<String>)> = BTreeMap::new();
    for (target, functions) in found {
        let whole = PROGRAMS.map(str::to_owned).to_vec();
        let alone = vec!["-p".to_owned(), target.package.clone()];
        let start = if target.package == "tests" { whole } else { alone };
        let (selection, names) = selections.entry(target.package.clone()).or_insert_with(|| (start, BTreeSet::new()));
        match target.test {
            Some(test) => selection.extend(["--test".to_owned(), test]),
            None if target.package == "xtask" => selection.push("--bins".to_owned()),
            None => selection.push("--lib".to_owned()),
        }
        names.extend(functions);
    }
    let mut groups = Vec::new();
    for (package, (selection, functions)) in selections {
        let mut builds = vec![tests_of(&selection)];
        if package == "tests" {
            builds.insert(0, cargo::programs(&STARTED));
        }
        for one in builds {
            build(&format!("building what {package} tests"), vec![one])?;
        }
        let only = names(&selection, &options.words, &functions)?;
        groups.push(Group { name: format!("tests of {package}"), selection, only: Some(only) });
    }
    Ok(groups)
}

fn tests_of(selection: &[String]) -> Build {
    let mut command = cargo::compiling("test");
    command.arg("--no-run").args(selection);
    Build::new("tests", command)
}

/// The exact names of the tests that were found in the sources or that a word names by the modules they are in.
fn names(selection: &[String], words: &[String], functions: &BTreeSet<String>) -> Outcome<Vec<String>> {
    let listed = crate::process::output(cargo::compiling("test").arg("-q").args(selection).args(["--", "--list"]));
    let tests = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    let wanted = tests.filter(|test| {
        let function = test.rsplit("::").next().unwrap_or(test);
        functions.contains(function) || words.iter().any(|word| test.contains(word.as_str()))
    });
    let wanted: Vec<String> = wanted.map(str::to_owned).collect();
    if wanted.is_empty() { Err("cargo lists none of the tests that the sources name".into()) } else { Ok(wanted) }
}

fn run_group(group: &Group, counts: &mut Counts) -> Outcome {
    if group.only.is_none() {
        build(&format!("building {}", group.name), vec![tests_of(&group.selection)])?;
    }
    step(&group.name, |progress| {
        let mut command = cargo::compiling("test");
        command.arg("--no-fail-fast").args(&group.selection).args(["--", "--show-output"]);
        if let Some(only) = &group.only {
            command.arg("--exact").args(only);
        }
        count(&mut command, progress, counts)
    })
}

/// Runs cargo test, with what it writes on the terminal, and adds up its result lines.
fn count(command: &mut Command, progress: &Progress, counts: &mut Counts) -> Outcome {
    let mut child = command.current_dir(root()).stdout(Stdio::piped()).spawn()?;
    let failed_before = counts.failed;
    for line in child.stdout.take().into_iter().flat_map(|lines| BufReader::new(lines).lines()) {
        let line = line?;
        progress.print(&line, false);
        if let Some(result) = line.strip_prefix("test result:") {
            let number = |word: &str| {
                let part = result.split(';').find(|part| part.trim_end().ends_with(word));
                part.and_then(|part| part.split_whitespace().rev().nth(1)?.parse::<u64>().ok()).unwrap_or(0)
            };
            counts.passed += number("passed");
            counts.failed += number("failed");
            progress.state(format!("{} passed, {} failed so far", counts.passed, counts.failed));
        }
    }
    if !child.wait()?.success() && counts.failed == failed_before {
        counts.broken += 1;
    }
    Ok(())
}
