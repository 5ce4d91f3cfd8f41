//! How a client signs in: its credential, its place, and the session that was kept for it.

use super::{AuthenticatedClient, Session};
use crate::error::Error;
use crate::metering::fleet::{self, Credential};
use crate::metering::ingest::Directory;
use crate::metering::ingest::mqtt::kept::{Asked, Filter};
use crate::metering::ingest::mqtt::packets::{Connect, Welcome};
use crate::metering::ingest::mqtt::{kept, packets};
use crate::people::auth::secret;
use mqtt_protocol_core::mqtt::packet::{Packet, Qos};
use mqtt_protocol_core::mqtt::result_code::{DisconnectReasonCode, MqttError};
use protocol::metering::messages::Topic;
use std::collections::HashSet;

/// A credential that was shown to be the client's, with its stored secret.
type Presented = (String, Credential, [u8; 32]);

impl Session {
    pub(super) async fn on_connect(&mut self, connect: Connect) {
        let version = self.machine.get_protocol_version();
        if let Some(refusal) = connect.refusal(version) {
            metrics::counter!("indowater_mqtt_refused_total", "why" => "connect").increment(1);
            return self.turn_away(packets::connack(version, &refusal));
        }
        let Connect { client_id, clean, life_s, name, secret, will, will_delay_s, .. } = connect;
        let assigned = client_id.is_empty().then(|| uuid::Uuid::new_v4().to_string());
        let asked = Asked { client_id: assigned.clone().unwrap_or(client_id), clean, life_s };
        let begun = match self.authenticate(name, secret).await {
            Ok(Some(presented)) => self.begin(presented, &asked).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "an MQTT session could not begin");
                None
            }),
            // The store does not answer: that is no reason to take a good credential for a bad one.
            Err(_) => None,
            Ok(None) => {
                metrics::counter!("indowater_mqtt_refused_total", "why" => "credential").increment(1);
                return self.turn_away(packets::connack(version, &Welcome::BadCredential));
            }
        };
        let Some(found) = begun else {
            metrics::counter!("indowater_mqtt_refused_total", "why" => "full").increment(1);
            return self.turn_away(packets::connack(version, &Welcome::Busy));
        };
        (self.will, self.will_delay_s) = (will, will_delay_s);
        let life_s = Some(asked.granted_s()).filter(|granted| *granted != asked.life_s);
        let welcome = Welcome::Accepted { present: found.is_some(), assigned: assigned.as_deref(), life_s };
        self.reply(packets::connack(version, &welcome).map(Some));
        self.take_up(found.unwrap_or_default()).await;
    }

    /// Answers and closes, also where the answer is longer than what the client takes and is not sent.
    fn turn_away(&mut self, answer: Result<Packet, MqttError>) {
        self.reply(answer.map(Some));
        self.closing = true;
    }

    /// The credential, if it is a good one.
    async fn authenticate(&self, name: Option<String>, given: Option<Vec<u8>>) -> Result<Option<Presented>, Error> {
        let (Some(name), Some(given)) = (name, given) else { return Ok(None) };
        let wanted = name.clone();
        let found = self.app.store.read(move |db| fleet::credential(db, &wanted)).await?;
        Ok(found.filter(|(_, stored)| secret::matches(&given, stored)).map(|(credential, stored)| (name, credential, stored)))
    }

    /// Begins the session of a good credential; returns the subscriptions of the one that was kept, if one was, and `None` if there is no
    /// place for it.
    async fn begin(
        &mut self,
        (name, credential, stored): Presented,
        asked: &Asked,
    ) -> Result<Option<Option<Vec<Filter>>>, Error> {
        let Some(seat) = self.entrance.take().and_then(super::Entrance::sit_down) else { return Ok(None) };
        let registration = self.app.presence.register(credential, asked.client_id.clone());
        let begun = kept::begin(&self.app.store, credential, asked).await?;
        self.client = Some(AuthenticatedClient {
            presented: (name, stored),
            credential,
            directory: Directory::new(credential),
            registration,
            spoke: HashSet::new(),
            kept: begun.row.map(|row| (row, asked.granted_s())),
            seat: Some(seat),
        });
        Ok(Some(begun.found))
    }

    /// Subscribes again to what a kept session had subscribed to, and claims what is open.
    async fn take_up(&mut self, filters: Vec<Filter>) {
        let mut claims = Vec::new();
        for (topic, qos) in filters {
            let qos = if qos == 0 { Qos::AtMostOnce } else { Qos::AtLeastOnce };
            claims.extend(self.subscribe(&topic, qos).await.map(|(_, claim)| claim));
        }
        if !claims.is_empty() {
            self.receive_orders();
            self.claim_subscribed(claims).await;
        }
    }

    /// Ends the session of a credential that was revoked or changed, and reads again for which meters a gateway may send.
    pub(super) async fn recheck_credential(&mut self) {
        let Some(client) = &mut self.client else { return };
        let name = client.presented.0.clone();
        // While the store does not answer, nothing of this client is stored either.
        let Ok(found) = self.app.store.read(move |db| fleet::credential(db, &name)).await else { return };
        if found != Some((client.credential, client.presented.1)) {
            metrics::counter!("indowater_mqtt_refused_total", "why" => "revoked").increment(1);
            return self.disconnect(DisconnectReasonCode::NotAuthorized);
        }
        client.directory = Directory::new(client.credential);
        let mut gone = Vec::new();
        for (meter, subscription) in &self.subscribed {
            let Some(topic) = Topic::parse(&subscription.topic) else { continue };
            if matches!(client.directory.find(&self.app.store, topic.serial.as_str()).await, Ok(None)) {
                gone.push(*meter);
            }
        }
        if !gone.is_empty() {
            self.stop_listening(&gone);
            self.receive_orders();
        }
    }
}
