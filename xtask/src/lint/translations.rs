//! Both languages have the same sentences, with the same values in them.

use crate::process::{Outcome, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Checks the files of both languages against one another.
pub fn check(findings: &mut Vec<String>) -> Outcome {
    let (id, en) = (keys(&root().join("assets/i18n/id.ftl"))?, keys(&root().join("assets/i18n/en.ftl"))?);
    for key in id.keys().chain(en.keys()).collect::<BTreeSet<_>>() {
        if id.get(key) != en.get(key) {
            findings.push(format!("translations: `{key}` is not in both languages with the same values"));
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
