//! Licences and sources of what is depended on, where cargo-deny is installed.

use crate::process::{output, run};
use std::process::Command;

/// Checks by `deny.toml`, or says that it was not checked.
pub fn check(findings: &mut Vec<String>) {
    if output(Command::new("cargo").args(["deny", "--version"])).is_empty() {
        println!("licences: unchecked, cargo-deny is not installed (`cargo install cargo-deny`)");
        return;
    }
    let mut deny = Command::new("cargo");
    if run(deny.args(["deny", "--all-features", "check", "licenses", "bans", "sources"])).is_err() {
        findings.push("cargo deny has findings, above".into());
    }
    println!("advisories: unchecked, their database is not fetched here");
}
