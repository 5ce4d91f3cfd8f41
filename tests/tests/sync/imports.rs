//! A utility's spreadsheet on a device without a network: read, mended, committed, sent once, taken back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::Client;
use domain::imports::{Kind, Level, Reason};
use protocol::ui::imports::{
    Counts, Fate, Group, Import, ImportsRequest, ImportsResponse, Mapped, Mend, MendAll, Mending, Policy, RowsQuery, RowsWindow,
    Sent, Slice, Stage,
};
use protocol::ui::{Answer, CustomerQuery, Phase, Request};
use tests::field::{clean, database, phase, sign_in, until};
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

pub async fn ask(client: &Client, request: ImportsRequest) -> ImportsResponse {
    match client.call(Request::Imports(request)).await.expect("an answer") {
        Answer::Imports(response) => *response,
        other => panic!("{other:?}"),
    }
}

pub async fn show(client: &Client, import: Uuid) -> Import {
    match ask(client, ImportsRequest::Show(import)).await {
        ImportsResponse::Import(Some(import)) => *import,
        other => panic!("{other:?}"),
    }
}

/// Waits until nothing runs for an import.
pub async fn at(client: &Client, import: Uuid, stage: Stage) -> Import {
    until(client, &format!("{stage:?}"), async || {
        let shown = show(client, import).await;
        assert_eq!(shown.failure, None);
        (shown.job.is_none() && shown.line.stage == stage).then_some(shown)
    })
    .await
}

/// Brings a file in slices of a few bytes.
pub async fn bring(client: &Client, name: &str, bytes: &[u8]) -> Uuid {
    let id = Uuid::now_v7();
    let slices: Vec<_> = bytes.chunks(1_000).collect();
    for (place, part) in slices.iter().enumerate() {
        let slice = Slice {
            id,
            name: name.into(),
            offset: place as u64 * 1_000,
            base64: STANDARD.encode(part),
            is_last: place + 1 == slices.len(),
        };
        ask(client, ImportsRequest::Bring(slice)).await;
    }
    id
}

pub async fn groups(client: &Client, import: Uuid) -> Vec<Group> {
    match ask(client, ImportsRequest::Groups(import)).await {
        ImportsResponse::Groups(groups) => groups,
        other => panic!("{other:?}"),
    }
}

async fn rows(client: &Client, query: RowsQuery) -> RowsWindow {
    match ask(client, ImportsRequest::Rows(query)).await {
        ImportsResponse::Rows(window) => window,
        other => panic!("{other:?}"),
    }
}

fn group_of(groups: &[Group], reason: Reason) -> &Group {
    groups.iter().find(|group| group.key.reason == reason).unwrap_or_else(|| panic!("{reason:?} in {groups:?}"))
}

/// A sheet as a utility writes it: a title, a header in row 4, a total at the end; 60 households, of which some cells are wrong.
fn sheet(households: u32) -> Vec<u8> {
    let mut text = String::from(
        "DAFTAR PELANGGAN;;;;;;\r\nCabang Barat;;;;;;\r\n;;;;;;\r\nNo Pelanggan;Nama;No HP;Alamat;Gol;Wilayah;No Meter\r\n",
    );
    for n in 1..=households {
        let phone = if n == 7 { "8,12E+10".to_owned() } else { format!("0812{:08}", 55_000_000 + n) };
        let zone = if n == 9 { "Utara" } else { "Barat" };
        let name = if n == 11 { String::new() } else { format!("Warga é {n}") };
        text += &format!("{:06};{name};{phone};Jl. Melati No. {n};R1;{zone};IMP-{n:05}\r\n", 100 + n);
    }
    text += &format!("TOTAL;{households};;;;;\r\n");
    // As programs on Windows write it.
    text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("a letter of Latin 1")).collect()
}

fn everybody() -> CustomerQuery {
    CustomerQuery { limit: 10, ..CustomerQuery::default() }
}

async fn customers(client: &Client) -> u32 {
    match client.call(Request::Customers(everybody())).await.expect("an answer") {
        Answer::Customers(found) => found.total,
        other => panic!("{other:?}"),
    }
}

async fn mapped(client: &Client, shown: &Import) {
    let columns = shown.columns.iter().map(|column| column.field).collect();
    let mapped = Mapped { id: shown.line.id, kind: Kind::Customers, columns, policy: Policy::default(), zone: shown.zone };
    ask(client, ImportsRequest::Map(mapped)).await;
    ask(client, ImportsRequest::Check(shown.line.id)).await;
}

/// The desk of an admin who is on a ferry by now.
pub async fn on_a_ferry(running: &Running) -> Client {
    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    phase(&desk, Phase::Live).await;
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_is_imported_offline_and_lands_on_the_server_exactly_once() {
    let running = World::new().start().await;
    let desk = on_a_ferry(&running).await;
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;

    let import = bring(&desk, "pelanggan.csv", &sheet(60)).await;
    let shown = at(&desk, import, Stage::Mapping).await;
    let format = shown.format.clone().expect("a format");
    assert_eq!((format.name.as_str(), format.encoding.as_deref(), format.delimiter), ("csv", Some("windows-1252"), Some(';')));
    assert_eq!((shown.header_row, shown.line.kind, shown.missing.as_slice()), (4, Some(Kind::Customers), &[][..]));
    assert!(shown.notes.iter().any(|note| note.code == "totals" && note.row == 65), "{:?}", shown.notes);
    mapped(&desk, &shown).await;
    let shown = at(&desk, import, Stage::Checked).await;
    let found = groups(&desk, import).await;
    let Counts { create, error, .. } = shown.line.counts;
    assert_eq!((create, error), (57, 3), "{found:?}");
    let zone = group_of(&found, Reason::UnknownZone);
    assert_eq!(
        (zone.count, zone.first.row, zone.level, &zone.choices),
        (1, 13, Level::Error, &vec!["Barat".into(), "Timur".into()])
    );
    assert_eq!(group_of(&found, Reason::LostDigits).first.row, 11);

    // One kind at once, one cell by itself, and one row stays out.
    let all = MendAll { id: import, group: zone.key.clone(), by: Mending::Text("Timur".into()) };
    ask(&desk, ImportsRequest::MendAll(all)).await;
    at(&desk, import, Stage::Checked).await;
    ask(&desk, ImportsRequest::Mend(Mend { id: import, row: 11, column: 2, text: "081255000007".into() })).await;
    let shown = at(&desk, import, Stage::Checked).await;
    assert_eq!((shown.line.counts.create, shown.line.counts.error), (59, 1));
    let query = RowsQuery { id: import, group: None, fate: Some(Fate::Error), level: None, offset: 0, limit: 10 };
    let left = rows(&desk, query).await;
    assert_eq!((left.total, left.rows[0].row, left.rows[0].findings[0].reason), (1, 15, Reason::Required));

    ask(&desk, ImportsRequest::Commit(import)).await;
    let shown = at(&desk, import, Stage::Committed).await;
    assert_eq!(shown.sent, Sent { waiting: 3 * 59, applied: 0, refused: 0 });
    assert_eq!(customers(&desk).await, 2 + 59, "they show at once");

    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await.expect("asked");
    let shown = until(&desk, "all applied", async || {
        let shown = show(&desk, import).await;
        (shown.sent.waiting == 0).then_some(shown)
    })
    .await;
    assert_eq!(shown.sent, Sent { waiting: 0, applied: 3 * 59, refused: 0 });
    let count = |sql: &str| database(&running.world).query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    let of_import =
        "SELECT COUNT(*) FROM customer cu JOIN connection c ON c.customer = cu.num JOIN installation i ON i.connection = c.num
        JOIN meter m ON m.num = i.meter WHERE m.serial LIKE 'IMP-%' AND cu.name LIKE 'Warga é %'";
    assert_eq!(count(of_import), 59);
    assert_eq!(count("SELECT COUNT(*) FROM customer"), 2 + 59);
    let in_east = "SELECT COUNT(*) FROM connection c JOIN zone z ON z.num = c.zone WHERE z.name = 'Timur'";
    assert_eq!(count(in_east), 2, "the world's own, and the mended one");

    // The same file again: nobody is added, nothing is changed, and the mapping is remembered.
    let again = bring(&desk, "pelanggan.csv", &sheet(60)).await;
    let shown = at(&desk, again, Stage::Mapping).await;
    assert!(shown.is_remembered);
    assert_eq!((shown.line.counts.create, shown.line.counts.update), (0, 0), "{:?}", shown.line.counts);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_taken_back_but_for_rows_that_somebody_has_changed_since() {
    let running = World::new().start().await;
    let desk = on_a_ferry(&running).await;
    let import = bring(&desk, "pelanggan.csv", &sheet(6)).await;
    let shown = at(&desk, import, Stage::Mapping).await;
    mapped(&desk, &shown).await;
    at(&desk, import, Stage::Checked).await;
    ask(&desk, ImportsRequest::Commit(import)).await;
    at(&desk, import, Stage::Committed).await;
    until(&desk, "all applied", async || (show(&desk, import).await.sent.waiting == 0).then_some(())).await;
    let changed = "UPDATE customer SET number = number WHERE number = '000103'";
    database(&running.world).execute(changed, []).expect("written");
    let one = match desk.call(Request::Customers(CustomerQuery { search: "000103".into(), ..everybody() })).await {
        Ok(Answer::Customers(found)) => found.rows[0].clone(),
        other => panic!("{other:?}"),
    };
    let edit = tests::ops::edit(one.id, &[(domain::sync::edit::CustomerField::City, "", "Bandung")]);
    desk.call(Request::Submit(edit)).await.expect("kept");
    until(&desk, "an empty outbox", async || {
        let items = tests::field::outbox(&desk).await;
        items.iter().all(|item| item.state == protocol::ui::OutboxState::Sent).then_some(())
    })
    .await;
    ask(&desk, ImportsRequest::Undo(import)).await;
    let shown = at(&desk, import, Stage::Undone).await;
    assert_eq!(shown.changed_since, [7], "the third household stands in row 7");
    assert_eq!(customers(&desk).await, 2 + 1);
    until(&desk, "all taken back", async || (show(&desk, import).await.sent.waiting == 0).then_some(())).await;
    let left: i64 = database(&running.world).query_row("SELECT COUNT(*) FROM customer", [], |row| row.get(0)).expect("a number");
    assert_eq!(left, 2 + 1);
    let meters: i64 = database(&running.world)
        .query_row("SELECT COUNT(*) FROM meter WHERE serial LIKE 'IMP-%'", [], |row| row.get(0))
        .expect("a number");
    assert_eq!(meters, 1);
    // Whoever signs out leaves nothing of an import behind.
    let folder = running.world.folder.path().join("desk/imports");
    assert!(folder.join(format!("{import}.db")).exists());
    desk.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    assert!(!folder.exists());
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_with_two_meters_in_two_rows_is_one_with_two_connections() {
    let running = World::new().start().await;
    let desk = on_a_ferry(&running).await;
    let config = running.same_addresses();
    let Running { world, server } = running;
    server.stop().await;
    phase(&desk, Phase::Offline).await;
    let sheet = "No Pelanggan;Nama;No HP;Alamat;Gol;Wilayah;No Meter\n\
                 000201;Siti Aminah;081255000201;Jl. Melati No. 1;R1;Barat;IMP-20001\n\
                 000201;Siti Aminah;081255000201;Jl. Mawar No. 2;R1;Timur;IMP-20002\n\
                 000202;Budi;081255000202;Jl. Melati No. 3;R1;Barat;IMP-20003\n";
    let import = bring(&desk, "pelanggan.csv", sheet.as_bytes()).await;
    let shown = at(&desk, import, Stage::Mapping).await;
    mapped(&desk, &shown).await;
    let shown = at(&desk, import, Stage::Checked).await;
    assert_eq!((shown.line.counts.create, shown.line.counts.error), (3, 0));
    let found = groups(&desk, import).await;
    let further = group_of(&found, Reason::FurtherConnection);
    assert_eq!((further.count, further.level, further.first.row, further.first.other_row), (1, Level::Warning, 3, Some(2)));
    ask(&desk, ImportsRequest::Commit(import)).await;
    let shown = at(&desk, import, Stage::Committed).await;
    assert_eq!(shown.sent, Sent { waiting: 3 + 2 + 3, applied: 0, refused: 0 });
    assert_eq!(customers(&desk).await, 2 + 2);

    let running = world.start_again(&config).await;
    desk.call(Request::SyncNow).await.expect("asked");
    until(&desk, "all applied", async || (show(&desk, import).await.sent.waiting == 0).then_some(())).await;
    let count = |sql: &str| database(&running.world).query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    let of_siti =
        "SELECT COUNT(*) FROM customer cu JOIN connection c ON c.customer = cu.num JOIN installation i ON i.connection = c.num
        JOIN meter m ON m.num = i.meter WHERE cu.number = '000201' AND (m.serial, c.address) IN
        (VALUES ('IMP-20001', 'Jl. Melati No. 1'), ('IMP-20002', 'Jl. Mawar No. 2'))";
    assert_eq!((count("SELECT COUNT(*) FROM customer"), count(of_siti)), (2 + 2, 2));

    // The same sheet again changes nothing, and taking it back leaves none of both.
    let again = bring(&desk, "pelanggan.csv", sheet.as_bytes()).await;
    let shown = at(&desk, again, Stage::Mapping).await;
    mapped(&desk, &shown).await;
    let Counts { create, update, same, error, .. } = at(&desk, again, Stage::Checked).await.line.counts;
    assert_eq!((create, update, same, error), (0, 0, 3, 0));
    ask(&desk, ImportsRequest::Undo(import)).await;
    let shown = at(&desk, import, Stage::Undone).await;
    assert_eq!((shown.changed_since, customers(&desk).await), (Vec::new(), 2));
    until(&desk, "all taken back", async || (show(&desk, import).await.sent.waiting == 0).then_some(())).await;
    let meters = count("SELECT COUNT(*) FROM meter WHERE serial LIKE 'IMP-%'");
    assert_eq!((count("SELECT COUNT(*) FROM customer"), meters), (2, 0));
    clean(running).await;
}
