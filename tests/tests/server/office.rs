//! What admins do is on record, and neither a page nor a file says anything of other utilities or customers.

use crate::api::send;
use domain::core::local_time::DAY_MS;
use domain::{CustomerId, Rupiah};
use protocol::core::audit::AuditPage;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use sync_server::valve::policy;
use tests::field::{change, database};
use tests::town::Town;
use tests::world::{Running, World};
use uuid::Uuid;

async fn kinds(running: &Running, token: &str) -> Vec<String> {
    let page: AuditPage = running.get(token, "/admin/v1/audit").await;
    page.entries.into_iter().map(|entry| entry.kind).collect()
}

fn voucher(code: &str, customers: &[CustomerId]) -> Value {
    json!({
        "campaign": "Uji", "voucher": {
            "code": code, "benefit": { "kind": "fixed_amount", "value": 5_000 }, "minimum_purchase": 0, "valid_from": 0,
            "valid_until": now().0 + DAY_MS, "classes": [], "customers": customers, "state": "active", "maximum_discount": null,
            "total_limit": null, "customer_limit": null
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_a_loan_and_a_checkout_by_an_admin_are_in_the_audit_log() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let made = send(&running, Method::POST, "/admin/v1/money/vouchers", Some(&token), Some(voucher("UJI1", &[]))).await;
    assert_eq!(made.0, StatusCode::NO_CONTENT, "{}", made.1);
    assert_eq!(kinds(&running, &token).await, ["add_campaign"]);
    let lends = running.server.app.store.writer.work(|tx| {
        let utility = tx.db.query_row("SELECT num FROM utility", [], |row| row.get(0))?;
        policy::set_emergency_credit(tx, utility, Rupiah(10_000))
    });
    lends.await.expect("set");
    let connection = running.world.meters[0].connection;
    let _: Value = running.post(&token, "/money/v1/emergency", &json!({ "connection": connection })).await;
    assert_eq!(kinds(&running, &token).await, ["lend_credit", "add_campaign"]);
    let page: AuditPage = running.get(&token, "/admin/v1/audit?kind=lend_credit").await;
    let changes = &page.entries[0].changes;
    let change = changes.iter().find(|change| change.field == "balance").expect("the balance");
    assert!(changes.iter().any(|change| change.field == "amount" && change.after == "10000"), "{changes:?}");
    let rupiah = |text: &str| text.parse::<i64>().expect("rupiah");
    assert_eq!((change.field.as_str(), rupiah(&change.after) - rupiah(&change.before)), ("balance", 10_000));
    let id = Uuid::now_v7();
    let asked = json!({ "id": id, "connection": connection, "amount": 50_000 });
    let _: Value = running.post(&token, "/money/v1/quote", &asked).await;
    for _ in 0..2 {
        let _: Value = running.post(&token, "/money/v1/checkout", &json!({ "id": id })).await;
    }
    assert_eq!(kinds(&running, &token).await, ["check_out", "lend_credit", "add_campaign"], "once");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_names_customers_of_its_own_utility_only_and_an_offer_nobody_else() {
    let running = World::new().start().await;
    let town = Town::new(&running).await;
    let theirs = CustomerId(Uuid::from_bytes(
        database(&running.world)
            .query_row(
                "SELECT cu.id FROM customer cu JOIN user u ON u.utility = cu.utility WHERE u.id = ?1",
                [town.people[0].id.0.as_bytes()],
                |row| row.get(0),
            )
            .expect("a customer"),
    ));
    let token = running.tokens("admin").await.access_token;
    let [one, other] = running.world.customers;
    let asked = voucher("ASING", &[one, theirs]);
    let refused = send(&running, Method::POST, "/admin/v1/money/vouchers", Some(&token), Some(asked)).await;
    assert_eq!(refused.0, StatusCode::BAD_REQUEST);
    assert!(refused.1["detail"].as_str().is_some_and(|detail| detail.starts_with("customers")), "{}", refused.1);
    let both = voucher("BERDUA", &[one, other]);
    assert_eq!(
        send(&running, Method::POST, "/admin/v1/money/vouchers", Some(&token), Some(both)).await.0,
        StatusCode::NO_CONTENT
    );
    let customer = running.tokens("customer").await.access_token;
    let path = format!("/money/v1/offers?connection={}&amount=50000", running.world.meters[0].connection);
    let offers: Value = running.get(&customer, &path).await;
    assert!(offers.to_string().contains("BERDUA"), "{offers}");
    assert!(!offers.to_string().contains(&other.to_string()), "another customer is named: {offers}");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_entry_calls_no_row_of_another_utility_by_its_name() {
    let running = World::new().start().await;
    let town = Town::new(&running).await;
    let before: AuditPage = running.get(&town.people[0].token, "/admin/v1/audit").await;
    // As a device that was signed out remotely hands them in: it may name any row.
    let users: Vec<String> = vec!["customer".into(), "connection".into(), "meter".into(), "user".into()];
    for (table, entity) in users.iter().zip([2, 3, 4, 11]) {
        change(
            &running.world,
            &format!(
                "INSERT INTO audit (utility, at, occurred_at, user, op_id, kind, entity, row_id, changes)
                 SELECT u.utility, {0}, {0}, u.num, zeroblob(16), 'evidence', {entity}, (SELECT id FROM {table} WHERE utility = 1 LIMIT 1), '{{}}'
                 FROM user u WHERE u.id = x'{1}'",
                now().0,
                town.people[0].id.0.simple()
            ),
        );
    }
    let page: AuditPage = running.get(&town.people[0].token, "/admin/v1/audit").await;
    assert_eq!(page.entries.len(), before.entries.len() + 4);
    for entry in page.entries.iter().filter(|entry| entry.kind == "evidence") {
        assert_eq!((entry.title.as_str(), entry.customer), ("", None), "{entry:?}");
    }
    running.server.stop().await;
}
