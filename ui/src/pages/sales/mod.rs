//! Pages about buying and selling credit: Beli, vouchers, the counter.

pub mod buy;
pub mod counter;
pub mod finance;
pub mod utility;
pub mod vouchers;
pub mod waiting;
