//! A connection as a record that people edit: another tariff class charges anew from today on.

use crate::billing::charging;
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::metering::fleet::{change_class, put_connection};
use crate::people::records::Record;
use crate::sync::rows::connections;
use domain::sync::edit::{ConnectionField, ConnectionRecord};
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
