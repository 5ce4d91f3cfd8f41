//! A desktop's keyring in a bus of its own, which can be unlocked, locked and gone.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A session bus and the keyring on it.
pub struct Desktop {
    bus: Child,
    keyring: Option<Child>,
    address: String,
    folder: PathBuf,
}

impl Desktop {
    /// A bus with nothing on it, whose socket is in the folder: a bus that is killed leaves it there.
    pub fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder.join("data")).expect("a folder");
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address", &format!("--address=unix:dir={}", folder.display())]);
        bus.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut desktop =
            Self { bus: bus.spawn().expect("a bus"), keyring: None, address: String::new(), folder: folder.to_owned() };
        let mut line = String::new();
        BufReader::new(desktop.bus.stdout.take().expect("piped")).read_line(&mut line).expect("an address");
        line.trim().clone_into(&mut desktop.address);
        desktop
    }

    /// What programs of this desktop have in their environment.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        vec![
            ("DBUS_SESSION_BUS_ADDRESS", self.address.clone()),
            ("XDG_DATA_HOME", path("data")),
            ("XDG_RUNTIME_DIR", path("")),
            ("DISPLAY", String::new()),
        ]
    }

    fn begin(&mut self, arguments: &[&str], password: &str) {
        self.end_keyring();
        let mut keyring = Command::new("gnome-keyring-daemon");
        keyring.args(["--foreground", "--components=secrets"]).args(arguments).envs(self.environment());
        let mut keyring = keyring.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a keyring");
        keyring.stdin.take().expect("piped").write_all(password.as_bytes()).expect("written");
        self.keyring = Some(keyring);
        // Whoever asks before it is there would make the bus start another one.
        let until = Instant::now() + Duration::from_secs(10);
        while !self.has_keyring() {
            assert!(Instant::now() < until, "the keyring does not come");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn has_keyring(&self) -> bool {
        let mut ask = Command::new("dbus-send");
        ask.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]);
        ask.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]).envs(self.environment());
        let said = ask.output().expect("the bus is asked");
        String::from_utf8_lossy(&said.stdout).contains("boolean true")
    }

    /// The keyring as it is after somebody signed in to the desktop.
    pub fn unlock(&mut self) {
        self.begin(&["--unlock"], "a desktop's password");
    }

    /// The keyring as it is for whoever did not give the password.
    pub fn lock(&mut self) {
        self.begin(&[], "");
    }

    fn end_keyring(&mut self) {
        if let Some(mut keyring) = self.keyring.take() {
            let _ = keyring.kill();
            let _ = keyring.wait();
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        self.end_keyring();
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}
