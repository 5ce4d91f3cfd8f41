//! Both languages have the same sentences, with the same values in them, and each sentence once.

use crate::process::{Outcome, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Checks the files of both languages against one another.
pub fn check(findings: &mut Vec<String>) -> Outcome {
    let (id, en) = (keys(&root().join("assets/i18n/id.ftl"), findings)?, keys(&root().join("assets/i18n/en.ftl"), findings)?);
    for key in id.keys().chain(en.keys()).collect::<BTreeSet<_>>() {
        if id.get(key) != en.get(key) {
            findings.push(format!("translations: `{key}` is not in both languages with the same values"));
        }
    }
    Ok(())
}

fn keys(path: &Path, findings: &mut Vec<String>) -> Outcome<BTreeMap<String, BTreeSet<String>>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let text = std::fs::read_to_string(path)?;
    let mut last = None;
    for line in text.lines() {
        // The variants of a sentence that counts are on lines of their own, which belong to its key.
        let goes_on = line.starts_with([' ', '}']);
        let (key, words) = match line.split_once(" = ") {
            Some((key, words)) if !goes_on => (Some(key), words),
            _ if goes_on => (last, line),
            _ => continue,
        };
        if !goes_on && let Some(twice) = key.filter(|key| keys.contains_key(*key)) {
            findings.push(format!("translations: `{twice}` is there twice; the first is never shown"));
        }
        last = key;
        let Some(key) = key else { continue };
        let values = words.split("{ $").skip(1).filter_map(|part| part.split(' ').next()).map(str::to_owned);
        keys.entry(key.to_owned()).or_default().extend(values);
    }
    Ok(keys)
}
