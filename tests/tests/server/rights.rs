//! Every role at every door of sync with what is somebody else's; and a right that goes takes its rows off the device.

use crate::rights_commands::{Rows, each_kind};
use domain::sync::edit::CustomerField;
use domain::{ConflictId, ConnectionId, CustomerId, MeterId, UserId, ZoneId};
use protocol::core::problem::Code;
use protocol::sync::pull::{Pull, Pulled};
use protocol::sync::push::{Operation, Outcome, Push, Pushed, Rejection};
use protocol::sync::rows::Entity;
use protocol::ui::{Answer, Request, Secret};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;
use sync_server::core::Tx;
use sync_server::core::now;
use sync_server::core::scope;
use sync_server::core::scope::Caller;
use sync_server::error::Error;
use sync_server::metering::fleet;
use sync_server::people::accounts;
use sync_server::sync::pull;
use tests::alerts::number;
use tests::field::send;
use tests::ops::{code, edit, op, push};
use tests::town::Town;
use tests::views;
use tests::world::{Kept, PASSWORD, Running, World, client_with, email};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use uuid::Uuid;

/// Whether a command is for admins alone, although it is about a meter.
const fn is_the_admins(command: &Operation) -> bool {
    matches!(
        command,
        Operation::PlanWork { .. }
            | Operation::CancelWork { .. }
            | Operation::MoveWork { .. }
            | Operation::AssignWork { .. }
            | Operation::SetWorkPriority(_)
    )
}

/// What an operation must not touch.
async fn everything(running: &Running) -> Vec<String> {
    let read = running.server.app.store.read(|db| {
        let mut query = db.prepare(
            "SELECT name || rev FROM customer UNION ALL SELECT label || rev || zone FROM connection
             UNION ALL SELECT name || rev FROM user UNION ALL SELECT text FROM note UNION ALL SELECT CAST(register AS TEXT) FROM manual_reading
             UNION ALL SELECT theirs || COALESCE(decided, '') FROM conflict UNION ALL SELECT remark || rev FROM work_order
             UNION ALL SELECT words FROM announcement UNION ALL SELECT name || rev FROM report_template
             UNION ALL SELECT content || rev FROM work_record UNION ALL SELECT content || rev FROM work_template
             UNION ALL SELECT name || rev FROM saved_view UNION ALL SELECT tip || rev FROM tip_state UNION ALL SELECT changes FROM audit",
        )?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    });
    read.await.expect("reads")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_operation_of_any_kind_changes_a_row_out_of_its_authors_scope() {
    let running = World::new().start().await;
    let world = &running.world;
    let two = ["Sari", "Dewi"].map(|to| edit(world.customers[1], &[(CustomerField::Name, "Pelanggan", to)]));
    push(&running, "admin", two.iter().map(|command| op(Uuid::now_v7(), 1, None, command)).collect()).await;
    let read = running.server.app.store.read(|db| Ok(db.query_row("SELECT id FROM conflict", [], |row| row.get(0))?));
    let conflict = ConflictId(Uuid::from_bytes(read.await.expect("a conflict")));
    let town = Town::new(&running).await;
    let before = everything(&running).await;
    // One's own rows, somebody else's, and none at all: whoever may not change any gets the same answer for all three.
    let user = running.tokens("admin").await.user.id;
    let nowhere = Rows {
        customer: CustomerId(Uuid::now_v7()),
        connection: ConnectionId(Uuid::now_v7()),
        conflict: ConflictId(Uuid::now_v7()),
        meter: MeterId(Uuid::now_v7()),
        user: UserId(Uuid::now_v7()),
        zone: ZoneId(Uuid::now_v7()),
    };
    let of = |place: usize| {
        let meter = &world.meters[place];
        Rows {
            customer: world.customers[place],
            connection: meter.connection,
            conflict,
            meter: meter.id,
            user,
            zone: world.zones[place],
        }
    };
    let rows = [of(0), of(1), nowhere];
    for name in ["customer", "other", "technician"] {
        for rows in rows {
            // A technician may write about the meters of the zone; of others nothing is said.
            let mine = name == "technician" && rows.meter == world.meters[0].id;
            let commands =
                each_kind(rows).into_iter().filter(|command| !mine || command.meter().is_none() || is_the_admins(command));
            let commands: Vec<_> = commands.collect();
            for (command, result) in commands.iter().zip(send(&running, name, &commands).await) {
                // Of a case that is not there nothing is said to anybody.
                let is_case = matches!(command, Operation::AnswerCase { .. } | Operation::AssignMeterCase { .. });
                // A customer does not learn which orders there are; nobody else moves a visit so.
                let is_visit = matches!(command, Operation::MoveVisit(_)) && name != "technician";
                let unsaid = is_case || is_visit || name == "technician" && command.meter().is_some() && !is_the_admins(command);
                let expected = if unsaid { Rejection::NotFound } else { Rejection::Denied };
                assert_eq!(code(&result), Some(expected), "{command:?} by {name}");
            }
        }
    }
    // Nobody edits another's profile or views, says what another has exported or marks advice for another, not even for one who is not there.
    let refusal = |command: &Operation| match command {
        Operation::EditProfile { .. } | Operation::ExportMade { .. } | Operation::MoveVisit(_) => Rejection::Denied,
        Operation::PutView { .. } | Operation::RemoveView { .. } | Operation::MarkTip { .. } => Rejection::Denied,
        _ => Rejection::NotFound,
    };
    // A new customer and a new checklist are in the author's own utility, wherever that is.
    let is_elsewhere = |command: &Operation| !matches!(command, Operation::AddCustomer { .. } | Operation::PutWorkTemplate(_));
    let commands: Vec<_> = each_kind(nowhere).into_iter().filter(is_elsewhere).collect();
    for (command, result) in commands.iter().zip(send(&running, "admin", &commands).await) {
        assert_eq!(code(&result), Some(refusal(command)), "{command:?}");
    }
    // Another utility's admin may do everything, there.
    for command in each_kind(rows[1]).into_iter().filter(is_elsewhere) {
        let asked = Push { outbox: Uuid::now_v7(), epoch: None, sent: None, ops: vec![op(Uuid::now_v7(), 1, None, &command)] };
        let request = reqwest::Client::new().post(format!("{}/sync/v1/push", running.url())).json(&asked);
        let answer = request.bearer_auth(&town.people[0].token).send().await.expect("an answer");
        let pushed: Pushed = answer.json().await.expect("a push's answer");
        assert_eq!(code(&pushed.results[0]), Some(refusal(&command)), "{command:?}");
        assert!(!matches!(pushed.results[0].outcome, Outcome::Applied { .. }));
    }
    assert_eq!(everything(&running).await, before, "nothing has changed, and nothing is on record");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_gets_nothing_from_any_route_of_a_bucket_out_of_scope() {
    let running = World::new().start().await;
    let (customers, zones) = (running.world.customers, running.world.zones);
    let own = [
        ("admin", vec!["admin".to_owned()]),
        ("technician", vec![format!("zone:{}", zones[0])]),
        ("customer", vec![format!("customer:{}", customers[0])]),
        ("other", vec![format!("customer:{}", customers[1])]),
    ];
    let mut users = BTreeMap::new();
    for (name, _) in &own {
        users.insert(*name, format!("user:{}", running.tokens(name).await.user.id));
    }
    let mut all = vec!["no-such".to_owned(), "customer:".into(), "zone:../admin".into(), "ADMIN".into()];
    all.extend(customers.map(|id| format!("customer:{id}")));
    all.extend(zones.map(|id| format!("zone:{id}")));
    all.push("admin".into());
    all.extend(users.values().cloned());
    let http = reqwest::Client::new();
    for (name, own) in own {
        let token = running.tokens(name).await.access_token;
        for bucket in all.iter().filter(|bucket| !own.contains(bucket) && users[name] != **bucket) {
            let encoded = bucket.replace('/', "%2F");
            for after in ["", "?after=2:00000000-0000-0000-0000-000000000000"] {
                let request = http.get(format!("{}/sync/v1/snapshot/{encoded}{after}", running.url())).bearer_auth(&token);
                assert_eq!(request.send().await.expect("an answer").status(), 404, "{bucket}{after} by {name}");
            }
            let cursors = json!({ "cursors": [{ "bucket": bucket, "epoch": 0, "seq": 0 }] });
            let request = http.post(format!("{}/sync/v1/pull", running.url())).bearer_auth(&token).json(&cursors);
            let pulled: serde_json::Value = request.send().await.expect("an answer").json().await.expect("JSON");
            assert_eq!((&pulled["drop"], &pulled["changes"]), (&json!([bucket]), &json!([])), "{bucket} by {name}");
        }
    }
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_poll_that_began_by_a_right_names_nothing_once_that_is_gone() {
    let running = World::new().start().await;
    let token = running.tokens("technician").await.access_token;
    let url = format!("{}/sync/v1/wait?timeout=5", running.url());
    let ask = || reqwest::Client::new().get(&url).bearer_auth(&token).send();
    let edits = async |to: &str, from: &str| {
        let command = edit(running.world.customers[0], &[(CustomerField::City, from, to)]);
        push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &command)]).await;
    };
    // The poll has to wait before the change: a change that it misses is made again.
    let said = async |from: &str, to: &str| {
        let mut asked = std::pin::pin!(ask());
        loop {
            tokio::select! {
                answer = &mut asked => break answer.expect("an answer").json::<serde_json::Value>().await.expect("JSON"),
                () = tokio::time::sleep(Duration::from_millis(100)) => {
                    edits(to, from).await;
                    edits(from, to).await;
                }
            }
        }
    };
    let zone = format!("zone:{}", running.world.zones[0]);
    assert_eq!(said("", "Bogor").await[0]["bucket"], json!(zone));
    let asked = tokio::spawn(ask());
    // Whoever signs in meanwhile takes much longer than a request that is on its way already.
    running.tokens("customer").await;
    let change = running.server.app.store.writer.work(|tx| {
        let (user, zone): (i64, i64) =
            tx.db.query_row("SELECT user, zone FROM user_zone", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        fleet::unassign_zone(tx, user, zone)
    });
    change.await.expect("taken away");
    edits("Depok", "").await;
    let answer = asked.await.expect("asked").expect("an answer").json::<serde_json::Value>().await.expect("JSON");
    assert_eq!(answer, json!([]), "the zone is not the technician's any more");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_goes_while_a_call_waits_for_its_turn_is_gone() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let session = running.server.app.key.read_access(&token, now()).expect("a session");
    let store = &running.server.app.store;
    let caller = store.read(move |db| scope::caller(db, session)).await.expect("reads").expect("an admin");
    let pull = async |caller: &Caller| {
        let (caller, asked) = (caller.clone(), Pull { cursors: vec![], bytes: None });
        store.read(move |db| pull::pull(db, &caller, &asked, now())).await
    };
    let named = |pulled: &Pulled| pulled.add.iter().map(|head| head.bucket.0.clone()).collect::<Vec<_>>();
    assert!(named(&pull(&caller).await.expect("answered")).contains(&"admin".to_owned()));
    let num = caller.num;
    let demote = move |tx: &mut Tx<'_>| Ok(tx.db.execute("UPDATE user SET role = 'customer' WHERE num = ?1", [num])?);
    store.writer.work(move |tx| demote(tx)).await.expect("demoted");
    assert!(!named(&pull(&caller).await.expect("answered")).contains(&"admin".to_owned()), "who was an admin when the call came");
    store.writer.work(move |tx| accounts::revoke_all(tx, num)).await.expect("signed out");
    let refused = pull(&caller).await.expect_err("the session has ended");
    assert!(matches!(refused, Error::Problem(problem) if problem.code == Code::Unauthenticated));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_is_taken_down_is_nobodys_to_watch_from_then_on() {
    let running = World::new().start().await;
    let mut invalidated = running.server.app.live.scope();
    let end = |tx: &mut Tx<'_>| Ok(tx.db.execute("UPDATE installation SET until = ?1 WHERE until IS NULL", [tx.now.0])?);
    assert_eq!(running.server.app.store.writer.work(end).await.expect("taken down"), 2);
    timeout(Duration::from_secs(5), invalidated.changed()).await.expect("links are checked anew").expect("the server runs");
    running.server.stop().await;
}

/// Begins a request of somebody; returns once the server waits for its body.
async fn begun(running: &Running, token: &str, path: &str, body: &str) -> TcpStream {
    const GO_ON: &[u8; 25] = b"HTTP/1.1 100 Continue\r\n\r\n";
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(running.server.http).await.expect("connects");
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut answer = [0; GO_ON.len()];
    timeout(Duration::from_secs(20), stream.read_exact(&mut answer)).await.expect("in time").expect("an answer");
    assert_eq!(&answer, GO_ON, "{path}");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_goes_while_the_body_of_a_request_comes_in_is_gone() {
    let running = World::new().start().await;
    let token = running.tokens("admin").await.access_token;
    let cash = json!({ "id": Uuid::now_v7(), "connection": running.world.meters[0].connection, "amount": 50_000 });
    let reach = json!({ "customers": [running.world.customers[0]] });
    let mut under_way = Vec::new();
    for (path, body) in [("/admin/v1/money/cash", cash), ("/admin/v1/announcements/reach", reach)] {
        let body = body.to_string();
        under_way.push((begun(&running, &token, path, &body).await, path, body));
    }
    let deactivate = |tx: &mut Tx<'_>| Ok(tx.db.execute("UPDATE user SET active = 0 WHERE email = 'admin@test.example'", [])?);
    let deactivated = running.server.app.store.writer.work(deactivate).await;
    assert_eq!(deactivated.expect("deactivated"), 1);
    for (mut stream, path, body) in under_way {
        stream.write_all(body.as_bytes()).await.expect("written");
        let mut answer = String::new();
        timeout(Duration::from_secs(20), stream.read_to_string(&mut answer)).await.expect("in time").expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 401"), "{path}: {answer}");
    }
    assert_eq!(number(&running, "SELECT COUNT(*) FROM purchase").await, 0);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_goes_takes_its_rows_off_the_device_with_the_next_pull() {
    let running = World::new().start().await;
    let (folder, keyring) = (running.world.folder.path().join("tablet"), Kept::default());
    let client = client_with(&folder, &running.url(), &keyring).await;
    client.call(Request::SignIn { email: email("technician"), password: Secret(PASSWORD.into()) }).await.expect("signed in");
    let mut events = client.events();
    let zones = async |wanted: usize, events: &mut tokio::sync::broadcast::Receiver<_>| loop {
        match client.call(Request::Zones).await.expect("an answer") {
            Answer::Zones(zones) if zones.iter().filter(|zone| zone.counts.total > 0).count() == wanted => return,
            _ => drop(events.recv().await),
        }
    };
    timeout(Duration::from_secs(20), zones(1, &mut events)).await.expect("the zone's meter comes");
    let rows = || {
        let cache = views::open_encrypted(&folder.join("cache.db"), &keyring.key_hex());
        let mut bodies = views::bodies(&cache);
        bodies.retain(|(entity, _), _| ![Entity::Zone as u8, Entity::Profile as u8, Entity::Tariff as u8].contains(entity));
        let held = views::held(&cache).into_keys().filter(|bucket| !bucket.starts_with("user:"));
        (bodies.len(), held.collect::<Vec<_>>())
    };
    assert_eq!(rows().0, 3, "a customer, a connection, a meter");
    let change = running.server.app.store.writer.work(|tx| {
        let user: i64 = tx.db.query_row("SELECT user FROM user_zone", [], |row| row.get(0))?;
        let zone: i64 = tx.db.query_row("SELECT zone FROM user_zone", [], |row| row.get(0))?;
        fleet::unassign_zone(tx, user, zone)
    });
    change.await.expect("taken away");
    client.call(Request::SyncNow).await.expect("asked");
    timeout(Duration::from_secs(20), zones(0, &mut events)).await.expect("it goes");
    assert_eq!(rows(), (0, vec!["public".to_owned()]));
    running.server.stop().await;
}
