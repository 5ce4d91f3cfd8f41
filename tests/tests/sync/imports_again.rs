//! An import that comes a second time: the same sheet of readings, from this device or another one, and a commit that was killed.

use crate::imports::{ask, at, bring, groups, show};
use client::Client;
use domain::imports::{Field, Kind, Level, Reason};
use protocol::core::problem::Code;
use protocol::ui::imports::{Counts, ImportsRequest, Mapped, Policy, Sent, Stage};
use protocol::ui::{Phase, Request};
use tests::field::{clean, database, phase, sign_in, until};
use tests::views::open_encrypted;
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

/// A device of the admin.
async fn device(running: &Running, folder: &str, keyring: &Kept) -> Client {
    let client = client_with(&running.world.folder.path().join(folder), &running.url(), keyring).await;
    sign_in(&client, "admin").await;
    phase(&client, Phase::Live).await;
    client
}

/// Readings of both meters at the ends of these months of 2026.
fn sheet(world: &World, months: &[&str]) -> String {
    let mut text = String::from("No Meter;Tanggal Baca;Stand\n");
    for (place, month) in months.iter().enumerate() {
        for (number, meter) in world.meters.iter().enumerate() {
            text += &format!("{};28/{month}/2026;{}\n", meter.serial, 100 * (number + 1) + 10 * place);
        }
    }
    text
}

/// Brings a sheet with these columns, and checks it.
async fn checked(client: &Client, sheet: &str, kind: Kind, columns: &[Option<Field>]) -> (Uuid, Counts) {
    let import = bring(client, "lembar.csv", sheet.as_bytes()).await;
    let shown = at(client, import, Stage::Mapping).await;
    // With another kind its columns are suggested first; then they are as they are said to be.
    for _ in 0..2 {
        let (columns, policy) = (columns.to_vec(), Policy::default());
        ask(client, ImportsRequest::Map(Mapped { id: import, kind, columns, policy, zone: shown.zone })).await;
    }
    ask(client, ImportsRequest::Check(import)).await;
    (import, at(client, import, Stage::Checked).await.line.counts)
}

async fn readings(client: &Client, sheet: &str) -> (Uuid, Counts) {
    checked(client, sheet, Kind::Readings, &[Some(Field::Serial), Some(Field::ReadAt), Some(Field::Register)]).await
}

async fn committed(client: &Client, import: Uuid) {
    ask(client, ImportsRequest::Commit(import)).await;
    at(client, import, Stage::Committed).await;
}

async fn applied(client: &Client, import: Uuid) -> Sent {
    client.call(Request::SyncNow).await.expect("asked");
    until(client, "all answered", async || {
        let sent = show(client, import).await.sent;
        (sent.waiting == 0).then_some(sent)
    })
    .await
}

fn count(running: &Running, sql: &str) -> i64 {
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_of_readings_imported_again_or_on_another_device_is_there_once() {
    let running = World::new().start().await;
    let (desk, laptop) = (device(&running, "desk", &Kept::default()).await, device(&running, "laptop", &Kept::default()).await);
    let (two, three) = (sheet(&running.world, &["08", "09"]), sheet(&running.world, &["08", "09", "10"]));
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    for client in [&desk, &laptop] {
        phase(client, Phase::Offline).await;
    }
    // Neither knows of the other's.
    let mut imports = Vec::new();
    for client in [&desk, &laptop] {
        let (import, counts) = readings(client, &two).await;
        assert_eq!((counts.create, counts.same, counts.error), (4, 0, 0), "{counts:?}");
        committed(client, import).await;
        let (_, counts) = readings(client, &two).await;
        assert_eq!((counts.create, counts.same), (0, 4), "on this device they are there already");
        imports.push(import);
    }
    let running = world.start_again(&config).await;
    for (client, import) in [&desk, &laptop].into_iter().zip(imports) {
        assert_eq!(applied(client, import).await, Sent { waiting: 0, applied: 4, refused: 0 });
    }
    assert_eq!(count(&running, "SELECT COUNT(*) FROM manual_reading"), 4);
    assert_eq!(count(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'record_reading'"), 4);
    // A device that has them from the server alone, and a sheet that has one month more.
    let other = device(&running, "tablet", &Kept::default()).await;
    until(&other, "the readings", async || (readings(&other, &two).await.1.same == 4).then_some(())).await;
    let (import, counts) = readings(&other, &three).await;
    assert_eq!((counts.create, counts.same), (2, 4));
    committed(&other, import).await;
    assert_eq!(applied(&other, import).await, Sent { waiting: 0, applied: 2, refused: 0 });
    assert_eq!(count(&running, "SELECT COUNT(*) FROM manual_reading"), 6);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_whose_row_names_another_customer_than_its_meter_s_is_an_error() {
    let running = World::new().start().await;
    let desk = device(&running, "desk", &Kept::default()).await;
    let serials: Vec<_> = running.world.meters.iter().map(|meter| meter.serial.clone()).collect();
    let number = |serial: &str| -> String {
        let sql = "SELECT cu.number FROM meter m JOIN installation i ON i.meter = m.num AND i.until IS NULL
            JOIN connection c ON c.num = i.connection JOIN customer cu ON cu.num = c.customer WHERE m.serial = ?1";
        database(&running.world).query_row(sql, [serial], |row| row.get(0)).expect("a number")
    };
    let numbers: Vec<_> = serials.iter().map(|serial| number(serial.as_str())).collect();
    let sheet = format!(
        "No Pelanggan;No Meter;Tanggal Baca;Stand\n{};{};28/08/2026;110\n{};{};28/08/2026;210\nTIDAK-ADA-9;{};28/09/2026;220\n",
        numbers[0], serials[0], numbers[0], serials[1], serials[1]
    );
    let columns = [Field::Number, Field::Serial, Field::ReadAt, Field::Register].map(Some);
    let (import, counts) = checked(&desk, &sheet, Kind::Readings, &columns).await;
    assert_eq!((counts.create, counts.error), (2, 1), "a number of nobody says nothing: {counts:?}");
    let groups = groups(&desk, import).await;
    let errors: Vec<_> = groups.iter().filter(|group| group.level == Level::Error).map(|group| group.key.reason).collect();
    assert_eq!(errors, [Reason::MeterElsewhere]);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_killed_before_it_counted_what_it_kept_says_all_that_was_sent() {
    let running = World::new().start().await;
    let (folder, keyring) = (running.world.folder.path().join("desk"), Kept::default());
    let desk = device(&running, "desk", &keyring).await;
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;
    let mut text = String::from("No Pelanggan;Nama;No HP;Alamat;Gol;Wilayah;No Meter\n");
    for n in 1..=20 {
        text += &format!("0003{n:02};Warga {n};0812550003{n:02};Jl. Melati No. {n};R1;Barat;IMP-3{n:04}\n");
    }
    let fields =
        [Field::Number, Field::Name, Field::Phone, Field::Address, Field::TariffClass, Field::Zone, Field::Serial].map(Some);
    let (import, counts) = checked(&desk, &text, Kind::Customers, &fields).await;
    assert_eq!((counts.create, counts.error), (20, 0));
    committed(&desk, import).await;
    drop(desk);
    // As it was when the outbox had them, and the import's file had not.
    let file = open_encrypted(&folder.join(format!("imports/{import}.db")), &keyring.key_hex());
    let killed = "UPDATE state SET body = json_set(body, '$.stage', 'committing', '$.committed_to', 0, '$.operations', 0, '$.committed_at', NULL)";
    assert_eq!(file.execute(killed, []).expect("written"), 1);
    drop(file);
    let running = world.start_again(&config).await;
    let desk = client_with(&folder, &running.url(), &keyring).await;
    committed(&desk, import).await;
    assert_eq!(applied(&desk, import).await, Sent { waiting: 0, applied: 3 * 20, refused: 0 });
    assert_eq!(count(&running, "SELECT COUNT(*) FROM meter WHERE serial LIKE 'IMP-3%'"), 20);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_not_taken_back_while_rows_are_missing() {
    let running = World::new().start().await;
    let (folder, keyring, url) = (running.world.folder.path().join("desk"), Kept::default(), running.url());
    let desk = device(&running, "desk", &keyring).await;
    let text = "No Pelanggan;Nama;No HP;Alamat;Gol;Wilayah;No Meter\n\
                000341;Siti;081255000341;Jl. Melati No. 1;R1;Barat;IMP-40001\n";
    let fields =
        [Field::Number, Field::Name, Field::Phone, Field::Address, Field::TariffClass, Field::Zone, Field::Serial].map(Some);
    let (import, counts) = checked(&desk, text, Kind::Customers, &fields).await;
    assert_eq!((counts.create, counts.error), (1, 0));
    committed(&desk, import).await;
    assert_eq!(applied(&desk, import).await.refused, 0);
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    drop(desk);
    // As it is while a cache that was lost is filled again.
    let cache = open_encrypted(&folder.join("cache.db"), &keyring.key_hex());
    let begun = "UPDATE bucket SET snapshot = 'begun', state_hash = zeroblob(16) WHERE name = 'admin'";
    assert_eq!(cache.execute(begun, []).expect("written"), 1);
    cache.execute("UPDATE holding SET rev = -1 WHERE bucket = 'admin'", []).expect("written");
    drop(cache);
    let desk = client_with(&folder, &url, &keyring).await;
    phase(&desk, Phase::Offline).await;
    let refused = desk.call(Request::Imports(ImportsRequest::Undo(import))).await.expect_err("rows are missing");
    assert_eq!((refused.code, show(&desk, import).await.line.stage), (Code::Busy, Stage::Committed));
    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await.expect("asked");
    phase(&desk, Phase::Live).await;
    ask(&desk, ImportsRequest::Undo(import)).await;
    at(&desk, import, Stage::Undone).await;
    applied(&desk, import).await;
    assert_eq!(count(&running, "SELECT COUNT(*) FROM meter WHERE serial = 'IMP-40001'"), 0);
    clean(running).await;
}
