//! What admins do with money: campaigns of vouchers, tariffs, and the balance of a connection. All of it is requested from the server each time.

pub mod act;
pub mod ask;
pub mod customers_of;
pub mod later;
pub mod parts;
pub mod words;
