//! Ganti meter from end to end in a browser with no server, by a work order; and Pindai, typed and by a camera that is refused, missing or there.

use domain::WorkOrderId;
use domain::maintenance::work_order::WorkKind;
use fantoccini::Client as Page;
use std::path::Path;
use sync_server::config::Config;
use sync_server::core::now;
use sync_server::server::Server;
use tests::axe::in_themes;
use tests::driver::{picture, press, text, until};
use tests::field::database;
use tests::host::{Host, sign_in};
use tests::steps::{attach, fill, go, press_in};
use tests::work::{plan_of, say};
use tests::world::{Running, World};
use uuid::Uuid;

/// A browser that reads codes, and a camera that is not allowed.
const REFUSED: &str =
    "window.BarcodeDetector = class { static async getSupportedFormats() { return ['qr_code'] } async detect() { return [] } };
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError') }";

/// The same with a camera that sees a label.
const SEES: &str = "window.BarcodeDetector = class { static async getSupportedFormats() { return ['qr_code'] }
      async detect() { return [{ rawValue: 'WM-BARU-1' }] } };
    navigator.mediaDevices.getUserMedia = async () => new MediaStream()";

/// A browser that reads no codes.
const MISSING: &str = "delete window.BarcodeDetector";

async fn run(page: &Page, script: &str) {
    page.execute(script, vec![]).await.expect("runs");
}

/// What axe says of the page in each theme.
async fn findings(page: &Page, what: &str) -> Vec<String> {
    in_themes(page, &format!("swap-{what}"), &["light", "dark", "sunlight"]).await
}

/// Waits for a step of the swap, whose button a glove can press.
async fn at_step(page: &Page, step: &str) {
    until(page, step, &format!("document.querySelector('#swap-form[data-step={step}]')")).await;
    let height = format!("document.querySelector('[data-next={step}]').offsetHeight");
    let height = until(page, "its button", &height).await;
    assert!(height.as_f64().is_some_and(|height| height >= 56.0), "{height}");
    assert_eq!(findings(page, step).await, Vec::<String>::new());
}

/// Goes on from a step.
pub async fn next(page: &Page, step: &str) {
    press(page, &format!("[data-next={step}]")).await;
}

/// The final register with its picture; nothing goes on without either.
pub async fn last(page: &Page) {
    at_step(page, "last").await;
    next(page, "last").await;
    until(page, "what is missing", "document.querySelectorAll('.dialog .faults a').length === 2").await;
    fill(page, "swap-last", "00000,140").await;
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/demo/meter.jpg").canonicalize().expect("a picture");
    attach(page, "photo", &photo).await;
    until(page, "the picture", "document.querySelector('.dialog .preview img')?.naturalWidth > 0").await;
    next(page, "last").await;
}

/// The new serial number: by a camera that is refused, then by one that is not.
async fn serial(page: &Page) {
    at_step(page, "serial").await;
    fill(page, "swap-serial", "WM-TEST-A").await;
    next(page, "serial").await;
    until(page, "that it is the old one", "document.querySelector('#swap-serial[aria-invalid=true]')").await;
    run(page, REFUSED).await;
    press(page, ".dialog [data-camera]").await;
    until(page, "that it is refused", "document.querySelector('[data-scan=scan-refused]')").await;
    assert_eq!(findings(page, "refused").await, Vec::<String>::new());
    run(page, SEES).await;
    press_in(page, ".scanner", "Coba lagi").await;
    until(
        page,
        "what it saw",
        "document.querySelector('#swap-serial')?.value === 'WM-BARU-1' && !document.querySelector('.scanner')",
    )
    .await;
    next(page, "serial").await;
}

/// The other steps, to the end.
async fn the_rest(page: &Page) {
    at_step(page, "first").await;
    fill(page, "swap-first", "00000,007").await;
    next(page, "first").await;
    at_step(page, "seals").await;
    fill(page, "swap-new-seal", "S-200").await;
    next(page, "seals").await;
    at_step(page, "check").await;
    let said = text(page).await;
    for words in ["WM-TEST-A", "WM-BARU-1", "0,140\u{a0}m³ · dengan foto", "0,007\u{a0}m³", "S-200", "ikut selesai"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    next(page, "check").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_technician_swaps_a_meter_offline_by_an_order_and_finds_the_new_one() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let order = WorkOrderId(Uuid::now_v7());
    say(&running, "admin", plan_of(WorkKind::Replacement, order, &running.world.meters[0], now())).await;
    let folder = tempfile::tempdir().expect("a folder");
    let tablet = Host::browser(&running, folder.path()).await;
    let page = &tablet.driven.page;
    sign_in(&tablet, "technician").await;
    until(page, "the order", "document.querySelector('[data-work] [data-swap]')").await;
    let Running { world, server } = running;
    server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    press(page, "[data-work] [data-swap]").await;
    last(page).await;
    serial(page).await;
    the_rest(page).await;
    until(page, "two that wait", "document.querySelector('.sync-mark[data-unsent=\"2\"]')").await;
    until(page, "that it is kept", "document.querySelector('[data-swapped=true]')").await;
    next(page, "done").await;
    // Its checklist asks for more than the swap.
    until(
        page,
        "work that goes on",
        "!document.querySelector('.dialog') && document.querySelector('[data-work][data-stage=in_progress]')",
    )
    .await;
    go(page, "antrean").await;
    until(page, "what waits, in words", "document.body.innerText.includes('Ganti meter · WM-TEST-A')").await;
    until(page, "the new meter", "document.querySelector('.outbox')?.innerText.includes('Meter baru WM-BARU-1')").await;
    assert_eq!(findings(page, "queue").await, Vec::<String>::new());

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    until(page, "an empty outbox", "document.querySelector('.sync-mark[data-unsent=\"0\"][data-phase=sync-live]')").await;
    let entered = "SELECT COUNT(*) FROM meter_swap s JOIN work_order o ON o.id = s.work_order
        WHERE s.new_meter IS NOT NULL AND s.review = '' AND o.begun_at IS NOT NULL AND o.completed_at IS NULL";
    let counted: i64 = database(&running.world).query_row(entered, [], |row| row.get(0)).expect("a number");
    assert_eq!(counted, 1);
    go(page, "pindai").await;
    fill(page, "scan-serial", "wm-baru-1").await;
    press(page, "[data-find]").await;
    until(
        page,
        "the new meter's page",
        "location.hash.startsWith('#/meter/') && document.querySelector('h1')?.innerText === 'WM-BARU-1'",
    )
    .await;
    until(page, "the swap", "document.querySelector('[data-swap-of=\"WM-BARU-1\"][data-entered=true]')").await;
    assert_eq!(findings(page, "new").await, Vec::<String>::new());
    picture(page, "swap-new-meter").await;
    tablet.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_scan_leads_to_a_meter_and_says_what_to_do_where_it_cannot() {
    let running = World::new().start().await;
    for (size, width, height) in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "technician").await;
        until(page, "the meters", "document.querySelector('.meters a')").await;
        go(page, "pindai").await;
        until(page, "the page", "document.querySelector('#scan-serial')").await;
        assert_eq!(findings(page, &format!("scan-{size}")).await, Vec::<String>::new());
        press(page, "[data-find]").await;
        until(page, "that nothing is typed", "document.querySelector('#scan-serial[aria-invalid=true]')").await;
        run(page, MISSING).await;
        press(page, "[data-camera]").await;
        until(page, "that nothing here reads codes", "document.querySelector('[data-scan=scan-missing]')").await;
        assert_eq!(findings(page, &format!("scan-missing-{size}")).await, Vec::<String>::new());
        // A meter of another zone is as none.
        fill(page, "scan-serial", "WM-TEST-B").await;
        press(page, "[data-find]").await;
        until(page, "that it is not there", "document.querySelector('[data-none=\"WM-TEST-B\"] a')").await;
        assert_eq!(findings(page, &format!("scan-none-{size}")).await, Vec::<String>::new());
        fill(page, "scan-serial", "WM-TEST-A").await;
        press(page, "[data-find]").await;
        until(page, "its page", "document.querySelector('#record') && document.querySelector('h1')?.innerText === 'WM-TEST-A'")
            .await;
        press(page, ".meter-page [data-swap]").await;
        until(page, "the steps", "document.querySelector('#swap-form[data-step=last]')").await;
        assert_eq!(findings(page, &format!("scan-swap-{size}")).await, Vec::<String>::new());
        host.end().await;
    }
    running.server.stop().await;
}
