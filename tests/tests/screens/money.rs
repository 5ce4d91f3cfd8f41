//! A customer with little credit buys more: voucher, price, payment at the stand-in, credit, and why it was used, in both hosts; and what of
//! that is there without a network, and after the app was killed.
#![allow(clippy::print_stdout, reason = "a proof that counts prints its counts")]

use base64::prelude::{BASE64_STANDARD, Engine};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::sales::voucher::{Benefit, Voucher, VoucherState};
use domain::{Rupiah, UtcMillis};
use fantoccini::Client;
use protocol::metering::messages::{GatewayReading, MeterOrder, OrderAction};
use protocol::sales::money::{NewVoucher, Purchase, QuoteAsked};
use std::io::Write;
use std::path::Path;
use std::time::Instant;
use sync_server::billing::tariffs;
use sync_server::check;
use sync_server::config::Config;
use sync_server::core::{Clock, now};
use sync_server::jobs::money::once_at;
use sync_server::server::Server;
use tests::axe::{self, ANY, audit};
use tests::driver::{picture, press as press_at, text, until};
use tests::host::{Host, sign_in};
use tests::payments::StandIn;
use tests::steps::{confirm, go, press, shown};
use tests::valve::{Meter, adjust, at, only_on_the_working_day, working_day};
use tests::world::{Running, World, reading};
use uuid::Uuid;

/// The register at the end of the household's twenty days.
const LAST: i64 = 11_000_000;

fn voucher(code: &str, minimum: i64) -> NewVoucher {
    let voucher = Voucher {
        code: code.parse().expect("a code"),
        benefit: Benefit::Percentage(100),
        minimum_purchase: Rupiah(minimum),
        maximum_discount: None,
        total_limit: Some(100),
        customer_limit: Some(1),
        valid_from: UtcMillis(0),
        valid_until: now().plus(30 * DAY_MS),
        classes: Vec::new(),
        customers: Vec::new(),
        state: VoucherState::Active,
    };
    NewVoucher { campaign: format!("Kampanye {code}"), voucher }
}

/// A household that has used half a cubic metre a day for twenty days, and has bought a little.
async fn town(stand_in: &StandIn) -> Running {
    town_by(stand_in, Clock::default()).await
}

/// The same by a clock of the server's own.
async fn town_by(stand_in: &StandIn, clock: Clock) -> Running {
    let world = World::new();
    let config = Config { payments: Some(stand_in.service()), ..world.config() };
    let begin = clock.now().0 / DAY_MS * DAY_MS - 20 * DAY_MS;
    let running = Running { server: Server::start_with(&config, clock).await.expect("the server starts"), world };
    let (connection, serial) = (running.world.meters[0].connection, running.world.meters[0].serial.to_string());
    let day = domain::TimeZone::ALL[0].day_of(UtcMillis(begin));
    let charged = running.server.app.store.writer.work(move |tx| {
        only_on_the_working_day(tx)?;
        let num = tx.db.query_row("SELECT num FROM connection WHERE id = ?1", [connection.0.as_bytes()], |row| row.get(0))?;
        tariffs::charge_from(tx, num, day)
    });
    charged.await.expect("charged");
    let readings = (0..=20 * 24).map(|hour| {
        let t = UtcMillis(begin + hour * DAY_MS / 24);
        GatewayReading { serial: serial.clone(), reading: reading(t, LAST - (20 * 24 - hour) * 500_000 / 24, 0) }
    });
    let readings: Vec<GatewayReading> = readings.collect();
    let brought = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
    let brought = brought.basic_auth("gateway", Some(&running.world.gateway)).json(&readings).send().await.expect("an answer");
    brought.error_for_status().expect("taken");
    let admin = running.tokens("admin").await.access_token;
    for voucher in [voucher("HEMAT10", 50_000), voucher("BESAR", 500_000)] {
        let path = format!("{}/admin/v1/money/vouchers", running.url());
        let made = reqwest::Client::new().post(path).bearer_auth(&admin).json(&voucher).send().await.expect("an answer");
        made.error_for_status().expect("made");
    }
    let cash = QuoteAsked { id: Uuid::now_v7(), connection, amount: Rupiah(60_000), code: None };
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &cash).await;
    running
}

async fn set_look(page: &Client, language: &str, theme: &str) {
    let script = "const done = arguments[1]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                  body: arguments[0] }).then(r => r.text()).then(done)";
    let preferences = serde_json::json!({ "ask": "set_preferences", "language": language, "theme": theme, "motion": "still" });
    page.execute_async(script, vec![preferences.to_string().into()]).await.expect("asked");
    let set = format!("document.documentElement.dataset.theme === '{theme}' && document.documentElement.lang === '{language}'");
    until(page, "language and theme", &set).await;
}

async fn number(page: &Client, what: &str, script: &str) -> i64 {
    let said = until(page, what, script).await;
    said.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{what}: {said}"))
}

/// From Beli to the way to pay; the number to pay to.
async fn order(page: &Client, shot: &str) -> String {
    go(page, "beli").await;
    until(page, "the form", "document.querySelector('[data-step=draft] .amount')").await;
    press(page, "Rp100.000").await;
    until(page, "what it buys", "document.querySelector('#amount-says')?.innerText.includes('m³')").await;
    press(page, "Pilih dari daftar").await;
    until(page, "both vouchers", "document.querySelectorAll('.dialog .ticket').length === 2").await;
    let offers = text(page).await;
    assert!(offers.contains("potongan Rp10.000") && offers.contains("Untuk pembelian mulai Rp500.000."), "{offers}");
    picture(page, &format!("{shot}-vouchers")).await;
    press(page, "Pilih").await;
    until(
        page,
        "the chosen one",
        "!document.querySelector('.dialog') && document.querySelector('main .ticket')?.innerText.includes('HEMAT10')",
    )
    .await;
    press_at(page, ".other-ways summary").await;
    press(page, "Virtual account BCA").await;
    picture(page, &format!("{shot}-form")).await;
    press(page, "Lihat harga").await;
    assert_eq!(
        number(page, "the price", "document.querySelector('[data-step=quoted] [data-total]')?.dataset.total").await,
        90_000
    );
    picture(page, &format!("{shot}-quote")).await;
    press(page, "Bayar Rp90.000").await;
    let account =
        until(page, "where to pay", "document.querySelector('[data-step=awaiting_payment] [data-account]')?.dataset.account");
    let account = account.await.as_str().expect("a number").to_owned();
    assert!(text(page).await.contains("SIMULASI"), "a simulated payment is marked as one");
    picture(page, &format!("{shot}-pay")).await;
    account
}

async fn paid(page: &Client, stand_in: &StandIn, account: &str, before: i64, shot: &str) {
    let at = Instant::now();
    stand_in.pay(account).await;
    until(page, "the end", "document.querySelector('[data-step=done]')").await;
    println!("{shot}: credit seen {} ms after the payment", at.elapsed().as_millis());
    let after = "document.querySelector('[data-balance]')?.dataset.balance";
    let gained = format!("Number({after}) > {before} ? {after} : null");
    assert_eq!(number(page, "the credit", &gained).await - before, 100_000, "all of it, with what the voucher took off");
    picture(page, &format!("{shot}-done")).await;
    press(page, "Tanda terima").await;
    let said = until(
        page,
        "the receipt",
        "[...document.querySelectorAll('.toast')].map(t => t.innerText).find(t => t.includes('.pdf'))",
    )
    .await;
    receipt(page, said.as_str().and_then(|said| said.split_once(": ")).expect("a place").1.trim()).await;
    press(page, "Selesai").await;
    until(page, "the next form", "document.querySelector('[data-step=draft]')").await;
}

/// The purchase whose identifier ends with a number.
async fn purchase_of(page: &Client, number: &str) -> String {
    let script = "const [number, done] = arguments; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                  body: JSON.stringify({ ask: 'money', money: 'history', connection: null }) }).then(r => r.json()) \
                  .then(answer => done(answer.Ok.money.history.purchases.find(p => p.id.replaceAll('-', '').endsWith(number)).id))";
    let found = page.execute_async(script, vec![number.into()]).await.expect("asked");
    found.as_str().expect("a purchase").to_owned()
}

/// What a reader of PDF finds on a receipt. The window says where the file is; a browser only what it is called.
async fn receipt(page: &Client, place: &str) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    if Path::new(place).is_absolute() {
        file.write_all(&std::fs::read(place).expect("the receipt")).expect("written");
    } else {
        // The file is called by the number of the purchase: the last eight digits of its identifier.
        let number = place.trim_end_matches(".pdf").replace('-', "").to_lowercase();
        let purchase = purchase_of(page, &number).await;
        let asked = serde_json::json!({ "ask": "money", "money": "receipt", "purchase": purchase });
        let script = "const done = arguments[1]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                      body: arguments[0] }).then(r => r.json()).then(answer => done(answer.Ok.money.document.base64))";
        let base64 = page.execute_async(script, vec![asked.to_string().into()]).await.expect("asked");
        file.write_all(&BASE64_STANDARD.decode(base64.as_str().expect("a file")).expect("base64")).expect("written");
    }
    let read = std::process::Command::new("pdftotext").arg("-raw").arg(file.path()).arg("-").output().expect("poppler");
    let said = String::from_utf8_lossy(&read.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    for part in
        ["Bukti pembayaran", "SIMULASI", "Potongan voucher HEMAT10 −Rp10.000", "Total dibayar Rp90.000", "WM-TEST-A", "Uji"]
    {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
}

/// Riwayat: the purchase, the statement, and a month whose figures add up.
async fn history(page: &Client, shot: &str) {
    go(page, "riwayat").await;
    until(page, "both purchases", "document.querySelectorAll('[data-purchase]').length === 2").await;
    press_at(page, "[data-purchase] summary").await;
    let said = text(page).await;
    assert!(said.contains("Virtual account BCA") && said.contains("Potongan HEMAT10") && said.contains("Rp90.000"), "{said}");
    picture(page, &format!("{shot}-purchases")).await;
    press(page, "Mutasi").await;
    until(page, "the lines", "document.querySelectorAll('.money-list > li').length >= 6").await;
    picture(page, &format!("{shot}-statement")).await;
    press(page, "Mengapa segini").await;
    until(page, "the month", "document.querySelector('.why')").await;
    page.execute("document.querySelector('.why details').open = true", vec![]).await.expect("opens");
    let figures = "(() => { const w = document.querySelector('.why'); const n = t => Number(t.replace(/[^0-9]/g, '')); \
        const rows = [...w.querySelectorAll('tbody tr')]; const sum = rows.pop(); \
        const cells = (row, at) => n(row.children[at].innerText); \
        const days = [...w.querySelectorAll('.days li .number:last-child')].reduce((all, day) => all + n(day.innerText), 0); \
        return { due: w.dataset.due, posted: w.dataset.posted, running: w.dataset.running, \
          blocks: rows.reduce((all, row) => all + cells(row, 3), 0), water: cells(sum, 3), \
          volumes: rows.reduce((all, row) => all + cells(row, 1), 0), volume: cells(sum, 1), days }; })()";
    let figures = page.execute(&format!("return {figures}"), vec![]).await.expect("figures");
    let of = |name: &str| figures[name].as_i64().or_else(|| figures[name].as_str()?.parse().ok()).expect("a figure");
    assert_eq!(of("due"), of("posted") + of("running"), "{figures}");
    assert_eq!((of("blocks"), of("volumes")), (of("water"), of("volume")), "{figures}");
    assert_eq!(of("days"), of("volume"), "days add up to the month: {figures}");
    assert!(text(page).await.contains("pembacaan:"), "readings are named");
    picture(page, &format!("{shot}-why")).await;
    confirm(page, "Tutup").await;
}

/// The meter's latest, as it is: nothing flows.
async fn report(meter: &mut Meter, valve: &str) {
    meter.publish_as("telemetry", &serde_json::json!({ "t": now(), "reg": LAST, "flow": 0, "valve": valve })).await;
}

/// The next command to the valve; while somebody watches, a meter is also asked to report more often.
async fn valve_command(meter: &mut Meter) -> MeterOrder {
    loop {
        let command = meter.next_order().await;
        if command.action != OrderAction::SetInterval {
            return command;
        }
    }
}

/// The credit goes, and the valve closes; the balance then.
async fn run_dry(running: &Running, page: &Client, meter: &mut Meter) -> i64 {
    report(meter, "open").await;
    let left = adjust(running, -1).await.0;
    let owed = adjust(running, -left - 5_000).await.0;
    assert_eq!(owed, -5_000);
    once_at(&running.server.app, at(working_day(), 12)).await.expect("evaluated");
    let close = valve_command(meter).await;
    assert_eq!(close.action, OrderAction::CloseValve);
    meter.carry_out(close.id).await;
    report(meter, "closed").await;
    until(page, "no credit", "document.querySelector('.hero.balance[data-level=empty]')").await;
    until(page, "a closed valve", "document.querySelector('[data-valve=closed]')").await;
    number(page, "the balance", "document.querySelector('.hero.balance')?.dataset.balance").await
}

async fn buys(running: &Running, stand_in: &StandIn, host: &Host, shot: &str) {
    let page = &host.driven.page;
    let mut meter = Meter::connect(running.server.mqtt, &running.world.meters[0]).await;
    sign_in(host, "customer").await;
    until(page, "the balance", "document.querySelector('.hero.balance')").await;
    picture(page, &format!("{shot}-home")).await;
    let before = run_dry(running, page, &mut meter).await;
    picture(page, &format!("{shot}-closed")).await;
    let account = order(page, shot).await;
    paid(page, stand_in, &account, before, shot).await;
    let open = valve_command(&mut meter).await;
    assert_eq!(open.action, OrderAction::OpenValve, "water comes back with the credit");
    meter.carry_out(open.id).await;
    report(&mut meter, "open").await;
    go(page, "beranda").await;
    until(page, "an open valve", "document.querySelector('.hero.balance') && !document.querySelector('[data-valve]')").await;
    history(page, shot).await;
    let report = running.server.app.store.read(|db| check::check(db)).await.expect("checked");
    assert_eq!(report.findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_customer_buys_credit_with_a_voucher_in_the_browser() {
    let stand_in = StandIn::start().await;
    let running = town(&stand_in).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    buys(&running, &stand_in, &host, "money-browser").await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_customer_buys_credit_with_a_voucher_in_the_window() {
    let stand_in = StandIn::start().await;
    let running = town(&stand_in).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::window(&running, folder.path()).await;
    buys(&running, &stand_in, &host, "money-window").await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_purchase_outlives_the_app_and_waits_for_a_network() {
    let stand_in = StandIn::start().await;
    let running = town(&stand_in).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    sign_in(&host, "customer").await;
    until(&host.driven.page, "the balance", "document.querySelector('.hero.balance')").await;
    let account = order(&host.driven.page, "money-killed").await;
    host.end().await;
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    go(page, "beli").await;
    let again =
        until(page, "where to pay", "document.querySelector('[data-step=awaiting_payment] [data-account]')?.dataset.account")
            .await;
    assert_eq!(again.as_str(), Some(account.as_str()), "the same number");
    stand_in.pay(&account).await;
    until(page, "the end", "document.querySelector('[data-step=done]')").await;
    press(page, "Selesai").await;
    until(page, "the next form", "document.querySelector('[data-step=draft]')").await;
    let Running { world, server } = running;
    server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    press(page, "Rp250.000").await;
    let disabled = "[...document.querySelectorAll('main button')].find(b => b.innerText.trim() === 'Lihat harga')?.disabled";
    until(page, "that buying waits", disabled).await;
    picture(page, "money-offline").await;
    go(page, "riwayat").await;
    until(page, "the history", "document.querySelectorAll('[data-purchase]').length === 2").await;
    go(page, "beli").await;
    let kept = "document.querySelector('.amount[aria-pressed=true]')?.innerText === 'Rp250.000'";
    until(page, "what was chosen", kept).await;
    host.end().await;
    drop(world);
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_price_binds_on_a_device_whose_clock_is_an_hour_ahead() {
    let stand_in = StandIn::start().await;
    // This machine's clock is the device's.
    let running = town_by(&stand_in, Clock::new(|| now().plus(-HOUR_MS))).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the balance", "document.querySelector('.hero.balance')").await;
    go(page, "beli").await;
    press(page, "Rp100.000").await;
    press(page, "Lihat harga").await;
    shown(page, "Bayar Rp100.000").await;
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_of_money_are_accessible_in_both_languages_and_themes() {
    let stand_in = StandIn::start().await;
    let running = town(&stand_in).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the balance", "document.querySelector('.hero.balance')").await;
    let axe = axe::script();
    let mut findings = Vec::new();
    for language in ["id", "en"] {
        for theme in ["light", "dark"] {
            set_look(page, language, theme).await;
            for (address, ready) in [
                ("beranda", "document.querySelector('.hero.balance')"),
                ("beli", "document.querySelector('.amount')"),
                ("riwayat", "document.querySelector('[data-purchase]')"),
            ] {
                go(page, address).await;
                until(page, address, ready).await;
                findings.extend(audit(page, &axe, &format!("{address}, {language}, {theme}"), ANY).await);
            }
        }
    }
    assert_eq!(findings, Vec::<String>::new());
    host.end().await;
    running.server.stop().await;
}
