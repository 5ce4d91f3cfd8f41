//! The utility's name and what else stands on its receipts: set once, never over somebody else's change, and on every device's receipts.

use crate::api::send;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::Client;
use domain::Rupiah;
use domain::exports::Printed;
use domain::sales::receipt::Receipt;
use protocol::core::audit::{AuditPage, Subject};
use protocol::sales::money::{Purchase, QuoteAsked};
use protocol::sales::utility::UtilityIdentity;
use protocol::sync::rows::Entity;
use protocol::ui::{Answer, MoneyRequest, MoneyResponse, Request};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use tests::field::{clean, sign_in, until};
use tests::town::Town;
use tests::world::{Running, World};
use uuid::Uuid;

const PATH: &str = "/admin/v1/utility";

/// A PNG of 48 by 24 pixels.
const LOGO: &str = "iVBORw0KGgoAAAANSUhEUgAAADAAAAAYCAIAAAAzn+mLAAAALElEQVR42u3OQQkAAAgEsPsb1WLGtIbgYAGW6jklQkJCQkJCQkJCQkJCv0IL344HTIG1p0IAAAAASUVORK5CYII=";

fn letterhead() -> Value {
    json!({
        "address": " Jl. Braga 12\u{200b}, Bandung ", "tax_number": "01.234.567.8-901.000", "phone": "022 555 0199",
        "email": "Halo@Tirta.example", "footer": "Simpan bukti ini.", "logo": LOGO
    })
}

async fn set(running: &Running, token: &str, (key, rev): (Uuid, i64), name: &str, letterhead: Value) -> (StatusCode, Value) {
    let body = json!({ "key": key, "rev": rev, "name": name, "letterhead": letterhead });
    send(running, Method::POST, PATH, Some(token), Some(body)).await
}

/// The receipt of a purchase, as a device hands it to whatever prints.
async fn receipt(client: &Client, purchase: Uuid) -> Option<Receipt> {
    let answer = client.call(Request::Money(MoneyRequest::Receipt { purchase })).await.ok()?;
    let Answer::Money(response) = answer else { return None };
    let MoneyResponse::Document(document) = *response else { return None };
    let printed: Printed = serde_json::from_slice(&STANDARD.decode(document.base64).ok()?).ok()?;
    match printed {
        Printed::Receipt(of) => Some(*of),
        Printed::List(_) | Printed::Labels(_) | Printed::Reports(_) | Printed::Page(_) => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letterhead_is_set_once_and_stands_on_the_receipts_of_every_device() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let purchase = Uuid::now_v7();
    let asked = QuoteAsked { id: purchase, connection: running.world.meters[0].connection, amount: Rupiah(100_000), code: None };
    let _: Purchase = running.post(&token, "/admin/v1/money/cash", &asked).await;
    let customer = running.client("customer").await;
    customer.set_paper(Arc::new(|printed| serde_json::to_vec(printed).map_err(|error| error.to_string())));
    sign_in(&customer, "customer").await;
    let before = until(&customer, "a receipt", async || receipt(&customer, purchase).await).await;
    assert_eq!(before.letterhead, domain::sales::letterhead::Letterhead::default(), "nothing was set");

    let key = Uuid::now_v7();
    for _ in 0..2 {
        let (status, answer) = set(&running, &token, (key, 0), " Tirta Bening ", letterhead()).await;
        assert_eq!((status, &answer["rev"]), (StatusCode::OK, &json!(1)), "{answer}");
    }
    let now: UtilityIdentity = running.get(&token, PATH).await;
    assert_eq!((now.name.as_str(), now.letterhead.address.as_str()), ("Tirta Bening", "Jl. Braga 12, Bandung"));
    assert_eq!((now.letterhead.email.as_str(), now.letterhead.logo.as_deref()), ("halo@tirta.example", Some(LOGO)));
    let after = until(&customer, "the letterhead", async || {
        receipt(&customer, purchase).await.filter(|paper| paper.letterhead.logo.is_some())
    })
    .await;
    assert_eq!((after.utility.as_str(), &after.letterhead), ("Tirta Bening", &now.letterhead));
    let figures = |paper: Receipt| (paper.number, paper.paid_at, paper.amount, paper.customer, paper.paid);
    assert_eq!(figures(after), figures(before), "what was paid is what it was");

    let without = json!({ "address": "Jl. Braga 12, Bandung" });
    let (status, answer) = set(&running, &token, (Uuid::now_v7(), 0), "Tirta", without.clone()).await;
    assert_eq!(
        (status, answer["detail"].as_str().unwrap_or_default().starts_with("utility_changed:")),
        (StatusCode::BAD_REQUEST, true)
    );
    assert_eq!(set(&running, &token, (Uuid::now_v7(), 1), "Tirta", without.clone()).await.0, StatusCode::OK);
    assert_eq!(
        set(&running, &token, (Uuid::now_v7(), 2), "Tirta", without).await.1["rev"],
        json!(2),
        "the same again is nothing"
    );
    until(&customer, "that the logo is gone", async || {
        receipt(&customer, purchase).await.filter(|paper| paper.letterhead.logo.is_none() && paper.utility == "Tirta")
    })
    .await;
    let log: AuditPage = running.get(&token, "/admin/v1/audit?kind=set_utility").await;
    assert_eq!(log.entries.len(), 2);
    assert!(log.entries.iter().all(|entry| entry.entity == Subject::Row(Entity::Letterhead)));
    let logo = log.entries[0].changes.iter().find(|change| change.field == "logo").expect("the logo");
    assert!(logo.before.starts_with("48 × 24 · ") && logo.after.is_empty(), "{logo:?}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_stand_on_a_receipt_is_refused_with_its_word() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let svg = STANDARD.encode("<svg xmlns='http://www.w3.org/2000/svg'><image href='http://evil.example/'/></svg>");
    for (field, value, refusal) in [
        ("address", json!("x".repeat(201)), "utility_address"),
        ("tax_number", json!("123"), "utility_tax_number"),
        ("phone", json!("telepon"), "utility_phone"),
        ("email", json!("halo"), "utility_email"),
        ("footer", json!("x".repeat(301)), "utility_footer"),
        ("logo", json!(svg), "logo_kind"),
        ("logo", json!(&LOGO[..80]), "logo_kind"),
        ("logo", json!("A".repeat(100_000)), "logo_size"),
    ] {
        let mut head = letterhead();
        head[field] = value;
        let (status, answer) = set(&running, &token, (Uuid::now_v7(), 0), "Uji", head).await;
        let word = answer["detail"].as_str().unwrap_or_default().split(':').next().unwrap_or_default().to_owned();
        assert_eq!((status, word.as_str()), (StatusCode::BAD_REQUEST, refusal));
    }
    let (status, answer) = set(&running, &token, (Uuid::now_v7(), 0), "x", letterhead()).await;
    assert_eq!(
        (status, answer["detail"].as_str().unwrap_or_default().starts_with("utility_name:")),
        (StatusCode::BAD_REQUEST, true)
    );
    assert_eq!(running.get::<UtilityIdentity>(&token, PATH).await.rev, 0);

    // Another utility has its own.
    let town = Town::new(&running).await;
    assert_eq!(set(&running, &town.people[0].token, (Uuid::now_v7(), 0), "Lain", letterhead()).await.0, StatusCode::OK);
    let mine: UtilityIdentity = running.get(&token, PATH).await;
    assert_eq!((mine.rev, mine.name.as_str()), (0, "Uji"));
    running.server.stop().await;
}
