//! The part of `sync-server check` that is about work orders: the admins hold each as it is.

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
pub const QUERIES: &[(&str, &str)] = &[(
    "SELECT 'work order ' || w.num FROM work_order w JOIN meter m ON m.num = w.meter WHERE NOT EXISTS (
       SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
       WHERE g.entity = 18 AND g.id = w.id AND g.rev = w.rev AND g.removed = 0 AND b.utility = m.utility AND b.name = 'admin')",
    "the admins do not hold it as it is now",
)];
