//! A customer chooses another time for a visit in a browser, on a phone and a desktop; one that cannot be moved says why.

use domain::TimeZone;
use domain::core::local_time::HOUR_MS;
use domain::maintenance::work_order::WorkKind;
use sync_server::core::now;
use tests::axe::in_themes;
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::steps::{confirm, go, press, press_found};
use tests::visits::announce;
use tests::world::World;

async fn at(size: (u32, u32), shot: &str) {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    let nine = |days| TimeZone::Jakarta.start_of(TimeZone::Jakarta.day_of(now()).plus(days)).plus(9 * HOUR_MS);
    announce(&running, WorkKind::Cleaning, &device, nine(5)).await;
    announce(&running, WorkKind::Repair, &device, nine(4)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), size).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    go(page, "beranda").await;
    until(page, "why not", "document.querySelector('[data-visit][data-state=fixed]')?.innerText.includes('Hubungi kantor')")
        .await;
    until(page, "how often", "document.querySelector('[data-visit][data-state=open]')?.innerText.includes('2 kali lagi')").await;
    // A phone shows the balance before the visits, a desktop has room for them above it.
    let top = |selector: &str| format!("document.querySelector('{selector}').getBoundingClientRect().top");
    let is_balance_first = format!("({} < {}) === {}", top(".hero"), top("[data-visit]"), size.0 < 905);
    until(page, "what comes first", &is_balance_first).await;
    let mut findings = in_themes(page, "kunjungan", &["light", "dark"]).await;
    press(page, "Pilih waktu lain").await;
    press_found(page, "a time", "[...document.querySelectorAll('.dialog input[name=visit-time]')].at(-1)").await;
    findings.extend(in_themes(page, "kunjungan-waktu", &["light", "dark"]).await);
    picture(page, &format!("{shot}-choose")).await;
    confirm(page, "Pindahkan kunjungan").await;
    until(page, "the new time", "document.querySelector('[data-visit][data-state=open]')?.innerText.includes('1 kali lagi')")
        .await;
    picture(page, &format!("{shot}-moved")).await;
    assert_eq!(findings, Vec::<String>::new());
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_let_a_customer_choose_another_time_for_a_visit_on_a_phone() {
    at((390, 844), "visit-phone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_let_a_customer_choose_another_time_for_a_visit_on_a_desktop() {
    at((1_440, 900), "visit-desktop").await;
}
