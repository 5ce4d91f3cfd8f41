//! The packets of a session's client: who it is, what it publishes, what it leaves behind.

use super::{AuthenticatedClient, Session};
use crate::error::Error;
use crate::metering::fleet::{self, Credential};
use crate::metering::ingest::Directory;
use crate::metering::ingest::mqtt::inbox::Refusal;
use crate::metering::ingest::mqtt::packets::ClientPacket;
use crate::metering::ingest::mqtt::{inbox, packets};
use crate::people::auth::secret;
use crate::valve::orders::Claim;
use mqtt_protocol_core::mqtt::Version;
use mqtt_protocol_core::mqtt::packet::Qos;
use mqtt_protocol_core::mqtt::result_code::{DisconnectReasonCode, PubackReasonCode};

impl Session {
    pub(super) async fn on_packet(&mut self, packet: ClientPacket) {
        if self.closing || (self.client.is_none() && !matches!(packet, ClientPacket::Connect { .. })) {
            self.closing = true;
            return;
        }
        let version = self.machine.get_protocol_version();
        match packet {
            ClientPacket::Connect { client_id, name, secret, will } => {
                let assigned = client_id.is_empty().then(|| uuid::Uuid::new_v4().to_string());
                self.client = self.authenticate(client_id, name, secret).await.unwrap_or_default();
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
                    granted.push(self.subscribe(filter.clone()).await);
                }
                self.receive_orders();
                self.reply(packets::suback(version, packet_id, &granted).map(Some));
                let new = self.subscribed.iter().filter(|(_, topic)| filters.contains(topic)).map(|(meter, _)| *meter);
                self.claim_orders(new.collect(), Claim::Open).await;
            }
            ClientPacket::Unsubscribe { packet_id, filters } => {
                self.subscribed.retain(|_, topic| !filters.contains(topic));
                self.receive_orders();
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

    /// Ends the session of a credential that was revoked or changed, and reads again for which meters a gateway may send.
    pub(super) async fn recheck_credential(&mut self) {
        let Some(client) = &mut self.client else { return };
        let name = client.presented.0.clone();
        // While the store does not answer, nothing of this client is stored either.
        let Ok(found) = self.app.store.read(move |db| fleet::credential(db, &name)).await else { return };
        client.directory = Directory::new(client.credential);
        for topic in std::mem::take(&mut self.subscribed).into_values() {
            self.subscribe(topic).await;
        }
        self.receive_orders();
        let Some(client) = &self.client else { return };
        if found != Some((client.credential, client.presented.1)) {
            metrics::counter!("indowater_mqtt_refused_total", "why" => "revoked").increment(1);
            self.disconnect(DisconnectReasonCode::NotAuthorized);
        }
    }

    /// The client, if its credential is a good one.
    async fn authenticate(
        &self,
        client_id: String,
        name: Option<String>,
        given: Option<Vec<u8>>,
    ) -> Result<Option<AuthenticatedClient>, Error> {
        let (Some(name), Some(given)) = (name, given) else { return Ok(None) };
        let wanted = name.clone();
        let found = self.app.store.read(move |db| fleet::credential(db, &wanted)).await?;
        let Some((credential, stored)) = found.filter(|(_, stored)| secret::matches(&given, stored)) else { return Ok(None) };
        let registration = (!client_id.is_empty()).then(|| self.app.presence.register(credential, client_id));
        let directory = Directory::new(credential);
        Ok(Some(AuthenticatedClient { presented: (name, stored), credential, directory, registration }))
    }

    async fn on_publish(&mut self, topic: &str, payload: &[u8], packet_id: Option<u16>) {
        let Some(AuthenticatedClient { directory, .. }) = &mut self.client else { return };
        self.waiting += usize::from(packet_id.is_some());
        let reason = match inbox::receive(&self.app, directory, topic, payload, packet_id, &self.acks).await {
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

    /// The reason, where the version has one. Elsewhere the message is acknowledged: repeated, it would be refused again.
    fn reason_or_success(&self, reason: PubackReasonCode) -> PubackReasonCode {
        if self.machine.get_protocol_version() == Version::V5_0 { reason } else { PubackReasonCode::Success }
    }

    /// Stores the client's last will, if it has left one.
    pub(super) async fn publish_will(&mut self) {
        let (Some((topic, payload)), Some(AuthenticatedClient { directory, .. })) = (self.will.take(), &mut self.client) else {
            return;
        };
        if let Err(refusal) = inbox::receive(&self.app, directory, &topic, &payload, None, &self.acks).await {
            tracing::debug!(?refusal, "a last will was not stored");
        }
    }
}
