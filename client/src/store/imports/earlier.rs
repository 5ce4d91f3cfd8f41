//! Files of before there were blocks: each row of the sheet was a row of a table, and so was each finding.

use crate::error::Error;
use crate::store::imports::block::{Block, Packer};
use crate::store::imports::cells::decode;
use crate::store::imports::findings::{group_findings, keep_of_columns};
use crate::store::imports::marks::{Marks, pack_findings};
use crate::store::imports::rows::{insert_block, set_marks};
use domain::imports::{Finding, SheetRow};
use rusqlite::{Connection, OptionalExtension};
use serde::Deserialize;

/// The schema that had rows.
const OF_ROWS: i64 = 1;

/// What is read of the import's state.
#[derive(Deserialize)]
struct State {
    header: Option<Header>,
}

#[derive(Deserialize)]
struct Header {
    last_row: u32,
}

/// Moves the rows and the findings of a file of before into blocks. The file may be of a check that was not over, or half committed: what each
/// row came to stays.
pub(super) fn into_blocks(db: &Connection, found: i64) -> Result<(), Error> {
    if found == OF_ROWS {
        move_rows(db)?;
        keep_of_columns(db, findings(db, (0, 0))?)?;
        group_findings(db)?;
    }
    if found <= OF_ROWS {
        db.execute_batch("DROP TABLE sheet_row; DROP TABLE finding;")?;
    }
    Ok(())
}

fn move_rows(db: &Connection) -> Result<(), Error> {
    db.execute_batch("CREATE INDEX IF NOT EXISTS finding_row ON finding (row)")?;
    let state: Option<String> = db.query_row("SELECT body FROM state", [], |row| row.get(0)).optional()?;
    let state = state.map(|body| serde_json::from_str::<State>(&body)).transpose()?;
    let header = state.and_then(|state| state.header).map_or(0, |header| header.last_row);
    let mut packer = Packer::new()?;
    let (mut block, mut marks) = (Block::default(), Marks::default());
    let mut query = db.prepare("SELECT num, hidden, cells, fate, warned FROM sheet_row ORDER BY num")?;
    let mut rows = query.query([])?;
    let mut row = SheetRow::default();
    while let Some(stored) = rows.next()? {
        (row.number, row.is_hidden) = (stored.get(0)?, stored.get(1)?);
        decode(stored.get_ref(2)?.as_str().map_err(|error| Error::Protocol(error.to_string()))?, &mut row);
        let is_behind = block.first() <= header && row.number > header;
        if block.is_full() || is_behind && !block.is_empty() {
            write(db, &mut packer, &std::mem::take(&mut block), &std::mem::take(&mut marks))?;
        }
        block.push(&row);
        marks.push_number(stored.get(3)?, stored.get(4)?);
    }
    if block.is_empty() { Ok(()) } else { write(db, &mut packer, &block, &marks) }
}

fn write(db: &Connection, packer: &mut Packer, block: &Block, marks: &Marks) -> Result<(), Error> {
    let packed = block.pack(packer)?;
    insert_block(db, &packed)?;
    let findings = pack_findings(&findings(db, (packed.first, packed.last))?, packer)?;
    set_marks(db, packed.first, marks, &findings)
}

/// What was found from one row to another.
fn findings(db: &Connection, rows: (u32, u32)) -> Result<Vec<Finding>, Error> {
    let mut query = db.prepare("SELECT body FROM finding WHERE row BETWEEN ?1 AND ?2 ORDER BY row, num")?;
    let bodies = query.query_map(rows, |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    bodies.iter().map(|body| Ok(serde_json::from_str(body)?)).collect()
}

#[cfg(test)]
mod tests {
    use crate::store::files::file::{connect, migrate};
    use crate::store::imports::{ImportFile, MIGRATIONS, Only};
    use domain::imports::{Action, Doubt, Field, Level, Reason};
    use protocol::ui::imports::Fate;
    use rusqlite::{OpenFlags, params};

    #[test]
    fn a_file_of_before_has_its_rows_fates_findings_and_mends_in_blocks() {
        let dir = tempfile::tempdir().unwrap();
        let (path, key) = (dir.path().join("import.db"), "00".repeat(32));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut db = connect(&path, &key, flags).unwrap();
        migrate(&mut db, &MIGRATIONS[..1], |_, _| Ok(())).unwrap();
        db.execute("INSERT INTO state (one, body) VALUES (1, '{\"header\":{\"last_row\":3}}')", []).unwrap();
        for number in 1..=1_500_u32 {
            let (fate, is_warned) =
                if number <= 3 { (0, false) } else { (if number % 100 == 0 { 5 } else { 1 }, number % 9 == 0) };
            let cells = format!("{number}\u{1f}Warga");
            db.execute(
                "INSERT INTO sheet_row (num, hidden, cells, fate, warned) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![number, number == 9, cells, fate, is_warned],
            )
            .unwrap();
            if fate == 5 {
                let doubt = Doubt::new(Reason::Required, Action::EditCell);
                let body = serde_json::to_string(&doubt.at(Level::Error, number, (Some(1), Some(Field::Name)), "")).unwrap();
                db.execute("INSERT INTO finding (row, repair, body) VALUES (?1, '', ?2)", params![number, body]).unwrap();
            }
        }
        db.execute("INSERT INTO mended_cell (row, col, text) VALUES (100, 1, 'Siti')", []).unwrap();
        drop(db);
        let file = ImportFile::open(&path, &key).unwrap();
        let all = file.rows_behind(0, 2_000).unwrap();
        assert_eq!((all.len(), all[0].fate, all[3].fate), (1_500, None, Some(Fate::Create)));
        assert!(all[8].row.is_hidden && !all[9].row.is_hidden);
        assert_eq!(file.count_rows(3).unwrap(), 1_497);
        let failed = file.rows_of(3, Only::Fate(Fate::Error), 4, 2).unwrap();
        assert_eq!(failed.iter().map(|stored| stored.row.number).collect::<Vec<_>>(), [500, 600]);
        let groups = file.groups().unwrap();
        assert_eq!((groups.len(), groups[0].count, groups[0].first.row), (1, 15, 100));
        assert_eq!(file.findings_of(1_400).unwrap().len(), 1);
        assert_eq!(file.rows_of_group(&groups[0].key, 13, 10).unwrap(), (15, vec![1_400, 1_500]));
        assert_ne!(file.overrides().unwrap(), domain::imports::Overrides::default());
    }
}
