//! Imports whose rows belong together: several meters of one customer in a row, and customers who may be there a second time.

use crate::imports::{ask, at, bring, on_a_ferry, show};
use client::Client;
use domain::imports::{Field, Kind};
use protocol::ui::imports::{Counts, Doubled, Import, ImportsRequest, ImportsResponse, Mapped, Policy, Sent, Stage};
use protocol::ui::{Phase, Request};
use tests::field::{clean, database, phase, until};
use tests::world::{Running, World};
use uuid::Uuid;

/// Takes the columns as they are suggested, and checks.
async fn checked(desk: &Client, sheet: &str) -> Import {
    let import = bring(desk, "pelanggan.csv", sheet.as_bytes()).await;
    let shown = at(desk, import, Stage::Mapping).await;
    let columns = shown.columns.iter().map(|column| column.field).collect();
    let mapped = Mapped { id: import, kind: Kind::Customers, columns, policy: Policy::default(), zone: shown.zone };
    ask(desk, ImportsRequest::Map(mapped)).await;
    ask(desk, ImportsRequest::Check(import)).await;
    at(desk, import, Stage::Checked).await
}

async fn doubles(desk: &Client, import: Uuid) -> Vec<Doubled> {
    match ask(desk, ImportsRequest::Doubles(import)).await {
        ImportsResponse::Doubles(pairs) => pairs,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_with_three_meters_in_a_row_has_three_connections_once() {
    let running = World::new().start().await;
    let desk = on_a_ferry(&running).await;
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;
    let sheet = "No Pelanggan;Nama;No HP;Alamat;Gol;Wilayah;Meter 1;Meter 2;Meter 3\n\
                 000301;Kos Melati;081255000301;Jl. Melati No. 1;R1;Barat;IMP-30001;IMP-30002;IMP-30003\n\
                 000302;Budi;081255000302;Jl. Melati No. 3;R1;Barat;IMP-30004;;\n";
    let shown = checked(&desk, sheet).await;
    assert_eq!(shown.columns.iter().filter(|column| column.field == Some(Field::FurtherSerial)).count(), 2);
    assert_eq!((shown.line.counts.create, shown.line.counts.error), (2, 0));
    let import = shown.line.id;
    ask(&desk, ImportsRequest::Commit(import)).await;
    let shown = at(&desk, import, Stage::Committed).await;
    assert_eq!(shown.sent, Sent { waiting: 3 + 2 + 2 + 3, applied: 0, refused: 0 });

    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await.expect("asked");
    until(&desk, "all applied", async || (show(&desk, import).await.sent.waiting == 0).then_some(())).await;
    assert_eq!(show(&desk, import).await.sent.refused, 0);
    let count = |sql: &str| database(&running.world).query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    let of_kos = "SELECT COUNT(DISTINCT c.num) FROM customer cu JOIN connection c ON c.customer = cu.num
        JOIN installation i ON i.connection = c.num JOIN meter m ON m.num = i.meter
        WHERE cu.number = '000301' AND c.address = 'Jl. Melati No. 1' AND m.serial LIKE 'IMP-3000%'";
    assert_eq!((count("SELECT COUNT(*) FROM customer"), count(of_kos)), (2 + 2, 3));

    // The same sheet again changes nothing; with another meter more it adds that one alone.
    let Counts { create, update, same, error, .. } = checked(&desk, sheet).await.line.counts;
    assert_eq!((create, update, same, error), (0, 0, 2, 0));
    let more = checked(&desk, &sheet.replace("IMP-30004;;", "IMP-30004;IMP-30005;")).await;
    assert_eq!((more.line.counts.update, more.line.counts.same, more.line.counts.error), (1, 1, 0));
    ask(&desk, ImportsRequest::Commit(more.line.id)).await;
    at(&desk, more.line.id, Stage::Committed).await;
    until(&desk, "all applied", async || (show(&desk, more.line.id).await.sent.waiting == 0).then_some(())).await;
    assert_eq!(count("SELECT COUNT(*) FROM meter WHERE serial LIKE 'IMP-3000%'"), 5);

    ask(&desk, ImportsRequest::Undo(import)).await;
    let shown = at(&desk, import, Stage::Undone).await;
    assert_eq!(shown.changed_since, [3], "the other import has added a connection to the customer in row 3");
    until(&desk, "all taken back", async || (show(&desk, import).await.sent.waiting == 0).then_some(())).await;
    assert_eq!(count("SELECT COUNT(*) FROM meter WHERE serial IN ('IMP-30001', 'IMP-30002', 'IMP-30003')"), 0);
    assert_eq!(count("SELECT COUNT(*) FROM meter WHERE serial IN ('IMP-30004', 'IMP-30005')"), 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_who_may_be_there_twice_are_named_as_pairs_once_they_are_saved() {
    let running = World::new().start().await;
    let desk = on_a_ferry(&running).await;
    let sheet = "No Pelanggan;Nama;No HP;Alamat;Gol;Wilayah\n\
                 000401;Siti Aminah;081255000401;Jl. Melati No. 1;R1;Barat\n\
                 000402;Budi;081255000402;Jl. Melati No. 2;R1;Barat\n\
                 000403;SITI AMINAH;081255000401;jl melati no 1;R1;Barat\n";
    let first = checked(&desk, sheet).await.line.id;
    assert_eq!(doubles(&desk, first).await, [], "nobody is there yet");
    ask(&desk, ImportsRequest::Commit(first)).await;
    at(&desk, first, Stage::Committed).await;
    let numbers = |pairs: &[Doubled]| {
        pairs.iter().map(|pair| (pair.row, pair.by, pair.one.number.clone(), pair.other.number.clone())).collect::<Vec<_>>()
    };
    let pairs = doubles(&desk, first).await;
    assert_eq!(numbers(&pairs), [(4, Field::Phone, "000403".to_owned(), "000401".to_owned())], "once, by what was found first");

    // Somebody who was there before has the telephone of a row.
    let other = "No Pelanggan;Nama;No HP;Alamat;Gol;Wilayah\n000404;Budi S;0812-5500-0402;Jl. Mawar No. 9;R1;Barat\n";
    let second = checked(&desk, other).await.line.id;
    ask(&desk, ImportsRequest::Commit(second)).await;
    at(&desk, second, Stage::Committed).await;
    assert_eq!(numbers(&doubles(&desk, second).await), [(2, Field::Phone, "000404".to_owned(), "000402".to_owned())]);
    until(&desk, "all applied", async || (show(&desk, second).await.sent.waiting == 0).then_some(())).await;
    clean(running).await;
}
