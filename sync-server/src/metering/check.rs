//! The part of `sync-server check` that is about advice, which each user holds as they said it, about swaps of meters, and about neighbours,
//! who are of one zone.

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
pub const QUERIES: &[(&str, &str)] = &[
    (
        "SELECT 'tip state ' || t.num FROM tip_state t JOIN user u ON u.num = t.user WHERE NOT EXISTS (
           SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
           WHERE g.entity = 25 AND g.id = t.id AND g.rev = t.rev AND g.removed = 0 AND b.utility = u.utility AND b.name LIKE 'user:%')",
        "its user does not hold it as it is now",
    ),
    (
        "SELECT 'meter swap ' || s.num FROM meter_swap s JOIN meter m ON m.num = s.meter WHERE NOT EXISTS (
           SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
           WHERE g.entity = 28 AND g.id = s.id AND g.rev = s.rev AND g.removed = 0 AND b.utility = m.utility AND b.name = 'admin')",
        "the admins do not hold it as it is now",
    ),
    (
        "SELECT 'meter swap ' || s.num FROM meter_swap s WHERE s.new_meter IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM installation i WHERE i.meter = s.new_meter AND i.since = s.at)",
        "it is entered, and its meter was not put up then",
    ),
    (
        "SELECT 'connection ' || n.connection || ', month ' || n.month FROM neighbour_month n JOIN neighbour_group g ON g.num = n.rev
         JOIN connection c ON c.num = n.connection WHERE g.zone <> c.zone OR g.month <> n.month",
        "it is shown neighbours of another zone or month",
    ),
];
