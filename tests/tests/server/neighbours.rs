//! What neighbours use on the server: which groups are given to whom, that a month is made once, and that nothing of a zone stays with whoever
//! leaves it.

use protocol::sync::push::Operation;
use protocol::sync::rows::Entity;
use sync_server::core::now;
use sync_server::jobs;
use tests::field::{applied, database, send};
use tests::neighbours::add;
use tests::world::{Running, World};

async fn made(running: &Running) {
    jobs::neighbours::once_at(&running.server.app, now()).await.expect("made");
}

fn count(running: &Running, sql: &str) -> i64 {
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

/// Rows of this kind that somebody holds, and those of them that are of another zone, another customer or of no group.
fn held(running: &Running) -> (i64, i64) {
    let kind = Entity::NeighbourMonth as u8;
    let of = "FROM change h JOIN bucket b ON b.num = h.bucket WHERE h.removed = 0 AND h.entity =";
    let right = "EXISTS (SELECT 1 FROM neighbour_group g JOIN connection c ON c.zone = g.zone AND c.tariff_class = g.class
          JOIN customer cu ON cu.num = c.customer
          WHERE g.num = h.rev AND c.id = substr(h.id, 1, 16) AND replace(b.name, '-', '') = 'customer:' || lower(hex(cu.id)))";
    let all = count(running, &format!("SELECT COUNT(*) {of} {kind}"));
    (all, count(running, &format!("SELECT COUNT(*) {of} {kind} AND NOT {right}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn nine_neighbours_are_shown_to_nobody_and_ten_to_all_of_their_zone() {
    let running = World::new().start().await;
    add(&running, 0, 9, (None, 10)).await;
    add(&running, 1, 9, (None, 30)).await;
    made(&running).await;
    assert_eq!((held(&running), count(&running, "SELECT COUNT(*) FROM neighbour_made")), ((0, 0), 0));
    add(&running, 0, 1, (None, 19)).await;
    made(&running).await;
    // The ten, and the connection of the world in that zone, of which nothing was measured.
    assert_eq!(held(&running), (11, 0));
    let group = "SELECT homes || ' ' || lower || ' ' || median || ' ' || upper FROM neighbour_group";
    let group: String = database(&running.world).query_row(group, [], |row| row.get(0)).expect("one group");
    assert_eq!(group, "10 12300000 14500000 16800000", "of 10 to 19 m³");
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_made_once_and_what_comes_later_changes_nothing() {
    let running = World::new().start().await;
    add(&running, 0, 12, (Some(4), 10)).await;
    made(&running).await;
    let before = (held(&running), count(&running, "SELECT MAX(num) FROM neighbour_group"));
    assert_eq!(before, ((13, 0), 2), "all, and the households of four");
    add(&running, 0, 3, (Some(6), 90)).await;
    made(&running).await;
    assert_eq!((held(&running), count(&running, "SELECT MAX(num) FROM neighbour_group")), before);
    assert_eq!(count(&running, "SELECT COUNT(*) FROM neighbour_made WHERE given IS NOT NULL"), 0);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_zone_takes_nothing_of_its_neighbours_along() {
    let running = World::new().start().await;
    let [west, east] = running.world.zones;
    add(&running, 0, 10, (None, 10)).await;
    add(&running, 1, 10, (None, 30)).await;
    made(&running).await;
    assert_eq!(held(&running), (22, 0));
    let moved = Operation::MoveConnection { connection: running.world.meters[0].connection, from: west, to: east };
    assert!(send(&running, "admin", &[moved]).await.iter().all(applied));
    assert_eq!(held(&running), (21, 0));
    assert_eq!(count(&running, "SELECT COUNT(*) FROM neighbour_month"), 21);
    running.server.stop().await;
}
