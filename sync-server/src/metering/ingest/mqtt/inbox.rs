//! What a published message does: readings to the writer, events and status to their tables, the rest refused with its reason.

use crate::core::now;
use crate::error::Error;
use crate::metering::ingest::mqtt::orders;
use crate::metering::ingest::{Directory, Known, admit};
use crate::metering::intake::{Intake, MeterMessage, Source};
use crate::metering::{fleet, readings};
use crate::state::App;
use mqtt_protocol_core::mqtt::result_code::PubackReasonCode;
use protocol::core::json::ObjectsOnly;
use protocol::metering::messages::{Channel, Event, MAX_BATCH, Status, Telemetry, TelemetryMessage, Topic};
use tokio::sync::mpsc;

/// An acknowledgement on its way back to the connection.
pub type OrderAck = (u16, PubackReasonCode);

/// A message that is not kept, and why.
#[derive(Debug)]
pub enum Refusal {
    /// Not this credential's topic, or none of ours.
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

/// Takes one message. For readings `acks` hears of `packet_id` once they are on disk; other messages are on disk on return, and
/// `Ok(true)` says that the caller is to acknowledge.
pub async fn take(
    app: &App,
    directory: &mut Directory,
    topic: &str,
    payload: &[u8],
    packet_id: Option<u16>,
    acks: &mpsc::UnboundedSender<OrderAck>,
) -> Result<bool, Refusal> {
    let topic = Topic::parse(topic).ok_or(Refusal::NotAllowed)?;
    let known = directory.find(&app.store, topic.serial.as_str()).await?.ok_or(Refusal::NotAllowed)?;
    match topic.channel {
        Channel::Telemetry => {
            let answer = acks.clone();
            let intake = telemetry(known, payload, move |kept| {
                if let Some(id) = packet_id {
                    let reason = if kept { PubackReasonCode::Success } else { PubackReasonCode::UnspecifiedError };
                    // The connection may have ended meanwhile; the meter sends again and is told that it is a duplicate.
                    let _ = answer.send((id, reason));
                }
            })?;
            app.store.writer.intake(intake).await?;
            Ok(false)
        }
        Channel::Event => {
            let event: Event = parse(payload)?;
            let received = now();
            app.store.writer.work(move |tx| readings::write_event(tx, known.meter, &event, received)).await?;
            Ok(true)
        }
        Channel::Status => {
            status(app, known, payload).await?;
            Ok(true)
        }
        Channel::OrderAck => {
            orders::answer(app, known.meter, parse(payload)?).await?;
            Ok(true)
        }
        Channel::Order => Err(Refusal::NotAllowed),
    }
}

fn parse<'a, T: serde::Deserialize<'a>>(payload: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(payload).map(|ObjectsOnly(read)| read).map_err(|_| Refusal::Malformed)
}

fn telemetry(known: Known, payload: &[u8], kept: impl FnOnce(bool) + Send + 'static) -> Result<Intake, Refusal> {
    let mut sent: Vec<Telemetry> = match parse(payload)? {
        TelemetryMessage::One(reading) => vec![reading],
        TelemetryMessage::Many(readings) if readings.len() <= MAX_BATCH => readings,
        TelemetryMessage::Many(_) => return Err(Refusal::Malformed),
    };
    let before = sent.len();
    sent.retain(|reading| admit(reading, known.modulus).is_ok());
    metrics::counter!("indowater_readings_total", "arrival" => "refused").increment((before - sent.len()) as u64);
    Ok(Intake {
        meter: known.meter,
        said: MeterMessage::Readings(sent),
        received: now(),
        source: Source::Mqtt,
        answer: Box::new(move |counts| kept(counts.is_some())),
    })
}

async fn status(app: &App, known: Known, payload: &[u8]) -> Result<(), Refusal> {
    let status: Status = parse(payload)?;
    let (told, heard) = tokio::sync::oneshot::channel();
    let intake = Intake {
        meter: known.meter,
        said: MeterMessage::Online(status.online),
        received: now(),
        source: Source::Mqtt,
        answer: Box::new(move |counts| {
            let _ = told.send(counts.is_some());
        }),
    };
    app.store.writer.intake(intake).await?;
    if status.fw.is_some() || status.interval_s.is_some() {
        app.store.writer.work(move |tx| fleet::take_status(tx, known.meter, &status)).await?;
    }
    if heard.await.unwrap_or(false) { Ok(()) } else { Err(Refusal::Failed(Error::Stopped)) }
}
