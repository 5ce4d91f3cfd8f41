//! Money as customers type it, and vouchers that are checked before they are kept: on a phone, with the network coming and going.

use domain::core::local_time::DAY_MS;
use domain::sales::voucher::{Benefit, Voucher, VoucherState};
use domain::{Rupiah, UtcMillis};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use protocol::sales::money::NewVoucher;
use sync_server::config::Config;
use sync_server::core::now;
use sync_server::server::Server;
use tests::driver::{picture, press as press_at, text, until};
use tests::host::{Host, sign_in};
use tests::payments::StandIn;
use tests::proxy::Proxy;
use tests::shop::with_gateway;
use tests::steps::{go, press};
use tests::world::{Running, World};

const FIELD: &str = "document.querySelector('#other-amount')";

/// A voucher of ten per cent, Rp20.000 at most, for purchases from Rp50.000 on.
pub fn tenth(code: &str) -> NewVoucher {
    let voucher = Voucher {
        code: code.parse().expect("a code"),
        benefit: Benefit::Percentage(100),
        minimum_purchase: Rupiah(50_000),
        maximum_discount: Some(Rupiah(20_000)),
        total_limit: Some(100),
        customer_limit: Some(5),
        valid_from: UtcMillis(0),
        valid_until: now().plus(30 * DAY_MS),
        classes: Vec::new(),
        customers: Vec::new(),
        state: VoucherState::Active,
    };
    NewVoucher { campaign: format!("Kampanye {code}"), voucher }
}

/// Makes a voucher.
pub async fn make(running: &Running, voucher: &NewVoucher) {
    let admin = running.tokens("admin").await.access_token;
    let path = format!("{}/admin/v1/money/vouchers", running.url());
    let made = reqwest::Client::new().post(path).bearer_auth(&admin).json(voucher).send().await.expect("an answer");
    made.error_for_status().expect("made");
}

/// Types into a field key by key, after emptying it as people do.
async fn type_in(page: &Client, id: &str, keys: &str) {
    // By the keyboard: what stays at the bottom of the page may be over the field.
    let focused = format!("((it) => it?.matches(':enabled') && (it.focus(), true))(document.getElementById({id:?}))");
    until(page, id, &focused).await;
    let field = page.find(Locator::Id(id)).await.expect("the field");
    let emptied = format!("{}{}{}{keys}", char::from(Key::Control), "a", char::from(Key::Null));
    field.send_keys(&emptied[..emptied.len() - keys.len()]).await.expect("chosen");
    field.send_keys(&char::from(Key::Backspace).to_string()).await.expect("emptied");
    field.send_keys(keys).await.expect("typed");
}

/// What is said at an element of the page.
async fn says(page: &Client, selector: &str, words: &str) {
    let script = format!("document.querySelector({selector:?})?.innerText.includes({words:?})");
    until(page, &format!("{words:?} at {selector}"), &script).await;
}

async fn leave(page: &Client) {
    page.execute(&format!("{FIELD}.blur()"), vec![]).await.expect("left");
}

/// Each text with what the field shows while it is typed, what after it was left, and whether it is an amount.
async fn amounts(page: &Client) {
    says(page, "#other-amount-said", "sampai Rp50.000.000").await;
    says(page, "#buy-why", "Pilih atau isi jumlahnya dulu").await;
    let described = "[...document.querySelectorAll('button')].find(b => b.innerText.includes('Lihat harga')).getAttribute('aria-describedby')";
    until(page, "why it cannot be pressed", &format!("{described} === 'buy-why'")).await;
    for (keys, typed, left) in [
        ("25000", "25.000", "25.000"),
        ("25000.00", "25.000,00", "25.000"),
        ("25,000", "25,000", "25.000"),
        ("25.000", "25.000", "25.000"),
        ("Rp 50.000,00", "Rp 50.000,00", "50.000"),
        ("50 000", "50 000", "50.000"),
        ("1.250.000,-", "1.250.000,-", "1.250.000"),
    ] {
        type_in(page, "other-amount", keys).await;
        until(page, &format!("{keys}, typed"), &format!("{FIELD}.value === {typed:?}")).await;
        until(page, &format!("what {keys} buys"), "document.querySelector('#amount-says')?.innerText.trim()").await;
        until(page, "the way on", "!document.querySelector('#buy-why')").await;
        leave(page).await;
        until(page, &format!("{keys}, left"), &format!("{FIELD}.value === {left:?}")).await;
    }
    for (keys, sentence) in [
        ("25.00", "Tiga angka sesudah titik"),
        ("1,5 jt", "Tulis lengkap dengan angka"),
        ("25000,50", "tanpa sen"),
        ("lima", "Tulis jumlah dengan angka"),
        ("999999999", "Paling banyak Rp50.000.000"),
        ("99999999999999", "Paling banyak Rp50.000.000"),
        ("500", "Paling sedikit Rp"),
        ("-50000", "Paling sedikit Rp"),
    ] {
        type_in(page, "other-amount", keys).await;
        leave(page).await;
        says(page, "#other-amount-said", sentence).await;
        until(page, &format!("{keys} is marked"), &format!("{FIELD}.getAttribute('aria-invalid') === 'true'")).await;
        says(page, "#buy-why", sentence).await;
        assert!(!text(page).await.contains("Permintaan tidak dipahami"), "{keys}");
    }
    picture(page, "amount-above").await;
}

/// The caret stays between the digits where it was.
async fn caret(page: &Client) {
    type_in(page, "other-amount", "1250000").await;
    until(page, "the whole of it", &format!("{FIELD}.value === '1.250.000'")).await;
    let field = page.find(Locator::Id("other-amount")).await.expect("the field");
    let place = format!("{FIELD}.value + ' ' + {FIELD}.selectionStart");
    for (keys, shown) in [
        (Key::Left.to_string().repeat(6), "1.250.000 3"),
        ("9".to_owned(), "12.950.000 4"),
        (Key::Backspace.to_string(), "1.250.000 3"),
        (Key::Delete.to_string(), "120.000 2"),
        (Key::Delete.to_string(), "12.000 3"),
        (Key::Backspace.to_string(), "12.000 2"),
        (Key::Backspace.to_string(), "1.000 1"),
    ] {
        field.send_keys(&keys).await.expect("typed");
        until(page, shown, &format!("{place} === {shown:?}")).await;
    }
}

async fn use_code(page: &Client, code: &str) {
    type_in(page, "voucher-code", code).await;
    press(page, "Pakai").await;
}

/// What cannot be used is said at the field and not kept; what can stays in sight with what it takes off.
async fn vouchers(page: &Client) {
    type_in(page, "other-amount", "100000").await;
    use_code(page, "SALAH99").await;
    says(page, "#voucher-code-error", "Tidak ada voucher dengan kode ini").await;
    until(page, "the way on", "!document.querySelector('#buy-why') && !document.querySelector('[data-voucher]')").await;
    type_in(page, "other-amount", "40000").await;
    use_code(page, "hemat10").await;
    says(page, "#voucher-code-error", "Untuk pembelian mulai Rp50.000").await;
    until(page, "no voucher", "!document.querySelector('[data-voucher]')").await;
    picture(page, "voucher-wrong").await;
    type_in(page, "other-amount", "100000").await;
    press(page, "Pakai").await;
    says(page, "[data-voucher=HEMAT10]", "Potongan Rp10.000. Anda membayar Rp90.000").await;
    type_in(page, "other-amount", "40000").await;
    says(page, "[data-voucher=HEMAT10]", "Untuk pembelian mulai Rp50.000").await;
    says(page, "#buy-why", "Voucher belum bisa dipakai").await;
    type_in(page, "other-amount", "500000").await;
    says(page, "[data-voucher=HEMAT10]", "Potongan Rp20.000. Anda membayar Rp480.000").await;
}

async fn remove(page: &Client) {
    press_at(page, "[data-voucher] button").await;
    until(page, "the field", "document.querySelector('#voucher-code')").await;
}

/// Without a network a code is held against what was received of it; one that nobody knows is kept, and checked when the server is back.
async fn away(page: &Client) {
    remove(page).await;
    type_in(page, "other-amount", "300000").await;
    use_code(page, "HEMAT10").await;
    says(page, "[data-voucher=HEMAT10]", "Potongan Rp20.000. Anda membayar Rp280.000").await;
    says(page, "[data-voucher=HEMAT10]", "Menurut data per").await;
    picture(page, "voucher-away").await;
    remove(page).await;
    use_code(page, "BELUMTAHU").await;
    says(page, "[data-voucher=BELUMTAHU]", "Belum diperiksa").await;
}

/// The discount is in sight from the form to the payment.
async fn pay(page: &Client) {
    use_code(page, "HEMAT10").await;
    says(page, "[data-voucher=HEMAT10]", "Potongan Rp20.000").await;
    press_at(page, ".other-ways summary").await;
    press(page, "Virtual account BCA").await;
    press(page, "Lihat harga").await;
    until(page, "the price", "document.querySelector('[data-step=quoted] [data-total]')?.dataset.total === '280000'").await;
    says(page, "[data-step=quoted]", "Potongan HEMAT10").await;
    press(page, "Bayar Rp280.000").await;
    until(page, "where to pay", "document.querySelector('[data-step=awaiting_payment] [data-saved]')?.dataset.saved === '20000'")
        .await;
    picture(page, "voucher-pay").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_read_amounts_as_they_are_typed_and_keep_checked_vouchers() {
    let stand_in = StandIn::start().await;
    let world = World::new();
    let config = Config { payments: Some(stand_in.service()), ..world.config() };
    let mut running = Running { server: Server::start(&config).await.expect("the server starts"), world };
    make(&running, &tenth("HEMAT10")).await;
    let proxy = Proxy::start(1, running.server.http).await.expect("a proxy");
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_at(&proxy.url(), folder.path(), (390, 844), None).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the app", "document.querySelector('.tabs')").await;
    go(page, "beli").await;
    until(page, "the form", &format!("{FIELD} && document.querySelector('.amounts .amount')")).await;
    amounts(page).await;
    caret(page).await;
    vouchers(page).await;
    let Running { world, server } = running;
    server.stop().await;
    says(page, "#buy-why", "Menunggu jaringan").await;
    away(page).await;
    running = Running { server: Server::start(&config).await.expect("the server starts again"), world };
    proxy.lead_to(running.server.http);
    let now =
        "fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{\"ask\":\"sync_now\"}' })";
    page.execute(now, vec![]).await.expect("asked");
    says(page, "#voucher-code-error", "Tidak ada voucher dengan kode ini").await;
    until(page, "no voucher", "!document.querySelector('[data-voucher]')").await;
    pay(page).await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_read_amounts_and_check_vouchers_in_the_window() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    make(&running, &tenth("HEMAT10")).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::window(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the app", "document.querySelector('.rail')").await;
    go(page, "beli").await;
    until(page, "the form", &format!("{FIELD} && document.querySelector('.amounts .amount')")).await;
    amounts(page).await;
    caret(page).await;
    vouchers(page).await;
    host.end().await;
    running.server.stop().await;
}
