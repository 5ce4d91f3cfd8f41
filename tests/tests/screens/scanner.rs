//! The camera in the app of a phone, in a browser with a double of the scanner plugin's commands: refused, allowed in the settings, seen through the page,
//! closed by Back, and read; on Pindai and in Ganti meter.

use crate::meter_swap::{last, next};
use fantoccini::Client as Page;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use tests::axe::in_themes;
use tests::driver::{press, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::steps::{fill, go, press_in};
use tests::world::{Running, World};

/// A phone's plugin as its version 2.5.3 answers on Android and iOS: it wants to be allowed, knows the formats that both systems know, has one camera, and a
/// scan that is cancelled is refused as such. `phone.sees` holds a code before it; `phone.user` is what its user will say.
const PHONE: &str = "
    const known = ['QR_CODE', 'UPC_E', 'EAN_8', 'EAN_13', 'CODE_39', 'CODE_93', 'CODE_128', 'ITF', 'AZTEC', 'DATA_MATRIX', 'PDF_417'];
    const phone = (window.phone = { camera: 'prompt', user: 'denied', asked: [], options: null, scan: null });
    const commands = {
      check_permissions: async () => ({ camera: phone.camera }),
      request_permissions: async () => ({ camera: (phone.camera = phone.camera === 'granted' ? 'granted' : phone.user) }),
      scan: (options) => new Promise((resolve, reject) => {
        phone.options = options;
        if (phone.camera !== 'granted') return reject({ message: 'Camera permission denied or not yet requested' });
        if (!options.formats.every((format) => known.includes(format))) return reject({ message: 'failed to parse the arguments' });
        phone.scan = { resolve, reject };
      }),
      cancel: async () => {
        phone.scan?.reject({ message: 'cancelled' });
        phone.scan = null;
        return null;
      },
      open_app_settings: async () => null,
    };
    phone.sees = (content) => {
      phone.scan.resolve({ content, format: 'CODE_128', bounds: '0 0 90 30' });
      phone.scan = null;
    };
    phone.count = (command) => phone.asked.filter((one) => one === command).length;
    const invoke = (name, options) => {
      const [plugin, command] = name.split('|');
      phone.asked.push(command);
      if (plugin === 'plugin:barcode-scanner' && Object.hasOwn(commands, command)) return commands[command](options);
      return Promise.reject(`Command ${name} not found`);
    };
    window.__TAURI__ = { core: { invoke }, barcodeScanner: {} };";

/// Whether the camera is seen through the page: what lies over it is all that is drawn, from edge to edge, and has the focus.
const IS_SEEN: &str = "(() => {
    const over = document.querySelector('.over-camera');
    if (!over || !window.phone.scan) return false;
    const { left, top, width, height } = over.getBoundingClientRect();
    const drawn = (one) => getComputedStyle(one).visibility === 'visible';
    const clear = (one) => getComputedStyle(one).backgroundColor === 'rgba(0, 0, 0, 0)';
    return left === 0 && top === 0 && width === document.documentElement.clientWidth && height === innerHeight
      && clear(document.documentElement) && clear(document.body) && clear(over) && drawn(over)
      && ![...document.querySelectorAll('h1, .tabs, #scan-serial, .dialog, .backdrop')].some(drawn)
      && document.activeElement === document.querySelector('[data-close-camera]') && document.activeElement.offsetHeight >= 56;
  })()";

/// Whether the page is as it was, and the plugin has no scan.
const IS_BACK: &str = "!document.querySelector('.over-camera') && !document.documentElement.hasAttribute('data-behind')
    && getComputedStyle(document.querySelector('h1')).visibility === 'visible' && !window.phone.scan";

/// A technician at *Pindai*, on a phone that has the plugin.
async fn phone(running: &Running, folder: &Path) -> Host {
    let host = Host::browser(running, folder).await;
    let page = &host.driven.page;
    sign_in(&host, "technician").await;
    until(page, "the meters", "document.querySelector('.meters a')").await;
    go(page, "pindai").await;
    until(page, "the page", "document.querySelector('#scan-serial')").await;
    run(page, PHONE).await;
    host
}

/// Not allowed, with what to do; then allowed in the settings of the phone.
async fn refused(page: &Page) {
    press(page, "button[data-camera]").await;
    until(page, "that it is refused", "document.querySelector('[data-scan=scan-refused]')").await;
    let asked = run(page, "return window.phone.asked.join(' ')").await;
    assert_eq!(asked, "check_permissions request_permissions", "nothing is scanned");
    assert_eq!(in_themes(page, "scanner-refused", &["light", "dark", "sunlight"]).await, Vec::<String>::new());
    press_in(page, ".scanner", "Buka pengaturan").await;
    until(page, "the settings", "window.phone.count('open_app_settings') === 1").await;
    run(page, "window.phone.camera = 'granted'").await;
    press_in(page, ".scanner", "Coba lagi").await;
    until(page, "the camera", IS_SEEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_on_a_phone_see_the_plugins_camera_through_the_page_and_back_closes_it() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = phone(&running, folder.path()).await;
    let page = &host.driven.page;
    refused(page).await;
    let options = run(page, "return JSON.stringify(window.phone.options)").await;
    let all = r#"{"formats":["QR_CODE","CODE_128","CODE_39","DATA_MATRIX","EAN_13"],"cameraDirection":"back","windowed":true}"#;
    assert_eq!(options, all);
    assert_eq!(in_themes(page, "scanner-behind", &["light", "dark", "sunlight"]).await, Vec::<String>::new());

    run(page, "history.back()").await;
    until(page, "that Back closes it", &format!("{IS_BACK} && window.phone.count('cancel') > 0")).await;
    until(page, "the page, without the camera", "location.hash === '#/pindai' && !document.querySelector('.scanner')").await;
    // One that was still being opened is closed once more.
    until(page, "that it is off", "window.phone.count('cancel') === 2").await;
    press(page, "button[data-camera]").await;
    until(page, "the camera again", IS_SEEN).await;
    press(page, "[data-close-camera]").await;
    until(page, "that it is closed", &format!("{IS_BACK} && document.querySelector('button[data-camera]')")).await;

    press(page, "button[data-camera]").await;
    until(page, "the camera once more", IS_SEEN).await;
    run(page, "window.phone.sees('https://example.com/a?b')").await;
    until(page, "that it is no serial number", &format!("{IS_BACK} && document.querySelector('[data-scan=scan-no-serial]')"))
        .await;
    press_in(page, ".scanner", "Coba lagi").await;
    until(page, "the camera for another code", IS_SEEN).await;
    run(page, "window.phone.sees('WM-TEST-A')").await;
    until(page, "its meter", "document.querySelector('#record') && document.querySelector('h1')?.innerText === 'WM-TEST-A'")
        .await;
    until(page, "the page as it was", IS_BACK).await;
    let after = run(page, "return window.phone.count('scan') + ' ' + window.phone.count('request_permissions')").await;
    assert_eq!(after, "4 1", "who has allowed it is not asked again");
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_on_a_phone_read_a_new_serial_in_a_swap_and_back_closes_only_the_camera() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = phone(&running, folder.path()).await;
    let page = &host.driven.page;
    run(page, "window.phone.user = 'granted'").await;
    fill(page, "scan-serial", "WM-TEST-A").await;
    press(page, "[data-find]").await;
    until(page, "the meter", "document.querySelector('#record') && document.querySelector('h1')?.innerText === 'WM-TEST-A'")
        .await;
    press(page, ".meter-page [data-swap]").await;
    last(page).await;
    press(page, ".dialog [data-camera]").await;
    until(page, "the camera", IS_SEEN).await;
    assert_eq!(in_themes(page, "scanner-swap", &["light", "dark", "sunlight"]).await, Vec::<String>::new());
    run(page, "history.back()").await;
    let step = "document.querySelector('#swap-form[data-step=serial]')";
    until(page, "the step, without the camera", &format!("{IS_BACK} && {step} && !document.querySelector('.scanner')")).await;
    press(page, ".dialog [data-camera]").await;
    until(page, "the camera again", IS_SEEN).await;
    run(page, "window.phone.sees('WM-BARU-2')").await;
    until(page, "what it saw", &format!("{IS_BACK} && document.querySelector('#swap-serial')?.value === 'WM-BARU-2'")).await;
    next(page, "serial").await;
    until(page, "the next step", "document.querySelector('#swap-form[data-step=first]')").await;
    host.end().await;
    running.server.stop().await;
}

/// What a file of the repository holds.
fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).expect("a file")
}

#[test]
fn a_phones_capability_has_the_commands_that_the_page_asks_and_no_others() {
    let script = file("assets/web/scan.js");
    let asked = script.split("ask(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let asked: BTreeSet<String> = asked.map(|command| format!("barcode-scanner:allow-{}", command.replace('_', "-"))).collect();
    let capability: Value = serde_json::from_str(&file("src-tauri/capabilities/phone.json")).expect("JSON");
    let permitted = capability["permissions"].as_array().expect("a list").iter().filter_map(Value::as_str);
    assert_eq!(permitted.map(str::to_owned).collect::<BTreeSet<_>>(), asked);
    assert_eq!(capability["platforms"], json!(["android", "iOS"]));
}

#[test]
fn the_reason_for_the_camera_that_an_iphone_shows_is_there() {
    let conf: Value = serde_json::from_str(&file("tauri.conf.json")).expect("JSON");
    let reasons = file(conf["bundle"]["iOS"]["infoPlist"].as_str().expect("a path"));
    let reason =
        reasons.split("<key>NSCameraUsageDescription</key>").nth(1).and_then(|rest| rest.trim().strip_prefix("<string>"));
    assert!(reason.is_some_and(|reason| !reason.starts_with('<')), "{reasons}");
}
