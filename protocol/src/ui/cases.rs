//! Cases of meters as screens show them: a list from the cache, and one with its hours.

use crate::sync::rows::{MeterCase, WorkOrder};
use domain::alerts::kinds::AlertKind;
use domain::leaks::Severity;
use domain::{ConnectionId, TimeZone, UserId, UtcMillis, ZoneId};
use serde::{Deserialize, Serialize};

/// Which cases are wanted, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasesQuery {
    /// Those that somebody has to look into still, or the others.
    pub open: bool,
    /// Only of this kind.
    #[serde(default)]
    pub kind: Option<AlertKind>,
    /// Only as bad as this.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Only at connections of this zone.
    #[serde(default)]
    pub zone: Option<ZoneId>,
    /// Only those that are this user's to look into.
    #[serde(default)]
    pub assigned: Option<UserId>,
    /// How many to pass over.
    #[serde(default)]
    pub offset: u32,
    /// How many at most.
    pub limit: u32,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cases {
    /// How many the filters leave in all.
    pub total: u32,
    /// Those that were asked for.
    pub rows: Vec<CaseRow>,
}

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    /// As it is, with what was said on this device.
    pub case: MeterCase,
    /// What the connection is called, or its address.
    pub place: String,
    /// Its customer's name, where this device holds it and it is not the user's own.
    pub customer: Option<String>,
    /// The serial number of the meter.
    pub serial: Option<String>,
    /// The connection's zone.
    #[serde(default)]
    pub zone: Option<ZoneId>,
    /// The connection's time zone.
    pub time_zone: TimeZone,
    /// Whether something that was said here is yet to be sent.
    pub waiting: bool,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDetail {
    /// The case.
    pub row: CaseRow,
    /// The hours around its start; none where this device holds no use of the connection.
    pub hours: Vec<CaseHour>,
    /// The work order that authorises it, where this device holds that.
    #[serde(default)]
    pub work: Option<WorkOrder>,
}

/// An hour of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHour {
    /// When it begins.
    pub at: UtcMillis,
    /// Used, mL; none where nothing was measured.
    pub volume: Option<i64>,
    /// What is usual at this hour of the day, by the days before the case; mL.
    pub usual: Option<i64>,
}

/// One case by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseName {
    /// The connection.
    pub connection: ConnectionId,
    /// Its number there.
    pub no: u32,
}
