//! The settlement file of the payment gateway: its columns by their names in Indonesian and English, and its rows, each read exactly or named with
//! what is wrong. Sheets and text files come as rows of the crate `imports`.

use crate::core::search::search_form;
use crate::core::text::compact;
use crate::imports::cell::{Cell, SheetRow};
use crate::imports::parse::date::{DateOrder, DateRules, instant, read as read_date};
use crate::imports::parse::plain::{shown, text_of};
use crate::sales::reconciliation::{MOST_ROWS, SettlementRow};
use crate::{Rupiah, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Rows in which the names of the columns are looked for.
const HEADER_ROWS: u32 = 40;

/// Faults that are named one by one.
const LISTED: usize = 20;

/// Characters of a name that are kept.
const LONGEST: usize = 64;

/// Amounts are below this many rupiah.
const TOO_LARGE: i64 = 1_000_000_000_000;

/// The cell of a column that the file has not.
static EMPTY: Cell = Cell::Empty;

/// A column of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileColumn {
    /// The order.
    Order,
    /// The gateway's own name of the transaction.
    Transaction,
    /// The method.
    Method,
    /// What was paid.
    Gross,
    /// What the gateway keeps.
    Fee,
    /// What it pays out.
    Net,
    /// When it was begun.
    At,
    /// When it was settled.
    SettledAt,
    /// The status.
    Status,
}

impl FileColumn {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Transaction => "transaction",
            Self::Method => "method",
            Self::Gross => "gross",
            Self::Fee => "fee",
            Self::Net => "net",
            Self::At => "at",
            Self::SettledAt => "settled_at",
            Self::Status => "status",
        }
    }
}

/// What columns are called, as [`search_form`] has it; the first that fits is taken.
const NAMES: [(FileColumn, &str); 9] = [
    (
        FileColumn::Order,
        "orderid|order|ordernumber|orderno|merchantorderid|idpesanan|idorder|nomorpesanan|nopesanan|nomororder|kodepesanan",
    ),
    (
        FileColumn::Transaction,
        "transactionid|trxid|transactionreference|idtransaksi|nomortransaksi|notransaksi|kodetransaksi|referensi",
    ),
    (
        FileColumn::Method,
        "paymenttype|paymentmethod|paymentchannel|channel|metodepembayaran|jenispembayaran|tipepembayaran|carabayar|metode",
    ),
    (
        FileColumn::Gross,
        "grossamount|gross|amount|transactionamount|totalamount|jumlahbruto|bruto|jumlahkotor|jumlahtransaksi|nilaitransaksi|jumlah|nominal",
    ),
    (
        FileColumn::Fee,
        "fee|fees|totalfee|transactionfee|paymentfee|feeamount|mdr|mdrfee|biaya|biayalayanan|biayatransaksi|biayaadmin|totalbiaya|potongan",
    ),
    (
        FileColumn::Net,
        "netamount|net|netto|settlementamount|payoutamount|amounttomerchant|jumlahbersih|jumlahnetto|bersih|jumlahditerima|jumlahdibayarkan",
    ),
    (
        FileColumn::At,
        "transactiontime|transactiondate|transactiondatetime|createdat|createdtime|waktutransaksi|tanggaltransaksi|tgltransaksi|waktu|tanggal",
    ),
    (
        FileColumn::SettledAt,
        "settlementtime|settlementdate|settledat|payoutdate|waktusettlement|tanggalsettlement|tglsettlement|waktupenyelesaian|tanggalpenyelesaian|tanggalpencairan",
    ),
    (FileColumn::Status, "transactionstatus|status|paymentstatus|statustransaksi|statuspembayaran|keterangan"),
];

/// A cell that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// Its row, as the file counts.
    pub row: u32,
    /// Its column.
    pub column: FileColumn,
    /// What stands there.
    pub text: String,
}

/// Why a file is no settlement file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSettlement {
    /// No row has names for order, gross amount, fee or net amount, and a time.
    NoColumns,
    /// There is no row below the names.
    NoRows,
    /// It has more than 20,000 rows.
    TooMany,
}

/// A file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettlementFile {
    /// Its rows.
    pub rows: Vec<SettlementRow>,
    /// The first faults.
    pub faults: Vec<RowFault>,
    /// Rows with a fault.
    pub faulty: u32,
    /// Rows without an order, such as sums at the end.
    pub left_out: u32,
}

/// Reads a file row after row.
#[derive(Debug, Default)]
pub struct FileReader {
    columns: Option<[Option<usize>; NAMES.len()]>,
    seen: u32,
    file: SettlementFile,
    is_too_long: bool,
}

impl FileReader {
    /// Takes the next row; returns whether more are wanted.
    pub fn take(&mut self, row: &SheetRow) -> bool {
        let Some(columns) = self.columns else {
            self.seen += 1;
            self.columns = columns_of(row);
            return self.columns.is_some() || self.seen < HEADER_ROWS;
        };
        let cell = |column: FileColumn| columns[column as usize].and_then(|place| row.cells.get(place)).unwrap_or(&EMPTY);
        if cell(FileColumn::Order).is_blank() {
            self.file.left_out += 1;
            return true;
        }
        match read_row(row.number, cell) {
            Ok(read) => self.file.rows.push(read),
            Err(fault) => {
                self.file.faulty += 1;
                if self.file.faults.len() < LISTED {
                    self.file.faults.push(fault);
                }
            }
        }
        self.is_too_long = self.file.rows.len() as u32 + self.file.faulty > MOST_ROWS;
        !self.is_too_long
    }

    /// The file, once its last row was taken.
    ///
    /// # Errors
    /// It is no settlement file.
    pub fn end(self) -> Result<SettlementFile, NotSettlement> {
        if self.columns.is_none() {
            return Err(NotSettlement::NoColumns);
        }
        if self.is_too_long {
            return Err(NotSettlement::TooMany);
        }
        let is_empty = self.file.rows.is_empty() && self.file.faulty == 0;
        if is_empty { Err(NotSettlement::NoRows) } else { Ok(self.file) }
    }
}

/// Where the columns are, if a row has their names.
fn columns_of(row: &SheetRow) -> Option<[Option<usize>; NAMES.len()]> {
    let names: Vec<String> = row.cells.iter().map(name_of).collect();
    let place = |column: FileColumn| {
        let (_, known) = NAMES[column as usize];
        known.split('|').find_map(|known| names.iter().position(|name| name == known))
    };
    let columns = NAMES.map(|(column, _)| place(column));
    let has = |column: FileColumn| columns[column as usize].is_some();
    let is_header = has(FileColumn::Order)
        && has(FileColumn::Gross)
        && (has(FileColumn::Fee) || has(FileColumn::Net))
        && (has(FileColumn::At) || has(FileColumn::SettledAt));
    is_header.then_some(columns)
}

/// The name of a column without its currency.
fn name_of(cell: &Cell) -> String {
    let form = search_form(&shown(cell));
    let bare = ["idr", "rp"].into_iter().find_map(|currency| form.strip_suffix(currency)).filter(|bare| !bare.is_empty());
    bare.map_or_else(|| form.clone(), str::to_owned)
}

fn read_row<'c>(number: u32, cell: impl Fn(FileColumn) -> &'c Cell) -> Result<SettlementRow, RowFault> {
    let fault = |column| RowFault { row: number, column, text: short(&shown(cell(column))) };
    let text = |column| text_of(cell(column)).map_err(|_| fault(column)).map(|text| short(&text.unwrap_or_default()));
    let money = |column| match cell(column).is_blank() {
        true => Ok(None),
        false => sen_of(cell(column)).map(Some).ok_or_else(|| fault(column)),
    };
    let time = |column| match read_date(&without_offset(cell(column)), RULES) {
        Ok((None, _)) => Ok(None),
        Ok((Some(time), _)) => instant(time, TimeZone::Jakarta).map(Some).ok_or_else(|| fault(column)),
        Err(_) => Err(fault(column)),
    };
    let order = text(FileColumn::Order)?;
    let gross = money(FileColumn::Gross)?.filter(|sen| sen % 100 == 0).map(|sen| sen / 100);
    let gross = gross.ok_or_else(|| fault(FileColumn::Gross))?;
    // Some files have what is kept below zero.
    let fee = money(FileColumn::Fee)?.map(|sen| rounded(sen.abs()));
    let net = money(FileColumn::Net)?.map(rounded);
    let fee = fee.or_else(|| net.map(|net| gross - net)).ok_or_else(|| fault(FileColumn::Fee))?;
    let settled_at: Option<UtcMillis> = time(FileColumn::SettledAt)?;
    let at = time(FileColumn::At)?.or(settled_at).ok_or_else(|| fault(FileColumn::At))?;
    Ok(SettlementRow {
        row: number,
        order,
        transaction: text(FileColumn::Transaction)?,
        method: text(FileColumn::Method)?,
        gross: Rupiah(gross),
        fee: Rupiah(fee),
        net: net.map(Rupiah),
        at,
        settled_at,
        status: text(FileColumn::Status)?.to_lowercase(),
    })
}

/// The year is first in the gateway's own files; where somebody has saved them anew the day is.
const RULES: DateRules = DateRules { order: DateOrder::DayFirst, is_1904: false, newest_year: 2099, shift_hours: 0 };

/// A time without the offset of its zone, as the gateway writes it: `2026-11-29 14:05:27 +0700`.
fn without_offset(cell: &Cell) -> Cow<'_, Cell> {
    match cell {
        Cell::Text(text) => match text.trim_end().strip_suffix("+0700") {
            Some(bare) => Cow::Owned(Cell::Text(bare.trim_end().to_owned())),
            None => Cow::Borrowed(cell),
        },
        _ => Cow::Borrowed(cell),
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}

const fn rounded(sen: i64) -> i64 {
    (sen + 50).div_euclid(100)
}

/// An amount in sen, as programs write it: two digits or one behind the last mark are sen, three are a group. Unlike what people type it cannot mean
/// two amounts, since fees of some hundred rupiah stand beside their sen (`700.00`).
fn sen_of(cell: &Cell) -> Option<i64> {
    if let Cell::Number(number) = cell {
        let sen = (number * 100.0).round();
        return (sen.abs() < (TOO_LARGE * 100) as f64).then_some(sen as i64);
    }
    let Cell::Text(text) = cell else { return None };
    let text = compact(text).to_lowercase();
    let bracketed = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    // A sign may stand on either side of the currency.
    let (is_negative, text) = unsigned(bracketed.unwrap_or(&text));
    let text = ["rp", "idr"].into_iter().find_map(|currency| text.strip_prefix(currency)).unwrap_or(text);
    let (is_negative_behind, text) = unsigned(text.strip_prefix('.').unwrap_or(text));
    let is_negative = is_negative || is_negative_behind || bracketed.is_some();
    let text = text.strip_suffix(",-").unwrap_or(text);
    let (whole, sen) = match text.rfind(['.', ',']) {
        Some(at) if matches!(text.len() - at - 1, 1 | 2) => (&text[..at], &text[at + 1..]),
        _ => (text, ""),
    };
    let whole = whole_of(whole)?;
    let sen = match sen.len() {
        0 => 0,
        1 => sen.parse::<i64>().ok()? * 10,
        _ => sen.parse::<i64>().ok()?,
    };
    let amount = (whole < TOO_LARGE).then_some(whole * 100 + sen)?;
    Some(if is_negative { -amount } else { amount })
}

/// Whether a minus comes first, and what stands behind it.
fn unsigned(text: &str) -> (bool, &str) {
    let text = text.trim();
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Digits, with marks of one kind before groups of three or without any.
fn whole_of(text: &str) -> Option<i64> {
    let Some(mark) = text.chars().find(|letter| !letter.is_ascii_digit()) else { return digits(text) };
    let mut groups = text.split(mark);
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let mut all = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        all.push_str(group);
    }
    matches!(mark, '.' | ',' | ' ').then(|| digits(&all)).flatten()
}

fn digits(text: &str) -> Option<i64> {
    let is_clean = (1..=13).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_clean { text.parse().ok() } else { None }
}

#[cfg(test)]
#[path = "settlement_file_tests.rs"]
mod tests;
