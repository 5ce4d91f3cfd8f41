//! Saved views on two devices of one account: without a network, changed on both, removed on one, and those that an earlier release kept.

use client::Client;
use domain::people::saved_view::{MOST_VIEWS, ViewList};
use protocol::core::problem::Code;
use protocol::ui::{Answer, OutboxState, Phase, Request, ViewsRequest};
use std::path::{Path, PathBuf};
use tests::field::{clean, database, outbox, phase, sign_in, until};
use tests::views::open_encrypted;
use tests::world::{Kept, Running, World, client_with};

/// Names and queries of the views of a list.
async fn views(client: &Client, request: ViewsRequest) -> Vec<(String, String)> {
    match client.call(Request::Views(request)).await.expect("an answer") {
        Answer::Views(views) => views.into_iter().map(|view| (view.name, view.query)).collect(),
        other => panic!("{other:?}"),
    }
}

async fn listed(client: &Client, list: ViewList) -> Vec<(String, String)> {
    views(client, ViewsRequest::List(list)).await
}

fn keep(list: ViewList, name: &str, query: &str) -> ViewsRequest {
    ViewsRequest::Keep { list, name: name.into(), query: query.into() }
}

fn forget(list: ViewList, name: &str) -> ViewsRequest {
    ViewsRequest::Forget { list, name: name.into() }
}

fn pairs(views: &[(&str, &str)]) -> Vec<(String, String)> {
    views.iter().map(|(name, query)| ((*name).to_owned(), (*query).to_owned())).collect()
}

/// Waits until a device shows these views.
async fn shows(client: &Client, list: ViewList, expected: &[(&str, &str)]) {
    let expected = pairs(expected);
    until(client, &format!("{expected:?}"), async || (listed(client, list).await == expected).then_some(())).await;
}

async fn all_sent(client: &Client) {
    until(client, "an empty outbox", async || {
        outbox(client).await.iter().all(|item| item.state == OutboxState::Sent).then_some(())
    })
    .await;
}

/// A device of the admin.
async fn device(running: &Running, folder: &str, keyring: &Kept) -> Client {
    let client = client_with(&running.world.folder.path().join(folder), &running.url(), keyring).await;
    sign_in(&client, "admin").await;
    phase(&client, Phase::Live).await;
    client
}

fn stored(running: &Running) -> Vec<(String, String)> {
    let db = database(&running.world);
    let mut query = db.prepare("SELECT name, COALESCE(query, '-') FROM saved_view ORDER BY list, name").expect("a query");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("reads");
    rows.collect::<Result<_, _>>().expect("views")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_devices_without_a_network_the_one_that_changed_a_view_later_is_right() {
    let running = World::new().start().await;
    let (desk, laptop) = (device(&running, "desk", &Kept::default()).await, device(&running, "laptop", &Kept::default()).await);
    let (customers, meters) = (ViewList::Customers, ViewList::Meters);
    let kept = views(&desk, keep(customers, " Menunggak Barat ", "?saring=menunggak")).await;
    assert_eq!(kept, pairs(&[("Menunggak Barat", "?saring=menunggak")]));
    shows(&laptop, customers, &[("Menunggak Barat", "?saring=menunggak")]).await;
    for (name, query) in [("Luring", "?saring=luring"), ("Peta", "?bentuk=peta")] {
        views(&laptop, keep(meters, name, query)).await;
    }
    shows(&desk, meters, &[("Luring", "?saring=luring"), ("Peta", "?bentuk=peta")]).await;
    for client in [&desk, &laptop] {
        all_sent(client).await;
    }
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    for client in [&desk, &laptop] {
        phase(client, Phase::Offline).await;
    }

    views(&laptop, keep(customers, "menunggak barat", "?cari=laptop")).await;
    views(&laptop, forget(meters, "Luring")).await;
    views(&laptop, keep(meters, "Peta", "?bentuk=kisi")).await;
    // Later, and twice: whatever the clocks' milliseconds are, the second time is behind all that the laptop did.
    for query in ["?cari=meja", "?cari=meja-2"] {
        assert_eq!(views(&desk, keep(customers, "Menunggak Barat", query)).await, pairs(&[("Menunggak Barat", query)]));
    }
    for query in ["?saring=luring", "?saring=lama"] {
        views(&desk, keep(meters, "Luring", query)).await;
    }
    views(&desk, keep(meters, "Peta", "?bentuk=tabel")).await;
    assert_eq!(views(&desk, forget(meters, "peta")).await, pairs(&[("Luring", "?saring=lama")]), "gone at once");
    assert_eq!(listed(&laptop, meters).await, pairs(&[("Peta", "?bentuk=kisi")]));

    let running = world.start_again(&config).await;
    for round in 0..2 {
        for client in [&laptop, &desk] {
            client.call(Request::SyncNow).await.expect("asked");
            all_sent(client).await;
        }
        for client in [&laptop, &desk] {
            shows(client, customers, &[("Menunggak Barat", "?cari=meja-2")]).await;
            shows(client, meters, &[("Luring", "?saring=lama")]).await;
        }
        let expected = [("Menunggak Barat", "?cari=meja-2"), ("Luring", "?saring=lama"), ("peta", "-")];
        assert_eq!(stored(&running), pairs(&expected), "in round {round}");
    }
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_their_users_alone_survive_signing_out_and_are_fifty_of_a_list() {
    let running = World::new().start().await;
    let desk = device(&running, "desk", &Kept::default()).await;
    for n in 0..MOST_VIEWS {
        views(&desk, keep(ViewList::Customers, &format!("{n:02}"), "?urut=saldo")).await;
    }
    let refused = async |request: ViewsRequest| desk.call(Request::Views(request)).await.expect_err("refused").code;
    assert_eq!(refused(keep(ViewList::Customers, "Satu lagi", "")).await, Code::TooLarge);
    assert_eq!(refused(keep(ViewList::Customers, " ", "")).await, Code::BadRequest);
    assert_eq!(views(&desk, keep(ViewList::Customers, "07", "?urut=zona")).await.len(), MOST_VIEWS, "in place of the one");
    assert_eq!(views(&desk, keep(ViewList::Meters, "Luring", "?saring=luring")).await.len(), 1, "of another list");
    all_sent(&desk).await;
    desk.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    sign_in(&desk, "technician").await;
    assert_eq!(refused(ViewsRequest::List(ViewList::Customers)).await, Code::Denied);
    desk.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    sign_in(&desk, "admin").await;
    until(&desk, "all of them", async || {
        (listed(&desk, ViewList::Customers).await.len() == MOST_VIEWS && listed(&desk, ViewList::Meters).await.len() == 1)
            .then_some(())
    })
    .await;
    clean(running).await;
}

fn outbox_of(folder: &Path) -> PathBuf {
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let is_outbox =
        |file: &PathBuf| file.to_string_lossy().contains("outbox-") && file.extension().is_some_and(|end| end == "db");
    files.filter(is_outbox).last().expect("an outbox")
}

#[tokio::test(flavor = "multi_thread")]
async fn views_that_an_earlier_release_kept_on_a_device_come_to_the_others_once() {
    let running = World::new().start().await;
    let (folder, keyring) = (running.world.folder.path().join("desk"), Kept::default());
    drop(device(&running, "desk", &keyring).await);
    let laptop = device(&running, "laptop", &Kept::default()).await;
    views(&laptop, keep(ViewList::Customers, "Menunggak", "?cari=laptop")).await;
    all_sent(&laptop).await;
    let count = || {
        let db = open_encrypted(&outbox_of(&folder), &keyring.key_hex());
        db.query_row("SELECT COUNT(*) FROM saved_view", [], |row| row.get::<_, i64>(0)).expect("reads")
    };
    let earlier = "INSERT INTO saved_view (name, view) VALUES ('Barat', '?wilayah=barat'), ('menunggak', '?saring=menunggak')";
    open_encrypted(&outbox_of(&folder), &keyring.key_hex()).execute(earlier, []).expect("written");
    assert_eq!(count(), 2);
    let expected = [("Barat", "?wilayah=barat"), ("Menunggak", "?cari=laptop")];
    for _ in 0..2 {
        let desk = client_with(&folder, &running.url(), &keyring).await;
        phase(&desk, Phase::Live).await;
        all_sent(&desk).await;
        for client in [&desk, &laptop] {
            shows(client, ViewList::Customers, &expected).await;
        }
        assert_eq!((count(), stored(&running).len()), (0, 2));
        drop(desk);
    }
    clean(running).await;
}
