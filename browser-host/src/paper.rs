//! Papers by the program `receipts` beside this one: so that this one carries no typesetter, which takes minutes to compile.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

/// What is put on paper, given as JSON, as PDF.
pub fn pdf(printed: &[u8]) -> Result<Vec<u8>, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = own.with_file_name(format!("receipts{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        return Err(format!("{} is not built yet", program.display()));
    }
    print(&mut Command::new(program), printed).map_err(|error| error.to_string())?
}

fn print(command: &mut Command, printed: &[u8]) -> std::io::Result<Result<Vec<u8>, String>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(printed)?;
    }
    let mut pdf = Vec::new();
    if let Some(mut out) = child.stdout.take() {
        out.read_to_end(&mut pdf)?;
    }
    let ended = child.wait_with_output()?;
    let why = || String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    Ok(if ended.status.success() { Ok(pdf) } else { Err(why()) })
}
