//! Connections that an admin moves to another zone: who holds them afterwards, what stays as it was, and what somebody else did meanwhile.

use domain::{TimeZone, UtcMillis, ZoneId};
use protocol::sync::push::{Operation, Outcome, Rejection};
use protocol::sync::rows::Entity;
use sync_server::core::now;
use sync_server::metering::fleet;
use tests::field::{MINUTE, applied, clean, database, reading, send};
use tests::ops::code;
use tests::world::{Running, World};
use uuid::Uuid;

/// Rows of a kind that the technicians of a zone hold.
fn held(running: &Running, zone: ZoneId, entity: Entity) -> i64 {
    let sql = "SELECT COUNT(*) FROM change JOIN bucket ON num = bucket WHERE name = ?1 AND entity = ?2 AND removed = 0";
    let bucket = format!("zone:{zone}");
    database(&running.world).query_row(sql, (bucket, entity as u8), |row| row.get(0)).expect("counted")
}

fn text(running: &Running, sql: &str) -> String {
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a text")
}

const USE: &str = "SELECT COALESCE(GROUP_CONCAT(connection || ' ' || day || ' ' || volume, ';'), '') FROM (SELECT * FROM usage_day ORDER BY 1, 2)";
const AUDIT: &str = "SELECT COUNT(*) || ' ' || MAX(changes) FROM audit WHERE kind = 'move_connection'";

/// A zone in which it is the same time as in the first one of the world.
async fn beside(running: &Running) -> ZoneId {
    let zone = ZoneId(Uuid::now_v7());
    let added = running.server.app.store.writer.work(move |tx| {
        let utility = tx.db.query_row("SELECT utility FROM zone LIMIT 1", [], |row| row.get(0))?;
        fleet::add_zone(tx, utility, zone, "Selatan", TimeZone::ALL[0])
    });
    added.await.expect("a zone");
    zone
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_moved_leaves_the_old_zone_with_all_that_is_known_of_it() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let ([west, east], south) = (running.world.zones, beside(&running).await);
    let at = |minutes: i64| UtcMillis(now().0 - minutes * MINUTE);
    let read = [reading(&meter, at(90), 10, None), reading(&meter, at(60), 25, None)];
    assert!(send(&running, "technician", &read).await.iter().all(applied));
    running.server.app.store.writer.publish(false).await.expect("published");
    let used = text(&running, USE);
    let kinds = [Entity::Customer, Entity::Connection, Entity::Meter, Entity::ManualReading];
    let of = |zone| kinds.map(|kind| held(&running, zone, kind));
    assert_eq!((of(west), of(south)), ([1, 1, 1, 2], [0; 4]));
    let connection = meter.connection;
    let moved = Operation::MoveConnection { connection, from: west, to: south };
    // Sent twice under two identities it is in the new zone, and moved once.
    assert!(send(&running, "admin", &[moved.clone(), moved]).await.iter().all(applied));
    assert_eq!((of(west), of(south)), ([0; 4], [1, 1, 1, 2]));
    assert_eq!(text(&running, USE), used, "the days are the same");
    let audited = text(&running, AUDIT);
    assert!(audited.starts_with("1 ") && audited.contains("Barat") && audited.contains("Selatan"), "{audited}");
    // Another local time: the days are summed anew, and what is read later goes on from there.
    let further = Operation::MoveConnection { connection, from: south, to: east };
    let later = reading(&meter, at(30), 40, None);
    assert!(send(&running, "admin", &[further, later]).await.iter().all(applied));
    assert_eq!((of(south), of(east)), ([0; 4], [2, 2, 2, 3]));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_from_where_the_connection_is_no_longer_is_refused_with_the_zone_in_which_it_is() {
    let running = World::new().start().await;
    let connection = running.world.meters[0].connection;
    let ([west, east], south) = (running.world.zones, beside(&running).await);
    let first = Operation::MoveConnection { connection, from: west, to: east };
    let second = Operation::MoveConnection { connection, from: west, to: south };
    let results = send(&running, "admin", &[first, second]).await;
    assert!(applied(&results[0]));
    let Outcome::Rejected { code: Rejection::Conflict, field, conflict: Some(conflict) } = &results[1].outcome else {
        panic!("{results:?}")
    };
    assert_eq!((field.as_deref(), conflict.theirs.as_str()), (Some("zone"), east.to_string().as_str()));
    let nowhere = Operation::MoveConnection { connection, from: east, to: ZoneId(Uuid::now_v7()) };
    let denied = Operation::MoveConnection { connection, from: east, to: west };
    assert_eq!(code(&send(&running, "admin", &[nowhere]).await[0]), Some(Rejection::NotFound));
    assert_eq!(code(&send(&running, "technician", &[denied]).await[0]), Some(Rejection::Denied));
    assert_eq!(held(&running, east, Entity::Connection), 2);
    clean(running).await;
}
