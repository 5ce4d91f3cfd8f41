//! What the server of a simulation has stored, in the words of the model, to be compared with it.

use super::model::{Installed, Opening, Place};
use super::server::Server;
use domain::metering::reading::Verdict;
use rusqlite::Row;
use std::collections::{BTreeMap, BTreeSet};
use sync_server::alerts::rows::announcements::is_any_waiting;
use sync_server::core::feed::RowId;
use uuid::Uuid;

fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(column)?))
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

    /// The work orders: how far each is.
    pub fn works(&self) -> BTreeMap<String, String> {
        let sql = "SELECT id, CASE WHEN completed_at IS NOT NULL THEN 'completed' WHEN cancelled_at IS NOT NULL THEN 'cancelled'
             WHEN begun_at IS NOT NULL THEN 'in_progress' ELSE 'scheduled' END FROM work_order";
        self.list(sql, |row| Ok((id(row, 0)?.to_string(), row.get(1)?))).into_iter().collect()
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
