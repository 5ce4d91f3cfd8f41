//! What a utility owns: zones, customers, connections, meters and the credentials that may send for them.

mod assignments;
mod connections;
mod credentials;
mod meters;
mod utility;

pub use assignments::{assign_zone, link_customer, unassign_zone, unlink_customer};
pub(crate) use connections::put_connection;
pub use connections::{NewConnection, add_connection, change_class};
pub use credentials::{Credential, add_gateway, authorized_meter, credential, meter_beside_gateway, revoke_credential};
pub(crate) use meters::put_meter;
pub use meters::{NewMeter, add_meter, has_serial, is_known_meter, take_status};
pub use utility::{add_customer, add_utility, add_zone, name, utility};
