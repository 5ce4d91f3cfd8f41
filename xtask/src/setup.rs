//! What a machine needs: says what it does before it does it, is safe to repeat, asks nothing.

use crate::process::{Outcome, output, root, run, step};
use std::path::{Path, PathBuf};
use std::process::Command;

/// For building and showing the app.
const PACKAGES: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libssl-dev",
];
/// For the tests.
const TEST_PACKAGES: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "libsecret-tools",
    "at-spi2-core",
    "chromium",
    "chromium-driver",
    "mosquitto-clients",
    "imagemagick",
    "poppler-utils",
    "dunst",
];
/// For building std for wasm where rustup cannot fetch it.
const WASM_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "lld-19"];

const WASM: &str = "wasm32-unknown-unknown";

/// The peers of the benchmarks.
const PEERS: &[&str] = &["mosquitto", "postgresql-15"];

/// Installs the benchmarks' peers as well.
pub fn with_peers() -> Outcome {
    setup()?;
    apt(PEERS)
}

/// Installs what programs without screens need.
pub fn for_programs() -> Outcome {
    apt(PACKAGES)
}

/// Installs what is missing.
pub fn setup() -> Outcome {
    apt(&[PACKAGES, TEST_PACKAGES].concat())?;
    wasm()?;
    assets()
}

fn apt(packages: &[&str]) -> Outcome {
    if output(Command::new("which").arg("apt-get")).is_empty() {
        println!("no apt-get here: see README.md for what this system needs");
        return Ok(());
    }
    let installed = output(Command::new("dpkg-query").args(["-W", "-f", "${Package} ${db:Status-Status}\n"]));
    let missing: Vec<&str> =
        packages.iter().copied().filter(|name| !installed.lines().any(|line| line == format!("{name} installed"))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    step(&format!("installing {}", missing.join(" ")), || {
        let as_root = output(Command::new("id").arg("-u")) == "0";
        let apt = |arguments: &[&str]| {
            let mut command = if as_root { Command::new("apt-get") } else { Command::new("sudo") };
            if !as_root {
                command.args(["-n", "apt-get"]);
            }
            run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update", "-qq"])?;
        apt(&[&["install", "-y", "-qq", "--no-install-recommends"], missing.as_slice()].concat())
    })
}

/// The folder whose programs build for wasm, if rustup's do not.
pub fn wasm_path() -> Option<PathBuf> {
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

fn sysroot() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    cache.unwrap_or_else(|| home.join(".cache")).join("indowater/wasm-sysroot")
}

fn wasm() -> Outcome {
    let forced = forced();
    if forced != Some("debian") {
        if rustup_has_wasm() {
            return Ok(());
        }
        let added = step("adding the wasm target by rustup", || run(Command::new("rustup").args(["target", "add", WASM])));
        if rustup_has_wasm() || forced == Some("rustup") {
            return added;
        }
        println!("rustup cannot fetch it here: building it from Debian's packages instead");
    }
    apt(WASM_PACKAGES)?;
    let mark = sysroot().join("version");
    let version = output(Command::new("/usr/bin/rustc").arg("-vV"));
    if std::fs::read_to_string(&mark).is_ok_and(|built| built == version) {
        return Ok(());
    }
    step("building std for wasm, once", || {
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
    run(&mut build)?;
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

fn assets() -> Outcome {
    let folder = root().join("assets/npm");
    let (wanted, there) = (folder.join("package-lock.json"), folder.join("node_modules/.installed"));
    let lock = std::fs::read_to_string(&wanted)?;
    if std::fs::read_to_string(&there).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("fetching web assets with npm", || {
        run(Command::new("npm").args(["ci", "--no-progress", "--loglevel", "error", "--prefix"]).arg(&folder))?;
        Ok(std::fs::write(&there, lock)?)
    })
}
