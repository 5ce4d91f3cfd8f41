//! Saved views on the server: their user's alone, within limits, once however often they are sent, and the later change stands.

use domain::UserId;
use domain::people::saved_view::{LONGEST_VIEW_NAME, LONGEST_VIEW_QUERY, MOST_VIEWS, ViewList};
use protocol::sync::push::{Operation, Outcome, Rejection};
use sync_server::core::now;
use tests::field::{applied, clean, database, send};
use tests::ops::{code, op, push};
use tests::world::{Running, World};
use uuid::Uuid;

const LIST: ViewList = ViewList::Customers;

fn put(user: UserId, name: &str, query: &str, version: i64) -> Operation {
    Operation::PutView { user, list: LIST, name: name.into(), query: query.into(), version }
}

fn remove(user: UserId, name: &str, version: i64) -> Operation {
    Operation::RemoveView { user, list: LIST, name: name.into(), version }
}

/// The view that stands under a name, and its version.
fn stands(running: &Running, name: &str) -> Option<(String, i64)> {
    let sql = "SELECT query, version FROM saved_view WHERE name = ?1 COLLATE NOCASE AND query IS NOT NULL";
    database(&running.world).query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?))).ok()
}

fn count(running: &Running, sql: &str) -> i64 {
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_of_its_user_alone_and_in_nobody_elses_bucket() {
    let running = World::new().start().await;
    let (admin, technician) = (running.tokens("admin").await.user.id, running.tokens("technician").await.user.id);
    for (who, user) in [("technician", technician), ("technician", admin), ("customer", admin), ("admin", technician)] {
        for command in [put(user, "Barat", "?wilayah=1", 1), remove(user, "Barat", 1)] {
            assert_eq!(code(&send(&running, who, &[command]).await[0]), Some(Rejection::Denied), "{who}");
        }
    }
    assert!(applied(&send(&running, "admin", &[put(admin, " Barat ", "?wilayah=1", now().0)]).await[0]));
    let held = "SELECT COUNT(*) FROM change c JOIN bucket b ON b.num = c.bucket WHERE c.entity = 22 AND c.removed = 0 AND b.name";
    assert_eq!(count(&running, &format!("{held} = 'user:{admin}'")), 1);
    assert_eq!(count(&running, &format!("{held} <> 'user:{admin}'")), 0);
    assert!(applied(&send(&running, "admin", &[remove(admin, "barat", now().0 + 1)]).await[0]));
    assert_eq!(count(&running, &format!("{held} IS NOT NULL")), 0);
    let said = "SELECT COUNT(*) FROM audit WHERE entity = 22 AND kind IN ('put_view', 'remove_view')";
    assert_eq!(count(&running, said), 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_later_stands_in_whatever_order_it_comes() {
    let running = World::new().start().await;
    let (user, at) = (running.tokens("admin").await.user.id, now().0 - 60_000);
    let sent = async |command: Operation| assert!(applied(&send(&running, "admin", &[command]).await[0]));
    sent(put(user, "Barat", "?cari=dua", at + 2)).await;
    sent(put(user, "BARAT", "?cari=satu", at + 1)).await;
    assert_eq!(stands(&running, "Barat"), Some(("?cari=dua".into(), at + 2)), "the earlier one came late");
    sent(remove(user, "Barat", at + 1)).await;
    assert_eq!(stands(&running, "Barat"), Some(("?cari=dua".into(), at + 2)));
    sent(remove(user, "Barat", at + 4)).await;
    sent(put(user, "Barat", "?cari=tiga", at + 3)).await;
    assert_eq!(stands(&running, "Barat"), None, "removed after that was written");
    sent(put(user, "Barat", "?cari=lima", at + 5)).await;
    assert_eq!(stands(&running, "Barat"), Some(("?cari=lima".into(), at + 5)));
    // A clock that is years ahead is right now, and not for years.
    sent(put(user, "Barat", "?cari=nanti", i64::MAX)).await;
    let (query, version) = stands(&running, "Barat").expect("a view");
    assert!(query == "?cari=nanti" && version <= now().0, "{version}");
    sent(put(user, "Barat", "?cari=akhir", now().0 + 1)).await;
    assert_eq!(stands(&running, "Barat").map(|(query, _)| query).as_deref(), Some("?cari=akhir"));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_have_limits_and_one_effect_however_often_they_are_sent() {
    let running = World::new().start().await;
    let user = running.tokens("admin").await.user.id;
    let at = now().0;
    let same = op(Uuid::now_v7(), 1, None, &put(user, "00", "?urut=zona", at));
    for is_again in [false, true] {
        let result = push(&running, "admin", vec![same.clone()]).await.remove(0);
        assert_eq!((applied(&result), result.duplicate), (true, is_again));
    }
    assert_eq!(count(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'put_view'"), 1);
    let (long_name, long_query) = ("x".repeat(LONGEST_VIEW_NAME + 1), "x".repeat(LONGEST_VIEW_QUERY + 1));
    for (name, query) in [("", ""), (long_name.as_str(), ""), ("Barat", long_query.as_str())] {
        assert_eq!(code(&send(&running, "admin", &[put(user, name, query, at)]).await[0]), Some(Rejection::Invalid));
    }
    let many: Vec<_> = (1..=MOST_VIEWS).map(|n| put(user, &format!("{n:02}"), "?urut=saldo", at)).collect();
    let results = send(&running, "admin", &many).await;
    assert!(results[..MOST_VIEWS - 1].iter().all(applied));
    match &results[MOST_VIEWS - 1].outcome {
        Outcome::Rejected { code, field, .. } => assert_eq!((*code, field.as_deref()), (Rejection::Taken, Some("view"))),
        other => panic!("{other:?}"),
    }
    // In place of another there is room, and after one was removed.
    let further = [put(user, "07", "?urut=zona", at + 1), remove(user, "08", at + 1), put(user, "Satu lagi", "", at + 1)];
    assert!(send(&running, "admin", &further).await.iter().all(applied));
    assert_eq!(count(&running, "SELECT COUNT(*) FROM saved_view WHERE query IS NOT NULL"), MOST_VIEWS as i64);
    clean(running).await;
}
