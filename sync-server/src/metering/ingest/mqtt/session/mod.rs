//! One MQTT session, from CONNECT to the last will: its network line and the protocol machine.

mod orders;
mod packets_in;
mod sign_in;

use crate::metering::fleet::Credential;
use crate::metering::ingest::Directory;
use crate::metering::ingest::mqtt::inbox::PublishAck;
use crate::metering::ingest::mqtt::listeners::Inheritance;
use crate::metering::ingest::mqtt::packets::{RECEIVE_MAXIMUM, level_refusal, mend_alias_maximum, packet_length};
use crate::metering::ingest::mqtt::places::{Entrance, Seat};
use crate::metering::ingest::mqtt::presence::Registration;
use crate::metering::ingest::mqtt::{kept, packets};
use crate::metering::live::{Order, Reader};
use crate::state::App;
use crate::valve::orders::Claim;
use domain::UtcMillis;
use mqtt_protocol_core::mqtt::common::Cursor;
use mqtt_protocol_core::mqtt::connection::{ConnectionOptions, Event};
use mqtt_protocol_core::mqtt::packet::{GenericPacketTrait, Packet, Qos};
use mqtt_protocol_core::mqtt::prelude::TimerKind;
use mqtt_protocol_core::mqtt::result_code::{DisconnectReasonCode, MqttError, PubackReasonCode};
use mqtt_protocol_core::mqtt::{Connection, Version, role};
use orders::Delivered;
use protocol::metering::messages::OrderAction;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

/// The largest packet: 500 readings with every field are about 90 kB.
const MAX_PACKET: u32 = 256 * 1024;

/// What is read of a client that has not signed in: its CONNECT, and what it may send right behind it.
const MAX_CONNECT: usize = 4 * 1024;

/// A client has this long to send its CONNECT.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// A client has this long to take what it is sent.
const WRITE_WITHIN: Duration = Duration::from_secs(30);

/// How often a session's credential is checked again.
const RECHECK: Duration = Duration::from_secs(15);

/// A line, counted until it is gone.
struct Counted;

impl Counted {
    fn begin() -> Self {
        metrics::gauge!("indowater_mqtt_connections").increment(1);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("indowater_mqtt_connections").decrement(1);
    }
}

/// Serves one session until it ends.
pub async fn run(app: App, mut stream: TcpStream, entrance: Entrance) -> std::io::Result<()> {
    let counted = Counted::begin();
    let first = tokio::select! {
        () = entrance.pushed_out() => return Ok(()),
        first = timeout(CONNECT_WITHIN, read_connect(&mut stream)) => match first {
            Ok(first) => first?,
            Err(_) => return Ok(()),
        },
    };
    let options = ConnectionOptions::new().maximum_packet_size_recv(MAX_PACKET);
    let mut machine = Connection::<role::Server>::with_options(Version::Undetermined, options);
    machine.set_auto_ping_response(true);
    let (acks, acked) = mpsc::unbounded_channel();
    let mut session = Session {
        orders: app.live.orders.join(),
        ordered: app.live.ordered.join(),
        inheritance: Arc::default(),
        queued: VecDeque::new(),
        delivered: VecDeque::new(),
        app,
        machine,
        entrance: Some(entrance),
        client: None,
        subscribed: HashMap::new(),
        will: None,
        will_delay_s: 0,
        acks,
        waiting: 0,
        unread: Vec::new(),
        out: Vec::new(),
        deadline: None,
        closing: false,
        said_goodbye: false,
    };
    session.feed(&first).await;
    let ended = session.serve(&mut stream, acked).await;
    // Before the will: it may wait.
    drop((stream, counted));
    session.leave().await;
    ended
}

/// Reads up to the end of the first packet at least, which must be a CONNECT, and mends it.
async fn read_connect(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; MAX_CONNECT];
    let mut filled = 0;
    loop {
        match stream.read(&mut bytes[filled..]).await? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => filled += count,
        }
        let length = packet_length(&bytes[..filled]).map_err(|()| std::io::ErrorKind::InvalidData)?;
        let is_connect = bytes[0] >> 4 == 1;
        if !is_connect || length.is_some_and(|length| length > MAX_CONNECT) {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        if let Some(length) = length.filter(|length| filled >= *length) {
            bytes.truncate(filled);
            if let Some(answer) = level_refusal(&bytes[..length]) {
                metrics::counter!("indowater_mqtt_refused_total", "why" => "level").increment(1);
                timeout(WRITE_WITHIN, stream.write_all(answer)).await??;
                stream.shutdown().await?;
                return Err(std::io::ErrorKind::InvalidData.into());
            }
            mend_alias_maximum(&mut bytes[..length]);
            return Ok(bytes);
        }
    }
}

/// A client whose credential was accepted.
struct AuthenticatedClient {
    /// The name and the stored secret of its credential, to check whether that still holds.
    presented: (String, [u8; 32]),
    credential: Credential,
    /// The meters that it may send for.
    directory: Directory,
    registration: Registration,
    /// Meters for which it has published something.
    spoke: HashSet<i64>,
    /// The row of its session and the seconds that it is kept, if it is to be.
    kept: Option<(i64, u32)>,
    /// Held until its line is gone.
    seat: Option<Seat>,
}

/// A subscription to the orders of a meter.
#[derive(Clone)]
struct Subscription {
    topic: String,
    qos: Qos,
}

struct Session {
    app: App,
    machine: Connection<role::Server>,
    /// The place of a client that has not signed in.
    entrance: Option<Entrance>,
    client: Option<AuthenticatedClient>,
    orders: Reader<(i64, OrderAction), Order>,
    /// Meters that got an order.
    ordered: Reader<i64, i64>,
    /// What other sessions leave behind that listened for the same meters.
    inheritance: Arc<Inheritance>,
    /// Orders that were claimed for them and wait for room.
    queued: VecDeque<Order>,
    /// Stored orders that were sent in this session.
    delivered: VecDeque<Delivered>,
    /// What it has subscribed to, by meter.
    subscribed: HashMap<i64, Subscription>,
    will: Option<(String, Vec<u8>)>,
    /// Seconds after the connection for which the will waits.
    will_delay_s: u32,
    acks: mpsc::UnboundedSender<PublishAck>,
    /// Publishes that wait for the disk.
    waiting: usize,
    /// What was received and waits until fewer publishes do.
    unread: Vec<u8>,
    out: Vec<u8>,
    deadline: Option<Instant>,
    closing: bool,
    /// Whether the client has ended the session itself.
    said_goodbye: bool,
}

impl Session {
    async fn serve(&mut self, stream: &mut TcpStream, mut acked: mpsc::UnboundedReceiver<PublishAck>) -> std::io::Result<()> {
        let mut buffer = vec![0; 16 * 1024];
        let mut recheck = tokio::time::interval_at(Instant::now() + RECHECK, RECHECK);
        loop {
            self.send_queued();
            if !self.out.is_empty() {
                timeout(WRITE_WITHIN, stream.write_all(&self.out)).await??;
                self.out.clear();
            }
            if self.closing {
                return stream.shutdown().await;
            }
            let room = self.has_room();
            if room && !self.unread.is_empty() {
                let bytes = std::mem::take(&mut self.unread);
                self.feed(&bytes).await;
                continue;
            }
            let deadline = self.deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(3_600));
            tokio::select! {
                biased;
                // Before what the client sends, which may never pause. Its meters are not offline; the server is.
                () = self.app.stopped() => self.disconnect(DisconnectReasonCode::ServerShuttingDown),
                // It is online, in its newer session: its will would state the opposite.
                () = displaced(self.client.as_ref()) => self.disconnect(DisconnectReasonCode::SessionTakenOver),
                _ = recheck.tick() => self.recheck_credential().await,
                Some(ack) = acked.recv() => {
                    self.acknowledge(ack);
                    while let Ok(ack) = acked.try_recv() {
                        self.acknowledge(ack);
                    }
                }
                // Before what the client sends as well: a gateway that never pauses has valves behind it that are to open.
                meters = self.ordered.mailbox.fetch() => self.claim_orders(meters, Claim::Unsent).await,
                left = self.inheritance.fetch() => self.inherit(left).await,
                read = stream.read(&mut buffer), if room => match read? {
                    0 => return Ok(()),
                    count => self.feed(&buffer[..count]).await,
                },
                // A client that waits for the disk has not gone silent: its time does not run while it is not read.
                () = sleep_until(deadline), if room && self.deadline.is_some() => {
                    let events = self.machine.notify_timer_fired(TimerKind::PingreqRecv);
                    self.apply(events, false);
                    self.closing = true;
                }
                orders = self.orders.mailbox.fetch() => self.send_live(&orders),
            }
        }
    }

    /// Whether another publish may wait for the disk. Clients send more than the receive maximum that they were sent; the rest of what they
    /// send is not looked at until there is room, so that it costs them a wait and no message.
    fn has_room(&self) -> bool {
        self.waiting < usize::from(RECEIVE_MAXIMUM)
    }

    async fn feed(&mut self, bytes: &[u8]) {
        let mut cursor = Cursor::new(bytes);
        while (cursor.position() as usize) < bytes.len() && !self.closing {
            if !self.has_room() {
                self.unread = bytes[cursor.position() as usize..].to_vec();
                return;
            }
            let events = self.machine.recv(&mut cursor);
            for packet in self.apply(events, true) {
                self.on_packet(packet.into()).await;
            }
        }
    }

    /// Does what the protocol machine requests; returns the packets it received.
    fn apply(&mut self, events: Vec<Event>, received: bool) -> Vec<Packet> {
        let mut packets = Vec::new();
        for event in events {
            match event {
                Event::RequestSendPacket { packet, .. } => {
                    for slice in packet.to_buffers() {
                        self.out.extend_from_slice(&slice);
                    }
                }
                Event::NotifyPacketReceived(packet) => packets.push(packet),
                Event::RequestTimerReset { kind: TimerKind::PingreqRecv, duration_ms } => {
                    self.deadline = Some(Instant::now() + Duration::from_millis(duration_ms));
                }
                Event::RequestTimerCancel(TimerKind::PingreqRecv) => self.deadline = None,
                Event::NotifyError(_) => self.closing |= received,
                Event::RequestClose => self.closing = true,
                Event::RequestTimerReset { .. } | Event::RequestTimerCancel(_) | Event::NotifyPacketIdReleased(_) => {}
            }
        }
        packets
    }

    fn reply(&mut self, packet: Result<Option<Packet>, MqttError>) {
        match packet {
            Ok(Some(packet)) => {
                let events = self.machine.send(packet);
                self.apply(events, false);
            }
            Ok(None) => {}
            Err(_) => self.closing = true,
        }
    }

    fn acknowledge(&mut self, (packet_id, reason): PublishAck) {
        self.waiting -= 1;
        let version = self.machine.get_protocol_version();
        if reason != PubackReasonCode::Success && version != Version::V5_0 {
            // Version 3.1.1 has no refusal; without an acknowledgement the client sends again after it has connected again.
            self.closing = true;
            return;
        }
        self.reply(packets::puback(version, packet_id, reason).map(Some));
    }

    /// Ends the session without its will.
    fn disconnect(&mut self, reason: DisconnectReasonCode) {
        self.reply(packets::disconnect(self.machine.get_protocol_version(), reason));
        self.will = None;
        self.closing = true;
    }

    /// Leaves everything as it is to be after the session: the will, orders that may not have come, and what is kept.
    async fn leave(&mut self) {
        let gone_at = self.app.store.clock.now();
        let kept = self.client.as_ref().and_then(|client| client.kept);
        // A will waits no longer than its session is kept (MQTT 5, 3.1.3.2.2).
        let delay_s = kept.map_or(0, |(_, life_s)| life_s.min(self.will_delay_s));
        if delay_s == 0 {
            self.publish_will(gone_at).await;
        }
        self.leave_orders();
        if let Some((row, life_s)) = kept
            && let Err(error) = kept::end(&self.app.store, row, life_s).await
        {
            tracing::debug!(%error, "the end of a kept MQTT session was not written");
        }
        if self.will.is_some() {
            self.publish_will_after(Duration::from_secs(delay_s.into()), gone_at).await;
        }
    }

    /// Stores the will once its delay has passed, unless the client comes back until then.
    async fn publish_will_after(&mut self, delay: Duration, gone_at: UtcMillis) {
        // What only waits keeps no client out, and gets no orders.
        self.receive_orders();
        if let Some(client) = &mut self.client {
            drop(client.seat.take());
            client.registration.line_is_gone();
        }
        tokio::select! {
            () = self.app.stopped() => self.will = None,
            () = displaced(self.client.as_ref()) => self.will = None,
            // Its credential may have been taken away meanwhile.
            () = tokio::time::sleep(delay) => self.recheck_credential().await,
        }
        self.publish_will(gone_at).await;
    }
}

/// Returns when a newer session has taken a client's place.
async fn displaced(client: Option<&AuthenticatedClient>) {
    match client {
        Some(client) => client.registration.displaced().await,
        None => std::future::pending().await,
    }
}
