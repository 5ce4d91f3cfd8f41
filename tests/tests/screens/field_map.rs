//! Peta of a technician in a real browser, with the server gone: meters and today's work on the map and in words, a meter that is opened by the
//! keys, and where the device is, which a platform may refuse.

use crate::map::{EAST, WEST, focus_map, place};
use fantoccini::Client as Page;
use fantoccini::key::Key;
use sync_server::core::now;
use tests::axe::in_themes;
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::keys::{press as keys, run};
use tests::work::announce;
use tests::world::{Running, World};

/// Makes the browser's platform answer as one would that refuses, or that knows where it is.
async fn platform(page: &Page, answer: &str) {
    let script = format!(
        "Object.defineProperty(navigator, 'geolocation', {{ configurable: true, value: {{ \
         watchPosition: (found, failed) => (setTimeout(() => {{ {answer} }}), 1), clearWatch: () => {{}} }} }})"
    );
    run(page, &script).await;
}

async fn own_place(page: &Page) {
    platform(page, "failed({ code: 1 })").await;
    press(page, "#own-place").await;
    let said = "document.querySelector('.own-place [role=status]').innerText";
    until(page, "that it is refused, and what to do", &format!("{said}.includes('Izinkan lokasi')")).await;
    platform(page, "found({ coords: { latitude: -6.9174, longitude: 107.6191, accuracy: 12.4 } })").await;
    press(page, "#own-place").await;
    until(page, "how exactly it is known", &format!("{said}.includes('12\\u00a0m')")).await;
    until(page, "how far the work is", "/\\d+\\u00a0m/.test(document.querySelector('[data-job]').innerText)").await;
    assert_eq!(in_themes(page, "field-map", &["light", "dark", "sunlight"]).await, Vec::<String>::new());
    picture(page, "field-map").await;
    press(page, "#own-place").await;
    until(page, "that nobody watches", "document.querySelector('#own-place').getAttribute('aria-pressed') === 'false'").await;
}

/// The map shows the meter of the technician's zone, and not that of another one, with today's work at it.
async fn map(page: &Page) {
    run(page, "document.documentElement.dataset.motion = 'still'").await;
    press(page, ".tabs a[href=\"#/peta\"]").await;
    focus_map(page, "field-map").await;
    until(page, "their meter", "document.body.innerText.includes('1 dari 1 meter dalam tampilan')").await;
    until(page, "today's work", "document.querySelectorAll('[data-job]').length === 1").await;
}

/// A meter is looked at by its work's button, and opened by the keys.
async fn opened(page: &Page) {
    // So near that the two are no group.
    for _ in 0..3 {
        press(page, "[aria-label=Perbesar]").await;
    }
    press(page, "[data-job] button").await;
    focus_map(page, "field-map").await;
    keys(page, &[Key::Right, Key::Left]).await;
    until(page, "it in the middle", "document.body.innerText.includes('di tengah: WM-TEST-A')").await;
    keys(page, &[Key::Enter]).await;
    until(page, "its page", "document.querySelector('#record') && location.hash.startsWith('#/meter/')").await;
    until(page, "its work", "document.querySelector('[data-work][data-state=scheduled]')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_a_technician_the_map_of_their_zones_and_todays_work_offline() {
    let running = World::new().start().await;
    place(&running, 0, ("", WEST)).await;
    place(&running, 1, ("", EAST)).await;
    announce(&running, &running.world.meters[0], now()).await;
    announce(&running, &running.world.meters[1], now().plus(3 * 86_400_000)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (390, 844)).await;
    sign_in(&host, "technician").await;
    let page = &host.driven.page;
    until(page, "the work", "document.querySelectorAll('[data-work][data-state=scheduled]').length > 0").await;
    until(page, "the newest rows", "document.querySelector('.sync-mark[data-phase=sync-live]')").await;
    let Running { server, .. } = running;
    server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    map(page).await;
    own_place(page).await;
    opened(page).await;
    host.end().await;
}
