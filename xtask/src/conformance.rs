//! `conformance`: the HTTP API held against its own OpenAPI document, by schemathesis from PyPI. Outside the tests, because it wants
//! Python and takes minutes; on loopback only.

use crate::cargo::{build, programs};
use crate::demo::{start_gateway, start_server, utility};
use crate::process::{Outcome, end_all, output, root, run_logged, target};
use crate::progress::quiet_step;
use crate::setup;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `conformance` takes.
#[derive(clap::Args)]
pub struct Options {
    /// Who asks: admin, technician, customer or nobody; all of them unless named
    #[arg(long)]
    role: Vec<String>,
    /// Requests made up for each operation
    #[arg(long, default_value_t = 25)]
    examples: u32,
    /// Seconds for each role, at most
    #[arg(long, default_value_t = 240)]
    seconds: u32,
    /// What the requests are made up from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The version the findings are comparable with.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Connections that stay open until something happens: what is made up for them only waits.
const WAITS: [&str; 2] = ["/sync/v1/wait", "/live/v1"];

/// Asks as each role, and prints what does not conform.
pub fn check(options: &Options) -> Outcome {
    setup::for_programs()?;
    let schemathesis = install()?;
    build("building the programs", vec![programs(&["sync-server", "simulators"])])?;
    let mut findings = 0;
    let named: Vec<&str> = options.role.iter().map(String::as_str).collect();
    let roles = if named.is_empty() { vec!["admin", "technician", "customer", "nobody"] } else { named };
    let mut summary = Vec::new();
    for role in roles {
        let outcome = ask(&schemathesis, role, options);
        end_all();
        let (count, tested) = outcome?;
        summary.push(format!("{role}: {count} findings, {tested}"));
        findings += count;
    }
    println!("{}", summary.join("\n"));
    if findings == 0 { Ok(()) } else { Err(format!("{findings} findings").into()) }
}

/// In an environment of its own under the target folder.
fn install() -> Outcome<PathBuf> {
    let folder = target().join("schemathesis");
    let program = folder.join("bin/schemathesis");
    let version = SCHEMATHESIS.rsplit('=').next().unwrap_or_default();
    if !output(Command::new(&program).arg("--version")).contains(version) {
        quiet_step("installing schemathesis", |_| {
            run_logged(Command::new("python3").args(["-m", "venv"]).arg(&folder), "schemathesis")?;
            run_logged(Command::new(folder.join("bin/pip")).args(["install", "-q", SCHEMATHESIS]), "schemathesis")
        })?;
    }
    Ok(program)
}

/// Everything as one role, over a utility of its own: what one role changes is not another's start.
fn ask(schemathesis: &Path, role: &str, options: &Options) -> Outcome<(usize, String)> {
    let folder = target().join("conformance").join(role);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let (_, password) = utility(&folder.join("server"))?;
    let gateway = start_gateway()?;
    let (http, _) = start_server(&folder.join("server"), 0, gateway.as_deref())?;
    let mut command = Command::new(schemathesis);
    command.arg("run").arg(format!("http://{http}/openapi.json")).args(["--checks", CHECKS]);
    command.args(["--max-examples", &options.examples.to_string(), "--seed", &options.seed.to_string()]);
    command.args(["--max-time", &options.seconds.to_string()]);
    command.args(["--request-timeout", "20", "--continue-on-failure", "--no-color", "--phases", "examples,coverage,fuzzing"]);
    for path in WAITS {
        command.args(["--exclude-path", path]);
    }
    if role != "nobody" {
        // It ends the session that everything behind it asks with; the tests call it.
        command.args(["--exclude-path", "/auth/v1/sign-out"]);
        command.arg("--header").arg(format!("Authorization: Bearer {}", sign_in(&http, role, &password)?));
    }
    let log = format!("conformance-{role}");
    let path = target().join("logs").join(format!("{log}.log"));
    let _ = std::fs::remove_file(&path);
    // It ends with a failure where it found something; what it found is in what it wrote.
    let outcome = quiet_step(&format!("asking as {role}"), |_| Ok(run_logged(&mut command, &log)))?;
    let report = std::fs::read_to_string(&path)?;
    let (count, tested) = read(&report);
    if outcome.is_err() && count == 0 {
        outcome?;
    }
    println!("{}", found(&report));
    println!("all of it: {}", path.strip_prefix(root()).unwrap_or(&path).display());
    Ok((count, tested))
}

fn sign_in(http: &str, role: &str, password: &str) -> Outcome<String> {
    let body = serde_json::json!({ "email": format!("{role}@indowater.example"), "password": password }).to_string();
    let mut stream = TcpStream::connect(http)?;
    let head = "POST /auth/v1/sign-in HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length:";
    write!(stream, "{head} {}\r\nHost: {http}\r\n\r\n{body}", body.len())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    let tokens: serde_json::Value = serde_json::from_str(body).map_err(|_| format!("not signed in: {answer}"))?;
    Ok(tokens["access_token"].as_str().ok_or("signed in without a token")?.to_owned())
}

/// How many findings a report counts, and how much was tried: `❌ ST103 Undocumented status code: 37` in its summary, and
/// `2111 generated, …`.
fn read(report: &str) -> (usize, String) {
    let summary = report.rsplit_once(" SUMMARY ").map(|(_, summary)| summary).unwrap_or_default();
    let counts =
        summary.lines().filter_map(|line| line.trim().strip_prefix('❌')?.rsplit_once(": ")?.1.trim().parse::<usize>().ok());
    let tested = summary.lines().find(|line| line.contains(" generated")).unwrap_or("nothing was tried").trim();
    (counts.sum(), tested.to_owned())
}

/// What it found, without the summary behind it.
fn found(report: &str) -> &str {
    let found =
        report.split_once(" FAILURES ").and_then(|(_, rest)| rest.split_once('\n')).map(|(_, found)| found).unwrap_or_default();
    found.split("\n====").next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_of_a_report_are_counted() {
        let report = "=== FAILURES ===\n__ GET /a __\n- ST103\n=== SUMMARY ===\n\nFailures:\n  ❌ ST105 Undocumented Content-Type: 1\n  \
            ❌ ST103 Undocumented status code: 37\n\nTest Phases:\n  ❌ Coverage\n\nTest cases:\n  2111 generated, 38 found\n";
        assert_eq!(read(report), (38, "2111 generated, 38 found".to_owned()));
        assert_eq!(found(report), "__ GET /a __\n- ST103");
        assert_eq!(read("it could not start").0, 0);
    }
}
