//! A meter swapped in a basement: kept with both pictures while there is no server and through a kill, shown as waiting, and entered as of then.

use domain::field::meter_swap::Swap;
use domain::maintenance::work_order::{WorkKind, WorkState};
use domain::{MeterId, Millilitres, Serial, UtcMillis, WorkOrderId};
use protocol::sync::push::Operation;
use protocol::ui::{Answer, FieldRecords, Happening, MeterDetail, OutboxState, Phase, Request};
use sync_server::config::Config;
use sync_server::core::now;
use tests::field::{
    MINUTE, attach, clean, database, field_records, meter_swap, outbox, phase, picture, reading, send, sign_in, submit, until,
};
use tests::work::{plan_of, say};
use tests::world::{Device, Kept, Running, World, client_with};
use uuid::Uuid;

async fn detail(client: &client::Client, meter: MeterId) -> Option<MeterDetail> {
    match client.call(Request::Meter { meter }).await.expect("an answer") {
        Answer::Meter(found) => found.map(|found| *found),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_made_offline_survives_a_kill_and_is_entered_as_of_then_with_its_pictures() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let (old, folder, keyring) = (running.world.meters[0].clone(), running.world.folder.path().join("tablet"), Kept::default());
    let url = running.url();
    let at = UtcMillis(now().0 - 10 * MINUTE);
    let (order, meter) = (WorkOrderId(Uuid::now_v7()), old.id);
    say(&running, "admin", plan_of(WorkKind::Replacement, order, &old, at.plus(-MINUTE))).await;
    send(&running, "technician", &[reading(&old, at.plus(-30 * MINUTE), 100, None)]).await;
    let tablet = client_with(&folder, &url, &keyring).await;
    sign_in(&tablet, "technician").await;
    until(&tablet, "the order", async || (!detail(&tablet, meter).await?.work.is_empty()).then_some(())).await;
    let Running { world, server } = running;
    server.stop().await;
    phase(&tablet, Phase::Offline).await;

    let photos = [attach(&tablet, &picture(300_000, 1)).await, attach(&tablet, &picture(200_000, 2)).await];
    let swap = Swap {
        final_register: Some(Millilitres::litres(140)),
        final_photo: Some(photos[0]),
        first_register: Millilitres::litres(7),
        first_photo: Some(photos[1]),
        old_seal: "S-1".into(),
        new_seal: "S-2".into(),
        order: Some(order),
        ..meter_swap(meter, "WM-BARU-1".parse().expect("a serial"), at)
    };
    submit(&tablet, Operation::SwapMeter(Box::new(swap.clone()))).await;
    submit(&tablet, Operation::BeginWork { order, meter, at: at.plus(-MINUTE) }).await;
    submit(&tablet, Operation::CompleteWork { order, meter, at: at.plus(MINUTE) }).await;
    // Killed: nothing is ended in order, and the same files are opened again.
    drop(tablet);
    let tablet = client_with(&folder, &url, &keyring).await;
    let shown = field_records(&tablet, &old).await.expect("the meter");
    assert!(shown.swaps[0].waiting && !shown.swaps[0].row.entered, "what waits says so");
    assert_eq!((shown.swaps[0].row.author.as_str(), shown.swaps[0].row.new_seal.as_str()), ("technician", "S-2"));
    let found = detail(&tablet, meter).await.expect("the meter");
    let is_swap = |what: &Happening| matches!(what, Happening::Swapped { is_new: false, .. });
    assert!(found.timeline.iter().any(|line| is_swap(&line.what)), "{:?}", found.timeline);
    assert!(outbox(&tablet).await.iter().any(|item| item.kind == "swap_meter" && item.title == old.serial.as_str()));

    let running = world.start_again(&config).await;
    tablet.call(Request::SyncNow).await.expect("asked");
    let new = Device { id: MeterId(swap.swap.0), ..old.clone() };
    // The meter and what was recorded of it come in buckets of their own.
    let is_entered = |records: &FieldRecords| records.swaps.first().is_some_and(|swap| !swap.waiting && swap.row.entered);
    let records = until(&tablet, "the new meter", async || field_records(&tablet, &new).await.filter(is_entered)).await;
    assert!(records.swaps[0].row.review.is_empty(), "{:?}", records.swaps[0].row.review);
    until(&tablet, "all of it sent", async || {
        outbox(&tablet).await.iter().all(|item| item.state == OutboxState::Sent).then_some(())
    })
    .await;
    let desk = client_with(&running.world.folder.path().join("desk"), &url, &Kept::default()).await;
    sign_in(&desk, "admin").await;
    let of_old = until(&desk, "the order's end", async || {
        let found = detail(&desk, meter).await?;
        (found.work.first()?.order.state == WorkState::Completed).then_some(found)
    })
    .await;
    assert_eq!(of_old.connection, None);
    for client in [&tablet, &desk] {
        for photo in photos {
            let Ok(Answer::Picture(_)) = client.call(Request::Picture { photo }).await else { panic!("no picture") };
        }
    }
    let used: i64 =
        database(&running.world).query_row("SELECT SUM(volume) FROM usage_day", [], |row| row.get(0)).expect("a number");
    assert_eq!(used, 40_000, "to the final register, and the jump to the first is no use");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_swap_made_offline_takes_down_the_meter_that_the_first_has_put_up() {
    let running = World::new().start().await;
    let config = Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let (old, folder) = (running.world.meters[0].clone(), running.world.folder.path().join("tablet"));
    let at = UtcMillis(now().0 - 30 * MINUTE);
    send(&running, "technician", &[reading(&old, at.plus(-10 * MINUTE), 100, None)]).await;
    let tablet = client_with(&folder, &running.url(), &Kept::default()).await;
    sign_in(&tablet, "technician").await;
    until(&tablet, "the meter", async || field_records(&tablet, &old).await).await;
    let Running { world, server } = running;
    server.stop().await;
    phase(&tablet, Phase::Offline).await;

    let litres = |litres: i64| Some(Millilitres::litres(litres));
    let serial = |text: &str| -> Serial { text.parse().expect("a serial") };
    let first = Swap { final_register: litres(140), ..meter_swap(old.id, serial("WM-BARU-1"), at) };
    let between = MeterId(first.swap.0);
    let second = Swap { final_register: litres(3), ..meter_swap(between, serial("WM-BARU-2"), at.plus(10 * MINUTE)) };
    let last = Device { id: MeterId(second.swap.0), ..old.clone() };
    // The first is sent later than the second would be: its picture has to arrive before it.
    let photo = attach(&tablet, &picture(300_000, 1)).await;
    submit(&tablet, Operation::SwapMeter(Box::new(Swap { final_photo: Some(photo), ..first }))).await;
    submit(&tablet, Operation::SwapMeter(Box::new(second))).await;
    let shown = field_records(&tablet, &old).await.expect("the meter");
    let serials: Vec<_> = shown.swaps.iter().map(|record| (record.row.serial.as_str(), record.waiting)).collect();
    assert_eq!(serials, [("WM-BARU-2", true), ("WM-BARU-1", true)], "the page of the first meter lists both");
    let happened = detail(&tablet, old.id).await.expect("the meter").timeline;
    let swaps: Vec<_> = happened
        .iter()
        .filter_map(|line| match &line.what {
            Happening::Swapped { serial, is_new, .. } => Some((serial.as_str(), *is_new)),
            _ => None,
        })
        .collect();
    assert_eq!(swaps, [("WM-BARU-2", false), ("WM-BARU-1", false)], "and so does what happened to it");
    let titles: Vec<_> = outbox(&tablet).await.into_iter().map(|item| item.title).collect();
    assert_eq!(titles, [old.serial.as_str(), "WM-BARU-1"], "each is called by the meter that it takes down");

    let running = world.start_again(&config).await;
    tablet.call(Request::SyncNow).await.expect("asked");
    let records = until(&tablet, "the last meter", async || {
        field_records(&tablet, &last).await.filter(|records| records.swaps.first().is_some_and(|record| record.row.entered))
    })
    .await;
    assert!(records.swaps[0].row.review.is_empty(), "{:?}", records.swaps);
    assert_eq!(records.swaps[0].row.old_serial, "WM-BARU-1");
    until(&tablet, "all of it sent", async || {
        outbox(&tablet).await.iter().all(|item| item.state == OutboxState::Sent).then_some(())
    })
    .await;
    let number = |sql: &str| database(&running.world).query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a number");
    assert_eq!(number("SELECT SUM(volume) FROM usage_day"), 43_000);
    assert_eq!(number("SELECT COUNT(*) FROM meter_swap WHERE new_meter IS NOT NULL"), 2);
    clean(running).await;
}
