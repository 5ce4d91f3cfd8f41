//! HTTP ingest for gateways, and for meters that use HTTP.

use crate::core::http::body::Body;
use crate::error::Error;
use crate::metering::fleet;
use crate::metering::ingest::{Directory, admit};
use crate::metering::intake::{Intake, MeterMessage, Source};
use crate::people::auth::caller::Basic;
use crate::people::auth::secret;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use protocol::core::problem::{Code, Problem};
use protocol::metering::messages::{GatewayReading, IngestAnswer, MAX_BATCH, Refusal, Refused, Telemetry};
use std::collections::BTreeMap;
use tokio::sync::oneshot;

/// Readings one request may carry.
const MAX_READINGS: usize = 10_000;

/// Bring readings. The answer comes when everything accepted is on disk; what was refused is named with its reason.
#[utoipa::path(post, path = "/ingest/v1/telemetry", request_body = Vec<GatewayReading>, security(("device" = [])),
    responses(
    (status = 200, description = "What was stored, what was there already, what was refused and why", body = IngestAnswer),
    (status = 401, description = "No such credential", body = Problem), (status = 413, description = "Too many readings", body = Problem)))]
pub async fn telemetry(
    State(app): State<App>,
    presented: Basic,
    Body(readings): Body<Vec<GatewayReading>>,
) -> Result<Json<IngestAnswer>, Error> {
    let found = app.store.read(move |db| Ok((fleet::credential(db, &presented.name)?, presented.secret))).await?;
    let credential = match found {
        (Some((credential, stored)), given) if secret::matches(given.as_bytes(), &stored) => credential,
        _ => return Err(Error::problem(Code::Unauthenticated, "no such device, or a wrong secret")),
    };
    if readings.len() > MAX_READINGS {
        return Err(Error::problem(Code::TooLarge, "10,000 readings at most in one request"));
    }
    let mut directory = Directory::new(credential);
    let mut answer = IngestAnswer::default();
    let mut by_meter: BTreeMap<i64, Vec<Telemetry>> = BTreeMap::new();
    for (index, sent) in readings.into_iter().enumerate() {
        let found = directory.find(&app.store, &sent.serial).await?;
        let admitted = found.ok_or(Refusal::UnknownMeter).and_then(|found| admit(&sent.reading, found.modulus).map(|()| found));
        match admitted {
            Ok(found) => by_meter.entry(found.meter).or_default().push(sent.reading),
            Err(why) => answer.refused.push(Refused { index: index as u32, serial: sent.serial, why }),
        }
    }
    metrics::counter!("indowater_readings_total", "arrival" => "refused").increment(answer.refused.len() as u64);
    let received = app.store.clock.now();
    let mut waiting = Vec::with_capacity(by_meter.len());
    for (meter, readings) in by_meter {
        // In parts, as MQTT brings them: a part's turn is short.
        for part in readings.chunks(MAX_BATCH) {
            let (stored, answered) = oneshot::channel();
            let answer = Box::new(move |counts| {
                let _ = stored.send(counts);
            });
            let message = MeterMessage::Readings(part.to_vec());
            app.store.writer.intake(Intake { meter, message, received, source: Source::Http, answer }).await?;
            waiting.push(answered);
        }
    }
    for answered in waiting {
        let counts = answered.await.map_err(|_| Error::Stopped)?.ok_or(Error::Stopped)?;
        answer.stored += counts.stored;
        answer.duplicates += counts.duplicates + counts.conflicts;
    }
    Ok(Json(answer))
}
