//! A program beside this one that reads its standard input and answers on its standard output, within a time and a size: whatever it does, this
//! process goes on, and no program of it stays.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of what it complains of that are kept: the rest is read and dropped, so that it never waits for somebody to read them.
const COMPLAINT: usize = 2_048;

/// Between two looks whether it has ended.
const LOOK: Duration = Duration::from_millis(10);

/// For how long what it complained of is waited for once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What a program may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long.
    pub time: Duration,
    /// Bytes of its answer.
    pub bytes: usize,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Silent {
    /// It cannot be started.
    #[error("the program cannot be started: {0}")]
    Start(std::io::Error),
    /// It took too long, and was ended.
    #[error("the program took longer than it may, and was ended")]
    Late,
    /// It answered more than it may, and was ended.
    #[error("the program answered more than it may, and was ended")]
    TooMuch,
    /// It failed, and what it complained of.
    #[error("the program failed: {0}")]
    Failed(String),
}

/// Runs a program on an input; returns its answer. All three pipes are served at once, by threads of their own: a program that writes much of one
/// before it reads or writes the others waits for nobody.
///
/// # Errors
/// Why there is no answer.
pub fn run(command: &mut Command, input: Vec<u8>, limits: Limits) -> Result<Vec<u8>, Silent> {
    let until = Instant::now() + limits.time;
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(Silent::Start)?;
    let mut child = Ending(child);
    let (stdin, stdout, stderr) = (child.0.stdin.take(), child.0.stdout.take(), child.0.stderr.take());
    // A program that does not read all of it closes the pipe, which ends the thread.
    thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
    let answer = reading(stdout, limits.bytes.saturating_add(1), false);
    let complaint = reading(stderr, COMPLAINT, true);
    let answered = answer.recv_timeout(until.saturating_duration_since(Instant::now())).map_err(|_| Silent::Late)?;
    if answered.len() > limits.bytes {
        return Err(Silent::TooMuch);
    }
    let is_success = loop {
        match child.0.try_wait() {
            Ok(Some(status)) => break status.success(),
            Ok(None) if Instant::now() < until => thread::sleep(LOOK),
            Ok(None) => return Err(Silent::Late),
            Err(error) => return Err(Silent::Failed(error.to_string())),
        }
    };
    if is_success {
        return Ok(answered);
    }
    let complaint = complaint.recv_timeout(LAST_WORDS).unwrap_or_default();
    Err(Silent::Failed(String::from_utf8_lossy(&complaint).trim().to_owned()))
}

/// A program that does not outlive its caller's interest in it.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        // One that has ended is not killed; either way it is waited for, so that nothing of it stays.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads a pipe by a thread: so many bytes of it at most, and the rest to its end if `drain` says so.
fn reading(pipe: Option<impl Read + Send + 'static>, most: usize, drain: bool) -> Receiver<Vec<u8>> {
    let (read, received) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is what there is.
            let _ = pipe.by_ref().take(most as u64).read_to_end(&mut bytes);
            if drain {
                let _ = std::io::copy(&mut pipe, &mut std::io::sink());
            }
        }
        // Nobody may wait for it any more.
        let _ = read.send(bytes);
    });
    received
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, input: &[u8], limits: Limits) -> Result<Vec<u8>, Silent> {
        run(Command::new("sh").arg("-c").arg(script), input.to_vec(), limits)
    }

    const USUAL: Limits = Limits { time: Duration::from_secs(30), bytes: 4 * 1024 * 1024 };

    #[test]
    fn a_program_that_complains_much_before_it_reads_is_answered_all_the_same() {
        let input = vec![b'x'; 1024 * 1024];
        assert_eq!(shell("head -c 1000000 /dev/zero >&2; cat", &input, USUAL).unwrap(), input);
        assert_eq!(shell("cat; head -c 1000000 /dev/zero >&2", &input, USUAL).unwrap(), input);
        // One that reads nothing of what it is given closes the pipe.
        assert_eq!(shell("echo ok", &input, USUAL).unwrap(), b"ok\n");
    }

    #[test]
    fn a_program_that_is_late_answers_too_much_or_fails_is_ended_and_says_why() {
        let began = Instant::now();
        let short = Limits { time: Duration::from_millis(200), ..USUAL };
        assert!(matches!(shell("exec sleep 60", b"", short), Err(Silent::Late)));
        // It has answered, and does not end.
        assert!(matches!(shell("exec 1>&-; exec sleep 60", b"", short), Err(Silent::Late)));
        let small = Limits { bytes: 100, ..USUAL };
        assert!(matches!(shell("exec cat /dev/zero", b"", small), Err(Silent::TooMuch)));
        match shell("echo 'no such font' >&2; exit 3", b"", USUAL) {
            Err(Silent::Failed(why)) => assert_eq!(why, "no such font"),
            other => panic!("{other:?}"),
        }
        assert!(matches!(run(&mut Command::new("/nowhere/receipts"), Vec::new(), USUAL), Err(Silent::Start(_))));
        assert!(began.elapsed() < Duration::from_secs(30));
    }
}
