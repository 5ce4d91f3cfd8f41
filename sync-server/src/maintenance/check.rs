//! The part of `sync-server check` that is about work orders, what is recorded under them, checklists and spare parts: the admins hold each as it is,
//! turns agree with the order's own instants, records with their orders and pictures, and what was used of the stock with the records.

use crate::core::Db;
use crate::error::Error;
use domain::maintenance::record::RecordContent;
use domain::maintenance::stock::name_key;
use std::collections::BTreeMap;

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
    (
        "SELECT 'part movement ' || v.num FROM part_movement v LEFT JOIN (
           SELECT movement, MIN(part) AS part, MAX(part) AS other, COUNT(*) AS places, SUM(pieces) AS pieces, MAX(van) AS van
           FROM part_effect GROUP BY movement) e ON e.movement = v.num
         WHERE e.movement IS NULL OR e.part <> v.part OR e.other <> v.part OR e.places <> IIF(v.kind = 'moved', 2, 1)
           OR (v.kind = 'moved' AND e.pieces <> 0) OR (v.kind = 'received' AND (e.pieces <= 0 OR e.van <> 0))",
        "what it changes is not what it says",
    ),
    (
        "SELECT 'part movement ' || v.num FROM part_movement v JOIN part p ON p.num = v.part JOIN work_record r ON r.num = v.record
         JOIN meter m ON m.num = r.meter WHERE v.id <> r.id OR m.utility <> p.utility OR NOT EXISTS (
           SELECT 1 FROM part_effect e WHERE e.part = v.part AND e.movement = v.num AND e.pieces = -json_extract(r.content, '$.count')
           AND e.van = CASE json_extract(r.content, '$.from') WHEN 'van' THEN r.author WHEN 'store' THEN 0 END)",
        "it differs from what was recorded as used",
    ),
    (
        "SELECT 'part effect of ' || e.movement FROM part_effect e JOIN part p ON p.num = e.part LEFT JOIN user u ON u.num = e.van
         WHERE e.van <> 0 AND u.utility IS NOT p.utility",
        "it is about a van of somebody else's",
    ),
    (
        "SELECT 'parts in a van ' || v.num FROM van_part v JOIN part p ON p.num = v.part WHERE p.ended_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
           WHERE g.entity = 31 AND g.id = v.id AND g.rev = v.rev AND g.removed = 0 AND b.utility = p.utility AND b.name LIKE 'user:%')",
        "its technician does not hold them as they are now",
    ),
];

/// Parts that were recorded as used while they were in the list, and not taken from the stock: names are compared as they were then, which SQL
/// cannot.
///
/// # Errors
/// The database.
pub fn parts(db: &Db) -> Result<Vec<String>, Error> {
    let mut query = db.prepare("SELECT utility, key, added_at, COALESCE(ended_at, 9223372036854775807) FROM part")?;
    let listed = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let mut known = BTreeMap::<(i64, String), Vec<(i64, i64)>>::new();
    for (utility, key, added, ended) in listed.collect::<Result<Vec<(i64, String, i64, i64)>, _>>()? {
        known.entry((utility, key)).or_default().push((added, ended));
    }
    let mut query = db.prepare(
        "SELECT r.num, m.utility, r.received_at, r.content FROM work_record r JOIN meter m ON m.num = r.meter
         WHERE json_extract(r.content, '$.what') = 'part' AND NOT EXISTS (SELECT 1 FROM part_movement v WHERE v.record = r.num)",
    )?;
    let mut rows = query.query([])?;
    let mut findings = Vec::new();
    while let Some(row) = rows.next()? {
        let (num, utility, received_at, content): (i64, i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let Ok(RecordContent::Part { name, .. }) = serde_json::from_str(&content) else { continue };
        // At the very instant in which the list changed it may have come before or after that.
        let is_listed = |of: &Vec<(i64, i64)>| of.iter().any(|(added, ended)| *added < received_at && received_at < *ended);
        if known.get(&(utility, name_key(&name))).is_some_and(is_listed) {
            findings.push(format!("work record {num}: what was used was not taken from the stock"));
        }
    }
    Ok(findings)
}
