//! What a published message does: readings go to the writer, events and status to their tables, the rest is refused with its reason.

use crate::error::Error;
use crate::metering::fleet;
use crate::metering::ingest::mqtt::orders;
use crate::metering::ingest::{AuthorizedMeter, Directory, admit};
use crate::metering::intake::{Intake, MeterMessage, Source};
use crate::metering::rows::readings;
use crate::state::App;
use domain::UtcMillis;
use mqtt_protocol_core::mqtt::result_code::PubackReasonCode;
use protocol::core::json::ObjectsOnly;
use protocol::metering::messages::{Channel, Event, MAX_BATCH, Status, Telemetry, TelemetryMessage, Topic};
use tokio::sync::mpsc;

/// A publish's packet identifier, and what it is to be acknowledged with.
pub type PublishAck = (u16, PubackReasonCode);

/// Why a message is not stored.
#[derive(Debug)]
pub enum Refusal {
    /// Not a topic of this credential's meters, or none of ours.
    NotAllowed,
    /// Not what the topic carries.
    Malformed,
    /// The store has stopped.
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Stores one message. For readings `acks` gets `packet_id` once they are on disk; other messages are on disk on return, and with `Ok(true)` the
/// caller is to acknowledge.
pub async fn receive(
    app: &App,
    directory: &mut Directory,
    topic: &str,
    payload: &[u8],
    packet_id: Option<u16>,
    acks: &mpsc::UnboundedSender<PublishAck>,
) -> Result<bool, Refusal> {
    let received = app.store.clock.now();
    let topic = Topic::parse(topic).ok_or(Refusal::NotAllowed)?;
    let meter = directory.find(&app.store, topic.serial.as_str()).await?.ok_or(Refusal::NotAllowed)?;
    match topic.channel {
        Channel::Telemetry => {
            let acks = acks.clone();
            let intake = telemetry(meter, payload, received, move |stored| {
                if let Some(id) = packet_id {
                    let reason = if stored { PubackReasonCode::Success } else { PubackReasonCode::UnspecifiedError };
                    // The session may have ended meanwhile; the meter sends again, and the reading is then a duplicate.
                    let _ = acks.send((id, reason));
                }
            })?;
            app.store.writer.intake(intake).await?;
            Ok(false)
        }
        Channel::Event => {
            let event: Event = parse(payload)?;
            app.store.writer.of(meter.source()).work(move |tx| readings::write_event(tx, meter.meter, &event, received)).await?;
            Ok(true)
        }
        Channel::Status => {
            status(app, meter, payload, received).await?;
            Ok(true)
        }
        Channel::OrderAck => {
            orders::acknowledge(app, meter.meter, parse(payload)?).await?;
            Ok(true)
        }
        Channel::Order => Err(Refusal::NotAllowed),
    }
}

fn parse<'a, T: serde::Deserialize<'a>>(payload: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(payload).map(|ObjectsOnly(read)| read).map_err(|_| Refusal::Malformed)
}

fn telemetry(
    meter: AuthorizedMeter,
    payload: &[u8],
    received: UtcMillis,
    stored: impl FnOnce(bool) + Send + 'static,
) -> Result<Intake, Refusal> {
    let mut sent: Vec<Telemetry> = match parse(payload)? {
        TelemetryMessage::One(reading) => vec![reading],
        TelemetryMessage::Many(readings) if readings.len() <= MAX_BATCH => readings,
        TelemetryMessage::Many(_) => return Err(Refusal::Malformed),
    };
    let before = sent.len();
    sent.retain(|reading| admit(reading, meter.modulus).is_ok());
    metrics::counter!("indowater_readings_total", "arrival" => "refused").increment((before - sent.len()) as u64);
    Ok(Intake {
        meter: meter.meter,
        message: MeterMessage::Readings(sent),
        received,
        source: Source::Mqtt,
        answer: Box::new(move |counts| stored(counts.is_some())),
    })
}

async fn status(app: &App, meter: AuthorizedMeter, payload: &[u8], received: UtcMillis) -> Result<(), Refusal> {
    let status: Status = parse(payload)?;
    let (answer, answered) = tokio::sync::oneshot::channel();
    let intake = Intake {
        meter: meter.meter,
        message: MeterMessage::Online(status.online),
        received,
        source: Source::Mqtt,
        answer: Box::new(move |counts| {
            let _ = answer.send(counts.is_some());
        }),
    };
    app.store.writer.intake(intake).await?;
    if status.fw.is_some() || status.interval_s.is_some() {
        app.store.writer.of(meter.source()).work(move |tx| fleet::take_status(tx, meter.meter, &status)).await?;
    }
    if answered.await.unwrap_or(false) { Ok(()) } else { Err(Refusal::Failed(Error::Stopped)) }
}
