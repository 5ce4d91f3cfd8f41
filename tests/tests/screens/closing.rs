//! Closing at a desk and on a phone: a day of cash is counted, a month is closed, corrected and reopened, and a settlement file is matched line by line;
//! nothing of it is done without the server.

use domain::billing::charging::Charged;
use domain::billing::ledger::Event;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{LocalMonth, Rupiah, TimeZone};
use protocol::sales::money::Purchase;
use rusqlite::OpenFlags;
use std::path::Path;
use sync_server::billing::ledger;
use sync_server::billing::ledger::TransferContext;
use sync_server::core::{Tx, now, open_connection, transact};
use sync_server::error::Error;
use tests::axe::in_themes;
use tests::driver::{picture, press as press_at, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::shop::{number, wanted};
use tests::steps::{answer_again, attach, confirm, fail, fill, go, press, shown};
use tests::world::{Running, World};

const FILE: &str = "ID Pesanan,ID Transaksi,Nominal,Biaya,Jumlah Bersih,Waktu Transaksi,Status\n\
    IW-uji-1,t-1,100000.00,700.00,99300.00,2026-11-01 08:00:00,settlement\n\
    IW-uji-2,t-2,50000.00,4000.00,46000.00,2026-11-01 09:00:00,settlement\n";

/// The month before the one that it is.
fn last_month() -> LocalMonth {
    LocalMonth(TimeZone::Jakarta.day_of(now()).month().0 - 1)
}

/// Posts an event of the first connection, for a month where it belongs to one.
fn post(tx: &mut Tx<'_>, event: &Event, month: Option<LocalMonth>) -> Result<(), Error> {
    let connection = tx.db.query_row("SELECT MIN(num) FROM connection", [], |row| row.get(0))?;
    let context = TransferContext { connection, at: tx.now, month, purchase: None, who: None, reason: "" };
    let key = format!("test:{}", tx.now.0);
    ledger::post_event(tx, &context, event, key).map(|_| ())
}

/// A server that has booked something last month, and cash today.
async fn town() -> Running {
    let world = World::new();
    let then = TimeZone::Jakarta.start_of(last_month().first_day()).plus(10 * DAY_MS + 10 * HOUR_MS);
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    transact(&mut db, then, |tx| post(tx, &Event::Adjustment(Rupiah(7_000)), None)).expect("posted");
    drop(db);
    let running = world.start().await;
    let admin = running.tokens("admin").await.access_token;
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &wanted(&running, 0, 50_000, None)).await;
    running
}

/// A part of Keuangan, as from another page.
async fn part(host: &Host, word: &str) {
    go(host, "ringkasan").await;
    until(&host.driven.page, "another page", "document.querySelector('.summary-page')").await;
    go(host, &format!("keuangan?bagian={word}")).await;
}

async fn no_fault(host: &Host, what: &str) {
    assert_eq!(in_themes(&host.driven.page, what, &["dark", "light"]).await, Vec::<String>::new());
}

/// A month whose days cannot be had is not shown with those of another one, and is left by the way to the next; to try again asks again.
async fn a_month_that_fails(host: &Host) {
    let page = &host.driven.page;
    part(host, "tutup-hari").await;
    until(page, "the open day", "document.querySelector('[data-cash-day]')").await;
    fail(host, "\"cash_days\"").await;
    press_at(page, "[aria-label='Bulan sebelumnya']").await;
    shown(host, "Data tidak bisa ditampilkan").await;
    until(page, "no day of another month", "!document.querySelector('[data-cash-day]')").await;
    press_at(page, "[aria-label='Bulan berikutnya']").await;
    shown(host, "Data tidak bisa ditampilkan").await;
    answer_again(host).await;
    press(host, "Coba lagi").await;
    until(page, "the open day again", "document.querySelector('[data-cash-day]')").await;
}

/// A line of a file that cannot be had is not all that there is.
async fn a_kind_of_line_that_fails(host: &Host) {
    let page = &host.driven.page;
    fail(host, "\"settlements\"").await;
    press_at(page, "[data-tile=missing_with_us]").await;
    shown(host, "Data tidak bisa ditampilkan").await;
    answer_again(host).await;
    press(host, "Hapus filter").await;
    until(page, "the lines of the file", "document.querySelector('[data-tile]') && document.querySelector('[data-line]')").await;
}

/// A cashier's day: some is missing, which needs a reason.
async fn a_day(host: &Host, running: &Running) {
    let page = &host.driven.page;
    part(host, "tutup-hari").await;
    until(page, "the open day", "document.querySelector('[data-cash-day][data-state=open]')").await;
    no_fault(host, "closing-day").await;
    press(host, "Hitung dan tutup").await;
    until(page, "the form", "document.querySelector('.dialog #cash-counted')").await;
    press(host, "Simpan hitungan").await;
    until(page, "what is missing", "document.querySelector('.dialog .faults a')").await;
    fill(host, "cash-counted", "49000").await;
    shown(host, "Kurang Rp1.000").await;
    press(host, "Simpan hitungan").await;
    shown(host, "Selisih perlu sebab").await;
    assert_eq!(number(running, "SELECT COUNT(*) FROM cash_count").await, 0, "a difference has a reason");
    no_fault(host, "closing-day-form").await;
    fill(host, "cash-reason", "Uang kembalian kurang").await;
    confirm(host, "Simpan hitungan").await;
    until(page, "the closed day", "document.querySelector('[data-cash-day][data-state=closed] [data-difference=\"-1000\"]')")
        .await;
    until(page, "that nobody else has counted it", "document.querySelector('[data-cash-day] [data-counted=own]')").await;
    no_fault(host, "closing-day-done").await;
}

/// Last month is closed, corrected, and reopened.
async fn a_month(host: &Host, running: &Running) {
    let page = &host.driven.page;
    part(host, "tutup-bulan").await;
    let last = last_month();
    until(page, "last month", &format!("document.querySelector('[data-next-month=\"{}\"]')", last.0)).await;
    no_fault(host, "closing-month").await;
    press(host, "Tutup ").await;
    until(page, "the question", "document.querySelector('.dialog form')").await;
    confirm(host, "Tutup bulan").await;
    until(page, "the closed month", "document.querySelector('[data-closed-month][data-state=months-closed]')").await;
    let correction = Charged { water: Rupiah(5_000), tax: Rupiah(0) };
    let posted = running.server.app.store.writer.work(move |tx| post(tx, &Event::ChargeCorrection(correction), Some(last)));
    posted.await.expect("posted");
    part(host, "tutup-bulan").await;
    until(page, "the correction", "Number(document.querySelector('[data-late]')?.dataset.late) > 0").await;
    press(host, "Lihat koreksi").await;
    until(page, "the transfers", "document.querySelector('.dialog [data-late-transfer]')").await;
    no_fault(host, "closing-late").await;
    confirm(host, "Tutup").await;
    until(page, "the page alone", "!document.querySelector('.dialog')").await;
    press(host, "Buka lagi").await;
    until(page, "the question", "document.querySelector('.dialog #month-reason')").await;
    press(host, "Buka bulan").await;
    until(page, "what is missing", "document.querySelector('.dialog .faults a')").await;
    fill(host, "month-reason", "Ada setoran lupa").await;
    confirm(host, "Buka bulan").await;
    until(page, "that it is open again", "document.querySelector('[data-closed-month][data-state=months-reopened]')").await;
    let kept = "document.querySelector('.card:has([data-state=months-reopened]) [data-late]')";
    until(page, "that its corrections stay listed with it", kept).await;
}

/// A file is read and matched; its lines are decided.
async fn a_file(host: &Host, running: &Running, folder: &Path) {
    let page = &host.driven.page;
    part(host, "rekonsiliasi").await;
    shown(host, "Belum ada berkas").await;
    let no_file = folder.join("alamat.csv");
    std::fs::write(&no_file, "Nama,Alamat\nSari,Jl. Melati\n").expect("written");
    let file = folder.join("penyelesaian.csv");
    std::fs::write(&file, FILE).expect("written");
    attach(host, "settlement-file", &no_file).await;
    until(page, "why it is none", "document.querySelector('[data-failure=settlement_columns]')").await;
    attach(host, "settlement-file", &file).await;
    until(page, "what it holds", "document.querySelector('[data-settlement=\"2\"]')").await;
    picture(page, "closing-file-read").await;
    assert_eq!(number(running, "SELECT COUNT(*) FROM settlement_file").await, 0, "nothing is sent before somebody has seen it");
    press(host, "Cocokkan").await;
    until(page, "the tile", "document.querySelector('[data-tile=missing_with_us]')?.dataset.count === '2'").await;
    until(page, "both lines", "document.querySelectorAll('[data-line][data-state=open]').length === 2").await;
    no_fault(host, "closing-file").await;
    press(host, "Terima").await;
    until(page, "the question", "document.querySelector('.dialog #line-reason')").await;
    press(host, "Terima").await;
    until(page, "what is missing", "document.querySelector('.dialog .faults a')").await;
    fill(host, "line-reason", "Dibayar sebelum sistem ini").await;
    confirm(host, "Terima").await;
    until(
        page,
        "the other one alone",
        "document.querySelectorAll('[data-line]').length === 1 && !document.querySelector('.dialog')",
    )
    .await;
    press_at(page, "[data-tile=missing_with_us]").await;
    until(page, "all of that kind", "document.querySelectorAll('[data-line]').length === 2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_and_a_month_are_closed_and_a_file_is_matched_at_a_desk() {
    let running = town().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    sign_in(&host, "admin").await;
    a_month_that_fails(&host).await;
    a_day(&host, &running).await;
    a_month(&host, &running).await;
    a_file(&host, &running, folder.path()).await;
    a_kind_of_line_that_fails(&host).await;
    running.server.stop().await;
    let away = "[...document.querySelectorAll('[data-line] button')].every((it) => it.disabled) && document.body.innerText.includes('Luring')";
    until(&host.driven.page, "that nothing can be decided", away).await;
    host.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_closing_fit_a_phone() {
    let running = town().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    sign_in(&host, "admin").await;
    let page = &host.driven.page;
    for (word, there) in
        [("tutup-hari", "[data-cash-day]"), ("tutup-bulan", "[data-next-month]"), ("rekonsiliasi", "#settlement-file")]
    {
        part(&host, word).await;
        until(page, word, &format!("document.querySelector('{there}')")).await;
        no_fault(&host, &format!("closing-phone-{word}")).await;
        let wide = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert_eq!(wide, 0, "{word} is wider than the phone");
    }
    running.server.stop().await;
    host.end().await;
}
