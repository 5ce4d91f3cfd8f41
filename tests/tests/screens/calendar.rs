//! Pemeliharaan's calendar by week and by technician in real browsers: work is given to a technician by keys and by dragging and taken back, leave is
//! entered and warned of, and the form stays in the address; each in its themes, on a desktop and on a phone.

use crate::maintenance::{findings, schedule};
use fantoccini::Client as Page;
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::steps::{go, press_in, set};
use tests::world::{Running, World};

/// An admin's page, with work at both meters each day.
async fn planned(running: &Running, folder: &std::path::Path, (width, height): (u32, u32), size: &str) -> Host {
    let host = Host::browser_of(running, folder, (width, height)).await;
    sign_in(&host, "admin").await;
    until(&host.driven.page, "the first page", "document.querySelector('.summary-page')").await;
    if size == "desktop" {
        schedule(&host.driven.page, "calendar").await;
    }
    host
}

/// A day of next week: it has working days, whichever day it is today.
async fn next_week(page: &Page) -> String {
    day(page, 7).await
}

/// The day so many days from now, as a field takes it.
async fn day(page: &Page, ahead: i32) -> String {
    let script = format!("new Date(Date.now() + {ahead} * 86400000).toISOString().slice(0, 10)");
    until(page, "a day", &script).await.as_str().expect("a day").to_owned()
}

/// Enters a leave of the technician that covers next week.
async fn leave(page: &Page) {
    go(page, "pemeliharaan/cuti").await;
    until(page, "that there is none", "!!document.querySelector('.maintenance .empty')").await;
    assert_eq!(findings(page, "leave-none").await, Vec::<String>::new());
    press_in(page, ".maintenance .page-head", "Catat cuti").await;
    for (field, ahead) in [("#leave-from", -2), ("#leave-until", 20)] {
        let day = day(page, ahead).await;
        set(page, field, &day).await;
    }
    assert_eq!(findings(page, "leave-form").await, Vec::<String>::new());
    press(page, "#leave-form [type=submit]").await;
    until(page, "the leave", "!!document.querySelector('[data-leave]')").await;
    assert_eq!(findings(page, "leave").await, Vec::<String>::new());
    picture(page, "maintenance-leave").await;
}

/// In whose row an order is; nothing while it is nowhere.
fn lane_of(name: &str) -> String {
    format!("document.getElementById({name:?})?.closest('tr')?.dataset.lane")
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_give_work_to_a_technician_by_keys_and_by_dragging_and_warn_of_leave() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = planned(&running, folder.path(), (1_440, 900), "desktop").await;
    let page = &host.driven.page;
    leave(page).await;
    let next = next_week(page).await;
    go(page, &format!("pemeliharaan?bentuk=minggu&hari={next}")).await;
    until(page, "the week", "!!document.querySelector('.one-week .month-work[data-state=scheduled]')").await;
    assert_eq!(findings(page, "week").await, Vec::<String>::new());
    picture(page, "maintenance-week").await;

    press_in(page, ".month-way", "Teknisi").await;
    until(page, "the rows", "document.querySelectorAll('.lanes [data-lane]').length > 1").await;
    until(page, "the form in the address", "location.hash.includes('bentuk=teknisi')").await;
    assert_eq!(findings(page, "lanes").await, Vec::<String>::new());
    picture(page, "maintenance-lanes").await;
    // The technician works in the first meter's zone and nowhere else.
    let serial = running.world.meters[0].serial.to_string();
    let first = format!("document.querySelector('[data-lane=nobody] .month-work[data-state=scheduled][data-serial={serial:?}]')");
    let name = until(page, "an order", &format!("{first}?.id")).await.as_str().expect("a name").to_owned();
    let down = format!(
        "const one = document.getElementById({name:?}); one.focus(); \
         one.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'ArrowDown', shiftKey: true, bubbles: true, cancelable: true }}))"
    );
    page.execute(&down, vec![]).await.expect("given");
    until(page, "that somebody has it", &format!("(({}) ?? 'nobody') !== 'nobody'", lane_of(&name))).await;
    until(page, "the warning", "!!document.querySelector('[data-moved] [data-warning=on_leave]')").await;
    until(page, "the mark", &format!("document.getElementById({name:?}).dataset.warned === 'true'")).await;
    press_in(page, "[data-moved]", "Urungkan").await;
    until(page, "that it is nobody's again", &format!("{} === 'nobody'", lane_of(&name))).await;

    let drag = format!(
        "const one = document.getElementById({name:?}); const day = one.closest('td').dataset.day; \
         const to = document.querySelector(`[data-lane]:not([data-lane=nobody]) td[data-day=\"${{day}}\"]`); \
         const event = (kind) => new DragEvent(kind, {{ bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }}); \
         one.dispatchEvent(event('dragstart')); to.dispatchEvent(event('dragover')); to.dispatchEvent(event('drop'))"
    );
    page.execute(&drag, vec![]).await.expect("dragged");
    until(page, "that somebody has it", &format!("(({}) ?? 'nobody') !== 'nobody'", lane_of(&name))).await;
    press(page, "[data-lane]:not([data-lane=nobody]) td .month-more").await;
    until(page, "the technician's day", "location.hash.includes('teknisi=') && !!document.querySelector('.day-list .leave')")
        .await;
    assert_eq!(findings(page, "lane-day").await, Vec::<String>::new());
    host.end().await;

    // A phone has the same as lists.
    let folder = tempfile::tempdir().expect("a folder");
    let host = planned(&running, folder.path(), (390, 844), "phone").await;
    let page = &host.driven.page;
    for (form, there) in [("minggu", ".agenda .month-work"), ("teknisi", "[data-lane] .agenda .month-work")] {
        let next = next_week(page).await;
        go(page, &format!("pemeliharaan?bentuk={form}&hari={next}")).await;
        until(page, form, &format!("!!document.querySelector({there:?})")).await;
        assert_eq!(findings(page, &format!("{form}-phone")).await, Vec::<String>::new());
        picture(page, &format!("maintenance-{form}-phone")).await;
    }
    host.end().await;
    running.server.stop().await;
}
