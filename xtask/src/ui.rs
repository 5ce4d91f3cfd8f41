//! Builds the screens: cargo for wasm, wasm-bindgen as a library so that its version cannot drift, wasm-opt for what is shipped.

use crate::process::{Outcome, root, run, step, target};
use crate::setup::wasm_path;
use std::path::Path;
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

/// Builds `ui/dist`.
pub fn build(release: bool) -> Outcome {
    let (profile, folder) = if release { ("wasm-release", "wasm-release") } else { ("dev", "debug") };
    let out = target().join("wasm");
    step("building the screens", || {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "-q", "-p", "ui", "--target", "wasm32-unknown-unknown", "--profile", profile]);
        cargo.env("CARGO_TARGET_DIR", &out).env_remove("RUSTFLAGS").env_remove("RUSTUP_TOOLCHAIN");
        if let Some(bin) = wasm_path() {
            let path = std::env::var("PATH").unwrap_or_default();
            cargo = with_path(cargo, &bin, &path);
        }
        run(&mut cargo)
    })?;
    step("packing the screens", || pack(&out.join("wasm32-unknown-unknown").join(folder).join("ui.wasm"), release))
}

/// The same command by the programs of another folder.
fn with_path(from: Command, bin: &Path, path: &str) -> Command {
    let mut command = Command::new(bin.join("cargo"));
    command.args(from.get_args());
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    // Cargo sets these for what it runs, and they would lead back to the other toolchain.
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_HOME"] {
        command.env_remove(name);
    }
    command.env("PATH", format!("{}:{path}", bin.display()));
    command.env("RUSTC", bin.join("rustc"));
    command
}

fn pack(wasm: &Path, release: bool) -> Outcome {
    let (root, dist) = (root(), root().join("ui/dist"));
    let fresh = target().join("ui-dist");
    if fresh.exists() {
        std::fs::remove_dir_all(&fresh)?;
    }
    std::fs::create_dir_all(fresh.join("fonts"))?;
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(wasm).out_name("ui").typescript(false).remove_name_section(release).remove_producers_section(true);
    bindgen.web(true)?.generate(&fresh)?;
    if release {
        optimise(&fresh.join("ui_bg.wasm"))?;
    }
    let assets = root.join("assets");
    for name in ["index.html", "start.js", "bridge.js", "chart.js", "photo.js"] {
        std::fs::copy(assets.join("web").join(name), fresh.join(name))?;
    }
    std::fs::copy(assets.join("icon.svg"), fresh.join("icon.svg"))?;
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
    run(Command::new(program).arg("-O3").args(FEATURES).arg(wasm).arg("-o").arg(&small))?;
    Ok(std::fs::rename(small, wasm)?)
}
