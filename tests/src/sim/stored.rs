//! What the server of a simulation has stored, in the words of the model, to be compared with it.

use super::model::{Installed, Marks, Opening, Place, Recorded, Stays, Worked};
use super::server::Server;
use domain::UtcMillis;
use domain::metering::reading::Verdict;
use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, BTreeSet};
use sync_server::alerts::rows::announcements::is_any_waiting;
use sync_server::core::feed::RowId;
use uuid::Uuid;

fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

/// What somebody should check of work, in three columns.
fn marks(row: &Row<'_>, first: usize) -> rusqlite::Result<Marks> {
    Ok(Marks { is_others: row.get(first)?, is_late: row.get(first + 1)?, is_out_of_zone: row.get(first + 2)? })
}

/// The meters that swaps took down.
pub fn taken_down(db: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT m.id FROM meter_swap s JOIN meter m ON m.num = s.old_meter WHERE s.new_meter IS NOT NULL",
    )?;
    query.query_map([], |row| Ok(id(row, 0)?.to_string()))?.collect()
}

/// Where each meter is and was, and until when.
pub fn stays(db: &Connection) -> rusqlite::Result<Stays> {
    let mut query = db.prepare_cached(
        "SELECT m.id, c.id, i.until FROM installation i JOIN meter m ON m.num = i.meter JOIN connection c ON c.num = i.connection",
    )?;
    let mut stays = Stays::new();
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let until = row.get::<_, Option<i64>>(2)?.map(UtcMillis);
        stays.entry(id(row, 0)?.to_string()).or_default().push((id(row, 1)?.to_string(), until));
    }
    Ok(stays)
}

impl Server {
    fn list<R>(&self, sql: &str, read: impl Fn(&Row<'_>) -> rusqlite::Result<R>) -> Vec<R> {
        let Some(db) = &self.db else { return Vec::new() };
        let mut query = db.prepare(sql).expect("a query");
        query.query_map([], read).expect("rows").collect::<Result<_, _>>().expect("what is stored")
    }

    /// Where each connection is.
    pub fn places(&self) -> BTreeMap<String, Place> {
        let sql =
            "SELECT c.id, cu.id, z.id FROM connection c JOIN customer cu ON cu.num = c.customer JOIN zone z ON z.num = c.zone";
        let place = |row: &Row<'_>| Ok((id(row, 0)?.to_string(), Place { customer: id(row, 1)?, zone: id(row, 2)? }));
        self.list(sql, place).into_iter().collect()
    }

    /// The meters, all of which are installed.
    pub fn meters(&self) -> BTreeMap<String, Installed> {
        let sql = "SELECT m.id, m.serial, c.id FROM meter m LEFT JOIN installation i ON i.meter = m.num AND i.until IS NULL
             LEFT JOIN connection c ON c.num = i.connection";
        let meter = |row: &Row<'_>| {
            let connection = row.get::<_, Option<[u8; 16]>>(2)?.map(|id| Uuid::from_bytes(id).to_string()).unwrap_or_default();
            Ok((id(row, 0)?.to_string(), Installed { serial: row.get(1)?, connection }))
        };
        self.list(sql, meter).into_iter().collect()
    }

    /// The opening balances, whatever became of them.
    pub fn openings(&self) -> BTreeMap<String, Opening> {
        let sql = "SELECT o.id, c.id, o.amount, o.booked_at IS NOT NULL, o.state = 'taken_back'
             FROM opening_balance o JOIN connection c ON c.num = o.connection";
        let opening = |row: &Row<'_>| {
            let (connection, amount) = (id(row, 1)?.to_string(), row.get(2)?);
            Ok((id(row, 0)?.to_string(), Opening { connection, amount, is_booked: row.get(3)?, is_gone: row.get(4)? }))
        };
        self.list(sql, opening).into_iter().collect()
    }

    /// The cases that stand: how far each is.
    pub fn cases(&self) -> BTreeMap<String, String> {
        let sql = "SELECT c.id, k.no, CASE WHEN k.answered = 'false_positive' THEN k.answered WHEN k.cleared_at IS NOT NULL THEN 'resolved'
             ELSE COALESCE(k.answered, 'detected') END
             FROM meter_case k JOIN connection c ON c.num = k.connection WHERE k.withdrawn_at IS NULL";
        let case = |row: &Row<'_>| Ok((format!("{}/{}", id(row, 0)?, row.get::<_, u32>(1)?), row.get(2)?));
        self.list(sql, case).into_iter().collect()
    }

    /// The work orders.
    pub fn works(&self) -> BTreeMap<String, Worked> {
        let sql = "SELECT w.id, CASE WHEN w.completed_at IS NOT NULL THEN 'completed' WHEN w.cancelled_at IS NOT NULL THEN 'cancelled'
               ELSE COALESCE((SELECT CASE t.turn WHEN 'going' THEN 'in_progress' WHEN 'held' THEN 'on_hold' ELSE t.turn END FROM work_turn t
                 WHERE t.work_order = w.num ORDER BY t.at DESC, t.turn = 'deferred' DESC, t.turn = 'held' DESC LIMIT 1), 'scheduled') END,
             w.begun_at IS NOT NULL, (SELECT COUNT(*) FROM work_turn t WHERE t.work_order = w.num), w.priority, u.id,
             instr(w.review, 'not_assigned') > 0, instr(w.review, 'late_work') > 0, instr(w.review, 'out_of_zone') > 0
             FROM work_order w LEFT JOIN user u ON u.num = w.technician";
        let work = |row: &Row<'_>| {
            let technician = row.get::<_, Option<[u8; 16]>>(5)?.map(Uuid::from_bytes);
            let (turns, marks) = (row.get::<_, i64>(3)? as usize, marks(row, 6)?);
            let (stage, is_begun, priority) = (row.get(1)?, row.get(2)?, row.get(4)?);
            Ok((id(row, 0)?.to_string(), Worked { stage, is_begun, turns, priority, technician, marks }))
        };
        self.list(sql, work).into_iter().collect()
    }

    /// What was recorded under work orders.
    pub fn recorded(&self) -> BTreeMap<String, Recorded> {
        let sql = "SELECT r.id, w.id, u.id, json_extract(r.content, '$.what'), COALESCE(lower(hex(r.photo)), ''), instr(r.review, 'not_assigned') > 0,
               instr(r.review, 'late_work') > 0, instr(r.review, 'out_of_zone') > 0
             FROM work_record r JOIN work_order w ON w.num = r.work_order JOIN user u ON u.num = r.author";
        let record = |row: &Row<'_>| {
            let (order, author) = (id(row, 1)?.to_string(), id(row, 2)?);
            let (what, picture, marks) = (row.get(3)?, row.get(4)?, marks(row, 5)?);
            Ok((id(row, 0)?.to_string(), Recorded { order, author, what, picture, marks }))
        };
        self.list(sql, record).into_iter().collect()
    }

    /// The manual readings: of which meter, and by whom.
    pub fn readings(&self) -> BTreeMap<String, (String, Uuid)> {
        let sql = "SELECT r.id, m.id, u.id FROM manual_reading r JOIN meter m ON m.num = r.meter JOIN user u ON u.num = r.author";
        let reading = |row: &Row<'_>| Ok((id(row, 0)?.to_string(), (id(row, 1)?.to_string(), id(row, 2)?)));
        self.list(sql, reading).into_iter().collect()
    }

    /// The names of the pictures that are whole.
    pub fn pictures(&self) -> BTreeSet<String> {
        self.list("SELECT lower(hex(sha256)) FROM blob", |row| row.get(0)).into_iter().collect()
    }

    /// The checklists: what each version is called.
    pub fn checklists(&self) -> BTreeMap<(String, i64), String> {
        let sql = "SELECT template, version, json_extract(content, '$.name') FROM work_template";
        self.list(sql, |row| Ok(((id(row, 0)?.to_string(), row.get(1)?), row.get(2)?))).into_iter().collect()
    }

    /// The swaps of meters: who said each.
    pub fn swaps(&self) -> BTreeMap<String, Uuid> {
        let sql = "SELECT s.id, u.id FROM meter_swap s JOIN user u ON u.num = s.author";
        self.list(sql, |row| Ok((id(row, 0)?.to_string(), id(row, 1)?))).into_iter().collect()
    }

    /// The meters that a swap put up or took down, or was to.
    pub fn swapped(&self) -> BTreeSet<String> {
        let sql =
            "SELECT m.id FROM meter m WHERE m.num IN (SELECT old_meter FROM meter_swap UNION SELECT new_meter FROM meter_swap)";
        self.list(sql, |row| Ok(id(row, 0)?.to_string())).into_iter().collect()
    }

    /// What each connection has used, and by how much the registers of its meters went on while each was there, both in mL.
    pub fn used(&self) -> BTreeMap<String, (i64, i64)> {
        let settles_below = Verdict::Contradicted as u8;
        let sql = format!(
            "SELECT c.id, (SELECT COALESCE(SUM(d.volume), 0) FROM usage_day d WHERE d.connection = c.num),
               (SELECT COALESCE(SUM(s.counted), 0) FROM (
                  SELECT MAX(r.register) - MIN(r.register) AS counted FROM installation i
                    JOIN reading r ON r.meter = i.meter AND r.t >= i.since AND r.t < COALESCE(i.until, r.t + 1)
                    WHERE i.connection = c.num AND r.verdict < {settles_below} GROUP BY i.meter, i.since) s) FROM connection c"
        );
        self.list(&sql, |row| Ok((id(row, 0)?.to_string(), (row.get(1)?, row.get(2)?)))).into_iter().collect()
    }

    /// The templates of reports that stand: what each is called.
    pub fn templates(&self) -> BTreeMap<String, String> {
        let sql = "SELECT id, name FROM report_template WHERE removed = 0";
        self.list(sql, |row| Ok((id(row, 0)?.to_string(), row.get(1)?))).into_iter().collect()
    }

    /// Whether somebody is yet to be notified of a message to many.
    pub fn is_notifying(&self) -> bool {
        self.db.as_ref().is_some_and(|db| is_any_waiting(db).unwrap_or(true))
    }

    /// Notifications of messages to many: message and user, and how many.
    pub fn notified(&self) -> BTreeMap<(String, Uuid), i64> {
        let sql = "SELECT substr(n.dedupe_key, 14), u.id, COUNT(*) FROM notification n JOIN user u ON u.num = n.user
             WHERE n.dedupe_key LIKE 'announcement:%' GROUP BY 1, 2";
        self.list(sql, |row| Ok(((row.get(0)?, id(row, 1)?), row.get(2)?))).into_iter().collect()
    }

    /// Entries of the audit log about lists that were made into files, by operation.
    pub fn exports(&self) -> BTreeMap<Uuid, i64> {
        let sql = "SELECT op_id, COUNT(*) FROM audit WHERE kind = 'export_made' GROUP BY op_id";
        self.list(sql, |row| Ok((id(row, 0)?, row.get(1)?))).into_iter().collect()
    }

    /// The credit of connections that have any.
    pub fn credit(&self) -> BTreeMap<String, i64> {
        let sql = "SELECT c.id, a.balance FROM account a JOIN connection c ON c.num = a.connection WHERE a.kind = 'credit' AND a.balance <> 0";
        self.list(sql, |row| Ok((id(row, 0)?.to_string(), row.get(1)?))).into_iter().collect()
    }

    /// The buckets that hold anything.
    pub fn buckets(&self) -> BTreeSet<String> {
        let sql = "SELECT DISTINCT b.name FROM change c JOIN bucket b ON b.num = c.bucket WHERE c.removed = 0";
        self.list(sql, |row| row.get(0)).into_iter().collect()
    }

    /// The views that stand: what each shows.
    pub fn views(&self) -> BTreeMap<String, String> {
        let sql =
            "SELECT u.id, v.list, v.name, v.query FROM saved_view v JOIN user u ON u.num = v.user WHERE v.query IS NOT NULL";
        let view = |row: &Row<'_>| {
            let (list, name): (String, String) = (row.get(1)?, row.get(2)?);
            Ok((format!("{}/{list}/{name}", id(row, 0)?), row.get(3)?))
        };
        self.list(sql, view).into_iter().collect()
    }

    /// The buckets that hold each customer, connection and meter, by the number of the kind and the identifier.
    pub fn held_in(&self) -> BTreeMap<(u8, String), BTreeSet<String>> {
        let sql = "SELECT c.entity, c.id, b.name FROM change c JOIN bucket b ON b.num = c.bucket WHERE c.removed = 0 AND c.entity IN (2, 3, 4)";
        let held = |row: &Row<'_>| Ok(((row.get(0)?, RowId(row.get(1)?).to_wire()), row.get::<_, String>(2)?));
        let mut buckets: BTreeMap<(u8, String), BTreeSet<String>> = BTreeMap::new();
        for (row, bucket) in self.list(sql, held) {
            buckets.entry(row).or_default().insert(bucket);
        }
        buckets
    }
}
