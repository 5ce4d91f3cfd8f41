//! Operations as the server takes them: one effect or none, in order, by those who may.

use domain::CustomerId;
use domain::core::local_time::DAY_MS;
use domain::field::device_clock::DeviceClock;
use domain::sync::edit::CustomerField;
use protocol::core::problem::Code;
use protocol::sync::push::{Keep, OPERATION_VERSION, Operation, OperationEnvelope, Outcome, Rejection};
use serde_json::value::to_raw_value;
use sync_server::core::Tx;
use sync_server::core::now;
use sync_server::core::scope;
use sync_server::core::turns::{Lane, Source};
use sync_server::error::Error;
use sync_server::sync::apply;
use sync_server::sync::rows::results;
use tests::alerts::number;
use tests::ops::{code, edit, op, push};
use tests::world::World;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_has_one_effect_however_often_it_comes_and_a_refused_one_has_none() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let [first, bad, child, fine] = [(); 4].map(|()| Uuid::now_v7());
    let rename = edit(id, &[(CustomerField::Name, "Pelanggan", "Sari")]);
    let poison = edit(id, &[(CustomerField::PostalCode, "", "abc")]);
    let ops = || {
        vec![
            op(first, 1, None, &rename),
            op(bad, 2, None, &poison),
            op(child, 3, Some(bad), &edit(id, &[(CustomerField::City, "", "Bogor")])),
            op(fine, 4, None, &edit(id, &[(CustomerField::Province, "", "Jawa Barat")])),
        ]
    };
    let once = push(&running, "admin", ops()).await;
    assert_eq!(
        once.iter().map(code).collect::<Vec<_>>(),
        [None, Some(Rejection::Invalid), Some(Rejection::BuildsOnRefused), None]
    );
    let again = push(&running, "admin", ops()).await;
    assert!(again.iter().all(|result| result.duplicate));
    assert_eq!(again.iter().map(|r| &r.outcome).collect::<Vec<_>>(), once.iter().map(|r| &r.outcome).collect::<Vec<_>>());
    let reused = push(&running, "admin", vec![op(first, 1, None, &poison)]).await;
    assert_eq!(code(&reused[0]), Some(Rejection::IdReused));
    let orphan = push(&running, "admin", vec![op(Uuid::now_v7(), 9, Some(Uuid::now_v7()), &rename)]).await;
    assert!(matches!(orphan[0].outcome, Outcome::RetryAfter { .. }), "what it builds on has not come yet");
    let read = running.server.app.store.read(|db| {
        Ok(db.query_row("SELECT COUNT(*), (SELECT rev FROM customer WHERE name = 'Sari') FROM audit", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?)
    });
    assert_eq!(read.await.expect("reads"), (2, 3), "two effects, two revisions more");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_an_admin_changes_a_customer_and_a_strangers_conflict_is_nobodys() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let rename = edit(id, &[(CustomerField::Name, "Pelanggan", "Maling")]);
    for name in ["customer", "technician", "other"] {
        let results = push(&running, name, vec![op(Uuid::now_v7(), 1, None, &rename)]).await;
        assert_eq!(code(&results[0]), Some(Rejection::Denied), "{name}");
    }
    let nobodys = edit(CustomerId(Uuid::now_v7()), &[(CustomerField::Name, "A", "B")]);
    assert_eq!(code(&push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &nobodys)]).await[0]), Some(Rejection::NotFound));
    // Two values for one field, so that there is a conflict to decide.
    let [one, two] = ["Sari", "Dewi"].map(|to| edit(id, &[(CustomerField::Name, "Pelanggan", to)]));
    push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &one), op(Uuid::now_v7(), 2, None, &two)]).await;
    let read = running.server.app.store.read(|db| Ok(db.query_row("SELECT id FROM conflict", [], |row| row.get(0))?));
    let conflict = domain::ConflictId(Uuid::from_bytes(read.await.expect("reads")));
    let decide = Operation::DecideConflict { conflict, keep: Keep::Theirs };
    assert_eq!(code(&push(&running, "customer", vec![op(Uuid::now_v7(), 1, None, &decide)]).await[0]), Some(Rejection::Denied));
    for _ in 0..2 {
        let decided = push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &decide)]).await;
        assert_eq!(decided[0].outcome, Outcome::Applied { conflicts: Vec::new() }, "the same decision twice is one");
    }
    let entries = "SELECT COUNT(*) FROM audit WHERE kind = 'decide_conflict' AND json_extract(changes, '$.keep[1]') = 'theirs'
        AND json_extract(changes, '$.name[0]') = 'Dewi' AND json_extract(changes, '$.name[1]') = 'Sari'";
    assert_eq!(number(&running, entries).await, 1, "that a value gave way is on record, once");
    let garbage = OperationEnvelope {
        operation: to_raw_value(&serde_json::json!({ "kind": "drop_everything" })).expect("JSON"),
        ..op(Uuid::now_v7(), 1, None, &one)
    };
    assert_eq!(code(&push(&running, "admin", vec![garbage]).await[0]), Some(Rejection::Unreadable));
    let newer = OperationEnvelope { v: OPERATION_VERSION + 1, ..op(Uuid::now_v7(), 1, None, &one) };
    assert!(
        matches!(push(&running, "admin", vec![newer]).await[0].outcome, Outcome::RetryAfter { .. }),
        "a newer app waits for a newer server"
    );
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_panics_has_no_effect_and_is_quarantined_the_third_time() {
    let running = World::new().start().await;
    let writer = &running.server.app.store.writer;
    let broken = writer.work(|tx| -> Result<(), Error> {
        tx.db.execute("UPDATE customer SET name = 'half done'", [])?;
        panic!("on purpose")
    });
    assert!(matches!(broken.await, Err(Error::Panicked)));
    let read =
        running.server.app.store.read(|db| {
            Ok(db.query_row("SELECT COUNT(*) FROM customer WHERE name = 'half done'", [], |row| row.get::<_, i64>(0))?)
        });
    assert_eq!(read.await.expect("reads"), 0);
    let poison = op(Uuid::now_v7(), 1, None, &edit(running.world.customers[0], &[(CustomerField::City, "", "Bogor")]));
    running.tokens("admin").await;
    let session = running.server.app.store.read(|db| Ok(db.query_row("SELECT id FROM session", [], |row| row.get(0))?));
    let session = Uuid::from_bytes(session.await.expect("a session"));
    let mut outcomes = Vec::new();
    for _ in 0..3 {
        let poison = poison.clone();
        let panicked = writer.work(move |tx| {
            let caller = scope::caller(tx, session)?.expect("signed in");
            apply::panicked(tx, &caller, Uuid::now_v7(), &poison)
        });
        outcomes.push(panicked.await.expect("counted"));
    }
    assert!(outcomes[..2].iter().all(|outcome| matches!(outcome, Outcome::RetryAfter { .. })));
    assert!(matches!(outcomes[2], Outcome::Rejected { code: Rejection::Quarantined, .. }));
    let again = push(&running, "admin", vec![poison]).await;
    assert_eq!((again[0].duplicate, code(&again[0])), (true, Some(Rejection::Quarantined)), "it is not tried a fourth time");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn technicians_get_no_identity_number_of_a_customer() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let set = edit(id, &[(CustomerField::Nik, "", "3273010101900001"), (CustomerField::Phone, "", "+62 811 111 222")]);
    push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &set)]).await;
    for (name, bucket, knows) in [
        ("technician", format!("zone:{}", running.world.zones[0]), false),
        ("customer", format!("customer:{id}"), true),
        ("admin", "admin".to_owned(), true),
    ] {
        let token = running.tokens(name).await.access_token;
        let page = reqwest::Client::new().get(format!("{}/sync/v1/snapshot/{bucket}", running.url())).bearer_auth(token);
        let text = page.send().await.expect("an answer").text().await.expect("a page");
        assert_eq!(text.contains("3273010101900001"), knows, "{name}");
        assert!(text.contains("+62 811 111 222"), "{name} may ring there");
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_edits_that_build_on_each_other_are_applied_in_the_order_sent() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let mut ops: Vec<OperationEnvelope> = Vec::new();
    let mut from = String::new();
    for step in 0..500 {
        let to = format!("Kota {step}");
        let command = edit(id, &[(CustomerField::City, &from, &to)]);
        ops.push(op(Uuid::now_v7(), step, ops.last().map(|op: &OperationEnvelope| op.id), &command));
        from = to;
    }
    let results = push(&running, "admin", ops).await;
    let applied = results.iter().filter(|result| result.outcome == Outcome::Applied { conflicts: Vec::new() }).count();
    assert_eq!(applied, 500);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stands_of_what_came_after_the_end_of_its_transaction() {
    let running = World::new().start().await;
    let writer = &running.server.app.store.writer;
    let note = |tx: &mut Tx<'_>| Ok(tx.db.execute("INSERT INTO meta (key, value) VALUES ('noted', '1')", [])?);
    // As a disk that fails under the first of them.
    let jobs = writer.enqueue_each(vec![true, false], size_of_val, move |tx, ends| {
        if *ends {
            tx.db.execute_batch("ROLLBACK")?;
            return Err(Error::Panicked);
        }
        note(tx)
    });
    assert!(jobs.await.expect("taken").all().await.is_err(), "nothing is acknowledged");
    let noted = "SELECT COUNT(*) FROM meta WHERE key = 'noted'";
    let count = running.server.app.store.read(|db| Ok(db.query_row(noted, [], |row| row.get::<_, i64>(0))?));
    assert_eq!(count.await.expect("a count"), 0);
    assert_eq!(writer.work(move |tx| note(tx)).await.expect("the writer goes on"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_there_is_not_is_refused_and_its_name_is_not_kept() {
    let running = World::new().start().await;
    let mut named = op(Uuid::now_v7(), 1, None, &edit(running.world.customers[0], &[(CustomerField::City, "", "Bogor")]));
    named.lane = "x".repeat(100_000);
    let results = push(&running, "admin", vec![named]).await;
    assert_eq!(code(&results[0]), Some(Rejection::Invalid));
    let longest = running
        .server
        .app
        .store
        .read(|db| Ok(db.query_row("SELECT MAX(LENGTH(lane)) FROM op_result", [], |row| row.get::<_, i64>(0))?));
    assert!(longest.await.expect("a length") < 10);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_any_more_is_not_done_and_a_user_with_too_much_has_to_wait() {
    let running = World::new().start().await;
    let writer = running.server.app.store.writer.clone();
    let busy = writer.of(Source { lane: Lane::User(1), utility: Some(1) });
    let other = writer.of(Source { lane: Lane::User(2), utility: Some(1) });
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let holding = writer.enqueue(move |_| {
        let _ = begun.send(());
        let _ = held.recv();
        Ok(())
    });
    let holding = holding.await.expect("taken");
    begins.await.expect("the writer is held");
    let done = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = |done: &std::sync::Arc<std::sync::atomic::AtomicUsize>| {
        let done = done.clone();
        move |_: &mut Tx<'_>| Ok(done.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
    };
    drop(busy.enqueue(count(&done)).await.expect("taken"));
    let mut kept = Vec::new();
    let refused = loop {
        match busy.enqueue(count(&done)).await {
            Ok(answered) => kept.push(answered),
            Err(error) => break error.to_problem(),
        }
        assert!(kept.len() < 10_000, "a lane has a limit");
    };
    assert_eq!((refused.code, refused.retry_after_s), (Code::RateLimited, Some(1)));
    let beside = other.enqueue(count(&done)).await.expect("another user is not refused");
    release.send(()).expect("the writer waits");
    holding.await.expect("an answer").expect("done");
    let place = beside.await.expect("an answer").expect("done");
    assert!(place <= 200, "another user's turn comes before all of the first one's: {place}");
    let total = kept.len();
    for answered in kept {
        answered.await.expect("an answer").expect("done");
    }
    assert_eq!(done.load(std::sync::atomic::Ordering::SeqCst), total + 1, "without the one that nobody waits for");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn results_end_after_four_hundred_days_and_an_operation_older_than_that_is_never_applied_again() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let made = |city: &str, was: &str, at| {
        let clock = Some(DeviceClock { skew_ms: Some(0), monotonic: None });
        OperationEnvelope {
            occurred_at: at,
            clock,
            ..op(Uuid::now_v7(), 1, None, &edit(id, &[(CustomerField::City, was, city)]))
        }
    };
    let first = made("Bogor", "", now());
    let back = made("", "Bogor", now());
    let applied = push(&running, "admin", vec![first.clone(), back]).await;
    assert_eq!(applied.iter().map(code).collect::<Vec<_>>(), [None, None]);
    let session = running.server.app.store.read(|db| Ok(db.query_row("SELECT id FROM session", [], |row| row.get(0))?));
    let session = Uuid::from_bytes(session.await.expect("a session"));
    let writer = &running.server.app.store.writer;
    let count = |tx: &mut Tx<'_>| Ok::<i64, Error>(tx.db.query_row("SELECT COUNT(*) FROM op_result", [], |row| row.get(0))?);
    let again = async |days: i64, sent: OperationEnvelope| {
        let done = writer.work(move |tx| {
            tx.now = now().plus(days * DAY_MS);
            while results::remove_expired(tx)? {}
            let caller = scope::caller(tx, session)?.expect("signed in");
            let left = count(tx)?;
            Ok((left, apply::take(tx, &caller, Uuid::now_v7(), &sent)?))
        });
        done.await.expect("decided")
    };
    let (left, answer) = again(399, first.clone()).await;
    assert_eq!((left, answer.duplicate, code(&answer)), (2, true, None), "within its life the first answer is given again");
    let (left, answer) = again(401, first).await;
    assert_eq!((left, answer.duplicate, code(&answer)), (0, false, Some(Rejection::TooOld)), "it is not applied a second time");
    let (_, answer) = again(401, made("Depok", "", now().plus(400 * DAY_MS))).await;
    assert_eq!(code(&answer), None, "what was made since is applied");
    let city = running.server.app.store.read(move |db| {
        Ok(db.query_row("SELECT city FROM customer WHERE id = ?1", [id.0.as_bytes()], |row| row.get::<_, String>(0))?)
    });
    assert_eq!(city.await.expect("a city"), "Depok");
    running.server.stop().await;
}
