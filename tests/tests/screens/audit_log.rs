//! The audit log on a screen: what changed in words, by whom of all who act, without anybody's NIK; searched, filtered, and taken away as a file.

use domain::billing::tariff::{TariffClass, TariffVersion, defaults};
use domain::sync::edit::{Change, CustomerField, Patch, ProfileField};
use domain::{LocalDay, NoteId, Rupiah, TimeZone};
use fantoccini::Client;
use protocol::core::audit::AuditPage;
use protocol::sales::admin::{NewTariff, Tariffs};
use protocol::sales::money::QuoteAsked;
use protocol::sync::push::{Operation, Outcome};
use protocol::sync::rows::Entity;
use serde_json::Value;
use sync_server::core::{audit, now};
use tests::axe::{self, ANY};
use tests::driver::{picture, press, text, until};
use tests::host::{Host, sign_in};
use tests::ops::{edit, op, push};
use tests::steps::{fill, go, press_found};
use tests::world::{Running, World};
use uuid::Uuid;

const NIK: &str = "3273010101900001";

async fn applied(running: &Running, name: &str, operation: &Operation) {
    let results = push(running, name, vec![op(Uuid::now_v7(), 1, None, operation)]).await;
    assert!(matches!(results[0].outcome, Outcome::Applied { .. }), "{results:?}");
}

/// Something of everybody: an admin, a technician, a customer, and the server itself.
async fn deeds(running: &Running) {
    let admin = running.tokens("admin").await.access_token;
    let customer = running.world.customers[0];
    applied(running, "admin", &edit(customer, &[(CustomerField::Name, "Pelanggan", "Nur'aini"), (CustomerField::Nik, "", NIK)]))
        .await;
    applied(running, "admin", &edit(customer, &[(CustomerField::Nik, NIK, "3273010101900002")])).await;
    let text = format!("=Segel rusak, KTP {NIK}");
    applied(running, "technician", &Operation::AddNote { note: NoteId(Uuid::now_v7()), meter: running.world.meters[0].id, text })
        .await;
    let own = running.tokens("customer").await.user.id;
    let phone = Change { from: String::new(), to: "+62 812-3456-789".into() };
    applied(running, "customer", &Operation::EditProfile { user: own, patch: Patch([(ProfileField::Phone, phone)].into()) })
        .await;
    let cash =
        QuoteAsked { id: Uuid::now_v7(), connection: running.world.meters[0].connection, amount: Rupiah(100_000), code: None };
    let _: Value = running.post(&admin, "/admin/v1/money/cash", &cash).await;
    let mut version =
        defaults(LocalDay(0)).into_iter().find(|version| version.class == TariffClass::Residential).expect("a default");
    version.blocks[1].price_per_m3 = Rupiah(2_250);
    let version =
        TariffVersion { effective_from: TimeZone::Makassar.day_of(now()).plus(40), decree: "SK 12/2026".into(), ..version };
    let _: Tariffs = running.post(&admin, "/admin/v1/money/tariffs", &NewTariff { id: Uuid::now_v7(), version }).await;
    let voucher = serde_json::json!({
        "id": Uuid::now_v7(), "name": "Lebaran", "codes": { "of": "one" },
        "voucher": {
            "code": "LEBARAN", "benefit": { "kind": "percentage", "value": 125 }, "minimum_purchase": 50_000, "valid_from": 0,
            "valid_until": now().plus(86_400_000), "classes": ["residential"], "customers": [customer], "state": "active",
            "maximum_discount": 20_000, "total_limit": 7, "customer_limit": null
        },
    });
    let _: Value = running.post(&admin, "/admin/v1/money/campaigns", &voucher).await;
    let meter = running.world.meters[0].id.0;
    let by_server = running.server.app.store.writer.work(move |tx| {
        let utility = tx.db.query_row("SELECT utility FROM meter LIMIT 1", [], |row| row.get(0))?;
        let entry = audit::Entry::by_server(utility, ("order_valve", Uuid::now_v7()), (Entity::Meter as u8, meter));
        audit::record(tx, &entry, [("valve_order", String::new(), "close_valve".to_owned())])
    });
    by_server.await.expect("recorded");
}

async fn run(page: &Client, script: &str) -> Value {
    page.execute(script, vec![]).await.expect("runs")
}

const ROWS: &str = "document.querySelectorAll('.audit-row').length";

/// Chooses among what is offered once it is.
async fn choose(page: &Client, label: &str, word: &str) {
    let option =
        format!("[...document.querySelector('select[aria-label={label:?}]').options].find(o => o.text.startsWith({word:?}))");
    let chosen = format!(
        "((o) => {{ if (!o) return false; o.parentElement.value = o.value; \
         o.parentElement.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})({option})"
    );
    until(page, word, &chosen).await;
}

/// Opens the newest row of a kind, and gives its fields.
async fn opened(page: &Client, kind: &str) -> String {
    press(page, &format!(".audit-row[data-kind={kind}] .open")).await;
    let zone = format!("/ WI(B|TA|T)$/.test(document.querySelector('.audit-row[data-kind={kind}] .when')?.innerText.trim())");
    until(page, "the zone of its time", &zone).await;
    let all = format!("document.querySelector('.audit-row[data-kind={kind}] + .audit-all')?.innerText");
    until(page, kind, &all).await.as_str().expect("text").to_owned()
}

async fn says(page: &Client, kind: &str, words: &[&str]) {
    let all = opened(page, kind).await;
    for word in words {
        assert!(all.contains(word), "{kind} does not say {word}: {all}");
    }
}

/// The file that is exported next.
async fn exported(page: &Client) -> String {
    run(page, "window.saved = null; URL.createObjectURL = (blob) => { blob.arrayBuffer().then((bytes) => { window.saved = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes); }); return 'data:,'; }").await;
    let button = "[...document.querySelectorAll('.page-head button')].find((b) => b.innerText.includes('CSV'))";
    press_found(page, "the button of the file", button).await;
    until(page, "the file", "window.saved").await.as_str().expect("text").to_owned()
}

async fn filters(page: &Client) {
    for (role, kind) in [("Teknisi", "add_note"), ("Pelanggan", "edit_profile"), ("Sistem", "order_valve")] {
        choose(page, "Peran", role).await;
        let only = format!("{ROWS} === 1 && document.querySelector('.audit-row').dataset.kind === '{kind}'");
        until(page, &format!("what {role} did"), &only).await;
    }
    choose(page, "Peran", "Semua peran").await;
    choose(page, "Pelaku", "technician (Teknisi)").await;
    until(page, "a person's", &format!("{ROWS} === 1")).await;
    choose(page, "Pelaku", "Semua orang").await;
    fill(page, "audit-search", "nur aini").await;
    until(page, "what is about her", &format!("{ROWS} === 4 && location.hash.includes('cari=nur')")).await;
    page.refresh().await.expect("loaded again");
    until(page, "the same again", &format!("{ROWS} === 4 && document.querySelector('#audit-search').value === 'nur aini'")).await;
    let file = exported(page).await;
    assert!(!file.contains("Segel") && file.contains("Isi tunai"), "the filter holds for the file: {file}");
    go(page, "audit").await;
    until(page, "all of them again", &format!("{ROWS} === 8")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_says_what_changed_by_whom_and_no_nik() {
    let running = World::new().start().await;
    deeds(&running).await;
    let admin = running.tokens("admin").await.access_token;
    let log: AuditPage = running.get(&admin, "/admin/v1/audit").await;
    let wire = serde_json::to_string(&log).expect("JSON");
    assert!(!wire.contains(NIK) && !wire.contains("0101900"), "the wire carries a NIK: {wire}");
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(page, "audit").await;
    until(page, "the log", &format!("{ROWS} === 8")).await;
    let width = "document.querySelector('.audit-table').offsetWidth / document.querySelector('main').clientWidth";
    assert!(run(page, &format!("return {width}")).await.as_f64() > Some(0.9), "the table has the whole width");
    assert!(text(page).await.contains("Rp100.000"), "money has its amount without opening anything");
    picture(page, "audit").await;
    says(page, "add_tariff", &["Blok 2", "Rp2.000 per m³", "Rp2.250 per m³", "SK 12/2026"]).await;
    assert!(!opened_text(page, "add_tariff").await.contains("Blok 1"), "what stays the same is not listed");
    says(page, "add_campaign", &["LEBARAN", "12,5", "Rp50.000", "Rp20.000", "7", "Nur'aini", "Rumah tangga"]).await;
    says(page, "cash_top_up", &["Rp100.000"]).await;
    says(page, "edit_customer", &["32••••••••••0001", "32••••••••••0002"]).await;
    says(page, "order_valve", &["Tutup katup"]).await;
    let shown = text(page).await;
    assert!(!shown.contains(NIK), "{shown}");
    let bare = "/[0-9a-f]{8}-[0-9a-f]{4}-/.test(document.querySelector('main').innerText)";
    assert_eq!(run(page, &format!("return {bare}")).await, false, "an identifier is on the screen: {shown}");
    picture(page, "audit-open").await;
    let findings = axe::audit(page, &axe::script(), "audit", ANY).await;
    let file = exported(page).await;
    assert!(file.starts_with("\u{feff}Waktu;Pelaku;Peran;Tindakan;Data;Isian;Sebelum;Sesudah\r\n"), "{file}");
    let time = file.lines().nth(1).and_then(|line| line.split(';').next());
    assert!(time.is_some_and(|time| time.ends_with(" WIB")), "{file}");
    assert!(file.contains("'=Segel rusak, KTP 32••••••••••0001") && !file.contains(NIK), "{file}");
    assert!(file.contains(";Tarif Rumah tangga;Blok 2;") && !file.contains("residential"), "{file}");
    filters(page).await;
    host.end().await;
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}

async fn opened_text(page: &Client, kind: &str) -> String {
    let all = run(page, &format!("return document.querySelector('.audit-row[data-kind={kind}] + .audit-all').innerText")).await;
    all.as_str().unwrap_or_default().to_owned()
}
