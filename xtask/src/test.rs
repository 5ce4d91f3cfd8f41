//! `test`: every test, with times by stage, ending with one line that counts them.

use crate::process::{Outcome, PROGRAMS, build_programs, root, step};
use crate::{setup, ui};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[derive(Default)]
struct Counts {
    passed: u64,
    failed: u64,
    /// Runs of tests that ended without counting, such as those that did not compile.
    broken: u64,
}

/// Runs the tests.
pub fn test(quick: bool) -> Outcome {
    setup::setup()?;
    ui::build(false)?;
    let mut counts = Counts::default();
    build_programs()?;
    if !quick {
        step("building the app", || crate::process::cargo(&["build", "-q", "-p", "indowater", "--features", "custom-protocol"]))?;
    }
    step("tests", || {
        let mut command = Command::new("cargo");
        command.args(["test", "--no-fail-fast"]).args(PROGRAMS).args(["--", "--show-output"]);
        if quick {
            command.args(["--skip", "screens"]);
        }
        count(&mut command, &mut counts)
    })?;
    if counts.broken > 0 && counts.failed == 0 {
        counts.failed = counts.broken;
    }
    println!("{} passed, {} failed", counts.passed, counts.failed);
    if counts.failed == 0 && counts.passed > 0 { Ok(()) } else { std::process::exit(1) }
}

/// Runs cargo test, with its words on the terminal, and adds up its result lines.
fn count(command: &mut Command, counts: &mut Counts) -> Outcome {
    let mut child = command.current_dir(root()).stdout(Stdio::piped()).spawn()?;
    let failed_before = counts.failed;
    if let Some(lines) = child.stdout.take() {
        for line in BufReader::new(lines).lines() {
            let line = line?;
            println!("{line}");
            if let Some(result) = line.strip_prefix("test result:") {
                let number = |word: &str| {
                    let part = result.split(';').find(|part| part.trim_end().ends_with(word));
                    part.and_then(|part| part.split_whitespace().rev().nth(1)?.parse::<u64>().ok()).unwrap_or(0)
                };
                counts.passed += number("passed");
                counts.failed += number("failed");
            }
        }
    }
    if !child.wait()?.success() && counts.failed == failed_before {
        counts.broken += 1;
    }
    Ok(())
}
