//! Golden files: the document of the API, a body of each kind of row, and each code of a problem. A difference is reviewed with
//! `cargo insta review`, or by setting `INSTA_UPDATE=always` and reading the diff; it is never taken by itself.

use protocol::core::problem::{Code, Problem};
use protocol::sales::money::Purchase;
use protocol::sync::rows::{
    Conflict, Connection, Credit, Customer, Entity, ManualReading, Meter, MeterState, Note, Profile, StatementLine, Tariff,
    UsageDay, UsageMonth, Zone,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

#[test]
fn api_document_is_the_reviewed_one() {
    let document = sync_server::router::openapi().to_pretty_json().expect("JSON");
    insta::assert_snapshot!("openapi", document);
}

#[test]
fn api_document_describes_every_schema_that_it_names() {
    let document = serde_json::to_value(sync_server::router::openapi()).expect("JSON");
    for part in ["schemas", "responses"] {
        let described = document["components"][part].as_object().expect("components");
        for reference in document.to_string().split(&format!("#/components/{part}/")).skip(1) {
            let name = reference.split('"').next().unwrap_or_default();
            assert!(described.contains_key(name), "{name} is not described");
        }
    }
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, route) in methods.as_object().expect("methods") {
            let body = &route["requestBody"]["content"]["application/json"]["schema"];
            assert!(method != "post" || body.is_object(), "{path}: the document says what is sent");
        }
    }
}

#[test]
fn api_codes_with_their_status_and_sentences_are_the_reviewed_ones() {
    let mut table = String::new();
    for code in Code::ALL {
        let next = Problem::new(code, "").next;
        let [indonesian, english] = ["id", "en"].map(|language| words(language, code));
        let status = sync_server::error::status(code).as_u16();
        write!(table, "{code}\n  status {status}\n  next   {next}\n  id     {indonesian}\n  en     {english}\n")
            .expect("a string");
    }
    insta::assert_snapshot!("codes", table);
}

/// What the screens say for a code.
fn words(language: &str, code: Code) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../assets/i18n/{language}.ftl"));
    let (file, key) = (std::fs::read_to_string(file).expect("the words"), format!("error-{code} = "));
    // A code that a page of its own answers has no sentence among the others.
    file.lines().find_map(|line| line.strip_prefix(&key)).unwrap_or("—").to_owned()
}

#[test]
fn row_bodies_are_the_reviewed_ones() {
    let bodies: BTreeMap<String, Value> =
        Entity::ALL.into_iter().map(|kind| (format!("{:02} {kind:?}", kind as u8), body(kind))).collect();
    insta::assert_snapshot!("rows", serde_json::to_string_pretty(&bodies).expect("JSON"));
}

/// An example of a kind of row, as the server writes it.
fn body(kind: Entity) -> Value {
    let [id, other] = ["01980000-0000-7000-8000-000000000001", "01980000-0000-7000-8000-000000000002"];
    match kind {
        Entity::Zone => written::<Zone>(json!({ "id": id, "name": "Barat", "time_zone": "Asia/Jakarta" })),
        Entity::Customer => written::<Customer>(json!({
            "id": id, "number": "001", "name": "Siti", "status": "active", "phone": "+62811000001", "email": "siti@test.example",
            "address": "Jl. Uji 1", "city": "Bandung", "province": "Jawa Barat", "postal_code": "40111", "nik": "3273010101010001",
            "household_size": 4
        })),
        Entity::Connection => written::<Connection>(json!({
            "id": id, "customer": other, "zone": other, "kind": "residential", "label": "Rumah", "address": "Jl. Uji 1",
            "tariff_class": "residential", "meter": other
        })),
        Entity::Meter => written::<Meter>(json!({
            "id": id, "serial": "WM-TEST-A", "model": "Uji", "capability": { "q3": 41_666, "register_modulus": 100_000_000_000_i64 },
            "life_cycle": "active", "interval_s": 60, "firmware": "1.2.0", "connection": other, "zone": other
        })),
        Entity::MeterState => written::<MeterState>(json!({
            "meter": id, "t": 1_764_547_200_000_i64, "received_at": 1_764_547_201_000_i64, "register": 123_456, "flow": 500, "valve": "open",
            "battery": 90, "rssi": -70, "said_offline": false
        })),
        Entity::UsageDay => written::<UsageDay>(json!({
            "connection": id, "day": 20_422, "volume": 24_000, "covered_ms": 86_400_000, "hours": vec![(1_000, 3_600_000); 24]
        })),
        Entity::UsageMonth => written::<UsageMonth>(
            json!({ "connection": id, "month": 24_310, "volume": 720_000, "covered_ms": 2_592_000_000_i64 }),
        ),
        Entity::Conflict => written::<Conflict>(json!({
            "id": id, "entity": "customer", "row": other, "title": "Siti", "field": "phone", "base": "1", "mine": "2", "theirs": "3",
            "author": "Budi", "at": 1_764_547_200_000_i64, "decided": "mine"
        })),
        Entity::Note => written::<Note>(json!({
            "id": id, "meter": other, "text": "Segel rusak", "author": "Budi", "at": 1_764_547_200_000_i64, "review": ["clock_skew"]
        })),
        Entity::ManualReading => written::<ManualReading>(json!({
            "id": id, "meter": other, "at": 1_764_547_200_000_i64, "register": 123_000, "photo": "a".repeat(64), "author": "Budi",
            "review": ["differs"]
        })),
        Entity::Profile => written::<Profile>(json!({
            "id": id, "email": "budi@test.example", "name": "Budi", "phone": "+62811000002", "role": "technician", "language": "id"
        })),
        Entity::Credit => written::<Credit>(json!({
            "connection": id, "posted": 120_000, "running": 20_000, "lent": 0, "can_borrow": 10_000, "full": 150_000,
            "lasts": { "volume": 20_000_000, "per_day": 4_000, "tenths_of_days": 250 }, "thresholds": { "rupiah": 50_000, "days": 3 },
            "level": "ok", "at": 1_764_547_200_000_i64
        })),
        Entity::Statement => written::<StatementLine>(json!({
            "connection": id, "no": 7, "at": 1_764_547_200_000_i64, "kind": "charge", "amount": -20_000, "after": 100_000, "month": 24_310,
            "purchase": other, "reason": "Uji"
        })),
        Entity::Purchase => written::<Purchase>(json!({
            "id": id, "connection": other, "state": "settled", "channel": "gateway", "method": "qris", "order": "IW-1", "simulated": true,
            "amount": 100_000, "code": "HEMAT", "discount": 10_000, "bonus": 0, "to_pay": 90_000, "paid": 90_000, "returned": 0,
            "at": 1_764_547_200_000_i64, "expires_at": 1_764_548_100_000_i64, "settled_at": 1_764_547_260_000_i64
        })),
        Entity::Tariff => written::<Tariff>(json!({
            "id": id, "class": "residential", "effective_from": 20_422, "mode": "marginal",
            "blocks": [{ "up_to": 10_000_000, "price_per_m3": 2_000 }, { "up_to": null, "price_per_m3": 3_500 }],
            "monthly_fee": 10_000, "minimum_top_up": 10_000, "tax_per_mille": 0, "lifeline_per_day": 0
        })),
    }
}

/// A body read and written again by the type of its kind: nothing of it may be lost.
fn written<T: Serialize + DeserializeOwned>(body: Value) -> Value {
    let row: T = serde_json::from_value(body.clone()).expect("a row");
    let written = serde_json::to_value(row).expect("JSON");
    assert_eq!(written, body, "the example names every field");
    written
}
