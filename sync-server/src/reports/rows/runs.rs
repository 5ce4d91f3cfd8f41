//! Reports that were made, as rows. They are only ever added.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::people::Language;
use domain::reports::{Design, Period, ReportKind, RunState};
use domain::{LocalDay, ReportRunId, ReportScheduleId, UserId, UtcMillis};
use protocol::sync::rows::ReportRun;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// A run to be written.
pub struct NewRun<'a> {
    /// Its identifier.
    pub id: ReportRunId,
    /// Key of the utility.
    pub utility: i64,
    /// Key of the schedule.
    pub schedule: i64,
    /// The local day on which it was due.
    pub day: LocalDay,
    /// The key of the request by which somebody has had it made again.
    pub asked: Option<Uuid>,
    /// What the schedule is called.
    pub name: &'a str,
    /// What it was filled by; none where the template was gone.
    pub design: Option<&'a Design>,
    /// Its language.
    pub language: Language,
    /// The days that it is of.
    pub period: Period,
    /// When it was due.
    pub due: UtcMillis,
    /// When it was made.
    pub at: UtcMillis,
    /// The last transfer that is in it.
    pub transfer: i64,
    /// How many due times before it were missed.
    pub missed: u32,
    /// What became of it.
    pub state: RunState,
    /// The report, compressed.
    pub document: Option<&'a [u8]>,
}

/// Writes a run; none if there is one of its due day, or of its request. Returns its key.
///
/// # Errors
/// The database.
pub fn insert(tx: &mut Tx<'_>, new: &NewRun<'_>) -> Result<Option<i64>, Error> {
    let unwritable = |error| Error::Setup(format!("a report cannot be written as JSON: {error}"));
    let design = new.design.map(serde_json::to_string).transpose().map_err(unwritable)?;
    let mut insert = tx.db.prepare_cached(
        "INSERT INTO report_run (id, utility, schedule, day, asked, name, kind, design, language, first_day, last_day, due, at, transfer, missed,
           state, document)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT DO NOTHING RETURNING num",
    )?;
    let num = insert.query_row(
        params![
            new.id.0.as_bytes(),
            new.utility,
            new.schedule,
            new.day.0,
            new.asked.as_ref().map(Uuid::as_bytes),
            new.name,
            new.design.map(|design| design.kind.as_str()),
            design,
            new.language.as_str(),
            new.period.first.0,
            new.period.last.0,
            new.due.0,
            new.at.0,
            new.transfer,
            new.missed,
            new.state.as_str(),
            new.document
        ],
        |row| row.get(0),
    );
    Ok(num.optional()?)
}

/// Writes that a user (key) is a recipient of a run (key).
///
/// # Errors
/// The database.
pub fn add_recipient(tx: &mut Tx<'_>, run: i64, user: i64) -> Result<(), Error> {
    tx.db.prepare_cached("INSERT INTO report_run_recipient (run, user) VALUES (?1, ?2)")?.execute([run, user])?;
    Ok(())
}

const BODY: &str =
    "SELECT r.id, s.id, r.name, r.kind, r.first_day, r.last_day, r.due, r.at, r.missed, r.asked IS NOT NULL, r.state
    FROM report_run r JOIN report_schedule s ON s.num = r.schedule";

fn body_of(row: &Row<'_>) -> rusqlite::Result<ReportRun> {
    let (kind, state): (Option<String>, String) = (row.get(3)?, row.get(10)?);
    let kind = kind.map(|word| ReportKind::from_word(&word).ok_or_else(|| unreadable(3, word))).transpose()?;
    Ok(ReportRun {
        id: ReportRunId(Uuid::from_bytes(row.get(0)?)),
        schedule: ReportScheduleId(Uuid::from_bytes(row.get(1)?)),
        name: row.get(2)?,
        kind,
        period: Period { first: LocalDay(row.get(4)?), last: LocalDay(row.get(5)?) },
        due: UtcMillis(row.get(6)?),
        at: UtcMillis(row.get(7)?),
        missed: row.get(8)?,
        again: row.get(9)?,
        state: RunState::from_word(&state).ok_or_else(|| unreadable(10, state))?,
    })
}

fn unreadable(column: usize, word: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, word.into())
}

/// The body of a run's row.
///
/// # Errors
/// The database.
pub fn body(db: &Db, id: Uuid) -> Result<Option<ReportRun>, Error> {
    Ok(db.prepare_cached(&format!("{BODY} WHERE r.id = ?1"))?.query_row([id.as_bytes()], body_of).optional()?)
}

/// The runs of a utility, the newest first, so many at most.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64, limit: i64) -> Result<Vec<ReportRun>, Error> {
    let mut query = db.prepare_cached(&format!("{BODY} WHERE r.utility = ?1 ORDER BY r.num DESC LIMIT +?2"))?;
    Ok(query.query_map([utility, limit], body_of)?.collect::<Result<_, _>>()?)
}

/// A run with what it was filled by and what came of it.
pub struct StoredRun {
    /// Its key.
    pub num: i64,
    /// Key of the schedule.
    pub schedule: i64,
    /// The local day on which it was due.
    pub day: LocalDay,
    /// When it was due.
    pub due: UtcMillis,
    /// What the schedule was called.
    pub name: String,
    /// What it was filled by; none where the template was gone.
    pub design: Option<Design>,
    /// Its language.
    pub language: Language,
    /// The last transfer that is in it.
    pub transfer: i64,
    /// The report, compressed.
    pub document: Option<Vec<u8>>,
}

/// A run of a utility by its identifier.
///
/// # Errors
/// The database.
pub fn find(db: &Db, utility: i64, id: ReportRunId) -> Result<Option<StoredRun>, Error> {
    let mut query = db.prepare_cached(
        "SELECT num, schedule, day, due, name, design, language, transfer, document FROM report_run WHERE id = ?1 AND utility = ?2",
    )?;
    let found = query.query_row(params![id.0.as_bytes(), utility], |row| {
        let broken = |error: serde_json::Error| rusqlite::Error::FromSqlConversionFailure(5, Type::Text, error.into());
        let design: Option<String> = row.get(5)?;
        Ok(StoredRun {
            num: row.get(0)?,
            schedule: row.get(1)?,
            day: LocalDay(row.get(2)?),
            due: UtcMillis(row.get(3)?),
            name: row.get(4)?,
            design: design.map(|text| serde_json::from_str(&text)).transpose().map_err(broken)?,
            language: Language::from_word(&row.get::<_, String>(6)?).unwrap_or_default(),
            transfer: row.get(7)?,
            document: row.get(8)?,
        })
    });
    Ok(found.optional()?)
}

/// The report of a run, compressed; none if there is no such run, or it has none.
///
/// # Errors
/// The database.
pub fn document(db: &Db, id: ReportRunId) -> Result<Option<Vec<u8>>, Error> {
    let mut query = db.prepare_cached("SELECT document FROM report_run WHERE id = ?1")?;
    Ok(query.query_row([id.0.as_bytes()], |row| row.get(0)).optional()?.flatten())
}

/// Whether a run was made by a request.
///
/// # Errors
/// The database.
pub fn is_asked(db: &Db, utility: i64, key: Uuid) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM report_run WHERE asked = ?1 AND utility = ?2)")?;
    Ok(query.query_row(params![key.as_bytes(), utility], |row| row.get(0))?)
}

/// Whether a schedule (key) has its report of a due day.
///
/// # Errors
/// The database.
pub fn is_made(db: &Db, schedule: i64, day: LocalDay) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM report_run WHERE schedule = ?1 AND day = ?2 AND asked IS NULL)";
    Ok(db.prepare_cached(sql)?.query_row(params![schedule, day.0], |row| row.get(0))?)
}

/// The recipients of a run (key).
///
/// # Errors
/// The database.
pub fn recipients(db: &Db, run: i64) -> Result<Vec<UserId>, Error> {
    let mut query = db.prepare_cached(
        "SELECT u.id FROM report_run_recipient r JOIN user u ON u.num = r.user WHERE r.run = ?1 ORDER BY u.num",
    )?;
    let found = query.query_map([run], |row| Ok(UserId(Uuid::from_bytes(row.get(0)?))))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The number of the last transfer that there is.
///
/// # Errors
/// The database.
pub fn last_transfer(db: &Db) -> Result<i64, Error> {
    Ok(db.prepare_cached("SELECT COALESCE(MAX(num), 0) FROM transfer")?.query_row([], |row| row.get(0))?)
}
