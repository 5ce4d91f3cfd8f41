//! A browser or a window, driven through WebDriver: the same scenarios run in both.

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A driver and what it drives; both end with it.
pub struct Driven {
    /// To drive with.
    pub page: Client,
    driver: Child,
}

impl Driven {
    /// Ends the page, then the driver.
    pub async fn end(mut self) {
        // A page that has gone away already is as ended.
        let _ = self.page.clone().close().await;
        // What the driver started is in its group, and ends with it.
        let _ = Command::new("kill").args(["--", &format!("-{}", self.driver.id())]).status();
        let _ = self.driver.wait();
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

async fn connect(mut driver: Command, port: u16, capabilities: Capabilities) -> Driven {
    let driver = driver.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().expect("the driver is installed");
    let until = Instant::now() + Duration::from_secs(20);
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(Instant::now() < until, "the driver does not listen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let connector = fantoccini_connector();
    let address = format!("http://127.0.0.1:{port}");
    let mut builder = ClientBuilder::new(connector);
    let session = tokio::time::timeout(Duration::from_secs(60), builder.capabilities(capabilities).connect(&address)).await;
    Driven { page: session.expect("a session within a minute").expect("a session"), driver }
}

fn fantoccini_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

/// A headless Chromium of that size in CSS pixels.
pub async fn chromium(profile: &Path, width: u32, height: u32, scale: u32) -> Driven {
    chromium_watched(profile, (width, height), scale, None).await
}

/// The same, with its own tools at a port, if one is given, for whoever wants a trace.
pub async fn chromium_watched(profile: &Path, (width, height): (u32, u32), scale: u32, tools: Option<u16>) -> Driven {
    let port = free_port();
    let mut driver = Command::new("chromedriver");
    driver.arg(format!("--port={port}"));
    let mut arguments: Vec<String> = vec![
        "--headless".into(),
        "--no-sandbox".into(),
        "--disable-gpu".into(),
        "--disable-quic".into(),
        "--no-first-run".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--disable-sync".into(),
        "--hide-scrollbars".into(),
        format!("--force-device-scale-factor={scale}"),
        format!("--window-size={width},{height}"),
        format!("--user-data-dir={}", profile.display()),
    ];
    arguments.extend(tools.map(|port| format!("--remote-debugging-port={port}")));
    let mut options = serde_json::json!({ "args": arguments });
    let is_phone = width < 600;
    // The page itself has this size; a window's would be less by the browser's own frame.
    options["mobileEmulation"] = serde_json::json!({
        "deviceMetrics": { "width": width, "height": height, "pixelRatio": scale, "mobile": is_phone, "touch": is_phone }
    });
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".into(), options);
    connect(driver, port, capabilities).await
}

/// What a shell in a session bus of its own does first: a keyring, unlocked as a desktop's is after signing in. It is waited for, because
/// whoever asks before it is there makes the bus start another one, which is locked.
pub const WITH_KEYRING: &str = "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets > /dev/null; \
    until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
    string:org.freedesktop.secrets | grep -q true; do sleep 0.02; done;";

/// The app in its own window, on a display of its own if there is none.
pub async fn window(app: &Path, data: &Path, server: &str) -> Driven {
    let port = free_port();
    let mut driver = Command::new("dbus-run-session");
    let session = format!("{WITH_KEYRING} exec xvfb-run -a -s '-screen 0 1440x900x24' WebKitWebDriver --port=$0");
    driver.args(["--", "sh", "-c", &session, &port.to_string()]);
    driver.env("TAURI_WEBVIEW_AUTOMATION", "true").env("INDOWATER_DATA_DIR", data).env("INDOWATER_SERVER", server);
    for (name, folder) in [("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")] {
        // The keyring makes its own folder, but not the ones above it.
        std::fs::create_dir_all(data.join(folder)).expect("a folder");
        driver.env(name, data.join(folder));
    }
    // Its downloads are its own as well.
    let downloads = data.join("downloads");
    std::fs::create_dir_all(&downloads).expect("a folder");
    let places = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", downloads.display());
    std::fs::write(data.join("config/user-dirs.dirs"), places).expect("written");
    begin(driver, port, app).await
}

/// The app in its own window, on a display and a bus that are in the environment given.
pub async fn window_on(app: &Path, environment: &[(&str, String)]) -> Driven {
    let port = free_port();
    let mut driver = Command::new("WebKitWebDriver");
    driver.arg(format!("--port={port}")).envs(environment.iter().cloned()).env("TAURI_WEBVIEW_AUTOMATION", "true");
    begin(driver, port, app).await
}

async fn begin(driver: Command, port: u16, app: &Path) -> Driven {
    let mut capabilities = Capabilities::new();
    capabilities.insert("webkitgtk:browserOptions".into(), serde_json::json!({ "binary": app, "args": [] }));
    let driven = connect(driver, port, capabilities).await;
    // The first window after the machine started reads all of its engine from the disk, while other tests read theirs.
    until_within(&driven.page, "the first page", "document.querySelector('#main > *')", Duration::from_secs(60)).await;
    driven
}

/// Presses the first element of a selector, as soon as it is there and can be pressed.
pub async fn press(page: &Client, selector: &str) {
    let pressed = format!("((it) => it && !it.disabled && (it.click(), true))(document.querySelector({selector:?}))");
    until(page, selector, &pressed).await;
}

/// Waits until a script returns something true, and gives it.
pub async fn until(page: &Client, what: &str, script: &str) -> serde_json::Value {
    until_within(page, what, script, Duration::from_secs(20)).await
}

async fn until_within(page: &Client, what: &str, script: &str, limit: Duration) -> serde_json::Value {
    let end = Instant::now() + limit;
    loop {
        let value = page.execute(&format!("return ({script})"), vec![]).await;
        match value {
            Ok(value) if !value.is_null() && value != false && value != "" => return value,
            _ if Instant::now() > end => panic!("{what} did not come; the page says: {}", text(page).await),
            _ => tokio::time::sleep(Duration::from_millis(25)).await,
        }
    }
}

/// The page's text.
pub async fn text(page: &Client) -> String {
    let text = page.execute("return document.body.innerText", vec![]).await.unwrap_or_default();
    text.as_str().unwrap_or_default().to_owned()
}

/// Makes a picture for whoever wants one: in the folder that `INDOWATER_PICTURES` names.
pub async fn picture(page: &Client, name: &str) {
    if let Some(folder) = std::env::var_os("INDOWATER_PICTURES") {
        // A picture of a page half way between two states says nothing.
        tokio::time::sleep(Duration::from_millis(800)).await;
        let png = page.screenshot().await.expect("a picture");
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), png).expect("written");
    }
}
