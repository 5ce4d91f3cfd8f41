//! A desktop with a display, a keyring and a notification daemon in a bus of its own, and the app on it, which can be killed and started
//! again. What was notified of is read from the daemon.

use crate::driver::{Driven, window_on};
use crate::keyring::Desktop;
use crate::tray::Panel;
use crate::windows::Windows;
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
        Self::start_with(folder, "no")
    }

    /// The same with a daemon that takes bodies for markup.
    pub fn with_markup(folder: &Path) -> Self {
        Self::start_with(folder, "full")
    }

    fn start_with(folder: &Path, markup: &str) -> Self {
        let mut desktop = Desktop::start(folder);
        desktop.unlock();
        let mut display = Command::new("Xvfb");
        display.args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"]);
        let mut display = display.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a display");
        let mut number = String::new();
        BufReader::new(display.stdout.take().expect("piped")).read_line(&mut number).expect("its number");
        let number = format!(":{}", number.trim());
        let settings = folder.join("dunstrc");
        std::fs::write(&settings, format!("{SETTINGS}    markup = {markup}\n")).expect("written");
        let mut daemon = Command::new("dunst");
        daemon.arg("-conf").arg(&settings).envs(desktop.environment()).env("DISPLAY", &number);
        let daemon = daemon.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a notification daemon");
        let this = Self { desktop, display, daemon, number, folder: folder.to_owned() };
        let bus = ["org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner"];
        this.until("the daemon", || {
            this.ask(bus, &["string:org.freedesktop.Notifications"]).contains("boolean true").then_some(())
        });
        this
    }

    fn ask(&self, [destination, path, method]: [&str; 3], arguments: &[&str]) -> String {
        let mut ask = Command::new("dbus-send");
        ask.args(["--session", "--print-reply", &format!("--dest={destination}"), path, method]).args(arguments);
        let said = ask.envs(self.desktop.environment()).output().expect("the bus is asked");
        String::from_utf8_lossy(&said.stdout).into_owned()
    }

    fn dunst(&self, method: &str, arguments: &[&str]) -> String {
        self.ask(["org.freedesktop.Notifications", "/org/freedesktop/Notifications", method], arguments)
    }

    fn until<T>(&self, what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + WAIT;
        loop {
            if let Some(found) = condition() {
                return found;
            }
            assert!(Instant::now() < end, "{what} does not come; shown were {:?}", self.history());
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Everything that was ever shown, the first one first. What is on the screen is taken off it, which is how it gets into the history.
    pub fn history(&self) -> Vec<Shown> {
        self.dunst("org.dunstproject.cmd0.NotificationCloseAll", &[]);
        let listed = self.dunst("org.dunstproject.cmd0.NotificationListHistory", &[]);
        let (mut shown, mut field) = (vec![Shown::default()], "");
        for line in listed.lines().map(str::trim) {
            let value = line.strip_prefix("variant").and_then(|line| line.trim().strip_prefix("string \"")?.strip_suffix('"'));
            match (value, shown.last_mut()) {
                (Some(value), Some(last)) if field == "string \"summary\"" => value.clone_into(&mut last.title),
                (Some(value), Some(last)) if field == "string \"body\"" => value.clone_into(&mut last.text),
                (None, _) if line == "array [" => shown.push(Shown::default()),
                _ => {}
            }
            field = line;
        }
        // The outer list has none of its own.
        shown.retain(|shown| *shown != Shown::default());
        shown.reverse();
        shown
    }

    /// Waits until so many were shown, and gives them.
    pub fn shown(&self, count: usize) -> Vec<Shown> {
        self.until("a notification", || Some(self.history()).filter(|shown| shown.len() >= count))
    }

    /// Waits until so many are on the screen.
    pub fn until_on_screen(&self, count: usize) {
        let displayed = ["string:org.dunstproject.cmd0", "string:displayedLength"];
        let expected = format!("uint32 {count}");
        self.until("as much on the screen", || {
            self.dunst("org.freedesktop.DBus.Properties.Get", &displayed).trim_end().ends_with(&expected).then_some(())
        });
    }

    /// Presses the notification that is on the screen.
    pub fn press(&self) {
        self.until_on_screen(1);
        self.dunst("org.dunstproject.cmd0.NotificationAction", &["uint32:0"]);
    }

    fn environment(&self, server: &str) -> Vec<(&'static str, String)> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        let mut environment = self.desktop.environment();
        environment.retain(|(name, _)| *name != "DISPLAY");
        environment.extend([
            ("DISPLAY", self.number.clone()),
            ("INDOWATER_SERVER", server.to_owned()),
            ("INDOWATER_DATA_DIR", path("app")),
            // What is to start at a sign-in is kept there whatever the next line says.
            ("HOME", path("home")),
            ("XDG_CONFIG_HOME", path("config")),
            ("XDG_CACHE_HOME", path("cache")),
        ]);
        environment
    }

    /// A panel that shows the icons of programs.
    pub async fn panel(&self) -> Panel {
        let environment = self.desktop.environment();
        let address = environment.iter().find(|(name, _)| *name == "DBUS_SESSION_BUS_ADDRESS").expect("a bus");
        Panel::start(&address.1).await
    }

    /// A window manager.
    pub fn windows(&self) -> Windows {
        Windows::start(self.environment(""))
    }

    /// A file of the system that is to start programs when somebody signs in.
    pub fn autostart(&self) -> PathBuf {
        self.folder.join("home/.config/autostart/IndoWater.desktop")
    }

    /// The app with a driver, by which a test sees its page.
    pub async fn driven(&self, server: &str) -> Driven {
        window_on(&program("indowater"), &self.environment(server)).await
    }

    /// Starts the app by itself.
    pub fn app(&self, server: &str, more: &[(&str, String)]) -> App {
        self.app_with(server, more, &[])
    }

    /// Starts the app as the system does when somebody signs in.
    pub fn hidden(&self, server: &str) -> App {
        self.app_with(server, &[], &["--hidden"])
    }

    fn app_with(&self, server: &str, more: &[(&str, String)], arguments: &[&str]) -> App {
        let mut app = Command::new(program("indowater"));
        app.args(arguments).envs(self.environment(server)).envs(more.iter().cloned());
        let mut app = app.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the app starts");
        let (sender, lines) = channel();
        let said = BufReader::new(app.stdout.take().expect("piped"));
        // It ends with the app.
        std::thread::spawn(move || said.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
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

    /// Waits until it has ended by itself, in order.
    pub fn ends(mut self) {
        let end = Instant::now() + WAIT;
        loop {
            if let Some(status) = self.child.try_wait().expect("a program") {
                self.said.extend(self.lines.try_iter());
                assert!(status.success(), "it ended with {status}:\n{}", self.said.join("\n"));
                return;
            }
            assert!(Instant::now() < end, "it goes on:\n{}", self.said.join("\n"));
            std::thread::sleep(Duration::from_millis(25));
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
