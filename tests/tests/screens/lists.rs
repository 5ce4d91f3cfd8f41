//! Long lists on a screen: only what is near to what is seen is drawn, and whoever walks them by keyboard or uses a screen reader does not notice.

use domain::CustomerId;
use domain::sync::edit::CustomerField;
use fantoccini::Client;
use fantoccini::key::Key;
use protocol::ui::Request;
use rusqlite::OpenFlags;
use serde_json::Value;
use sync_server::cli::provision::transact;
use sync_server::core::open_connection;
use sync_server::metering::fleet;
use tests::axe::{self, ANY, audit};
use tests::driver::{picture, press as press_at, until};
use tests::host::{Host, sign_in};
use tests::keys::{press, run, typed};
use tests::ops::{edit, op, push};
use tests::steps::{fill, focus, go, search};
use tests::world::{Running, World};
use uuid::Uuid;

/// Customers, operations that wait, and fields that two people changed.
const CUSTOMERS: usize = 400;
const WAITING: usize = 150;
const CONFLICTS: usize = 40;

/// A world with more customers than a screen has room for.
fn crowded() -> (World, Vec<CustomerId>) {
    let world = World::new();
    let file = world.config().database();
    let mut db = open_connection(&file, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
    let ids: Vec<_> = (0..CUSTOMERS).map(|_| CustomerId(Uuid::now_v7())).collect();
    transact(&mut db, |tx| {
        let utility = tx.db.query_row("SELECT utility FROM customer LIMIT 1", [], |row| row.get(0))?;
        for (place, id) in ids.iter().enumerate() {
            fleet::add_customer(tx, utility, *id, &format!("9{place:04}"), &format!("Warga {place:04}"))?;
        }
        Ok(())
    })
    .expect("more customers");
    (world, ids)
}

async fn bridge(page: &Client, request: &Value) {
    let script = "const done = arguments[1]; fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, \
                  body: arguments[0] }).then(r => r.text()).then(done)";
    let said = page.execute_async(script, vec![request.to_string().into()]).await.expect("asked");
    assert!(!said.to_string().contains("Err"), "{said}");
}

/// A host whose user has much to decide, and much that waits for a server that is gone.
async fn busy(size: (u32, u32), folder: &std::path::Path) -> (Host, World) {
    let (world, ids) = crowded();
    let running = world.start().await;
    for city in ["Kota Bandung", "Kabupaten Bandung Barat"] {
        let ops = ids.iter().take(CONFLICTS).zip(1..);
        let ops = ops.map(|(id, seq)| op(Uuid::now_v7(), seq, None, &edit(*id, &[(CustomerField::City, "", city)])));
        push(&running, "admin", ops.collect()).await;
    }
    let host = Host::browser_of(&running, folder, size).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail, .tabs')").await;
    go(page, "antrean").await;
    until(page, "the conflicts", &format!("document.querySelector('.conflicts [aria-setsize=\"{CONFLICTS}\"]')")).await;
    let wrong = edit(ids[0], &[(CustomerField::PostalCode, "", "4011"), (CustomerField::Address, "", "Jl. Merdeka 17")]);
    bridge(page, &serde_json::to_value(Request::Submit(wrong)).expect("JSON")).await;
    until(page, "a refusal", "document.querySelector('[data-state=op-parked]')").await;
    let Running { world, server } = running;
    server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    for id in ids.iter().rev().take(WAITING) {
        let command =
            edit(*id, &[(CustomerField::Phone, "", "+62 811 2222 333"), (CustomerField::Status, "active", "suspended")]);
        bridge(page, &serde_json::to_value(Request::Submit(command)).expect("JSON")).await;
    }
    // On a phone they begin below what is drawn at the top.
    let there = format!("document.querySelector('.outbox [aria-setsize=\"{}\"]')", WAITING + 1);
    until(page, "all of them", &format!("(document.querySelector('.outbox')?.scrollIntoView(), {there})")).await;
    (host, world)
}

/// The numbers of the operations that are drawn, in their order.
const DRAWN: &str = "[...document.querySelectorAll('.outbox [aria-posinset]')].map(e => Number(e.ariaPosInSet))";

async fn to_the_end(page: &Client) {
    let last = format!("document.querySelector('.outbox [aria-posinset=\"{}\"]')", WAITING + 1);
    let down = "document.querySelector('main').scrollTo(0, 1e9), document.scrollingElement.scrollTo(0, 1e9)";
    until(page, "the last operation", &format!("({down}, {last})")).await;
}

async fn to_the_top(page: &Client) {
    let first = "document.querySelector('.conflicts [aria-posinset=\"1\"]')";
    let up = "document.querySelector('main').scrollTo(0, 0), document.scrollingElement.scrollTo(0, 0)";
    until(page, "the first conflict", &format!("({up}, {first})")).await;
}

/// Looks at the top, at the end and at the form of an operation that waits.
async fn look_around(page: &Client, axe: &str, what: &str, findings: &mut Vec<String>) {
    to_the_top(page).await;
    picture(page, &format!("{what} top")).await;
    findings.extend(audit(page, axe, &format!("{what}: top"), ANY).await);
    run(page, "document.querySelector('.outbox').scrollIntoView()").await;
    until(page, "the refusal", "document.querySelector('[data-state=op-parked] .tools')").await;
    picture(page, &format!("{what} list")).await;
    to_the_end(page).await;
    findings.extend(audit(page, axe, &format!("{what}: end"), ANY).await);
    let drawn: Vec<usize> = serde_json::from_value(run(page, &format!("return {DRAWN}")).await).expect("numbers");
    assert!(drawn.len() < WAITING / 2, "{} of {WAITING} are drawn", drawn.len());
    assert!(drawn.is_sorted() && drawn.last() == Some(&(WAITING + 1)), "{drawn:?}");
    press_at(page, ".outbox [data-state=op-waiting] .tools button").await;
    until(page, "the form", "document.querySelector('.dialog #amend-phone')").await;
    picture(page, &format!("{what} form")).await;
    findings.extend(audit(page, axe, &format!("{what}: form"), ANY).await);
    press(page, &[Key::Escape]).await;
    until(page, "no form", "!document.querySelector('.dialog')").await;
}

async fn long_lists_are_for_everybody(size: (u32, u32)) {
    let (folder, axe) = (tempfile::tempdir().expect("a folder"), axe::script());
    let (host, _world) = busy(size, folder.path()).await;
    let page = &host.driven.page;
    to_the_top(page).await;
    press_at(page, ".conflicts + button").await;
    until(page, "more of them", "document.querySelectorAll('.conflict').length > 3").await;
    assert!(run(page, "return document.querySelectorAll('.conflict').length").await.as_u64() < Some(CONFLICTS as u64));
    let mut findings = Vec::new();
    for (language, theme) in [("id", "light"), ("id", "dark"), ("en", "light"), ("en", "dark"), ("en", "sunlight")] {
        let asked = serde_json::json!({ "ask": "set_preferences", "language": language, "theme": theme, "motion": "still" });
        bridge(page, &asked).await;
        let set =
            format!("document.documentElement.dataset.theme === '{theme}' && document.documentElement.lang === '{language}'");
        until(page, "language and theme", &set).await;
        look_around(page, &axe, &format!("lists {language} {theme} {}", size.0), &mut findings).await;
    }
    host.end().await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn long_lists_pass_axe_on_a_desktop_in_both_languages_and_all_themes() {
    long_lists_are_for_everybody((1_280, 800)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_lists_pass_axe_on_a_phone_in_both_languages_and_all_themes() {
    long_lists_are_for_everybody((390, 844)).await;
}

/// Does something with the first button of what waits, once it is there: each try to send takes it away for a moment.
fn of_what_waits(what: &str) -> String {
    format!(
        "[...document.querySelectorAll('.outbox [data-state=op-waiting] .tools button')].slice(0, 1).map((it) => it.{what}() ?? true)[0]"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_waits_is_edited_where_it_is_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (host, _world) = busy((1_280, 800), folder.path()).await;
    let page = &host.driven.page;
    run(page, "document.querySelector('.outbox').scrollIntoView()").await;
    until(page, "something that waits", &of_what_waits("click")).await;
    until(page, "its value", "document.querySelector('#amend-phone')?.value === '+62 811 2222 333'").await;
    fill(page, "amend-phone", "+62 811 9999 000").await;
    press(page, &[Key::Enter]).await;
    until(page, "no form", "!document.querySelector('.dialog')").await;
    let line = "document.querySelector('.outbox [data-state=op-waiting]')?.innerText.includes('+62 811 9999 000')";
    until(page, "the new value", line).await;
    // The focus is on what is left behind, and stays there wherever somebody scrolls.
    until(page, "something that waits", &of_what_waits("focus")).await;
    to_the_end(page).await;
    let held = "return document.activeElement.closest('[aria-posinset]')?.ariaPosInSet";
    assert_eq!(run(page, held).await, "2", "who holds the focus stays");
    run(page, "document.activeElement.blur()").await;
    until(page, "what nobody needs to be gone", "!document.querySelector('.outbox [aria-posinset=\"2\"]')").await;
    host.end().await;
}

/// From the second row: a range in sight is picked, and of one whose beginning is not drawn any more it is said that it is not.
async fn range_of_rows(page: &Client, all: usize) {
    let at = |place: usize| format!("document.activeElement.closest('li')?.ariaPosInSet === '{place}'");
    let picked = |count: usize| format!("document.querySelector('.picked [data-count=\"{count}\"]')");
    typed(page, "x").await;
    until(page, "one", &picked(1)).await;
    press(page, &[Key::Down, Key::Down]).await;
    until(page, "two rows on", &at(4)).await;
    typed(page, "X").await;
    until(page, "three", &picked(3)).await;
    press(page, &[Key::End]).await;
    until(page, "the last row", &at(all)).await;
    until(page, "no row of the beginning", "!document.querySelector('.window li[aria-posinset=\"2\"]')").await;
    typed(page, "X").await;
    until(page, "that it is not picked", "document.querySelector('.toast')?.innerText.includes('Awal rentang')").await;
    assert_ne!(run(page, &format!("return {}", picked(3))).await, Value::Null, "no other range is picked instead");
    press(page, &[Key::Escape]).await;
    until(page, "none", "!document.querySelector('.picked [data-count]')").await;
    press(page, &[Key::Home]).await;
    until(page, "the first row", &at(1)).await;
    press(page, &[Key::Down]).await;
    until(page, "the second row", &at(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_customers_is_walked_by_keyboard() {
    let running = crowded().0.start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_280, 800)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(page, "pelanggan").await;
    let all = CUSTOMERS + 2;
    until(page, "the list", &format!("document.querySelector('.window li[aria-setsize=\"{all}\"]')")).await;
    let at = |place: usize| format!("document.activeElement.closest('li')?.ariaPosInSet === '{place}'");
    focus(page, ".window").await;
    for (keys, place) in [
        (&[Key::Down][..], 1),
        (&[Key::Down, Key::Down, Key::Down], 4),
        (&[Key::Up], 3),
        (&[Key::End], all),
        (&[Key::Up], all - 1),
        (&[Key::Home], 1),
        (&[Key::Down], 2),
    ] {
        press(page, keys).await;
        until(page, &format!("row {place}"), &at(place)).await;
    }
    range_of_rows(page, all).await;
    run(page, "document.querySelector('.window').scrollTop = 1e9").await;
    until(page, "the last row", &format!("document.querySelector('.window li[aria-posinset=\"{all}\"]')")).await;
    assert_eq!(run(page, &format!("return {}", at(2))).await, true, "who holds the focus stays");
    let drawn = run(page, "return document.querySelectorAll('.window li').length").await;
    assert!(drawn.as_u64() < Some(60), "{drawn} rows are drawn");
    press(page, &[Key::Down]).await;
    until(page, "the row below", &at(3)).await;
    press(page, &[Key::Enter]).await;
    until(page, "its panel", "document.querySelector('.with-panel .facts')").await;
    // A search is another list, from its beginning.
    run(page, "document.querySelector('.window').scrollTop = 1e9").await;
    search(page, "Warga 03").await;
    until(
        page,
        "a hundred rows from the first",
        "document.querySelector('.window li[aria-setsize=\"100\"][aria-posinset=\"1\"]')",
    )
    .await;
    host.end().await;
    running.server.stop().await;
}
