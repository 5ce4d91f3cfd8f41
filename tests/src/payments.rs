//! Payments in tests: the stand-in of the gateway as a process of its own, notifications signed by hand, and what the server's file says.

use crate::world::{World, email, program};
use domain::billing::ledger::Channel;
use domain::people::Role;
use domain::sales::payment::{Method, OrderId, PaymentFact, sign};
use domain::{ConnectionId, Rupiah, UserId, UtcMillis};
use reqwest::{Client, StatusCode};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use sync_server::billing::tariffs;
use sync_server::cli::provision::transact;
use sync_server::core::Tx;
use sync_server::core::scope::Caller;
use sync_server::core::{now, open_connection};
use sync_server::error::Error;
use sync_server::metering::fleet;
use sync_server::sales::payments::NewPayment;
use sync_server::sales::payments::config::{Endpoint, ServerKey, Service};
use sync_server::sales::purchases::PurchaseRequest;
use sync_server::sales::{checkout, payments, purchases};
use uuid::Uuid;

/// The key of the example.
pub const KEY: &str = "SB-Mid-server-test";

/// The stand-in of Midtrans, on a free port.
pub struct StandIn {
    /// Where it listens.
    pub http: SocketAddr,
    child: Child,
}

impl StandIn {
    /// Starts one, and returns when it listens.
    pub async fn start() -> Self {
        tokio::task::spawn_blocking(|| {
            let mut command = Command::new(program("simulators"));
            command.args(["payments", "--listen", "127.0.0.1:0", "--server-key", KEY]);
            let mut child = command.env("RUST_LOG", "error").stdout(Stdio::piped()).spawn().expect("the stand-in starts");
            let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
            let http = lines.next().expect("a line").expect("text");
            let http = http.strip_prefix("http ").and_then(|text| text.parse().ok()).expect("where it listens");
            Self { http, child }
        })
        .await
        .expect("starts")
    }

    /// `http://…`.
    pub fn url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Pays what is to be paid under a number or an order, as a person does on its page.
    pub async fn pay(&self, number: &str) {
        let found = Client::new().get(format!("{}/find", self.url())).query(&[("q", number)]).send().await.expect("a page");
        let page = found.url().to_string();
        let page = page.split('?').next().unwrap_or_default();
        let paid = Client::new().post(format!("{page}/pay?lang=en")).header("content-length", "0").send().await.expect("a page");
        paid.error_for_status().expect("it is there");
    }

    /// A server's configuration for it.
    pub fn service(&self) -> Service {
        Service { server_key: ServerKey::new(KEY), service: Endpoint::At(self.url()), notify: None, finish: None }
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The variables that give a server process a gateway that nobody will reach: it takes notifications, and can query nobody.
pub fn settings() -> Vec<(String, String)> {
    let value = |name: &str, value: &str| (format!("INDOWATER_PAYMENTS_{name}"), value.to_owned());
    vec![value("SERVER_KEY", KEY), value("SERVICE", "http://127.0.0.1:9")]
}

/// Writes payments down, as `start` does before the gateway is called.
pub fn waiting(world: &World, count: usize, gross: Rupiah) -> Vec<OrderId> {
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("a database");
    tariffs::begin(&mut db, now()).expect("tariffs");
    transact(&mut db, |tx| {
        let utility = fleet::utility(tx)?;
        let start = |_| {
            let (id, purchase) = (Uuid::now_v7(), bought(tx, world.meters[0].connection, gross)?);
            // A connection has few purchases that can still be paid at a time: the time of these was over a moment ago.
            tx.db.execute("UPDATE purchase SET expires_at = ?2 WHERE id = ?1", (purchase.as_bytes(), tx.now.0 - 1))?;
            let expires_at = now().plus(3_600_000);
            let new = NewPayment { id, utility, purchase, method: Method::Qris, gross, expires_at };
            payments::begin(tx, &new).map(|payment| payment.order)
        };
        (0..count).map(start).collect()
    })
    .expect("payments")
}

/// A purchase that waits for its payment, by a customer of the world.
///
/// # Errors
/// What a checkout says.
pub fn bought(tx: &mut Tx<'_>, connection: ConnectionId, gross: Rupiah) -> Result<Uuid, Error> {
    let sql = "SELECT num, id, utility FROM user WHERE email = ?1";
    let caller = tx.db.query_row(sql, [email("customer")], |row| {
        let id = UserId(Uuid::from_bytes(row.get(1)?));
        Ok(Caller { num: row.get(0)?, id, utility: row.get(2)?, role: Role::Customer, session: Uuid::nil() })
    })?;
    let wanted = PurchaseRequest { id: Uuid::now_v7(), connection, amount: gross, code: None, channel: Channel::Gateway };
    purchases::quote(tx, &caller, &wanted)?;
    Ok(checkout::checkout(tx, &caller, wanted.id)?.id)
}

/// A notification, signed.
pub fn notification(order: &str, code: &str, gross: &str, more: Value) -> Value {
    let mut body = json!({
        "order_id": order, "status_code": code, "gross_amount": gross, "payment_type": "qris", "currency": "IDR",
        "signature_key": sign(order, code, gross, KEY),
    });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    body
}

/// Sends a notification to a server; returns the status it is answered with.
pub async fn notify(http: &Client, server: &str, body: &Value) -> StatusCode {
    let request = http.post(format!("{server}/payments/v1/midtrans")).json(body);
    request.send().await.expect("an answer").status()
}

/// A payment as the server's file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Where it stands.
    pub state: String,
    /// What was received.
    pub facts: BTreeSet<PaymentFact>,
    /// What the customer has of it.
    pub net: i64,
    /// What was done, in order: kind and amount.
    pub effects: Vec<(String, i64)>,
    /// Whether the gateway is to be asked still.
    pub ask_at: Option<UtcMillis>,
}

impl Stored {
    /// Credits less what went back.
    pub fn sum(&self) -> i64 {
        let signed = |(kind, amount): &(String, i64)| if kind == "credit" { *amount } else { -amount };
        self.effects.iter().map(signed).sum()
    }

    /// How often it was credited.
    pub fn credits(&self) -> usize {
        self.effects.iter().filter(|(kind, _)| kind == "credit").count()
    }
}

/// The server's file, to read.
pub fn file(data: &Path) -> Connection {
    open_connection(&data.join("indowater.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the server's file")
}

/// A payment in the server's file.
pub fn stored(db: &Connection, order: &str) -> Stored {
    let (num, state, facts, net, ask_at): (i64, String, String, i64, Option<i64>) = db
        .query_row("SELECT num, state, facts, net, ask_at FROM payment WHERE order_id = ?1", [order], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .expect("a payment");
    let mut query = db.prepare("SELECT kind, amount FROM payment_effect WHERE payment = ?1 ORDER BY no").expect("a query");
    let effects = query.query_map([num], |row| Ok((row.get(0)?, row.get(1)?))).expect("reads");
    let effects = effects.collect::<Result<_, _>>().expect("rows");
    Stored { state, facts: serde_json::from_str(&facts).expect("facts"), net, effects, ask_at: ask_at.map(UtcMillis) }
}

/// What came of each message about an order, in order of arrival.
pub fn verdicts(db: &Connection, order: &str) -> Vec<String> {
    words(db, "SELECT verdict FROM payment_notification WHERE order_id = ?1 ORDER BY num", order)
}

/// What was kept about an order for review.
pub fn audited(db: &Connection, order: &str) -> Vec<String> {
    words(db, "SELECT what FROM payment_audit WHERE order_id = ?1 ORDER BY num", order)
}

fn words(db: &Connection, sql: &str, order: &str) -> Vec<String> {
    let mut query = db.prepare(sql).expect("a query");
    query.query_map([order], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("rows")
}
