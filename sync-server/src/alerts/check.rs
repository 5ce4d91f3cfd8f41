//! The part of `sync-server check` that is about notifications: what goes together ends together, and nothing was left out of the list.

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
pub const QUERIES: &[(&str, &str)] = &[
    (
        "SELECT 'delivery ' || d.num FROM delivery d JOIN delivery h ON h.num = d.head
         WHERE (d.ended_at IS NULL) <> (h.ended_at IS NULL) OR h.head IS NOT NULL OR d.user <> h.user OR d.provider <> h.provider",
        "it goes with the message of a delivery that is not like it",
    ),
    (
        "SELECT 'notification ' || n.num FROM notification n WHERE n.shown <> EXISTS (
           SELECT 1 FROM change c JOIN bucket b ON b.num = c.bucket JOIN user u ON u.num = n.user
           WHERE c.entity = 16 AND c.id = n.id AND c.removed = 0 AND c.rev = n.rev AND b.utility = u.utility)",
        "it is not in its user's list as it is now",
    ),
    (
        "SELECT 'announcement ' || a.num FROM announcement a JOIN announcement_recipient r ON r.announcement = a.num
         JOIN user u ON u.num = r.user WHERE u.utility <> a.utility",
        "it is for a user of another utility",
    ),
];
