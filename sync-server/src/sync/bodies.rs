//! The body of each kind of row as sync carries it, for the audience of the bucket.

use crate::alerts::rows::notifications;
use crate::billing::credit;
use crate::cases::shown;
use crate::core::Db;
use crate::error::Error;
use crate::field::rows::{records, swaps};
use crate::maintenance::rows as maintenance;
use crate::metering::rows::{neighbours, tips};
use crate::people::rows::{customers, users, views};
use crate::reports::rows as reports;
use crate::revenue::publish as revenue;
use crate::sales::purchases;
use crate::sales::rows::utility;
use crate::sync::rows::bodies;
use protocol::sync::rows::kinds::Holder;
use protocol::sync::rows::{Body, Entity};
use serde_json::value::RawValue;
use uuid::Uuid;

/// For whom a body is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A zone's technicians, who receive some bodies reduced.
    Technicians,
    /// Everybody else who may hold the row at all.
    Whole,
}

impl Audience {
    /// Who holds a bucket.
    pub fn of(bucket: &str) -> Self {
        if Holder::of(bucket) == Some(Holder::Zone) { Self::Technicians } else { Self::Whole }
    }
}

/// A row's body; none if the row is not there.
///
/// # Errors
/// The database.
pub fn body(db: &Db, audience: Audience, entity: Entity, id: Uuid, at: Option<i32>) -> Result<Option<Box<RawValue>>, Error> {
    match entity {
        Entity::Zone => write(entity, audience, bodies::zone(db, id)?),
        Entity::Customer => write(entity, audience, customers::find(db, id)?),
        Entity::Connection => write(entity, audience, bodies::connection(db, id)?),
        Entity::Meter => write(entity, audience, bodies::meter(db, id)?),
        Entity::MeterState => write(entity, audience, bodies::meter_state(db, id)?),
        Entity::UsageDay => write(entity, audience, bodies::usage_day(db, id, at)?),
        Entity::UsageMonth => write(entity, audience, bodies::usage_month(db, id, at)?),
        Entity::Conflict => write(entity, audience, bodies::conflict(db, id)?),
        Entity::Note => write(entity, audience, records::note(db, id)?),
        Entity::ManualReading => write(entity, audience, records::manual_reading(db, id)?),
        Entity::Profile => write(entity, audience, users::profile(db, id)?),
        Entity::Purchase => purchases::body(db, id),
        Entity::Credit => credit::body(db, id),
        Entity::Statement => write(entity, audience, credit::line(db, id, at)?),
        Entity::Tariff => write(entity, audience, credit::tariff(db, id)?),
        Entity::Notification => write(entity, audience, notifications::body(db, id)?),
        Entity::Letterhead => write(entity, audience, utility::body(db, id)?),
        Entity::MeterCase => write(entity, audience, shown::body(db, id, at)?),
        Entity::WorkOrder => write(entity, audience, maintenance::body(db, id)?),
        Entity::ReportTemplate => write(entity, audience, reports::body(db, id)?),
        Entity::ReportRun => write(entity, audience, reports::runs::body(db, id)?),
        Entity::RevenueDay => revenue::body(db, id, at),
        Entity::SavedView => write(entity, audience, views::body(db, id)?),
        Entity::MeterSwap => write(entity, audience, swaps::body(db, id)?),
        Entity::NeighbourMonth => write(entity, audience, neighbours::body(db, id, at)?),
        Entity::TipState => write(entity, audience, tips::body(db, id)?),
        Entity::WorkRecord => write(entity, audience, maintenance::records::body(db, id)?),
        Entity::WorkTemplate => write(entity, audience, maintenance::templates::body(db, id)?),
        Entity::VanPart => write(entity, audience, maintenance::parts::body(db, id)?),
    }
}

/// Writes a body for its audience.
fn write<B: Body>(entity: Entity, audience: Audience, row: Option<B>) -> Result<Option<Box<RawValue>>, Error> {
    debug_assert_eq!(B::ENTITY, entity, "the body of another kind was read");
    let unwritable = |error| Error::Setup(format!("a row cannot be written as JSON: {error}"));
    let row = row.map(|row| if audience == Audience::Technicians { row.for_technicians() } else { row });
    row.map(|row| serde_json::value::to_raw_value(&row).map_err(unwritable)).transpose()
}
