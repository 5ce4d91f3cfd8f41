//! The orders of a session: the topics to which its client has subscribed, and what is sent on them.

use super::{Session, Subscription};
use crate::metering::ingest::mqtt::listeners::LeftBehind;
use crate::metering::ingest::mqtt::{kept, orders, packets};
use crate::metering::live::Order;
use crate::valve::orders::Claim;
use mqtt_protocol_core::mqtt::packet::Qos;
use protocol::metering::messages::{Channel, OrderAction, Topic};
use std::collections::HashSet;
use uuid::Uuid;

/// A client, as a gateway, may subscribe to the orders of so many meters.
const MAX_SUBSCRIBED: usize = 5_000;

/// Delivered orders that a session remembers.
const MAX_DELIVERED: usize = 1_000;

/// A stored order that was sent.
pub(super) struct Delivered {
    order: Uuid,
    meter: i64,
    /// The packet that the client has not acknowledged yet.
    unacknowledged: Option<u16>,
}

impl Session {
    fn number(&self) -> u64 {
        self.client.as_ref().map_or(0, |client| client.registration.number)
    }

    /// Whether it has subscribed to a meter's orders, and no newer session has.
    fn gets_orders_of(&self, meter: i64) -> bool {
        self.subscribed.contains_key(&meter) && self.app.listeners.is_newest(meter, self.number())
    }

    /// Sends orders that are not stored. One that is lost on the way is repeated by whoever ordered it.
    pub(super) fn send_live(&mut self, orders: &[Order]) {
        for order in orders {
            if self.gets_orders_of(order.meter) {
                self.send_order(order);
            }
        }
    }

    /// Sends an order; returns the identifier of a packet that is to be acknowledged.
    fn send_order(&mut self, order: &Order) -> Option<u16> {
        let version = self.machine.get_protocol_version();
        let Subscription { topic, qos } = self.subscribed.get(&order.meter)?.clone();
        let payload = serde_json::to_vec(&order.order).ok()?;
        let id = if qos == Qos::AtMostOnce { None } else { Some(self.machine.acquire_packet_id().ok()?) };
        self.reply(packets::publish(version, id, &topic, payload).map(Some));
        id
    }

    /// Claims and queues the stored orders of meters, if they are for this session.
    pub(super) async fn claim_orders(&mut self, mut meters: Vec<i64>, claim: Claim) {
        meters.retain(|meter| self.gets_orders_of(*meter));
        if !meters.is_empty() {
            self.queued.extend(orders::claim(&self.app, meters, claim).await);
        }
    }

    /// Claims what begins for this session with new subscriptions.
    pub(super) async fn claim_subscribed(&mut self, subscribed: Vec<(i64, Claim)>) {
        for claim in [Claim::Open, Claim::Unsent] {
            let meters = subscribed.iter().filter(|(_, wanted)| *wanted == claim).map(|(meter, _)| *meter).collect();
            self.claim_orders(meters, claim).await;
        }
    }

    /// Takes on what another session has left behind: what nobody has claimed, and what that one was sent and is still open.
    pub(super) async fn inherit(&mut self, left: Vec<LeftBehind>) {
        let (mut meters, mut wanted) = (Vec::new(), HashSet::new());
        for left in left.into_iter().filter(|left| self.gets_orders_of(left.meter)) {
            meters.push(left.meter);
            wanted.extend(left.orders);
        }
        self.claim_orders(meters.clone(), Claim::Unsent).await;
        if !wanted.is_empty() {
            let open = orders::claim(&self.app, meters, Claim::Open).await;
            self.queued.extend(open.into_iter().filter(|order| wanted.contains(&order.order.id)));
        }
    }

    /// Sends what is queued, as many at a time as the client takes: one that sets a limit loses none of them.
    pub(super) fn send_queued(&mut self) {
        while self.machine.get_receive_maximum_vacancy_for_send() != Some(0) {
            let Some(order) = self.queued.pop_front() else { return };
            let unacknowledged = self.send_order(&order);
            if self.delivered.len() == MAX_DELIVERED {
                self.delivered.pop_front();
            }
            self.delivered.push_back(Delivered { order: order.order.id, meter: order.meter, unacknowledged });
        }
    }

    /// Notes that the client has a packet of ours.
    pub(super) fn received(&mut self, packet_id: u16) {
        if let Some(found) = self.delivered.iter_mut().find(|delivered| delivered.unacknowledged == Some(packet_id)) {
            found.unacknowledged = None;
        }
    }

    /// Subscribes to a topic; only to orders, of meters for which the client may send. Returns what is granted, and what to claim.
    pub(super) async fn subscribe(&mut self, filter: &str, asked: Qos) -> Option<(Qos, (i64, Claim))> {
        let topic = Topic::parse(filter).filter(|topic| topic.channel == Channel::Order)?;
        let client = self.client.as_mut()?;
        let found = client.directory.find(&self.app.store, topic.serial.as_str()).await.ok()??;
        if self.subscribed.len() >= MAX_SUBSCRIBED && !self.subscribed.contains_key(&found.meter) {
            return None;
        }
        let (number, replaces) = (client.registration.number, client.registration.replaces);
        let is_shared = self.app.listeners.listen(found.meter, number, replaces, &self.inheritance);
        let qos = if asked == Qos::AtMostOnce { Qos::AtMostOnce } else { Qos::AtLeastOnce };
        let is_repeated = self.subscribed.insert(found.meter, Subscription { topic: filter.to_owned(), qos }).is_some();
        // What was sent on this connection, or is under way on the other, is not sent twice.
        Some((qos, (found.meter, if is_shared || is_repeated { Claim::Unsent } else { Claim::Open })))
    }

    /// Writes the subscriptions down, if the session is to be kept.
    pub(super) async fn keep_subscriptions(&mut self) {
        let Some((row, _)) = self.client.as_ref().and_then(|client| client.kept) else { return };
        let filters: Vec<kept::Filter> = self
            .subscribed
            .values()
            .map(|subscription| (subscription.topic.clone(), u8::from(subscription.qos != Qos::AtMostOnce)))
            .collect();
        if let Err(error) = kept::write_filters(&self.app.store, row, &filters).await {
            // What is not on disk is not granted.
            tracing::warn!(%error, "the subscriptions of an MQTT session could not be kept");
            self.closing = true;
        }
    }

    /// Receives the orders of the meters to which the client has subscribed, and of no others.
    pub(super) fn receive_orders(&mut self) {
        let keys = self.subscribed.keys().flat_map(|meter| OrderAction::ALL.map(|action| (*meter, action)));
        self.orders.listen(keys.collect());
        self.ordered.listen(self.subscribed.keys().copied().collect());
    }

    /// Ends subscriptions. What was sent for them may not have come: all of it where the line has broken, and what was not acknowledged
    /// where the client has ended them itself.
    pub(super) fn stop_listening(&mut self, meters: &[i64]) {
        let number = self.number();
        for meter in meters {
            self.subscribed.remove(meter);
            let sent = self.delivered.iter().filter(|delivered| delivered.meter == *meter);
            let sent = sent.filter(|delivered| !self.said_goodbye || delivered.unacknowledged.is_some());
            let queued = self.queued.iter().filter(|queued| queued.meter == *meter).map(|queued| queued.order.id);
            let orders = sent.map(|delivered| delivered.order).chain(queued).collect();
            self.app.listeners.leave(*meter, number, orders);
        }
    }

    /// Ends all subscriptions at the end of the session.
    pub(super) fn leave_orders(&mut self) {
        let meters: Vec<i64> = self.subscribed.keys().copied().collect();
        self.stop_listening(&meters);
    }
}
