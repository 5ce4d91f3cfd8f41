//! An admin's day with money in a browser: a series of vouchers that is paused, a tariff that begins later, cash, an adjustment and a refund;
//! each asked about before it is done, and all of it proven by the ledger's own check.

use domain::billing::tariff::{TariffClass, version_on};
use domain::sales::voucher::VoucherState;
use domain::{Rupiah, TimeZone};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use protocol::sales::admin::{Campaigns, PurchasePage, Tariffs};
use protocol::sales::money::Statement;
use sync_server::billing::charging;
use sync_server::check;
use sync_server::core::{now, open_connection};
use tests::axe::{self, ANY, audit};
use tests::driver::{picture, press as press_at, until};
use tests::host::{Host, sign_in};
use tests::steps::{confirm, fill, go, press, shown};
use tests::world::{Running, World};

/// A series of three codes, made, seen with its terms, and paused after a question.
async fn vouchers(host: &Host, running: &Running, admin: &str) {
    let page = &host.driven.page;
    go(host, "voucher").await;
    shown(host, "Belum ada kampanye").await;
    press(host, "Buat voucher").await;
    until(page, "the form", "document.querySelector('#campaign-name')").await;
    press(host, "Periksa dan buat").await;
    until(page, "what is wrong", "document.querySelector('.dialog .banner.danger a')").await;
    press(host, "Seri kode acak").await;
    until(page, "the number of codes", "document.querySelector('#campaign-count')").await;
    for (id, value) in [("count", "3"), ("prefix", "layar"), ("value", "12,5")] {
        fill(host, &format!("campaign-{id}"), value).await;
    }
    // A series has a name.
    press(host, "Periksa dan buat").await;
    shown(host, "seri dikenali dari namanya").await;
    fill(host, "campaign-name", "Uji Layar").await;
    shown(host, "pembelian Rp100.000 dipotong Rp12.500").await;
    // Nothing but the largest purchase bounds it, and then nothing at all.
    shown(host, "3 pemakaian × Rp6.250.000 = Rp18.750.000").await;
    shown(host, "Tanpa potongan maksimal").await;
    let uses = page.find(Locator::Id("campaign-total_limit")).await.expect("the field");
    uses.send_keys(&format!("{}{}", Key::End, Key::Backspace)).await.expect("emptied");
    shown(host, "Pemakaian tanpa batas").await;
    fill(host, "campaign-total_limit", "1").await;
    fill(host, "campaign-maximum_discount", "Rp20.000").await;
    until(page, "no warning", "!document.querySelector('[data-warning]')").await;
    picture(page, "voucher-form").await;
    press(host, "Periksa dan buat").await;
    shown(host, "Buat voucher ini?").await;
    let asked = "[...document.querySelectorAll('.dialog')].at(-1).querySelector('.total').innerText";
    until(page, "what it costs at worst", &format!("{asked}.includes('Biaya terbesar') && {asked}.includes('Rp60.000')")).await;
    picture(page, "voucher-question").await;
    let found: Campaigns = running.get(admin, "/admin/v1/money/campaigns").await;
    assert_eq!(found.rows.len(), 0, "nothing is made before the question is answered");
    confirm(host, "Buat voucher").await;
    until(page, "the campaign", "document.querySelectorAll('.codes li').length === 3").await;
    picture(page, "voucher-detail").await;
    press(host, "Jeda").await;
    shown(host, "Jeda kampanye ini?").await;
    confirm(host, "Jeda").await;
    until(page, "the pause in the list", "document.querySelector('.campaign-row .chip.warn')").await;
    let found: Campaigns = running.get(admin, "/admin/v1/money/campaigns").await;
    let row = &found.rows[0];
    assert_eq!((row.name.as_str(), row.codes, row.state), ("Uji Layar", 3, VoucherState::Paused));
    press(host, "Ekspor CSV").await;
    shown(host, "Tersimpan: voucher-uji-layar.csv").await;
}

/// A dearer first block from the day after tomorrow on, with what a household would pay.
async fn tariff(host: &Host, running: &Running, admin: &str) {
    let page = &host.driven.page;
    go(host, "pengaturan/tarif").await;
    until(page, "what holds", "document.querySelector('.version')").await;
    press(host, "Buat versi baru").await;
    until(page, "the blocks", "document.querySelectorAll('.block-row').length === 4").await;
    fill(host, "tariff-price-0", "Rp2.000").await;
    fill(host, "tariff-decree", "SK 12/2026").await;
    until(
        page,
        "18 m³ costs 5.000 more",
        "document.querySelector('[data-volume=\"18\"] td:last-child')?.innerText === '+Rp5.000'",
    )
    .await;
    shown(host, "membayar Rp46.000, naik Rp5.000").await;
    picture(page, "tariff-form").await;
    press(host, "Simpan versi").await;
    shown(host, "Rp41.000 → Rp46.000").await;
    confirm(host, "Simpan versi").await;
    until(page, "the version to come", "document.querySelector('[data-standing=calendar-clock]')").await;
    let all: Tariffs = running.get(admin, "/admin/v1/money/tariffs").await;
    let versions: Vec<_> =
        all.versions.into_iter().map(|row| row.version).filter(|version| version.class == TariffClass::Residential).collect();
    let later = TimeZone::Jakarta.day_of(now()).plus(70);
    assert_eq!(version_on(&versions, later).map(|version| version.blocks[0].price_per_m3), Some(Rupiah(2_000)));
    assert_eq!(version_on(&versions, all.today).map(|version| version.blocks[0].price_per_m3), Some(Rupiah(1_500)));
}

/// Posts the fee of the month, as the job does some time later.
pub async fn post_fee(running: &Running) {
    let id = running.world.meters[0].connection.0;
    let work = running.server.app.store.writer.work(move |tx| {
        let num = tx.db.query_row("SELECT num FROM connection WHERE id = ?1", [id.as_bytes()], |row| row.get(0))?;
        charging::post(tx, num)
    });
    work.await.expect("posted");
}

/// Opens the first of the world's two customers, on *Pelanggan*.
pub async fn open_first_customer(page: &Client) {
    let first = "document.querySelectorAll('.customer-row').length === 2 && [...document.querySelectorAll('.customer-row')]\
                 .filter((it) => it.querySelector('.who').innerText.includes('000')).map((it) => it.click() ?? true)[0]";
    until(page, "the first of two customers", first).await;
}

async fn balance(running: &Running, admin: &str) -> i64 {
    let path = format!("/money/v1/statement?connection={}", running.world.meters[0].connection.0);
    running.get::<Statement>(admin, &path).await.balance.0
}

/// Cash is quoted, taken, and given back in part; credit is adjusted; the balance follows each time.
async fn counter(host: &Host, running: &Running, admin: &str) {
    let page = &host.driven.page;
    go(host, "pelanggan").await;
    open_first_customer(page).await;
    until(page, "the balance, with the fee of the month", "document.querySelector('[data-balance=\"-10000\"]')").await;
    press(host, "Isi tunai").await;
    until(page, "the amount", "document.querySelector('#money-amount')").await;
    fill(host, "money-amount", "10.000").await;
    press(host, "Hitung").await;
    shown(host, "Paling sedikit Rp").await;
    fill(host, "money-amount", "Rp100.000").await;
    press(host, "Hitung").await;
    shown(host, "−Rp10.000 → Rp90.000").await;
    picture(page, "money-offer").await;
    press(host, "Terima Rp100.000 tunai").await;
    until(page, "the receipt", "document.querySelector('[data-receipt]')").await;
    picture(page, "money-receipt").await;
    confirm(host, "Tutup").await;
    until(page, "the new balance", "document.querySelector('[data-balance=\"90000\"]')").await;
    press(host, "Penyesuaian").await;
    until(page, "the form", "document.querySelector('#adjust-amount')").await;
    press(host, "Kurangi saldo").await;
    fill(host, "adjust-amount", "5.000").await;
    press(host, "Lanjut").await;
    shown(host, "Alasan berisi").await;
    fill(host, "adjust-reason", "Salah catat meter").await;
    press(host, "Lanjut").await;
    shown(host, "Rp90.000 → Rp85.000").await;
    confirm(host, "Sesuaikan saldo").await;
    until(page, "the adjusted balance", "document.querySelector('[data-balance=\"85000\"]')").await;
    until(page, "its line", "document.querySelector('[data-line=adjustment]')?.innerText.includes('Salah catat meter')").await;
    picture(page, "money-statement").await;
    press(host, "Pembelian").await;
    until(page, "the purchase", "document.querySelector('[data-purchase=settled]')").await;
    press(host, "Kembalikan").await;
    until(page, "the form", "document.querySelector('#refund-amount')").await;
    fill(host, "refund-amount", "40.000").await;
    fill(host, "refund-reason", "Pindah rumah").await;
    press(host, "Lanjut").await;
    shown(host, "Rp85.000 → Rp45.000").await;
    picture(page, "money-refund").await;
    confirm(host, "Kembalikan Rp40.000").await;
    until(page, "the balance after it", "document.querySelector('[data-balance=\"45000\"]')").await;
    shown(host, "Rp40.000 sudah dikembalikan").await;
    assert_eq!(balance(running, admin).await, 45_000);
    let path = format!("/admin/v1/money/purchases?connection={}", running.world.meters[0].connection.0);
    let purchases: PurchasePage = running.get(admin, &path).await;
    assert_eq!(purchases.rows.len(), 1, "what was asked for once was bought once");
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_let_an_admin_manage_vouchers_tariffs_and_money_that_adds_up() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_280, 900)).await;
    sign_in(&host, "admin").await;
    until(&host.driven.page, "the menu", "document.querySelector('.rail')").await;
    post_fee(&running).await;
    vouchers(&host, &running, &admin).await;
    tariff(&host, &running, &admin).await;
    counter(&host, &running, &admin).await;
    let Running { world, server } = running;
    server.stop().await;
    let page = &host.driven.page;
    until(
        page,
        "that money waits for the server",
        "document.body.innerText.includes('uang hanya bergerak selama server terjangkau')",
    )
    .await;
    // What was read is there, with its time; what was not is not.
    go(&host, "voucher").await;
    until(page, "the campaign, as it was", "document.querySelector('.campaign-row .chip.warn')").await;
    shown(&host, "Data per").await;
    picture(page, "money-away").await;
    go(&host, "pengaturan/tarif").await;
    shown(&host, "Data per").await;
    go(&host, "pelanggan").await;
    let other = "document.querySelectorAll('.customer-row').length === 2 && [...document.querySelectorAll('.customer-row')]\
                 .filter((it) => !it.querySelector('.who').innerText.includes('000')).map((it) => it.click() ?? true)[0]";
    until(page, "the other of two customers", other).await;
    shown(&host, "Saldo dibaca langsung dari server").await;
    host.end().await;
    let db = open_connection(&world.config().database(), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    assert_eq!(check::check(&db).expect("a report").findings, Vec::<String>::new());
}

pub async fn preferences(host: &Host, language: &str, theme: &str) {
    let asked = serde_json::json!({ "ask": "set_preferences", "language": language, "theme": theme, "motion": "still" });
    let script = "const done = arguments[1]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                  body: JSON.stringify(arguments[0]) }).then(() => done(true))";
    host.driven.page.execute_async(script, vec![asked]).await.expect("asked");
    let set = format!("document.documentElement.dataset.theme === '{theme}' && document.documentElement.lang === '{language}'");
    until(&host.driven.page, "language and theme", &set).await;
}

/// Each page and each dialog of it, as axe sees them.
async fn look_around(host: &Host, axe: &str, what: &str, findings: &mut Vec<String>) {
    let page = &host.driven.page;
    let close = "[...document.querySelectorAll('.dialog')].at(-1).dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))";
    let leave = async || {
        page.execute(close, vec![]).await.expect("closed");
        until(page, "no dialog", "!document.querySelector('.dialog')").await;
    };
    go(host, "voucher").await;
    until(page, "the campaigns", "document.querySelector('.campaign-row')").await;
    findings.extend(audit(page, axe, &format!("{what}: vouchers"), ANY).await);
    press_at(page, ".page-head > .button").await;
    until(page, "the form", "document.querySelector('.dialog #campaign-name')").await;
    findings.extend(audit(page, axe, &format!("{what}: new voucher"), ANY).await);
    leave().await;
    press_at(page, ".campaign-row").await;
    until(page, "the campaign", "document.querySelector('.facts')").await;
    findings.extend(audit(page, axe, &format!("{what}: campaign"), ANY).await);
    go(host, "pengaturan/tarif").await;
    until(page, "the versions", "document.querySelector('.version')").await;
    findings.extend(audit(page, axe, &format!("{what}: tariffs"), ANY).await);
    press_at(page, ".tariffs .button.primary").await;
    until(page, "the preview", "document.querySelector('.preview')").await;
    findings.extend(audit(page, axe, &format!("{what}: new version"), ANY).await);
    leave().await;
    go(host, "pelanggan").await;
    open_first_customer(page).await;
    until(page, "the statement", "document.querySelector('[data-line]')").await;
    findings.extend(audit(page, axe, &format!("{what}: balance"), ANY).await);
    press_at(page, ".money .button.primary").await;
    until(page, "the amount", "document.querySelector('#money-amount')").await;
    findings.extend(audit(page, axe, &format!("{what}: top-up"), ANY).await);
    go(host, "akun").await;
    until(page, "another page", "!document.querySelector('.money')").await;
}

async fn money_is_for_everybody(size: (u32, u32)) {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let connection = running.world.meters[0].connection;
    let cash = protocol::sales::money::QuoteAsked { id: uuid::Uuid::now_v7(), connection, amount: Rupiah(50_000), code: None };
    let _: serde_json::Value = running.post(&admin, "/admin/v1/money/cash", &cash).await;
    let voucher = serde_json::json!({
        "id": uuid::Uuid::now_v7(), "name": "Uji", "codes": { "of": "series", "count": 3, "prefix": "UJI" },
        "voucher": {
            "code": "UJI", "benefit": { "kind": "percentage", "value": 100 }, "minimum_purchase": 0, "valid_from": 0,
            "valid_until": now().plus(86_400_000), "classes": [], "customers": [], "state": "active", "maximum_discount": null,
            "total_limit": 1, "customer_limit": null
        },
    });
    let _: serde_json::Value = running.post(&admin, "/admin/v1/money/campaigns", &voucher).await;
    let axe = axe::script();
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), size).await;
    sign_in(&host, "admin").await;
    until(&host.driven.page, "the menu", "document.querySelector('.rail, .tabs')").await;
    let mut findings = Vec::new();
    for (language, theme) in [("id", "light"), ("en", "dark")] {
        preferences(&host, language, theme).await;
        look_around(&host, &axe, &format!("{language} {theme} {}", size.0), &mut findings).await;
    }
    host.end().await;
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_of_money_pass_axe_on_a_desktop() {
    money_is_for_everybody((1_280, 800)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_of_money_pass_axe_on_a_phone() {
    money_is_for_everybody((390, 844)).await;
}
