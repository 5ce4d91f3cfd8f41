//! A customer who buys and admins who look after it, by the routes that the app uses.

use crate::world::{PASSWORD, Running, World, email};
use domain::billing::tariff::TariffClass;
use domain::people::{ConnectionKind, Role};
use domain::sales::voucher::{Benefit, Voucher, VoucherState};
use domain::{ConnectionId, Rupiah, UserId, UtcMillis, UtilityId};
use protocol::core::problem::Problem;
use protocol::people::auth::Tokens;
use protocol::sales::money::{CheckoutAsked, NewVoucher, Purchase, QuoteAsked};
use reqwest::{Client, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;
use sync_server::check;
use sync_server::config::Config;
use sync_server::core::{Tx, now, open_connection};
use sync_server::error::Error;
use sync_server::metering::fleet;
use sync_server::metering::fleet::NewConnection;
use sync_server::people::accounts;
use sync_server::people::accounts::NewUser;
use sync_server::people::auth::password;
use sync_server::sales::payments::config::Service;
use sync_server::server::Server;
use tokio::time::timeout;
use uuid::Uuid;

/// A server with a payment gateway.
pub async fn with_gateway(service: Service) -> Running {
    let world = World::new();
    let config = Config { payments: Some(service), ..world.config() };
    Running { server: Server::start(&config).await.expect("the server starts"), world }
}

/// Asks as somebody; returns the status and the JSON of the answer.
pub async fn ask(running: &Running, token: &str, path: &str, asked: &impl Serialize) -> (StatusCode, Value) {
    let request = Client::new().post(format!("{}{path}", running.url())).json(asked).bearer_auth(token);
    let answer = request.send().await.expect("an answer");
    (answer.status(), answer.json().await.unwrap_or_default())
}

/// The same of something that is refused: the status and the word of the reason.
pub async fn refused(running: &Running, token: &str, path: &str, asked: &impl Serialize) -> (StatusCode, String) {
    let (status, answer) = ask(running, token, path, asked).await;
    let problem: Problem = serde_json::from_value(answer).expect("a problem");
    (status, problem.detail.split(':').next().unwrap_or_default().to_owned())
}

/// A quote of a connection, by its place in the world.
pub fn wanted(running: &Running, place: usize, amount: i64, code: Option<&str>) -> QuoteAsked {
    let code = code.map(|code| code.parse().expect("a code"));
    QuoteAsked { id: Uuid::now_v7(), connection: running.world.meters[place].connection, amount: Rupiah(amount), code }
}

/// Quotes and checks out.
pub async fn checked_out(running: &Running, token: &str, asked: &QuoteAsked) -> Purchase {
    let _: Purchase = running.post(token, "/money/v1/quote", asked).await;
    running.post(token, "/money/v1/checkout", &CheckoutAsked { id: asked.id }).await
}

/// Begins to pay; returns the gateway order.
pub async fn begun(running: &Running, token: &str, purchase: Uuid, method: &str) -> String {
    let paying: Value = running.post(token, "/money/v1/pay", &json!({ "id": purchase, "method": method })).await;
    paying["order"].as_str().expect("an order").to_owned()
}

/// A voucher for everybody, until tomorrow.
pub fn voucher(code: &str, benefit: Benefit, total_limit: Option<i64>) -> NewVoucher {
    let voucher = Voucher {
        code: code.parse().expect("a code"),
        benefit,
        minimum_purchase: Rupiah(25_000),
        maximum_discount: None,
        total_limit,
        customer_limit: None,
        valid_from: UtcMillis(0),
        valid_until: now().plus(domain::core::local_time::DAY_MS),
        classes: vec![],
        customers: vec![],
        state: VoucherState::Active,
    };
    NewVoucher { campaign: "Uji".into(), voucher }
}

/// Makes such a voucher.
pub async fn add_voucher(running: &Running, code: &str, benefit: Benefit, total_limit: Option<i64>) {
    let admin = running.tokens("admin").await.access_token;
    let (status, answer) = ask(running, &admin, "/admin/v1/money/vouchers", &voucher(code, benefit, total_limit)).await;
    assert!(status.is_success(), "{answer}");
}

/// A second admin's access token.
pub async fn second_admin(running: &Running) -> String {
    let utility = |tx: &mut Tx<'_>| Ok(tx.db.query_row("SELECT num FROM utility", [], |row| row.get(0))?);
    add_admin(running, "second", utility).await.access_token
}

/// What an admin of another utility signs in to.
pub async fn stranger(running: &Running) -> Tokens {
    add_admin(running, "stranger", |tx| fleet::add_utility(tx, UtilityId(Uuid::now_v7()), "Lain")).await
}

/// Adds an admin of a utility (key), and signs in.
async fn add_admin(
    running: &Running,
    name: &'static str,
    utility: impl Fn(&mut Tx<'_>) -> Result<i64, Error> + Send + 'static,
) -> Tokens {
    let hash = password::hash(PASSWORD).expect("a hash");
    let added = running.server.app.store.writer.work(move |tx| {
        let utility = utility(tx)?;
        let (id, password_hash) = (UserId(Uuid::now_v7()), hash.clone());
        accounts::add(tx, &NewUser { id, utility, email: email(name), name: name.to_owned(), password_hash, role: Role::Admin })
    });
    added.await.expect("an admin");
    running.tokens(name).await
}

/// More connections of the first customer.
pub async fn add_connections(running: &Running, count: usize) -> Vec<ConnectionId> {
    let (customer, zone) = (running.world.customers[0].0, running.world.zones[0].0);
    let added = running.server.app.store.writer.work(move |tx| {
        let key = |table: &str, id: Uuid| -> Result<i64, Error> {
            Ok(tx.db.query_row(&format!("SELECT num FROM {table} WHERE id = ?1"), [id.as_bytes()], |row| row.get(0))?)
        };
        let (customer, zone, utility) = (key("customer", customer)?, key("zone", zone)?, fleet::utility(tx)?);
        let add = |place| {
            let new = NewConnection {
                id: ConnectionId(Uuid::now_v7()),
                customer,
                zone,
                kind: ConnectionKind::Rental,
                label: format!("Kamar {place}"),
                address: "Jl. Uji".into(),
                tariff_class: TariffClass::Residential,
                position: None,
            };
            fleet::add_connection(tx, utility, &new).map(|_| new.id)
        };
        (0..count).map(add).collect()
    });
    added.await.expect("connections")
}

/// What one number of the server's file is.
pub async fn number(running: &Running, sql: &str) -> i64 {
    let sql = sql.to_owned();
    running.server.app.store.read(move |db| Ok(db.query_row(&sql, [], |row| row.get(0))?)).await.expect("a number")
}

/// Changes the server's file as time would.
pub async fn change(running: &Running, sql: &str) {
    let sql = sql.to_owned();
    running.server.app.store.writer.work(move |tx| Ok(tx.db.execute(&sql, [])?)).await.expect("changed");
}

/// Waits until one number of the server's file is as it should be; nobody is notified of it.
pub async fn until(running: &Running, sql: &str, wanted: i64) {
    let mut poll = tokio::time::interval(Duration::from_millis(20));
    let waiting = async {
        while number(running, sql).await != wanted {
            poll.tick().await;
        }
    };
    if timeout(Duration::from_secs(20), waiting).await.is_err() {
        panic!("{sql}: {} and not {wanted}", number(running, sql).await);
    }
}

/// Stops the server and proves what it leaves behind.
pub async fn proven(running: Running) {
    let file = running.world.config().database();
    running.server.stop().await;
    let db = open_connection(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database");
    assert_eq!(check::check(&db).expect("a report").findings, Vec::<String>::new());
}
