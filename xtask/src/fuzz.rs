//! `fuzz`: the readers of files on bytes that libFuzzer makes up, one target after the other. The flags that cargo-fuzz would give the compiler are
//! given here, as far as a stable one takes them: the counters of what was reached, and no sanitizer, for which a nightly one would be needed.

use crate::process::{Outcome, output, root, run, target};
use crate::setup;
use std::process::Command;

/// What `fuzz` takes.
#[derive(clap::Args)]
pub struct Options {
    /// Only these; all of them unless named
    targets: Vec<String>,
    /// For how long each, in seconds
    #[arg(long, default_value_t = 600)]
    seconds: u32,
}

/// A target for each reader's edge, and any bytes as a file.
const TARGETS: [&str; 6] = ["csv", "xlsx", "xlsb", "xls", "ods", "any"];

/// Memory that a target may take, in MB: what a hostile file gets at most.
const MEMORY_MB: u32 = 300;

/// Seconds that one input may take.
const LONGEST: u32 = 25;

/// Bytes of an input at most.
const BYTES: u32 = 64 << 10;

/// What makes the compiler count what was reached, and arithmetic panic that wraps around.
const FLAGS: [&str; 8] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions",
    "-Ccodegen-units=1",
];

/// Runs the targets. One that finds something ends with an error, and names the file with the input.
pub fn fuzz(options: &Options) -> Outcome {
    let chosen: Vec<&str> =
        if options.targets.is_empty() { TARGETS.to_vec() } else { options.targets.iter().map(String::as_str).collect() };
    if let Some(unknown) = chosen.iter().find(|name| !TARGETS.contains(name)) {
        return Err(format!("there is no fuzz target {unknown}; there are: {}", TARGETS.join(", ")).into());
    }
    setup::for_programs()?;
    let (folder, host) = (target().join("fuzz"), output(Command::new("rustc").args(["--print", "host-tuple"])));
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--manifest-path", "imports/fuzz/Cargo.toml"]);
    // With its target named, scripts that build something are compiled without the flags.
    build.arg("--target").arg(&host).arg("--target-dir").arg(&folder).env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    for name in &chosen {
        build.args(["--bin", name]);
    }
    run(&mut build)?;
    for name in chosen {
        println!("fuzz: {name}, {} s", options.seconds);
        let (corpus, found) = (folder.join("corpus").join(name), folder.join("found").join(name));
        std::fs::create_dir_all(&corpus)?;
        std::fs::create_dir_all(&found)?;
        let mut fuzzer = Command::new(folder.join(&host).join("release").join(name));
        fuzzer.arg(&corpus);
        if name == "any" {
            fuzzer.arg(root().join("imports/tests/files"));
        }
        fuzzer.arg(format!("-artifact_prefix={}/", found.display()));
        fuzzer.args([
            format!("-max_total_time={}", options.seconds),
            format!("-rss_limit_mb={MEMORY_MB}"),
            format!("-timeout={LONGEST}"),
            format!("-max_len={BYTES}"),
        ]);
        run(&mut fuzzer)?;
    }
    Ok(())
}
