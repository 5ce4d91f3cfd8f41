//! The other side: libraries of Python from PyPI, pinned in `requirements.txt`, which `cargo xtask bench` installs.

use super::super::{Outcome, results};
use super::{Done, Sample};
use std::path::Path;
use std::process::{Command, Stdio};

/// Our fonts, which the peers set receipts in too.
const FONTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/fonts");

/// Has a peer make so many receipts or rows, each of which it must have made.
pub fn run(peer: &str, count: u32) -> Outcome<Sample> {
    let python = results()?.join("venv/bin/python");
    if !python.exists() {
        return Err("the peers are not there: `cargo xtask bench reports` installs them".into());
    }
    let folder = tempfile::tempdir()?;
    let (script, file) = (folder.path().join("peers.py"), folder.path().join("made"));
    std::fs::write(&script, include_str!("peers.py"))?;
    let fonts = Path::new(FONTS).canonicalize()?;
    let mut command = Command::new(python);
    command.arg(&script).arg(peer).arg(count.to_string()).arg(&file).arg(fonts);
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("ended with {}", output.status).into());
    }
    let done: Done = serde_json::from_slice(&output.stdout)?;
    if done.made != count || std::fs::metadata(&file)?.len() == 0 {
        return Err(format!("it made {} of {count}", done.made).into());
    }
    Ok(done.sample())
}
