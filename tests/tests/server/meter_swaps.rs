//! Meters that technicians put in the place of others, and report late: use and money are right from that instant on, what cannot be entered is kept
//! for review, and nothing is done twice.

use crate::api;
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::field::field_record::Review;
use domain::field::meter_swap::Swap;
use domain::metering::meter::{Capability, LifeCycle};
use domain::{MeterId, MeterSwapId, Millilitres, Serial, UtcMillis};
use protocol::sync::push::{Operation, Outcome, Rejection};
use protocol::sync::rows::{Meter, MeterSwap};
use reqwest::{Method, StatusCode};
use serde_json::json;
use sync_server::core::now;
use sync_server::metering::fleet::{self, NewMeter};
use tests::field::{applied, clean, database, field_records, meter_swap, picture, reading, send, sign_in, until};
use tests::ops::{code, op, push};
use tests::world::{Device, Kept, Running, World, client_with};
use uuid::Uuid;

/// Millilitres of a litre.
const LITRE: i64 = 1_000;

fn serial(text: &str) -> Serial {
    text.parse().expect("a serial")
}

/// Another meter in the place of one, with both registers in litres.
fn swapped(old: &Device, new: &str, at: UtcMillis, (last, first): (i64, i64)) -> Swap {
    Swap {
        final_register: Some(Millilitres::litres(last)),
        first_register: Millilitres::litres(first),
        ..meter_swap(old.id, serial(new), at)
    }
}

async fn say(running: &Running, who: &str, swap: &Swap) {
    let results = send(running, who, &[Operation::SwapMeter(Box::new(swap.clone()))]).await;
    assert!(results.iter().all(applied), "{results:?}");
}

async fn read(running: &Running, device: &Device, at: UtcMillis, litres: i64) {
    let results = send(running, "admin", &[reading(device, at, litres, None)]).await;
    assert!(results.iter().all(applied), "{results:?}");
}

/// A meter that is installed nowhere.
async fn stock(running: &Running, name: &str) -> Device {
    let new = NewMeter {
        id: MeterId(Uuid::now_v7()),
        serial: serial(name),
        model: "Uji".into(),
        capability: Capability::HOUSEHOLD,
        interval_s: Meter::INTERVAL_S,
        secret_hash: None,
    };
    let device = Device { id: new.id, serial: new.serial.clone(), ..running.world.meters[0].clone() };
    running.server.app.store.writer.work(move |tx| fleet::add_meter(tx, 1, &new).map(drop)).await.expect("added");
    device
}

fn number(running: &Running, sql: &str) -> i64 {
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

/// What the world's first connection has used, mL.
fn used(running: &Running) -> i64 {
    number(running, "SELECT COALESCE(SUM(volume), 0) FROM usage_day WHERE connection = (SELECT MIN(num) FROM connection)")
}

/// The swap of a meter as an admin's device holds it.
async fn held(running: &Running, meter: &Device) -> MeterSwap {
    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    until(&desk, "the swap", async || field_records(&desk, meter).await?.swaps.first().map(|swap| swap.row.clone())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_reported_three_days_late_counts_the_old_meter_until_then_and_the_new_one_from_then() {
    let running = World::new().start().await;
    let old = running.world.meters[0].clone();
    let new = stock(&running, "WM-BARU-1").await;
    let at = now().plus(-3 * DAY_MS);
    read(&running, &old, at.plus(-DAY_MS), 1_000).await;
    // The new meter is read and the old one as well, before anybody has reported the swap.
    read(&running, &new, at.plus(HOUR_MS), 30).await;
    read(&running, &new, at.plus(2 * DAY_MS), 230).await;
    read(&running, &old, at.plus(HOUR_MS), 1_450).await;
    assert_eq!(used(&running), 450 * LITRE, "by what was known then");
    let swap = swapped(&old, "WM-BARU-1", at, (1_400, 20));
    let operation = Operation::SwapMeter(Box::new(swap.clone()));
    let said = op(Uuid::now_v7(), 1, None, &operation);
    let results = push(&running, "technician", vec![said.clone()]).await;
    assert!(results.iter().all(applied), "{results:?}");
    assert_eq!(used(&running), (400 + 210) * LITRE, "to the final register, from the first, and the jump between is no use");
    assert_eq!(number(&running, "SELECT SUM(volume) FROM usage_month"), 610 * LITRE);
    // Sent again it is answered the same, and under another operation it is the same swap.
    let again = push(&running, "technician", vec![said]).await;
    assert!(again.iter().all(|result| result.duplicate && applied(result)), "{again:?}");
    say(&running, "technician", &swap).await;
    assert_eq!(used(&running), 610 * LITRE);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter_swap"), 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'swap_meter'"), 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter WHERE life_cycle = 'inactive'"), 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM installation WHERE until IS NULL"), 2);
    let row = held(&running, &new).await;
    assert_eq!((row.entered, row.review.len(), row.old), (true, 0, old.id));
    assert_eq!((row.old_serial.as_str(), row.at), (old.serial.as_str(), at));
    let marked = "SELECT COUNT(*) FROM manual_reading WHERE review = 'not_installed' AND register = 1450000";
    assert_eq!(number(&running, marked), 1, "the old one was not there any more");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM manual_reading WHERE review <> ''"), 1, "and the new one was");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_from_before_a_swap_that_comes_after_it_is_of_an_installed_meter() {
    let running = World::new().start().await;
    let old = running.world.meters[0].clone();
    let at = now().plus(-2 * HOUR_MS);
    read(&running, &old, at.plus(-HOUR_MS), 1_000).await;
    say(&running, "technician", &swapped(&old, "WM-BARU-1", at, (1_400, 0))).await;
    let late = send(&running, "technician", &[reading(&old, at.plus(-30 * MINUTE_MS), 1_200, None)]).await;
    assert!(late.iter().all(applied), "{late:?}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM manual_reading WHERE register = 1200000 AND review = ''"), 1);
    assert_eq!(used(&running), 400 * LITRE);
    read(&running, &old, at.plus(30 * MINUTE_MS), 1_410).await;
    let marked = "SELECT COUNT(*) FROM manual_reading WHERE register = 1410000 AND review = 'not_installed'";
    assert_eq!(number(&running, marked), 1, "what is read after it was taken down is marked as before");
    assert_eq!(used(&running), 400 * LITRE);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_to_a_serial_number_that_nobody_has_makes_its_meter() {
    let running = World::new().start().await;
    let old = running.world.meters[0].clone();
    let at = now().plus(-20 * MINUTE_MS);
    read(&running, &old, at.plus(-10 * MINUTE_MS), 100).await;
    let swap =
        Swap { q3: Some(4_000), model: " Itron ".into(), new_seal: "S-2".into(), ..swapped(&old, "WM-BARU-1", at, (140, 5)) };
    say(&running, "technician", &swap).await;
    let new = Device { id: MeterId(swap.swap.0), serial: serial("WM-BARU-1"), ..old.clone() };
    read(&running, &new, at.plus(10 * MINUTE_MS), 25).await;
    assert_eq!(used(&running), 60 * LITRE);
    let model: String = database(&running.world)
        .query_row("SELECT model FROM meter WHERE serial = 'WM-BARU-1'", [], |row| row.get(0))
        .expect("the meter");
    assert_eq!(model, "Itron");
    // Its technician holds it from then on, with what was said of the swap.
    let tablet = client_with(&running.world.folder.path().join("tablet"), &running.url(), &Kept::default()).await;
    sign_in(&tablet, "technician").await;
    let records = until(&tablet, "the new meter", async || field_records(&tablet, &new).await).await;
    assert_eq!(records.swaps[0].row.new_seal, "S-2");
    assert_eq!(records.readings.iter().filter(|record| record.row.register == Millilitres::litres(5)).count(), 1);
    assert!(field_records(&tablet, &old).await.is_none(), "the old one is nobody's in the field any more");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_that_cannot_be_entered_is_kept_for_review_and_changes_no_installation() {
    let running = World::new().start().await;
    let [old, other] = running.world.meters.clone();
    let begin = now().plus(-60 * MINUTE_MS);
    read(&running, &old, begin, 100).await;
    let at = begin.plus(10 * MINUTE_MS);
    say(&running, "technician", &swapped(&old, other.serial.as_str(), at, (120, 7))).await;
    assert_eq!(used(&running), 20 * LITRE, "what was read off it counts all the same");
    let row = held(&running, &old).await;
    assert_eq!((row.entered, row.review.clone()), (false, vec![Review::SerialInUse]));
    assert_eq!((row.serial.clone(), row.first_register), (other.serial.clone(), Millilitres::litres(7)), "nothing of it is lost");
    // Long before it was put up, and by its own serial number.
    say(&running, "technician", &swapped(&old, "WM-BARU-8", now().plus(-390 * DAY_MS), (1, 0))).await;
    say(&running, "technician", &swapped(&old, old.serial.as_str(), at.plus(MINUTE_MS), (121, 0))).await;
    let kept = "SELECT COUNT(*) FROM meter_swap WHERE new_meter IS NULL AND review <> ''";
    assert_eq!(number(&running, kept), 3);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter"), 2);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM installation WHERE until IS NULL"), 2);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter WHERE life_cycle = 'active'"), 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_report_one_swap_enter_it_once() {
    let running = World::new().start().await;
    let old = running.world.meters[0].clone();
    let begin = now().plus(-60 * MINUTE_MS);
    read(&running, &old, begin, 100).await;
    let at = begin.plus(10 * MINUTE_MS);
    say(&running, "technician", &swapped(&old, "WM-BARU-1", at, (110, 0))).await;
    say(&running, "admin", &swapped(&old, "WM-BARU-1", at.plus(MINUTE_MS), (112, 0))).await;
    assert_eq!(used(&running), 10 * LITRE);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter WHERE serial = 'WM-BARU-1'"), 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM installation"), 3);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter_swap WHERE review LIKE '%entered_before%'"), 1);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_comes_back_to_a_connection_counts_none_of_what_it_did_elsewhere() {
    let running = World::new().start().await;
    let old = running.world.meters[0].clone();
    let begin = now().plus(-10 * HOUR_MS);
    let at = |hours: i64| begin.plus(hours * HOUR_MS);
    read(&running, &old, at(0), 100).await;
    let swap = swapped(&old, "WM-BARU-1", at(1), (110, 0));
    say(&running, "technician", &swap).await;
    let between = Device { id: MeterId(swap.swap.0), ..old.clone() };
    // It was repaired, and tested with water meanwhile.
    let back = swapped(&between, old.serial.as_str(), at(3), (5, 700));
    say(&running, "technician", &back).await;
    read(&running, &old, at(4), 720).await;
    assert_eq!(used(&running), (10 + 5 + 20) * LITRE, "590 litres of a workshop are no use");
    let life: String = database(&running.world)
        .query_row("SELECT life_cycle FROM meter WHERE serial = ?1", [old.serial.as_str()], |row| row.get(0))
        .expect("the meter");
    assert_eq!(life, LifeCycle::Active.as_str());
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_swaps_of_one_place_made_offline_are_entered_in_their_order_once_each() {
    for is_stock in [false, true] {
        let running = World::new().start().await;
        let old = running.world.meters[0].clone();
        let at = now().plus(-60 * MINUTE_MS);
        read(&running, &old, at.plus(-10 * MINUTE_MS), 100).await;
        if is_stock {
            stock(&running, "WM-BARU-1").await;
        }
        let first = swapped(&old, "WM-BARU-1", at, (140, 0));
        // The device does not know the meter that hangs there now: it names the swap.
        let between = Device { id: MeterId(first.swap.0), ..old.clone() };
        let second = swapped(&between, "WM-BARU-2", at.plus(20 * MINUTE_MS), (3, 500));
        let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
        let one_said = op(one, 1, None, &Operation::SwapMeter(Box::new(first)));
        let other_said = op(other, 2, Some(one), &Operation::SwapMeter(Box::new(second)));
        let early = push(&running, "technician", vec![other_said.clone()]).await;
        assert!(matches!(early[0].outcome, Outcome::RetryAfter { .. }), "it does not overtake the first: {early:?}");
        for is_again in [false, true] {
            let results = push(&running, "technician", vec![one_said.clone(), other_said.clone()]).await;
            assert!(results.iter().all(|result| applied(result) && result.duplicate == is_again), "{results:?}");
        }
        assert_eq!(used(&running), (40 + 3) * LITRE, "each meter counts for as long as it hung there");
        assert_eq!(number(&running, "SELECT COUNT(*) FROM meter_swap WHERE new_meter IS NOT NULL AND review = ''"), 2);
        assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'swap_meter'"), 2);
        assert_eq!(number(&running, "SELECT COUNT(*) FROM meter WHERE life_cycle = 'inactive'"), 2);
        let there = "SELECT COUNT(*) FROM installation i JOIN meter m ON m.num = i.meter WHERE i.until IS NULL AND m.serial = 'WM-BARU-2'";
        assert_eq!(number(&running, there), 1);
        clean(running).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_that_follows_one_that_was_not_entered_is_kept_and_its_register_is_no_meters() {
    let running = World::new().start().await;
    let [old, other] = running.world.meters.clone();
    let at = now().plus(-60 * MINUTE_MS);
    read(&running, &old, at.plus(-10 * MINUTE_MS), 100).await;
    let first = swapped(&old, other.serial.as_str(), at, (120, 7));
    let between = Device { id: MeterId(first.swap.0), ..old.clone() };
    let second = swapped(&between, "WM-BARU-2", at.plus(5 * MINUTE_MS), (130, 0));
    for swap in [&first, &second, &second] {
        say(&running, "technician", swap).await;
    }
    assert_eq!(used(&running), 20 * LITRE);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter_swap WHERE new_meter IS NULL AND review = 'not_entered'"), 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM manual_reading WHERE register = 130000"), 0);
    assert_eq!(number(&running, "SELECT final_register FROM meter_swap WHERE serial = 'WM-BARU-2'"), 130_000, "the row keeps it");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter"), 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_meter_that_is_put_up_again_is_entered_marked_and_in_the_audit_log() {
    let running = World::new().start().await;
    let [old, retired] = running.world.meters.clone();
    let at = now().plus(-20 * MINUTE_MS);
    let asked = json!({ "key": Uuid::now_v7(), "meter": retired.id, "reason": "Rusak", "at": at.plus(-DAY_MS) });
    let token = running.token("admin").await;
    let (status, answer) = api::send(&running, Method::POST, "/admin/v1/meters/retire", Some(&token), Some(asked)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let swap = swapped(&old, retired.serial.as_str(), at, (110, 500));
    say(&running, "technician", &swap).await;
    let row = held(&running, &retired).await;
    assert_eq!((row.entered, row.review), (true, vec![Review::WasRetired]), "it stands, and somebody looks at it");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter WHERE life_cycle = 'active'"), 1);
    let in_service = "SELECT COUNT(*) FROM audit a JOIN meter m ON m.id = a.row_id
       WHERE a.kind = 'swap_meter' AND m.life_cycle = 'active' AND a.changes LIKE '%inactive%'";
    assert_eq!(number(&running, in_service), 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'swap_meter' AND changes LIKE '%was_retired%'"), 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter WHERE secret_hash IS NOT NULL"), 0, "an admin gives it another one");
    // Sent again it is the same swap, and no further entry.
    say(&running, "technician", &swap).await;
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'swap_meter'"), 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_out_of_its_authors_zone_is_refused_and_its_pictures_come_first() {
    let running = World::new().start().await;
    let [here, there] = running.world.meters.clone();
    let at = now().plus(-MINUTE_MS);
    let refusal = async |who: &str, swap: Swap| {
        let results = send(&running, who, &[Operation::SwapMeter(Box::new(swap))]).await;
        code(&results[0])
    };
    let anywhere = |meter: &Device| swapped(meter, "WM-BARU-1", at, (1, 0));
    assert_eq!(refusal("technician", anywhere(&there)).await, Some(Rejection::NotFound));
    assert_eq!(refusal("customer", anywhere(&here)).await, Some(Rejection::Denied));
    let nobodys = Swap { meter: MeterId(Uuid::now_v7()), ..anywhere(&here) };
    assert_eq!(refusal("admin", nobodys).await, Some(Rejection::NotFound));
    let long = Swap { new_seal: "x".repeat(41), ..anywhere(&here) };
    assert_eq!(refusal("technician", long).await, Some(Rejection::Invalid));
    let named_as_a_meter = Swap { swap: MeterSwapId(there.id.0), ..anywhere(&here) };
    assert_eq!(refusal("technician", named_as_a_meter).await, Some(Rejection::IdReused));
    // Nobody has brought the picture yet: the swap is asked for again.
    let photo = tests::field::attached(&picture(2_000, 3));
    let pictured = Operation::SwapMeter(Box::new(Swap { final_photo: Some(photo), ..anywhere(&here) }));
    let results = send(&running, "technician", &[pictured]).await;
    assert!(!applied(&results[0]) && code(&results[0]).is_none(), "{results:?}");
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter_swap"), 0);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter"), 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_work_of_a_reassigned_technician_swaps_a_meter_and_is_marked() {
    let running = World::new().start().await;
    let old = running.world.meters[0].clone();
    let assigned =
        database(&running.world).query_row("SELECT user, zone FROM user_zone", [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (user, zone) = assigned.expect("an assignment");
    let unassign = running.server.app.store.writer.work(move |tx| fleet::unassign_zone(tx, user, zone));
    unassign.await.expect("unassigned");
    say(&running, "technician", &swapped(&old, "WM-BARU-1", now().plus(-MINUTE_MS), (1, 0))).await;
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter_swap WHERE new_meter IS NOT NULL AND review = 'out_of_zone'"), 1);
    clean(running).await;
}
