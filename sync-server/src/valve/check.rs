//! The part of `sync-server check` that is about valves: no command is open for a place that its meter has left, and holds follow from commands.

use crate::error::Error;
use rusqlite::Connection;

/// Questions that must have no answer, with what it means if one has: the first column is said.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "SELECT 'command ' || d.num FROM meter_order d WHERE d.state IN ('pending', 'sent', 'acknowledged') AND d.connection IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM installation i WHERE i.meter = d.meter AND i.connection = d.connection AND i.until IS NULL)",
        "it is open, for a place where its meter is no longer",
    ),
    (
        // The newest command that may have moved the valve says whether it is held. What has changed and is not looked at yet is no finding.
        "SELECT 'connection ' || s.connection FROM supply_state s
         LEFT JOIN installation i ON i.connection = s.connection AND i.until IS NULL
         LEFT JOIN meter_order d ON d.num = (
           SELECT MAX(num) FROM meter_order WHERE meter = i.meter AND do IN ('open_valve', 'close_valve') AND sent_at IS NOT NULL
             AND ((cause = 'credit' AND connection = s.connection) OR state = 'completed'))
         WHERE s.due_at > 0 AND (s.closed_for_credit IS NOT NULL) <> COALESCE(d.cause = 'credit' AND CASE
           WHEN d.do = 'close_valve' THEN d.seen IS NOT 'contradicts'
           ELSE d.seen IS NOT 'agrees' AND (d.state <> 'completed' OR d.seen IS 'contradicts') END, 0)",
        "whether its valve is closed for want of credit does not follow from its meter's commands",
    ),
];

/// What is wrong with commands and valves.
///
/// # Errors
/// The database cannot be read.
pub fn findings(db: &Connection) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for (question, meaning) in QUESTIONS {
        let mut query = db.prepare(question)?;
        let found = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        findings.extend(found.into_iter().map(|what| format!("{what}: {meaning}")));
    }
    Ok(findings)
}
