//! What a report is: a head that every page knows, and blocks one below the other.

use crate::core::words::words;
use crate::exports::{Cell, Kind, Layout};
use crate::people::Language;
use crate::reports::chart::Chart;
use crate::reports::{Period, Table};
use crate::sales::letterhead::Letterhead;
use crate::{LocalDay, TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

words! {
    /// What a report is about.
    ReportKind {
        /// Money by the ledger.
        Revenue = "revenue",
        /// Use by zone and class.
        UsageSummary = "usage_summary",
        /// Use of each connection.
        UsageDetail = "usage_detail",
        /// Use of each connection beside an earlier stretch.
        UsageComparison = "usage_comparison",
        /// Meters and their state.
        DeviceStatus = "device_status",
        /// Cases, and what ran away.
        Alerts = "alerts",
        /// Campaigns of vouchers and what they cost.
        Vouchers = "vouchers",
        /// What is still owed as water, and what customers owe.
        Receivables = "receivables",
        /// Cash that came and went.
        CashBook = "cash_book",
        /// Work of technicians.
        Technicians = "technicians",
        /// A customer's year.
        YearlyStatement = "yearly_statement",
        /// A customer's month.
        UsageLetter = "usage_letter",
    }
}

impl ReportKind {
    /// Its name.
    pub const fn title(self, language: Language) -> &'static str {
        let (id, en) = match self {
            Self::Revenue => ("Pendapatan", "Revenue"),
            Self::UsageSummary => ("Ringkasan pemakaian", "Usage summary"),
            Self::UsageDetail => ("Rincian pemakaian", "Usage in detail"),
            Self::UsageComparison => ("Perbandingan pemakaian", "Usage compared"),
            Self::DeviceStatus => ("Status perangkat", "Meter status"),
            Self::Alerts => ("Peringatan dan kebocoran", "Alerts and leaks"),
            Self::Vouchers => ("Voucher", "Vouchers"),
            Self::Receivables => ("Piutang dan saldo air", "Receivables and unearned balance"),
            Self::CashBook => ("Buku kas", "Cash book"),
            Self::Technicians => ("Kinerja teknisi", "Technicians' performance"),
            Self::YearlyStatement => ("Rekening tahunan", "Yearly statement"),
            Self::UsageLetter => ("Surat pemakaian bulanan", "Monthly usage letter"),
        };
        crate::core::date_words::say(language, id, en)
    }

    /// What its files' names begin with.
    const fn stem(self, language: Language) -> &'static str {
        let (id, en) = match self {
            Self::Revenue => ("pendapatan", "revenue"),
            Self::UsageSummary => ("pemakaian-ringkas", "usage-summary"),
            Self::UsageDetail => ("pemakaian-rinci", "usage-detail"),
            Self::UsageComparison => ("pemakaian-banding", "usage-comparison"),
            Self::DeviceStatus => ("status-perangkat", "meter-status"),
            Self::Alerts => ("peringatan", "alerts"),
            Self::Vouchers => ("voucher", "vouchers"),
            Self::Receivables => ("piutang", "receivables"),
            Self::CashBook => ("buku-kas", "cash-book"),
            Self::Technicians => ("teknisi", "technicians"),
            Self::YearlyStatement => ("rekening-tahunan", "yearly-statement"),
            Self::UsageLetter => ("surat-pemakaian", "usage-letter"),
        };
        crate::core::date_words::say(language, id, en)
    }
}

/// What every report has besides its rows. None of it is read from a clock: the same head and rows are the same files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The language.
    pub language: Language,
    /// The zone of its days and instants.
    pub zone: TimeZone,
    /// The utility's name.
    pub utility: String,
    /// What else the utility puts on its papers.
    #[serde(default)]
    pub letterhead: Letterhead,
    /// Which days it is about.
    pub period: Period,
    /// The instant up to which its rows are complete.
    pub as_of: UtcMillis,
    /// The first day of which whoever made it holds data, where that is later than the period's first.
    #[serde(default)]
    pub reach: Option<LocalDay>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it is about.
    pub kind: ReportKind,
    /// Its name, in large letters.
    pub title: String,
    /// What stands below it: of whom, or of which part. May be empty.
    pub subtitle: String,
    /// The utility's name.
    pub utility: String,
    /// What else the utility puts on its papers.
    pub letterhead: Letterhead,
    /// Its days in words: `November 2026`.
    pub period: String,
    /// The instant up to which its rows are complete. Files carry it as the time of their making.
    pub as_of: UtcMillis,
    /// The language.
    pub language: Language,
    /// The zone of all its days and instants.
    pub zone: TimeZone,
    /// The name of its files, without their ending. It stands on every page.
    pub name: String,
    /// What it consists of, one below the other.
    pub blocks: Vec<Block>,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// What the blocks below are about.
    Title(String),
    /// Sentences.
    Paragraph(String),
    /// Some numbers in large letters.
    KeyFigures(Vec<KeyFigure>),
    /// A table.
    Table(Table),
    /// A chart.
    Chart(Chart),
    /// What follows begins on another page.
    PageBreak,
    /// Where somebody signs.
    Signature(Signature),
}

/// A number in large letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFigure {
    /// What it is.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// The number.
    pub value: Cell,
    /// What it is compared with, in words. May be empty.
    pub note: String,
}

impl KeyFigure {
    /// A number without a note.
    pub fn new(name: impl Into<String>, kind: Kind, value: i64) -> Self {
        Self { name: name.into(), kind, value: Cell::Number(value), note: String::new() }
    }

    /// The same with a note.
    #[must_use]
    pub fn noted(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }
}

/// Where somebody signs: a place for the day, and a line over the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// As what they sign: `Mengetahui, Direktur`.
    pub role: String,
    /// Who signs. May be empty: then the line is all there is.
    pub name: String,
}

impl Report {
    /// A report with a head and no blocks but what its reach makes necessary to say.
    pub fn new(kind: ReportKind, head: &Head) -> Self {
        let Head { language, zone, utility, letterhead, period, as_of, reach } = head;
        let beyond = reach.filter(|first| *first > period.first).map(|first| Block::Paragraph(reaches(*language, first)));
        Self {
            kind,
            title: kind.title(*language).into(),
            subtitle: String::new(),
            utility: utility.clone(),
            letterhead: letterhead.clone(),
            period: period.text(*language),
            as_of: *as_of,
            language: *language,
            zone: *zone,
            name: format!("{}-{}", kind.stem(*language), period.stem()),
            blocks: beyond.into_iter().collect(),
        }
    }

    /// The tables in their order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
    }

    /// A table's columns, as its cells are written.
    pub fn layout(&self, table: &Table) -> Layout {
        table.layout(self.language, self.zone)
    }

    /// How its key figures and charts are written.
    pub const fn numbers(&self) -> Layout {
        Layout { columns: Vec::new(), language: self.language, zone: self.zone }
    }

    /// A block at its end.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }
}

/// How far the data reach back.
fn reaches(language: Language, first: LocalDay) -> String {
    let day = crate::core::date_words::long_day(language, first);
    match language {
        Language::Id => format!("Data yang dipakai mulai {day}: yang sebelumnya tidak ada di perangkat ini."),
        Language::En => format!("The data used begin on {day}: what is earlier is not on this device."),
    }
}
