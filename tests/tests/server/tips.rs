//! What somebody says of advice on saving water: their own word, about a connection that they see, on all of their devices and nobody else's.

use domain::tips::{TipMark, TipName};
use domain::{ConnectionId, LocalDay, UserId};
use protocol::people::auth::Tokens;
use protocol::sync::pull::Page;
use protocol::sync::push::{Operation, Rejection};
use protocol::sync::rows::{Entity, TipState};
use reqwest::{Client, StatusCode};
use sync_server::core::now;
use tests::field::{applied, clean, database, send};
use tests::ops::code;
use tests::world::{Running, World};

const DAY: LocalDay = LocalDay(20_500);

fn say(user: UserId, connection: ConnectionId, mark: TipMark) -> Operation {
    Operation::MarkTip { user, connection, tip: TipName::parse("shower-head").expect("a name"), mark }
}

/// The marks in the bucket of a user, as a device of another user or the same one gets them; `None` if it gets nothing.
async fn held(running: &Running, device: &Tokens, of: &Tokens) -> Option<Vec<TipState>> {
    let url = format!("{}/sync/v1/snapshot/user:{}", running.url(), of.user.id);
    let answer = Client::new().get(url).bearer_auth(&device.access_token).send().await.expect("an answer");
    if answer.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let page: Page = answer.json().await.expect("a page");
    let bodies = page.rows.into_iter().filter(|row| row.entity.known() == Some(Entity::TipState)).filter_map(|row| row.body);
    Some(bodies.map(|body| serde_json::from_str(body.get()).expect("a mark")).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_on_advice_is_on_all_devices_of_its_author_and_nobody_elses() {
    let running = World::new().start().await;
    let (phone, tablet) = (running.tokens("customer").await, running.tokens("customer").await);
    let (other, admin) = (running.tokens("other").await, running.tokens("admin").await);
    let (user, connection) = (phone.user.id, running.world.meters[0].connection);
    let words = [TipMark::Applied { day: DAY }, TipMark::Bookmarked, TipMark::Bookmarked];
    let results = send(&running, "customer", &words.map(|mark| say(user, connection, mark))).await;
    assert!(results.iter().all(applied), "{results:?}");
    let on_tablet = held(&running, &tablet, &phone).await.expect("its own");
    assert_eq!(on_tablet.len(), 1, "one row");
    let row = &on_tablet[0];
    assert_eq!((row.connection, row.tip.as_str(), row.applied, row.bookmarked), (connection, "shower-head", Some(DAY), true));
    assert_eq!(held(&running, &other, &other).await, Some(vec![]), "it is one user's");
    assert_eq!((held(&running, &other, &phone).await, held(&running, &admin, &phone).await), (None, None), "and no admin's");
    assert!(applied(&send(&running, "customer", &[say(user, connection, TipMark::NotApplied)]).await[0]));
    let after = held(&running, &tablet, &phone).await.expect("its own");
    assert_eq!((after[0].id, after[0].applied, after[0].bookmarked), (row.id, None, true));
    let db = database(&running.world);
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    assert_eq!(number("SELECT rev FROM tip_state"), 3, "said twice, it changes once");
    assert_eq!(number("SELECT COUNT(*) FROM audit WHERE kind = 'mark_tip'"), 3);
    let last = "SELECT changes FROM audit WHERE kind = 'mark_tip' ORDER BY num DESC LIMIT 1";
    let last: String = db.query_row(last, [], |row| row.get(0)).expect("an entry");
    assert!(last.contains("2026-02-16") && last.contains("shower-head"), "{last}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_marks_advice_for_somebody_else_or_where_they_see_nothing() {
    let running = World::new().start().await;
    let user = async |name: &str| running.tokens(name).await.user.id;
    let [own, others] = [0, 1].map(|place| running.world.meters[place].connection);
    let (customer, technician, admin) = (user("customer").await, user("technician").await, user("admin").await);
    let tomorrow = domain::TimeZone::Jayapura.day_of(now()).plus(1);
    let kept = TipMark::Bookmarked;
    let refused = [
        ("customer", say(admin, own, kept), Rejection::Denied),
        ("customer", say(customer, others, kept), Rejection::NotFound),
        ("customer", say(customer, ConnectionId(uuid::Uuid::now_v7()), kept), Rejection::NotFound),
        ("customer", say(customer, own, TipMark::Applied { day: tomorrow.plus(1) }), Rejection::Invalid),
        ("customer", say(customer, own, TipMark::Applied { day: LocalDay(18_261) }), Rejection::Invalid),
        ("technician", say(technician, own, kept), Rejection::Denied),
        ("admin", say(customer, own, kept), Rejection::Denied),
    ];
    for (name, operation, refusal) in refused {
        let results = send(&running, name, std::slice::from_ref(&operation)).await;
        assert_eq!(code(&results[0]), Some(refusal), "{operation:?} by {name}");
    }
    let rows: i64 = database(&running.world).query_row("SELECT COUNT(*) FROM tip_state", [], |row| row.get(0)).expect("a number");
    assert_eq!(rows, 0);
    assert!(applied(&send(&running, "customer", &[say(customer, own, TipMark::Applied { day: LocalDay(18_262) })]).await[0]));
    clean(running).await;
}
