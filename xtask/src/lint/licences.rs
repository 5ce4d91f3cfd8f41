//! Licences, sources and known faults of what is depended on, where cargo-deny is installed and, for the faults, their database can be reached.

use crate::process::{output, run};
use std::process::Command;

/// Where the database of known faults is (RustSec).
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// Checks by `deny.toml`, or says what was not checked and why.
pub fn check(findings: &mut Vec<String>) {
    if output(Command::new("cargo").args(["deny", "--version"])).is_empty() {
        println!("licences: unchecked, cargo-deny is not installed (`cargo install cargo-deny`)");
        println!("advisories: unchecked, cargo-deny is not installed (`cargo install cargo-deny`)");
        return;
    }
    let mut deny = Command::new("cargo");
    if run(deny.args(["deny", "--all-features", "check", "licenses", "bans", "sources"])).is_err() {
        findings.push("cargo deny has findings, above".into());
    }
    check_advisories(findings);
}

/// Checks for known faults. Without a network nothing is known of them, which is no finding and is not passed over in silence either.
fn check_advisories(findings: &mut Vec<String>) {
    let mut asked = Command::new("timeout");
    asked.args(["20", "git", "ls-remote", ADVISORIES, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0");
    if output(&mut asked).is_empty() {
        println!("advisories: unchecked, their database cannot be reached from here ({ADVISORIES})");
        return;
    }
    match run(Command::new("cargo").args(["deny", "--all-features", "check", "advisories"])) {
        Ok(()) => println!("advisories: checked, none is open"),
        Err(_) => findings.push("cargo deny knows of advisories, above".into()),
    }
}
