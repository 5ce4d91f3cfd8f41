//! What a machine needs: says what it does before it does it, is safe to repeat, asks nothing.

use crate::process::{Outcome, output, root, run_logged, target};
use crate::progress::quiet_step;
use crate::wasm;
use std::process::Command;

/// For building all programs, and for the screens in a browser.
const PACKAGES: &[&str] = &["build-essential", "pkg-config", "libssl-dev"];

/// For building the app and showing it in a window.
const APP_PACKAGES: &[&str] =
    &["libwebkit2gtk-4.1-dev", "libgtk-3-dev", "libayatana-appindicator3-dev", "librsvg2-dev", "libxdo-dev"];

/// For the tests that show no screens.
const TEST_PACKAGES: &[&str] =
    &["dbus", "gnome-keyring", "libreoffice-calc-nogui", "libsecret-tools", "mosquitto-clients", "poppler-utils"];

/// For the tests that show screens, in a window and in a browser.
const SCREENS_PACKAGES: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus-x11",
    "at-spi2-core",
    "chromium",
    "chromium-driver",
    "imagemagick",
    "dunst",
    "openbox",
    "wmctrl",
];

/// For checking the screens where rustup has no wasm.
const LINT_PACKAGES: &[&str] = &["rust-web-clippy"];

/// The peers of the benchmarks.
const PEERS: &[&str] = &["mosquitto", "postgresql-15"];

/// What the peers of the benchmark of reports draw with, and what counts their pages.
const REPORT_PACKAGES: &[&str] = &["libharfbuzz-subset0", "libpango-1.0-0", "libpangoft2-1.0-0", "poppler-utils"];

/// Installs the benchmarks' peers as well.
pub fn with_peers() -> Outcome {
    setup()?;
    packages(PEERS)?;
    spreadsheet_readers()?;
    report_writers()
}

/// Installs the peers of the benchmark of imports.
pub fn spreadsheet_readers() -> Outcome {
    python_peers("import", "spreadsheet-readers", "installing Python's readers of spreadsheets")
}

/// Installs the peers of the benchmark of reports, and what counts pages.
pub fn report_writers() -> Outcome {
    packages(REPORT_PACKAGES)?;
    python_peers("reports", "report-writers", "installing Python's writers of papers and workbooks")
}

/// Installs the peers of a benchmark, pinned, beside the benchmarks' other peers of PyPI.
fn python_peers(bench: &str, log: &str, step: &str) -> Outcome {
    let wanted = root().join("tests/src/bin/bench").join(bench).join("requirements.txt");
    let venv = target().join("bench/venv");
    let (there, pins) = (venv.join(format!(".{log}")), std::fs::read_to_string(&wanted)?);
    if std::fs::read_to_string(&there).is_ok_and(|installed| installed == pins) {
        return Ok(());
    }
    quiet_step(step, |_| {
        run_logged(Command::new("python3").args(["-m", "venv"]).arg(&venv), log)?;
        let mut pip = Command::new(venv.join("bin/pip"));
        run_logged(pip.args(["install", "-q", "--disable-pip-version-check", "-r"]).arg(&wanted), log)?;
        Ok(std::fs::write(&there, pins)?)
    })
}

/// Installs what programs without screens need.
pub fn for_programs() -> Outcome {
    packages(PACKAGES)
}

/// Installs what tests without screens need.
pub fn for_tests() -> Outcome {
    packages(&[PACKAGES, TEST_PACKAGES].concat())?;
    gateway_clients()?;
    calendar_peers()
}

/// Installs what the programs and the screens need; for the app's window more than for a browser.
pub fn for_screens(window: bool) -> Outcome {
    packages(&[PACKAGES, if window { APP_PACKAGES } else { &[] }].concat())?;
    wasm::install()?;
    assets()
}

/// Installs what the checks need beyond what is built.
pub fn for_lint() -> Outcome {
    packages(&[PACKAGES, APP_PACKAGES].concat())?;
    wasm::install()?;
    if wasm::path().is_some() { packages(LINT_PACKAGES) } else { Ok(()) }
}

/// Installs what is missing of everything.
pub fn setup() -> Outcome {
    packages(&[PACKAGES, APP_PACKAGES, TEST_PACKAGES, SCREENS_PACKAGES].concat())?;
    wasm::install()?;
    gateway_clients()?;
    calendar_peers()?;
    assets()
}

/// Installs what is missing of some of Debian's packages.
pub fn packages(names: &[&str]) -> Outcome {
    if output(Command::new("which").arg("apt-get")).is_empty() {
        println!("no apt-get here: see README.md for what this system needs");
        return Ok(());
    }
    let installed = output(Command::new("dpkg-query").args(["-W", "-f", "${Package} ${db:Status-Status}\n"]));
    let missing: Vec<&str> =
        names.iter().copied().filter(|name| !installed.lines().any(|line| line == format!("{name} installed"))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    quiet_step(&format!("installing {}", missing.join(" ")), |_| {
        let as_root = output(Command::new("id").arg("-u")) == "0";
        let apt = |arguments: &[&str]| {
            let mut command = if as_root { Command::new("apt-get") } else { Command::new("sudo") };
            if !as_root {
                command.args(["-n", "apt-get"]);
            }
            run_logged(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"), "packages")
        };
        apt(&["update", "-qq"])?;
        apt(&[&["install", "-y", "-qq", "--no-install-recommends"], missing.as_slice()].concat())
    })
}

/// Installs the payment gateway's own clients, which drive the stand-in in a test, and the mail server that tests send to.
fn gateway_clients() -> Outcome {
    test_peers("clients", "midtrans-clients", "installing the payment gateway's own clients and a mail server")
}

/// Installs what expands the same rules of days as the server does, and what reads its calendars.
pub fn calendar_peers() -> Outcome {
    test_peers("calendar", "calendar-peers", "installing readers of calendars")
}

/// Installs what a folder of the tests names of PyPI and npm under a folder of the target folder: pinned, with all that they need.
fn test_peers(of_tests: &str, name: &str, step: &str) -> Outcome {
    let (wanted, folder) = (root().join("tests").join(of_tests), target().join(name));
    let (there, files) = (folder.join(".installed"), ["requirements.txt", "package.json", "package-lock.json"]);
    let pins = files.iter().map(|file| std::fs::read_to_string(wanted.join(file))).collect::<Result<String, _>>()?;
    if std::fs::read_to_string(&there).is_ok_and(|installed| installed == pins) {
        return Ok(());
    }
    quiet_step(step, |_| {
        std::fs::create_dir_all(&folder)?;
        for file in files {
            std::fs::copy(wanted.join(file), folder.join(file))?;
        }
        let python = folder.join("python");
        run_logged(Command::new("python3").args(["-m", "venv"]).arg(&python), name)?;
        let mut pip = Command::new(python.join("bin/pip"));
        run_logged(pip.args(["install", "-q", "--disable-pip-version-check", "-r"]).arg(folder.join("requirements.txt")), name)?;
        let mut npm = Command::new("npm");
        run_logged(npm.args(["ci", "--no-progress", "--loglevel", "error", "--prefix"]).arg(&folder), name)?;
        Ok(std::fs::write(&there, pins)?)
    })
}

fn assets() -> Outcome {
    let folder = root().join("assets/npm");
    let (wanted, there) = (folder.join("package-lock.json"), folder.join("node_modules/.installed"));
    let lock = std::fs::read_to_string(&wanted)?;
    if std::fs::read_to_string(&there).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    quiet_step("fetching web assets with npm", |_| {
        let mut npm = Command::new("npm");
        run_logged(npm.args(["ci", "--no-progress", "--loglevel", "error", "--prefix"]).arg(&folder), "web-assets")?;
        Ok(std::fs::write(&there, lock)?)
    })
}
