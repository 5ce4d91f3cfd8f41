//! A new tariff on a screen: the question before it says what changes and whom it touches; its decree goes with it to the customer; and until
//! it begins it can be withdrawn.

use domain::billing::tariff::{TariffClass, TariffVersion, defaults};
use domain::{LocalDay, Rupiah, TimeZone};
use fantoccini::Locator;
use protocol::core::audit::AuditPage;
use protocol::core::problem::Problem;
use protocol::sales::admin::{TariffWithdrawal, Tariffs};
use serde_json::{Value, json};
use sync_server::billing::tariffs;
use sync_server::core::now;
use tests::axe::{self, ANY};
use tests::driver::{picture, until};
use tests::host::{Host, sign_in};
use tests::steps::{confirm, fill, go, press};
use tests::world::{Running, World};
use uuid::Uuid;

const QUESTION: &str = "[...document.querySelectorAll('.dialog')].at(-1).innerText";

/// A version by which the first cubic metre costs more since the month before last, and water that was used today.
async fn in_force(running: &Running) -> Uuid {
    let id = Uuid::now_v7();
    let made = running.server.app.store.writer.work(move |tx| {
        let utility = tx.db.query_row("SELECT utility FROM meter LIMIT 1", [], |row| row.get(0))?;
        let version = defaults(LocalDay(0)).into_iter().find(|version| version.class == TariffClass::Residential);
        let since = LocalDay(TimeZone::Jakarta.day_of(now()).0 - 60);
        let version = version.map(|version| TariffVersion { effective_from: since, decree: "SK 7/2026".into(), ..version });
        version.map_or(Ok(()), |version| tariffs::add(tx, utility, id, &version, None))
    });
    made.await.expect("added");
    let zone = TimeZone::Jakarta;
    let midnight = zone.start_of(zone.day_of(now()));
    let serial = &running.world.meters[0].serial;
    // So little that a meter can have passed it at once, also where today has just begun.
    let readings = [(midnight, 0), (now(), 15_000)].map(|(t, reg)| json!({ "serial": serial, "t": t, "reg": reg }));
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&readings.to_vec());
    let sent = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(sent.status().is_success());
    id
}

async fn refused(running: &Running, token: &str, of: Uuid) -> Problem {
    let asked = TariffWithdrawal { key: Uuid::now_v7(), of };
    let request = reqwest::Client::new().post(format!("{}/admin/v1/money/tariffs/withdraw", running.url()));
    request.bearer_auth(token).json(&asked).send().await.expect("an answer").json().await.expect("a problem")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_says_whom_it_touches_and_is_withdrawn_until_it_begins() {
    let running = World::new().start().await;
    let holds = in_force(&running).await;
    let admin = running.tokens("admin").await.access_token;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_280, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    go(page, "pengaturan/tarif").await;
    until(
        page,
        "what holds, with its decree",
        "document.querySelector('[data-standing=check] [data-decree]')?.innerText.includes('SK 7/2026')",
    )
    .await;
    press(page, "Buat versi baru").await;
    until(page, "the blocks", "document.querySelectorAll('.block-row').length === 4").await;
    fill(page, "tariff-price-3", "Rp6.000").await;
    press(page, "Simpan versi").await;
    until(page, "that the decree is missing", "document.querySelector('#tariff-decree')?.ariaInvalid === 'true'").await;
    fill(page, "tariff-decree", " SK  12/2026 ").await;
    press(page, "Simpan versi").await;
    let question = until(page, "the question", &format!("{QUESTION}.includes('Simpan versi tarif ini') && {QUESTION}")).await;
    let question = question.as_str().expect("text").to_owned();
    for word in ["Blok 4", "Rp5.000 per m³", "Rp6.000 per m³", "SK 12/2026"] {
        assert!(question.contains(word), "{word} is missing: {question}");
    }
    assert!(!question.contains("Blok 1"), "what stays the same is not asked about: {question}");
    until(page, "an example", "document.querySelector('[data-example]')").await;
    let example = page.find(Locator::Css("[data-example]")).await.expect("an example").text().await.expect("text");
    assert!(!example.contains("18\u{a0}m³"), "somebody whom it does not touch: {example}");
    let (before, after) = example.split_once(" → ").expect("before and after");
    assert!(before.split("Rp").last() != after.split(" (").next().and_then(|text| text.split("Rp").last()), "{example}");
    picture(page, "tariff-question").await;
    let findings = axe::audit(page, &axe::script(), "the question", ANY).await;
    confirm(page, "Simpan versi").await;
    until(page, "the version to come", "document.querySelector('[data-standing=calendar-clock] [data-decree]')").await;
    press(page, "Tarik kembali").await;
    until(page, "the question", &format!("{QUESTION}.includes('Tarik versi tarif ini')")).await;
    confirm(page, "Tarik kembali").await;
    until(
        page,
        "that it is withdrawn",
        "document.querySelector('[data-standing=\"undo-2\"]')?.innerText.includes('ditarik oleh admin')",
    )
    .await;
    picture(page, "tariff-withdrawn").await;
    host.end().await;
    let all: Tariffs = running.get(&admin, "/admin/v1/money/tariffs").await;
    let gone: Vec<_> = all.versions.iter().filter(|row| row.withdrawn.is_some()).collect();
    assert_eq!(
        (gone.len(), gone[0].version.decree.as_str(), gone[0].version.blocks[3].price_per_m3),
        (1, "SK 12/2026", Rupiah(6_000))
    );
    let _: Tariffs =
        running.post(&admin, "/admin/v1/money/tariffs/withdraw", &TariffWithdrawal { key: Uuid::now_v7(), of: gone[0].id }).await;
    let late = refused(&running, &admin, holds).await;
    assert!(late.detail.starts_with("in_force: "), "{late:?}");
    let log: AuditPage = running.get(&admin, "/admin/v1/audit?kind=withdraw_tariff").await;
    assert_eq!(log.entries.len(), 1, "withdrawn twice is withdrawn once");
    // The customer reads it where the month's cost is explained, and on the device the version that is gone is gone.
    let customer = running.tokens("customer").await.access_token;
    let month = TimeZone::Jakarta.day_of(now()).month().0;
    let path = format!("/money/v1/why?connection={}&month={month}", running.world.meters[0].connection.0);
    let why: Value = running.get(&customer, &path).await;
    assert_eq!(why["decrees"][0]["number"], "SK 7/2026", "{why}");
    running.server.stop().await;
    assert_eq!(findings, Vec::<String>::new());
}
