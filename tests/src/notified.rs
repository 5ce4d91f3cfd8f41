//! A desktop with a display, a keyring and a notification daemon in a bus of its own, and the app on it, which can be killed and started
//! again. What was notified of is read from the daemon.

use crate::keyring::Desktop;
use crate::world::program;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Nothing is shown for longer than it is asked for, and what is the same as another one counts by itself.
const SETTINGS: &str = "[global]\n    history_length = 100\n    stack_duplicates = false\n    idle_threshold = 0\n";

const WAIT: Duration = Duration::from_secs(60);

/// A notification as its daemon remembers it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// The desktop.
pub struct Notified {
    desktop: Desktop,
    display: Child,
    daemon: Child,
    number: String,
    folder: PathBuf,
}

impl Notified {
    /// A desktop on which somebody has signed in.
    pub fn start(folder: &Path) -> Self {
        let mut desktop = Desktop::start(folder);
        desktop.unlock();
        let mut display = Command::new("Xvfb");
        display.args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"]);
        let mut display = display.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a display");
        let mut number = String::new();
        BufReader::new(display.stdout.take().expect("piped")).read_line(&mut number).expect("its number");
        let number = format!(":{}", number.trim());
        let settings = folder.join("dunstrc");
        std::fs::write(&settings, SETTINGS).expect("written");
        let mut daemon = Command::new("dunst");
        daemon.arg("-conf").arg(&settings).envs(desktop.environment()).env("DISPLAY", &number);
        let daemon = daemon.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a notification daemon");
        let this = Self { desktop, display, daemon, number, folder: folder.to_owned() };
        let bus = ["org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner"];
        this.until("the daemon", || this.ask(bus, "string:org.freedesktop.Notifications").contains("boolean true").then_some(()));
        this
    }

    fn ask(&self, [destination, path, method]: [&str; 3], argument: &str) -> String {
        let mut ask = Command::new("dbus-send");
        ask.args(["--session", "--print-reply", &format!("--dest={destination}"), path, method]);
        ask.args(Some(argument).filter(|argument| !argument.is_empty())).envs(self.desktop.environment());
        let said = ask.output().expect("the bus is asked");
        String::from_utf8_lossy(&said.stdout).into_owned()
    }

    fn dunst(&self, method: &str, argument: &str) -> String {
        let method = format!("org.dunstproject.cmd0.{method}");
        self.ask(["org.freedesktop.Notifications", "/org/freedesktop/Notifications", &method], argument)
    }

    fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + WAIT;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(Instant::now() < end, "{what} does not come; shown were {:?}", self.history());
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Everything that was ever shown, the first one first. What is on the screen is taken off it, which is how it gets into the history.
    pub fn history(&self) -> Vec<Shown> {
        self.dunst("NotificationCloseAll", "");
        let listed = self.dunst("NotificationListHistory", "");
        let (mut shown, mut field) = (Vec::new(), "");
        for line in listed.lines().map(str::trim) {
            let value = line.strip_prefix("variant").and_then(|line| line.trim().strip_prefix("string \"")?.strip_suffix('"'));
            match (line, field, value) {
                ("array [", ..) => shown.push(Shown::default()),
                ("string \"summary\"", ..) => field = "summary",
                ("string \"body\"", ..) => field = "body",
                (_, "summary", Some(value)) => value.clone_into(&mut shown.last_mut().expect("a notification").title),
                (_, "body", Some(value)) => value.clone_into(&mut shown.last_mut().expect("a notification").text),
                (_, _, Some(_)) => field = "",
                _ => continue,
            }
            if value.is_some() {
                field = "";
            }
        }
        // The outer list, and one in each.
        shown.retain(|shown| *shown != Shown::default());
        shown.reverse();
        shown
    }

    /// Waits until so many were shown, and gives them.
    pub fn shown(&self, count: usize) -> Vec<Shown> {
        self.until("a notification", || Some(self.history()).filter(|shown| shown.len() >= count))
    }

    /// Presses the notification that is on the screen.
    pub fn press(&self) {
        let properties =
            ["org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.DBus.Properties.Get"];
        let mut ask = Command::new("dbus-send");
        ask.args(["--session", "--print-reply", &format!("--dest={}", properties[0]), properties[1], properties[2]]);
        ask.args(["string:org.dunstproject.cmd0", "string:displayedLength"]).envs(self.desktop.environment());
        self.until("something to press", || {
            let said = ask.output().expect("the bus is asked");
            String::from_utf8_lossy(&said.stdout).contains("uint32 1").then_some(())
        });
        self.dunst("NotificationAction", "uint32:0");
    }

    /// Starts the app.
    pub fn app(&self, server: &str, more: &[(&str, String)]) -> App {
        let mut app = Command::new(program("indowater"));
        app.envs(self.desktop.environment()).env("DISPLAY", &self.number).envs(more.iter().cloned());
        app.env("INDOWATER_SERVER", server).env("INDOWATER_DATA_DIR", self.folder.join("app"));
        for (name, folder) in [("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")] {
            app.env(name, self.folder.join(folder));
        }
        let mut app = app.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the app starts");
        let (tell, lines) = channel();
        let said = BufReader::new(app.stdout.take().expect("piped"));
        // It ends with the app.
        std::thread::spawn(move || said.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        App { child: app, lines, said: Vec::new() }
    }
}

impl Drop for Notified {
    fn drop(&mut self) {
        for child in [&mut self.daemon, &mut self.display] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The app in its window.
pub struct App {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl App {
    /// Waits until it logs something, and gives the line.
    pub fn says(&mut self, what: &str) -> String {
        let end = Instant::now() + WAIT;
        loop {
            let line = self.lines.recv_timeout(end.saturating_duration_since(Instant::now()));
            let Ok(line) = line else { panic!("`{what}` was not said, but:\n{}", self.said.join("\n")) };
            self.said.push(line.clone());
            if line.contains(what) {
                return line;
            }
        }
    }

    /// Kills it where it is, without a word.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.end();
    }
}
