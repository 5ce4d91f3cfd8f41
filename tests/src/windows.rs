//! A window manager on a display, which closes a window as a press on its cross does, and knows which are there to be seen.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const WAIT: Duration = Duration::from_secs(60);

/// The window manager; it ends when it is dropped.
pub struct Windows {
    manager: Child,
    environment: Vec<(&'static str, String)>,
}

impl Windows {
    /// One on the display that is in the environment.
    pub fn start(environment: Vec<(&'static str, String)>) -> Self {
        let mut manager = Command::new("openbox");
        manager.args(["--sm-disable", "--config-file", "/etc/xdg/openbox/rc.xml"]).envs(environment.iter().cloned());
        let manager = manager.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a window manager");
        let windows = Self { manager, environment };
        windows.until("the window manager", || windows.ask(&["-m"]).contains("Openbox"));
        windows
    }

    fn ask(&self, arguments: &[&str]) -> String {
        let said = Command::new("wmctrl").args(arguments).envs(self.environment.iter().cloned()).output().expect("wmctrl");
        String::from_utf8_lossy(&said.stdout).into_owned()
    }

    fn until(&self, what: &str, is: impl Fn() -> bool) {
        let end = Instant::now() + WAIT;
        while !is() {
            assert!(Instant::now() < end, "{what} does not come; there are:\n{}", self.ask(&["-l"]));
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// Whether the app's window is there to be seen.
    pub fn has_window(&self) -> bool {
        self.ask(&["-l"]).lines().any(|line| line.ends_with(" IndoWater"))
    }

    /// Waits until it is, or is not.
    pub fn until_window(&self, is_there: bool) {
        self.until(if is_there { "the window" } else { "that the window is gone" }, || self.has_window() == is_there);
    }

    /// Closes the app's window, once it is there.
    pub fn close(&self) {
        self.until_window(true);
        self.ask(&["-F", "-c", "IndoWater"]);
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        let _ = self.manager.kill();
        let _ = self.manager.wait();
    }
}
