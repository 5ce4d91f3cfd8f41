//! A utility's opening balances on a device without a network: kept, and no money anywhere before the server has booked it; booked once, above a limit
//! by a second admin, and taken back.

use crate::imports::{ask, at, bring, on_a_ferry, show};
use client::Client;
use domain::Rupiah;
use domain::imports::{Field, Kind, Reason};
use protocol::sales::openings::{OpeningDecision, OpeningsAsked, OpeningsOfImport};
use protocol::ui::imports::{Fate, ImportsRequest, ImportsResponse, Mapped, Policy, RowsQuery, Sent, Stage};
use protocol::ui::{AdminRequest, AdminResponse, Answer, CustomerQuery, CustomerRow, Phase, Request};
use tests::field::{clean, database, outbox, phase, until};
use tests::shop::second_admin;
use tests::world::{Running, World};
use uuid::Uuid;

/// One that one admin books, one that is owed and too much for one, and one of a customer that there is not.
const SHEET: &str = "No Pelanggan;Saldo Awal (Rp)\r\n000;Rp 150.000\r\n001;(2.500.000)\r\n999;10.000\r\n";

async fn customers(client: &Client) -> Vec<CustomerRow> {
    let asked = CustomerQuery { limit: 10, ..CustomerQuery::default() };
    match client.call(Request::Customers(asked)).await.expect("an answer") {
        Answer::Customers(found) => found.rows,
        other => panic!("{other:?}"),
    }
}

fn balances(rows: &[CustomerRow]) -> Vec<Option<Rupiah>> {
    rows.iter().map(|row| row.balance).collect()
}

/// What the server says of an import, as the page asks for it.
async fn booked(client: &Client, import: Uuid) -> OpeningsOfImport {
    let asked = Request::Admin(AdminRequest::Openings(OpeningsAsked { import }));
    match client.call(asked).await.expect("an answer") {
        Answer::Admin { response, .. } => match *response {
            AdminResponse::Openings(sums) => sums,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// Brings the sheet, and checks it as one of balances.
async fn checked(desk: &Client) -> Uuid {
    let import = bring(desk, "saldo.csv", SHEET.as_bytes()).await;
    at(desk, import, Stage::Mapping).await;
    let columns = vec![Some(Field::Number), Some(Field::Balance)];
    // With another kind its columns are suggested first; then they are as they are said to be.
    for _ in 0..2 {
        let (columns, policy) = (columns.clone(), Policy::default());
        ask(desk, ImportsRequest::Map(Mapped { id: import, kind: Kind::Balances, columns, policy, zone: None })).await;
    }
    ask(desk, ImportsRequest::Check(import)).await;
    let shown = at(desk, import, Stage::Checked).await;
    assert_eq!((shown.line.counts.create, shown.line.counts.error), (2, 1), "{:?}", shown.line.counts);
    let query = RowsQuery { id: import, group: None, fate: Some(Fate::Error), level: None, offset: 0, limit: 10 };
    match ask(desk, ImportsRequest::Rows(query)).await {
        ImportsResponse::Rows(window) => assert_eq!(window.rows[0].findings[0].reason, Reason::UnknownCustomer),
        other => panic!("{other:?}"),
    }
    import
}

/// Sums of the ledger on opening balances: how many transfers, and what they come to.
fn ledger(running: &Running) -> (i64, i64) {
    let sql = "SELECT (SELECT COUNT(*) FROM transfer WHERE kind IN ('opening_balance', 'opening_reversal')),
        (SELECT -COALESCE(SUM(balance), 0) FROM account WHERE kind = 'opening_balances')";
    database(&running.world).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("numbers")
}

#[tokio::test(flavor = "multi_thread")]
async fn balances_that_are_imported_offline_wait_for_the_server_and_are_booked_once() {
    let running = World::new().start().await;
    let desk = on_a_ferry(&running).await;
    until(&desk, "both customers", async || (customers(&desk).await.len() == 2).then_some(())).await;
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;
    let before = balances(&customers(&desk).await);
    let import = checked(&desk).await;
    ask(&desk, ImportsRequest::Commit(import)).await;
    let shown = at(&desk, import, Stage::Committed).await;
    assert_eq!(shown.sent, Sent { waiting: 2, applied: 0, refused: 0 });
    assert_eq!(balances(&customers(&desk).await), before, "no money before the server has it");
    let waiting = outbox(&desk).await;
    assert!(waiting.iter().all(|item| item.kind == "add_opening"), "{waiting:?}");
    let asked = Request::Admin(AdminRequest::Openings(OpeningsAsked { import }));
    assert!(desk.call(asked).await.is_err(), "what became of them is not known without the server");
    let decision = OpeningDecision { key: Uuid::now_v7(), import, of: None, up_to: 9, approve: true, note: "Cocok".into() };
    let offline = desk.call(Request::Admin(AdminRequest::DecideOpenings(decision.clone()))).await;
    assert!(offline.is_err() && outbox(&desk).await.len() == 2, "a decision is never queued");

    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await.expect("asked");
    until(&desk, "all applied", async || (show(&desk, import).await.sent.waiting == 0).then_some(())).await;
    assert_eq!(show(&desk, import).await.sent, Sent { waiting: 0, applied: 2, refused: 0 });
    assert_eq!(ledger(&running), (1, 150_000));
    let sums = booked(&desk, import).await;
    assert_eq!((sums.booked.count, sums.waiting.count, sums.waiting.amount), (1, 1, Rupiah(-2_500_000)));
    until(&desk, "the balance", async || (balances(&customers(&desk).await) != before).then_some(())).await;

    let own = desk.call(Request::Admin(AdminRequest::DecideOpenings(decision))).await;
    assert!(own.is_err_and(|problem| problem.detail.starts_with("same_admin")));
    let second = second_admin(&running).await;
    let yes =
        OpeningDecision { key: Uuid::now_v7(), import, of: None, up_to: 9, approve: true, note: "Cocok dengan buku".into() };
    let _: serde_json::Value = running.post(&second, "/admin/v1/money/openings/decide", &yes).await;
    assert_eq!(ledger(&running), (2, -2_350_000));

    ask(&desk, ImportsRequest::Undo(import)).await;
    at(&desk, import, Stage::Undone).await;
    until(&desk, "all taken back", async || (show(&desk, import).await.sent.waiting == 0).then_some(())).await;
    assert_eq!(show(&desk, import).await.sent.refused, 0);
    assert_eq!(ledger(&running), (4, 0));
    assert_eq!(booked(&desk, import).await.taken_back.count, 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_balances_in_two_imports_are_booked_once_and_taking_the_second_one_back_leaves_the_first() {
    let running = World::new().start().await;
    let desk = on_a_ferry(&running).await;
    until(&desk, "both customers", async || (customers(&desk).await.len() == 2).then_some(())).await;
    let mut imports = Vec::new();
    for _ in 0..2 {
        let import = checked(&desk).await;
        ask(&desk, ImportsRequest::Commit(import)).await;
        at(&desk, import, Stage::Committed).await;
        until(&desk, "an answer", async || (show(&desk, import).await.sent.waiting == 0).then_some(())).await;
        imports.push(import);
    }
    assert_eq!(show(&desk, imports[1]).await.sent, Sent { waiting: 0, applied: 0, refused: 2 });
    let refused = outbox(&desk).await.into_iter().filter(|item| item.field.as_deref() == Some("opening")).count();
    assert_eq!((refused, ledger(&running)), (2, (1, 150_000)));
    ask(&desk, ImportsRequest::Undo(imports[1])).await;
    let shown = at(&desk, imports[1], Stage::Undone).await;
    assert_eq!(shown.sent, Sent { waiting: 0, applied: 0, refused: 2 }, "what was refused has nothing to take back");
    assert_eq!(ledger(&running), (1, 150_000));
    clean(running).await;
}
