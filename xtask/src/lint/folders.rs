//! The server's noun folders use one another in one direction: no circle. What stands beside the folders may use all of them.

use super::File;
use std::collections::{BTreeMap, BTreeSet};

const SOURCES: &str = "sync-server/src/";

/// Who uses whom, with the place of one use.
type Uses = BTreeMap<String, BTreeMap<String, String>>;

/// Checks, and prints each circle with a place for every step of it.
pub fn check(files: &[File], findings: &mut Vec<String>) {
    let uses = uses(files);
    for circle in circles(&uses) {
        let steps = circle.iter().zip(circle.iter().cycle().skip(1));
        let steps: Vec<String> = steps.map(|(from, to)| format!("{from} uses {to} at {}", uses[from][to])).collect();
        findings.push(format!("a circle of the server's folders: {}", steps.join(", ")));
    }
}

fn uses(files: &[File]) -> Uses {
    let inside = |file: &File| {
        let path = file.name.strip_prefix(SOURCES)?.to_owned();
        path.contains('/').then_some(path)
    };
    let folder_of = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    let folders: BTreeSet<String> = files.iter().filter_map(inside).map(|path| folder_of(&path)).collect();
    let mut uses: Uses = folders.iter().map(|folder| (folder.clone(), BTreeMap::new())).collect();
    for file in files {
        let Some(path) = inside(file).filter(|path| !path.ends_with("tests.rs") && !path.contains("/tests/")) else { continue };
        let from = folder_of(&path);
        // What only tests use binds nobody.
        let code = file.source.code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (line, to) in from_root(code, &root_by_super(&path)) {
            if to != from && folders.contains(&to) {
                uses.entry(from.clone()).or_default().entry(to).or_insert_with(|| format!("{}:{line}", file.name));
            }
        }
    }
    uses
}

/// How a file names the crate's root without the word `crate`.
fn root_by_super(path: &str) -> String {
    let parts = path.trim_end_matches("/mod.rs").split('/').count();
    "super::".repeat(parts)
}

/// What stands directly behind `crate::`, or in braces behind it, with the line.
fn from_root(code: &str, by_super: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for root in ["crate::", by_super] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let line = code[..at].matches('\n').count() + 1;
            let behind = &code[at + root.len()..];
            let names = if behind.starts_with('{') { firsts(behind) } else { vec![name(behind)] };
            found.extend(names.into_iter().map(|name| (line, name)));
        }
    }
    found
}

fn name(code: &str) -> String {
    code.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first name of each part of a list in braces.
fn firsts(code: &str) -> Vec<String> {
    let (mut depth, mut names, mut begins) = (0, Vec::new(), false);
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(c, '{' | ',') {
            begins = true;
        } else if begins && (c.is_alphabetic() || c == '_') {
            names.push(name(&code[at..]));
            begins = false;
        }
    }
    names
}

/// One circle for every folder that is in one, each circle once, from its first name.
fn circles(uses: &Uses) -> BTreeSet<Vec<String>> {
    let mut circles = BTreeSet::new();
    for start in uses.keys() {
        if let Some(mut circle) = shortest_way_back(start, uses) {
            let first = circle.iter().enumerate().min_by_key(|(_, name)| *name).map_or(0, |(at, _)| at);
            circle.rotate_left(first);
            circles.insert(circle);
        }
    }
    circles
}

fn shortest_way_back(start: &str, uses: &Uses) -> Option<Vec<String>> {
    let mut ways = std::collections::VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in uses.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                let mut longer = way.clone();
                longer.push(next.clone());
                ways.push_back(longer);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(edges: &[(&str, &str)]) -> Uses {
        let mut uses = Uses::new();
        for (from, to) in edges {
            uses.entry((*from).into()).or_default().insert((*to).into(), "here".into());
        }
        uses
    }

    #[test]
    fn a_circle_is_found_once_and_a_chain_is_none() {
        assert!(circles(&uses(&[("sales", "billing"), ("billing", "core"), ("sales", "core")])).is_empty());
        let found = circles(&uses(&[("sales", "billing"), ("billing", "valve"), ("valve", "billing")]));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [["billing".to_owned(), "valve".to_owned()]]);
    }

    #[test]
    fn uses_are_read_in_all_their_forms() {
        let code = "use crate::{core::{Tx, feed}, people};\nfn f() { crate::valve::order(); super::super::sales::pay(); }\n";
        let names: Vec<String> = from_root(code, &root_by_super("billing/rows.rs")).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["core", "people", "valve", "sales"]);
        assert_eq!(root_by_super("billing/mod.rs"), "super::");
    }
}
