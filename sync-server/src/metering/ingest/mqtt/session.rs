//! One MQTT connection, from CONNECT to the last will.

use crate::error::Error;
use crate::metering::fleet::{self, Credential};
use crate::metering::ingest::Directory;
use crate::metering::ingest::mqtt::inbox;
use crate::metering::ingest::mqtt::inbox::{OrderAck, Refusal};
use crate::metering::ingest::mqtt::orders;
use crate::metering::ingest::mqtt::packets;
use crate::metering::ingest::mqtt::packets::{ClientPacket, RECEIVE_MAXIMUM, mend_alias_maximum, packet_length};
use crate::metering::ingest::mqtt::presence::Slot;
use crate::metering::live::{Order, Reader};
use crate::people::auth::secret;
use crate::state::App;
use crate::valve::orders::Which;
use mqtt_protocol_core::mqtt::common::Cursor;
use mqtt_protocol_core::mqtt::connection::{ConnectionOptions, Event};
use mqtt_protocol_core::mqtt::packet::{GenericPacketTrait, Packet, Qos};
use mqtt_protocol_core::mqtt::prelude::TimerKind;
use mqtt_protocol_core::mqtt::result_code::{DisconnectReasonCode, MqttError, PubackReasonCode};
use mqtt_protocol_core::mqtt::{Connection, Version, role};
use protocol::metering::messages::{Channel, OrderAction, Topic};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

/// The largest packet: 500 readings with every field are about 90 kB.
const MAX_PACKET: u32 = 256 * 1024;

/// A client has this long to send its CONNECT.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// A client has this long to take what it is sent.
const WRITE_WITHIN: Duration = Duration::from_secs(30);

/// How often a connection's credential is looked at again.
const RECHECK: Duration = Duration::from_secs(15);

/// Commands of so many meters one connection may listen for: a gateway's.
const MAX_LISTENED: usize = 5_000;

/// Serves one connection until it ends.
pub async fn run(app: App, mut stream: TcpStream) -> std::io::Result<()> {
    let Ok(first) = timeout(CONNECT_WITHIN, read_connect(&mut stream)).await else { return Ok(()) };
    let options = ConnectionOptions::new().maximum_packet_size_recv(MAX_PACKET);
    let mut machine = Connection::<role::Server>::with_options(Version::Undetermined, options);
    machine.set_auto_ping_response(true);
    let (acks, acked) = mpsc::unbounded_channel();
    let mut session = Session {
        orders: app.live.orders.join(),
        commanded: app.live.commands.join(),
        unsent: VecDeque::new(),
        app,
        machine,
        client: None,
        listening: HashMap::new(),
        will: None,
        acks,
        waiting: 0,
        out: Vec::new(),
        deadline: None,
        closing: false,
    };
    session.feed(&first?).await;
    let ended = session.serve(&mut stream, acked).await;
    session.publish_will().await;
    ended
}

/// Reads up to the end of the first packet at least, which must be a CONNECT, and mends it.
async fn read_connect(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(512);
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let length = packet_length(&bytes).map_err(|()| std::io::ErrorKind::InvalidData)?;
        let is_connect = bytes[0] >> 4 == 1;
        if !is_connect || length.is_some_and(|length| length > MAX_PACKET as usize) {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        if let Some(length) = length.filter(|length| bytes.len() >= *length) {
            mend_alias_maximum(&mut bytes[..length]);
            return Ok(bytes);
        }
    }
}

/// A client that was let in.
struct AuthenticatedClient {
    /// The name and the stored secret of its credential, to see whether that is still good.
    presented: (String, [u8; 32]),
    credential: Credential,
    /// Whom it speaks for.
    directory: Directory,
    /// `None` for a client without an identifier: it cannot come back as the same.
    place: Option<Slot>,
}

struct Session {
    app: App,
    machine: Connection<role::Server>,
    client: Option<AuthenticatedClient>,
    orders: Reader<(i64, OrderAction), Order>,
    /// Meters of which something was asked.
    commanded: Reader<i64, i64>,
    /// What was taken for them and waits for room.
    unsent: VecDeque<Order>,
    /// The topics of the commands it listens for, by meter.
    listening: HashMap<i64, String>,
    will: Option<(String, Vec<u8>)>,
    acks: mpsc::UnboundedSender<OrderAck>,
    /// Publishes that wait for the disk.
    waiting: usize,
    out: Vec<u8>,
    deadline: Option<Instant>,
    closing: bool,
}

impl Session {
    async fn serve(&mut self, stream: &mut TcpStream, mut acked: mpsc::UnboundedReceiver<OrderAck>) -> std::io::Result<()> {
        let mut buffer = vec![0; 16 * 1024];
        let mut recheck = tokio::time::interval_at(Instant::now() + RECHECK, RECHECK);
        loop {
            self.send_on();
            if !self.out.is_empty() {
                timeout(WRITE_WITHIN, stream.write_all(&self.out)).await??;
                self.out.clear();
            }
            if self.closing {
                return stream.shutdown().await;
            }
            let room = self.waiting < usize::from(RECEIVE_MAXIMUM);
            let deadline = self.deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(3_600));
            tokio::select! {
                biased;
                // Before what the client sends, which may never pause. Its meters have not gone away; the server has.
                () = self.app.stopped() => self.dismiss(DisconnectReasonCode::ServerShuttingDown),
                // It is here, in its newer connection: a will would say the opposite.
                () = taken(self.client.as_ref()) => self.dismiss(DisconnectReasonCode::SessionTakenOver),
                _ = recheck.tick() => self.look_again().await,
                Some(ack) = acked.recv() => {
                    self.acknowledge(ack);
                    while let Ok(ack) = acked.try_recv() {
                        self.acknowledge(ack);
                    }
                }
                // Before what the client sends as well: a gateway that never pauses has valves behind it that are to open.
                meters = self.commanded.mailbox.fetch() => self.hand_over(meters, Which::New).await,
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
                orders = self.orders.mailbox.fetch() => self.pass_on(&orders),
            }
        }
    }

    async fn feed(&mut self, bytes: &[u8]) {
        let mut cursor = Cursor::new(bytes);
        while (cursor.position() as usize) < bytes.len() && !self.closing {
            let events = self.machine.recv(&mut cursor);
            for packet in self.apply(events, true) {
                self.on_packet(packet.into()).await;
            }
        }
    }

    /// Does what the protocol machine asks; returns the packets it received.
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

    fn acknowledge(&mut self, (packet_id, reason): OrderAck) {
        self.waiting -= 1;
        let version = self.machine.get_protocol_version();
        if reason != PubackReasonCode::Success && version != Version::V5_0 {
            // Version 3.1.1 cannot say no; without an acknowledgement the client sends again after it has connected again.
            self.closing = true;
            return;
        }
        self.reply(packets::puback(version, packet_id, reason).map(Some));
    }

    /// Ends the connection without its will.
    fn dismiss(&mut self, reason: DisconnectReasonCode) {
        self.reply(packets::disconnect(self.machine.get_protocol_version(), reason));
        self.will = None;
        self.closing = true;
    }

    /// Ends the connection of a credential that was revoked or changed, and forgets for whom a gateway may speak.
    async fn look_again(&mut self) {
        let Some(client) = &mut self.client else { return };
        let name = client.presented.0.clone();
        // While the store does not answer, nothing of this client is kept either.
        let Ok(found) = self.app.store.read(move |db| fleet::credential(db, &name)).await else { return };
        client.directory = Directory::new(client.credential);
        for topic in std::mem::take(&mut self.listening).into_values() {
            self.listen(topic).await;
        }
        self.hear();
        let Some(client) = &self.client else { return };
        if found != Some((client.credential, client.presented.1)) {
            metrics::counter!("indowater_mqtt_refused_total", "why" => "revoked").increment(1);
            self.dismiss(DisconnectReasonCode::NotAuthorized);
        }
    }

    /// Sends commands to the meters. One that is lost on the way is asked for again by whoever asked for it.
    fn pass_on(&mut self, orders: &[Order]) {
        let version = self.machine.get_protocol_version();
        for order in orders {
            let Some(topic) = self.listening.get(&order.meter) else { continue };
            let (Ok(payload), Ok(id)) = (serde_json::to_vec(&order.command), self.machine.acquire_packet_id()) else { continue };
            self.reply(packets::publish(version, id, topic, payload).map(Some));
        }
    }

    /// Sends the commands of meters that are kept on disk, for as long as they listen.
    async fn hand_over(&mut self, mut meters: Vec<i64>, which: Which) {
        meters.retain(|meter| self.listening.contains_key(meter));
        self.unsent.extend(orders::take(&self.app, meters, which).await);
    }

    /// Sends on, as far as the client takes more at a time: one that says so loses none of them.
    fn send_on(&mut self) {
        while self.machine.get_receive_maximum_vacancy_for_send() != Some(0) {
            let Some(order) = self.unsent.pop_front() else { return };
            self.pass_on(&[order]);
        }
    }

    async fn on_packet(&mut self, said: ClientPacket) {
        if self.closing || (self.client.is_none() && !matches!(said, ClientPacket::Connect { .. })) {
            self.closing = true;
            return;
        }
        let version = self.machine.get_protocol_version();
        match said {
            ClientPacket::Connect { client_id, name, secret, will } => {
                let assigned = client_id.is_empty().then(|| uuid::Uuid::new_v4().to_string());
                self.client = self.let_in(client_id, name, secret).await.unwrap_or_default();
                self.will = will.filter(|_| self.client.is_some());
                self.reply(packets::connack(version, self.client.is_some(), assigned.as_deref()).map(Some));
            }
            ClientPacket::Publish { qos: Qos::ExactlyOnce, .. } => {
                self.reply(packets::disconnect(version, DisconnectReasonCode::QosNotSupported));
                self.closing = true;
            }
            ClientPacket::Publish { packet_id: Some(0), .. } | ClientPacket::Auth => self.closing = true,
            ClientPacket::Publish { topic, payload, packet_id, .. } => {
                self.on_publish(&topic, payload.as_slice(), packet_id).await
            }
            ClientPacket::Subscribe { packet_id, filters } => {
                let mut granted = Vec::with_capacity(filters.len());
                for filter in &filters {
                    granted.push(self.listen(filter.clone()).await);
                }
                self.hear();
                self.reply(packets::suback(version, packet_id, &granted).map(Some));
                let new = self.listening.iter().filter(|(_, topic)| filters.contains(topic)).map(|(meter, _)| *meter);
                self.hand_over(new.collect(), Which::Open).await;
            }
            ClientPacket::Unsubscribe { packet_id, filters } => {
                self.listening.retain(|_, topic| !filters.contains(topic));
                self.hear();
                self.reply(packets::unsuback(version, packet_id, filters.len()).map(Some));
            }
            ClientPacket::Disconnect { with_will } => {
                if !with_will {
                    self.will = None;
                }
                self.closing = true;
            }
            ClientPacket::Other => {}
        }
    }

    async fn let_in(
        &self,
        client_id: String,
        name: Option<String>,
        given: Option<Vec<u8>>,
    ) -> Result<Option<AuthenticatedClient>, Error> {
        let (Some(name), Some(given)) = (name, given) else { return Ok(None) };
        let asked = name.clone();
        let found = self.app.store.read(move |db| fleet::credential(db, &asked)).await?;
        let Some((credential, stored)) = found.filter(|(_, stored)| secret::matches(&given, stored)) else { return Ok(None) };
        let place = (!client_id.is_empty()).then(|| self.app.presence.take(credential, client_id));
        Ok(Some(AuthenticatedClient { presented: (name, stored), credential, directory: Directory::new(credential), place }))
    }

    /// Whether it may listen; only to commands, of meters for which it speaks.
    async fn listen(&mut self, filter: String) -> bool {
        let Some(topic) = Topic::parse(&filter).filter(|topic| topic.channel == Channel::Order) else { return false };
        let Some(client) = &mut self.client else { return false };
        let Ok(Some(known)) = client.directory.find(&self.app.store, topic.serial.as_str()).await else { return false };
        let room = self.listening.len() < MAX_LISTENED;
        if room {
            self.listening.insert(known.meter, filter);
        }
        room
    }

    fn hear(&mut self) {
        let keys = self.listening.keys().flat_map(|meter| OrderAction::ALL.map(|action| (*meter, action)));
        self.orders.listen(keys.collect());
        self.commanded.listen(self.listening.keys().copied().collect());
    }

    async fn on_publish(&mut self, topic: &str, payload: &[u8], packet_id: Option<u16>) {
        let Some(AuthenticatedClient { directory, .. }) = &mut self.client else { return };
        self.waiting += usize::from(packet_id.is_some());
        let reason = match inbox::take(&self.app, directory, topic, payload, packet_id, &self.acks).await {
            Ok(false) => return,
            Ok(true) => PubackReasonCode::Success,
            Err(refusal) => self.refuse(&refusal),
        };
        if let Some(id) = packet_id {
            self.acknowledge((id, reason));
        }
    }

    fn refuse(&mut self, refusal: &Refusal) -> PubackReasonCode {
        match refusal {
            Refusal::NotAllowed => {
                metrics::counter!("indowater_mqtt_refused_total", "why" => "topic").increment(1);
                // A gateway that lists one meter too many must not lose the others' readings over it.
                let gateway = self.client.as_ref().is_some_and(|client| matches!(client.credential, Credential::Gateway(_)));
                if gateway { self.no(PubackReasonCode::NotAuthorized) } else { PubackReasonCode::NotAuthorized }
            }
            Refusal::Malformed => {
                metrics::counter!("indowater_mqtt_refused_total", "why" => "payload").increment(1);
                self.no(PubackReasonCode::PayloadFormatInvalid)
            }
            Refusal::Failed(error) => {
                tracing::warn!(%error, "a message could not be kept");
                PubackReasonCode::UnspecifiedError
            }
        }
    }

    /// The reason, where it can be given. Elsewhere the message is acknowledged: repeated, it would be refused again.
    fn no(&self, reason: PubackReasonCode) -> PubackReasonCode {
        if self.machine.get_protocol_version() == Version::V5_0 { reason } else { PubackReasonCode::Success }
    }

    async fn publish_will(&mut self) {
        let (Some((topic, payload)), Some(AuthenticatedClient { directory, .. })) = (self.will.take(), &mut self.client) else {
            return;
        };
        if let Err(refusal) = inbox::take(&self.app, directory, &topic, &payload, None, &self.acks).await {
            tracing::debug!(?refusal, "a last will was not taken");
        }
    }
}

/// Returns when a newer connection has taken a client's place.
async fn taken(client: Option<&AuthenticatedClient>) {
    match client.and_then(|client| client.place.as_ref()) {
        Some(place) => place.taken().await,
        None => std::future::pending().await,
    }
}
