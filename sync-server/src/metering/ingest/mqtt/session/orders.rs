//! The orders of a session: the topics to which its client has subscribed, and what is sent on them.

use super::Session;
use crate::metering::ingest::mqtt::{orders, packets};
use crate::metering::live::Order;
use crate::valve::orders::Claim;
use protocol::metering::messages::{Channel, OrderAction, Topic};

/// A client, as a gateway, may subscribe to the orders of so many meters.
const MAX_SUBSCRIBED: usize = 5_000;

impl Session {
    /// Sends orders to the meters. One that is lost on the way is repeated by whoever ordered it.
    pub(super) fn send_orders(&mut self, orders: &[Order]) {
        let version = self.machine.get_protocol_version();
        for order in orders {
            let Some(topic) = self.subscribed.get(&order.meter) else { continue };
            let (Ok(payload), Ok(id)) = (serde_json::to_vec(&order.order), self.machine.acquire_packet_id()) else { continue };
            self.reply(packets::publish(version, id, topic, payload).map(Some));
        }
    }

    /// Claims and queues the stored orders of meters, if the client has subscribed to them.
    pub(super) async fn claim_orders(&mut self, mut meters: Vec<i64>, claim: Claim) {
        meters.retain(|meter| self.subscribed.contains_key(meter));
        self.queued.extend(orders::claim(&self.app, meters, claim).await);
    }

    /// Sends what is queued, as many at a time as the client takes: one that sets a limit loses none of them.
    pub(super) fn send_queued(&mut self) {
        while self.machine.get_receive_maximum_vacancy_for_send() != Some(0) {
            let Some(order) = self.queued.pop_front() else { return };
            self.send_orders(&[order]);
        }
    }

    /// Subscribes to a topic; only to orders, of meters for which the client may send. Returns whether it did.
    pub(super) async fn subscribe(&mut self, filter: String) -> bool {
        let Some(topic) = Topic::parse(&filter).filter(|topic| topic.channel == Channel::Order) else { return false };
        let Some(client) = &mut self.client else { return false };
        let Ok(Some(found)) = client.directory.find(&self.app.store, topic.serial.as_str()).await else { return false };
        let room = self.subscribed.len() < MAX_SUBSCRIBED;
        if room {
            self.subscribed.insert(found.meter, filter);
        }
        room
    }

    /// Receives the orders of the meters to which the client has subscribed, and of no others.
    pub(super) fn receive_orders(&mut self) {
        let keys = self.subscribed.keys().flat_map(|meter| OrderAction::ALL.map(|action| (*meter, action)));
        self.orders.listen(keys.collect());
        self.ordered.listen(self.subscribed.keys().copied().collect());
    }
}
