//! The packets of a session's client: what it publishes, what it subscribes to, what it leaves behind.

use super::{AuthenticatedClient, Session};
use crate::metering::fleet::Credential;
use crate::metering::ingest::mqtt::inbox::{AckTo, Refusal};
use crate::metering::ingest::mqtt::kept::LONGEST_LIFE_S;
use crate::metering::ingest::mqtt::packets::ClientPacket;
use crate::metering::ingest::mqtt::{inbox, packets};
use crate::metering::rows::state;
use domain::UtcMillis;
use mqtt_protocol_core::mqtt::Version;
use mqtt_protocol_core::mqtt::packet::Qos;
use mqtt_protocol_core::mqtt::result_code::{DisconnectReasonCode, PubackReasonCode};
use protocol::metering::messages::{self, Topic};

impl Session {
    pub(super) async fn on_packet(&mut self, packet: ClientPacket) {
        if self.closing || (self.client.is_none() && !matches!(packet, ClientPacket::Connect(_))) {
            self.closing = true;
            return;
        }
        let version = self.machine.get_protocol_version();
        match packet {
            ClientPacket::Connect(connect) => self.on_connect(*connect).await,
            // By closing: a reason in a PUBREC costs some clients a place in flight for ever.
            ClientPacket::Publish { qos: Qos::ExactlyOnce, .. } => {
                self.reply(packets::disconnect(version, DisconnectReasonCode::QosNotSupported));
                self.closing = true;
            }
            ClientPacket::Publish { packet_id: Some(0), .. } | ClientPacket::Auth => self.closing = true,
            ClientPacket::Publish { topic, payload, packet_id, .. } => {
                self.on_publish(&topic, payload.as_slice(), packet_id).await
            }
            ClientPacket::Received { packet_id } => self.received(packet_id),
            ClientPacket::Subscribe { packet_id, filters } => self.on_subscribe(packet_id, filters).await,
            ClientPacket::Unsubscribe { packet_id, filters } => {
                let ended = self.subscribed.iter().filter(|(_, subscription)| filters.contains(&subscription.topic));
                let ended: Vec<i64> = ended.map(|(meter, _)| *meter).collect();
                self.stop_listening(&ended);
                self.receive_orders();
                self.keep_subscriptions().await;
                self.reply(packets::unsuback(version, packet_id, filters.len()).map(Some));
            }
            ClientPacket::Disconnect { with_will, life_s } => {
                if !with_will {
                    self.will = None;
                    self.said_goodbye = true;
                }
                // A session that was not to be kept cannot be made to last by its end.
                if let (Some(life_s), Some((_, kept_s))) = (life_s, self.client.as_mut().and_then(|client| client.kept.as_mut()))
                {
                    *kept_s = life_s.min(LONGEST_LIFE_S);
                }
                self.closing = true;
            }
            ClientPacket::Other => {}
        }
    }

    async fn on_subscribe(&mut self, packet_id: u16, filters: Vec<(String, Qos)>) {
        let mut granted = Vec::with_capacity(filters.len());
        let mut claims = Vec::new();
        for (filter, asked) in &filters {
            let subscribed = self.subscribe(filter, *asked).await;
            granted.push(subscribed.as_ref().map(|(qos, _)| *qos));
            claims.extend(subscribed.map(|(_, claim)| claim));
        }
        self.receive_orders();
        self.keep_subscriptions().await;
        self.reply(packets::suback(self.machine.get_protocol_version(), packet_id, &granted).map(Some));
        self.claim_subscribed(claims).await;
    }

    async fn on_publish(&mut self, topic: &str, payload: &[u8], packet_id: Option<u16>) {
        self.waiting += usize::from(packet_id.is_some());
        let reason = match self.take_in(topic, payload, packet_id).await {
            Ok(false) => return,
            Ok(true) => PubackReasonCode::Success,
            Err(refusal) => self.refuse(&refusal),
        };
        if let Some(id) = packet_id {
            self.acknowledge((id, reason));
        }
    }

    async fn take_in(&mut self, topic: &str, payload: &[u8], packet_id: Option<u16>) -> Result<bool, Refusal> {
        let client = self.client.as_mut().ok_or(Refusal::NotAllowed)?;
        let topic = Topic::parse(topic);
        let serial = topic.as_ref().map(|topic| topic.serial.as_str());
        let meter = match serial {
            Some(serial) => client.directory.find(&self.app.store, serial).await?,
            None => None,
        };
        let (Some(topic), Some(meter)) = (&topic, meter) else {
            if let Some(meter) = client.directory.counted_at(&self.app.store, serial).await? {
                let now = self.app.store.clock.now();
                self.app.refusals.refused_for(meter, messages::Refusal::TopicNotAllowed, now);
            }
            return Err(Refusal::NotAllowed);
        };
        if client.spoke.insert(meter.meter) {
            client.registration.speak(meter.meter).await;
        }
        inbox::receive(&self.app, meter, topic.channel, payload, AckTo { packet_id, acks: &self.acks }).await
    }

    fn refuse(&mut self, refusal: &Refusal) -> PubackReasonCode {
        match refusal {
            Refusal::NotAllowed => {
                metrics::counter!("indowater_mqtt_refused_total", "why" => "topic").increment(1);
                // A gateway that lists one meter too few must not lose the others' readings over it.
                let gateway = self.client.as_ref().is_some_and(|client| matches!(client.credential, Credential::Gateway(_)));
                if gateway { self.reason_or_success(PubackReasonCode::NotAuthorized) } else { PubackReasonCode::NotAuthorized }
            }
            Refusal::Malformed => {
                metrics::counter!("indowater_mqtt_refused_total", "why" => "payload").increment(1);
                self.reason_or_success(PubackReasonCode::PayloadFormatInvalid)
            }
            Refusal::Failed(error) => {
                tracing::warn!(%error, "a message could not be stored");
                PubackReasonCode::UnspecifiedError
            }
        }
    }

    /// The reason, where the version has one. Elsewhere the message is acknowledged: repeated, it would be refused again, and it is counted
    /// for people to see.
    fn reason_or_success(&self, reason: PubackReasonCode) -> PubackReasonCode {
        if self.machine.get_protocol_version() == Version::V5_0 { reason } else { PubackReasonCode::Success }
    }

    /// Stores the client's last will, if it has left one, and neither a newer connection of its credential nor anything that came of the meter
    /// since its line was gone says otherwise.
    pub(super) async fn publish_will(&mut self, gone_at: UtcMillis) {
        let (Some((topic, payload)), Some(client)) = (self.will.take(), &mut self.client) else { return };
        let AuthenticatedClient { directory, registration, .. } = client;
        let Some(topic) = Topic::parse(&topic) else { return };
        let Ok(Some(meter)) = directory.find(&self.app.store, topic.serial.as_str()).await else { return };
        let Some(_turn) = registration.turn_of_will(meter.meter).await else { return };
        let num = meter.meter;
        let state = self.app.store.read(move |db| state::load(db, num)).await;
        if matches!(state, Ok(Some(state)) if state.reported_at > gone_at) {
            return;
        }
        let ack = AckTo { packet_id: None, acks: &self.acks };
        if let Err(refusal) = inbox::receive(&self.app, meter, topic.channel, &payload, ack).await {
            tracing::debug!(?refusal, "a last will was not stored");
        }
    }
}
