//! A real mail server (aiosmtpd) as a process of its own, whose mail a test reads.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use sync_server::alerts::config::{Email, Tls};

/// A mail server on a port of this machine, until it is dropped.
pub struct MailServer {
    /// Its port.
    pub port: u16,
    mail: Arc<Mutex<Vec<Value>>>,
    child: Child,
}

impl MailServer {
    /// Starts one; `arguments` are those of `tests/clients/mail_server.py`.
    pub async fn start(arguments: &[&str]) -> Self {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        tokio::task::spawn_blocking(move || {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/mail_server.py");
            let mut command = Command::new(python());
            let mut child = command.arg(script).args(arguments).stdout(Stdio::piped()).spawn().expect("Python is there");
            let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
            let first = lines.next().expect("a line: run `cargo xtask setup`").expect("text");
            let port = first.strip_prefix("smtp ").and_then(|port| port.parse().ok()).expect("its port");
            let mail: Arc<Mutex<Vec<Value>>> = Arc::default();
            let taken = Arc::clone(&mail);
            std::thread::spawn(move || {
                for line in lines.map_while(Result::ok) {
                    let message = serde_json::from_str(&line).expect("JSON");
                    taken.lock().unwrap_or_else(PoisonError::into_inner).push(message);
                }
            });
            Self { port, mail, child }
        })
        .await
        .expect("starts")
    }

    /// What it has taken so far.
    pub fn mail(&self) -> Vec<Value> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A server's configuration for one on this port.
    pub fn setting(port: u16) -> Email {
        Email {
            host: "127.0.0.1".into(),
            port,
            tls: Tls::None,
            certificate: None,
            user: None,
            password: None,
            from: "IndoWater <air@test.example>".into(),
            app: None,
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Python for which `cargo xtask setup` installs the mail server.
fn python() -> PathBuf {
    let here = std::env::current_exe().expect("this program");
    let found = here.ancestors().map(|folder| folder.join("midtrans-clients/python/bin/python")).find(|python| python.exists());
    found.expect("the mail server is not installed: run `cargo xtask setup`")
}
