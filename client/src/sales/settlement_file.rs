//! Reads a settlement file as a page brings it: any spreadsheet or CSV that imports read, by its content. It is on disk while it is read, and deleted
//! then.

use crate::core::jobs::FOLDER;
use crate::error::Error;
use crate::imports::failures::{failure_of_opening, failure_of_reading};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::Rupiah;
use domain::sales::reconciliation::SettlementRow;
use domain::sales::settlement_file::{FileReader, NotSettlement, SettlementFile};
use imports::{Limits, Workbook, open};
use protocol::core::problem::{Code, Problem};
use protocol::ui::closing::{SETTLEMENT_BYTES, SettlementPreview, SettlementUpload};
use protocol::ui::imports::Failure;
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;
use std::path::Path;
use uuid::Uuid;

/// A file that was read.
pub struct ReadSettlement {
    /// What the page shows of it.
    pub preview: SettlementPreview,
    /// Its rows.
    pub rows: Vec<SettlementRow>,
}

/// Reads a file; what cannot be read is said in its preview, and is no error. `data` is the folder of this device's files.
///
/// # Errors
/// It is no base64, too large, or cannot be written down.
pub fn read(data: &Path, upload: &SettlementUpload) -> Result<ReadSettlement, Error> {
    let bytes = STANDARD.decode(&upload.base64).map_err(|_| Problem::new(Code::BadRequest, "a file is base64"))?;
    if bytes.len() as u64 > SETTLEMENT_BYTES {
        return Err(Problem::new(Code::TooLarge, "the file is too large").into());
    }
    let folder = data.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{}.settlement", Uuid::now_v7()));
    std::fs::write(&path, &bytes)?;
    let read = rows_of(&path);
    std::fs::remove_file(&path)?;
    let file = name_of(&bytes);
    Ok(match read {
        Ok(found) => shown(file, found),
        Err(failure) => {
            let preview = SettlementPreview { file, failure: Some(failure), ..SettlementPreview::default() };
            ReadSettlement { preview, rows: Vec::new() }
        }
    })
}

/// What a file is called: the first half of the SHA-256 of its content, so that the same content is the same file whatever its name.
fn name_of(bytes: &[u8]) -> Uuid {
    let hash = Sha256::digest(bytes);
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(half)
}

fn shown(file: Uuid, found: SettlementFile) -> ReadSettlement {
    let SettlementFile { rows, faults, faulty, left_out } = found;
    let sum = |of: fn(&SettlementRow) -> Rupiah| Rupiah(rows.iter().map(|row| of(row).0).sum());
    let times = || rows.iter().map(|row| row.at);
    let preview = SettlementPreview {
        file,
        rows: rows.len() as u32,
        left_out,
        faulty,
        faults,
        gross: sum(|row| row.gross),
        fee: sum(|row| row.fee),
        first_at: times().min().unwrap_or_default(),
        last_at: times().max().unwrap_or_default(),
        failure: None,
    };
    ReadSettlement { preview, rows }
}

/// The rows of the first sheet that has the columns of a settlement file.
fn rows_of(path: &Path) -> Result<SettlementFile, Failure> {
    let limits = Limits { file_bytes: SETTLEMENT_BYTES, ..Limits::default() };
    let mut workbook = open(path, &limits).map_err(|error| failure_of_opening(&error))?;
    let sheets = workbook.sheets().iter().enumerate();
    let shown: Vec<usize> = sheets.filter(|(_, sheet)| !sheet.is_hidden && sheet.failure.is_none()).map(|(at, _)| at).collect();
    for sheet in shown {
        match of_sheet(&mut workbook, sheet)? {
            Err(NotSettlement::NoColumns) => {}
            Err(why) => return Err(failure(why)),
            Ok(file) => return Ok(file),
        }
    }
    Err(failure(NotSettlement::NoColumns))
}

fn of_sheet(workbook: &mut Workbook, sheet: usize) -> Result<Result<SettlementFile, NotSettlement>, Failure> {
    let mut reader = FileReader::default();
    let read = workbook.read(sheet, &mut |row, _| match reader.take(row) {
        true => ControlFlow::Continue(()),
        false => ControlFlow::Break(()),
    });
    read.map_err(|error| failure_of_reading(&error))?;
    Ok(reader.end())
}

/// Why a file is no settlement file, in the words for which the page has sentences.
fn failure(why: NotSettlement) -> Failure {
    let code = match why {
        NotSettlement::NoColumns => "settlement_columns",
        NotSettlement::NoRows => "settlement_empty",
        NotSettlement::TooMany => "settlement_too_many",
    };
    Failure { code: code.to_owned(), about: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "Order ID,Transaction ID,Gross Amount,Fee,Net Amount,Transaction time,Status\n\
        IW-1,t-1,100000.00,700.00,99300.00,2026-11-29 14:05:27,settlement\n\
        IW-2,t-2,50000.00,4000.00,46000.00,2026-11-29 15:00:00,settlement\n";

    fn upload(text: &str) -> SettlementUpload {
        SettlementUpload { name: "settlement.csv".to_owned(), base64: STANDARD.encode(text) }
    }

    #[test]
    fn a_csv_is_read_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let ReadSettlement { preview, rows } = read(folder.path(), &upload(CSV)).unwrap();
        assert!(preview.can_be_sent(), "{preview:?}");
        assert_eq!((preview.rows, preview.gross, preview.fee), (2, Rupiah(150_000), Rupiah(4_700)));
        assert_eq!((rows[0].at, rows[1].at), (preview.first_at, preview.last_at));
        assert_eq!(std::fs::read_dir(folder.path().join(FOLDER)).unwrap().count(), 0);
        let again = read(folder.path(), &SettlementUpload { name: "lain.csv".to_owned(), ..upload(CSV) }).unwrap();
        assert_eq!(again.preview.file, preview.file, "the same content is the same file");
    }

    #[test]
    fn a_workbook_is_read_behind_its_cover() {
        let folder = tempfile::tempdir().unwrap();
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet().write(0, 0, "Laporan penyelesaian").unwrap();
        let sheet = book.add_worksheet();
        for (column, name) in ["ID Pesanan", "Nominal", "Biaya", "Tanggal Transaksi"].into_iter().enumerate() {
            sheet.write(2, column as u16, name).unwrap();
        }
        sheet.write(3, 0, "IW-9").unwrap();
        sheet.write(3, 1, 25_000).unwrap();
        sheet.write(3, 2, 175.5).unwrap();
        sheet.write(3, 3, "2026-11-29 08:00").unwrap();
        let base64 = STANDARD.encode(book.save_to_buffer().unwrap());
        let found = read(folder.path(), &SettlementUpload { name: "s.xlsx".to_owned(), base64 }).unwrap();
        assert_eq!((found.preview.rows, found.rows[0].fee, found.rows[0].row), (1, Rupiah(176), 4), "{:?}", found.preview);
    }

    #[test]
    fn what_is_no_settlement_file_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let code = |text: &str| read(folder.path(), &upload(text)).unwrap().preview.failure.map(|failure| failure.code);
        assert_eq!(code("Nama,Alamat\nSari,Jl. Melati\n").as_deref(), Some("settlement_columns"));
        assert_eq!(code(CSV.lines().next().unwrap()).as_deref(), Some("settlement_empty"));
        assert_eq!(code("").as_deref(), Some("empty"));
        let bad = CSV.replace("100000.00", "seratus");
        let found = read(folder.path(), &upload(&bad)).unwrap().preview;
        assert!(!found.can_be_sent() && found.faulty == 1 && found.failure.is_none());
    }
}
