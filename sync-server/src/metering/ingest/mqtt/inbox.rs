//! What a published message does: readings go to the writer, events and status to their tables, the rest is refused with its reason. What
//! cannot be read of a message is counted, and the rest of it is kept.

use crate::error::Error;
use crate::metering::fleet;
use crate::metering::ingest::mqtt::orders;
use crate::metering::ingest::{AuthorizedMeter, admit, can_show};
use crate::metering::intake::{Intake, MeterMessage, Source};
use crate::metering::rows::readings;
use crate::state::App;
use domain::UtcMillis;
use mqtt_protocol_core::mqtt::result_code::PubackReasonCode;
use protocol::metering::messages::{Channel, MAX_BATCH, Telemetry};
use protocol::metering::tolerant;
use protocol::metering::tolerant::{Dropped, Refused, Tolerated};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::mpsc;

/// A publish's packet identifier, and what it is to be acknowledged with.
pub type PublishAck = (u16, PubackReasonCode);

/// Why a message is not stored.
#[derive(Debug)]
pub enum Refusal {
    /// Not a topic of this credential's meters, or none of ours.
    NotAllowed,
    /// No part of the payload can be read as what the topic carries.
    Malformed,
    /// The store has stopped.
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Where the acknowledgement of a message goes.
pub struct AckTo<'a> {
    /// The message's packet identifier; `None` if it wants no acknowledgement.
    pub packet_id: Option<u16>,
    /// To the session that is to send it.
    pub acks: &'a mpsc::UnboundedSender<PublishAck>,
}

/// Stores one message of a meter. For readings `ack` gets its answer once they are on disk; other messages are on disk on return, and with
/// `Ok(true)` the caller is to acknowledge.
///
/// # Errors
/// Why it is not stored.
pub async fn receive(
    app: &App,
    meter: AuthorizedMeter,
    channel: Channel,
    payload: &[u8],
    ack: AckTo<'_>,
) -> Result<bool, Refusal> {
    let received = app.store.clock.now();
    match channel {
        Channel::Telemetry => telemetry(app, meter, payload, received, ack).await,
        Channel::Event => {
            let mut event = tolerated(app, meter, received, tolerant::event(payload))?;
            if event.reg.is_some_and(|register| !can_show(meter.modulus, register)) {
                event.reg = None;
                app.refusals.dropped(meter.meter, &Dropped::from([("reg", 1)]), received);
            }
            app.store.writer.of(meter.source()).work(move |tx| readings::write_event(tx, meter.meter, &event, received)).await?;
            Ok(true)
        }
        Channel::Status => {
            status(app, meter, payload, received).await?;
            Ok(true)
        }
        Channel::OrderAck => {
            let order_ack = tolerated(app, meter, received, tolerant::order_ack(payload))?;
            orders::acknowledge(app, meter.meter, order_ack).await?;
            Ok(true)
        }
        Channel::Order => Err(Refusal::NotAllowed),
    }
}

/// What was read; what was dropped on the way, or why nothing was read, is counted.
fn tolerated<T>(
    app: &App,
    meter: AuthorizedMeter,
    received: UtcMillis,
    read: Result<Tolerated<T>, Refused>,
) -> Result<T, Refusal> {
    match read {
        Ok(Tolerated { value, dropped }) => {
            app.refusals.dropped(meter.meter, &dropped, received);
            Ok(value)
        }
        Err(refused) => {
            app.refusals.refused(meter.meter, refused, received);
            Err(Refusal::Malformed)
        }
    }
}

/// The acknowledgement of a message that is stored in parts: it is given when the last of them is on disk.
struct Parts {
    left: AtomicUsize,
    failed: AtomicBool,
    packet_id: Option<u16>,
    acks: mpsc::UnboundedSender<PublishAck>,
}

impl Parts {
    fn done(&self, stored: bool) {
        self.failed.fetch_or(!stored, Ordering::AcqRel);
        if self.left.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        if let Some(id) = self.packet_id {
            let failed = self.failed.load(Ordering::Acquire);
            let reason = if failed { PubackReasonCode::UnspecifiedError } else { PubackReasonCode::Success };
            // The session may have ended meanwhile; the meter sends again, and the readings are then duplicates.
            let _ = self.acks.send((id, reason));
        }
    }
}

async fn telemetry(
    app: &App,
    meter: AuthorizedMeter,
    payload: &[u8],
    received: UtcMillis,
    ack: AckTo<'_>,
) -> Result<bool, Refusal> {
    let sent = tolerated(app, meter, received, tolerant::telemetry(payload))?;
    let count = sent.len();
    let mut kept: Vec<Telemetry> = Vec::with_capacity(count);
    for reading in sent {
        match reading.and_then(|reading| admit(&reading, meter.modulus).map(|()| reading).map_err(|why| (why, why.field()))) {
            Ok(reading) => kept.push(reading),
            Err(refused) => app.refusals.refused(meter.meter, refused, received),
        }
    }
    metrics::counter!("indowater_readings_total", "arrival" => "refused").increment((count - kept.len()) as u64);
    if kept.is_empty() {
        return if count == 0 { Ok(true) } else { Err(Refusal::Malformed) };
    }
    let parts = Arc::new(Parts {
        left: AtomicUsize::new(kept.len().div_ceil(MAX_BATCH)),
        failed: AtomicBool::new(false),
        packet_id: ack.packet_id,
        acks: ack.acks.clone(),
    });
    while !kept.is_empty() {
        let rest = kept.split_off(kept.len().min(MAX_BATCH));
        let readings = std::mem::replace(&mut kept, rest);
        let parts = Arc::clone(&parts);
        let answer = Box::new(move |counts: Option<_>| parts.done(counts.is_some()));
        let message = MeterMessage::Readings(readings);
        app.store.writer.intake(Intake { meter: meter.meter, message, received, source: Source::Mqtt, answer }).await?;
    }
    Ok(false)
}

async fn status(app: &App, meter: AuthorizedMeter, payload: &[u8], received: UtcMillis) -> Result<(), Refusal> {
    let status = tolerated(app, meter, received, tolerant::status(payload))?;
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
