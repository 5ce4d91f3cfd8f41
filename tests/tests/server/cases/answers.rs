//! What people say to cases, with and without a network.

use super::open_cases;
use domain::alerts::case::{CaseAnswer, Status};
use domain::core::local_time::{DAY_MS, MINUTE_MS};
use protocol::sync::push::{Operation, OperationEnvelope, Rejection};
use protocol::ui::{Answer, CaseDetail, CaseName, Phase, Request};
use serde_json::json;
use sync_server::cases::shown;
use sync_server::core::now;
use tests::cases::leak;
use tests::field::{applied, clean, phase, send, sign_in, submit, until};
use tests::ops::{code, op, push};
use tests::valve::Meter;
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

async fn detail(client: &client::Client, name: CaseName) -> CaseDetail {
    match client.call(Request::Case(name)).await.expect("an answer") {
        Answer::Case(Some(detail)) => *detail,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_normal_without_a_network_is_so_on_the_server_and_can_be_taken_back() {
    let running = World::new().start().await;
    let keyring = Kept::default();
    let phone = client_with(&running.world.folder.path().join("phone"), &running.url(), &keyring).await;
    sign_in(&phone, "customer").await;
    leak(&running).await;
    let found = until(&phone, "the leak", async || open_cases(&phone).await.into_iter().next()).await.case;
    assert!(found.loss.0 > 0 && found.rate > 30_000, "{found:?}");
    let name = CaseName { connection: found.connection, no: found.no };
    // They are rows of their own, and may come after the case.
    let hours =
        async || detail(&phone, name).await.hours.into_iter().find(|hour| hour.at >= found.start && hour.volume > Some(0));
    until(&phone, "its hours", hours).await;

    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&phone, Phase::Offline).await;
    let say = |answer| Operation::AnswerCase { connection: found.connection, no: found.no, answer, remark: " Kolam ".into() };
    submit(&phone, say(CaseAnswer::Normal)).await;
    let shown = detail(&phone, name).await.row;
    assert_eq!((shown.case.status, shown.waiting), (Status::FalsePositive, true), "it shows at once");
    assert!(open_cases(&phone).await.is_empty());

    let running = world.start_again(&config).await;
    phone.call(Request::SyncNow).await.expect("asked");
    let sent = until(&phone, "the server's answer", async || {
        Some(detail(&phone, name).await.row).filter(|row| !row.waiting && !row.case.history.is_empty())
    });
    let sent = sent.await.case;
    assert_eq!((sent.status, sent.history[0].remark.as_str()), (Status::FalsePositive, "Kolam"));
    let until_then = sent.normal_until.expect("for a time").since(now());
    assert!((89 * DAY_MS..91 * DAY_MS).contains(&until_then), "{until_then}");

    submit(&phone, say(CaseAnswer::NotNormal)).await;
    until(&phone, "it open again", async || open_cases(&phone).await.into_iter().find(|row| !row.waiting)).await;
    let stands =
        running.server.app.store.read(|db| {
            Ok(db.query_row("SELECT COUNT(*) FROM leak_normal WHERE until > ?1", [now().0], |row| row.get::<_, i64>(0))?)
        });
    assert_eq!(stands.await.expect("reads"), 0, "nothing is called normal any more");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_answer_that_arrives_late_is_kept_and_the_newer_one_holds() {
    let running = World::new().start().await;
    leak(&running).await;
    let first = "SELECT no FROM meter_case ORDER BY num LIMIT 1";
    let read = running.server.app.store.read(move |db| Ok(db.query_row(first, [], |row| row.get::<_, u32>(0))?));
    let no = read.await.expect("reads");
    let connection = running.world.meters[0].connection;
    let standing = async || {
        let body = running.server.app.store.read(move |db| shown::body(db, connection.0, i32::try_from(no).ok()));
        let case = body.await.expect("reads").expect("it is shown");
        (case.status, case.normal_until, case.history.iter().map(|step| step.answer).collect::<Vec<_>>())
    };
    let say = async |answer, minutes_ago: i64| {
        let said = Operation::AnswerCase { connection, no, answer, remark: String::new() };
        let said = OperationEnvelope { occurred_at: now().plus(-minutes_ago * MINUTE_MS), ..op(Uuid::now_v7(), 1, None, &said) };
        let result = &push(&running, "technician", vec![said]).await[0];
        assert!(applied(result), "{result:?}");
    };
    say(CaseAnswer::Confirmed, 15).await;
    say(CaseAnswer::Normal, 30).await;
    let in_order = vec![CaseAnswer::Normal, CaseAnswer::Confirmed];
    assert_eq!(standing().await, (Status::Confirmed, None, in_order), "in the order in which it was said");
    say(CaseAnswer::FalsePositive, 5).await;
    assert_eq!(standing().await.0, Status::FalsePositive, "what is newer holds");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_answered_by_those_whose_it_is() {
    let running = World::new().start().await;
    leak(&running).await;
    let mut meter = Meter::connect(running.server.mqtt, &running.world.meters[0]).await;
    meter.publish_as("event", &json!({ "t": now().0, "kind": "magnet" })).await;
    let read = running.server.app.store.read(|db| {
        let mut query = db.prepare("SELECT no FROM meter_case ORDER BY cause = 'magnet'")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<u32>, _>>()?)
    });
    let numbers = read.await.expect("reads");
    let (flows, magnet) = (numbers[0], numbers[numbers.len() - 1]);
    let connection = running.world.meters[0].connection;
    let say = |no, answer| Operation::AnswerCase { connection, no, answer, remark: String::new() };
    for (who, operation, expected) in [
        ("other", say(flows, CaseAnswer::Normal), Some(Rejection::NotFound)),
        ("customer", say(flows, CaseAnswer::Confirmed), Some(Rejection::Denied)),
        ("customer", say(magnet, CaseAnswer::Repaired), Some(Rejection::Denied)),
        ("customer", say(flows, CaseAnswer::NeedsTechnician), None),
        ("technician", say(magnet, CaseAnswer::Confirmed), None),
        ("admin", say(magnet, CaseAnswer::FalsePositive), None),
        ("admin", say(99, CaseAnswer::Confirmed), Some(Rejection::NotFound)),
        ("admin", say(magnet, CaseAnswer::Normal), Some(Rejection::Denied)),
    ] {
        let result = &send(&running, who, std::slice::from_ref(&operation)).await[0];
        assert_eq!(code(result), expected, "{who} {operation:?}");
    }
    let long = Operation::AnswerCase { connection, no: flows, answer: CaseAnswer::Repaired, remark: "x".repeat(501) };
    assert_eq!(code(&send(&running, "admin", &[long]).await[0]), Some(Rejection::Invalid));
    clean(running).await;
}
