//! Pemeliharaan in real browsers: a schedule is made by its form and announces work, the work is moved by keys and back, a day off and an address of a
//! calendar are made; each page in its themes.

use domain::TimeZone;
use fantoccini::Client as Page;
use sync_server::core::now;
use tests::axe::in_themes;
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::steps::{choose, confirm, go, press_in, set};
use tests::world::World;

/// What axe finds in each theme.
pub async fn findings(page: &Page, what: &str) -> Vec<String> {
    in_themes(page, &format!("maintenance-{what}"), &["light", "dark", "sunlight"]).await
}

/// Makes a schedule that announces work at both meters each day.
pub async fn schedule(page: &Page, size: &str) {
    go(page, "pemeliharaan/jadwal").await;
    press_in(page, ".maintenance", "Buat jadwal").await;
    set(page, "#schedule-name", "Inspeksi harian").await;
    choose(page, "[data-of=shape] select", "daily").await;
    until(page, "what it would do", "document.querySelectorAll('[data-rule-day]').length === 12").await;
    assert_eq!(findings(page, &format!("form-{size}")).await, Vec::<String>::new());
    picture(page, &format!("schedule-form-{size}")).await;
    press(page, "#schedule-form [type=submit]").await;
    until(page, "the schedule", "!!document.querySelector('[data-schedule=\"Inspeksi harian\"]')").await;
    assert_eq!(findings(page, &format!("schedules-{size}")).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_make_a_schedule_whose_work_is_moved_by_keys_and_back() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the first page", "document.querySelector('.summary-page')").await;
    schedule(page, "desktop").await;
    // The month that has a day of the week to come, and all of that day's week: on the last days of a month its own weeks may end today.
    let (year, month, day) = TimeZone::Jakarta.day_of(now()).plus(6).ymd();
    go(page, &format!("pemeliharaan?hari={year:04}-{month:02}-{day:02}")).await;
    until(page, "its work", "document.querySelectorAll('.month-work[data-state=scheduled]').length > 2").await;
    assert_eq!(findings(page, "month").await, Vec::<String>::new());
    picture(page, "maintenance-month").await;
    let first = "[...document.querySelectorAll('.month-work[data-state=scheduled]')][0]";
    let day = format!("{first}.closest('td').dataset.day");
    let name = until(page, "an order", &format!("{first}.id")).await.as_str().expect("a name").to_owned();
    let was = until(page, "its day", &day).await.as_str().expect("a day").parse::<i64>().expect("a number");
    let cell = format!("Number(document.getElementById({name:?})?.closest('td')?.dataset.day ?? 0)");
    let shift = |key: &str| {
        format!(
            "const one = document.getElementById({name:?}); one.focus(); \
             one.dispatchEvent(new KeyboardEvent('keydown', {{ key: {key:?}, shiftKey: true, bubbles: true, cancelable: true }}))"
        )
    };
    page.execute(&shift("ArrowDown"), vec![]).await.expect("moved");
    until(page, "what was moved", "!!document.querySelector('[data-moved]')").await;
    // A day shows three orders: the moved one may stand behind the others, and is on its day in any case.
    until(page, "that it is gone from its day", &format!("{cell} !== {was}")).await;
    press_in(page, "[data-moved]", "Urungkan").await;
    until(page, "that it is back", &format!("{cell} === {was} && !document.querySelector('[data-moved]')")).await;
    press(page, &format!("#{name}")).await;
    until(page, "the dialog", "!!document.querySelector('#move-day')").await;
    assert_eq!(findings(page, "move").await, Vec::<String>::new());
    press_in(page, ".dialog", "Tunjuk teknisi").await;
    until(page, "the other dialog", "!!document.querySelector('#assign-form')").await;
    assert_eq!(findings(page, "assign").await, Vec::<String>::new());
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_set_a_day_off_and_make_and_revoke_a_calendar() {
    let running = World::new().start().await;
    for (size, width, height) in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "admin").await;
        until(page, "the first page", "document.querySelector('.summary-page')").await;
        go(page, "pemeliharaan").await;
        until(page, "the calendar", "!!document.querySelector('.maintenance .empty, .maintenance .month, .maintenance .agenda')")
            .await;
        assert_eq!(findings(page, &format!("calendar-{size}")).await, Vec::<String>::new());

        go(page, "pemeliharaan/libur").await;
        until(page, "the days of the decree", "document.querySelectorAll('[data-holiday]').length > 5").await;
        assert_eq!(findings(page, &format!("holidays-{size}")).await, Vec::<String>::new());
        let before = until(page, "how many", "String(document.querySelectorAll('[data-kind=local]').length)").await;
        press_in(page, ".maintenance", "Tambah hari libur").await;
        // The year that the page shows is Indonesia's, which begins before that of a browser in UTC.
        let (year, ..) = TimeZone::Jakarta.day_of(now()).ymd();
        set(page, "#holiday-day", &format!("{year}-07-{}", if size == "phone" { "07" } else { "08" })).await;
        set(page, "#holiday-name", "Hari jadi kota").await;
        choose(page, "#holiday-form [data-of=kind] select", "local").await;
        assert_eq!(findings(page, &format!("holiday-form-{size}")).await, Vec::<String>::new());
        press(page, "#holiday-form [type=submit]").await;
        let more = format!("String(document.querySelectorAll('[data-kind=local]').length) !== {before}");
        until(page, "the day", &more).await;

        go(page, "pemeliharaan/langganan").await;
        press_in(page, ".maintenance", "Buat langganan").await;
        set(page, "#feed-name", "Ponsel Budi").await;
        press(page, "#feed-form [type=submit]").await;
        let address = until(page, "the address", "document.querySelector('#feed-address')?.value").await;
        let address = address.as_str().expect("an address").to_owned();
        assert!(address.starts_with(&format!("{}/calendar/", running.url())), "{address}");
        assert_eq!(findings(page, &format!("feed-{size}")).await, Vec::<String>::new());
        assert!(reqwest::get(&address).await.expect("an answer").status().is_success());
        confirm(page, "Tutup").await;
        press_in(page, "[data-feed=\"Ponsel Budi\"]", "Cabut").await;
        confirm(page, "Cabut").await;
        until(page, "that it is gone", "!document.querySelector('[data-feed=\"Ponsel Budi\"]')").await;
        assert_eq!(reqwest::get(&address).await.expect("an answer").status().as_u16(), 404);
        host.end().await;
    }
    running.server.stop().await;
}
