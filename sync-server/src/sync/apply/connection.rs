//! A connection as a record that people edit: another tariff class charges anew from today on. And moving one to another zone.

use crate::billing::charging;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::maintenance::rows::schedules::realign_at;
use crate::metering::fleet::{change_class, put_connection};
use crate::metering::moves::move_connection;
use crate::people::records::Record;
use crate::sync::apply::{Applying, rejected};
use crate::sync::rows::connections;
use domain::people::permission::Permission;
use domain::sync::edit::{Conflict, ConnectionField, ConnectionRecord};
use domain::{ConnectionId, ZoneId};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;
use uuid::Uuid;

impl Record for ConnectionRecord {
    const ENTITY: Entity = Entity::Connection;
    const FIELDS: &'static [ConnectionField] = &ConnectionField::ALL;

    fn name(field: ConnectionField) -> &'static str {
        field.as_str()
    }

    fn load(db: &Db, utility: i64, id: Uuid) -> Result<Option<(i64, Self)>, Error> {
        connections::find(db, utility, id)
    }

    fn write(&self, tx: &mut Tx<'_>, num: i64) -> Result<(), Error> {
        change_class(tx, num, self.tariff_class)?;
        connections::update(tx, num, self)?;
        // Another class has other prices from today on.
        let today = charging::time_zone(tx, num)?.day_of(tx.now);
        charging::recompute_from(tx, num, today)?;
        put_connection(tx, num)
    }
}

/// The field of a connection that says in which zone it is, in refusals and in the audit log.
const ZONE: &str = "zone";

/// Moves a connection to another zone of the utility. One that is there already is left as it is; one that somebody else has moved meanwhile
/// stays where it is.
pub fn move_to_zone(applying: &mut Applying<'_, '_>, id: ConnectionId, (from, to): (ZoneId, ZoneId)) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageCustomers) {
        return Ok(rejected(Rejection::Denied));
    }
    let utility = applying.caller.utility;
    let Some((num, _)) = connections::find(applying.tx, utility, id.0)? else {
        return Ok(rejected(Rejection::NotFound));
    };
    let Some(wanted) = connections::named_zone(applying.tx, utility, to)? else {
        return Ok(Outcome::Rejected { code: Rejection::NotFound, field: Some(ZONE.to_owned()), conflict: None });
    };
    let (customer, stands) = connections::customer_and_zone(applying.tx, num)?;
    let applied = Outcome::Applied { conflicts: Vec::new() };
    if stands.id == to {
        return Ok(applied);
    }
    if stands.id != from {
        let (base, mine, theirs) = (from.to_string(), to.to_string(), stands.id.to_string());
        let conflict = Conflict { field: ZONE.to_owned(), base, mine, theirs };
        let (code, conflict) = (Rejection::Conflict, Some(Box::new(conflict)));
        return Ok(Outcome::Rejected { code, field: Some(ZONE.to_owned()), conflict });
    }
    move_connection(applying.tx, num, customer, wanted.num)?;
    realign_at(applying.tx, num)?;
    applying.audit((Entity::Connection, id.0), [(ZONE, stands.name, wanted.name)])?;
    Ok(applied)
}
