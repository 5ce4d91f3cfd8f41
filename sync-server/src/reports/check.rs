//! The part of `sync-server check` that is about reports: the admins hold the templates that are shared, and no others; the recipients of a run
//! hold it.

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
    (
        "SELECT 'report run ' || r.num FROM report_run r JOIN report_run_recipient p ON p.run = r.num JOIN user u ON u.num = p.user
         WHERE NOT EXISTS (SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket WHERE g.entity = 24 AND g.id = r.id AND g.rev = r.rev
           AND g.removed = 0 AND b.utility = r.utility AND b.name = 'user:' || lower(
             substr(hex(u.id), 1, 8) || '-' || substr(hex(u.id), 9, 4) || '-' || substr(hex(u.id), 13, 4) || '-' || substr(hex(u.id), 17, 4)
               || '-' || substr(hex(u.id), 21)))",
        "a recipient does not hold it",
    ),
    (
        "SELECT 'report run ' || r.num FROM report_run r JOIN report_run_recipient p ON p.run = r.num JOIN user u ON u.num = p.user
         WHERE u.utility <> r.utility",
        "it is for a user of another utility",
    ),
    (
        "SELECT 'report schedule ' || num FROM report_schedule
         WHERE (next_at IS NOT NULL) <> (removed = 0 AND json_extract(content, '$.state') = 'on')",
        "it is due and off, or on and never due",
    ),
];
