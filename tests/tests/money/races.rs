//! Money on the real server: no race makes a voucher go further than it may, no kill makes or loses a rupiah, and what is used is charged to
//! the rupiah however readings come.

use domain::billing::tariff::{DayVolume, defaults, month_charge};
use domain::core::local_time::HOUR_MS;
use domain::sales::voucher::Benefit;
use domain::{LocalDay, Millilitres, Rupiah, TimeZone};
use protocol::core::problem::{Code, Problem};
use protocol::sales::money::{AdjustmentRequest, CheckoutAsked, NewVoucher, Purchase, QuoteAsked, Statement};
use reqwest::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sync_server::billing::ledger::Posted;
use sync_server::billing::{charging, tariffs};
use sync_server::check;
use sync_server::core::{now, open_connection};
use sync_server::jobs;
use sync_server::sales::settlement;
use sync_server::sales::settlement::ReturnKind;
use tests::shop::{add_connections, voucher, wanted};
use tests::world::{Running, World, reading};
use tokio::task::JoinSet;
use uuid::Uuid;

async fn post<A: Serialize>(url: &str, token: &str, path: &str, asked: &A) -> reqwest::Result<reqwest::Response> {
    reqwest::Client::new().post(format!("{url}{path}")).json(asked).bearer_auth(token).send().await
}

async fn done<R: DeserializeOwned>(url: &str, token: &str, path: &str, asked: &impl Serialize) -> R {
    let answer = post(url, token, path, asked).await.expect("an answer");
    let (status, text) = (answer.status(), answer.text().await.expect("a body"));
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).expect("an answer of ours")
}

async fn refused(url: &str, token: &str, path: &str, asked: &impl Serialize) -> (StatusCode, String) {
    let answer = post(url, token, path, asked).await.expect("an answer");
    let status = answer.status();
    let problem: Problem = answer.json().await.expect("a problem");
    (status, problem.detail)
}

async fn statement(running: &Running, name: &str, place: usize) -> Statement {
    let token = running.tokens(name).await.access_token;
    let path = format!("{}/money/v1/statement?connection={}", running.url(), running.world.meters[place].connection);
    let answer = reqwest::Client::new().get(path).bearer_auth(token).send().await.expect("an answer");
    answer.error_for_status().expect("a statement").json().await.expect("a statement")
}

async fn add_voucher(running: &Running, new: &NewVoucher) {
    let admin = running.tokens("admin").await.access_token;
    let answer = post(&running.url(), &admin, "/admin/v1/money/vouchers", new).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
}

/// Stops the server and proves what it leaves behind.
async fn proven(running: Running) {
    let file = running.world.config().database();
    running.server.stop().await;
    let db = open_connection(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    let report = check::check(&db).expect("a report");
    assert_eq!(report.findings, Vec::<String>::new());
    assert!(report.accounts > 0, "there was money to check");
}

async fn settle(running: &Running, purchase: Uuid, key: &str, paid: i64) -> Posted {
    let key = key.to_owned();
    let work = running.server.app.store.writer.work(move |tx| settlement::settle(tx, purchase, &key, Rupiah(paid)));
    work.await.expect("settled").posted
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_checkouts_at_once_on_a_voucher_with_three_uses_redeem_exactly_three() {
    let running = World::new().start().await;
    add_voucher(&running, &voucher("TIGA", Benefit::FixedAmount(Rupiah(5_000)), Some(3))).await;
    let (url, token) = (running.url(), running.tokens("customer").await.access_token);
    let mut quotes = Vec::new();
    // Each by another connection: one holds the uses of one checkout at a time.
    for connection in add_connections(&running, 200).await {
        let asked = QuoteAsked { connection, ..wanted(&running, 0, 50_000, Some("tiga")) };
        let quote: Purchase = done(&url, &token, "/money/v1/quote", &asked).await;
        assert_eq!((quote.discount, quote.to_pay), (Rupiah(5_000), Rupiah(45_000)));
        quotes.push(asked.id);
    }
    let mut racing = JoinSet::new();
    for id in quotes {
        let (url, token) = (url.clone(), token.clone());
        racing.spawn(async move {
            let answer = post(&url, &token, "/money/v1/checkout", &CheckoutAsked { id }).await.expect("an answer");
            answer.status().is_success().then_some(id)
        });
    }
    let won: Vec<Uuid> = racing.join_all().await.into_iter().flatten().collect();
    assert_eq!(won.len(), 3);
    // One is paid, one fails and gives its use back, one waits.
    assert_eq!(settle(&running, won[0], "a:0", 45_000).await, Posted::New);
    let failing = won[1];
    running.server.app.store.writer.work(move |tx| settlement::fail(tx, failing)).await.expect("failed");
    let next: Purchase = done(&url, &token, "/money/v1/quote", &wanted(&running, 0, 50_000, Some("TIGA"))).await;
    let _: Purchase = done(&url, &token, "/money/v1/checkout", &CheckoutAsked { id: next.id }).await;
    let (status, detail) = refused(&url, &token, "/money/v1/quote", &wanted(&running, 0, 50_000, Some("TIGA"))).await;
    assert_eq!((status, detail.split(':').next()), (StatusCode::BAD_REQUEST, Some("depleted")));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_settlements_credit_once_and_a_full_refund_takes_the_bonus_back() {
    let running = World::new().start().await;
    add_voucher(&running, &voucher("BONUS", Benefit::BonusVolume(Millilitres::cubic_metres(2)), None)).await;
    let (url, token) = (running.url(), running.tokens("customer").await.access_token);
    let quote: Purchase = done(&url, &token, "/money/v1/quote", &wanted(&running, 0, 100_000, Some("BONUS"))).await;
    assert_eq!((quote.bonus, quote.to_pay), (Rupiah(3_000), Rupiah(100_000)));
    let _: Purchase = done(&url, &token, "/money/v1/checkout", &CheckoutAsked { id: quote.id }).await;
    let before = statement(&running, "customer", 0).await.balance.0;
    let mut racing = JoinSet::new();
    for _ in 0..50 {
        let (store, id) = (running.server.app.store.clone(), quote.id);
        let work = async move { store.writer.work(move |tx| settlement::settle(tx, id, "o:0", Rupiah(100_000))).await };
        racing.spawn(work);
    }
    let posted = racing.join_all().await.into_iter().map(|booked| booked.expect("settled").posted);
    assert_eq!(posted.filter(|posted| *posted == Posted::New).count(), 1);
    let fee = 10_000;
    let after = statement(&running, "customer", 0).await;
    let fees_before = if before == 0 { fee } else { 0 };
    assert_eq!(after.balance.0, before - fees_before + 103_000);
    for (key, amount) in [("o:1", 40_000), ("o:1", 40_000), ("o:2", 60_000)] {
        let (id, by) = (quote.id, if key == "o:1" { ReturnKind::Refund } else { ReturnKind::Chargeback });
        let work = running.server.app.store.writer.work(move |tx| settlement::take_back(tx, id, key, Rupiah(amount), by));
        work.await.expect("taken back");
    }
    assert_eq!(statement(&running, "customer", 0).await.balance.0, -fee, "nothing but the month's fee is left");
    // The gateway credits again what it had taken back: money and gift come again.
    settle(&running, quote.id, "o:3", 100_000).await;
    assert_eq!(statement(&running, "customer", 0).await.balance.0, 103_000 - fee);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_late_or_twice_is_credited_and_a_released_voucher_is_not() {
    let running = World::new().start().await;
    add_voucher(&running, &voucher("SATU", Benefit::Percentage(100), Some(1))).await;
    let (url, token) = (running.url(), running.tokens("customer").await.access_token);
    let late: Purchase = done(&url, &token, "/money/v1/quote", &wanted(&running, 0, 50_000, Some("SATU"))).await;
    let _: Purchase = done(&url, &token, "/money/v1/checkout", &CheckoutAsked { id: late.id }).await;
    let in_two_hours = now().plus(2 * HOUR_MS);
    let expired = running
        .server
        .app
        .store
        .writer
        .work(move |tx| {
            tx.now = in_two_hours;
            settlement::expire(tx)
        })
        .await
        .expect("expired");
    assert_eq!(expired, 1);
    let other: Purchase = done(&url, &token, "/money/v1/quote", &wanted(&running, 0, 50_000, Some("SATU"))).await;
    let _: Purchase = done(&url, &token, "/money/v1/checkout", &CheckoutAsked { id: other.id }).await;
    settle(&running, other.id, "other:0", 45_000).await;
    settle(&running, late.id, "late:0", 45_000).await;
    settle(&running, late.id, "late:1", 45_000).await;
    let page = statement(&running, "customer", 0).await;
    let credited: Vec<i64> = page.lines.iter().filter(|line| line.kind == "purchase").map(|line| line.amount.0).collect();
    assert_eq!(credited, [45_000, 45_000, 50_000], "the newest first");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_stand_at_the_counter_and_nobody_buys_for_somebody_else() {
    let running = World::new().start().await;
    let url = running.url();
    let reasoned = AdjustmentRequest {
        key: Uuid::now_v7(),
        of: running.world.meters[0].connection.0,
        amount: Rupiah(7),
        reason: "Uji coba".into(),
    };
    for name in ["technician", "customer", "other"] {
        let token = running.tokens(name).await.access_token;
        let new = voucher("CURANG", Benefit::Percentage(1_000), None);
        assert_eq!(
            refused(&url, &token, "/admin/v1/money/cash", &wanted(&running, 0, 50_000, None)).await.0,
            StatusCode::FORBIDDEN
        );
        assert_eq!(refused(&url, &token, "/admin/v1/money/refund", &reasoned).await.0, StatusCode::FORBIDDEN);
        assert_eq!(refused(&url, &token, "/admin/v1/money/adjust", &reasoned).await.0, StatusCode::FORBIDDEN);
        assert_eq!(refused(&url, &token, "/admin/v1/money/vouchers", &new).await.0, StatusCode::FORBIDDEN);
    }
    let technician = running.tokens("technician").await.access_token;
    let other = running.tokens("other").await.access_token;
    let asked = wanted(&running, 0, 50_000, None);
    assert_eq!(refused(&url, &technician, "/money/v1/quote", &asked).await.0, StatusCode::FORBIDDEN);
    assert_eq!(refused(&url, &other, "/money/v1/quote", &asked).await.0, StatusCode::NOT_FOUND);
    let mine: Purchase = done(&url, &running.tokens("customer").await.access_token, "/money/v1/quote", &asked).await;
    assert_eq!(refused(&url, &other, "/money/v1/checkout", &CheckoutAsked { id: mine.id }).await.0, StatusCode::NOT_FOUND);

    let admin = running.tokens("admin").await.access_token;
    for amount in [i64::MIN, -50_000_001, 0, 50_000_001] {
        let wrong = AdjustmentRequest { key: Uuid::now_v7(), amount: Rupiah(amount), ..reasoned.clone() };
        let answer = refused(&url, &admin, "/admin/v1/money/adjust", &wrong).await;
        assert_eq!(answer.0, StatusCode::BAD_REQUEST, "an adjustment of {amount}");
    }
    let cash = wanted(&running, 0, 50_000, None);
    for _ in 0..2 {
        let paid: Purchase = done(&url, &admin, "/admin/v1/money/cash", &cash).await;
        assert_eq!((paid.state.as_str(), paid.paid), ("settled", Rupiah(50_000)));
        let _: serde_json::Value = done(&url, &admin, "/admin/v1/money/adjust", &reasoned).await;
    }
    let back = AdjustmentRequest { key: Uuid::now_v7(), of: cash.id, amount: Rupiah(20_000), reason: "Salah sambungan".into() };
    for _ in 0..2 {
        let after: Purchase = done(&url, &admin, "/admin/v1/money/refund", &back).await;
        assert_eq!(after.returned, Rupiah(20_000));
    }
    let more = AdjustmentRequest { key: Uuid::now_v7(), amount: Rupiah(30_001), ..back };
    assert_eq!(refused(&url, &admin, "/admin/v1/money/refund", &more).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(statement(&running, "customer", 0).await.balance, Rupiah(50_000 + 7 - 20_000 - 10_000));
    let audited = running.server.app.store.read(|db| {
        let mut query = db.prepare("SELECT kind FROM audit ORDER BY num")?;
        Ok(query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?)
    });
    assert_eq!(audited.await.expect("reads"), ["cash_top_up", "adjust_balance", "refund_cash"]);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_charged_to_the_rupiah_however_its_readings_come() {
    let running = World::new().start().await;
    let (meter, zone) = (running.world.meters[0].clone(), TimeZone::ALL[0]);
    let last = zone.day_of(now()).month().first_day().plus(-1);
    let month = last.month();
    let first = month.first_day();
    let (store, id) = (running.server.app.store.clone(), meter.connection.0);
    let connection: i64 = store
        .read(move |db| Ok(db.query_row("SELECT num FROM connection WHERE id = ?1", [id.as_bytes()], |row| row.get(0))?))
        .await
        .expect("reads");
    store.writer.work(move |tx| tariffs::charge_from(tx, connection, first)).await.expect("charged");
    store.writer.forget_meters().await.expect("forgotten");
    // A reading at each midnight of the month: 900 litres a day, and 1 more each day. The late half comes after the first posting.
    let register = |day: i32| (0..day).map(|day| 900_333 + 1_000 * i64::from(day)).sum::<i64>();
    let points: Vec<_> = (0..=month.days()).map(|day| reading(zone.start_of(first.plus(day)), register(day), 0)).collect();
    let (late, early): (Vec<_>, Vec<_>) = points.into_iter().enumerate().partition(|(at, _)| at % 3 == 1 && *at > 1);
    for part in [&early, &late, &early] {
        let list: Vec<_> = part
            .iter()
            .map(|(_, reading)| {
                let mut object = serde_json::to_value(reading).expect("JSON");
                object["serial"] = meter.serial.as_str().into();
                object
            })
            .collect();
        let request = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url())).json(&list);
        let answer = request.basic_auth("gateway", Some(&running.world.gateway)).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.text().await.expect("a body"));
        jobs::money::once(&running.server.app).await.expect("posted");
        store.writer.work(move |tx| charging::post(tx, connection)).await.expect("posted");
    }
    let days: Vec<_> = (0..month.days())
        .map(|day| DayVolume { day: first.plus(day), volume: Millilitres(register(day + 1) - register(day)) })
        .collect();
    let expected = month_charge(&defaults(LocalDay(0))[..1], &days).water;
    let page = statement(&running, "customer", 0).await;
    let charged: i64 = page
        .lines
        .iter()
        .filter(|line| line.month == Some(month) && line.kind.starts_with("charge"))
        .map(|line| line.amount.0)
        .sum();
    assert_eq!(charged, -expected.0);
    assert_eq!(page.running, Rupiah(0));
    let explained = store.read(move |db| charging::explain(db, connection, month)).await.expect("explained");
    assert_eq!(explained.slices.iter().map(|slice| slice.amount.0).sum::<i64>(), expected.0);
    assert!(explained.slices.len() >= 3, "{:?}", explained.slices);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_is_append_only_and_a_technician_sees_no_statement() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let _: Purchase = done(&running.url(), &admin, "/admin/v1/money/cash", &wanted(&running, 0, 50_000, None)).await;
    for sql in [
        "UPDATE posting SET amount = 1",
        "DELETE FROM posting",
        "UPDATE transfer SET kind = 'x'",
        "DELETE FROM transfer",
        "DELETE FROM account",
    ] {
        let tried = running.server.app.store.writer.work(move |tx| Ok(tx.db.execute(sql, [])?)).await;
        assert!(tried.is_err(), "{sql}");
    }
    let token = running.tokens("technician").await.access_token;
    let path = format!("{}/money/v1/statement?connection={}", running.url(), running.world.meters[0].connection);
    let answer = reqwest::Client::new().get(path).bearer_auth(token).send().await.expect("an answer");
    let problem: Problem = answer.json().await.expect("a problem");
    assert_eq!(problem.code, Code::Denied);
    proven(running).await;
}
