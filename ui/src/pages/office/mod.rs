//! What admins do with money: campaigns of vouchers, tariffs, and the balance of a connection. All of it is asked of the server each time.

mod ask;
mod balance;
mod later;
mod parts;
mod tariffs;
mod vouchers;
mod words;

pub use balance::Balance;
pub use tariffs::Tariffs;
pub use vouchers::Vouchers;
