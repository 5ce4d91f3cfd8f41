//! A note is mended and taken back by its author alone; both are on record, and what was taken back is on no device any more.

use domain::field::field_record::Explanation;
use domain::sync::edit::{Change, NoteField, Patch};
use domain::{ManualReadingId, Millilitres, NoteId};
use protocol::sync::push::{Operation, Outcome, Rejection};
use protocol::ui::Request;
use sync_server::core::now;
use tests::field::{applied, clean, database, field_records, note, send, sign_in, submit, until};
use tests::ops::code;
use tests::world::{Device, Kept, World, client_with};
use uuid::Uuid;

fn mend(note: NoteId, meter: &Device, from: &str, to: &str) -> Operation {
    let change = Change { from: from.into(), to: to.into() };
    Operation::EditNote { note, meter: meter.id, patch: Patch([(NoteField::Text, change)].into()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_mended_and_taken_back_by_its_author_alone() {
    let running = World::new().start().await;
    let [meter, other] = running.world.meters.clone();
    let written = note(&meter, "Kaca buram");
    let Operation::AddNote { note: id, .. } = written else { panic!("a note") };
    assert!(applied(&send(&running, "technician", &[written]).await[0]));
    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    until(&desk, "the note", async || field_records(&desk, &meter).await.filter(|facts| facts.notes.len() == 1)).await;

    let take_back = Operation::TakeBackNote { note: id, meter: meter.id };
    for (who, refusal) in [("admin", Rejection::NotFound), ("customer", Rejection::Denied)] {
        let wanted = [mend(id, &meter, "Kaca buram", "Milik saya"), take_back.clone()];
        let refused = send(&running, who, &wanted).await;
        assert!(refused.iter().all(|result| code(result) == Some(refusal)), "{refused:?}");
    }
    let results = send(
        &running,
        "technician",
        &[
            mend(id, &meter, "Kaca buram", "Kaca pecah"),
            mend(id, &meter, "Kaca buram", "Kaca hilang"),
            mend(id, &meter, "Kaca pecah", " "),
            mend(id, &other, "Kaca pecah", "Kaca lain"),
            mend(NoteId(Uuid::now_v7()), &meter, "", "Tidak ada"),
        ],
    )
    .await;
    assert!(applied(&results[0]), "{results:?}");
    let codes: Vec<_> = results[1..].iter().map(|result| code(result).expect("refused")).collect();
    // What another device of the author wrote first is not lost silently; of another meter and of no note nothing is said.
    assert_eq!(codes, [Rejection::Conflict, Rejection::Invalid, Rejection::NotFound, Rejection::NotFound]);
    let mended = until(&desk, "the new text", async || {
        let shown = field_records(&desk, &meter).await?;
        shown.notes.first().filter(|note| note.row.text == "Kaca pecah").map(|note| note.row.clone())
    })
    .await;
    assert!(mended.edited_at.is_some());

    let results = send(&running, "technician", &[take_back.clone(), take_back, mend(id, &meter, "Kaca pecah", "Lagi")]).await;
    assert!(applied(&results[0]) && applied(&results[1]), "{results:?}");
    assert_eq!(code(&results[2]), Some(Rejection::NotFound));
    until(&desk, "no note", async || field_records(&desk, &meter).await.filter(|facts| facts.notes.is_empty())).await;
    let db = database(&running.world);
    let kinds = "SELECT group_concat(kind, ' ') FROM (SELECT kind FROM audit ORDER BY num)";
    let kinds: String = db.query_row(kinds, [], |row| row.get(0)).expect("read");
    assert_eq!(kinds, "add_note edit_note take_back_note");
    let kept: String =
        db.query_row("SELECT changes FROM audit WHERE kind = 'take_back_note'", [], |row| row.get(0)).expect("read");
    assert!(kept.contains("Kaca pecah"), "{kept}");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_twice_is_one_operation() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let tablet = client_with(&running.world.folder.path().join("tablet"), &running.url(), &Kept::default()).await;
    sign_in(&tablet, "technician").await;
    until(&tablet, "the meter", async || field_records(&tablet, &meter).await).await;
    let (op, command) = (Uuid::now_v7(), note(&meter, "Segel utuh"));
    for _ in 0..3 {
        tablet.call(Request::SubmitAs { op, command: command.clone() }).await.expect("kept");
    }
    assert_eq!(tests::field::outbox(&tablet).await.len(), 1);
    until(&tablet, "it is sent", async || {
        field_records(&tablet, &meter).await.filter(|facts| facts.notes.len() == 1 && !facts.notes[0].waiting)
    })
    .await;
    // Mended and taken back before either was answered.
    let Operation::AddNote { note: id, .. } = command else { panic!("a note") };
    submit(&tablet, mend(id, &meter, "Segel utuh", "Segel putus")).await;
    assert_eq!(field_records(&tablet, &meter).await.expect("the meter").notes[0].row.text, "Segel putus");
    submit(&tablet, Operation::TakeBackNote { note: id, meter: meter.id }).await;
    assert!(field_records(&tablet, &meter).await.expect("the meter").notes.is_empty());
    until(&tablet, "both are answered", async || {
        let all = tests::field::outbox(&tablet).await;
        all.iter().all(|item| item.state == protocol::ui::OutboxState::Sent).then_some(())
    })
    .await;
    assert!(field_records(&tablet, &meter).await.expect("the meter").notes.is_empty());
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reason_of_an_implausible_reading_comes_with_it() {
    let running = World::new().start().await;
    let meter = running.world.meters[0].clone();
    let read = |register: i64, reason: String| Operation::RecordReading {
        reading: ManualReadingId(Uuid::now_v7()),
        meter: meter.id,
        at: now(),
        register: Millilitres::litres(register),
        photo: None,
        explained: Explanation { reason, no_photo: " Kamera rusak ".into() },
    };
    let results = send(&running, "technician", &[read(900_000, "Meter diganti".into()), read(1, "x".repeat(301))]).await;
    assert!(applied(&results[0]), "{results:?}");
    assert!(
        matches!(&results[1].outcome, Outcome::Rejected { code: Rejection::Invalid, field: Some(field), .. } if field == "explained")
    );
    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    let shown =
        until(&desk, "the reading", async || field_records(&desk, &meter).await.filter(|facts| facts.readings.len() == 1)).await;
    let said = &shown.readings[0].row.explained;
    assert_eq!((said.reason.as_str(), said.no_photo.as_str()), ("Meter diganti", "Kamera rusak"));
    clean(running).await;
}
