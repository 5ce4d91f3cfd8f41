//! The audit log as admins read it.

use domain::sync::edit::CustomerField;
use domain::{CustomerId, UtcMillis};
use protocol::core::audit::{AuditPage, AuditQuery, ENTRIES};
use protocol::sync::push::{Operation, OperationEnvelope};
use tests::alerts::number;
use tests::ops::{code, edit, op, push};
use tests::world::{Running, World};
use uuid::Uuid;

async fn log(running: &Running, token: &str, asked: &AuditQuery) -> AuditPage {
    let request = reqwest::Client::new().get(format!("{}/admin/v1/audit", running.url())).bearer_auth(token).query(asked);
    request.send().await.expect("an answer").error_for_status().expect("allowed").json().await.expect("a page")
}

/// So many edits of a customer's city, each from what the one before left.
fn moves(customer: CustomerId, count: u64) -> Vec<OperationEnvelope> {
    let city = |step: u64| if step == 0 { String::new() } else { format!("Kota {step}") };
    (0..count)
        .map(|step| {
            let command = edit(customer, &[(CustomerField::City, &city(step), &city(step + 1))]);
            op(Uuid::now_v7(), step + 1, None, &command)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_in_the_log_with_who_and_what_it_was_before_and_after() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let id = running.world.customers[0];
    let rename = edit(id, &[(CustomerField::Name, "Pelanggan", "Sari"), (CustomerField::City, "", "Bogor")]);
    let mut made = op(Uuid::now_v7(), 1, None, &rename);
    made.occurred_at = UtcMillis(made.occurred_at.0 - 3_600_000);
    push(&running, "admin", vec![made.clone()]).await;
    let page = log(&running, &token, &AuditQuery::default()).await;
    let [entry] = page.entries.as_slice() else { panic!("one entry: {page:?}") };
    let changes: Vec<_> = entry.changes.iter().map(|c| (c.field.as_str(), c.before.as_str(), c.after.as_str())).collect();
    assert_eq!(changes, [("city", "", "Bogor"), ("name", "Pelanggan", "Sari")]);
    assert_eq!((entry.op, entry.row, entry.customer, entry.title.as_str()), (made.id, id.0, Some(id), "Sari"));
    assert_eq!(entry.occurred_at, made.occurred_at, "the device's clock, an hour behind");
    assert!(entry.at.since(entry.occurred_at) >= 3_600_000);
    assert_eq!((page.people.len(), page.kinds, page.next), (1, vec!["edit_customer".to_owned()], None));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_log_join_without_a_gap_and_each_filter_leaves_out_the_rest() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let [one, other] = running.world.customers;
    let count = ENTRIES as u64 * 2 + 7;
    push(&running, "admin", moves(one, count)).await;
    push(&running, "admin", moves(other, 3)).await;
    let mut asked = AuditQuery { row: Some(one.0), ..AuditQuery::default() };
    let mut seen = Vec::new();
    loop {
        let page = log(&running, &token, &asked).await;
        seen.extend(page.entries.iter().map(|entry| entry.changes[0].after.clone()));
        match page.next {
            Some(next) => asked.after = Some(next),
            None => break,
        }
    }
    let expected: Vec<String> = (1..=count).rev().map(|step| format!("Kota {step}")).collect();
    assert_eq!(seen, expected);
    let newest = log(&running, &token, &AuditQuery { row: Some(other.0), ..AuditQuery::default() }).await;
    assert_eq!(newest.entries.len(), 3);
    let (at, who) = (newest.entries[0].at, newest.entries[0].who.id);
    let none = [
        AuditQuery { kind: Some("edit_connection".into()), ..AuditQuery::default() },
        AuditQuery { who: Some(domain::UserId(Uuid::nil())), ..AuditQuery::default() },
        AuditQuery { from: Some(UtcMillis(at.0 + 1)), ..AuditQuery::default() },
        AuditQuery { to: Some(UtcMillis(1)), ..AuditQuery::default() },
    ];
    for asked in none {
        assert!(log(&running, &token, &asked).await.entries.is_empty(), "{asked:?}");
    }
    let all =
        AuditQuery { who: Some(who), kind: Some("edit_customer".into()), from: Some(UtcMillis(1)), ..AuditQuery::default() };
    assert_eq!(log(&running, &token, &all).await.entries.len(), ENTRIES);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_whoever_may_not_any_more_is_on_record_once_and_says_so() {
    let running = World::new().start().await;
    let user = running.tokens("customer").await.user.id;
    let made = Operation::ExportMade {
        export: Uuid::now_v7(),
        user,
        list: "customers".into(),
        question: "x".repeat(10_000),
        rows: 3,
        format: "csv".into(),
        with_nik: false,
    };
    let same = op(Uuid::now_v7(), 1, None, &made);
    for _ in 0..2 {
        let results = push(&running, "customer", vec![same.clone()]).await;
        assert_eq!(code(&results[0]), None, "{results:?}");
    }
    let said = "SELECT COUNT(*) FROM audit WHERE kind = 'export_made' AND json_extract(changes, '$.permitted[1]') = 'false'
        AND length(json_extract(changes, '$.question[1]')) = 500";
    assert_eq!(number(&running, said).await, 1);
    running.server.stop().await;
}
