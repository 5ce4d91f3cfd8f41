//! Ekspor, in a real browser: what a list shows is downloaded as each kind of file, also without a server; on a phone in English; and only by admins.

use domain::sync::edit::CustomerField;
use fantoccini::Client as Page;
use serde_json::{Value, json};
use tests::axe::in_themes;
use tests::cases::leak;
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::ops::{edit, op, push};
use tests::steps::go;
use tests::world::{Running, World};
use uuid::Uuid;

/// Opens the dialog of the list that is shown.
async fn open(page: &Page, word: &str) {
    let pressed = format!(
        "[...document.querySelectorAll('.bar-acts .button')].filter((it) => it.innerText.trim() === {word:?}).slice(0, 1).map((it) => it.click() ?? true)[0]"
    );
    until(page, "the button", &pressed).await;
    until(page, "the kinds", "document.querySelectorAll('[data-of=export] [data-format]').length === 3").await;
}

/// Keeps what is downloaded next from the browser.
pub async fn catch(page: &Page) {
    let catch = "window.saved = null; \
        HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; }; \
        URL.createObjectURL = (blob) => { blob.arrayBuffer().then((bytes) => { window.saved = [window.savedAs, [...new Uint8Array(bytes).slice(0, 4)], \
        new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)]; }); return 'data:,'; }";
    run(page, catch).await;
}

/// What was kept: its name, its first bytes, and its text.
pub async fn caught(page: &Page) -> (String, Vec<u64>, String) {
    let saved = until(page, "the file", "window.saved").await;
    serde_json::from_value(saved).expect("a name, bytes and a text")
}

/// The file that is downloaded for a kind: its name, its first bytes, and its text.
async fn downloaded(page: &Page, format: &str) -> (String, Vec<u64>, String) {
    catch(page).await;
    press(page, &format!("[data-of=export] [data-format={format}]")).await;
    let saved = caught(page).await;
    until(page, "that it is said", "[...document.querySelectorAll('.toast')].some((it) => it.innerText.includes('Tersimpan: '))")
        .await;
    until(page, "that the dialog is closed", "!document.querySelector('[data-of=export]')").await;
    saved
}

async fn named(running: &Running) {
    let sets = [(CustomerField::Name, "Pelanggan", "=cmd()"), (CustomerField::Nik, "", "3273010101900001")];
    push(running, "admin", vec![op(Uuid::now_v7(), 1, None, &edit(running.world.customers[0], &sets))]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_export_what_a_list_shows_as_each_kind_of_file() {
    let running = World::new().start().await;
    named(&running).await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    press(page, ".rail a[href$=pelanggan]").await;
    until(page, "both", "document.querySelectorAll('.customer-row').length === 2").await;
    open(page, "Ekspor").await;
    let is_inside = "(() => { const at = document.querySelector('.sheet .dialog').getBoundingClientRect(); \
                     return at.top > 16 && at.bottom < innerHeight - 16; })()";
    until(page, "a dialog in the middle of a wide screen", is_inside).await;
    picture(page, "export").await;
    let (name, bytes, text) = downloaded(page, "csv").await;
    assert!(name.starts_with("pelanggan-") && name.ends_with(".csv"), "{name}");
    assert_eq!(bytes[..3], [0xef, 0xbb, 0xbf], "the mark of UTF-8");
    assert!(text.contains("'000;\"'=cmd()\";") && text.contains("'001;Pelanggan;") && !text.contains("32730"), "{text}");

    go(page, "pelanggan?cari=cmd").await;
    until(page, "one", "document.querySelectorAll('.customer-row').length === 1").await;
    open(page, "Ekspor").await;
    press(page, "#export-nik").await;
    let (.., text) = downloaded(page, "csv").await;
    assert!(text.contains(";'3273010101900001;") && !text.contains("'001;"), "{text}");
    open(page, "Ekspor").await;
    let (name, bytes, _) = downloaded(page, "xlsx").await;
    assert!(name.ends_with(".xlsx") && bytes == [0x50, 0x4b, 3, 4], "{name} {bytes:?}");
    open(page, "Ekspor").await;
    let (name, _, text) = downloaded(page, "pdf").await;
    assert!(name.ends_with(".pdf") && text.starts_with("%PDF-"), "{name}");

    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    go(page, "perangkat").await;
    until(page, "the fleet", "document.querySelectorAll('tbody tr').length === 2").await;
    open(page, "Ekspor").await;
    let said = until(page, "as of when", "document.querySelector('[data-of=export]').innerText").await;
    assert!(said.as_str().is_some_and(|said| said.contains("Data per ")), "{said}");
    let (name, _, text) = downloaded(page, "csv").await;
    assert!(name.starts_with("perangkat-") && text.contains("WM-TEST-A;Uji;\"'=cmd()\";"), "{name}: {text}");
    host.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_of_an_export_fit_a_phone_in_english_and_are_for_admins_alone() {
    let running = World::new().start().await;
    leak(&running).await;
    let mut findings: Vec<String> = Vec::new();
    for name in ["admin", "customer"] {
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser(&running, folder.path()).await;
        let page = &host.driven.page;
        sign_in(&host, name).await;
        until(page, "the menu", "document.querySelector('.tabs')").await;
        let english = json!({ "ask": "set_preferences", "language": "en", "theme": "light", "motion": "still" });
        let script = "fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, body: arguments[0] })";
        page.execute(script, vec![english.to_string().into()]).await.expect("asked");
        until(page, "the language", "document.documentElement.lang === 'en'").await;
        go(page, "peringatan").await;
        until(page, "a case", "document.querySelector('[data-case]')").await;
        if name == "customer" {
            assert_eq!(run(page, "return document.querySelectorAll('.bar-acts .button').length").await, 0);
            host.end().await;
            continue;
        }
        for address in ["peringatan", "perangkat", "pelanggan"] {
            go(page, address).await;
            open(page, "Export").await;
            let wider = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
            assert_eq!(wider, Value::from(0), "{address} is wider than the phone");
            let keys = run(page, "return document.querySelector('main').innerText.match(/\\bexport-[a-z_-]+/g) ?? []").await;
            assert_eq!(keys, json!([]), "{address} has all its words");
            findings.extend(in_themes(page, &format!("export-{address}"), &["light", "dark", "sunlight"]).await);
            run(
                page,
                "document.querySelector('.dialog').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))",
            )
            .await;
            until(page, "no dialog", "!document.querySelector('.dialog')").await;
        }
        host.end().await;
    }
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}
