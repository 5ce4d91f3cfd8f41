//! Levels of a balance as a cause: one notification for each level until a top-up, in the transaction that moved the money.

use domain::Rupiah;
use domain::alerts::preferences::{DigestOf, Preferences};
use domain::billing::balance::Level;
use protocol::alerts::{ThresholdsNow, ThresholdsRequest};
use protocol::sales::money::{AdjustmentRequest, BalanceNow, Purchase, QuoteAsked};
use serde_json::json;
use sync_server::alerts::config::Alerts;
use sync_server::billing::credit;
use sync_server::core::Clock;
use sync_server::jobs::money::once;
use tests::alerts::{CUSTOMER, number, prefer, start, until};
use tests::field::clean;
use tests::mail::MailServer;
use tests::shop::refused;
use tests::world::{Running, World};
use uuid::Uuid;

/// What each notification so far says, with whether it has passed: `warning`, `critical, cleared`.
async fn notified(running: &Running) -> Vec<String> {
    let read = running.server.app.store.read(|db| {
        let sql =
            "SELECT json_extract(content, '$.level') || iif(cleared_at IS NULL, '', ', cleared') FROM notification ORDER BY num";
        Ok(db.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    });
    read.await.expect("reads")
}

/// An admin who moves the first connection's money; signed in once, because signing in has its limits.
struct Counter<'a> {
    running: &'a Running,
    token: String,
}

impl<'a> Counter<'a> {
    async fn of(running: &'a Running) -> Self {
        Self { running, token: running.tokens("admin").await.access_token }
    }

    /// Gives (above zero) or takes credit; returns the balance with it.
    async fn adjust(&self, amount: i64) -> i64 {
        let of = self.running.world.meters[0].connection.0;
        let asked = AdjustmentRequest { key: Uuid::now_v7(), of, amount: Rupiah(amount), reason: "Uji saldo".into() };
        self.running.post::<BalanceNow>(&self.token, "/admin/v1/money/adjust", &asked).await.balance.0
    }

    /// Buys, so that the balance is so much.
    async fn buy_up_to(&self, balance: i64) {
        let (connection, now) = (self.running.world.meters[0].connection, self.adjust(1).await);
        let asked = QuoteAsked { id: Uuid::now_v7(), connection, amount: Rupiah(balance - now), code: None };
        let _: Purchase = self.running.post(&self.token, "/admin/v1/money/cash", &asked).await;
    }

    /// Takes credit, so that the balance is so much, as use does.
    async fn use_down_to(&self, balance: i64) {
        let now = self.adjust(1).await;
        self.adjust(balance - now).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_is_notified_once_until_a_top_up_and_arrives_while_the_app_is_closed() {
    let server = MailServer::start(&[]).await;
    let alerts = Alerts { email: Some(MailServer::setting(server.port)), ..Alerts::default() };
    let running = start(World::new(), alerts, Clock::default()).await;
    let at_once = Preferences { quiet: None, ..Preferences::default() };
    assert_eq!(at_once.digest.of, DigestOf::Info);
    let counter = Counter::of(&running).await;
    prefer(&running, CUSTOMER, at_once).await;
    counter.use_down_to(-500).await;
    assert_eq!(notified(&running).await, [""; 0], "nothing was ever bought");
    counter.buy_up_to(200_000).await;
    assert_eq!(notified(&running).await, [""; 0]);
    counter.use_down_to(45_000).await;
    assert_eq!(notified(&running).await, ["warning"], "in the transaction that took the money");
    counter.use_down_to(44_000).await;
    once(&running.server.app).await.expect("evaluated");
    counter.use_down_to(20_000).await;
    counter.use_down_to(0).await;
    assert_eq!(notified(&running).await, ["warning", "critical", "empty"]);
    let mail = until("the mail", async || {
        let mail = server.mail();
        if mail.len() == 3 { Ok(mail) } else { Err(format!("{mail:?}")) }
    })
    .await;
    let mut subjects: Vec<&str> = mail.iter().filter_map(|message| message["headers"]["subject"].as_str()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["Saldo air habis", "Saldo air hampir habis", "Saldo air menipis"]);

    counter.buy_up_to(200_000).await;
    assert_eq!(notified(&running).await, ["warning, cleared", "critical, cleared", "empty, cleared"]);
    counter.use_down_to(45_000).await;
    assert_eq!(notified(&running).await.len(), 4, "another round");
    // One revision for each change of a row: made, and cleared.
    assert_eq!(number(&running, "SELECT SUM(rev) FROM notification").await, 7);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM pending_level").await, 0);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_thresholds_of_its_own_which_its_customer_sets() {
    let running = start(World::new(), Alerts::default(), Clock::default()).await;
    Counter::of(&running).await.buy_up_to(80_000).await;
    let connection = running.world.meters[0].connection;
    let (customer, other) = (running.tokens("customer").await.access_token, running.tokens("other").await.access_token);
    let path = "/alerts/v1/thresholds";
    let asked =
        |thresholds: serde_json::Value| json!({ "key": Uuid::now_v7(), "connection": connection, "thresholds": thresholds });
    let own = asked(json!({ "rupiah": 90_000, "days": 0 }));
    let set: ThresholdsNow = running.post(&customer, path, &own).await;
    assert!(set.own && set.thresholds.rupiah == Rupiah(90_000));
    let level = async || running.server.app.store.read(|db| credit::kept_level(db, 1)).await.expect("reads");
    once(&running.server.app).await.expect("evaluated");
    assert_eq!((level().await, notified(&running).await), (Level::Warning, vec!["warning".to_owned()]));
    let row = running.server.app.store.read(|db| credit::published(db, 1)).await.expect("reads").expect("a row");
    assert_eq!(row.thresholds.rupiah, Rupiah(90_000), "the row that devices hold says so");
    assert_eq!(refused(&running, &other, path, &own).await.0, 404, "another customer's connection is not there");
    for wrong in [json!({ "rupiah": -1, "days": 3 }), json!({ "rupiah": 1, "days": 366 })] {
        assert_eq!(
            refused(&running, &customer, path, &asked(wrong)).await,
            (reqwest::StatusCode::BAD_REQUEST, "thresholds".into())
        );
    }
    let back = ThresholdsRequest { key: Uuid::now_v7(), connection, thresholds: None };
    let set: ThresholdsNow = running.post(&customer, path, &back).await;
    assert!(!set.own && set.thresholds.rupiah == Rupiah(50_000));
    once(&running.server.app).await.expect("evaluated");
    assert_eq!((level().await, notified(&running).await), (Level::Ok, vec!["warning, cleared".to_owned()]));
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'set_thresholds'").await, 2);
    clean(running).await;
}
