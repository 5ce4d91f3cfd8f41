//! The demo's field records: notes and manual readings of its technician in the last weeks, sent through the same API as the app's. The
//! registers are those of the simulated meters, but for one that was misread.

use crate::plan::{Plan, PlannedMeter};
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::field::blob::MAX_RANGE;
use domain::field::device_clock::DeviceClock;
use domain::field::field_record::Explanation;
use domain::{BlobId, ManualReadingId, Millilitres, NoteId, UtcMillis};
use protocol::field::blob::ContentRange;
use protocol::people::auth::{SignIn, Tokens};
use protocol::sync::push::{OPERATION_VERSION, Operation, OperationEnvelope, Outcome, Push, Pushed};
use reqwest::header::CONTENT_RANGE;
use sha2::{Digest, Sha256};
use std::io::Error;
use uuid::Uuid;

/// A drawing of a meter, with a caption that it is a drawing.
const PHOTO: &[u8] = include_bytes!("../../../assets/demo/meter.jpg");

/// Meter, hours ago, what.
const NOTES: [(usize, i64, &str); 6] = [
    (0, 40 * 24 + 3, "Meter di belakang gerbang, minta izin pemilik dulu. Anjing galak sebelum pukul 08.00."),
    (0, 9 * 24 + 5, "Kaca agak buram, sudah dibersihkan. Angka terbaca jelas."),
    (0, 26, "Tekanan normal, tidak ada kebocoran di sambungan. Segel utuh."),
    (1, 18 * 24 + 2, "Kos penuh sejak awal bulan, pemakaian naik menurut penjaga."),
    (3, 6 * 24 + 1, "Katup kaku, perlu diganti pada kunjungan berikutnya."),
    (6, 3 * 24 + 4, "Boks meter tergenang air hujan. Saluran dibersihkan."),
];

/// Meter, hours ago, litres that the register was misread by, with or without a picture.
const READINGS: [(usize, i64, i64, Pictured); 5] = [
    (0, 40 * 24 + 3, 0, Pictured::No),
    (0, 9 * 24 + 5, 0, Pictured::Yes),
    (0, 26, 0, Pictured::Yes),
    (1, 18 * 24 + 2, 0, Pictured::Yes),
    (3, 6 * 24 + 1, -40_000, Pictured::No),
];

#[derive(Clone, Copy, PartialEq)]
enum Pictured {
    Yes,
    No,
}

/// Sends the technician's notes and readings; the same again changes nothing.
///
/// # Errors
/// The server cannot be reached, or refuses something.
pub async fn send(server: &str, plan: &Plan, now: UtcMillis) -> std::io::Result<usize> {
    let http = reqwest::Client::new();
    let tokens = sign_in(&http, server, (plan, "technician@indowater.example")).await?;
    let photo = upload_photo(&http, server, &tokens.access_token).await?;
    let mut operations = Vec::new();
    for (place, (index, hours, text)) in NOTES.into_iter().enumerate() {
        let Some(meter) = plan.meters.get(index) else { continue };
        let (id, at) = (derived(meter, 1, place), now.plus(-hours * HOUR_MS));
        operations.push((id, at, Operation::AddNote { note: NoteId(id), meter: meter.id, text: text.into() }));
    }
    for (place, (index, hours, misread, pictured)) in READINGS.into_iter().enumerate() {
        let Some(meter) = plan.meters.get(index) else { continue };
        let (id, at) = (derived(meter, 2, place), now.plus(-hours * HOUR_MS));
        let first = meter.first_day(plan.since);
        let mut property = meter.property(index, plan.since).map_err(Error::other)?;
        if at < meter.time_zone.start_of(first).plus(DAY_MS) {
            continue;
        }
        let register = Millilitres::litres(property.at(at).0.0 / 1_000 + misread);
        let photo = (pictured == Pictured::Yes).then_some(photo);
        let reading = ManualReadingId(id);
        operations.push((
            id,
            at,
            Operation::RecordReading { reading, meter: meter.id, at, register, photo, explained: Explanation::default() },
        ));
    }
    push(&http, server, (&tokens, derived_from(plan)), &operations).await
}

/// Signs in with an account of the demo.
pub(super) async fn sign_in(http: &reqwest::Client, server: &str, (plan, email): (&Plan, &str)) -> std::io::Result<Tokens> {
    let device = "Tablet lapangan".to_owned();
    let asked = SignIn { email: email.into(), password: plan.password.clone(), device, device_token: None };
    answer(http.post(format!("{server}/auth/v1/sign-in")).json(&asked)).await
}

/// Something that a user did: its identity, when, and what.
pub(super) type Did = (Uuid, UtcMillis, Operation);

/// Pushes what a user did, in its order; returns how much it was.
pub(super) async fn push(
    http: &reqwest::Client,
    server: &str,
    (tokens, outbox): (&Tokens, Uuid),
    operations: &[Did],
) -> std::io::Result<usize> {
    let ops = operations
        .iter()
        .zip(1..)
        .map(|((id, at, operation), seq)| envelope(*id, seq, *at, operation))
        .collect::<Result<Vec<_>, _>>()?;
    let push = Push { outbox, epoch: None, sent: None, ops };
    let request = http.post(format!("{server}/sync/v1/push")).bearer_auth(&tokens.access_token).json(&push);
    let pushed: Pushed = answer(request).await?;
    let refused = pushed.results.iter().find(|result| !matches!(result.outcome, Outcome::Applied { .. }));
    refused.map_or(Ok(pushed.results.len()), |refused| Err(Error::other(format!("the server refused {refused:?}"))))
}

fn envelope(id: Uuid, seq: u64, occurred_at: UtcMillis, operation: &Operation) -> std::io::Result<OperationEnvelope> {
    let operation = serde_json::value::to_raw_value(operation).map_err(Error::other)?;
    Ok(OperationEnvelope {
        id,
        seq,
        lane: "field".into(),
        after: None,
        v: OPERATION_VERSION,
        operation,
        occurred_at,
        clock: Some(DeviceClock { skew_ms: Some(0), monotonic: None }),
    })
}

/// An identifier that a second run derives as well.
pub(super) fn derived(meter: &PlannedMeter, kind: u128, place: usize) -> Uuid {
    Uuid::from_u128(meter.id.0.as_u128() ^ ((kind << 32) | (place as u128 + 1)))
}

fn derived_from(plan: &Plan) -> Uuid {
    plan.meters.first().map_or(Uuid::nil(), |meter| derived(meter, 3, 0))
}

pub(super) async fn upload_photo(http: &reqwest::Client, server: &str, token: &str) -> std::io::Result<BlobId> {
    let id = BlobId(Sha256::digest(PHOTO).into());
    let mut first = 0;
    for part in PHOTO.chunks(MAX_RANGE) {
        let end = first + part.len() as u64;
        let range = ContentRange { part: Some((first, end)), total: PHOTO.len() as u64 };
        let request = http.put(format!("{server}/blobs/v1/{id}")).bearer_auth(token);
        let _: protocol::field::blob::BlobState = answer(request.header(CONTENT_RANGE, range.to_string()).body(part)).await?;
        first = end;
    }
    Ok(id)
}

/// What the server answers.
pub(super) async fn answer<T: serde::de::DeserializeOwned>(request: reqwest::RequestBuilder) -> std::io::Result<T> {
    let response = request.send().await.and_then(reqwest::Response::error_for_status).map_err(Error::other)?;
    response.json().await.map_err(Error::other)
}
