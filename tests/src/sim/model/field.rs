//! The plain model of where technicians may do something, and of the readings that they record for work.

use super::{Author, MeterMessage, Model, no, text, yes};
use domain::UtcMillis;
use domain::people::Role;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The work of somebody who worked in a zone before is taken for so long: 90 days.
const PAST_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

/// Where each meter is and was: at which connections, and until when.
pub type Stays = BTreeMap<String, Vec<(String, Option<UtcMillis>)>>;

/// Whether somebody may do something at a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Yes.
    Now,
    /// They did before, and do not any more.
    Before,
}

impl Model {
    /// A connection leaves a zone.
    pub(super) fn leaves(&mut self, connection: &str, zone: Uuid, now: UtcMillis) {
        self.zones_before.insert((connection.to_owned(), zone), now);
    }

    /// Whether somebody may do something at a meter; none if not.
    pub(super) fn reach(&self, by: Author, meter: &str, now: UtcMillis) -> Option<Reach> {
        match by.role {
            Role::Admin => return Some(Reach::Now),
            Role::Technician if by.device == 2 => {}
            // Whoever says so otherwise is a customer, or a technician who never had a zone.
            Role::Technician | Role::Customer => return None,
        }
        let since = now.plus(-PAST_MS);
        let (mut here, mut before) = (None, Vec::new());
        for (connection, until) in self.stays.get(meter).into_iter().flatten() {
            let Some(place) = self.places.get(connection).filter(|_| until.is_none_or(|until| until > since)) else { continue };
            if until.is_none() {
                here = Some(place.zone);
            } else {
                before.push(place.zone);
            }
            let left = self.zones_before.iter().filter(|((of, _), until)| of == connection && **until > since);
            before.extend(left.map(|((_, zone), _)| *zone));
        }
        let works = |zone: &Uuid| self.rights.zones.contains(zone);
        let worked = |zone: &Uuid| self.rights.zones_before.get(zone).is_some_and(|until| *until > since);
        let is_now = here.map_or_else(|| before.iter().any(works), |zone| works(&zone));
        let is_before = || here.iter().chain(&before).any(|zone| works(zone) || worked(zone));
        if is_now { Some(Reach::Now) } else { is_before().then_some(Reach::Before) }
    }

    /// A meter is read by eye.
    pub(super) fn read(&mut self, by: Author, command: &Value, now: UtcMillis) -> MeterMessage {
        let (id, meter) = (text(&command["reading"]), text(&command["meter"]));
        if self.reach(by, &meter, now).is_none() {
            return no("not_found");
        }
        let (_, author) = self.readings.entry(id).or_insert((meter, by.user));
        if *author == by.user { yes() } else { no("id_reused") }
    }
}
