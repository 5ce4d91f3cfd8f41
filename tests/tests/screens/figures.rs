//! What a customer reads agrees with itself: volume, days and date of a balance, the usual on both pages, litres and rupiah; and it fits a phone.

use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{Rupiah, UtcMillis};
use fantoccini::Client;
use fantoccini::key::Key;
use protocol::metering::messages::GatewayReading;
use protocol::sales::money::{Purchase, QuoteAsked};
use serde_json::Value;
use sync_server::billing::tariffs;
use sync_server::config::Config;
use sync_server::core::now;
use sync_server::server::Server;
use tests::driver::{picture, press as press_at, text, until};
use tests::field::MINUTE;
use tests::host::{Host, sign_in};
use tests::keys;
use tests::payments::StandIn;
use tests::shop::change;
use tests::steps::{confirm, focus, go, press};
use tests::world::{Running, World, reading};
use uuid::Uuid;

/// A household that has used two cubic metres a day for 45 days, up to this minute, and has bought some credit. So it has used some of it
/// today, also where today has just begun: up to the end of its first minute.
async fn household(stand_in: &StandIn) -> Running {
    let world = World::new();
    let config = Config { payments: Some(stand_in.service()), ..world.config() };
    let running = Running { server: Server::start(&config).await.expect("the server starts"), world };
    let (connection, serial) = (running.world.meters[0].connection, running.world.meters[0].serial.to_string());
    let zone = domain::TimeZone::ALL[0];
    let end = (now().0 / MINUTE * MINUTE).max(zone.start_of(zone.day_of(now())).0 + MINUTE);
    let begin = end - 45 * DAY_MS;
    let day = zone.day_of(UtcMillis(begin));
    let charged = running.server.app.store.writer.work(move |tx| {
        let num = tx.db.query_row("SELECT num FROM connection WHERE id = ?1", [connection.0.as_bytes()], |row| row.get(0))?;
        tariffs::charge_from(tx, num, day)
    });
    charged.await.expect("charged");
    let at = |hour: i64| reading(UtcMillis(begin + hour * HOUR_MS), hour * 2_000_000 / 24, 0);
    let readings: Vec<_> = (0..=45 * 24).map(|hour| GatewayReading { serial: serial.clone(), reading: at(hour) }).collect();
    let brought = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
    let brought = brought.basic_auth("gateway", Some(&running.world.gateway)).json(&readings).send().await.expect("an answer");
    brought.error_for_status().expect("taken");
    change(&running, "UPDATE credit SET usual_of = 0").await;
    let admin = running.tokens("admin").await.access_token;
    let cash = QuoteAsked { id: Uuid::now_v7(), connection, amount: Rupiah(900_000), code: None };
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &cash).await;
    running
}

async fn said(page: &Client, what: &str, script: &str) -> String {
    until(page, what, script).await.as_str().unwrap_or_else(|| panic!("{what} is no text")).to_owned()
}

/// The first number in a text, in tenths, as Indonesian writes it.
fn tenths(text: &str) -> i64 {
    let number: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || ",.".contains(*c)).collect();
    let (whole, part) = number.split_once(',').unwrap_or((&number, "0"));
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<i64>().expect("digits") * 10 + part[..1].parse::<i64>().expect("a digit")
}

/// No number is broken from its unit, and nothing is wider than the page.
async fn reads_well(page: &Client, what: &str) {
    let script = "const broken = [...document.querySelectorAll('main *')].filter(e => !e.children.length && / m³|\\d L\\b/.test(e.textContent) \
                    && /\\d (m³|L\\b)/.test(e.textContent)).map(e => e.textContent); \
                  const wide = document.documentElement.scrollWidth > innerWidth + 1 ? ['wider than the page'] : []; \
                  const split = [...document.querySelectorAll('.amount-left, .total-amount, .price dd, .table .end, .pill')] \
                    .filter(e => e.getClientRects().length && e.getBoundingClientRect().height > 2.2 * parseFloat(getComputedStyle(e).lineHeight || 24)) \
                    .map(e => e.textContent); return [...broken, ...wide, ...split]";
    let found = page.execute(script, vec![]).await.expect("looked");
    assert_eq!(found, Value::Array(vec![]), "{what}");
}

/// Beranda: three figures of one basis, which is said, and why the month costs so much.
async fn home(page: &Client, shot: &str) -> String {
    until(page, "the balance", "document.querySelector('.hero.balance .pill')").await;
    let pills =
        said(page, "volume", "[...document.querySelectorAll('.hero.balance .pill')].map(p => p.innerText).join('|')").await;
    let days = said(page, "days", "document.querySelector('.hero.balance .chip')?.innerText").await;
    let volume = tenths(&pills);
    let by_days = tenths(&days) * 2;
    assert!((volume - by_days).abs() <= 20, "{pills} is not {days} at 2 m³ a day");
    press_at(page, "[data-basis] summary").await;
    let basis = said(page, "the basis", "document.querySelector('[data-basis][open]')?.innerText").await;
    assert!(basis.contains("Dasar perhitungan: 2,0\u{a0}m³ per hari") && basis.contains("Terpakai bulan ini"), "{basis}");
    assert!(basis.contains("biaya bulanan Rp10.000") && basis.contains(days.trim()), "{basis}");
    let block = said(page, "the block", "document.querySelector('.basis [data-block]')?.innerText").await;
    assert!(block.starts_with("Blok ") && block.contains("/m³"), "{block}");
    reads_well(page, "Beranda").await;
    picture(page, &format!("{shot}-home")).await;
    press(page, "Mengapa segini?").await;
    until(page, "why", "document.querySelector('.dialog .why[data-due]')").await;
    confirm(page, "Tutup").await;
    // What was used today is measured once, by one function.
    // In the first hour of a day there is nothing to compare yet, and the pages agree on that.
    let usual =
        "[...document.querySelectorAll('main .chip')].map(c => c.innerText.trim()).find(t => /biasanya|terlalu dini/.test(t))";
    said(page, "the usual", usual).await
}

async fn usage(page: &Client, usual: &str, shot: &str) {
    go(page, "pemakaian").await;
    let total = "document.querySelector('[data-total=volume]')?.innerText";
    until(page, "the total", total).await;
    until(
        page,
        "the same usual",
        &format!("[...document.querySelectorAll('main .chip')].some(c => c.innerText.trim() === '{usual}')"),
    )
    .await;
    let part = said(page, "what it is compared with", "document.querySelector('[data-compared]')?.innerText").await;
    assert!(part.contains("sampai jam yang sama") || part.contains("terlalu dini"), "{part}");
    for span in ["Minggu", "Bulan", "Tahun", "Hari"] {
        press(page, span).await;
        let chosen = format!(
            "document.querySelector('.segmented button[aria-pressed=true]')?.innerText === '{span}' && !!document.querySelector('.chart[data-drawn]')"
        );
        until(page, span, &chosen).await;
        press(page, "Rp").await;
        let cost = said(page, "what it cost", "document.querySelector('[data-total=rupiah]')?.innerText").await;
        assert!(cost.starts_with("Rp") && cost != "Rp0", "{span}: {cost}");
        if span == "Bulan" || span == "Tahun" {
            assert!(text(page).await.contains("termasuk biaya bulanan Rp"), "{span}");
        }
        reads_well(page, span).await;
        picture(page, &format!("{shot}-{span}-rp")).await;
        press(page, "Lihat tabel").await;
        until(page, "the table", "document.querySelector('.table .end.number')?.innerText.startsWith('Rp') || document.querySelector('.table')?.innerText.includes('Rp')").await;
        press(page, "m³").await;
        until(page, "litres", "!document.querySelector('.table').innerText.includes('Rp')").await;
        if span == "Hari" {
            one_row(page).await;
        }
        reads_well(page, &format!("{span}, table")).await;
        press(page, "Lihat grafik").await;
        until(page, "the chart", "document.querySelector('.chart[data-drawn]')").await;
        picture(page, &format!("{shot}-{span}")).await;
    }
    press(page, "Bulan").await;
    until(page, "last month as a line", "document.querySelector('.legend i.line')").await;
    press(page, "Mengapa segini?").await;
    until(page, "why", "document.querySelector('.dialog .why[data-due]')").await;
    confirm(page, "Tutup").await;
    // The address keeps what is shown.
    press(page, "Rp").await;
    until(page, "the address", "location.hash.includes('rentang=bulan') && location.hash.includes('satuan=rupiah')").await;
    page.refresh().await.expect("loaded again");
    let as_it_was = "document.querySelector('.segmented button[aria-pressed=true]')?.innerText === 'Bulan' && document.querySelector('[data-total=rupiah]')";
    until(page, "the same again", as_it_was).await;
}

/// Rows that read the same are picked one by one: every hour has used as much.
async fn one_row(page: &Client) {
    keys::run(page, "document.activeElement.blur()").await;
    keys::typed(page, "j").await;
    until(page, "the first row", "document.activeElement?.closest('tbody tr')").await;
    keys::typed(page, "x").await;
    let one = "document.querySelector('.picked [data-count=\"1\"]') && document.querySelectorAll('[data-picked]').length === 1";
    until(page, "one row", one).await;
    keys::press(page, &[Key::Escape]).await;
    until(page, "none", "!document.querySelector('[data-picked]')").await;
}

/// Beli on a phone: short, with the action in reach; and a payment that did not happen says so.
async fn buying(page: &Client, running: &Running, shot: &str) {
    go(page, "beli").await;
    until(page, "the form", "document.querySelector('[data-step=draft] .amount')").await;
    press(page, "Rp100.000").await;
    until(page, "what it buys", "document.querySelector('#amount-says')?.innerText.includes('m³')").await;
    let fits = "const act = document.querySelector('.act').getBoundingClientRect(), tabs = document.querySelector('.tabs').getBoundingClientRect(); \
                return { screens: document.documentElement.scrollHeight / innerHeight, gap: tabs.top - act.bottom, \
                  shown: [...document.querySelectorAll('.method')].filter(m => m.checkVisibility()).length }";
    let fits = page.execute(fits, vec![]).await.expect("measured");
    assert!(fits["screens"].as_f64().is_some_and(|screens| screens <= 2.0), "{fits}");
    assert!(fits["gap"].as_f64().is_some_and(|gap| (-1.0..=4.0).contains(&gap)), "the action is stuck to the bottom: {fits}");
    assert_eq!(fits["shown"], 1, "one way to pay, the others folded: {fits}");
    picture(page, &format!("{shot}-form")).await;
    // One choice, whose arrows lead into those that are folded away.
    assert_eq!(keys::run(page, "return document.querySelectorAll('[role=radiogroup]').length").await, 1);
    focus(page, ".method[aria-checked=true]").await;
    keys::press(page, &[Key::Down]).await;
    until(
        page,
        "the next way",
        "document.querySelector('.other-ways').open && document.activeElement?.closest('.other-ways .method')",
    )
    .await;
    press(page, "Virtual account BCA").await;
    until(page, "it is chosen", "document.querySelector('.method[aria-checked=true]')?.dataset.method?.includes('bca')").await;
    press(page, "Lihat harga").await;
    until(page, "the price", "document.querySelector('[data-step=quoted] [data-total]')").await;
    picture(page, &format!("{shot}-quote")).await;
    press(page, "Bayar Rp100.000").await;
    let account = said(page, "where to pay", "document.querySelector('[data-account]')?.innerText").await;
    assert!(account.split(' ').all(|four| four.len() <= 4), "{account}");
    let is_whole = "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector('[data-account]'))";
    until(page, "the whole number beside its button", is_whole).await;
    picture(page, &format!("{shot}-pay")).await;
    change(running, "UPDATE purchase SET state = 'expired' WHERE state = 'pending'").await;
    let over = said(page, "that it is over", "document.querySelector('[data-step=over]')?.innerText").await;
    assert!(!over.contains("Yang dibayar") && over.contains("Tidak ada uang yang diambil"), "{over}");
    picture(page, &format!("{shot}-over")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_figures_agree_with_each_other_and_fit_a_phone() {
    let stand_in = StandIn::start().await;
    let running = household(&stand_in).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (360, 740)).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    let usual = home(page, "figures").await;
    usage(page, &usual, "figures").await;
    buying(page, &running, "figures").await;
    for (address, ready) in
        [("akun", "document.querySelector('.account')"), ("riwayat", "document.querySelector('[data-purchase]')")]
    {
        go(page, address).await;
        until(page, address, ready).await;
        picture(page, &format!("figures-{address}")).await;
    }
    let wide = page.set_window_rect(0, 0, 1280, 800).await;
    if wide.is_ok() && std::env::var_os("INDOWATER_PICTURES").is_some() {
        host.end().await;
        let host = Host::browser_of(&running, folder.path(), (1280, 800)).await;
        let page = &host.driven.page;
        for (address, ready) in [
            ("beranda", "document.querySelector('.hero.balance')"),
            ("pemakaian", "document.querySelector('.chart[data-drawn]')"),
            // What was left to be paid above has run out by now.
            ("beli", "document.querySelector('main .card')"),
            ("riwayat", "document.querySelector('[data-purchase]')"),
            ("akun", "document.querySelector('.account')"),
        ] {
            go(page, address).await;
            until(page, address, ready).await;
            picture(page, &format!("figures-wide-{address}")).await;
        }
        host.end().await;
    } else {
        host.end().await;
    }
    running.server.stop().await;
}
