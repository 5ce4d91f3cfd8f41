//! The part of `sync-server check` that is about templates of reports: the admins hold those that are shared, and no others.

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
pub const QUERIES: &[(&str, &str)] = &[
    (
        "SELECT 'report template ' || t.num FROM report_template t WHERE t.shared = 1 AND t.removed = 0 AND NOT EXISTS (
           SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
           WHERE g.entity = 23 AND g.id = t.id AND g.rev = t.rev AND g.removed = 0 AND b.utility = t.utility AND b.name = 'admin')",
        "the admins do not hold it as it is now",
    ),
    (
        "SELECT 'report template ' || t.num FROM report_template t WHERE (t.shared = 0 OR t.removed = 1) AND EXISTS (
           SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
           WHERE g.entity = 23 AND g.id = t.id AND g.removed = 0 AND b.name = 'admin')",
        "the admins hold what is its author's alone, or was removed",
    ),
];
