//! `platforms`: the type checker over the app for the systems that it is not built for here, so that what is under `cfg` for them compiles.
//!
//! Nothing is linked, so C is not compiled either: build scripts get stand-ins of the C compiler, the archiver, the resource compiler and
//! Apple's `xcrun`. Whether the app runs there, this does not show.

use crate::cargo::{Build, warnings_of};
use crate::process::{Outcome, output, run, run_logged, target};
use crate::progress::quiet_step;
use crate::setup;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `platforms` takes.
#[derive(clap::Args)]
pub struct Options {
    /// Only these; all of them unless named
    targets: Vec<String>,
}

const TARGETS: [&str; 4] = ["aarch64-linux-android", "aarch64-apple-ios", "x86_64-apple-darwin", "x86_64-pc-windows-gnu"];

/// Writes an empty object where `-o` says, and leaves preprocessing to this machine's compiler, without the flags of the other system:
/// build scripts read versions out of headers.
const COMPILER: &str = r#"#!/bin/sh
only_preprocess= out= keep=
for argument in "$@"; do
  # Who understands this is taken for Microsoft's.
  case "$argument" in '-?') exit 1 ;; -E) only_preprocess=1 ;; -I?*|-D?*|*.c|*.h) keep="$keep $argument" ;; esac
done
if [ -n "$only_preprocess" ]; then exec /usr/bin/cc -E $keep; fi
while [ $# -gt 0 ]; do
  case "$1" in -o) out="$2"; shift ;; -o?*) out="${1#-o}" ;; esac
  shift
done
if [ -n "$out" ]; then : > "$out"; fi
"#;

/// Writes an empty archive where its first argument with that ending says.
const ARCHIVER: &str = r#"#!/bin/sh
for argument in "$@"; do
  case "$argument" in *.a|*.lib) printf '!<arch>\n' > "$argument"; exit 0 ;; esac
done
"#;

/// Writes an empty object, where `-o` or `--output` says.
const RESOURCES: &str = r#"#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in -o|--output) : > "$2" ;; --output=*) : > "${1#--output=}" ;; esac
  shift
done
"#;

/// Names a folder where an SDK is asked for, and its version.
const XCRUN: &str = r#"#!/bin/sh
case "$*" in *--show-sdk-version*) echo 18.0 ;; *) echo / ;; esac
"#;

/// Checks the app for each target that rustup can fetch; one that it cannot is named and passed over.
pub fn check(options: &Options) -> Outcome {
    if let Some(unknown) = options.targets.iter().find(|name| !TARGETS.contains(&name.as_str())) {
        return Err(format!("{unknown} is none of {}", TARGETS.join(", ")).into());
    }
    setup::for_programs()?;
    // The app's macros want the folder of the screens to be there; what is in it is not checked.
    std::fs::create_dir_all(crate::process::root().join("ui/dist"))?;
    let stand_ins = stand_ins()?;
    let mut failed = Vec::new();
    for name in TARGETS.into_iter().filter(|name| options.targets.is_empty() || options.targets.iter().any(|one| one == name)) {
        if !has(name) {
            let added = quiet_step(&format!("adding {name} by rustup"), |_| {
                run_logged(Command::new("rustup").args(["target", "add", name]), "platforms")
            });
            if added.is_err() || !has(name) {
                println!("{name}: rustup cannot fetch it here, not checked");
                continue;
            }
        }
        match warnings_of(&format!("checking for {name}"), vec![checking(name, &stand_ins)]) {
            Ok(0) => println!("{name}: checked"),
            Ok(count) => failed.push(format!("{name}: {count} warnings")),
            Err(error) => failed.push(format!("{name}: {error}")),
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n").into()) }
}

fn has(name: &str) -> bool {
    let folder = output(Command::new("rustc").args(["--print", "target-libdir", "--target", name]));
    !folder.is_empty() && Path::new(&folder).is_dir()
}

fn checking(name: &str, stand_ins: &Path) -> Build {
    let mut command = Command::new("cargo");
    command.args(["check", "-p", "indowater", "-p", "client", "--features", "indowater/custom-protocol", "--target", name]);
    let place = name.replace('-', "_");
    for (variable, program) in [("CC", "compiler"), ("CXX", "compiler"), ("AR", "archiver"), ("RANLIB", "archiver")] {
        command.env(format!("{variable}_{place}"), stand_ins.join(program));
    }
    let mut path = OsString::from(stand_ins);
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    command.env("PATH", path);
    // Where SQLCipher brings OpenSSL, its headers are this machine's.
    command.env("OPENSSL_NO_VENDOR", "1").env("OPENSSL_INCLUDE_DIR", "/usr/include");
    command.env("OPENSSL_LIB_DIR", stand_ins).env("OPENSSL_STATIC", "1");
    Build::new(name, command)
}

/// A folder of the stand-ins, which is searched before others: none has the name of a program that builds for this machine.
fn stand_ins() -> Outcome<PathBuf> {
    let folder = target().join("platforms");
    std::fs::create_dir_all(&folder)?;
    let programs = [
        ("compiler", COMPILER),
        ("archiver", ARCHIVER),
        ("windres", RESOURCES),
        ("x86_64-w64-mingw32-windres", RESOURCES),
        ("x86_64-w64-mingw32-ar", ARCHIVER),
        ("xcrun", XCRUN),
    ];
    for (name, text) in programs {
        let path = folder.join(name);
        std::fs::write(&path, text)?;
        run(Command::new("chmod").arg("+x").arg(path))?;
    }
    for library in ["libssl.a", "libcrypto.a"] {
        std::fs::write(folder.join(library), "!<arch>\n")?;
    }
    Ok(folder)
}
