//! Terms that change amid a month, and emergency credit: what is charged follows at once, and `check` proves it.

use domain::billing::tariff::{Block, TariffClass, TariffVersion, defaults};
use domain::sales::voucher::Benefit;
use domain::sync::edit::{Change, ConnectionField, Patch};
use domain::{LocalDay, Millilitres, Rupiah, TimeZone};
use protocol::Problem;
use protocol::sales::money::{BalanceNow, LoanAsked, Offer, OffersAsked, Purchase, QuoteAsked, Why};
use protocol::sync::push::{Operation, Outcome};
use reqwest::StatusCode;
use std::collections::BTreeMap;
use sync_server::billing::{charging, tariffs};
use sync_server::core::now;
use sync_server::sales::settlement;
use tests::ops::{op, push};
use tests::shop::{change, proven, voucher};
use tests::world::{Running, World};
use uuid::Uuid;

async fn connection(running: &Running) -> i64 {
    let id = running.world.meters[0].connection.0;
    let read = running
        .server
        .app
        .store
        .read(move |db| Ok(db.query_row("SELECT num FROM connection WHERE id = ?1", [id.as_bytes()], |row| row.get(0))?));
    read.await.expect("the connection")
}

/// Cubic metres between the midnight that began today and now, in one reading for each.
async fn use_today(running: &Running, from: i64, to: i64) {
    let (meter, zone) = (&running.world.meters[0], TimeZone::ALL[0]);
    let midnight = zone.start_of(zone.day_of(now()));
    let middle = domain::UtcMillis(midnight.0 + now().since(midnight) / 2);
    let points = [(midnight, from), (middle, from + (to - from) / 2), (now(), to)];
    let list: Vec<_> = points.map(|(t, reg)| serde_json::json!({ "serial": meter.serial, "t": t, "reg": reg })).into();
    let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&list);
    let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
    assert!(answer.status().is_success());
}

async fn due(running: &Running, connection: i64) -> i64 {
    let month = TimeZone::ALL[0].day_of(now()).month();
    let read = running.server.app.store.read(move |db| {
        let sum = "SELECT COALESCE(SUM(due_water), 0) FROM month_charge WHERE connection = ?1 AND month = ?2";
        Ok(db.query_row(sum, [connection, i64::from(month.0)], |row| row.get(0))?)
    });
    read.await.expect("a charge")
}

#[tokio::test(flavor = "multi_thread")]
async fn another_class_and_another_tariff_price_the_day_anew_at_once() {
    let running = World::new().start().await;
    let connection = connection(&running).await;
    use_today(&running, 0, 2_000).await;
    let used = due(&running, connection).await;
    assert_eq!(used, 3, "2 litres at Rp1,500 a cubic metre");
    let change = Change { from: "residential".into(), to: "industrial".into() };
    let patch = Patch(BTreeMap::from([(ConnectionField::TariffClass, change)]));
    let command = Operation::EditConnection { connection: running.world.meters[0].connection, patch };
    let results = push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &command)]).await;
    assert!(matches!(results[0].outcome, Outcome::Applied { .. }), "{:?}", results[0]);
    assert_eq!(due(&running, connection).await, 24, "the whole day at Rp12,000");
    let added = running.server.app.store.writer.work(move |tx| {
        let utility: i64 = tx.db.query_row("SELECT num FROM utility", [], |row| row.get(0))?;
        let mut version =
            defaults(LocalDay(1)).into_iter().find(|version| version.class == TariffClass::Industrial).expect("a default");
        version.blocks[0].price_per_m3 = Rupiah(15_000);
        version.tax_per_mille = 110;
        tariffs::add(tx, utility, Uuid::now_v7(), &version, None)
    });
    added.await.expect("added");
    assert_eq!(due(&running, connection).await, 30);
    use_today(&running, 0, 3_000).await;
    let store = running.server.app.store.clone();
    store.writer.work(move |tx| charging::post(tx, connection)).await.expect("posted");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_months_fee_is_explained_as_it_was_posted_also_after_another_class_on_the_same_day() {
    let running = World::new().start().await;
    let (num, place) = (connection(&running).await, running.world.meters[0].connection);
    running.server.app.store.writer.work(move |tx| charging::post(tx, num)).await.expect("posted");
    let change = Change { from: "residential".into(), to: "industrial".into() };
    let patch = Patch(BTreeMap::from([(ConnectionField::TariffClass, change)]));
    let command = Operation::EditConnection { connection: place, patch };
    let results = push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &command)]).await;
    assert!(matches!(results[0].outcome, Outcome::Applied { .. }), "{:?}", results[0]);
    let (token, month) = (running.tokens("customer").await.access_token, TimeZone::ALL[0].day_of(now()).month());
    let why: Why = running.get(&token, &format!("/money/v1/why?connection={place}&month={}", month.0)).await;
    assert_eq!(why.lines.iter().map(|line| line.amount).collect::<Vec<_>>(), [Rupiah(-10_000)]);
    assert_eq!((why.fee, why.running), (Rupiah(10_000), Rupiah(0)), "nothing more will be posted of it");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn emergency_credit_is_lent_once_and_repaid_by_the_next_purchase() {
    let running = World::new().start().await;
    let url = running.url();
    let place = running.world.meters[0].connection;
    let post = async |name: &str, path: &str, asked: serde_json::Value| {
        let token = running.tokens(name).await.access_token;
        let request = reqwest::Client::new().post(format!("{url}{path}")).bearer_auth(token).json(&asked);
        request.send().await.expect("an answer")
    };
    let asked = serde_json::to_value(LoanAsked { connection: place }).expect("JSON");
    assert_eq!(post("other", "/money/v1/emergency", asked.clone()).await.status(), StatusCode::NOT_FOUND);
    let lent: BalanceNow = post("customer", "/money/v1/emergency", asked.clone()).await.json().await.expect("a balance");
    assert_eq!(lent.balance, Rupiah(0), "the month's fee of 10,000 is paid with it");
    let again = post("customer", "/money/v1/emergency", asked.clone()).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
    let problem: Problem = again.json().await.expect("a problem");
    assert!(problem.detail.starts_with("no_loan:"), "screens have words for it: {problem}");
    let cash = QuoteAsked { id: Uuid::now_v7(), connection: place, amount: Rupiah(25_000), code: None };
    assert!(post("admin", "/admin/v1/money/cash", serde_json::to_value(&cash).expect("JSON")).await.status().is_success());
    let connection = connection(&running).await;
    let shown = running.server.app.store.read(move |db| charging::shown_balance(db, connection)).await.expect("a balance");
    assert_eq!(shown, Rupiah(15_000));
    assert_eq!(post("customer", "/money/v1/emergency", asked).await.status(), StatusCode::BAD_REQUEST, "there is enough");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bonus_water_is_offered_quoted_and_credited_with_its_tax_and_lifeline_water_fills_no_block() {
    let running = World::new().start().await;
    let (url, place) = (running.url(), running.world.meters[0].connection);
    let connection = connection(&running).await;
    let priced = async |id, change: fn(&mut TariffVersion)| {
        let added = running.server.app.store.writer.work(move |tx| {
            let utility: i64 = tx.db.query_row("SELECT num FROM utility", [], |row| row.get(0))?;
            let mut version = defaults(LocalDay(id)).remove(0);
            change(&mut version);
            tariffs::add(tx, utility, Uuid::now_v7(), &version, None)
        });
        added.await.expect("added");
    };
    priced(1, |version| version.tax_per_mille = 110).await;
    let admin = running.tokens("admin").await.access_token;
    let new = voucher("AIR", Benefit::BonusVolume(Millilitres::cubic_metres(1)), None);
    let made = reqwest::Client::new().post(format!("{url}/admin/v1/money/vouchers")).bearer_auth(&admin).json(&new);
    assert!(made.send().await.expect("an answer").status().is_success());
    let token = running.tokens("customer").await.access_token;
    let bonus = async || {
        let asked = OffersAsked { connection: place, amount: Rupiah(100_000) };
        let offers = reqwest::Client::new().get(format!("{url}/money/v1/offers")).bearer_auth(&token).query(&asked);
        let offers: Vec<Offer> = offers.send().await.expect("an answer").json().await.expect("offers");
        let code = Some("AIR".parse().expect("a code"));
        let asked = QuoteAsked { id: Uuid::now_v7(), connection: place, amount: Rupiah(100_000), code };
        let quote = reqwest::Client::new().post(format!("{url}/money/v1/quote")).bearer_auth(&token).json(&asked);
        let quote: Purchase = quote.send().await.expect("an answer").json().await.expect("a quote");
        assert_eq!(offers[0].bonus, quote.bonus, "what is offered is what is quoted");
        quote
    };
    let quote = bonus().await;
    assert_eq!(quote.bonus, Rupiah(1_665));
    let shown =
        async || running.server.app.store.read(move |db| charging::shown_balance(db, connection)).await.expect("a balance");
    let store = running.server.app.store.clone();
    store.writer.work(move |tx| charging::post(tx, connection)).await.expect("posted");
    let before = shown().await;
    store.writer.work(move |tx| settlement::settle(tx, quote.id, "o:0", Rupiah(100_000))).await.expect("settled");
    assert_eq!(shown().await.0 - before.0, 101_665, "as it was quoted");
    // Three litres, of which two are free: one has gone into the first block of three litres.
    priced(2, |version| {
        version.tax_per_mille = 110;
        version.lifeline_per_day = Millilitres::litres(2);
        version.blocks.truncate(2);
        version.blocks[0] = Block { up_to: Some(Millilitres::litres(3)), price_per_m3: Rupiah(1_000_000) };
        version.blocks[1] = Block { up_to: None, price_per_m3: Rupiah(2_000_000) };
    })
    .await;
    use_today(&running, 0, 3_000).await;
    assert_eq!(due(&running, connection).await, 1_000);
    // Two litres at Rp1,000 and 998 at Rp2,000, and the tax.
    assert_eq!(bonus().await.bonus, Rupiah((2_000 + 998 * 2_000) * 1_110 / 1_000));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_begins_while_its_customer_is_inactive_has_no_fee_also_later() {
    let running = World::new().start().await;
    let connection = connection(&running).await;
    let fees = |running: &Running| {
        let store = running.server.app.store.clone();
        async move {
            store.writer.work(move |tx| charging::post(tx, connection)).await.expect("posted");
            let sum = "SELECT COUNT(*) FROM transfer WHERE kind = 'monthly_fee' AND key LIKE 'fee:' || ?1 || ':%'";
            store.read(move |db| Ok(db.query_row(sum, [connection], |row| row.get::<_, i64>(0))?)).await.expect("a count")
        }
    };
    let before = fees(&running).await;
    assert_eq!(before, 1, "this month's");
    let status = |word| {
        format!("UPDATE customer SET status = '{word}' WHERE num = (SELECT customer FROM connection WHERE num = {connection})")
    };
    change(&running, &status("inactive")).await;
    // Two months ago, as far as fees are concerned; a day that was posted ends the search for them.
    change(
        &running,
        &format!("UPDATE supply_state SET fee_month = fee_month - 2, posted_day = 0 WHERE connection = {connection}"),
    )
    .await;
    assert_eq!(fees(&running).await, before);
    change(&running, &status("active")).await;
    change(&running, &format!("UPDATE supply_state SET posted_day = 0 WHERE connection = {connection}")).await;
    assert_eq!(fees(&running).await, before, "those of the months before do not follow");
    proven(running).await;
}
