//! The part of `sync-server check` that is about valves: no order is open for a connection that its meter has left, holds follow from
//! orders, and orders of batches from what was asked for.

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
pub const QUERIES: &[(&str, &str)] = &[
    (
        "SELECT 'order ' || d.num FROM meter_order d WHERE d.state IN ('pending', 'sent', 'acknowledged') AND d.connection IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM installation i WHERE i.meter = d.meter AND i.connection = d.connection AND i.until IS NULL)",
        "it is open, for a connection where its meter no longer is",
    ),
    (
        // Whether the valve is held follows from the newest order that may have moved it. A connection that is yet to be evaluated is no finding.
        "SELECT 'connection ' || s.connection FROM supply_state s
         LEFT JOIN installation i ON i.connection = s.connection AND i.until IS NULL
         LEFT JOIN meter_order d ON d.num = (
           SELECT MAX(num) FROM meter_order WHERE meter = i.meter AND do IN ('open_valve', 'close_valve') AND sent_at IS NOT NULL
             AND ((cause = 'credit' AND connection = s.connection)
               OR (state = 'completed' AND (cause = 'credit' OR seen IS NOT 'contradicts'))))
         WHERE s.due_at > 0 AND (s.closed_for_credit IS NOT NULL) <> COALESCE(d.cause = 'credit' AND CASE
           WHEN d.do = 'close_valve' THEN d.seen IS NOT 'contradicts'
           ELSE d.seen IS NOT 'agrees' AND (d.state <> 'completed' OR d.seen IS 'contradicts') END, 0)",
        "whether its valve is closed for want of credit does not follow from its meter's orders",
    ),
    (
        "SELECT 'meter ' || m.meter || ' of batch ' || m.batch FROM order_batch_meter m JOIN meter_order o ON o.num = m.meter_order
         JOIN order_batch b ON b.num = m.batch WHERE o.meter <> m.meter OR o.do <> b.do OR o.who IS NOT b.who",
        "the order that it got is not what its batch asked for",
    ),
];
