//! Messages that an admin sends to many customers: who is notified, once, of what, and what is refused.

use domain::alerts::announcement::{Announcement, LATE_MS, MOST_A_DAY, TOGETHER, Wording};
use domain::core::local_time::DAY_MS;
use domain::field::device_clock::DeviceClock;
use domain::{AnnouncementId, CustomerId};
use protocol::sync::push::{Operation, OperationEnvelope, OperationResult, Outcome, Rejection};
use sync_server::alerts::config::Alerts;
use sync_server::core::{Clock, now};
use tests::alerts::{MovedClock, number, start, until};
use tests::field::{applied, clean, database, send};
use tests::ops::{code, op, push};
use tests::world::{Running, World};
use uuid::Uuid;

fn words(title: &str) -> Announcement {
    let wording = |title: &str, text: &str| Wording { title: title.into(), text: text.into() };
    Announcement { id: wording(title, "Besok pukul 08.00.\nMohon maaf."), en: Some(wording("No water", "Tomorrow at 8.")) }
}

fn message(announcement: AnnouncementId, title: &str, customers: &[CustomerId]) -> Operation {
    Operation::SendAnnouncement { announcement, words: words(title), customers: customers.to_vec() }
}

fn new() -> AnnouncementId {
    AnnouncementId(Uuid::now_v7())
}

fn field(result: &OperationResult) -> Option<&str> {
    match &result.outcome {
        Outcome::Rejected { field, .. } => field.as_deref(),
        _ => None,
    }
}

const NOTIFIED: &str = "SELECT COUNT(*) FROM notification WHERE kind = 'announcement' AND shown = 1";

async fn until_notified(running: &Running, count: i64) {
    until("who is notified", async || {
        let waits = number(running, "SELECT COUNT(*) FROM announcement_recipient WHERE notified_at IS NULL").await;
        let is = number(running, NOTIFIED).await;
        ((waits, is) == (0, count)).then_some(()).ok_or(format!("{is}, and {waits} wait"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_with_an_account_of_a_customer_is_notified_of_a_message_once() {
    let running = start(World::new(), Alerts::default(), Clock::default()).await;
    let [one, other] = running.world.customers;
    let (id, nobody) = (new(), CustomerId(Uuid::now_v7()));
    // In parts that overlap, and one of them twice under another identity; who is no customer is passed over.
    let parts = [message(id, "Air mati", &[one, nobody]), message(id, "Air mati", &[one, other])];
    assert!(send(&running, "admin", &parts).await.iter().all(applied));
    until_notified(&running, 2).await;
    assert!(send(&running, "admin", &parts).await.iter().all(applied));
    until_notified(&running, 2).await;
    let db = database(&running.world);
    let said: String = db.query_row("SELECT MAX(content) FROM notification", [], |row| row.get(0)).expect("a text");
    assert!(said.contains("\"what\":\"announcement\"") && said.contains("Air mati") && said.contains("No water"), "{said}");
    let audited: (i64, String) = db
        .query_row("SELECT COUNT(*), MAX(changes) FROM audit WHERE kind = 'send_announcement'", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .expect("an entry");
    assert!(audited.0 == 1 && audited.1.contains("Air mati"), "{audited:?}");
    let others = message(id, "Air hidup", &[one]);
    assert_eq!(code(&send(&running, "admin", &[others]).await[0]), Some(Rejection::IdReused));
    until_notified(&running, 2).await;
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_words_to_too_many_or_to_nobody_is_refused() {
    let running = start(World::new(), Alerts::default(), Clock::default()).await;
    let one = running.world.customers[0];
    let crowd = vec![one; TOGETHER + 1];
    let refused = [
        message(new(), " ", &[one]),
        message(new(), &"a".repeat(81), &[one]),
        message(new(), "Air mati", &crowd),
        message(new(), "Air mati", &[CustomerId(Uuid::now_v7())]),
        message(new(), "Air mati", &[]),
    ];
    let results = send(&running, "admin", &refused).await;
    let codes: Vec<_> = results.iter().map(|result| (code(result), field(result))).collect();
    let (invalid, gone) = (Some(Rejection::Invalid), Some(Rejection::NotFound));
    let expected = [(invalid, Some("title")), (invalid, Some("title")), (invalid, Some("customers")), (gone, None), (gone, None)];
    assert_eq!(codes, expected);
    for who in ["technician", "customer"] {
        assert_eq!(code(&send(&running, who, &[message(new(), "Air mati", &[one])]).await[0]), Some(Rejection::Denied));
    }
    assert_eq!(number(&running, "SELECT COUNT(*) FROM announcement").await, 0);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_utility_sends_ten_messages_a_day_and_none_that_is_three_days_old() {
    let moved = MovedClock::at(now());
    let running = start(World::new(), Alerts::default(), moved.clock()).await;
    let one = running.world.customers[0];
    let many: Vec<_> = (0..MOST_A_DAY + 1).map(|of| message(new(), &format!("Pesan {of}"), &[one])).collect();
    let results = send(&running, "admin", &many).await;
    assert!(results[..MOST_A_DAY].iter().all(applied), "{results:?}");
    assert_eq!((code(&results[MOST_A_DAY]), field(&results[MOST_A_DAY])), (Some(Rejection::Taken), Some("announcement")));
    // A further part of one that was taken is no further message.
    let part = message(announcement_of(&many[0]), "Pesan 0", &running.world.customers);
    assert!(applied(&send(&running, "admin", &[part]).await[0]));
    until_notified(&running, MOST_A_DAY as i64 + 1).await;
    moved.pass(DAY_MS + 1);
    // By a clock that is known to be right.
    let clock = Some(DeviceClock { skew_ms: Some(0), monotonic: None });
    let made = |seq, title: &str, at| {
        let operation = op(Uuid::now_v7(), seq, None, &message(new(), title, &[one]));
        OperationEnvelope { occurred_at: at, clock, ..operation }
    };
    let late = made(1, "Sudah lewat", moved.now().plus(-LATE_MS - 60_000));
    let results = push(&running, "admin", vec![late, made(2, "Hari berikutnya", moved.now())]).await;
    assert_eq!((code(&results[0]), field(&results[0])), (Some(Rejection::TooOld), Some("announcement")));
    assert!(applied(&results[1]), "{results:?}");
    clean(running).await;
}

fn announcement_of(operation: &Operation) -> AnnouncementId {
    match operation {
        Operation::SendAnnouncement { announcement, .. } => *announcement,
        other => panic!("{other:?}"),
    }
}
