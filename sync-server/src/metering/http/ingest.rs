//! HTTP ingest for gateways, and for meters that use HTTP.

use crate::core::http::body;
use crate::core::http::body::JsonBytes;
use crate::error::Error;
use crate::metering::fleet;
use crate::metering::fleet::Credential;
use crate::metering::ingest::{Directory, admit};
use crate::metering::intake::{Intake, MeterMessage, Source};
use crate::people::auth::caller::Basic;
use crate::people::auth::secret;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use domain::UtcMillis;
use protocol::core::problem::{Code, Problem};
use protocol::metering::messages::{GatewayReading, IngestAnswer, MAX_BATCH, Refusal, Refused, Telemetry};
use protocol::metering::tolerant::{self, SentFor};
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
    JsonBytes(sent): JsonBytes,
) -> Result<Json<IngestAnswer>, Error> {
    let credential = signed_in(&app, presented).await?;
    let readings = match tolerant::gateway_readings(&sent) {
        Ok(readings) => readings,
        // Where it is something else is said by whoever reads exactly.
        Err(why) => {
            if let Credential::Meter(meter) = credential {
                app.refusals.refused(meter, why, app.store.clock.now());
            }
            let exactly = body::read::<Vec<GatewayReading>>(&sent).err();
            return Err(exactly.unwrap_or_else(|| Error::problem(Code::BadRequest, "the body is no array of readings")));
        }
    };
    if readings.len() > MAX_READINGS {
        return Err(Error::problem(Code::TooLarge, "10,000 readings at most in one request"));
    }
    let mut directory = Directory::new(credential);
    let mut answer = IngestAnswer::default();
    let mut by_meter: BTreeMap<i64, Vec<Telemetry>> = BTreeMap::new();
    let received = app.store.clock.now();
    for (index, SentFor { serial, read, dropped }) in readings.into_iter().enumerate() {
        let found = directory.find(&app.store, &serial).await?;
        let admitted = read.and_then(|reading| match &found {
            Some(found) => admit(&reading, found.modulus).map(|()| (found.meter, reading)).map_err(|why| (why, why.field())),
            None => Err((Refusal::UnknownMeter, "")),
        });
        match admitted {
            Ok((meter, reading)) => {
                app.refusals.dropped(meter, &dropped, received);
                by_meter.entry(meter).or_default().push(reading);
            }
            Err((why, field)) => {
                // A reading of a meter that the gateway does not list is not stored; the refusal is counted at that meter, whose page shows the reason.
                let meter = match found {
                    Some(found) => Some(found.meter),
                    None => directory.counted_at(&app.store, Some(serial.as_str())).await?,
                };
                if let Some(meter) = meter {
                    app.refusals.refused(meter, (why, field), received);
                }
                answer.refused.push(Refused { index: index as u32, serial, why, field: field.into() });
            }
        }
    }
    metrics::counter!("indowater_readings_total", "arrival" => "refused").increment(answer.refused.len() as u64);
    store(&app, by_meter, received, &mut answer).await?;
    Ok(Json(answer))
}

/// Whose credential was presented.
async fn signed_in(app: &App, presented: Basic) -> Result<Credential, Error> {
    let found = app.store.read(move |db| Ok((fleet::credential(db, &presented.name)?, presented.secret))).await?;
    match found {
        (Some((credential, stored)), given) if secret::matches(given.as_bytes(), &stored) => Ok(credential),
        _ => Err(Error::problem(Code::Unauthenticated, "no such device, or a wrong secret")),
    }
}

/// Has the readings of each meter stored, and counts them once they are on disk.
async fn store(
    app: &App,
    by_meter: BTreeMap<i64, Vec<Telemetry>>,
    received: UtcMillis,
    answer: &mut IngestAnswer,
) -> Result<(), Error> {
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
    Ok(())
}
