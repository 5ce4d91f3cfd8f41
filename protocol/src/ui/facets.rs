//! Facets of the list of customers: what it is narrowed by, and how many customers each value of each would leave.

use domain::billing::balance::Level;
use domain::billing::tariff::TariffClass;
use domain::people::CustomerStatus;
use domain::{Rupiah, ZoneId};
use serde::{Deserialize, Serialize};

/// What the list of customers is narrowed by. Of one facet any of its values is enough, and every facet has to be answered; an empty one is
/// answered by all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerFacets {
    /// Whether they are supplied.
    pub status: Vec<CustomerStatus>,
    /// Where one of their connections is.
    pub zones: Vec<ZoneId>,
    /// The tariff class of one of their connections.
    pub classes: Vec<TariffClass>,
    /// How low the lowest of their balances is.
    pub levels: Vec<BalanceLevel>,
    /// Whether a meter is at one of their connections.
    pub meters: Vec<MeterPresence>,
    /// What has not been settled about them.
    pub changes: Vec<ChangeState>,
    /// The balance of all connections at the least.
    pub balance_from: Option<Rupiah>,
    /// The balance of all connections at the most.
    pub balance_to: Option<Rupiah>,
}

impl CustomerFacets {
    /// Whether nothing is narrowed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How low a balance is, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BalanceLevel {
    /// Enough.
    Ok,
    /// At the threshold.
    Warning,
    /// At half of it, or one day.
    Critical,
    /// At zero or below.
    Empty,
    /// No connection is charged.
    Uncharged,
}

impl BalanceLevel {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ok, Self::Warning, Self::Critical, Self::Empty, Self::Uncharged];

    /// Of the worst of the levels; none where no connection is charged.
    pub const fn of(level: Option<Level>) -> Self {
        match level {
            Some(Level::Ok) => Self::Ok,
            Some(Level::Warning) => Self::Warning,
            Some(Level::Critical) => Self::Critical,
            Some(Level::Empty) => Self::Empty,
            None => Self::Uncharged,
        }
    }

    /// The level as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Empty => "empty",
            Self::Uncharged => "uncharged",
        }
    }
}

/// Whether a meter is at a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeterPresence {
    /// One is.
    Installed,
    /// None is.
    Missing,
}

impl MeterPresence {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Installed, Self::Missing];

    /// The word as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Missing => "missing",
        }
    }
}

/// What has not been settled about a customer or a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// A change is not answered yet.
    Waiting,
    /// A field that two people changed waits for a decision.
    Undecided,
}

impl ChangeState {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Waiting, Self::Undecided];

    /// The word as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Undecided => "undecided",
        }
    }
}

/// How many customers each value of each facet would leave, with all other facets as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetCounts {
    /// Those that match everything.
    pub matching: u32,
    /// By status.
    pub status: Vec<(CustomerStatus, u32)>,
    /// By zone, in order of name.
    pub zones: Vec<ZoneCount>,
    /// By tariff class.
    pub classes: Vec<(TariffClass, u32)>,
    /// By the level of the balance.
    pub levels: Vec<(BalanceLevel, u32)>,
    /// By whether there is a meter.
    pub meters: Vec<(MeterPresence, u32)>,
    /// By what is not settled.
    pub changes: Vec<(ChangeState, u32)>,
}

/// Customers of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneCount {
    /// Which.
    pub id: ZoneId,
    /// Its name.
    pub name: String,
    /// How many.
    pub count: u32,
}
