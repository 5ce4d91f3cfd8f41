//! PostgreSQL 15 as an application would use it for a ledger: accounts with a cached balance, transfers under a unique key, postings. A
//! purchase is one call of one prepared statement, so one round trip is one transaction: nothing holds the row longer than it must.

use super::super::Outcome;
use super::super::postgres::Cluster;
use super::{AMOUNT, PURCHASES, WRITERS};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls, Statement};
use uuid::Uuid;

/// What a careful operator sets; all else is as Debian has it. The first two are the defaults, named so that they are visible.
const SETTINGS: &str = "-c fsync=on -c synchronous_commit=on -c shared_buffers=512MB -c max_wal_size=4GB -c max_connections=120";

/// The fill factor leaves room beside the hot row for its next versions, so that no index has to change.
const SCHEMA: &str = "
    CREATE TABLE account (num int PRIMARY KEY, kind text NOT NULL, balance bigint NOT NULL DEFAULT 0, postings bigint NOT NULL DEFAULT 0)
      WITH (fillfactor = 10);
    CREATE TABLE transfer (num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key uuid NOT NULL UNIQUE, kind text NOT NULL,
      at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE posting (account int NOT NULL REFERENCES account, transfer bigint NOT NULL REFERENCES transfer,
      amount bigint NOT NULL CHECK (amount <> 0), after bigint NOT NULL, PRIMARY KEY (account, transfer));
    CREATE INDEX posting_transfer ON posting (transfer);
    INSERT INTO account (num, kind) VALUES (1, 'credit'), (2, 'cash');
    CREATE FUNCTION buy(chosen uuid, paid bigint) RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE made bigint; credit bigint; cash bigint;
    BEGIN
      INSERT INTO transfer (key, kind) VALUES (chosen, 'purchase') ON CONFLICT (key) DO NOTHING RETURNING num INTO made;
      IF made IS NULL THEN RETURN false; END IF;
      UPDATE account SET balance = balance + paid, postings = postings + 1 WHERE num = 1 RETURNING balance INTO credit;
      UPDATE account SET balance = balance - paid, postings = postings + 1 WHERE num = 2 RETURNING balance INTO cash;
      INSERT INTO posting (account, transfer, amount, after) VALUES (1, made, paid, credit), (2, made, -paid, cash);
      RETURN true;
    END $$;";

/// After a serialization failure a writer waits up to this long, and up to twice as long each further time. Of six ways to wait that were
/// tried, from none to 8 ms at first, this one gave the peer most.
const BACKOFF: Duration = Duration::from_millis(2);

/// How often the pause doubles at most.
const DOUBLINGS: u32 = 5;

/// How careful the peer is about what others do meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// As issue and spec ask: whatever happens at once is as if it had happened one after another.
    Serializable,
    /// Its default, where the row's lock alone keeps the balance right.
    ReadCommitted,
}

impl Isolation {
    const fn word(self) -> &'static str {
        match self {
            Self::Serializable => "serializable",
            Self::ReadCommitted => "read\\ committed",
        }
    }
}

/// A cluster with the ledger in it.
pub struct Theirs {
    cluster: Cluster,
    bought: usize,
    /// Serialization failures and deadlocks after which a purchase was tried again.
    pub retries: usize,
}

/// One writer: a connection of its own, with its statement prepared.
struct Writer {
    client: Client,
    buy: Statement,
}

impl Theirs {
    pub async fn start() -> Outcome<Self> {
        let cluster = Cluster::start(SETTINGS).ok_or("PostgreSQL 15 is not installed, or does not start")?;
        let peer = Self { cluster, bought: 0, retries: 0 };
        peer.connect(Isolation::ReadCommitted).await?.batch_execute(SCHEMA).await?;
        Ok(peer)
    }

    async fn connect(&self, isolation: Isolation) -> Outcome<Client> {
        let mut config = Config::new();
        config.host_path(self.cluster.socket()).port(self.cluster.port).user("postgres").dbname("postgres");
        config.options(format!("-c default_transaction_isolation={}", isolation.word()));
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// What it says of its own durability.
    pub async fn settings(&self) -> Outcome<String> {
        let client = self.connect(Isolation::Serializable).await?;
        let mut said = Vec::new();
        for name in ["server_version", "fsync", "synchronous_commit", "full_page_writes"] {
            let value: String = client.query_one(&format!("SHOW {name}"), &[]).await?.get(0);
            said.push(format!("{name} = {value}"));
        }
        Ok(said.join(", "))
    }

    /// Buys [`PURCHASES`] times by [`WRITERS`] at once; returns purchases a second. Connections and statements are there before the clock runs.
    pub async fn run(&mut self, isolation: Isolation) -> Outcome<f64> {
        let mut writers = Vec::new();
        for _ in 0..WRITERS {
            let client = self.connect(isolation).await?;
            let buy = client.prepare("SELECT buy($1, $2)").await?;
            writers.push(Writer { client, buy });
        }
        let begun = Arc::new(AtomicUsize::new(0));
        let mut racing = JoinSet::new();
        let started = Instant::now();
        for writer in writers {
            let begun = Arc::clone(&begun);
            racing.spawn(async move {
                let mut retries = 0;
                while begun.fetch_add(1, Ordering::Relaxed) < PURCHASES {
                    retries += writer.buy(Uuid::now_v7()).await?;
                }
                Ok::<_, tokio_postgres::Error>(retries)
            });
        }
        while let Some(done) = racing.join_next().await {
            self.retries += done??;
        }
        self.bought += PURCHASES;
        Ok(PURCHASES as f64 / started.elapsed().as_secs_f64())
    }

    /// Fails unless every account is exactly what was bought.
    pub async fn prove(&self) -> Outcome<i64> {
        let client = self.connect(Isolation::Serializable).await?;
        let sql = "SELECT a.balance, a.postings, count(p.amount), sum(p.amount)::bigint, (SELECT count(*) FROM transfer)
             FROM account a JOIN posting p ON p.account = a.num GROUP BY a.num ORDER BY a.num";
        let rows = client.query(sql, &[]).await?;
        let bought = i64::try_from(self.bought)?;
        let found: Vec<[i64; 5]> = rows.iter().map(|row| std::array::from_fn(|column| row.get(column))).collect();
        let of = |balance: i64| [balance, bought, bought, balance, bought];
        if found != [of(bought * AMOUNT), of(-bought * AMOUNT)] {
            return Err(format!("PostgreSQL's ledger is not exact after {bought} purchases: {found:?}").into());
        }
        Ok(bought * AMOUNT)
    }
}

impl Writer {
    /// Buys once, however often it has to be tried; returns how often it was tried again.
    async fn buy(&self, key: Uuid) -> Result<usize, tokio_postgres::Error> {
        let mut tries = 0;
        loop {
            let Err(error) = self.client.query_one(&self.buy, &[&key, &AMOUNT]).await else { return Ok(tries) };
            let again = [&SqlState::T_R_SERIALIZATION_FAILURE, &SqlState::T_R_DEADLOCK_DETECTED];
            if !error.code().is_some_and(|code| again.contains(&code)) {
                return Err(error);
            }
            let most = BACKOFF * (1 << u32::try_from(tries).unwrap_or(DOUBLINGS).min(DOUBLINGS));
            tries += 1;
            // All that failed at once would only fail at once again.
            tokio::time::sleep(most.mul_f64(fastrand::f64())).await;
        }
    }
}
