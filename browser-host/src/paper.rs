//! Papers by the program `receipts` beside this one: so that this one carries no typesetter, which takes minutes to compile.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;

/// What is put on paper, given as JSON, as PDF.
pub fn pdf(printed: &[u8]) -> Result<Vec<u8>, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = own.with_file_name(format!("receipts{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        return Err(format!("{} is not built yet", program.display()));
    }
    print(&mut Command::new(program), printed).map_err(|error| error.to_string())?
}

/// Its three pipes are served at once: it writes to standard error before it answers, and would wait for ever for somebody to read that.
fn print(command: &mut Command, printed: &[u8]) -> std::io::Result<Result<Vec<u8>, String>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (pdf, complaint) = thread::scope(|pipes| {
        // A program that fails before it has read all of it closes the pipe; why it failed is on standard error.
        pipes.spawn(move || stdin.map(|mut stdin| stdin.write_all(printed)));
        let complaint = pipes.spawn(move || whole(stderr));
        (whole(stdout), complaint.join())
    });
    let status = child.wait()?;
    let complaint = complaint.unwrap_or_else(|_| Ok(Vec::new()))?;
    Ok(if status.success() { Ok(pdf?) } else { Err(String::from_utf8_lossy(&complaint).trim().to_owned()) })
}

fn whole(pipe: Option<impl Read>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
