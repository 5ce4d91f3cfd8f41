//! Cases: what was found at meters, how it ended, and what ran away meanwhile.

use super::Words;
use crate::exports::{Cell, Kind};
use crate::reports::chart::{Chart, Form, MOST_SERIES, Series};
use crate::reports::{Block, Column, Head, KeyFigure, Report, ReportKind, Table, grouped};
use crate::{Millilitres, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLine {
    /// What it is about: `Kebocoran`.
    pub kind: String,
    /// What was found, in words.
    pub title: String,
    /// How severe it is, in words.
    pub severity: String,
    /// How far it is, in words.
    pub status: String,
    /// Whose connection it is at.
    pub customer: String,
    /// The meter's serial.
    pub serial: String,
    /// When it began.
    pub began: UtcMillis,
    /// When it was over; nothing while it goes on.
    pub over: Option<UtcMillis>,
    /// What ran away, where something did.
    pub lost: Option<Millilitres>,
    /// What that cost.
    pub cost: Option<Rupiah>,
}

/// What a report of cases is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerts {
    /// The cases, kind by kind.
    pub lines: Vec<CaseLine>,
}

/// A report of cases.
pub fn alerts(head: &Head, of: &Alerts) -> Report {
    let words = Words(head);
    let open = of.lines.iter().filter(|line| line.over.is_none()).count();
    let lost = of.lines.iter().filter_map(|line| line.lost).fold(0_i64, |sum, lost| sum.saturating_add(lost.0));
    let cost = of.lines.iter().filter_map(|line| line.cost).fold(0_i64, |sum, cost| sum.saturating_add(cost.0));
    let figures = vec![
        KeyFigure::new(words.say("Kasus", "Cases"), Kind::Whole, of.lines.len() as i64),
        KeyFigure::new(words.say("Masih terbuka", "Still open"), Kind::Whole, open as i64),
        KeyFigure::new(words.volume("Air yang hilang", "Water lost"), Kind::Volume, lost),
        KeyFigure::new(words.say("Nilainya", "Its price"), Kind::Rupiah, cost),
    ];
    Report::new(ReportKind::Alerts, head)
        .with(Block::KeyFigures(figures))
        .with(Block::Chart(by_severity(words, of)))
        .with(Block::Table(cases(words, of)))
}

/// Cases of each kind, by severity. There are three severities; more would have no colours.
fn by_severity(words: Words<'_>, of: &Alerts) -> Chart {
    let names = |name: fn(&CaseLine) -> &str| {
        let mut names: Vec<String> = Vec::new();
        for line in &of.lines {
            if !names.iter().any(|known| known == name(line)) {
                names.push(name(line).to_owned());
            }
        }
        names
    };
    let (labels, severities) = (names(|line| &line.kind), names(|line| &line.severity));
    let of_both = |kind: &str, severity: &str| {
        let number = of.lines.iter().filter(|line| line.kind == kind && line.severity == severity).count();
        Some(number as i64)
    };
    let series =
        |severity: String| Series { values: labels.iter().map(|kind| of_both(kind, &severity)).collect(), name: severity };
    Chart {
        title: words.say("Menurut jenis dan tingkat", "By kind and severity").into(),
        form: Form::Stacked,
        kind: Kind::Whole,
        unit: words.say("kasus", "cases").into(),
        series: severities.into_iter().take(MOST_SERIES).map(series).collect(),
        labels,
    }
}

fn cases(words: Words<'_>, of: &Alerts) -> Table {
    let columns = vec![
        Column::new(words.say("Temuan", "Found"), Kind::Text, 22),
        Column::new(words.say("Tingkat", "Severity"), Kind::Text, 10),
        Column::new(words.say("Status", "Status"), Kind::Text, 12),
        Column::new(words.say("Pelanggan", "Customer"), Kind::Text, 20),
        Column::new(words.say("Meter", "Meter"), Kind::Code, 14),
        Column::new(words.instant("Mulai", "Began"), Kind::Instant, 14),
        Column::new(words.instant("Selesai", "Over"), Kind::Instant, 14),
        Column::summed(words.volume("Hilang", "Lost"), Kind::Volume, 12),
        Column::summed(words.rupiah("Nilai", "Price"), Kind::Rupiah, 13),
    ];
    let row = |line: &CaseLine| {
        let cells = vec![
            Cell::text(line.title.as_str()),
            Cell::text(line.severity.as_str()),
            Cell::text(line.status.as_str()),
            Cell::text(line.customer.as_str()),
            Cell::text(line.serial.as_str()),
            Cell::At(line.began),
            Cell::at(line.over),
            Cell::number(line.lost.map(|lost| lost.0)),
            Cell::rupiah(line.cost),
        ];
        (line.kind.clone(), cells)
    };
    let groups = grouped(of.lines.iter().map(row));
    Table::grouped(words.say("Kasus", "Cases"), words.say("Jenis", "Kind"), columns, groups)
}
