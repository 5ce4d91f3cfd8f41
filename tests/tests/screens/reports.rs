//! Laporan, in a real browser: a report is chosen, put together by keyboard, looked at, saved as files and kept as a template, without a server
//! too; and on a phone in English.

use fantoccini::Client as Page;
use protocol::reports::RunDocument;
use serde_json::{Value, json};
use sync_server::reports::program::Limits;
use tests::axe::in_themes;
use tests::driver::{picture, press, text, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::steps::{choose, go, press_found, set};
use tests::world::{World, program};

/// The page of the file is there.
pub const SHEET: &str =
    "document.querySelector('.report-sheet')?.complete && document.querySelector('.report-sheet').naturalWidth > 0";

/// The sorts of the pieces, in their order.
const PIECES: &str = "[...document.querySelectorAll('.report-piece')].map((it) => it.dataset.piece.replace('report-sort-', ''))";

/// The file that is downloaded for a kind: its name and its first letters.
async fn downloaded(page: &Page, format: &str) -> (String, String) {
    let catch = "window.saved = null; \
        HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; }; \
        URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = [window.savedAs, text.slice(0, 400)]; }); return 'data:,'; }";
    run(page, catch).await;
    press(page, &format!("[data-of=report-files] [data-format={format}]")).await;
    let saved = until(page, "the file", "window.saved").await;
    until(page, "that the dialog is closed", "!document.querySelector('[data-of=report-files]')").await;
    serde_json::from_value(saved).expect("a name and a text")
}

/// Opens the choice of files.
pub async fn open_files(page: &Page) {
    press(page, ".report-page .page-head .button.primary").await;
    until(page, "the kinds", "document.querySelector('[data-of=report-files] [data-format=pdf]')").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_put_a_report_together_show_its_page_and_save_it_without_a_server() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    press(page, ".rail a[href$=laporan]").await;
    until(page, "the kinds", "document.querySelectorAll('.report-kind').length === 9").await;
    let mut findings = in_themes(page, "laporan", &["light", "dark", "sunlight"]).await;
    press(page, "[data-kind=device_status]").await;
    until(page, "its page", SHEET).await;
    picture(page, "laporan-susun").await;
    let before = run(page, &format!("return {PIECES}")).await;
    assert_eq!(before, json!(["figures", "chart", "table", "table"]));
    findings.extend(in_themes(page, "laporan-susun", &["light", "dark", "sunlight"]).await);

    // A piece is moved by Alt and an arrow, and the focus goes along.
    let move_down = "const piece = document.getElementById('piece-0'); piece.focus(); \
        piece.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', altKey: true, bubbles: true }));";
    run(page, move_down).await;
    until(
        page,
        "the other order",
        &format!("JSON.stringify({PIECES}) === JSON.stringify(['chart', 'figures', 'table', 'table'])"),
    )
    .await;
    until(page, "the focus", "document.activeElement?.id === 'piece-1'").await;
    run(page, "document.querySelector('.report-more').open = true").await;
    press(page, "[data-add=report-sort-paragraph]").await;
    until(page, "a paragraph", "document.querySelector('#piece-4-text')").await;
    set(page, "#piece-4-text", "Untuk rapat.").await;
    until(page, "its page again", SHEET).await;

    press(page, ".report-page .page-head .button:not(.quiet):not(.primary)").await;
    until(page, "the form", "document.querySelector('#template-form')").await;
    findings.extend(in_themes(page, "laporan-templat", &["light", "dark", "sunlight"]).await);
    set(page, "#template-name", "Meter bulanan").await;
    press(page, "#template-form button[type=submit]").await;
    until(page, "its name", "document.querySelector('.report-page h1')?.innerText === 'Meter bulanan'").await;

    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    go(page, "laporan").await;
    press(page, "[data-template] button").await;
    until(page, "its page", SHEET).await;
    let kept = run(page, &format!("return {PIECES}")).await;
    assert_eq!(kept, json!(["chart", "figures", "table", "table", "paragraph"]));
    open_files(page).await;
    let (name, text_of) = downloaded(page, "pdf").await;
    assert!(name.starts_with("status-perangkat-") && text_of.starts_with("%PDF-"), "{name}");
    open_files(page).await;
    let (name, _) = downloaded(page, "xlsx").await;
    assert!(name.ends_with(".xlsx"), "{name}");
    open_files(page).await;
    let (name, csv) = downloaded(page, "csv").await;
    assert!(name.ends_with("-1.csv") && csv.contains("Daring"), "{name}: {csv}");
    host.end().await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_of_reports_fit_a_phone_in_english_and_are_for_admins_alone() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    let english = json!({ "ask": "set_preferences", "language": "en", "theme": "light", "motion": "still" });
    let script = "fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, body: arguments[0] })";
    page.execute(script, vec![english.to_string().into()]).await.expect("asked");
    until(page, "the language", "document.documentElement.lang === 'en'").await;
    let mut findings: Vec<String> = Vec::new();
    for (address, ready) in [
        ("laporan", "document.querySelectorAll('.report-kind').length === 9"),
        ("laporan?jenis=revenue", "document.querySelector('.report-settings [data-as-of]')"),
        ("laporan?bagian=otomatis", "document.querySelector('#report-runs')"),
    ] {
        go(page, address).await;
        until(page, address, ready).await;
        let wider = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert_eq!(wider, Value::from(0), "{address} is wider than the phone");
        let keys = run(page, "return document.querySelector('main').innerText.match(/\\breports?-[a-z_-]+/g) ?? []").await;
        assert_eq!(keys, json!([]), "{address} has all its words");
        findings.extend(in_themes(page, address, &["light", "dark", "sunlight"]).await);
    }
    // Settings, contents and page are one after the other.
    go(page, "laporan?jenis=revenue").await;
    until(page, "its parts", "document.querySelector('.report-page > .segmented button')").await;
    press_found(page, "the last of them", "[...document.querySelectorAll('.report-page > .segmented button')].at(-1)").await;
    until(page, "its page", SHEET).await;
    findings.extend(in_themes(page, "laporan-pratinjau", &["light"]).await);
    host.end().await;

    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser(&running, folder.path()).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    go(page, "laporan").await;
    until(page, "that it is denied", "document.querySelector('.empty')").await;
    assert!(!text(page).await.contains("Jenis laporan"));
    host.end().await;
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_make_a_schedule_show_what_was_made_and_save_it_and_say_what_needs_the_server() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(page, "laporan?bagian=otomatis").await;
    until(page, "that there is none", "document.querySelector('#report-schedules') && document.querySelector('.empty')").await;
    let themes = ["light", "dark", "sunlight"];
    let mut findings = in_themes(page, "laporan-otomatis-kosong", &themes).await;
    press(page, ".empty .button.primary").await;
    until(page, "the form", "document.querySelector('#schedule-form')").await;
    findings.extend(in_themes(page, "laporan-jadwal", &themes).await);
    // Without a name it is not sent.
    press(page, "#schedule-form button[type=submit]").await;
    until(page, "why not", "document.querySelector('#schedule-name-said.error')").await;
    set(page, "#schedule-name", "Meter bulanan").await;
    choose(page, "[data-of=source] select", "device_status").await;
    press(page, "#schedule-form button[type=submit]").await;
    until(page, "the schedule", "document.querySelector('[data-schedule][data-state=on]')").await;

    let later = sync_server::core::now().plus(40 * domain::core::local_time::DAY_MS);
    assert_eq!(sync_server::jobs::reports::once_at(&running.server.app, later).await.expect("made"), 1);
    until(page, "the run", "document.querySelector('[data-run][data-state=made]')").await;
    picture(page, "laporan-otomatis").await;
    findings.extend(in_themes(page, "laporan-otomatis", &themes).await);
    press(page, "[data-run] .button:not(.icon-only)").await;
    until(page, "the kinds", "document.querySelector('[data-of=report-files] [data-format=pdf]')").await;
    let (name, pdf) = downloaded(page, "pdf").await;
    assert!(name.starts_with("status-perangkat-") && pdf.starts_with("%PDF-"), "{name}");

    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    until(page, "that it cannot be changed", "document.querySelector('[data-schedule] button').disabled").await;
    press(page, "[data-run] .button:not(.icon-only)").await;
    until(page, "the kinds", "document.querySelector('[data-of=report-files] [data-format=csv]')").await;
    let (_, csv) = downloaded(page, "csv").await;
    assert!(csv.contains("Daring") || csv.contains("Luring"), "{csv}");
    findings.extend(in_themes(page, "laporan-otomatis-luring", &themes).await);
    host.end().await;
    assert_eq!(findings, Vec::<String>::new());
}

/// The paper of a report, set by the typesetter of a host in a time zone.
fn paper_in(zone: &str, report: &domain::reports::Report) -> Vec<u8> {
    let printed = serde_json::to_vec(&domain::exports::Printed::Reports(vec![report.clone()])).expect("JSON");
    let limits = Limits { time: std::time::Duration::from_secs(120), bytes: 64 * 1024 * 1024 };
    let mut program = std::process::Command::new(program("receipts"));
    sync_server::reports::program::run(program.env("TZ", zone), printed, limits).expect("a paper")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_report_is_the_same_paper_in_any_time_zone_of_the_host() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let everybody = tests::runs::people(&running, &token).await;
    tests::runs::put(&running, &token, tests::runs::daily(domain::reports::ReportKind::Revenue, everybody)).await;
    let later = sync_server::core::now().plus(2 * domain::core::local_time::DAY_MS);
    sync_server::jobs::reports::once_at(&running.server.app, later).await.expect("made");
    let run = tests::runs::shown(&running, &token).await.runs.remove(0);
    let stored: RunDocument = running.get(&token, &format!("/admin/v1/reports/runs/{}", run.id)).await;
    let papers = ["Asia/Jakarta", "Pacific/Kiritimati", "America/Los_Angeles"].map(|zone| paper_in(zone, &stored.report));
    assert!(papers[0].starts_with(b"%PDF-") && papers.iter().all(|paper| *paper == papers[0]));
    running.server.stop().await;
}
