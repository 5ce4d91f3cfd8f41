//! PocketBase's side: the same rows in its collections, listed page by page into a local SQLite; and single records created.

use super::super::Outcome;
use super::super::peers::PocketBase;
use super::utility::person;
use domain::CustomerId;
use reqwest::{Client, Method, RequestBuilder};
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;
use uuid::Uuid;

/// Rows of a page: the most that it answers with.
const PAGE: usize = 1_000;

const CUSTOMER: [&str; 10] = ["number", "name", "phone", "email", "address", "city", "province", "postal_code", "nik", "status"];
const CONNECTION: [&str; 6] = ["customer", "zone", "kind", "label", "address", "tariff_class"];

/// The two collections, and a way to them.
pub struct Pocket {
    base: PocketBase,
    http: Client,
}

/// A page as it comes; a record's text is kept, as ours is.
#[derive(Deserialize)]
struct Page {
    items: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    customer: String,
    #[serde(default)]
    address: String,
}

impl Pocket {
    /// Starts it and makes the collections.
    pub async fn start() -> Outcome<Self> {
        let peer = Self { base: PocketBase::start().await?, http: Client::new() };
        for (name, fields) in [("customers", CUSTOMER.as_slice()), ("connections", CONNECTION.as_slice())] {
            let text = |name: &&str| json!({ "name": name, "type": "text" });
            let mut fields: Vec<Value> = fields.iter().map(text).collect();
            fields.push(json!({ "name": "household_size", "type": "number" }));
            let collection = json!({ "name": name, "type": "base", "createRule": "", "listRule": "", "fields": fields });
            let request = peer.request(Method::POST, "collections").header("Authorization", &peer.base.token);
            request.json(&collection).send().await?.error_for_status()?;
        }
        Ok(peer)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/api/{path}", self.base.url))
    }

    /// Puts so many customers with a connection each into it, by its batch API.
    pub async fn fill(&self, customers: usize) -> Outcome {
        for from in (0..customers).step_by(PAGE / 2) {
            let requests: Vec<Value> = (from..customers.min(from + PAGE / 2))
                .flat_map(|place| {
                    let connection = json!({ "customer": format!("{place:015}"), "zone": format!("{:015}", place % 20),
                        "kind": "residential", "label": "Rumah", "address": person(CustomerId(Uuid::nil()), place).address,
                        "tariff_class": "residential" });
                    [("customers", record(place)), ("connections", connection)]
                })
                .map(|(name, body)| json!({ "method": "POST", "url": format!("/api/collections/{name}/records"), "body": body }))
                .collect();
            let request = self.request(Method::POST, "batch").json(&json!({ "requests": requests }));
            request.send().await?.error_for_status()?.bytes().await?;
        }
        Ok(())
    }

    /// Lists everything into an empty SQLite of this file, which is as careful as a cache has to be; returns rows a second.
    pub async fn pull(&self, file: &Path, rows: usize) -> Outcome<f64> {
        let mut db = Connection::open(file)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "NORMAL")?;
        db.pragma_update(None, "cache_size", -65_536)?;
        db.execute_batch(
            "CREATE TABLE customers (id TEXT PRIMARY KEY, name TEXT, number TEXT, body TEXT) WITHOUT ROWID;
             CREATE INDEX customers_name ON customers (name COLLATE NOCASE, id);
             CREATE TABLE connections (id TEXT PRIMARY KEY, customer TEXT, address TEXT, body TEXT) WITHOUT ROWID;
             CREATE INDEX connections_customer ON connections (customer);",
        )?;
        let started = Instant::now();
        let mut taken = 0;
        for name in ["customers", "connections"] {
            // Behind the last key, and without its count of all: the quickest way it has, and one that misses no row.
            let mut last = String::new();
            loop {
                let query = [
                    ("perPage", PAGE.to_string()),
                    ("skipTotal", "1".into()),
                    ("sort", "id".into()),
                    ("filter", format!("id>'{last}'")),
                ];
                let request = self.request(Method::GET, &format!("collections/{name}/records")).query(&query);
                let page: Page = serde_json::from_slice(&request.send().await?.error_for_status()?.bytes().await?)?;
                let Some(end) = store(&mut db, name, &page.items)? else { break };
                taken += page.items.len();
                last = end;
            }
        }
        let took = started.elapsed().as_secs_f64();
        if taken != rows { Err(format!("PocketBase listed {taken} rows of {rows}").into()) } else { Ok(taken as f64 / took) }
    }

    /// Creates so many records, each in a request of its own, over so many connections; returns records a second.
    pub async fn create(&self, records: usize, connections: usize) -> Outcome<f64> {
        let mut workers = tokio::task::JoinSet::new();
        let started = Instant::now();
        for worker in 0..connections {
            let (http, url) = (Client::new(), format!("{}/api/collections/customers/records", self.base.url));
            workers.spawn(async move {
                for place in (worker..records).step_by(connections) {
                    http.post(&url).json(&record(place)).send().await?.error_for_status()?.bytes().await?;
                }
                Ok::<_, reqwest::Error>(())
            });
        }
        while let Some(done) = workers.join_next().await {
            done??;
        }
        Ok(records as f64 / started.elapsed().as_secs_f64())
    }
}

fn record(place: usize) -> Value {
    let mut body = json!(person(CustomerId(Uuid::nil()), place));
    if let Some(fields) = body.as_object_mut() {
        fields.remove("id");
    }
    body
}

/// Stores a page in one transaction; returns its last key.
fn store(db: &mut Connection, name: &str, items: &[Box<RawValue>]) -> Outcome<Option<String>> {
    let tx = db.transaction()?;
    let mut last = None;
    for item in items {
        let record: Record = serde_json::from_str(item.get())?;
        let (sql, first, second) = if name == "customers" {
            ("INSERT OR REPLACE INTO customers (id, name, number, body) VALUES (?1, ?2, ?3, ?4)", &record.name, &record.number)
        } else {
            (
                "INSERT OR REPLACE INTO connections (id, customer, address, body) VALUES (?1, ?2, ?3, ?4)",
                &record.customer,
                &record.address,
            )
        };
        tx.prepare_cached(sql)?.execute(params![record.id, first, second, item.get()])?;
        last = Some(record.id);
    }
    tx.commit()?;
    Ok(last)
}
