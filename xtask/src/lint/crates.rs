//! Which crate may know which (docs/ARCHITECTURE.md). `tests`, `xtask` and `packer` may know any.

use crate::process::{Outcome, output};
use std::collections::BTreeSet;
use std::process::Command;

const MAY_KNOW: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("protocol", &["domain"]),
    ("engine", &["domain", "protocol"]),
    ("reports", &["domain"]),
    ("imports", &["domain"]),
    ("workbooks", &["domain"]),
    ("client", &["domain", "protocol", "engine", "imports", "workbooks"]),
    ("indowater", &["client", "protocol", "reports"]),
    ("browser-host", &["client", "domain", "protocol"]),
    ("sync-server", &["domain", "protocol", "engine", "workbooks"]),
    ("simulators", &["domain", "protocol", "sync-server"]),
    ("ui", &["domain", "protocol"]),
];

/// What the pure crates must never pull in.
const IMPURE: &[&str] = &["tokio", "rusqlite", "axum", "reqwest"];

/// Checks what each crate depends on.
pub fn check(findings: &mut Vec<String>) -> Outcome {
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
