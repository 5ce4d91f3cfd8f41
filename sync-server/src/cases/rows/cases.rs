//! Cases as rows.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::alerts::case::{Cause, Found, Status, standing};
use domain::alerts::rules::Treatment;
use domain::leaks::Severity;
use domain::{ConnectionId, MeterId, Millilitres, Rupiah, UserId, UtcMillis, WorkOrderId};
use protocol::sync::rows::Person;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What was found, or is now known of what was found.
pub struct Finding<'a> {
    /// Key of the meter.
    pub meter: i64,
    /// Key of the connection at which the meter is.
    pub connection: i64,
    /// Why there is a case.
    pub cause: Cause,
    /// How bad it is.
    pub severity: Severity,
    /// When it began.
    pub start: UtcMillis,
    /// The reading or event by which this is known.
    pub at: UtcMillis,
    /// mL/h.
    pub rate: u32,
    /// What has run away so far.
    pub loss: Millilitres,
    /// What it was found by.
    pub found: &'a Found,
}

fn text(found: &Found) -> Result<String, Error> {
    serde_json::to_string(found).map_err(|error| Error::Setup(format!("a case cannot be written: {error}")))
}

/// Writes a new case under the connection's next number; returns its key.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, new: &Finding<'_>) -> Result<i64, Error> {
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO meter_case (connection, no, meter, cause, severity, start, opened_at, rate, loss, found)
         SELECT ?1, COALESCE(MAX(no), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM meter_case WHERE connection = ?1 RETURNING num",
    )?;
    let values = params![
        new.connection,
        new.meter,
        new.cause.as_str(),
        new.severity.as_str(),
        new.start.0,
        new.at.0,
        new.rate,
        new.loss.0,
        text(new.found)?
    ];
    Ok(insert.query_row(values, |row| row.get(0))?)
}

/// A case that is found once more after the rules went back is the one that it was: it keeps its number and what people said. One that opens
/// again, because more flows than was called normal or that is not normal any more, is open whatever was said of it before.
///
/// # Errors
/// The database.
pub fn find_again(tx: &mut Tx<'_>, case: i64, new: &Finding<'_>) -> Result<(), Error> {
    tx.db
        .prepare_cached(
            "UPDATE meter_case SET severity = ?2, start = ?3, opened_at = ?4, cleared_at = NULL, rate = ?5, loss = ?6, found = ?7,
               answered = CASE WHEN doubtful = 0 AND withdrawn_at IS NULL AND answered_at < ?4 THEN NULL ELSE answered END,
               notified_at = CASE WHEN doubtful = 0 AND withdrawn_at IS NULL AND notified_at < ?4 THEN NULL ELSE notified_at END,
               doubtful = 0, withdrawn_at = NULL WHERE num = ?1",
        )?
        .execute(params![case, new.severity.as_str(), new.start.0, new.at.0, new.rate, new.loss.0, text(new.found)?])?;
    Ok(())
}

/// Writes what is now known of a case; when it was found stays, and so does what it was found by where that is not given.
///
/// # Errors
/// The database.
pub fn update(tx: &mut Tx<'_>, case: i64, now: &Finding<'_>, found: Option<&Found>) -> Result<(), Error> {
    let found = found.map(text).transpose()?;
    tx.db
        .prepare_cached(
            "UPDATE meter_case SET severity = ?2, start = ?3, rate = ?4, loss = ?5, found = COALESCE(?6, found), behind = 1
             WHERE num = ?1",
        )?
        .execute(params![case, now.severity.as_str(), now.start.0, now.rate, now.loss.0, found])?;
    Ok(())
}

/// Cases whose row was published before an instant and does not say yet what is known of them.
///
/// # Errors
/// The database.
pub fn behind(db: &Db, before: UtcMillis, limit: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached("SELECT num FROM meter_case WHERE behind = 1 AND published_at < ?1 LIMIT +?2")?;
    Ok(query.query_map([before.0, limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// A case is over by itself.
///
/// # Errors
/// The database.
pub fn clear(tx: &mut Tx<'_>, case: i64, at: UtcMillis) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE meter_case SET cleared_at = ?2 WHERE num = ?1")?.execute(params![case, at.0])?;
    Ok(())
}

/// The case of a cause at a meter that is not over by itself, by key.
///
/// # Errors
/// The database.
pub fn going_on(db: &Db, meter: i64, cause: Cause) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num FROM meter_case WHERE meter = ?1 AND cause = ?2 AND cleared_at IS NULL AND withdrawn_at IS NULL AND doubtful = 0
         ORDER BY num DESC LIMIT 1",
    )?;
    Ok(query.query_row(params![meter, cause.as_str()], |row| row.get(0)).optional()?)
}

/// The case of a cause at a meter at a connection that nobody and nothing has ended, by key.
///
/// # Errors
/// The database.
pub fn open(db: &Db, (meter, connection): (i64, i64), cause: Cause) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num FROM meter_case WHERE meter = ?1 AND cause = ?2 AND connection = ?3 AND cleared_at IS NULL AND withdrawn_at IS NULL
           AND (answered IS NULL OR answered IN ('investigating', 'confirmed')) ORDER BY num DESC LIMIT 1",
    )?;
    Ok(query.query_row(params![meter, cause.as_str(), connection], |row| row.get(0)).optional()?)
}

/// The case that a finding is, if the rules had found it before they went back: by its start, or a doubtful one found within `near_ms` of it.
///
/// # Errors
/// The database.
pub fn found_before(db: &Db, new: &Finding<'_>, near_ms: i64) -> Result<Option<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num FROM meter_case WHERE meter = ?1 AND connection = ?2 AND cause = ?3
           AND (start = ?4 OR doubtful = 1 AND abs(opened_at - ?5) <= ?6) ORDER BY start <> ?4, abs(opened_at - ?5) LIMIT 1",
    )?;
    let values = params![new.meter, new.connection, new.cause.as_str(), new.start.0, new.at.0, near_ms];
    Ok(query.query_row(values, |row| row.get(0)).optional()?)
}

/// The rules go back to an instant: what they found after it is doubtful, and what was over after it goes on.
///
/// # Errors
/// The database.
pub fn go_back(tx: &mut Tx<'_>, meter: i64, to: UtcMillis) -> Result<BTreeSet<i64>, Error> {
    let sql = "UPDATE meter_case SET doubtful = 1 WHERE meter = ?1 AND cause = ?2 AND opened_at > ?3 AND withdrawn_at IS NULL RETURNING num";
    let mut changed = of_rules(tx, meter, to, sql)?;
    changed.extend(go_on(tx, meter, to)?);
    Ok(changed)
}

/// What was over after an instant goes on.
///
/// # Errors
/// The database.
pub fn go_on(tx: &mut Tx<'_>, meter: i64, to: UtcMillis) -> Result<BTreeSet<i64>, Error> {
    let sql = "UPDATE meter_case SET cleared_at = NULL WHERE meter = ?1 AND cause = ?2 AND opened_at <= ?3 AND cleared_at > ?3 RETURNING num";
    of_rules(tx, meter, to, sql)
}

/// Changes the cases of each rule; returns those that have changed.
fn of_rules(tx: &mut Tx<'_>, meter: i64, to: UtcMillis, sql: &str) -> Result<BTreeSet<i64>, Error> {
    let mut changed = BTreeSet::new();
    let mut update = tx.db.prepare_cached(sql)?;
    for cause in Cause::ALL.iter().filter(|cause| cause.rule().is_some()) {
        for num in update.query_map(params![meter, cause.as_str(), to.0], |row| row.get(0))? {
            changed.insert(num?);
        }
    }
    Ok(changed)
}

/// Withdraws the cases of a meter that the rules have not found again; returns their keys.
///
/// # Errors
/// The database.
pub fn withdraw_doubtful(tx: &mut Tx<'_>, meter: i64) -> Result<Vec<i64>, Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE meter_case SET withdrawn_at = ?2, doubtful = 0 WHERE meter = ?1 AND doubtful = 1 RETURNING num",
    )?;
    Ok(update.query_map([meter, tx.now.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// A case as it is stored.
pub struct StoredCase {
    /// Its key.
    pub num: i64,
    /// Key of its connection.
    pub connection: i64,
    /// Identifier of its connection.
    pub connection_id: ConnectionId,
    /// Its number there.
    pub no: u32,
    /// Key of its meter.
    pub meter: i64,
    /// Identifier of its meter.
    pub meter_id: MeterId,
    /// Why there is a case.
    pub cause: Cause,
    /// How bad it was found to be.
    pub severity: Severity,
    /// What becomes of it by what the utility has set.
    pub treatment: Treatment,
    /// When it began.
    pub start: UtcMillis,
    /// When it was found.
    pub opened_at: UtcMillis,
    /// Since when it is over by itself.
    pub cleared_at: Option<UtcMillis>,
    /// mL/h.
    pub rate: u32,
    /// What has run away.
    pub loss: Millilitres,
    /// What it was found by.
    pub found: Found,
    /// How far people said that it is.
    pub answered: Option<Status>,
    /// How bad it was when somebody was notified of it.
    pub notified: Option<Severity>,
    /// When its row was published last.
    pub published_at: UtcMillis,
    /// Until when its use is expected.
    pub normal_until: Option<UtcMillis>,
    /// Whether the readings that it was found by are no more.
    pub is_withdrawn: bool,
    /// What the loss costs.
    pub cost: Option<Rupiah>,
    /// What 30 days of it would cost.
    pub cost_month: Option<Rupiah>,
    /// The work order that authorises it: its key and identifier.
    pub order: Option<(i64, WorkOrderId)>,
    /// Whose it is.
    pub assigned: Option<Person>,
}

impl StoredCase {
    /// How far it is: what people said, unless it has ended by itself.
    pub fn status(&self) -> Status {
        standing(self.answered, self.cleared_at.is_some())
    }

    /// How bad it counts as; none if it is not shown.
    pub fn shown_severity(&self) -> Option<Severity> {
        self.treatment.of(self.severity, self.order.is_some()).filter(|_| !self.is_withdrawn)
    }
}

const COLUMNS: &str =
    "k.num, k.connection, c.id, k.no, k.meter, m.id, k.cause, k.severity, k.start, k.opened_at, k.cleared_at, k.rate,
    k.loss, k.found, k.answered,
    CASE WHEN k.notified_at IS NOT NULL THEN k.notified_severity END, k.published_at,
    (SELECT MAX(n.until) FROM leak_normal n WHERE n.meter_case = k.num), k.withdrawn_at IS NOT NULL, k.cost, k.cost_month,
    k.work_order, w.id, a.id, k.assignee_name, k.treatment";

const FROM: &str = "meter_case k JOIN connection c ON c.num = k.connection JOIN meter m ON m.num = k.meter
    LEFT JOIN work_order w ON w.num = k.work_order LEFT JOIN user a ON a.num = k.assignee";

fn word<T>(row: &Row<'_>, column: usize, read: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let word: String = row.get(column)?;
    read(&word).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, word.into()))
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredCase> {
    let instant = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(UtcMillis));
    let id = |column| row.get::<_, Option<i64>>(column);
    let uuid = |column| row.get::<_, Option<[u8; 16]>>(column).map(|id| id.map(Uuid::from_bytes));
    let found: String = row.get(13)?;
    let answered: Option<String> = row.get(14)?;
    Ok(StoredCase {
        num: row.get(0)?,
        connection: row.get(1)?,
        connection_id: ConnectionId(Uuid::from_bytes(row.get(2)?)),
        no: row.get(3)?,
        meter: row.get(4)?,
        meter_id: MeterId(Uuid::from_bytes(row.get(5)?)),
        cause: word(row, 6, Cause::from_word)?,
        severity: word(row, 7, Severity::from_word)?,
        treatment: word(row, 25, Treatment::from_word)?,
        start: UtcMillis(row.get(8)?),
        opened_at: UtcMillis(row.get(9)?),
        cleared_at: instant(10)?,
        rate: row.get(11)?,
        loss: Millilitres(row.get(12)?),
        found: serde_json::from_str(&found)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(13, Type::Text, error.into()))?,
        answered: answered.as_deref().and_then(Status::from_word),
        notified: row.get::<_, Option<String>>(15)?.as_deref().and_then(Severity::from_word),
        published_at: UtcMillis(row.get(16)?),
        normal_until: instant(17)?,
        is_withdrawn: row.get(18)?,
        cost: row.get::<_, Option<i64>>(19)?.map(Rupiah),
        cost_month: row.get::<_, Option<i64>>(20)?.map(Rupiah),
        order: id(21)?.zip(uuid(22)?.map(WorkOrderId)),
        assigned: uuid(23)?.map(UserId).zip(row.get(24)?).map(|(id, name)| Person { id, name }),
    })
}

/// A case by key.
///
/// # Errors
/// No such case, or the database.
pub fn load(db: &Db, case: i64) -> Result<StoredCase, Error> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE k.num = ?1"))?;
    Ok(query.query_row([case], read)?)
}

/// A case by its connection's identifier and its number there.
///
/// # Errors
/// The database.
pub fn find(db: &Db, connection: Uuid, no: u32) -> Result<Option<StoredCase>, Error> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM {FROM} WHERE c.id = ?1 AND k.no = ?2"))?;
    Ok(query.query_row(params![connection.as_bytes(), no], read).optional()?)
}

/// The causes of the cases at a connection that nobody and nothing has ended, but for those that are not shown.
///
/// # Errors
/// The database.
pub fn open_at(db: &Db, connection: i64) -> Result<Vec<Cause>, Error> {
    let mut query = db.prepare_cached(
        "SELECT cause FROM meter_case WHERE connection = ?1 AND cleared_at IS NULL AND withdrawn_at IS NULL AND treatment <> 'off'
           AND (answered IS NULL OR answered IN ('investigating', 'confirmed'))",
    )?;
    Ok(query.query_map([connection], |row| word(row, 0, Cause::from_word))?.collect::<Result<_, _>>()?)
}

/// Gives a case another revision, published now, with what its loss and 30 days of it cost; returns it.
///
/// # Errors
/// The database.
pub fn revise(tx: &mut Tx<'_>, case: i64, (cost, month): (Option<Rupiah>, Option<Rupiah>)) -> Result<i64, Error> {
    let mut update = tx.db.prepare_cached(
        "UPDATE meter_case SET rev = rev + 1, published_at = ?2, cost = ?3, cost_month = ?4, behind = 0 WHERE num = ?1 RETURNING rev",
    )?;
    Ok(update.query_row(params![case, tx.now.0, cost.map(|cost| cost.0), month.map(|month| month.0)], |row| row.get(0))?)
}

/// Somebody is notified of a case that is as bad as this.
///
/// # Errors
/// The database.
pub fn mark_notified(tx: &mut Tx<'_>, case: i64, severity: Severity) -> Result<(), Error> {
    let mut update = tx.db.prepare_cached("UPDATE meter_case SET notified_at = ?2, notified_severity = ?3 WHERE num = ?1")?;
    update.execute(params![case, tx.now.0, severity.as_str()])?;
    Ok(())
}

/// The cases of a meter that nobody and nothing has ended and of which nobody was notified, by key.
///
/// # Errors
/// The database.
pub fn unnotified(db: &Db, meter: i64) -> Result<Vec<i64>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num FROM meter_case WHERE meter = ?1 AND notified_at IS NULL AND cleared_at IS NULL AND withdrawn_at IS NULL
           AND (answered IS NULL OR answered IN ('investigating', 'confirmed'))",
    )?;
    Ok(query.query_map([meter], |row| row.get(0))?.collect::<Result<_, _>>()?)
}
