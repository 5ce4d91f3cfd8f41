//! A meter as its readings are judged: what it can register, and at which connection it was when, or into which zone it measured.

use domain::metering::meter::Capability;
use domain::metering::reading::Rules;
use domain::{ConnectionId, MeterId, TimeZone, UtcMillis};

/// A meter and where it was.
pub struct Meter {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: MeterId,
    /// What it can register.
    pub capability: Capability,
    /// Where it was, in order of time.
    pub(crate) periods: Vec<InstalledPeriod>,
}

/// An installation of a meter, or a time during which it measured what goes into a zone.
pub(crate) struct InstalledPeriod {
    pub since: UtcMillis,
    /// `None` while it lasts.
    pub until: Option<UtcMillis>,
    /// The connection's key, or the one under which an inflow is summed, which is below zero.
    pub num: i64,
    /// Of an inflow its own identifier.
    pub connection: ConnectionId,
    /// What tells this stay from others in what is judged and summed: the connection, and of a meter that came back to it an identifier of its
    /// own, since its register may have gone on elsewhere meanwhile.
    pub place: ConnectionId,
    pub zone: TimeZone,
}

impl InstalledPeriod {
    /// Whether an identifier is that of the connection, or of this stay there.
    fn is_at(&self, place: ConnectionId) -> bool {
        self.connection == place || self.place == place
    }
}

impl Meter {
    /// The rules by which its readings are judged.
    pub fn rules(&self) -> Rules<'_> {
        let (high, low) = self.id.0.as_u64_pair();
        Rules { capability: &self.capability, salt: high ^ low }
    }

    /// Whether it is or was a bulk meter of a zone: such a meter is never at a connection.
    pub fn is_inflow(&self) -> bool {
        self.periods.first().is_some_and(|period| period.num < 0)
    }

    /// The connection at which it was installed at an instant.
    pub fn connection_at(&self, t: UtcMillis) -> Option<ConnectionId> {
        self.period_at(t).map(|period| period.connection).filter(|_| !self.is_inflow())
    }

    /// Where it measured at an instant: at a connection, or what went into a zone. Two stays at a connection are two places.
    pub fn place_at(&self, t: UtcMillis) -> Option<ConnectionId> {
        self.period_at(t).map(|period| period.place)
    }

    fn period_at(&self, t: UtcMillis) -> Option<&InstalledPeriod> {
        let period = self.periods.iter().rev().find(|period| period.since <= t)?;
        period.until.is_none_or(|until| t < until).then_some(period)
    }

    /// The key of one of its places.
    pub fn num_of(&self, connection: ConnectionId) -> Option<i64> {
        self.periods.iter().find(|period| period.is_at(connection)).map(|period| period.num)
    }

    /// The time zone of one of its places.
    pub fn zone_of(&self, connection: ConnectionId) -> TimeZone {
        self.periods.iter().find(|period| period.is_at(connection)).map_or(TimeZone::Jakarta, |period| period.zone)
    }
}
