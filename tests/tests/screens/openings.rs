//! Opening balances that wait for a second admin: approved one by one and declined all at once at a desk, seen and not decided by whoever imported them
//! on a phone, and decided by nobody without the server.

use domain::{OpeningId, Rupiah};
use protocol::sync::push::Operation;
use tests::axe::in_themes;
use tests::driver::{picture, press as press_at, until};
use tests::field::{applied, send};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::shop::{number, second_admin};
use tests::steps::{confirm, fill, go, press, press_found, shown};
use tests::world::{Running, World};
use uuid::Uuid;

const BOOKED: &str = "SELECT -COALESCE(SUM(balance), 0) FROM account WHERE kind = 'opening_balances'";

/// What an import of an admin brings: too much for one admin.
async fn imported(running: &Running, amounts: [i64; 2]) {
    let import = Uuid::now_v7();
    let brought = |place: usize| Operation::AddOpening {
        opening: OpeningId(Uuid::now_v7()),
        connection: running.world.meters[place].connection,
        amount: Rupiah(amounts[place]),
        import,
        row: place as u32 + 2,
        source: "saldo-awal.xlsx".into(),
    };
    let results = send(running, "admin", &[brought(0), brought(1)]).await;
    assert!(results.iter().all(applied), "{results:?}");
}

/// A part of Keuangan, as from another page.
async fn part(host: &Host, word: &str) {
    go(host, "ringkasan").await;
    until(&host.driven.page, "another page", "document.querySelector('.summary-page')").await;
    go(host, &format!("keuangan?bagian={word}")).await;
}

/// One is approved by itself, after a reason was asked for.
async fn one_is_approved(host: &Host, running: &Running) {
    let page = &host.driven.page;
    until(page, "both", "document.querySelectorAll('[data-opening]').length === 2").await;
    let first = "document.querySelector('[data-opening=\"2\"] button[aria-label^=\"Setujui Rp1.500.000\"]')";
    until(page, "its button", &format!("{first}?.disabled === false")).await;
    picture(page, "openings-waiting").await;
    assert_eq!(in_themes(page, "openings", &["dark", "light"]).await, Vec::<String>::new());
    press_found(page, "its button", first).await;
    until(page, "the question", "document.querySelector('.dialog [data-whose]')?.innerText.includes('Pelanggan')").await;
    shown(host, "1 saldo awal dibukukan, jumlahnya Rp1.500.000.").await;
    press(host, "Setujui").await;
    until(page, "what is missing", "document.querySelector('.dialog .faults a')").await;
    assert_eq!(number(running, BOOKED).await, 0, "nothing is booked without a reason");
    fill(host, "opening-reason", "Sesuai buku lama").await;
    confirm(host, "Setujui").await;
    until(
        page,
        "the other one alone",
        "document.querySelectorAll('[data-opening]').length === 1 && !document.querySelector('.dialog')",
    )
    .await;
    assert_eq!(number(running, BOOKED).await, 1_500_000);
}

/// The rest of the import is declined at once.
async fn the_rest_is_declined(host: &Host, running: &Running) {
    press(host, "Tolak semua").await;
    until(&host.driven.page, "the question", "document.querySelector('.dialog #opening-reason')").await;
    fill(host, "opening-reason", "Belum cocok dengan buku lama").await;
    confirm(host, "Tolak").await;
    shown(host, "Tidak ada saldo awal yang menunggu persetujuan.").await;
    assert_eq!(number(running, BOOKED).await, 1_500_000);
    let declined = "SELECT COUNT(*) FROM audit WHERE kind = 'decline_opening'";
    assert_eq!(number(running, declined).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_admin_approves_and_declines_opening_balances_and_nobody_does_offline() {
    let running = World::new().start().await;
    second_admin(&running).await;
    imported(&running, [1_500_000, -2_000_000]).await;
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let own = Host::browser(&running, folders[0].path()).await;
    sign_in(&own, "admin").await;
    go(&own, "keuangan?bagian=saldo-awal").await;
    shown(&own, "Anda yang mengimpor ini").await;
    let buttons = run(&own.driven.page, "return document.querySelectorAll('.finance .card button').length").await;
    assert_eq!(buttons, 0, "who imported them cannot decide");
    picture(&own.driven.page, "openings-own").await;
    own.end().await;

    let host = Host::browser_of(&running, folders[1].path(), (1_440, 900)).await;
    sign_in(&host, "second").await;
    let page = &host.driven.page;
    until(page, "the tile", "document.querySelector('[data-tile=openings]')?.dataset.count === '2'").await;
    press_at(page, "[data-tile=openings]").await;
    let there = "location.hash.includes('bagian=saldo-awal') && document.querySelector('#openings-head') && !document.querySelector('#bank-head')";
    until(page, "that part alone", there).await;
    one_is_approved(&host, &running).await;
    the_rest_is_declined(&host, &running).await;

    part(&host, "batas").await;
    until(page, "the limits", "document.querySelector('[data-opening-limits=\"1000000\"]')").await;
    imported_again(&running).await;
    part(&host, "saldo-awal").await;
    until(page, "another one", "document.querySelectorAll('[data-opening]').length === 1").await;
    running.server.stop().await;
    let away = "[...document.querySelectorAll('.finance .card button')].length === 4 \
                && [...document.querySelectorAll('.finance .card button')].every((it) => it.disabled)";
    until(page, "that nothing can be decided", away).await;
    host.end().await;
}

/// What was declined comes again in another import: its connection is free.
async fn imported_again(running: &Running) {
    let again = Operation::AddOpening {
        opening: OpeningId(Uuid::now_v7()),
        connection: running.world.meters[1].connection,
        amount: Rupiah(-2_000_000),
        import: Uuid::now_v7(),
        row: 2,
        source: String::new(),
    };
    let results = send(running, "admin", &[again]).await;
    assert!(results.iter().all(applied), "{results:?}");
}
