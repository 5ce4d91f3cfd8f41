//! The health of meters in a real browser: the tile and the chip, why points are missing, what happened, and several cases taken up at once.

use fantoccini::Client as Page;
use serde_json::json;
use sync_server::core::now;
use tests::axe::in_themes;
use tests::cases::{fading, judge_health, report};
use tests::driver::{press, until};
use tests::host::{Host, sign_in};
use tests::steps::{choose, go, press_found};
use tests::world::{Running, World};

/// A world in which the first meter's battery fades and the other meter's clock is two hours ahead.
async fn begun() -> Running {
    let running = World::new().start().await;
    report(&running, &fading("WM-TEST-A")).await;
    let reading = |ahead: i64| json!({ "serial": "WM-TEST-B", "t": now().plus(ahead), "reg": 5_000_000, "bat": 90 });
    report(&running, &[reading(0), reading(2 * 3_600_000)]).await;
    judge_health(&running, now()).await;
    running
}

/// What axe says of the page in each theme.
async fn findings(page: &Page, what: &str) -> Vec<String> {
    in_themes(page, &format!("health-{what}"), &["light", "dark", "sunlight"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_which_meters_need_attention_and_why() {
    let running = begun().await;
    for (size, width, height) in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "admin").await;
        go(page, "perangkat").await;
        let tile = "[...document.querySelectorAll('.tiles .stat')].find((tile) => tile.innerText.includes('Perlu perhatian'))";
        until(page, "the tile", &format!("{tile}?.innerText.includes('2')")).await;
        press_found(page, "the tile", tile).await;
        until(page, "the filter", "location.hash.includes('saring=perhatian')").await;
        until(page, "its score", "Number(document.querySelector('[data-row=\"WM-TEST-A\"] [data-health]')?.dataset.health) < 80")
            .await;
        press(page, "[id^=meter-]").await;
        until(page, "why", "document.querySelector('[data-reason]')?.innerText.length > 10").await;
        until(page, "what happened", "document.querySelector('[data-happened=found] a')").await;
        assert_eq!(findings(page, size).await, Vec::<String>::new());
        host.end().await;
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_let_an_admin_take_up_several_cases_at_once() {
    let running = begun().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    go(page, "peringatan").await;
    until(page, "both cases", "document.querySelectorAll('[data-case][data-state=detected]').length === 2").await;
    until(
        page,
        "their meters",
        "[...document.querySelectorAll('[data-case]')].every((row) => row.innerText.includes('WM-TEST-'))",
    )
    .await;
    press(page, ".case-together [data-all]").await;
    until(page, "that both are picked", "document.querySelectorAll('.alert-row .tick input:checked').length === 2").await;
    assert_eq!(findings(page, "picked").await, Vec::<String>::new());
    press(page, ".case-together .button").await;
    until(page, "that both are taken up", "document.querySelectorAll('[data-case][data-state=investigating]').length === 2")
        .await;
    until(page, "that nothing is left to pick", "!document.querySelector('.case-together')").await;
    choose(page, "main select", "Timur").await;
    until(page, "the cases of one zone", "document.querySelectorAll('[data-case=clock_off]').length === 1").await;
    until(page, "no other", "document.querySelectorAll('[data-case]').length === 1").await;
    host.end().await;
    running.server.stop().await;
}
