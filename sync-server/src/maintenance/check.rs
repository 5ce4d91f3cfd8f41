//! The part of `sync-server check` that is about work orders, what is recorded under them, and checklists: the admins hold each as it is, turns agree
//! with the order's own instants, and records with their orders and pictures.

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
pub const QUERIES: &[(&str, &str)] = &[
    (
        "SELECT 'work order ' || w.num FROM work_order w JOIN meter m ON m.num = w.meter WHERE NOT EXISTS (
           SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
           WHERE g.entity = 18 AND g.id = w.id AND g.rev = w.rev AND g.removed = 0 AND b.utility = m.utility AND b.name = 'admin')",
        "the admins do not hold it as it is now",
    ),
    (
        "SELECT 'work order ' || w.num FROM work_order w WHERE EXISTS (
           SELECT 1 FROM work_turn t WHERE t.work_order = w.num AND t.turn = 'going' AND (w.begun_at IS NULL OR t.at < w.begun_at))",
        "it goes on before it began",
    ),
    (
        "SELECT 'work order ' || work_order FROM work_turn GROUP BY work_order HAVING COUNT(*) > 64",
        "it has more turns than are kept of one",
    ),
    (
        "SELECT 'work order ' || w.num FROM work_order w JOIN meter m ON m.num = w.meter WHERE w.template IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM work_template t WHERE t.template = w.template AND t.version = w.template_version AND t.utility = m.utility)",
        "its checklist is not there",
    ),
    (
        "SELECT 'work record ' || r.num FROM work_record r JOIN work_order w ON w.num = r.work_order WHERE r.meter <> w.meter",
        "it is at another meter than its order",
    ),
    (
        "SELECT 'work record ' || r.num FROM work_record r
         WHERE CASE WHEN r.photo IS NOT NULL THEN lower(hex(r.photo)) END IS NOT json_extract(r.content, '$.blob')",
        "its picture is another one than it names",
    ),
    (
        "SELECT 'work record ' || r.num FROM work_record r JOIN meter m ON m.num = r.meter WHERE NOT EXISTS (
           SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
           WHERE g.entity = 26 AND g.id = r.id AND g.rev = r.rev AND g.removed = 0 AND b.utility = m.utility AND b.name = 'admin')",
        "the admins do not hold it as it is now",
    ),
    (
        "SELECT 'work record ' || r.num FROM work_record r JOIN work_order w ON w.num = r.work_order
         WHERE (instr(',' || r.review || ',', ',late_work,') > 0) <> COALESCE(
           r.at > MIN(COALESCE(w.completed_at, w.cancelled_at), COALESCE(w.cancelled_at, w.completed_at)), 0)",
        "whether it is marked as late differs from when its order ended",
    ),
    (
        "SELECT 'checklist ' || t.num FROM work_template t WHERE NOT EXISTS (
           SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
           WHERE g.entity = 27 AND g.id = t.id AND g.rev = t.rev AND g.removed = 0 AND b.utility = t.utility AND b.name = 'public')",
        "its utility does not hold it as it is now",
    ),
];
