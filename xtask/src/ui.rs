//! Builds the screens: cargo for wasm, wasm-bindgen by a program of ours (`xtask/packer`), wasm-opt for what is shipped.

use crate::cargo::{self, Build, build};
use crate::process::{Outcome, program, root, run, target};
use crate::progress::quiet_step;
use crate::wasm;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What WebKitGTK runs as well; `--all-features` gives it a blank window.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-call-indirect-overlong",
];

/// What of `assets/web` the screens are served with.
const WEB: &[&str] = &[
    "index.html",
    "start.js",
    "words.js",
    "bridge.js",
    "layers.js",
    "keys.js",
    "chart.js",
    "chart-hands.js",
    "photo.js",
    "pen.js",
    "scan.js",
    "split.js",
    "import.js",
    "map.js",
    "map-view.js",
    "map-hands.js",
    "map-groups.js",
    "map-draw.js",
    "map-names.js",
    "map-streets.js",
    "map-tiles.js",
    "position.js",
];

/// Builds `ui/dist`, and programs at the same time: what packs the screens always is one of them.
pub fn build_with(release: bool, programs: &[&str]) -> Outcome {
    let mut all = cargo::programs(&[programs, &["packer"]].concat());
    if release {
        all = all.with_feature("packer/split");
    }
    build("building", vec![all, screens(release)])?;
    pack(release)
}

/// The screens as wasm.
pub fn screens(release: bool) -> Build {
    let mut command = cargo_for_wasm("build");
    if release {
        // The splitter follows who calls whom by the linker's relocations.
        command.args(["--profile", "wasm-release", "--features", "split"]);
        command.args(["--config", "target.wasm32-unknown-unknown.rustflags=['-Clink-arg=--emit-relocs']"]);
    } else {
        // None of it would reach the browser: wasm-bindgen leaves it behind.
        command.args(["--config", "profile.dev.debug=false"]);
    }
    Build::new("screens", command)
}

/// A command of cargo over the screens, by the toolchain that knows wasm, in a target folder of its own.
pub fn cargo_for_wasm(name: &str) -> Command {
    let mut command = cargo::compiling(name);
    if let Some(bin) = wasm::path() {
        // Clippy's own program, because cargo would find the other toolchain's first.
        command = Command::new(if name == "clippy" { wasm::CLIPPY.into() } else { bin.join("cargo") });
        command.arg(name);
        // Cargo sets these for what it runs, and they would lead back to the other toolchain.
        for name in ["CARGO", "RUSTDOC", "RUSTUP_HOME"] {
            command.env_remove(name);
        }
        command.env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default()));
        command.env("RUSTC", bin.join("rustc"));
        if cargo::is_linted() {
            command.env("RUSTC_WORKSPACE_WRAPPER", wasm::CLIPPY_DRIVER).env("SYSROOT", wasm::sysroot());
        }
    }
    command.args(["-p", "ui", "--target", wasm::WASM]);
    command.env("CARGO_TARGET_DIR", folder()).env_remove("RUSTFLAGS").env_remove("RUSTUP_TOOLCHAIN");
    command
}

fn folder() -> PathBuf {
    target().join("wasm")
}

/// Makes `ui/dist` of the screens that were built.
pub fn pack(release: bool) -> Outcome {
    let built = folder().join(wasm::WASM).join(if release { "wasm-release" } else { "debug" }).join("ui.wasm");
    quiet_step("packing the screens", |_| pack_into_dist(&built, release))
}

fn pack_into_dist(wasm: &Path, release: bool) -> Outcome {
    let (root, dist) = (root(), root().join("ui/dist"));
    let fresh = target().join("ui-dist");
    if fresh.exists() {
        std::fs::remove_dir_all(&fresh)?;
    }
    std::fs::create_dir_all(fresh.join("fonts"))?;
    run(Command::new(program("packer")).arg(wasm).arg(&fresh).arg(if release { "split" } else { "whole" }))?;
    if release {
        for part in ["ui_bg.wasm", "later.wasm"] {
            optimise(&fresh.join(part))?;
        }
    }
    let assets = root.join("assets");
    for name in WEB {
        std::fs::copy(assets.join("web").join(name), fresh.join(name))?;
    }
    std::fs::create_dir_all(fresh.join("map"))?;
    std::fs::copy(assets.join("map/indonesia.json"), fresh.join("map/indonesia.json"))?;
    std::fs::copy(assets.join("icon.svg"), fresh.join("icon.svg"))?;
    for name in ["id.ftl", "en.ftl"] {
        std::fs::copy(assets.join("i18n").join(name), fresh.join(name))?;
    }
    std::fs::copy(assets.join("npm/node_modules/echarts/dist/echarts.esm.min.mjs"), fresh.join("echarts.js"))?;
    std::fs::copy(assets.join("fonts/plus-jakarta-sans.woff2"), fresh.join("fonts/plus-jakarta-sans.woff2"))?;
    let mut styles: Vec<_> =
        std::fs::read_dir(assets.join("styles"))?.collect::<Result<Vec<_>, _>>()?.iter().map(|f| f.path()).collect();
    styles.sort();
    let css: String = styles.iter().map(std::fs::read_to_string).collect::<Result<Vec<_>, _>>()?.join("\n");
    std::fs::write(fresh.join("styles.css"), css)?;
    // A host that serves the folder meanwhile sees the old one or the new one.
    if dist.exists() {
        std::fs::remove_dir_all(&dist)?;
    }
    Ok(std::fs::rename(fresh, dist)?)
}

fn optimise(wasm: &Path) -> Outcome {
    let small = wasm.with_extension("small");
    let program = root().join("assets/npm/node_modules/.bin/wasm-opt");
    run(Command::new(program).arg("-O1").args(FEATURES).arg(wasm).arg("-o").arg(&small))?;
    Ok(std::fs::rename(small, wasm)?)
}
