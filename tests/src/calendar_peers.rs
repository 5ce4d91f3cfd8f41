//! What expands the same rules of days and reads the same calendars: programs of others that `cargo xtask setup` installs.

use std::path::PathBuf;

/// Where they are installed: `python` is an environment of Python, `node_modules` are those of Node.
pub fn folder() -> PathBuf {
    let here = std::env::current_exe().expect("this program");
    let found = here.ancestors().map(|folder| folder.join("calendar-peers")).find(|folder| folder.is_dir());
    found.expect("the readers of calendars are not installed: run `cargo xtask setup`")
}

/// Where the programs are that drive them.
pub fn scripts() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("calendar")
}
