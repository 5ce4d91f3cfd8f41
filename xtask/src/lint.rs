//! `lint`: what a machine can see.

use crate::process::{Outcome, cargo, output, root, run, step};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who may know whom (docs/ARCHITECTURE.md). `tests` and `xtask` may know anybody.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("protocol", &["domain"]),
    ("engine", &["domain", "protocol"]),
    ("reports", &["domain"]),
    ("client", &["domain", "protocol", "engine"]),
    ("indowater", &["client", "protocol", "reports"]),
    ("browser-host", &["client", "protocol", "reports"]),
    ("sync-server", &["domain", "protocol", "engine"]),
    ("simulators", &["domain", "protocol"]),
    ("ui", &["domain", "protocol"]),
];

/// What the pure crates must never pull in.
const IMPURE: &[&str] = &["tokio", "rusqlite", "axum", "reqwest"];

/// Lines a source file may have.
const LONGEST: usize = 400;

/// Checks.
pub fn lint() -> Outcome {
    let mut findings = Vec::new();
    step("format", || cargo(&["fmt", "--all", "--check"])).unwrap_or_else(|_| findings.push("run `cargo fmt --all`".into()));
    let clippy = ["clippy", "-q", "--workspace", "--exclude", "ui", "--all-targets", "--", "-D", "warnings"];
    step("clippy", || cargo(&clippy)).unwrap_or_else(|_| findings.push("clippy has findings, above".into()));
    dependencies(&mut findings)?;
    lengths(&mut findings)?;
    translations(&mut findings)?;
    licences(&mut findings);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() { Ok(()) } else { Err(format!("{} findings", findings.len()).into()) }
}

fn dependencies(findings: &mut Vec<String>) -> Outcome {
    let metadata = output(Command::new("cargo").args(["metadata", "--format-version", "1", "--no-deps"]));
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    for package in &packages {
        let name = package["name"].as_str().unwrap_or_default();
        let needs: Vec<&str> = package["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|dependency| dependency["kind"].is_null())
            .filter_map(|dependency| dependency["name"].as_str())
            .collect();
        if matches!(name, "domain" | "protocol" | "engine") {
            findings.extend(needs.iter().filter(|need| IMPURE.contains(need)).map(|need| format!("{name} must not know {need}")));
        }
        let Some((_, may)) = MAY_KNOW.iter().find(|(known, _)| *known == name) else { continue };
        for need in needs.iter().filter(|need| ours.contains(*need) && !may.contains(need)) {
            findings.push(format!("{name} must not know {need} (docs/ARCHITECTURE.md)"));
        }
    }
    Ok(())
}

fn sources() -> Vec<PathBuf> {
    let listed = output(Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard", "*.rs"]));
    listed.lines().map(|line| root().join(line)).filter(|path| path.exists()).collect()
}

fn lengths(findings: &mut Vec<String>) -> Outcome {
    for path in sources() {
        let text = std::fs::read_to_string(&path)?;
        let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        if text.lines().count() > LONGEST {
            findings.push(format!("{name} has more than {LONGEST} lines"));
        }
        if !text.starts_with("//!") {
            findings.push(format!("{name}: the first line says why the file is there"));
        }
        let sql = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "].iter().any(|word| text.contains(&format!("\"{word}")));
        let may = ["/store/", "/queries/", "tests/", "xtask/"].iter().any(|part| format!("/{name}").contains(part));
        if sql && !may {
            findings.push(format!("{name}: SQL belongs under a store"));
        }
    }
    Ok(())
}

fn keys(path: &Path) -> Outcome<BTreeMap<String, BTreeSet<String>>> {
    let mut keys = BTreeMap::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let Some((key, words)) = line.split_once(" = ") else { continue };
        let values = words.split("{ $").skip(1).filter_map(|part| part.split(' ').next()).map(str::to_owned).collect();
        keys.insert(key.to_owned(), values);
    }
    Ok(keys)
}

fn translations(findings: &mut Vec<String>) -> Outcome {
    let (id, en) = (keys(&root().join("assets/i18n/id.ftl"))?, keys(&root().join("assets/i18n/en.ftl"))?);
    for key in id.keys().chain(en.keys()).collect::<BTreeSet<_>>() {
        if id.get(key) != en.get(key) {
            findings.push(format!("translations: `{key}` is not in both languages with the same values"));
        }
    }
    Ok(())
}

fn licences(findings: &mut Vec<String>) {
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
