//! Pendapatan: figures that are the ledger's, another period and what it is compared with, from a figure to its transfers and on to the customer
//! and back, by keyboard, on a desktop and on a phone; and what of it is there without a network.

use crate::admin::preferences;
use domain::billing::charging::Charged;
use domain::billing::ledger::{Channel, Event, Settled};
use domain::core::local_time::HOUR_MS;
use domain::sales::voucher::Grant;
use domain::{LocalMonth, Rupiah, TimeZone, UtcMillis};
use fantoccini::Client;
use fantoccini::key::Key;
use protocol::sales::money::{AdjustmentRequest, Purchase};
use rusqlite::OpenFlags;
use std::time::Duration;
use sync_server::billing::ledger;
use sync_server::billing::ledger::TransferContext;
use sync_server::core::{now, open_connection, transact};
use sync_server::revenue;
use tests::axe::{self, ANY, audit};
use tests::driver::{picture, press as press_at, until};
use tests::host::{Host, sign_in};
use tests::keys::{press as keys, run};
use tests::shop;
use tests::shop::{change, number, wanted};
use tests::steps::{choose, confirm, focus, go, press, press_found, press_in, shown};
use tests::world::{Running, World};
use uuid::Uuid;

/// The zone in which the utility counts its days here: of two with as many connections the western one.
const ZONE: TimeZone = TimeZone::Jakarta;

/// The month it is.
fn month() -> LocalMonth {
    ZONE.day_of(now()).month()
}

/// Posts something for the first connection.
fn post(db: &mut rusqlite::Connection, at: UtcMillis, of: Option<LocalMonth>, event: &Event) {
    let posted = transact(db, at, |tx| {
        let connection = tx.db.query_row("SELECT num FROM connection ORDER BY num LIMIT 1", [], |row| row.get(0))?;
        let context = TransferContext { connection, at, month: of, purchase: None, who: None, reason: "" };
        ledger::post_event(tx, &context, event, format!("test:{}:{}", event.kind(), at.0))?;
        revenue::keep_up(tx)
    });
    posted.expect("posted");
}

/// A utility that sold Rp40,000 on the first of last month, and this month Rp50,000 in cash, of which Rp20,000 went back. It charged water of this
/// month, and corrected the last one.
async fn begun() -> Running {
    let world = World::new();
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
    let last = LocalMonth(month().0 - 1);
    let settled = Settled { channel: Channel::Gateway, paid: Rupiah(40_000), granted: Grant::default() };
    let noon = ZONE.start_of(last.first_day()).plus(12 * HOUR_MS);
    post(&mut db, noon, None, &Event::Purchase { settled, lent: Rupiah(0) });
    let charged = |water| Charged { water: Rupiah(water), tax: Rupiah(0) };
    // An hour ago, or at midnight where today has just begun.
    let earlier = now().plus(-HOUR_MS).max(ZONE.start_of(ZONE.day_of(now())));
    post(&mut db, earlier, Some(month()), &Event::Charge(charged(15_000)));
    post(&mut db, earlier, Some(last), &Event::ChargeCorrection(charged(-1_000)));
    drop(db);
    let running = world.start().await;
    let admin = running.token("admin").await;
    let bought = wanted(&running, 0, 50_000, None);
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &bought).await;
    let back = AdjustmentRequest { of: bought.id, key: Uuid::now_v7(), amount: Rupiah(20_000), reason: "Pindah rumah".into() };
    let _: Purchase = running.post(&admin, "/admin/v1/money/refund", &back).await;
    // A day is published once in ten seconds, which are over.
    change(&running, "UPDATE revenue_day SET published_at = 0").await;
    shop::until(&running, "SELECT COUNT(*) FROM revenue_day WHERE dirty = 1", 0).await;
    running
}

/// What the ledger has on some accounts since the beginning of the month.
async fn on(running: &Running, accounts: &str) -> i64 {
    let from = ZONE.start_of(month().first_day()).0;
    let sql = format!(
        "SELECT COALESCE(SUM(o.amount), 0) FROM posting o JOIN transfer t ON t.num = o.transfer JOIN account a ON a.num = o.account \
         WHERE t.at >= {from} AND a.kind IN ({accounts})"
    );
    number(running, &sql).await
}

async fn figure(page: &Client, word: &str, amount: i64) {
    let there = format!("document.querySelector('.revenue-tiles [data-figure={word}]')?.dataset.amount === '{amount}'");
    until(page, word, &there).await;
}

/// The unearned balance is that of the accounts, whatever the server charges meanwhile. What it posts in the east, where the next month begins an
/// hour earlier, is that month's.
async fn unearned_is_the_ledgers(page: &Client, running: &Running) {
    let next = LocalMonth(month().0 + 1).first_day();
    let in_east = TimeZone::ALL.iter().fold(String::new(), |so_far, zone| {
        so_far + &format!(" OR (z.time_zone = '{}' AND t.at < {})", zone.iana(), zone.start_of(next).0)
    });
    let sql = format!(
        "SELECT SUM(o.amount) FROM posting o JOIN account a ON a.num = o.account JOIN transfer t ON t.num = o.transfer \
         JOIN connection c ON c.num = t.connection JOIN zone z ON z.num = c.zone WHERE a.kind IN ('credit', 'emergency') AND (FALSE{in_east})"
    );
    let mut poll = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..400 {
        let balance = number(running, &sql).await;
        let there = run(page, "return document.querySelector('.revenue-tiles [data-figure=saldo]')?.dataset.amount").await;
        if there == balance.to_string().as_str() {
            return;
        }
        poll.tick().await;
    }
    panic!("the unearned balance is not that of the ledger");
}

/// The figures of the month to the rupiah, and what they are compared with.
async fn figures_are_the_ledgers(page: &Client, running: &Running) {
    let received = -on(running, "'cash', 'gateway_clearing', 'refunds', 'chargebacks'").await;
    let (consumed, returned) = (on(running, "'revenue'").await, on(running, "'refunds', 'chargebacks'").await);
    assert_eq!((received, consumed, returned), (30_000, 14_000, 20_000));
    figure(page, "diterima", received).await;
    figure(page, "terpakai", consumed).await;
    figure(page, "dikembalikan", returned).await;
    unearned_is_the_ledgers(page, running).await;
    let unposted = "document.querySelector('[data-figure=saldo] [data-unposted]')?.innerText.includes('belum dibukukan')";
    until(page, "what is not in it", unposted).await;
    let steps =
        "['bruto', 'dikembalikan', 'diterima'].map((it) => document.querySelector(`[data-step=${it}]`)?.dataset.amount).join()";
    until(page, "the bridge", &format!("{steps} === '50000,20000,30000'")).await;
    until(page, "what it is compared with", "document.querySelector('[data-compared]')?.innerText.includes('dibanding')").await;
    let grown = "document.querySelector('.revenue-tiles [data-figure=diterima]').innerText.includes('turun 25')";
    until(page, "how it grew", grown).await;
    until(page, "the correction", "document.querySelector('[data-late=\"-1000\"]') && document.querySelector('[data-month]')")
        .await;
}

/// To the month before and back: the address says which.
async fn other_periods(page: &Client) {
    press_at(page, "[data-period=previous]").await;
    figure(page, "diterima", 40_000).await;
    until(page, "its address", "location.hash.includes('rentang=bulan')").await;
    page.refresh().await.expect("loaded again");
    figure(page, "diterima", 40_000).await;
    press_at(page, "[data-period=next]").await;
    figure(page, "diterima", 30_000).await;
    let now = "!location.hash.includes('rentang') && document.querySelector('[data-period=next]').disabled";
    until(page, "this month, behind which there is none", now).await;
}

/// The bridge and the hours by keyboard.
async fn by_keyboard(page: &Client) {
    focus(page, "[data-step=bruto]").await;
    keys(page, &[Key::Enter]).await;
    until(page, "what was sold", "document.querySelector('.side [data-drill=bruto] [data-transfer][data-amount=\"50000\"]')")
        .await;
    until(page, "its address", "location.hash.includes('buka=bruto')").await;
    keys(page, &[Key::Escape]).await;
    until(
        page,
        "closed, and where it was",
        "!document.querySelector('.side') && document.activeElement?.dataset.step === 'bruto'",
    )
    .await;
    focus(page, "#revenue-heat-cells").await;
    keys(page, &[Key::End]).await;
    let said = "document.querySelector('#revenue-heat-said')?.innerText";
    until(page, "the last hour", &format!("{said}?.startsWith('Min pukul 23.00')")).await;
    keys(page, &[Key::Up]).await;
    until(page, "the same hour of the day before", &format!("{said}?.startsWith('Sab pukul 23.00')")).await;
    keys(page, &[Key::Escape]).await;
    until(page, "nothing said", &format!("{said} === ''")).await;
    let cells = "[...document.querySelectorAll('#revenue-heat-cells [data-amount]')].reduce((sum, it) => sum + Number(it.dataset.amount), 0)";
    until(page, "all hours are all that was received", &format!("{cells} === 30000")).await;
}

/// From a figure to its transfers, to the customer and back, and to what a month cost.
async fn behind_figures(host: &Host, running: &Running) {
    let page = &host.driven.page;
    press_at(page, ".revenue-tiles [data-figure=diterima]").await;
    until(page, "the purchase", "document.querySelector('[data-drill=diterima] [data-kind=purchase][data-amount=\"50000\"]')")
        .await;
    press_in(page, ".revenue-panel .segmented", "Pengembalian").await;
    until(page, "the refund", "document.querySelector('[data-drill=diterima] [data-kind=refund][data-amount=\"-20000\"]')").await;
    picture(page, "revenue-behind").await;
    press_at(page, "[data-transfer] a").await;
    let customer = running.world.customers[0];
    until(page, "the customer", &format!("location.hash.startsWith('#/pelanggan') && location.hash.includes('{customer}')"))
        .await;
    until(page, "its panel", "document.querySelector('.money-of')").await;
    // Back closes the panel before it leaves the page.
    run(page, "history.back()").await;
    until(page, "no panel", "!document.querySelector('.money-of')").await;
    run(page, "history.back()").await;
    until(page, "back at the refund", "document.querySelector('[data-drill=diterima] [data-kind=refund]')").await;
    press_at(page, ".revenue-tiles [data-figure=terpakai]").await;
    until(page, "the charge", "document.querySelector('[data-drill=terpakai] [data-kind=charge][data-amount=\"15000\"]')").await;
    press_at(page, "[data-kind=charge] .transfer-acts button").await;
    until(page, "why", "document.querySelector('.dialog .why[data-due]')").await;
    confirm(host, "Tutup").await;
    keys(page, &[Key::Escape]).await;
    until(page, "no panel", "!document.querySelector('.side')").await;
}

/// The parts in their three shapes, of which each leads to its transfers.
async fn parts(host: &Host) {
    let page = &host.driven.page;
    let cash = "document.querySelector('.parts-table [data-row=cash][data-amount=\"30000\"]')";
    until(page, "cash", cash).await;
    for (name, word, there) in [
        (
            "Batang",
            "batang",
            "((bar) => bar.style.width === '100%' && getComputedStyle(bar).backgroundColor !== 'rgba(0, 0, 0, 0)')\
             (document.querySelector('.part-bar i'))",
        ),
        ("Tabel", "tabel", "document.querySelector('.parts-table th.more')"),
        ("Cincin", "cincin", "!document.querySelector('.parts-table th.more')"),
    ] {
        press(host, name).await;
        until(page, name, &format!("document.querySelector('.parts[data-shape={word}]') && {there}")).await;
    }
    press_found(page, "cash", cash).await;
    let behind =
        "location.hash.includes('nilai=cash') && document.querySelector('.side [data-kind=purchase][data-amount=\"50000\"]')";
    until(page, "the purchases in cash", behind).await;
    keys(page, &[Key::Escape]).await;
    until(page, "no panel", "!document.querySelector('.side')").await;
    press(host, "Tampilkan pelanggan").await;
    until(
        page,
        "the customers",
        "document.querySelector('[data-customers=\"2\"]') && document.querySelector('.revenue-customers .list a')",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_the_ledgers_revenue_and_lead_to_what_is_behind_it() {
    let running = begun().await;
    let axe = axe::script();
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail a[href*=pendapatan]')").await;
    press_at(page, ".rail a[href*=pendapatan]").await;
    figures_are_the_ledgers(page, &running).await;
    other_periods(page).await;
    by_keyboard(page).await;
    behind_figures(&host, &running).await;
    parts(&host).await;
    let mut findings = Vec::new();
    for (language, theme, title) in [("id", "light", "Pendapatan"), ("en", "dark", "Revenue")] {
        preferences(&host, language, theme).await;
        until(page, title, &format!("document.querySelector('h1')?.innerText === '{title}'")).await;
        picture(page, &format!("revenue-{language}")).await;
        findings.extend(audit(page, &axe, &format!("revenue {language} {theme}"), ANY).await);
        press_at(page, ".revenue-tiles [data-figure=diterima]").await;
        until(page, "the panel", "document.querySelector('.side [data-transfer]')").await;
        findings.extend(audit(page, &axe, &format!("revenue behind {language}"), ANY).await);
        keys(page, &[Key::Escape]).await;
        until(page, "no panel", "!document.querySelector('.side')").await;
    }
    preferences(&host, "id", "light").await;
    go(&host, "pendapatan?rentang=tahun&pada=2019").await;
    shown(&host, "Tidak ada uang bergerak").await;
    findings.extend(audit(page, &axe, "revenue empty", ANY).await);
    go(&host, &format!("pendapatan?rentang=bulan&pada={}", month().0 + 2)).await;
    shown(&host, "Periode ini belum mulai").await;
    press(&host, "Bebas").await;
    until(
        page,
        "its days",
        "location.hash.includes('rentang=bebas') && document.querySelector('.revenue-period input[type=date]')",
    )
    .await;
    shown(&host, "Periode ini belum mulai").await;
    press(&host, "Ke bulan ini").await;
    figure(page, "diterima", 30_000).await;
    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    page.refresh().await.expect("loaded again");
    figure(page, "diterima", 30_000).await;
    until(page, "as of when", "document.querySelector('[data-as-of]')?.innerText.startsWith('Data per')").await;
    press_at(page, "[data-period=previous]").await;
    figure(page, "diterima", 40_000).await;
    press_at(page, "[data-period=next]").await;
    figure(page, "diterima", 30_000).await;
    press_at(page, ".revenue-tiles [data-figure=diterima]").await;
    until(
        page,
        "what was received of it",
        "document.querySelector('.side .banner.warn') && document.querySelector('.side [data-transfer]')",
    )
    .await;
    press_at(page, "[data-step=pajak]").await;
    until(page, "why there is nothing", "document.querySelector('.side [data-drill=pajak] .empty')").await;
    shown(&host, "belum pernah dimuat di perangkat ini").await;
    findings.extend(audit(page, &axe, "revenue offline", ANY).await);
    host.end().await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_revenue_on_a_phone_and_open_transfers_as_a_sheet() {
    let running = begun().await;
    let axe = axe::script();
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the tabs", "document.querySelector('#tabs-more')").await;
    press_at(page, "#tabs-more").await;
    until(page, "the rest of the menu", "document.querySelector('.more-list a[href*=pendapatan]')").await;
    press_at(page, ".more-list a[href*=pendapatan]").await;
    figures_are_the_ledgers(page, &running).await;
    let mut findings = Vec::new();
    for (language, theme) in [("id", "light"), ("en", "dark")] {
        preferences(&host, language, theme).await;
        until(page, "as wide as the phone", "document.documentElement.scrollWidth <= innerWidth").await;
        let names =
            "[...document.querySelectorAll('.revenue-tiles .stat > .chip:first-child')].every((chip) => chip.offsetHeight < 40)";
        picture(page, &format!("revenue-phone-{language}")).await;
        until(page, "each name of a figure in one line", names).await;
        findings.extend(audit(page, &axe, &format!("revenue phone {language}"), ANY).await);
    }
    preferences(&host, "id", "light").await;
    press_at(page, "[data-step=diterima]").await;
    until(page, "the sheet", "document.querySelector('.sheet [data-drill=diterima] [data-transfer]')").await;
    picture(page, "revenue-phone-behind").await;
    findings.extend(audit(page, &axe, "revenue phone behind", ANY).await);
    let names = "return document.querySelector('.sheet').innerText.match(/Diterima · /g).length";
    assert_eq!(run(page, names).await, 1, "a sheet says once what it is");
    run(page, "history.back()").await;
    let closed = "!document.querySelector('.dialog') && location.hash === '#/pendapatan'";
    until(page, "no sheet, and the page", closed).await;
    press_at(page, "[data-step=diterima]").await;
    until(page, "the sheet again", "document.querySelector('.sheet [data-drill=diterima]')").await;
    press_at(page, ".sheet h2 + .icon-only").await;
    until(page, "closed by its cross", closed).await;
    choose(page, ".revenue-period select", "day").await;
    until(page, "a day", "location.hash.includes('rentang=hari') && !document.querySelector('.revenue-course')").await;
    figure(page, "diterima", 30_000).await;
    host.end().await;
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}
