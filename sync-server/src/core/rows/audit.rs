//! The audit log: one way to write an entry, and pages by key, newest first, each filter by an index of its own.

use crate::core::Tx;
use crate::core::audit_shown::{Wanted, called, shown};
use crate::core::scope::Caller;
use crate::error::Error;
use domain::people::Role;
use domain::{CustomerId, UserId, UtcMillis};
use protocol::core::audit::{Acting, AuditEntry, AuditPage, AuditPerson, AuditQuery, ENTRIES, Subject};
use protocol::core::problem::Code;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::BTreeMap;
use uuid::Uuid;

/// People and kinds that an answer offers as filters.
const CHOICES: i64 = 500;

/// Authors among whom those are chosen: customers write as well, and are many.
const AUTHORS: i64 = 20_000;

/// Who changed what: an entry to be written.
pub struct Entry<'a> {
    /// Key of the utility.
    pub utility: i64,
    /// Key of the user; none where the server acts by itself.
    pub user: Option<i64>,
    /// What was done, as `edit_customer`.
    pub kind: &'a str,
    /// The operation, or the idempotency key of the request.
    pub op: Uuid,
    /// When its author did it; the instant of the transaction where that is not known apart.
    pub occurred_at: Option<UtcMillis>,
    /// Kind and identifier of the row.
    pub row: (u8, Uuid),
}

impl<'a> Entry<'a> {
    /// An entry of a caller's request, with its kind and key. `row` is the kind and identifier of the row.
    pub fn by(who: &Caller, (kind, op): (&'a str, Uuid), row: (u8, Uuid)) -> Self {
        Self { utility: who.utility, user: Some(who.num), kind, op, occurred_at: None, row }
    }

    /// An entry of what the server does by itself.
    pub fn by_server(utility: i64, (kind, op): (&'a str, Uuid), row: (u8, Uuid)) -> Self {
        Self { utility, user: None, kind, op, occurred_at: None, row }
    }
}

/// Bytes of a value in an entry at most: longer ones are cut, which shows. No field that people fill in is as long.
const MAX_VALUE: usize = 8_192;

fn bounded(mut value: String) -> String {
    if value.len() > MAX_VALUE {
        value.truncate(value.floor_char_boundary(MAX_VALUE));
        value.push('…');
    }
    value
}

/// Writes an entry with the fields that changed: `(field, before, after)`.
///
/// # Errors
/// The database.
pub fn record<'f>(
    tx: &mut Tx<'_>,
    entry: &Entry<'_>,
    changes: impl IntoIterator<Item = (&'f str, String, String)>,
) -> Result<(), Error> {
    let changes: BTreeMap<&str, [String; 2]> =
        changes.into_iter().map(|(field, before, after)| (field, [bounded(before), bounded(after)])).collect();
    let changes = serde_json::to_string(&changes).map_err(|error| Error::Setup(format!("an audit entry: {error}")))?;
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO audit (utility, at, occurred_at, user, op_id, kind, entity, row_id, changes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    insert.execute(rusqlite::params![
        entry.utility,
        tx.now.0,
        entry.occurred_at.unwrap_or(tx.now).0,
        entry.user,
        entry.op.as_bytes(),
        entry.kind,
        entry.row.0,
        entry.row.1.as_bytes(),
        changes
    ])?;
    Ok(())
}

/// Answers a page of a utility's log.
///
/// # Errors
/// The key is malformed, or the database.
pub fn page(db: &mut Connection, utility: i64, asked: &AuditQuery) -> Result<AuditPage, Error> {
    let tx = db.transaction()?;
    let Some(user) = user(&tx, utility, asked)? else {
        return Ok(AuditPage { people: people(&tx, utility)?, kinds: kinds(&tx, utility)?, ..AuditPage::default() });
    };
    let wanted = Wanted::of(asked);
    let (sql, parameters) = statement(utility, user, asked, wanted.most_read())?;
    let mut query = tx.prepare_cached(&sql)?;
    let mut found = query.query(rusqlite::params_from_iter(parameters))?;
    let (mut page, mut seen, mut last) = (AuditPage::default(), 0, None);
    while let Some(row) = found.next()? {
        let (num, entry) = read(row)?;
        seen += 1;
        let is_wanted = wanted.takes(&entry);
        if is_wanted && page.entries.len() == ENTRIES {
            page.next.clone_from(&last);
            break;
        }
        last = Some(format!("{}:{num}", entry.at.0));
        if is_wanted {
            page.entries.push(entry);
        }
    }
    if page.next.is_none() && seen == wanted.most_read() {
        page.next = last;
    }
    Ok(AuditPage { people: people(&tx, utility)?, kinds: kinds(&tx, utility)?, ..page })
}

/// The key of whoever is asked for: nobody in particular, somebody, or none if there is no such user.
fn user(db: &Connection, utility: i64, asked: &AuditQuery) -> Result<Option<Option<i64>>, Error> {
    let Some(who) = asked.who else { return Ok(Some(None)) };
    let mut query = db.prepare_cached("SELECT num FROM user WHERE id = ?1 AND utility = ?2")?;
    let found = query.query_row(rusqlite::params![who.0.as_bytes(), utility], |row| row.get(0)).optional()?;
    Ok(found.map(Some))
}

/// The statement of a question, with its parameters in their order.
fn statement(utility: i64, user: Option<i64>, asked: &AuditQuery, most_read: usize) -> Result<(String, Vec<Value>), Error> {
    let mut conditions = vec!["a.utility = ?"];
    let mut parameters = vec![Value::Integer(utility)];
    let row = asked.row.map(|row| Value::Blob(row.as_bytes().to_vec()));
    let wanted = [
        (row, "a.row_id = ?", "audit_by_row"),
        (user.map(Value::Integer), "a.user = ?", "audit_by_user"),
        (asked.kind.clone().map(Value::Text), "a.kind = ?", "audit_by_kind"),
    ];
    // Named, because a guess at another one would cost a walk over the log or a sort of it. The narrowest comes first.
    let mut index = None;
    for (value, condition, its_index) in wanted {
        if let Some(value) = value {
            conditions.push(condition);
            parameters.push(value);
            index.get_or_insert(its_index);
        }
    }
    if asked.acting == Some(Acting::System) {
        conditions.push("a.user IS NULL");
        index.get_or_insert("audit_by_user");
    }
    let index = index.unwrap_or("audit_by_time");
    for (instant, condition) in [(asked.from, "a.at >= ?"), (asked.to, "a.at < ?")] {
        if let Some(instant) = instant {
            conditions.push(condition);
            parameters.push(Value::Integer(instant.0));
        }
    }
    if let Some(after) = &asked.after {
        let key = after.split_once(':').and_then(|(at, num)| Some((at.parse().ok()?, num.parse().ok()?)));
        let (at, num) = key.ok_or_else(|| Error::problem(Code::BadRequest, "`after` is not a key of ours"))?;
        conditions.push("(a.at, a.num) < (?, ?)");
        parameters.extend([Value::Integer(at), Value::Integer(num)]);
    }
    parameters.push(Value::Integer(most_read as i64));
    Ok((
        format!("{SELECT} INDEXED BY {index} {NAMES} WHERE {} ORDER BY a.at DESC, a.num DESC LIMIT +?", conditions.join(" AND ")),
        parameters,
    ))
}

const SELECT: &str = "SELECT a.num, a.op_id, u.id, u.name, u.role, a.at, a.occurred_at, a.kind, a.entity, a.row_id,
    COALESCE(c.name, pc.name || ' · ' || p.label || ' · ' || p.address, m.serial, w.name, g.name, f.class, z.name,
      (SELECT m.serial FROM note n JOIN meter m ON m.num = n.meter WHERE a.entity = 9 AND n.id = a.row_id AND m.utility = a.utility),
      (SELECT m.serial FROM manual_reading r JOIN meter m ON m.num = r.meter
        WHERE a.entity = 10 AND r.id = a.row_id AND m.utility = a.utility),
      (SELECT m.serial FROM meter_swap s JOIN meter m ON m.num = s.old_meter
        WHERE a.entity = 28 AND s.id = a.row_id AND m.utility = a.utility),
      (SELECT m.serial FROM work_order o JOIN meter m ON m.num = o.meter
        WHERE a.entity = 18 AND o.id = a.row_id AND m.utility = a.utility),
      (SELECT m.serial FROM work_record r JOIN meter m ON m.num = r.meter
        WHERE a.entity = 26 AND r.id = a.row_id AND m.utility = a.utility),
      (SELECT json_extract(t.content, '$.name') FROM work_template t WHERE a.entity = 27 AND t.id = a.row_id AND t.utility = a.utility),
      (SELECT v.name FROM saved_view v JOIN user o ON o.num = v.user
        WHERE a.entity = 22 AND v.id = a.row_id AND o.utility = a.utility),
      (SELECT t.name FROM report_template t WHERE a.entity = 23 AND t.id = a.row_id AND t.utility = a.utility),
      (SELECT json_extract(s.content, '$.name') FROM report_schedule s WHERE a.entity = 107 AND s.id = a.row_id AND s.utility = a.utility),
      ''), COALESCE(c.id, pc.id), a.changes
    FROM audit a";

/// What a row is called, if it is the utility's own: a device that hands in evidence may name any row.
///
/// Outer joins keep the log outermost: led by its authors, the page would be sorted after all of it was read.
const NAMES: &str = "LEFT JOIN user u ON u.num = a.user
    LEFT JOIN customer c ON a.entity = 2 AND c.id = a.row_id AND c.utility = a.utility
    LEFT JOIN connection p ON a.entity IN (3, 17) AND p.id = a.row_id AND p.utility = a.utility LEFT JOIN customer pc ON pc.num = p.customer
    LEFT JOIN meter m ON a.entity = 4 AND m.id = a.row_id AND m.utility = a.utility
    LEFT JOIN user w ON a.entity = 11 AND w.id = a.row_id AND w.utility = a.utility
    LEFT JOIN campaign g ON a.entity = 101 AND g.id = a.row_id AND g.utility = a.utility
    LEFT JOIN tariff_version f ON a.entity = 102 AND f.id = a.row_id AND f.utility = a.utility
    LEFT JOIN zone z ON a.entity = 1 AND z.id = a.row_id AND z.utility = a.utility";

/// Numbers of the kinds of records that people add and take back: customers, connections, meters.
const TAKEN_BACK: [u8; 3] = [2, 3, 4];

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, AuditEntry)> {
    let (role, code, changes): (Option<String>, u8, String) = (row.get(4)?, row.get(8)?, row.get(12)?);
    let broken = |error| rusqlite::Error::FromSqlConversionFailure(12, rusqlite::types::Type::Text, Box::new(error));
    let changes: BTreeMap<String, [String; 2]> = serde_json::from_str(&changes).map_err(broken)?;
    let role: Option<Role> = role.map(|role| role.parse().unwrap_or(Role::Customer));
    let who = row.get::<_, Option<[u8; 16]>>(2)?.map_or(Uuid::nil(), Uuid::from_bytes);
    let (title, changes): (String, _) = (row.get(10)?, shown(changes));
    // Of what is not there any more, only the entry knows what it was called.
    let title = if title.is_empty() && TAKEN_BACK.contains(&code) { called(&changes) } else { title };
    let entry = AuditEntry {
        op: Uuid::from_bytes(row.get(1)?),
        who: AuditPerson { id: UserId(who), name: row.get::<_, Option<String>>(3)?.unwrap_or_default(), role },
        role: role.unwrap_or(Role::Admin),
        by_server: role.is_none(),
        at: UtcMillis(row.get(5)?),
        occurred_at: UtcMillis(row.get(6)?),
        kind: row.get(7)?,
        entity: Subject::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(8, i64::from(code)))?,
        row: Uuid::from_bytes(row.get(9)?),
        title,
        customer: row.get::<_, Option<[u8; 16]>>(11)?.map(|id| CustomerId(Uuid::from_bytes(id))),
        changes,
    };
    Ok((row.get(0)?, entry))
}

/// Everybody with an entry, customers after the others: from one author to the next in the index, not over all entries.
fn people(db: &Connection, utility: i64) -> Result<Vec<AuditPerson>, Error> {
    let mut query = db.prepare_cached(
        "WITH RECURSIVE author (num) AS (
           SELECT MIN(user) FROM audit WHERE utility = ?1
           UNION ALL SELECT (SELECT MIN(user) FROM audit WHERE utility = ?1 AND user > author.num) FROM author WHERE num IS NOT NULL LIMIT +?2
         ) SELECT u.id, u.name, u.role FROM author JOIN user u ON u.num = author.num
         ORDER BY u.role = 'customer', u.name LIMIT +?3",
    )?;
    let people = query.query_map([utility, AUTHORS, CHOICES], |row| {
        let role: String = row.get(2)?;
        Ok(AuditPerson { id: UserId(Uuid::from_bytes(row.get(0)?)), name: row.get(1)?, role: role.parse().ok() })
    })?;
    Ok(people.collect::<Result<_, _>>()?)
}

fn kinds(db: &Connection, utility: i64) -> Result<Vec<String>, Error> {
    let mut query = db.prepare_cached(
        "WITH RECURSIVE known (kind) AS (
           SELECT MIN(kind) FROM audit WHERE utility = ?1
           UNION ALL SELECT (SELECT MIN(kind) FROM audit WHERE utility = ?1 AND kind > known.kind) FROM known WHERE kind IS NOT NULL LIMIT +?2
         ) SELECT kind FROM known WHERE kind IS NOT NULL ORDER BY kind",
    )?;
    Ok(query.query_map([utility, CHOICES], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rows::plan::{empty, plan_with};

    #[test]
    fn every_mixture_of_filters_reads_one_index_in_its_order() {
        let db = empty();
        for filters in 0..128_u8 {
            let has = |bit: u8| filters & (1 << bit) != 0;
            let asked = AuditQuery {
                who: None,
                acting: has(6).then_some(Acting::System),
                search: None,
                kind: has(1).then(|| "edit_customer".into()),
                row: has(2).then(Uuid::nil),
                from: has(3).then_some(UtcMillis(1)),
                to: has(4).then_some(UtcMillis(9)),
                after: has(5).then(|| "5:5".into()),
            };
            let (sql, parameters) = statement(1, has(0).then_some(1), &asked, ENTRIES + 1).unwrap();
            let steps = plan_with(&db, &sql, &parameters);
            let index = match (has(2), has(0), has(1)) {
                (true, ..) => "audit_by_row",
                (false, true, _) => "audit_by_user",
                (false, false, true) => "audit_by_kind",
                (false, false, false) if has(6) => "audit_by_user",
                _ => "audit_by_time",
            };
            assert!(steps[0].starts_with(&format!("SEARCH a USING INDEX {index} ")), "{asked:?}: {steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE") || step.starts_with("SCAN")), "{asked:?}: {steps:?}");
        }
    }
}
