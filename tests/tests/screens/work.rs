//! Work at a meter in real browsers: an admin announces it, its technician begins and ends it, and the admin sees what it authorised and what it
//! did not; whose a case is, and whether customers are notified as well.

use fantoccini::Client as Page;
use sync_server::core::now;
use tests::axe::in_themes;
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::steps::{choose, confirm, go, press_found, press_in};
use tests::valve::Meter;
use tests::work::report;
use tests::world::{Running, World};

/// What axe says of the page in each theme.
async fn findings(page: &Page, what: &str) -> Vec<String> {
    in_themes(page, &format!("work-{what}"), &["light", "dark", "sunlight"]).await
}

/// Opens the panel of the first meter.
async fn open_meter(page: &Page) {
    go(page, "perangkat").await;
    let row = "[...document.querySelectorAll('tbody tr')].find((row) => row.innerText.includes('WM-TEST-A'))";
    press_found(page, "the meter", row).await;
}

/// An admin announces work at the first meter and says who is to do it.
async fn announce(page: &Page) {
    open_meter(page).await;
    press_in(page, ".work", "Umumkan pekerjaan").await;
    choose(page, "#work-form [data-of=technician] select", "technician").await;
    until(page, "when", "document.querySelector('#work-from')?.value.length >= 16").await;
    assert_eq!(findings(page, "announce").await, Vec::<String>::new());
    picture(page, "work-announce").await;
    press(page, "#work-form [type=submit]").await;
    until(
        page,
        "the work",
        "!document.querySelector('#work-form') && document.querySelector('.work [data-work][data-state=scheduled]')?.innerText.includes('technician')",
    )
    .await;
    assert_eq!(findings(page, "announced").await, Vec::<String>::new());
}

/// A technician takes the next step of the work, which the server then has.
async fn step(page: &Page, step: &str) {
    press(page, &format!("[data-step={step}]")).await;
    let height = until(page, "its question", &format!("document.querySelector('[data-send={step}]')?.offsetHeight")).await;
    assert!(height.as_f64().is_some_and(|height| height >= 56.0), "{height}");
    assert_eq!(findings(page, step).await, Vec::<String>::new());
    picture(page, step).await;
    press(page, &format!("[data-send={step}]")).await;
}

async fn begun_and_ended(admin: &Page, technician: &Page, running: &Running) {
    let mut meter = Meter::connect(running.server.mqtt, &running.world.meters[0]).await;
    step(technician, "work-begin").await;
    let said =
        "[...document.querySelectorAll('[data-work] p')].some((line) => /^Mulai .*technician$/.test(line.innerText.trim()))";
    until(technician, "that the server has it", said).await;
    report(&mut meter, "cover_open", now()).await;
    go(admin, "peringatan?bagian=riwayat").await;
    press(admin, "[data-case=cover_open][data-authorised=true] a").await;
    until(admin, "why", "document.querySelector('.case')?.innerText.includes('Mengapa diizinkan')").await;
    until(admin, "by whom", "document.querySelector('.case')?.innerText.includes('oleh technician')").await;
    assert_eq!(findings(admin, "authorised").await, Vec::<String>::new());
    go(admin, "peringatan").await;
    until(admin, "the open part", "document.querySelector('.alerts:not(.case)')").await;

    step(technician, "work-complete").await;
    until(technician, "nothing more to do", "!document.querySelector('[data-work]')").await;
    until(technician, "that it is sent", "document.querySelector('.sync-mark[data-unsent=\"0\"]')").await;
    open_meter(admin).await;
    until(admin, "that it is done", "document.querySelector('[data-work][data-state=completed]')").await;
    assert_eq!(findings(admin, "completed").await, Vec::<String>::new());
    report(&mut meter, "cover_open", now()).await;
    go(admin, "peringatan").await;
    until(admin, "the alert", "document.querySelector('[data-case=cover_open][data-state=detected]:not([data-authorised])')")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_announce_work_which_its_technician_does_and_which_authorises_an_open_cover() {
    let running = World::new().start().await;
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let desk = Host::browser_of(&running, one.path(), (1_440, 900)).await;
    sign_in(&desk, "admin").await;
    until(&desk.driven.page, "the first page", "document.querySelector('.summary-page')").await;
    announce(&desk.driven.page).await;
    let phone = Host::browser_of(&running, two.path(), (390, 844)).await;
    sign_in(&phone, "technician").await;
    until(&phone.driven.page, "the work", "document.querySelector('[data-work][data-state=scheduled]')").await;
    assert_eq!(findings(&phone.driven.page, "to-do").await, Vec::<String>::new());
    begun_and_ended(&desk.driven.page, &phone.driven.page, &running).await;
    desk.end().await;
    phone.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_cancel_work_before_it_is_done() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    announce(page).await;
    press_in(page, "[data-work]", "Batalkan pekerjaan").await;
    until(page, "the question", "document.querySelector('.dialog')").await;
    assert_eq!(findings(page, "cancel").await, Vec::<String>::new());
    confirm(page, "Batalkan pekerjaan").await;
    until(page, "that it is cancelled", "document.querySelector('[data-work][data-state=cancelled]')").await;
    until(page, "nothing more to cancel", "!document.querySelector('[data-work] button')").await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_take_a_case_find_it_among_ones_own_and_give_it_up() {
    let running = World::new().start().await;
    for device in &running.world.meters {
        report(&mut Meter::connect(running.server.mqtt, device).await, "cover_open", now()).await;
    }
    for (size, width, height) in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "admin").await;
        until(page, "the first page", "document.querySelector('.summary-page')").await;
        go(page, "peringatan").await;
        until(page, "both cases", "document.querySelectorAll('[data-case]').length === 2").await;
        press(page, "[data-case] a").await;
        press_in(page, ".case", "Saya tangani").await;
        until(page, "whose it is", "document.querySelector('[data-assigned=admin]')").await;
        assert_eq!(findings(page, &format!("taken-{size}")).await, Vec::<String>::new());
        go(page, "peringatan").await;
        press(page, "[data-mine]").await;
        until(page, "one's own", "location.hash.includes('milik=saya') && document.querySelectorAll('[data-case]').length === 1")
            .await;
        assert_eq!(findings(page, &format!("mine-{size}")).await, Vec::<String>::new());
        press(page, "[data-case] a").await;
        press_in(page, ".case", "Lepas").await;
        until(page, "that it is nobody's", "document.querySelector('[data-assigned=\"\"]')").await;
        go(page, "peringatan?milik=saya").await;
        press_in(page, "main", "Hapus filter").await;
        until(page, "both again", "document.querySelectorAll('[data-case]').length === 2").await;
        host.end().await;
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_set_whether_customers_are_notified_of_tampering() {
    let running = World::new().start().await;
    for (size, width, height) in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "admin").await;
        until(page, "the first page", "document.querySelector('.summary-page')").await;
        go(page, "pengaturan/dugaan").await;
        until(page, "as it is", "document.querySelector('[data-tampering-to-customers=false]')").await;
        assert_eq!(findings(page, &format!("policy-{size}")).await, Vec::<String>::new());
        press_in(page, ".case-settings", "Beri tahu pelanggan juga").await;
        until(page, "that they are", "document.querySelector('[data-tampering-to-customers=true]')").await;
        press_in(page, ".case-settings", "Jangan beri tahu pelanggan lagi").await;
        until(page, "that they are not", "document.querySelector('[data-tampering-to-customers=false]')").await;
        host.end().await;
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_set_the_rules_of_a_class_of_meters() {
    let running = World::new().start().await;
    for (size, width, height) in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "admin").await;
        until(page, "the first page", "document.querySelector('.summary-page')").await;
        go(page, "pengaturan/dugaan").await;
        until(page, "its class", "document.querySelector('[data-class=Uji]')?.textContent.includes('Seperti semua meter')").await;
        press_in(page, ".case-settings", "Ubah Uji").await;
        until(page, "its rules", "document.querySelector('.dialog [data-cause=burst] select')").await;
        assert_eq!(findings(page, &format!("class-rules-{size}")).await, Vec::<String>::new());
        choose(page, "[data-cause=burst] select", "off").await;
        choose(page, "[data-limit=silence] select", "7200").await;
        confirm(page, "Simpan aturan").await;
        until(
            page,
            "what is set",
            "document.querySelector('[data-class=Uji]')?.textContent.includes('1 aturan · diam setelah 2 jam')",
        )
        .await;
        press_in(page, ".case-settings", "Ubah Uji").await;
        until(page, "what was set", "document.querySelector('[data-cause=burst] select')?.value === 'off'").await;
        choose(page, "[data-cause=burst] select", "").await;
        choose(page, "[data-limit=silence] select", "").await;
        confirm(page, "Simpan aturan").await;
        until(page, "that nothing is", "document.querySelector('[data-class=Uji]')?.textContent.includes('Seperti semua meter')")
            .await;
        host.end().await;
    }
    running.server.stop().await;
}
