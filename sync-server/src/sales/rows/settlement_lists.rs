//! Settlement files as admins see them: which were brought, what the lines of one come to, and a page of them.

use crate::core::Db;
use crate::error::Error;
use domain::sales::reconciliation::{Because, LineState, LineVerdict};
use domain::{CustomerId, Rupiah, UtcMillis};
use protocol::sales::settlements::{LINES, SettlementFileInfo, SettlementLine, VerdictSum};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// Files of one answer at most.
const FILES: i64 = 50;

/// The files of a utility, the newest first.
pub fn files(db: &Db, utility: i64) -> Result<Vec<SettlementFileInfo>, Error> {
    let mut query = db.prepare_cached(
        "SELECT f.id, f.name, f.rows, f.received, f.first_at, f.last_at, u.name, f.at,
           (SELECT COUNT(*) FROM settlement_line l WHERE l.file = f.num AND l.state = 'open'
             AND l.verdict IN ('differs', 'missing_with_us', 'missing_at_gateway', 'twice'))
         FROM settlement_file f JOIN user u ON u.num = f.by WHERE f.utility = ?1 ORDER BY f.num DESC LIMIT +?2",
    )?;
    let found = query.query_map([utility, FILES], |row| {
        Ok(SettlementFileInfo {
            file: Uuid::from_bytes(row.get(0)?),
            name: row.get(1)?,
            rows: row.get(2)?,
            received: row.get(3)?,
            first_at: UtcMillis(row.get(4)?),
            last_at: UtcMillis(row.get(5)?),
            by_name: row.get(6)?,
            at: UtcMillis(row.get(7)?),
            open: row.get(8)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// What the lines of a file come to, in the order of the verdicts.
pub fn sums(db: &Db, file: i64) -> Result<Vec<VerdictSum>, Error> {
    let mut query = db.prepare_cached(
        "SELECT verdict, COUNT(*), SUM(state = 'open'), SUM(gross), SUM(fee) FROM settlement_line WHERE file = ?1 GROUP BY verdict",
    )?;
    let found = query.query_map([file], |row| {
        let word: String = row.get(0)?;
        let verdict = LineVerdict::from_word(&word).unwrap_or(LineVerdict::NotCompared);
        Ok(VerdictSum { verdict, count: row.get(1)?, open: row.get(2)?, gross: Rupiah(row.get(3)?), fee: Rupiah(row.get(4)?) })
    })?;
    let mut sums: Vec<VerdictSum> = found.collect::<Result<_, _>>()?;
    sums.sort_by_key(|sum| sum.verdict);
    Ok(sums)
}

const COLUMNS: &str =
    "SELECT l.num, l.id, l.place, l.order_id, l.gateway_id, l.method, l.gross, l.fee, l.begun_at, l.status, l.verdict, l.because,
      l.state, y.gross, cu.id, COALESCE(cu.name || ' · ' || c.label, ''), l.note
    FROM settlement_line l LEFT JOIN payment y ON y.num = l.payment LEFT JOIN purchase p ON p.id = y.purchase
    LEFT JOIN customer cu ON cu.num = p.customer LEFT JOIN connection c ON c.num = p.connection";

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, SettlementLine)> {
    let (verdict, because, state): (String, String, String) = (row.get(10)?, row.get(11)?, row.get(12)?);
    let place: i64 = row.get(2)?;
    let line = SettlementLine {
        id: Uuid::from_bytes(row.get(1)?),
        row: u32::try_from(place).ok(),
        order: row.get(3)?,
        transaction: row.get(4)?,
        method: row.get(5)?,
        gross: Rupiah(row.get(6)?),
        fee: Rupiah(row.get(7)?),
        at: UtcMillis(row.get(8)?),
        status: row.get(9)?,
        verdict: LineVerdict::from_word(&verdict).unwrap_or(LineVerdict::NotCompared),
        because: Because::from_word(&because),
        state: LineState::from_word(&state).unwrap_or(LineState::Done),
        ours: row.get::<_, Option<i64>>(13)?.map(Rupiah),
        customer: row.get::<_, Option<[u8; 16]>>(14)?.map(|id| CustomerId(Uuid::from_bytes(id))),
        whose: row.get(15)?,
        note: row.get(16)?,
    };
    Ok((row.get(0)?, line))
}

/// Lines of a file from behind one on, by what they come to, or those that somebody has to look at; and where to go on.
pub fn lines(db: &Db, file: i64, verdict: Option<LineVerdict>, after: i64) -> Result<(Vec<SettlementLine>, Option<i64>), Error> {
    let wanted = match verdict {
        Some(_) => "l.verdict = ?2",
        None => "l.state = 'open' AND l.verdict IN ('differs', 'missing_with_us', 'missing_at_gateway', 'twice') AND ?2 = ''",
    };
    let sql = format!("{COLUMNS} WHERE l.file = ?1 AND {wanted} AND l.num > ?3 ORDER BY l.num LIMIT +?4");
    let mut query = db.prepare_cached(&sql)?;
    let word = verdict.map_or("", LineVerdict::as_str);
    let found = query.query_map(params![file, word, after, LINES as i64 + 1], read)?;
    let mut found: Vec<(i64, SettlementLine)> = found.collect::<Result<_, _>>()?;
    let has_more = found.len() > LINES;
    found.truncate(LINES);
    let next = if has_more { found.last().map(|(num, _)| *num) } else { None };
    Ok((found.into_iter().map(|(_, line)| line).collect(), next))
}

/// One line of a utility as it is shown.
pub fn line(db: &Db, utility: i64, id: Uuid) -> Result<Option<SettlementLine>, Error> {
    let mut query = db.prepare_cached(&format!("{COLUMNS} WHERE l.id = ?1 AND l.utility = ?2"))?;
    Ok(query.query_row(params![id.as_bytes(), utility], |row| Ok(read(row)?.1)).optional()?)
}
