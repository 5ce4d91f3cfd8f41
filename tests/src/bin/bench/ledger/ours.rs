//! Our side: cash at the counter for one connection, by the writer in this process and by the route of a server process. Each purchase is
//! quoted, checked out, settled in double entry and audited, in a transaction that others share.

use super::super::Outcome;
use super::{AMOUNT, PURCHASES, WRITERS};
use domain::billing::ledger::Channel;
use domain::people::Role;
use domain::{Rupiah, UserId};
use protocol::people::auth::{SignIn, Tokens};
use protocol::sales::money::{Purchase, QuoteAsked};
use reqwest::Client;
use rusqlite::{Connection, OpenFlags};
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use sync_server::core::open_connection;
use sync_server::core::scope::Caller;
use sync_server::error::Error;
use sync_server::sales::counter;
use sync_server::sales::purchases::PurchaseRequest;
use tests::server::{ServerProcess, check};
use tests::world::{PASSWORD, Running, World, email};
use tokio::task::JoinSet;
use uuid::Uuid;

/// The fee of the month is charged before the first purchase.
const FEE: i64 = 10_000;

/// Runs [`PURCHASES`] by [`WRITERS`] at once; returns purchases a second.
async fn race<F: Future<Output = Outcome> + Send + 'static>(buy: impl Fn() -> F + Clone + Send + Sync + 'static) -> Outcome<f64> {
    let begun = Arc::new(AtomicUsize::new(0));
    let mut racing = JoinSet::new();
    let started = Instant::now();
    for _ in 0..WRITERS {
        let (begun, buy) = (Arc::clone(&begun), buy.clone());
        racing.spawn(async move {
            while begun.fetch_add(1, Ordering::Relaxed) < PURCHASES {
                buy().await?;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        });
    }
    while let Some(done) = racing.join_next().await {
        done??;
    }
    Ok(PURCHASES as f64 / started.elapsed().as_secs_f64())
}

/// The store's writer, driven in this process.
pub struct InProcess {
    running: Running,
    admin: Caller,
    bought: usize,
}

impl InProcess {
    pub async fn start() -> Outcome<Self> {
        let running = World::new().start().await;
        let admin = running.server.app.store.read(|db| {
            let sql = "SELECT num, id, utility FROM user WHERE email = ?1";
            Ok(db.query_row(sql, [email("admin")], |row| {
                let id = UserId(Uuid::from_bytes(row.get(1)?));
                Ok(Caller { num: row.get(0)?, id, utility: row.get(2)?, role: Role::Admin, session: Uuid::nil() })
            })?)
        });
        Ok(Self { admin: admin.await?, running, bought: 0 })
    }

    /// What the writer says of its own durability.
    pub async fn settings(&self) -> Outcome<String> {
        let said = self.running.server.app.store.writer.work(|tx| {
            let journal: String = tx.db.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
            let synchronous: i64 = tx.db.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
            let version: String = tx.db.query_row("SELECT sqlite_version()", [], |row| row.get(0))?;
            Ok(format!("SQLite {version}, journal_mode = {journal}, synchronous = {synchronous} (2 is FULL)"))
        });
        Ok(said.await?)
    }

    /// Has its transfers never counted for revenue: as if all that will ever be were counted.
    pub async fn never_count(&self) -> Outcome {
        let all = self
            .running
            .server
            .app
            .store
            .writer
            .work(|tx| Ok(tx.db.execute("UPDATE revenue_cursor SET transfer = 9000000000000000000", [])?));
        all.await?;
        Ok(())
    }

    /// Cash as revenue has counted it, and as the ledger has it.
    pub async fn cash_counted(&self) -> Outcome<(i64, i64)> {
        let both = self.running.server.app.store.read(|db| {
            let counted = "SELECT COALESCE(-SUM(amount), 0) FROM revenue_sum WHERE dimension = 'all' AND account = 'cash'";
            let received = "SELECT COALESCE(-SUM(balance), 0) FROM account WHERE kind = 'cash'";
            let one = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
            Ok((one(counted)?, one(received)?))
        });
        Ok(both.await?)
    }

    pub async fn run(&mut self) -> Outcome<f64> {
        self.bought += PURCHASES;
        let (store, admin) = (self.running.server.app.store.clone(), self.admin.clone());
        let connection = self.running.world.meters[0].connection;
        race(move || {
            let (store, admin) = (store.clone(), admin.clone());
            async move {
                let wanted = PurchaseRequest {
                    id: Uuid::now_v7(),
                    connection,
                    amount: Rupiah(AMOUNT),
                    code: None,
                    channel: Channel::Cash,
                };
                let bought = store.writer.work(move |tx| counter::cash(tx, &admin, &wanted));
                bought.await.map(drop).map_err(Error::into)
            }
        })
        .await
    }

    /// Stops it; fails unless every account is exactly what was bought.
    pub async fn prove(self) -> Outcome<i64> {
        self.running.server.stop().await;
        exact(self.running.world.folder.path(), self.bought)
    }
}

/// A server as a process of its own, driven by its route.
pub struct ByRoute {
    world: World,
    server: ServerProcess,
    bought: usize,
}

impl ByRoute {
    pub async fn start() -> Self {
        let world = World::new();
        let server = ServerProcess::start(world.folder.path()).await;
        Self { world, server, bought: 0 }
    }

    pub async fn run(&mut self) -> Outcome<f64> {
        self.bought += PURCHASES;
        let (http, url) = (Client::new(), format!("{}/admin/v1/money/cash", self.server.url()));
        let asked = SignIn { email: email("admin"), password: PASSWORD.into(), device: "bench".into(), device_token: None };
        let request = http.post(format!("{}/auth/v1/sign-in", self.server.url())).json(&asked);
        let tokens: Tokens = request.send().await?.error_for_status()?.json().await?;
        let connection = self.world.meters[0].connection;
        race(move || {
            let asked = QuoteAsked { id: Uuid::now_v7(), connection, amount: Rupiah(AMOUNT), code: None };
            let request = http.post(&url).bearer_auth(&tokens.access_token).json(&asked);
            async move {
                let bought: Purchase = request.send().await?.error_for_status()?.json().await?;
                if bought.state == "settled" { Ok(()) } else { Err(format!("a purchase is {}", bought.state).into()) }
            }
        })
        .await
    }

    /// Kills it; fails unless every account is exactly what was bought.
    pub fn prove(mut self) -> Outcome<i64> {
        self.server.kill();
        exact(self.world.folder.path(), self.bought)
    }
}

/// What `sync-server check` says, and the sums once more by themselves.
fn exact(data: &Path, bought: usize) -> Outcome<i64> {
    check(data)?;
    let db: Connection = open_connection(&data.join("indowater.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let balance =
        |kind: &str| db.query_row("SELECT SUM(balance) FROM account WHERE kind = ?1", [kind], |row| row.get::<_, i64>(0));
    let settled: i64 = db.query_row("SELECT COUNT(*) FROM purchase WHERE state = 'settled'", [], |row| row.get(0))?;
    let bought = i64::try_from(bought)?;
    let found = (settled, -balance("cash")?, balance("credit")? + FEE * fees(&db)?);
    if found != (bought, bought * AMOUNT, bought * AMOUNT) {
        return Err(format!("our ledger is not exact after {bought} purchases: {found:?}").into());
    }
    Ok(bought * AMOUNT)
}

fn fees(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT COUNT(*) FROM transfer WHERE kind = 'monthly_fee'", [], |row| row.get(0))
}
