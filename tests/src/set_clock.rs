//! The clock of a device that somebody sets while its program runs. The program is the one that people have: a library that is loaded before the
//! system's own answers what time it is, and nothing else. What the system counts since it was started goes on, as it does on a device.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Which library the system loads before its own.
const PRELOAD: &str = "LD_PRELOAD";

/// Where that library reads how far the clock is off.
const FILE: &str = "INDOWATER_TEST_CLOCK";

/// A clock that can be set.
pub struct SetClock {
    library: PathBuf,
    file: PathBuf,
}

impl SetClock {
    /// A clock that is right, with its files in a folder.
    pub fn new(folder: &Path) -> Self {
        let (library, file) = (folder.join("set_clock.so"), folder.join("set_clock.ms"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("clock/set_clock.c");
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl");
        assert!(compile.status().expect("a compiler").success(), "the clock is compiled");
        let clock = Self { library, file };
        clock.set(0);
        clock
    }

    /// What a program of this clock has in its environment.
    pub fn environment(&self) -> [(&'static str, String); 2] {
        [(PRELOAD, self.library.display().to_string()), (FILE, self.file.display().to_string())]
    }

    /// Sets it so many milliseconds ahead of what is right, below zero behind. It is read whole: it is replaced.
    pub fn set(&self, ms: i64) {
        let fresh = self.file.with_extension("new");
        std::fs::write(&fresh, ms.to_string()).expect("written");
        std::fs::rename(fresh, &self.file).expect("replaced");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{SystemTime, UNIX_EPOCH};

    #[test]
    fn a_program_reads_the_clock_as_it_was_set_and_everybody_else_the_right_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = SetClock::new(folder.path());
        for off in [0, -8_400, 7] {
            clock.set(off * 1_000);
            let said = Command::new("date").arg("+%s").envs(clock.environment()).output().expect("a date");
            let said: i64 = String::from_utf8_lossy(&said.stdout).trim().parse().expect("seconds");
            let right = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs() as i64;
            assert!((said - right - off).abs() <= 2, "{off} s: {said} and {right}");
        }
    }
}
