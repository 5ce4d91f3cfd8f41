//! Opening balances that an import brings: booked once, above a limit by two admins, refused with a reason, declined without a trace, taken back by
//! another transfer.

use domain::billing::opening::OpeningLimits;
use domain::{ConnectionId, OpeningId, Rupiah};
use protocol::core::audit::AuditPage;
use protocol::sales::money::{Purchase, Statement};
use protocol::sales::openings::{OpeningDecision, OpeningSum, OpeningsDecided, OpeningsOfImport, WaitingOpenings};
use protocol::sales::review::MoneyReview;
use protocol::sync::push::{Operation, OperationResult, Outcome, Rejection};
use reqwest::StatusCode;
use serde_json::json;
use tests::field::{applied, clean, send};
use tests::ops::{code, op, push};
use tests::shop::{add_connections, ask, number, refused, second_admin, wanted};
use tests::world::{Running, World};
use uuid::Uuid;

const DECIDE: &str = "/admin/v1/money/openings/decide";
const LIMITS: &str = "/admin/v1/money/openings/limits";

/// What the account of opening balances comes to, the other way round: what was given less what is owed.
const BOOKED: &str = "SELECT -COALESCE(SUM(balance), 0) FROM account WHERE kind = 'opening_balances'";

/// Transfers that opening balances have made.
const TRANSFERS: &str = "SELECT COUNT(*) FROM transfer WHERE kind IN ('opening_balance', 'opening_reversal')";

struct Sheet {
    import: Uuid,
}

impl Sheet {
    fn new() -> Self {
        Self { import: Uuid::now_v7() }
    }

    fn of(&self, connection: ConnectionId, amount: i64, row: u32) -> Operation {
        let (opening, import, source) = (OpeningId(Uuid::now_v7()), self.import, "saldo.csv".to_owned());
        Operation::AddOpening { opening, connection, amount: Rupiah(amount), import, row, source }
    }

    async fn sums(&self, running: &Running, token: &str) -> OpeningsOfImport {
        running.get(token, &format!("/admin/v1/money/openings?import={}", self.import)).await
    }
}

fn back(brought: &Operation) -> Operation {
    match brought {
        Operation::AddOpening { opening, connection, .. } => {
            Operation::TakeBackOpening { opening: *opening, connection: *connection }
        }
        other => panic!("{other:?}"),
    }
}

fn field(result: &OperationResult) -> Option<&str> {
    match &result.outcome {
        Outcome::Rejected { field, .. } => field.as_deref(),
        _ => None,
    }
}

async fn waiting(running: &Running, token: &str) -> Vec<WaitingOpenings> {
    running.get::<MoneyReview>(token, "/admin/v1/money/review").await.openings
}

fn decision(of: &WaitingOpenings, approve: bool) -> OpeningDecision {
    let note = "Dicocokkan dengan buku lama".into();
    OpeningDecision { key: Uuid::now_v7(), import: of.import, of: None, up_to: of.up_to, approve, note }
}

const fn sum(count: i64, amount: i64) -> OpeningSum {
    OpeningSum { count, amount: Rupiah(amount) }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_balance_is_booked_once_however_often_it_comes() {
    let running = World::new().start().await;
    let (sheet, connection) = (Sheet::new(), running.world.meters[0].connection);
    let brought = sheet.of(connection, 150_000, 7);
    let envelope = op(Uuid::now_v7(), 1, None, &brought);
    for _ in 0..2 {
        let results = push(&running, "admin", vec![envelope.clone()]).await;
        assert!(applied(&results[0]), "{results:?}");
    }
    // The same balance in another operation, as after a refusal that was sent again.
    assert!(applied(&send(&running, "admin", std::slice::from_ref(&brought)).await[0]));
    assert_eq!((number(&running, BOOKED).await, number(&running, TRANSFERS).await), (150_000, 1));
    let again = sheet.of(connection, 20_000, 8);
    let result = &send(&running, "admin", &[again]).await[0];
    assert_eq!((code(result), field(result)), (Some(Rejection::Taken), Some("opening")), "a connection has one");
    let owed = sheet.of(running.world.meters[1].connection, -30_000, 9);
    assert!(applied(&send(&running, "admin", &[owed]).await[0]));
    assert_eq!(number(&running, BOOKED).await, 120_000);

    let (admin, customer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let statement: Statement = running.get(&customer, &format!("/money/v1/statement?connection={connection}")).await;
    let line = statement.lines.iter().find(|line| line.kind == "opening_balance").expect("its line");
    assert_eq!((line.amount, line.reason.as_str()), (Rupiah(150_000), ""));
    let log: AuditPage = running.get(&admin, "/admin/v1/audit?kind=add_opening").await;
    assert_eq!(log.entries.len(), 2);
    let of = |name: &str| log.entries[1].changes.iter().find(|change| change.field == name).map(|change| change.after.as_str());
    assert_eq!((of("import"), of("row"), of("opening_state")), (Some("saldo.csv"), Some("7"), Some("booked")));
    assert_eq!(sheet.sums(&running, &admin).await.booked, sum(2, 120_000));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_balance_that_cannot_be_is_refused_with_its_reason_and_leaves_nothing() {
    let running = World::new().start().await;
    let (sheet, connection) = (Sheet::new(), running.world.meters[0].connection);
    let bare = add_connections(&running, 1).await[0];
    for who in ["technician", "customer"] {
        let results = send(&running, who, &[sheet.of(connection, 50_000, 2)]).await;
        assert_eq!(code(&results[0]), Some(Rejection::Denied), "{who}");
    }
    let cases = [
        (sheet.of(ConnectionId(Uuid::now_v7()), 50_000, 3), Rejection::NotFound, "connection"),
        (sheet.of(bare, 50_000, 4), Rejection::NotFound, "meter"),
        (sheet.of(connection, 0, 5), Rejection::Invalid, "amount"),
        (sheet.of(connection, 50_000_001, 6), Rejection::Invalid, "amount"),
    ];
    for (command, reason, of) in cases {
        let result = &send(&running, "admin", std::slice::from_ref(&command)).await[0];
        assert_eq!((code(result), field(result)), (Some(reason), Some(of)), "{command:?}");
    }
    let gone = send(&running, "admin", &[back(&sheet.of(connection, 1, 7))]).await;
    assert_eq!(code(&gone[0]), Some(Rejection::NotFound));
    let rows = "SELECT (SELECT COUNT(*) FROM opening_balance) + (SELECT COUNT(*) FROM opening_import)";
    assert_eq!((number(&running, rows).await, number(&running, TRANSFERS).await), (0, 0));
    // An import is one admin's: nobody else adds to what its limit counts.
    assert!(applied(&send(&running, "admin", &[sheet.of(connection, 50_000, 8)]).await[0]));
    second_admin(&running).await;
    let other = send(&running, "second", &[sheet.of(running.world.meters[1].connection, 50_000, 9)]).await;
    assert_eq!(code(&other[0]), Some(Rejection::IdReused));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn above_a_limit_an_opening_balance_is_booked_by_a_second_admin_once() {
    let running = World::new().start().await;
    let (sheet, connection) = (Sheet::new(), running.world.meters[0].connection);
    let (admin, second) = (running.tokens("admin").await.access_token, second_admin(&running).await);
    assert!(applied(&send(&running, "admin", &[sheet.of(connection, 1_000_001, 4)]).await[0]));
    assert_eq!(number(&running, TRANSFERS).await, 0, "nothing is booked yet");
    let taken = send(&running, "admin", &[sheet.of(connection, 10_000, 5)]).await;
    assert_eq!(code(&taken[0]), Some(Rejection::Taken), "the one that waits counts");
    let listed = waiting(&running, &second).await;
    let [import] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!((import.source.as_str(), import.count, import.given, import.owed), ("saldo.csv", 1, Rupiah(1_000_001), Rupiah(0)));
    assert_eq!((import.rows[0].row, import.rows[0].amount, import.rows[0].connection), (4, Rupiah(1_000_001), connection));

    let buyer = running.tokens("customer").await.access_token;
    let one = OpeningDecision { of: Some(import.rows[0].id), ..decision(import, true) };
    assert_eq!(ask(&running, &buyer, DECIDE, &one).await.0, StatusCode::FORBIDDEN);
    assert_eq!(refused(&running, &admin, DECIDE, &one).await, (StatusCode::BAD_REQUEST, "same_admin".into()));
    let silent = OpeningDecision { note: "ok".into(), ..one.clone() };
    assert_eq!(refused(&running, &second, DECIDE, &silent).await.1, "reason");
    let decisions: Vec<_> = (0..12).map(|_| OpeningDecision { key: Uuid::now_v7(), ..one.clone() }).collect();
    let all = decisions.iter().map(|body| ask(&running, &second, DECIDE, body));
    let answers = futures_util::future::join_all(all).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::OK).count(), 1, "{answers:?}");
    assert_eq!((number(&running, BOOKED).await, number(&running, TRANSFERS).await), (1_000_001, 1));
    let by_asker =
        "SELECT COUNT(*) FROM transfer t JOIN user u ON u.num = t.who WHERE t.kind = 'opening_balance' AND u.name = 'admin'";
    assert_eq!(number(&running, by_asker).await, 1);
    let log: AuditPage = running.get(&admin, "/admin/v1/audit?kind=approve_opening").await;
    assert_eq!((log.entries.len(), log.entries[0].who.name.as_str()), (1, "second"));
    assert!(waiting(&running, &second).await.is_empty());
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_opening_balance_books_nothing_and_frees_its_connection() {
    let running = World::new().start().await;
    let (sheet, connection) = (Sheet::new(), running.world.meters[0].connection);
    let second = second_admin(&running).await;
    let large = sheet.of(connection, -2_000_000, 4);
    assert!(applied(&send(&running, "admin", std::slice::from_ref(&large)).await[0]));
    let listed = waiting(&running, &second).await;
    let no = decision(&listed[0], false);
    for decided in [1, 0] {
        let answer: OpeningsDecided = running.post(&second, DECIDE, &no).await;
        assert_eq!((answer.decided, answer.left), (decided, 0), "the same key again changes nothing");
    }
    assert_eq!(refused(&running, &second, DECIDE, &decision(&listed[0], true)).await, (StatusCode::BAD_REQUEST, "closed".into()));
    assert_eq!((number(&running, TRANSFERS).await, number(&running, BOOKED).await), (0, 0));
    assert!(applied(&send(&running, "admin", &[back(&large)]).await[0]), "there is nothing to take back");
    assert!(applied(&send(&running, "admin", &[sheet.of(connection, -200_000, 5)]).await[0]), "it is free again");
    let sums = sheet.sums(&running, &second).await;
    assert_eq!((sums.booked, sums.declined), (sum(1, -200_000), sum(1, -2_000_000)));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_beyond_the_limit_of_an_import_waits_and_all_of_it_is_approved_as_far_as_it_was_seen() {
    let running = World::new().start().await;
    let (sheet, [one, other]) = (Sheet::new(), [0, 1].map(|place| running.world.meters[place].connection));
    let (admin, second) = (running.tokens("admin").await.access_token, second_admin(&running).await);
    let bad = json!({ "key": Uuid::now_v7(), "limits": { "per_row": 200_000, "per_import": 100_000 } });
    assert_eq!(refused(&running, &admin, LIMITS, &bad).await, (StatusCode::BAD_REQUEST, "opening_limits".into()));
    let limits = OpeningLimits { per_row: Rupiah(100_000), per_import: Rupiah(150_000) };
    let set = json!({ "key": Uuid::now_v7(), "limits": limits });
    for _ in 0..2 {
        assert_eq!(running.post::<OpeningLimits>(&admin, LIMITS, &set).await, limits);
    }
    assert_eq!(running.get::<OpeningLimits>(&second, LIMITS).await, limits);
    let log: AuditPage = running.get(&admin, "/admin/v1/audit?kind=set_opening_limits").await;
    assert_eq!(log.entries.len(), 1);

    let results = send(&running, "admin", &[sheet.of(one, 100_000, 2), sheet.of(other, -60_000, 3)]).await;
    assert!(results.iter().all(applied), "{results:?}");
    assert_eq!(number(&running, BOOKED).await, 100_000, "the second one would make it 160,000 without signs");
    let listed = waiting(&running, &second).await;
    let mut early = decision(&listed[0], true);
    early.up_to -= 1;
    assert_eq!(refused(&running, &second, DECIDE, &early).await.1, "closed", "what was not seen is not approved");
    let answer: OpeningsDecided = running.post(&second, DECIDE, &decision(&listed[0], true)).await;
    assert_eq!((answer.decided, answer.left), (1, 0));
    assert_eq!(number(&running, BOOKED).await, 40_000);
    assert_eq!(sheet.sums(&running, &admin).await.booked, sum(2, 40_000));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_balance_is_reversed_once_and_not_at_all_after_somebody_has_gone_on_from_it() {
    let running = World::new().start().await;
    let (sheet, [one, other]) = (Sheet::new(), [0, 1].map(|place| running.world.meters[place].connection));
    let admin = running.tokens("admin").await.access_token;
    let (booked, bought) = (sheet.of(one, 150_000, 2), sheet.of(other, 80_000, 3));
    let results = send(&running, "admin", &[booked.clone(), bought.clone()]).await;
    assert!(results.iter().all(applied), "{results:?}");
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &wanted(&running, 1, 50_000, None)).await;

    let denied = send(&running, "technician", &[back(&booked)]).await;
    assert_eq!(code(&denied[0]), Some(Rejection::Denied));
    for _ in 0..2 {
        assert!(applied(&send(&running, "admin", &[back(&booked)]).await[0]));
    }
    let kept = &send(&running, "admin", &[back(&bought)]).await[0];
    assert_eq!((code(kept), field(kept)), (Some(Rejection::InUse), Some("opening")));
    assert_eq!((number(&running, BOOKED).await, number(&running, TRANSFERS).await), (80_000, 3), "two, and one reversal");
    let customer = running.tokens("customer").await.access_token;
    let statement: Statement = running.get(&customer, &format!("/money/v1/statement?connection={one}")).await;
    assert_eq!(statement.lines[0].kind, "opening_reversal");
    assert_eq!(statement.lines[0].amount, Rupiah(-150_000));

    // Another import may bring it anew; one that waits is withdrawn, and nobody can approve it any more.
    let second = second_admin(&running).await;
    let large = Sheet::new().of(one, 5_000_000, 2);
    assert!(applied(&send(&running, "admin", std::slice::from_ref(&large)).await[0]));
    let listed = waiting(&running, &second).await;
    assert!(applied(&send(&running, "admin", &[back(&large)]).await[0]));
    assert_eq!(refused(&running, &second, DECIDE, &decision(&listed[0], true)).await.1, "closed");
    assert_eq!(number(&running, BOOKED).await, 80_000);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_days_an_opening_balance_stays() {
    let running = World::new().start().await;
    let (sheet, connection) = (Sheet::new(), running.world.meters[0].connection);
    let brought = sheet.of(connection, 90_000, 2);
    assert!(applied(&send(&running, "admin", std::slice::from_ref(&brought)).await[0]));
    let Operation::AddOpening { opening, .. } = brought else { panic!("an opening balance") };
    let moved = running.server.app.store.writer.work(move |tx| {
        let session: Vec<u8> =
            tx.db.query_row("SELECT s.id FROM session s JOIN user u ON u.num = s.user WHERE u.name = 'admin'", [], |row| {
                row.get(0)
            })?;
        let session = Uuid::from_slice(&session).expect("an identifier");
        let admin = sync_server::core::scope::caller(tx, session)?.expect("an admin");
        tx.now = tx.now.plus(domain::billing::opening::TAKE_BACK_MS + 1);
        sync_server::sales::openings::take_back(tx, &admin, (opening, connection))
    });
    let refused = sync_server::sales::openings::Refused::InUse;
    assert_eq!(moved.await.expect("decided"), Err(refused));
    assert_eq!(number(&running, BOOKED).await, 90_000);
    clean(running).await;
}
