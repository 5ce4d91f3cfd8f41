//! Room on the disk for what is about to be built: cargo never removes an old build, and a full disk ends a run with half a library.

use crate::cargo::is_linted;
use crate::process::{Outcome, output, target};
use std::path::PathBuf;
use std::process::Command;

/// What a build from nothing takes, with the databases of the tests, in KiB: 15 GiB.
const NEEDED: u64 = 15 << 20;

/// Removes old builds while the target's disk has less room than a build needs: first what only makes the next build faster, then, in
/// a run that no person waits for, the builds themselves.
pub fn make_room() -> Outcome {
    remove_while_short(&["debug/incremental", "wasm/debug/incremental", "wasm/wasm32-unknown-unknown/debug/incremental"])?;
    if is_linted() { remove_while_short(&["release", "wasm/wasm32-unknown-unknown", "debug/deps"]) } else { Ok(()) }
}

fn remove_while_short(folders: &[&str]) -> Outcome {
    for folder in folders.iter().map(|folder| target().join(folder)).filter(|folder| folder.is_dir()) {
        match free() {
            Some(free) if free < NEEDED => {
                eprintln!("{} GiB of disk are free: removing old builds in {}", free >> 20, folder.display());
                std::fs::remove_dir_all(folder)?;
            }
            _ => break,
        }
    }
    Ok(())
}

/// What is free on the target's disk, in KiB; nothing where there is no `df`.
fn free() -> Option<u64> {
    let there =
        std::iter::successors(Some(target()), |folder| folder.parent().map(PathBuf::from)).find(|folder| folder.exists())?;
    let table = output(Command::new("df").arg("-Pk").arg(there));
    table.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}
