//! The app in one of its two hosts, with a page to drive: the real window, or the browser host in a real browser.

use crate::driver::{Driven, WITH_KEYRING, chromium_watched, press, window};
use crate::steps::fill;
use crate::world::{PASSWORD, Running, email, program};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A host and the page in it.
pub struct Host {
    /// The page.
    pub driven: Driven,
    program: Option<Child>,
}

impl Host {
    /// The browser host, in a Chromium of a phone's size.
    pub async fn browser(running: &Running, folder: &Path) -> Self {
        Self::browser_of(running, folder, (390, 844)).await
    }

    /// The browser host, in a Chromium of that size.
    pub async fn browser_of(running: &Running, folder: &Path, size: (u32, u32)) -> Self {
        Self::browser_at(&running.url(), folder, size, None).await
    }

    /// The browser host at any server, with Chromium's own tools at a port where one is given.
    pub async fn browser_at(url: &str, folder: &Path, size: (u32, u32), tools: Option<u16>) -> Self {
        let mut host = Command::new("dbus-run-session");
        host.args(["--", "sh", "-c", &format!("{WITH_KEYRING} exec \"$0\" \"$@\"")]).arg(program("browser-host"));
        host.arg("--server").arg(url).arg("--data").arg(folder.join("cache"));
        host.arg("--dist").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist")).env("RUST_LOG", "error");
        host.env("XDG_DATA_HOME", folder.join("data")).env("XDG_RUNTIME_DIR", folder);
        let mut host = host.stdout(Stdio::piped()).process_group(0).spawn().expect("the host starts");
        let stdout = host.stdout.take().expect("piped");
        let line = tokio::task::spawn_blocking(move || BufReader::new(stdout).lines().next()).await.expect("reads");
        let line = line.expect("a line").expect("text");
        let driven = chromium_watched(&folder.join("profile"), size, 1, tools).await;
        driven.page.goto(line.trim_start_matches("open ")).await.expect("opens");
        Self { driven, program: Some(host) }
    }

    /// The window.
    pub async fn window(running: &Running, folder: &Path) -> Self {
        let driven = window(&program("indowater"), folder, &running.url()).await;
        Self { driven, program: None }
    }

    /// A window that is driven already.
    pub fn of(driven: Driven) -> Self {
        Self { driven, program: None }
    }

    /// Ends the page and the host.
    pub async fn end(self) {
        self.driven.end().await;
        if let Some(mut program) = self.program {
            // The host is in a group with its bus and its keyring.
            let _ = Command::new("kill").args(["--", &format!("-{}", program.id())]).status();
            let _ = program.wait();
        }
    }
}

/// Signs a user of the world in by the form.
pub async fn sign_in(host: &Host, name: &str) {
    sign_in_as(host, &email(name), PASSWORD).await;
}

/// Signs anybody in by the form.
pub async fn sign_in_as(host: &Host, email: &str, password: &str) {
    fill(host, "email", email).await;
    fill(host, "password", password).await;
    press(&host.driven.page, "button[type=submit]").await;
}
