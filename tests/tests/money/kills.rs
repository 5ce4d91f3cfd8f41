//! Twenty times SIGKILL amid ten thousand purchases: each key that a buyer chose is settled once, whenever the server died.

use domain::ConnectionId;
use domain::Rupiah;
use protocol::people::auth::{SignIn, Tokens};
use protocol::sales::money::{Purchase, QuoteAsked};
use reqwest::Client;
use rusqlite::OpenFlags;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use sync_server::core::open_connection;
use tests::server::{ServerProcess, check};
use tests::world::{PASSWORD, World, email};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Purchases, each with a key of its own.
const PURCHASES: usize = 10_000;

/// Who buys at once.
const BUYERS: usize = 64;

/// How often the server is killed.
const KILLS: usize = 20;

/// Rupiah of each purchase.
const AMOUNT: i64 = 25_000;

/// What every buyer knows.
struct Shop {
    http: Client,
    token: String,
    connection: ConnectionId,
    /// Where the server is now.
    url: watch::Receiver<String>,
    keys: Vec<Uuid>,
    /// Keys that a buyer has taken.
    taken: AtomicUsize,
    /// Requests that a kill left without an answer.
    cut: AtomicUsize,
}

impl Shop {
    /// Buys under one key after the other, each as often as it takes until it is answered; says each that was.
    async fn buy(self: Arc<Self>, answered: mpsc::UnboundedSender<Uuid>) {
        let mut url = self.url.clone();
        while let Some(&id) = self.keys.get(self.taken.fetch_add(1, Ordering::Relaxed)) {
            let asked = QuoteAsked { id, connection: self.connection, amount: Rupiah(AMOUNT), code: None };
            loop {
                let server = url.borrow_and_update().clone();
                if let Some(bought) = self.ask(&server, &asked).await {
                    assert_eq!((bought.id, bought.state.as_str(), bought.paid), (id, "settled", Rupiah(AMOUNT)));
                    break;
                }
                self.cut.fetch_add(1, Ordering::Relaxed);
                url.wait_for(|now| *now != server).await.expect("the server comes again");
            }
            answered.send(id).expect("somebody counts");
        }
    }

    /// `None` if there was no whole answer. An answer that is no purchase fails the test.
    async fn ask(&self, server: &str, asked: &QuoteAsked) -> Option<Purchase> {
        let request = self.http.post(format!("{server}/admin/v1/money/cash")).json(asked).bearer_auth(&self.token);
        let answer = request.send().await.ok()?;
        let (status, text) = (answer.status(), answer.text().await.ok()?);
        assert!(status.is_success(), "{status} {text}");
        Some(serde_json::from_str(&text).expect("a purchase"))
    }
}

async fn token(server: &str) -> String {
    let asked = SignIn { email: email("admin"), password: PASSWORD.into(), device: "kills".into(), device_token: None };
    let answer = Client::new().post(format!("{server}/auth/v1/sign-in")).json(&asked).send().await.expect("an answer");
    answer.json::<Tokens>().await.expect("tokens").access_token
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_twenty_times_amid_ten_thousand_purchases_settles_each_key_once() {
    let world = World::new();
    let data = world.folder.path().to_owned();
    let mut server = ServerProcess::start(&data).await;
    let (address, url) = watch::channel(server.url());
    let shop = Arc::new(Shop {
        http: Client::new(),
        token: token(&server.url()).await,
        connection: world.meters[0].connection,
        url,
        keys: (0..PURCHASES).map(|_| Uuid::now_v7()).collect(),
        taken: AtomicUsize::new(0),
        cut: AtomicUsize::new(0),
    });
    let (answered, mut answers) = mpsc::unbounded_channel();
    let mut buyers = JoinSet::new();
    for _ in 0..BUYERS {
        buyers.spawn(Arc::clone(&shop).buy(answered.clone()));
    }
    drop(answered);
    let mut acknowledged = BTreeSet::new();
    for kill in 1..=KILLS {
        while acknowledged.len() < PURCHASES * kill / (KILLS + 1) {
            assert!(acknowledged.insert(answers.recv().await.expect("a purchase")), "answered once");
        }
        server.kill_and_start().await;
        address.send(server.url()).expect("buyers wait for it");
    }
    while let Some(id) = answers.recv().await {
        assert!(acknowledged.insert(id), "answered once");
    }
    while let Some(buyer) = buyers.join_next().await {
        buyer.expect("a buyer comes to the end");
    }
    server.kill();

    assert!(shop.cut.load(Ordering::Relaxed) >= KILLS, "a kill that nobody notices proves nothing");
    check(&data).expect("every account is exact");
    let db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    let settled: BTreeSet<Uuid> = db
        .prepare("SELECT id FROM purchase WHERE state = 'settled' AND paid = 25000 AND extra = 0 AND returned = 0")
        .expect("SQL")
        .query_map([], |row| Ok(Uuid::from_bytes(row.get(0)?)))
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("identifiers");
    assert_eq!(settled, shop.keys.iter().copied().collect(), "each key once, and no other");
    assert_eq!(acknowledged, settled);
    let sum = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a sum");
    let (bought, fee) = (PURCHASES as i64 * AMOUNT, sum("SELECT balance FROM account WHERE kind = 'fees'"));
    assert_eq!(sum("SELECT COUNT(*) FROM transfer WHERE kind = 'purchase'"), PURCHASES as i64);
    assert_eq!(sum("SELECT balance FROM account WHERE kind = 'cash'"), -bought);
    // Between two months the server may have charged more than one fee, and those of the other connection as well.
    assert_eq!(sum("SELECT SUM(balance) FROM account WHERE kind = 'credit'"), bought - fee);
}
