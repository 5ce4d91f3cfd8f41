//! `lint`: what a machine can see.

mod crates;
mod folders;
mod lengths;
mod licences;
pub mod source;
mod sql;
mod translations;
mod words;

use crate::cargo::{self, Build, PROGRAMS, build};
use crate::process::{Outcome, output, root, run};
use crate::progress::step;
use crate::{setup, space, test, ui, wasm};
use source::Source;
use std::process::Command;

/// A Rust file of the project.
struct File {
    /// Its path from the project's root.
    name: String,
    text: String,
    source: Source,
}

/// Checks.
pub fn lint(quick: bool) -> Outcome {
    let mut findings = Vec::new();
    step("format", |_| run(Command::new("cargo").args(["fmt", "--all", "--check"])))
        .unwrap_or_else(|_| findings.push("run `cargo fmt --all`".into()));
    let files = files()?;
    crates::check(&mut findings)?;
    folders::check(&files, &mut findings);
    sql::check(&files, &mut findings);
    lengths::check(&files, &mut findings);
    words::check(&files, &mut findings);
    translations::check(&mut findings)?;
    licences::check(&mut findings);
    // Last, because it takes the longest: what is found above is seen at once.
    for finding in &findings {
        println!("{finding}");
    }
    let before = findings.len();
    if !quick {
        space::make_room()?;
        clippy(&mut findings)?;
    }
    for finding in &findings[before..] {
        println!("{finding}");
    }
    println!("lint: {} findings", findings.len());
    if findings.is_empty() { Ok(()) } else { Err(format!("{} findings", findings.len()).into()) }
}

fn files() -> Outcome<Vec<File>> {
    let listed = output(Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard", "*.rs"]));
    let there = listed.lines().filter(|name| root().join(name).exists());
    there
        .map(|name| {
            let text = std::fs::read_to_string(root().join(name))?;
            let source = Source::of(&text);
            Ok(File { name: name.to_owned(), text, source })
        })
        .collect()
}

/// Over everything: what runs here by this machine's toolchain, the screens by the one that knows wasm.
fn clippy(findings: &mut Vec<String>) -> Outcome {
    setup::for_lint()?;
    // The app's macros want the folder of the screens to be there; what is in it is not checked.
    std::fs::create_dir_all(root().join("ui/dist"))?;
    if cargo::is_linted() {
        return clippy_with_tests(findings);
    }
    let mut programs = Command::new("cargo");
    programs.arg("clippy").args(PROGRAMS).args(["--all-targets", "--features", "tests/tools,indowater/custom-protocol"]);
    let mut tasks = Command::new("cargo");
    tasks.args(["clippy", "-p", "xtask", "--all-targets"]);
    let mut screens = ui::cargo_for_wasm("clippy");
    if wasm::path().is_some() {
        screens.env("SYSROOT", wasm::sysroot());
    }
    for (name, command) in [("tasks", tasks), ("programs", programs), ("screens", screens)] {
        if build(&format!("clippy for the {name}"), vec![Build::new(name, command).strict()]).is_err() {
            findings.push(format!("clippy has findings in the {name}, above"));
        }
    }
    Ok(())
}

/// By building everything that the tests run, which they then find built.
fn clippy_with_tests(findings: &mut Vec<String>) -> Outcome {
    setup::setup()?;
    let programs = cargo::programs(&[test::SCREENS_START.as_slice(), &["packer"]].concat());
    let mut builds = vec![vec![programs, ui::screens(false)], vec![cargo::app()], vec![cargo::all_tools()]];
    builds.extend(test::builds().into_iter().map(|build| vec![build]));
    for together in builds {
        let found = cargo::warnings_of("building, with clippy", together);
        findings.extend(match found {
            Ok(0) => None,
            Ok(count) => Some(format!("clippy has {count} findings, above")),
            Err(error) => Some(error.to_string()),
        });
    }
    Ok(())
}
