//! Maintenance: work at meters, how far it is, and what it authorises.

pub mod work_order;
