//! What pages of admins share: most of it is about money (campaigns of vouchers, tariffs, the balance of a connection), which is requested from
//! the server each time; and the saved views of lists.

pub mod act;
pub mod ask;
pub mod customers_of;
pub mod later;
pub mod parts;
pub mod saved_views;
pub mod words;
