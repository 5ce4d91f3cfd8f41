//! An admin's valves in a browser: one that is closed and opened by hand with a reason and followed to its end, and the supply settings.

use protocol::metering::messages::{MeterOrder, OrderAckState, OrderAction};
use protocol::valve::orders::MeterValve;
use protocol::valve::policy::ValvePolicy;
use sync_server::core::now;
use tests::axe::{self, ANY, audit};
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::steps::{answer_again, choose, confirm, fail, fill, go, press, set, shown};
use tests::valve::{Meter, start};
use tests::world::Running;

/// The next order of the valve: while its page is open, the meter is asked to report more often as well.
async fn valve_order(device: &mut Meter) -> MeterOrder {
    loop {
        let order = device.next_order().await;
        if order.action != OrderAction::SetInterval {
            return order;
        }
    }
}

/// Opens the page of the world's first meter.
async fn open_meter(host: &Host, running: &Running) {
    let page = &host.driven.page;
    go(host, &format!("perangkat?buka={}", running.world.meters[0].id)).await;
    until(page, "the valve", "document.querySelector('[data-valve]')").await;
}

/// The state of the newest order in the list.
async fn newest_is(host: &Host, state: &str, word: &str) {
    let script = format!("document.querySelector('[data-order={state}]')?.innerText.includes({word:?})");
    until(&host.driven.page, word, &script).await;
}

/// What is typed about an order for many outlives a preview that cannot be had.
async fn many(host: &Host, device: &mut Meter) {
    let page = &host.driven.page;
    device.report("open", now()).await;
    go(host, "perangkat?bentuk=kisi&cari=wmtesta").await;
    until(page, "one meter", "document.querySelector('.cards li[aria-setsize=\"1\"]')").await;
    press(host, "Pilih").await;
    press(host, "Pilih semua").await;
    until(page, "it ticked", "document.querySelector('[data-picked-count=\"1\"]')").await;
    press(host, "Tutup katup").await;
    // Every day of this world but one is a holiday.
    until(page, "the reason of its own", "document.querySelector('.dialog #orders-despite')").await;
    fill(host, "orders-reason", "Pipa induk pecah").await;
    fail(host, "\"despite\":true").await;
    set(host, "#orders-despite", "Air menggenangi jalan").await;
    shown(host, "Data tidak bisa ditampilkan").await;
    answer_again(host).await;
    press(host, "Coba lagi").await;
    until(page, "what was typed", "document.querySelector('.dialog #orders-reason')?.value === 'Pipa induk pecah'").await;
    press(host, "Kembali").await;
    until(page, "the page alone", "!document.querySelector('.dialog')").await;
}

async fn by_hand(host: &Host, running: &Running, device: &mut Meter) {
    let page = &host.driven.page;
    open_meter(host, running).await;
    until(page, "the reported valve", "document.querySelector('[data-valve=open]')").await;
    shown(host, "Belum ada perintah untuk meter ini").await;
    press(host, "Tutup katup").await;
    // Every day of this world but one is a holiday.
    until(page, "the warning", "document.querySelector('.dialog [data-protected]')").await;
    shown(host, "tetap tertutup sampai seseorang membukanya").await;
    fill(host, "valve-reason", "ab").await;
    press(host, "Tutup katup").await;
    shown(host, "Alasan berisi 3 sampai 200 karakter").await;
    fill(host, "valve-reason", "Pipa pecah di halaman").await;
    fill(host, "valve-despite", "Air menggenangi jalan").await;
    let script = axe::script();
    assert_eq!(audit(page, &script, "the dialog", ANY).await, Vec::<String>::new());
    picture(page, "valve-dialog").await;
    // The order may be at the meter before its answer is on the page, and until then the dialog is.
    confirm(host, "Tutup katup").await;
    let close = valve_order(device).await;
    assert_eq!(close.action, OrderAction::CloseValve);
    newest_is(host, "sent", "Dikirim").await;
    device.answer(close.id, OrderAckState::Acknowledged).await;
    newest_is(host, "acknowledged", "Diterima perangkat").await;
    device.report("closed", now()).await;
    device.answer(close.id, OrderAckState::Completed).await;
    newest_is(host, "completed", "Selesai").await;
    shown(host, "Ditutup dengan tangan").await;
    let steps = "[...document.querySelectorAll('[data-order] [data-step]')].map(step => step.dataset.step).join(' ')";
    until(page, "every step", &format!("{steps} === 'pending sent acknowledged completed'")).await;
    shown(host, "admin: Pipa pecah di halaman").await;
    shown(host, "Di jam terlindung: Air menggenangi jalan").await;
    until(page, "no toast that fades", "!document.querySelector('.toast')").await;
    assert_eq!(audit(page, &script, "the meter's page", ANY).await, Vec::<String>::new());
    picture(page, "valve-closed").await;
    press(host, "Buka katup").await;
    shown(host, "Katup tidak ditutup karena saldo habis selama 24 jam").await;
    assert_eq!(page.execute("return !!document.querySelector('.dialog [data-protected]')", vec![]).await.expect("runs"), false);
    fill(host, "valve-reason", "Pipa sudah diperbaiki").await;
    confirm(host, "Buka katup").await;
    let open = valve_order(device).await;
    device.refuse(open.id, "Katup macet").await;
    newest_is(host, "failed", "Katup macet").await;
    press(host, "Buka katup").await;
    fill(host, "valve-reason", "Dicoba lagi").await;
    confirm(host, "Buka katup").await;
    let open = valve_order(device).await;
    device.carry_out(open.id).await;
    shown(host, "Dibuka dengan tangan").await;
    shown(host, "Tidak ditutup karena saldo habis sebelum").await;
    let token = running.tokens("admin").await.access_token;
    let valve: MeterValve = running.get(&token, &format!("/admin/v1/valve/orders?meter={}", running.world.meters[0].id)).await;
    assert_eq!(valve.orders.len(), 3, "what was pressed once was ordered once");
}

async fn supply(host: &Host, running: &Running) {
    let page = &host.driven.page;
    let token = running.tokens("admin").await.access_token;
    go(host, "pengaturan/tarif").await;
    press(host, "Pasokan").await;
    until(page, "the hours", "document.querySelector('[data-hours=\"20-8\"]')").await;
    press(host, "Ubah penutupan").await;
    until(page, "the form", "document.querySelector('#supply-closes')").await;
    choose(host, "[data-hour=supply-from] select", "18").await;
    shown(host, "Tidak pukul 18.00 sampai 08.00").await;
    confirm(host, "Simpan").await;
    until(page, "the new hours", "document.querySelector('[data-hours=\"18-8\"]')").await;
    press(host, "Tambah hari libur").await;
    until(page, "the form", "document.querySelector('#holiday-name')").await;
    press(host, "Tambah hari libur").await;
    until(page, "what is missing", "document.querySelector('.dialog [data-summary]')").await;
    let day = until(page, "a day", "new Date(Date.now() + 100 * 864e5).toISOString().slice(0, 10)").await;
    set(host, "#holiday-day", day.as_str().expect("a day")).await;
    fill(host, "holiday-name", "Hari Jadi Kota").await;
    confirm(host, "Tambah hari libur").await;
    shown(host, "Hari Jadi Kota").await;
    press(host, "Ubah kredit darurat").await;
    until(page, "the amount", "document.querySelector('#supply-amount')").await;
    fill(host, "supply-amount", "25.000").await;
    confirm(host, "Simpan").await;
    until(page, "the new amount", "document.querySelector('[data-lent=\"25000\"]')").await;
    let script = axe::script();
    until(page, "no toast that fades", "!document.querySelector('.toast')").await;
    assert_eq!(audit(page, &script, "the supply settings", ANY).await, Vec::<String>::new());
    picture(page, "supply").await;
    let set: ValvePolicy = running.get(&token, "/admin/v1/valve/policy").await;
    assert_eq!((set.closes, set.from_hour, set.until_hour, set.emergency_credit.0), (true, 18, 8, 25_000));
    assert!(set.holidays.iter().any(|holiday| holiday.name == "Hari Jadi Kota"));
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_let_an_admin_move_a_valve_with_a_reason_and_follow_it_to_its_end() {
    let running = start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut device = Meter::connect(running.server.mqtt, &running.world.meters[0].clone()).await;
    device.report("open", now()).await;
    let host = Host::browser_of(&running, folder.path(), (1_280, 900)).await;
    sign_in(&host, "admin").await;
    until(&host.driven.page, "the menu", "document.querySelector('.rail')").await;
    by_hand(&host, &running, &mut device).await;
    many(&host, &mut device).await;
    supply(&host, &running).await;
    let Running { world, server } = running;
    server.stop().await;
    let page = &host.driven.page;
    // What was read is there, with its time; nothing can be moved or set.
    shown(&host, "Tanpa koneksi tidak ada yang bisa diubah di sini").await;
    until(
        page,
        "no way to change it",
        "[...document.querySelectorAll('.supply-settings .card button')].every(button => button.disabled)",
    )
    .await;
    go(&host, &format!("perangkat?buka={}", world.meters[0].id)).await;
    shown(&host, "Luring: meter hanya diperintah selama server terjangkau").await;
    until(page, "the orders, as they were", "document.querySelectorAll('[data-order]').length === 3").await;
    let buttons = "[...document.querySelectorAll('[aria-describedby=valve-why-not]')]";
    until(page, "all buttons, with the reason", &format!("{buttons}.length === 5 && {buttons}.every(button => button.disabled)"))
        .await;
    let fits = "(() => { const panel = document.querySelector('.detail'); return panel.scrollWidth <= panel.clientWidth; })()";
    until(page, "a panel that nothing makes wider", fits).await;
    page.execute("document.querySelector('#valve-head').scrollIntoView()", vec![]).await.expect("scrolled");
    picture(page, "valve-away").await;
    host.end().await;
}
