//! `conformance`: the HTTP API held against its own OpenAPI document, by schemathesis from PyPI. Outside the tests, because it wants
//! Python and takes minutes; on loopback only.

use crate::cargo::{build, programs};
use crate::demo::{start_gateway, start_server, utility};
use crate::process::{Outcome, end_all, output, run_logged, target};
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
    /// Requests made up for each operation, beside those that cover its parameters
    #[arg(long, default_value_t = 15)]
    examples: u32,
    /// What the requests are made up from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The version the findings are comparable with.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Connections that stay open until something happens: what is made up for them only waits.
const WAITS: [&str; 2] = ["/sync/v1/wait", "/live/v1"];

/// Ends the session that the others are asked with, so it is asked last, by itself.
const ENDS: &str = "/auth/v1/sign-out";

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
        let outcome = ask_as(&schemathesis, role, options);
        end_all();
        let report = outcome?;
        println!("{role}:\n{}", report.lines.join("\n"));
        summary.push(format!(
            "{role}: {} findings in {} requests over {} operations",
            report.findings, report.asked, report.operations
        ));
        findings += report.findings;
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

#[derive(Default)]
struct Report {
    findings: u64,
    asked: u64,
    operations: u64,
    lines: Vec<String>,
}

/// Everything as one role, over a utility of its own: what one role changes is not another's start.
fn ask_as(schemathesis: &Path, role: &str, options: &Options) -> Outcome<Report> {
    let folder = target().join("conformance").join(role);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let (_, password) = utility(&folder.join("server"))?;
    let gateway = start_gateway()?;
    let (http, _) = start_server(&folder.join("server"), 0, gateway.as_deref())?;
    let mut report = Report::default();
    for (last, name) in [(false, "all"), (true, "sign-out")] {
        let mut command = Command::new(schemathesis);
        command.arg("run").arg(format!("http://{http}/openapi.json")).args(["--checks", CHECKS]);
        command.args(["--max-examples", &options.examples.to_string(), "--seed", &options.seed.to_string()]);
        command.args(["--phases", "examples,coverage,fuzzing", "--generation-database", "none", "--request-timeout", "20"]);
        command.args(["--continue-on-failure", "--no-color"]);
        if last {
            command.args(["--include-path", ENDS]);
        } else {
            WAITS.iter().chain([&ENDS]).for_each(|path| {
                command.args(["--exclude-path", path]);
            });
        }
        if role != "nobody" {
            command.arg("--header").arg(format!("Authorization: Bearer {}", sign_in(&http, role, &password)?));
        }
        run_and_read(&mut command, &format!("{role}-{name}"), &mut report)?;
    }
    Ok(report)
}

/// Runs it, and adds what it found. It ends with a failure where it found something.
fn run_and_read(command: &mut Command, name: &str, report: &mut Report) -> Outcome {
    let (log, json) = (format!("conformance-{name}"), target().join("logs").join(format!("conformance-{name}.json")));
    for old in [&json, &json.with_extension("log")] {
        let _ = std::fs::remove_file(old);
    }
    command.args(["--report", "json", "--report-json-path"]).arg(&json);
    let outcome = quiet_step(&format!("asking: {name}"), |_| Ok(run_logged(command, &log)))?;
    let Ok(text) = std::fs::read(&json) else { return outcome };
    let read: serde_json::Value = serde_json::from_slice(&text)?;
    report.asked += read["test_cases"]["generated"].as_u64().unwrap_or_default();
    report.operations += read["operations"]["tested"].as_u64().unwrap_or_default();
    for failure in read["failures"].as_array().into_iter().flatten() {
        report.findings += failure["count"].as_u64().unwrap_or(1);
    }
    let errors = read["errors"].as_array().map_or(0, Vec::len);
    report.findings += errors as u64;
    report.lines.extend(details(&std::fs::read_to_string(json.with_extension("log"))?));
    if errors > 0 {
        report.lines.push(format!("  {errors} operations could not be asked: see {}", json.with_extension("log").display()));
    }
    Ok(())
}

/// One line for each finding, from the text report: `### operation`, then what was wrong, what came and what is documented.
fn details(text: &str) -> Vec<String> {
    let (mut operation, mut found) = (String::new(), Vec::<String>::new());
    for line in text.lines().skip_while(|line| !line.contains("= FAILURES =")) {
        let line = line.trim();
        if line.contains("= SUMMARY =") {
            break;
        }
        let heading = line.trim_matches('_').trim();
        if line.starts_with("__") {
            operation = heading.to_owned();
        } else if let Some(wrong) = line.strip_prefix("- ST") {
            found.push(format!("  {operation}: ST{wrong}"));
        } else if let (Some(last), true) = (found.last_mut(), line.starts_with("Received:") || line.starts_with("Documented:")) {
            last.push_str(&format!(", {}", line.to_lowercase()));
        }
    }
    found
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_one_line_each() {
        let text = "=== FAILURES ===\n___ GET /a/{id} ___\n1. Test Case ID: x\n\n- ST103 Undocumented status code\n\n    Received: 401\n    \
                    Documented: 200, 403\n=== SUMMARY ===\n- ST103 again\n";
        assert_eq!(details(text), ["  GET /a/{id}: ST103 Undocumented status code, received: 401, documented: 200, 403"]);
    }
}
