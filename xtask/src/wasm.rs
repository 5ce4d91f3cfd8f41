//! Rust for wasm: rustup's where it can fetch the target, or else Debian's with a standard library built here.

use crate::process::{Outcome, output, run, run_logged};
use crate::progress::quiet_step;
use crate::setup::packages;
use std::path::{Path, PathBuf};
use std::process::Command;

/// For building std for wasm where rustup cannot fetch it.
const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "lld-19"];

/// Where Debian's clippy is.
pub const CLIPPY: &str = "/usr/bin/cargo-clippy";

/// What compiles for it.
pub const CLIPPY_DRIVER: &str = "/usr/bin/clippy-driver";

/// The target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The folder whose programs build for wasm, if rustup's do not.
pub fn path() -> Option<PathBuf> {
    if rustup_has_wasm() && forced() != Some("debian") { None } else { Some(sysroot().join("bin")) }
}

fn forced() -> Option<&'static str> {
    match std::env::var("INDOWATER_WASM_STD").as_deref() {
        Ok("debian") => Some("debian"),
        Ok("rustup") => Some("rustup"),
        _ => None,
    }
}

fn rustup_has_wasm() -> bool {
    let folder = output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]));
    !folder.is_empty() && Path::new(&folder).is_dir()
}

/// Where Debian's compilers find that standard library.
pub fn sysroot() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    cache.unwrap_or_else(|| home.join(".cache")).join("indowater/wasm-sysroot")
}

/// Sees to a standard library for wasm: rustup's, or one built from Debian's packages.
pub fn install() -> Outcome {
    let forced = forced();
    if forced != Some("debian") {
        if rustup_has_wasm() {
            return Ok(());
        }
        let added = quiet_step("adding the wasm target by rustup", |_| {
            run_logged(Command::new("rustup").args(["target", "add", WASM]), "wasm")
        });
        if rustup_has_wasm() || forced == Some("rustup") {
            return added;
        }
        println!("rustup cannot fetch it here: building it from Debian's packages instead");
    }
    packages(PACKAGES)?;
    let mark = sysroot().join("version");
    let version = output(Command::new("/usr/bin/rustc").arg("-vV"));
    if std::fs::read_to_string(&mark).is_ok_and(|built| built == version) {
        return Ok(());
    }
    quiet_step("building std for wasm, once", |_| {
        build_std()?;
        Ok(std::fs::write(mark, version)?)
    })
}

fn build_std() -> Outcome {
    let stub = std::env::temp_dir().join(format!("indowater-std-{}", std::process::id()));
    std::fs::create_dir_all(stub.join("src"))?;
    std::fs::write(stub.join("Cargo.toml"), "[package]\nname = \"stub\"\nversion = \"0.0.0\"\nedition = \"2021\"\n")?;
    std::fs::write(stub.join("src/lib.rs"), "#![no_std]\n")?;
    let mut build = Command::new("/usr/bin/cargo");
    build
        .args(["build", "--release", "-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test", "--target", WASM])
        .arg("--manifest-path")
        .arg(stub.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(stub.join("target"))
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Cembed-bitcode=yes -Zforce-unstable-if-unmarked")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_TARGET_DIR");
    run_logged(&mut build, "wasm")?;
    let (lib, bin) = (sysroot().join("lib/rustlib"), sysroot().join("bin"));
    let own = lib.join(WASM).join("lib");
    let host = lib.join("x86_64-unknown-linux-gnu");
    for folder in [&own, &host.join("bin"), &bin] {
        std::fs::create_dir_all(folder)?;
    }
    for file in std::fs::read_dir(stub.join(format!("target/{WASM}/release/deps")))? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libstub") {
            std::fs::copy(file.path(), own.join(name))?;
        }
    }
    link("/usr/lib/rustlib/x86_64-unknown-linux-gnu/lib", &host.join("lib"))?;
    link("/usr/lib/llvm-19/bin/lld", &host.join("bin/rust-lld"))?;
    link("/usr/lib/rustlib/src", &lib.join("src"))?;
    link("/usr/bin/cargo", &bin.join("cargo"))?;
    for program in ["rustc", "rustdoc"] {
        // A link would still report /usr as its sysroot, so these are wrappers.
        let wrapper = format!("#!/bin/sh\nexec /usr/bin/{program} --sysroot {} \"$@\"\n", sysroot().display());
        std::fs::write(bin.join(program), wrapper)?;
        run(Command::new("chmod").arg("+x").arg(bin.join(program)))?;
    }
    Ok(std::fs::remove_dir_all(stub)?)
}

fn link(from: &str, to: &Path) -> Outcome {
    if to.symlink_metadata().is_ok() {
        std::fs::remove_file(to)?;
    }
    run(Command::new("ln").arg("-s").arg(from).arg(to))
}
