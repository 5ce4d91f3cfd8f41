//! Impor, in a real browser: a messy sheet is read, mapped, checked, mended, saved and taken back; on a phone in English; without a server; and
//! with the keyboard alone.

use fantoccini::Client as Page;
use fantoccini::key::Key;
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;
use tests::axe::in_themes;
use tests::driver::{picture, press, text, until};
use tests::field::{clean, database};
use tests::host::{Host, sign_in};
use tests::keys::{self, run, typed};
use tests::steps::{attach, choose, follow, go, press as named, press_found, search};
use tests::world::{Running, World};

/// A sheet as a utility writes it: a title, a header in row 4, a total at the end, in the encoding of Windows. Four households have an error:
/// the third a telephone in powers of ten, the fifth and the eighth a zone that there is not, the tenth no name.
fn sheet(households: u32) -> Vec<u8> {
    let mut text = String::from(
        "DAFTAR PELANGGAN;;;;;;\r\nCabang Barat;;;;;;\r\n;;;;;;\r\nNo Pelanggan;Nama;No HP;Alamat;Gol;Wilayah;No Meter\r\n",
    );
    for n in 1..=households {
        let phone = if n == 3 { "8,12E+10".to_owned() } else { format!("0812{:08}", 55_000_000 + n) };
        let zone = if matches!(n, 5 | 8) { "Utara" } else { "Barat" };
        let name = if n == 10 { String::new() } else { format!("Warga é {n}") };
        text += &format!("{:06};{name};{phone};Jl. Melati No. {n};R1;{zone};IMP-{n:05}\r\n", 100 + n);
    }
    text += &format!("TOTAL;{households};;;;;\r\n");
    text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("a letter of Latin 1")).collect()
}

/// A world, and an admin before a window of some size, with a folder for the files of both.
async fn admin_at(size: (u32, u32)) -> (Running, TempDir, Host) {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), size).await;
    sign_in(&host, "admin").await;
    (running, folder, host)
}

/// Writes the sheet into a file and gives it to the list, as the system's dialog would; its page opens by itself.
async fn bring(page: &Page, folder: &Path, households: u32) {
    let file = folder.join("pelanggan.csv");
    std::fs::write(&file, sheet(households)).expect("written");
    attach(page, "import-file", &file).await;
    until(
        page,
        "its page",
        "location.hash.startsWith('#/impor/') && document.querySelector('h1')?.innerText === 'pelanggan.csv' \
         && document.querySelector('.import-format')",
    )
    .await;
}

/// On to the next step by its button.
async fn next(page: &Page, step: &str) {
    // The list above may still become shorter, so the button is pressed by itself and not by its place.
    let pressed = "[...document.querySelectorAll('.import-ways > .button.primary:enabled')].map((it) => it.click() ?? true)[0]";
    until(page, "the way on", pressed).await;
    until(page, step, &format!("document.querySelector('[data-step={step}][aria-current=step]')")).await;
}

/// Waits until tiles of the check have these numbers.
async fn tiles(page: &Page, wanted: &[(&str, u32)]) {
    for (tile, count) in wanted {
        let there = format!("document.querySelector('[data-tile={tile}] .value')?.innerText === '{count}'");
        until(page, &format!("{count} in {tile}"), &there).await;
    }
}

/// Waits until so many of the import's changes were sent, wait, and were refused.
async fn became(page: &Page, [sent, waiting, refused]: [u32; 3]) {
    for (key, count) in [("op-sent", sent), ("op-waiting", waiting), ("op-parked", refused)] {
        let there = format!("document.querySelector('[data-sent={key}] .value')?.innerText === '{count}'");
        until(page, &format!("{count} as {key}"), &there).await;
    }
}

/// Another text in the line that has the focus.
async fn retype(page: &Page, words: &str) {
    keys::press(page, &[Key::End]).await;
    typed(page, &char::from(Key::Backspace).to_string().repeat(20)).await;
    typed(page, words).await;
    keys::press(page, &[Key::Enter]).await;
}

async fn the_file_is_understood(page: &Page) {
    let said = until(page, "what the file is", "document.querySelector('.import-format')?.innerText").await;
    assert!(said.as_str().is_some_and(|said| said.contains("CSV")), "{said}");
    let read = run(page, "return [...document.querySelectorAll('.import-format select')].map((it) => it.value)").await;
    assert_eq!(read, json!(["windows-1252", ";", "4"]), "encoding, delimiter and row of the names");
    let total = "document.querySelector('.import-notes')?.innerText.includes('1 baris jumlah dilewati, pertama baris 65')";
    until(page, "the total that is passed over", total).await;
    picture(page, "imports-file").await;
}

/// The columns as they are suggested; one that is needed is taken away, which stops, and put back.
async fn columns_are_confirmed(page: &Page) {
    next(page, "kolom").await;
    let held = "return [0, 1, 2, 5, 6].map((place) => document.getElementById(`import-column-${place}`).value)";
    assert_eq!(run(page, held).await, json!(["number", "name", "phone", "zone", "serial"]));
    choose(page, "#import-column-1", "").await;
    let stops = "document.querySelector('.faults')?.innerText.includes('Nama') \
                 && document.querySelector('.import-ways > .primary').disabled";
    until(page, "that a name is needed", stops).await;
    named(page, "Pakai Nama").await;
    until(page, "it again", "document.querySelector('#import-column-1').value === 'name' && !document.querySelector('.faults')")
        .await;
}

async fn rules_are_confirmed(page: &Page) {
    next(page, "aturan").await;
    let chosen = "[...document.querySelectorAll('.segmented [aria-pressed=true]')].map((it) => it.innerText.trim()).join()";
    until(page, "what is usual", &format!("{chosen} === 'Pelanggan,Tambah dan ubah,Simpan sisanya'")).await;
    named(page, "Tambah saja").await;
    until(page, "another rule", &format!("{chosen} === 'Pelanggan,Tambah saja,Simpan sisanya'")).await;
}

/// The zone of all its cells at once, the telephone in its own cell.
async fn errors_are_mended(page: &Page) {
    let group = "[...document.querySelectorAll('.import-group')].find((it) => it.innerText.includes('zona ini tidak ada'))";
    until(page, "both zones as one", &format!("{group}?.querySelector('.chip').innerText.trim() === '2'")).await;
    press_found(page, "both zones", group).await;
    choose(page, ".import-repair select", "Timur").await;
    picture(page, "imports-check").await;
    named(page, "Terapkan").await;
    tiles(page, &[("baru", 58), ("galat", 2)]).await;
    press(page, "[data-tile=galat]").await;
    until(page, "the two that are left", "document.querySelectorAll('.import-row').length === 2").await;
    let cell = "[...document.querySelectorAll('.import-cell.bad')].filter((it) => it.innerText.includes('8,12E+10'))\
                .map((it) => it.click() ?? true)[0]";
    until(page, "the telephone", cell).await;
    until(
        page,
        "its line",
        "document.activeElement?.closest('.import-cell.edited') && document.activeElement.value === '8,12E+10'",
    )
    .await;
    retype(page, "081255000003").await;
    tiles(page, &[("baru", 59), ("galat", 1)]).await;
    // What was mended is kept with the import, not with the page.
    page.refresh().await.expect("the page again");
    tiles(page, &[("baru", 59), ("galat", 1)]).await;
}

/// Saves after the question what will happen.
async fn saved(page: &Page, rows: u32) {
    next(page, "simpan").await;
    until(page, "what will happen", &format!("document.querySelector('.sums .total dd')?.innerText === '{rows}'")).await;
    press(page, ".import-ways > .button.primary").await;
    until(page, "the question", &format!("document.querySelector('.dialog .sums .total dd')?.innerText === '{rows}'")).await;
    press(page, ".dialog .button.primary").await;
    until(page, "the result", "document.querySelector('#import-hasil') && !document.querySelector('.dialog')").await;
}

async fn found(page: &Page, number: &str, name: &str) {
    go(page, "pelanggan").await;
    until(page, "those who are there", "document.querySelector('.customer-row')").await;
    search(page, number).await;
    let one = format!(
        "document.querySelectorAll('.customer-row').length === 1 && document.querySelector('.customer-row').innerText.includes({name:?})"
    );
    until(page, name, &one).await;
}

fn customers(running: &Running) -> i64 {
    database(&running.world).query_row("SELECT COUNT(*) FROM customer", [], |row| row.get(0)).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_import_a_messy_sheet_and_take_it_back() {
    let (running, folder, host) = admin_at((1_440, 900)).await;
    let page = &host.driven.page;
    press(page, ".rail a[href$=pelanggan]").await;
    until(page, "who is there", "document.querySelectorAll('.customer-row').length === 2").await;
    follow(page, "Impor").await;
    until(page, "no imports", "document.querySelector('#import-choose')?.innerText === 'Belum ada impor'").await;
    bring(page, folder.path(), 60).await;
    the_file_is_understood(page).await;
    columns_are_confirmed(page).await;
    rules_are_confirmed(page).await;
    next(page, "periksa").await;
    tiles(page, &[("baru", 56), ("galat", 4), ("dilewati", 1)]).await;
    errors_are_mended(page).await;
    saved(page, 59).await;
    // Each row adds a customer, a connection and a meter.
    became(page, [3 * 59, 0, 0]).await;
    picture(page, "imports-result").await;
    assert_eq!(customers(&running), 2 + 59);
    go(page, "antrean").await;
    let queue = "document.querySelector('.outbox [aria-setsize=\"177\"]') \
                 && document.querySelector('.outbox').innerText.includes('Pelanggan baru · Warga é 60')";
    until(page, "all of it in Antrean", queue).await;
    found(page, "000107", "Warga é 7").await;

    go(page, "impor").await;
    press(page, "[data-import]").await;
    until(page, "its result", "document.querySelector('#import-hasil')").await;
    named(page, "Tarik kembali").await;
    until(page, "the question", "document.querySelector('.dialog .sums .total dd')?.innerText === '59'").await;
    press(page, ".dialog .button.danger").await;
    until(page, "that it is undone", "document.querySelector('main').innerText.includes('Impor ini sudah ditarik kembali.')")
        .await;
    became(page, [3 * 59 + 59, 0, 0]).await;
    go(page, "pelanggan").await;
    until(page, "who was there before", "document.querySelectorAll('.customer-row').length === 2").await;
    assert_eq!(customers(&running), 2);
    host.end().await;
    clean(running).await;
}

/// That nothing is wider than the phone, that no key stands where words should, and what axe says in both themes.
async fn looked_at(page: &Page, what: &str, findings: &mut Vec<String>) {
    let wider = run(page, "return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    if wider != 0 {
        findings.push(format!("{what}: wider than the phone by {wider} px"));
    }
    let keys =
        run(page, "return document.querySelector('main').innerText.match(/\\b(import|imports|field)-[a-z_]+/g) ?? []").await;
    if keys != json!([]) {
        findings.push(format!("{what}: without words: {keys}"));
    }
    findings.extend(in_themes(page, &format!("imports-{what}"), &["light", "dark"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_of_an_import_fit_a_phone_in_english_and_satisfy_axe() {
    let (running, folder, host) = admin_at((390, 844)).await;
    let page = &host.driven.page;
    until(page, "the menu", "document.querySelector('.tabs')").await;
    let english = json!({ "ask": "set_preferences", "language": "en", "theme": "light", "motion": "still" });
    let script = "fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, body: arguments[0] })";
    page.execute(script, vec![english.to_string().into()]).await.expect("asked");
    until(page, "the language", "document.documentElement.lang === 'en'").await;
    let mut findings = Vec::new();
    go(page, "impor").await;
    until(page, "no imports", "document.querySelector('#import-choose')?.innerText === 'No imports yet'").await;
    looked_at(page, "empty", &mut findings).await;
    bring(page, folder.path(), 12).await;
    looked_at(page, "file", &mut findings).await;
    next(page, "kolom").await;
    until(page, "its name", "document.querySelector('#import-kolom')?.innerText === 'Columns'").await;
    looked_at(page, "columns", &mut findings).await;
    next(page, "aturan").await;
    next(page, "periksa").await;
    tiles(page, &[("baru", 8), ("galat", 4)]).await;
    press(page, ".import-group").await;
    until(page, "repairs and rows", "document.querySelector('.import-repair') && document.querySelector('.import-cell.bad')")
        .await;
    looked_at(page, "check", &mut findings).await;
    go(page, "impor").await;
    until(page, "the import", "document.querySelector('[data-import]')?.innerText.includes('4 errors')").await;
    looked_at(page, "list", &mut findings).await;
    assert_eq!(findings, Vec::<String>::new());
    host.end().await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_import_without_a_server_and_keep_it_on_the_device() {
    let (running, folder, host) = admin_at((1_280, 800)).await;
    let page = &host.driven.page;
    until(page, "all meters", "document.querySelector('.summary-page [data-total=\"2\"]')").await;
    until(page, "all of the data", "document.querySelector('.sync-mark[data-phase=sync-live]')").await;
    running.server.stop().await;
    until(page, "the offline bar", "document.querySelector('.offline-bar')").await;
    go(page, "impor").await;
    let works = "document.querySelector('main').innerText.includes('impor tetap bekerja sepenuhnya di perangkat ini')";
    until(page, "that it works", works).await;
    bring(page, folder.path(), 12).await;
    for step in ["kolom", "aturan", "periksa"] {
        next(page, step).await;
    }
    tiles(page, &[("baru", 8), ("galat", 4)]).await;
    saved(page, 8).await;
    let kept = "document.querySelector('main').innerText.includes('Tersimpan di perangkat ini; dikirim saat tersambung.')";
    until(page, "that it is kept here", kept).await;
    became(page, [0, 3 * 8, 0]).await;
    until(page, "how much waits", "document.querySelector('.sync-mark[data-unsent=\"24\"]')").await;
    picture(page, "imports-offline").await;
    found(page, "000104", "Warga é 4").await;
    go(page, "antrean").await;
    until(page, "it in Antrean", "document.querySelector('.op[data-state=op-waiting]')?.innerText.includes('Warga é 1')").await;
    host.end().await;
}

/// What has the focus, as a screen reader names it.
const NAMED: &str = "(document.activeElement?.getAttribute('aria-label') || document.activeElement?.innerText || '').trim()";

/// Tab until what is called so has the focus, and Enter.
async fn enter(page: &Page, name: &str) {
    let is_there = format!("return {NAMED}.startsWith({name:?}) && !document.activeElement.disabled");
    for _ in 0..150 {
        if run(page, &is_there).await == true {
            return keys::press(page, &[Key::Enter]).await;
        }
        keys::press(page, &[Key::Tab]).await;
    }
    panic!("Tab does not come to {name}: {}", text(page).await);
}

/// `enter`, once a text is there.
async fn enter_once_there(page: &Page, name: &str) {
    let there = format!("(document.querySelector('.dialog') ?? document.querySelector('main')).innerText.includes({name:?})");
    until(page, name, &there).await;
    enter(page, name).await;
}

/// Mends the four errors one by one: `n` leads to each, Enter opens its line and closes it.
async fn mended_by_keys(page: &Page) {
    for left in (0..4).rev() {
        // Where the list goes on from is known once the focus is back in it, or nowhere.
        until(page, "nothing on its way", "!document.querySelector('.import-cell.edited')").await;
        typed(page, "n").await;
        until(page, "an error", "document.activeElement?.matches('.import-cell.bad')").await;
        // The list may be drawn once more while the key is pressed, and then it is pressed again.
        let line = "document.activeElement?.matches('.import-cell.bad') && document.activeElement.dispatchEvent(\
                      new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })), \
                    document.activeElement?.closest('.import-cell.edited') && document.activeElement.id";
        let line = until(page, "its line", line).await;
        // `import-cell-{place}-{column}-text`.
        let words = match line.as_str().and_then(|id| id.split('-').nth(3)) {
            Some("1") => "Warga Baru",
            Some("2") => "081255000099",
            Some("5") => "Timur",
            other => panic!("no error is in column {other:?}"),
        };
        retype(page, words).await;
        tiles(page, &[("galat", left)]).await;
        until(page, "the others", &format!("document.querySelectorAll('.import-row').length === {left}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_imports_with_the_keyboard_alone() {
    let (running, folder, host) = admin_at((1_280, 800)).await;
    let page = &host.driven.page;
    until(page, "all meters", "document.querySelector('.summary-page [data-total=\"2\"]')").await;
    typed(page, "gi").await;
    bring(page, folder.path(), 12).await;
    // From the list, where it can be gone on with later.
    typed(page, "gi").await;
    until(page, "the list", "document.querySelector('[data-import]')").await;
    enter(page, "pelanggan.csv").await;
    for (on, step) in [("Lanjut ke Kolom", "kolom"), ("Lanjut ke Aturan", "aturan")] {
        enter_once_there(page, on).await;
        until(page, "the focus on the step's name", &format!("document.activeElement?.id === 'import-{step}'")).await;
    }
    enter_once_there(page, "Periksa 13 baris").await;
    tiles(page, &[("baru", 8), ("galat", 4)]).await;
    mended_by_keys(page).await;
    tiles(page, &[("baru", 12)]).await;
    enter_once_there(page, "Lanjut ke Simpan").await;
    until(page, "the focus on the step's name", "document.activeElement?.id === 'import-simpan'").await;
    enter_once_there(page, "Simpan 12 baris").await;
    until(page, "the question with the focus in it", "document.activeElement?.closest('.dialog')").await;
    picture(page, "imports-keys").await;
    enter(page, "Simpan 12 baris").await;
    until(page, "the result", "document.querySelector('#import-hasil') && !document.querySelector('.dialog')").await;
    became(page, [3 * 12, 0, 0]).await;
    assert_eq!(customers(&running), 2 + 12);
    host.end().await;
    clean(running).await;
}
