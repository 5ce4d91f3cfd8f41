//! Use of water: by zone and class, of each connection, and beside an earlier stretch.

use super::{VOLUME, Words, count, growth, named, volume};
use crate::exports::{Cell, Kind};
use crate::reports::chart::{Chart, Form};
use crate::reports::{Block, Column, Head, KeyFigure, Report, ReportKind, Step, Table, grouped};
use crate::{LocalDay, Millilitres, Rupiah};
use serde::{Deserialize, Serialize};

/// Use of a class in a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryLine {
    /// The zone; empty where there is none.
    pub zone: String,
    /// The class.
    pub class: String,
    /// Connections that it is of.
    pub connections: u32,
    /// What they used.
    pub volume: Millilitres,
    /// What they were charged for it, where that is known.
    pub charged: Option<Rupiah>,
}

/// What a summary of use is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageSummary {
    /// Zones and classes.
    pub lines: Vec<SummaryLine>,
    /// The stretches that the chart counts by.
    pub step: Step,
    /// The use of each stretch, by its first day; nothing where nothing was measured.
    pub over_time: Vec<(LocalDay, Option<Millilitres>)>,
    /// The use of an equal stretch before it, where there is one.
    pub before: Option<Millilitres>,
}

/// A summary of use.
pub fn usage_summary(head: &Head, of: &UsageSummary) -> Report {
    let words = Words(head);
    let used = of.lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.volume.0));
    let connections: i64 = of.lines.iter().map(|line| i64::from(line.connections)).sum();
    let mean = if connections > 0 { used / connections } else { 0 };
    let figures = vec![
        KeyFigure::new(words.volume("Pemakaian", "Use"), Kind::Volume, used).noted(words.beside(
            Kind::Volume,
            used,
            of.before.map(|before| before.0),
        )),
        KeyFigure::new(words.say("Sambungan", "Connections"), Kind::Whole, connections),
        KeyFigure::new(words.volume("Rata-rata per sambungan", "Mean of a connection"), Kind::Volume, mean),
    ];
    let labels = of.over_time.iter().map(|(first, volume)| (of.step.label(head.language, *first), volume.map(|volume| volume.0)));
    let title = words.say("Pemakaian dari waktu ke waktu", "Use over time");
    let by_class = grouped_sums(of.lines.iter().map(|line| (line.class.as_str(), line.volume.0)));
    Report::new(ReportKind::UsageSummary, head)
        .with(Block::KeyFigures(figures))
        .with(Block::Chart(Chart::of(title, Form::Lines, VOLUME, labels.collect())))
        .with(Block::Chart(Chart::ring(words.say("Menurut golongan", "By class"), VOLUME, by_class, head.language)))
        .with(Block::Table(summary(words, of)))
}

/// Sums by name, in the order in which names come first.
fn grouped_sums<'a>(parts: impl Iterator<Item = (&'a str, i64)>) -> Vec<(String, i64)> {
    let mut sums: Vec<(String, i64)> = Vec::new();
    for (name, value) in parts {
        match sums.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum = sum.saturating_add(value),
            None => sums.push((name.to_owned(), value)),
        }
    }
    sums
}

fn summary(words: Words<'_>, of: &UsageSummary) -> Table {
    let is_charged = of.lines.iter().any(|line| line.charged.is_some());
    let columns = [
        Column::new(words.say("Golongan", "Class"), Kind::Text, 24),
        Column::summed(words.say("Sambungan", "Connections"), Kind::Whole, 12),
        Column::summed(words.volume("Pemakaian", "Use"), Kind::Volume, 15),
        Column::new(words.volume("Rata-rata", "Mean"), Kind::Volume, 12),
    ];
    let columns = columns.into_iter().chain(is_charged.then(|| charged_column(words, 16))).collect();
    let row = |line: &SummaryLine| {
        let mean = (line.connections > 0).then(|| line.volume.0 / i64::from(line.connections));
        let cells = [Cell::text(line.class.as_str()), count(line.connections), volume(line.volume), Cell::number(mean)];
        let cells = cells.into_iter().chain(is_charged.then(|| Cell::rupiah(line.charged))).collect();
        (named(&line.zone, words.0.language), cells)
    };
    let groups = grouped(of.lines.iter().map(row));
    Table::grouped(words.say("Menurut zona dan golongan", "By zone and class"), words.say("Zona", "Zone"), columns, groups)
}

/// The column of what was charged, which is there where somebody knows it.
fn charged_column(words: Words<'_>, width: u8) -> Column {
    Column::summed(words.rupiah("Ditagih", "Charged"), Kind::Rupiah, width)
}

/// Use of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailLine {
    /// The zone; empty where there is none.
    pub zone: String,
    /// The customer's number.
    pub number: String,
    /// The customer's name.
    pub name: String,
    /// The connection's address.
    pub address: String,
    /// The meter's serial; empty where there is none.
    pub serial: String,
    /// The register at the beginning and at the end, where they are known and the meter is the same.
    pub registers: Option<(Millilitres, Millilitres)>,
    /// What was used.
    pub volume: Millilitres,
    /// What was charged for it, where that is known.
    pub charged: Option<Rupiah>,
}

/// What a report of each connection's use is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageDetail {
    /// The connections, zone by zone.
    pub lines: Vec<DetailLine>,
}

/// The use of each connection. Registers and what was charged have columns where somebody knows them.
pub fn usage_detail(head: &Head, of: &UsageDetail) -> Report {
    let words = Words(head);
    let used = of.lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.volume.0));
    let is_charged = of.lines.iter().any(|line| line.charged.is_some());
    let charged = of.lines.iter().filter_map(|line| line.charged).fold(0_i64, |sum, charged| sum.saturating_add(charged.0));
    let mut figures = vec![
        KeyFigure::new(words.say("Sambungan", "Connections"), Kind::Whole, of.lines.len() as i64),
        KeyFigure::new(words.volume("Pemakaian", "Use"), Kind::Volume, used),
    ];
    figures.extend(is_charged.then(|| KeyFigure::new(words.say("Ditagih", "Charged"), Kind::Rupiah, charged)));
    Report::new(ReportKind::UsageDetail, head)
        .with(Block::KeyFigures(figures))
        .with(Block::Table(each_connection(words, of, is_charged)))
}

fn each_connection(words: Words<'_>, of: &UsageDetail, is_charged: bool) -> Table {
    let is_read = of.lines.iter().any(|line| line.registers.is_some());
    let mut columns = vec![
        Column::new(words.say("Nomor", "Number"), Kind::Code, 12),
        Column::new(words.say("Nama", "Name"), Kind::Text, 22),
        Column::new(words.say("Alamat", "Address"), Kind::Text, 26),
        Column::new(words.say("Meter", "Meter"), Kind::Code, 14),
    ];
    if is_read {
        columns.push(Column::new(words.volume("Awal", "From"), Kind::Volume, 12));
        columns.push(Column::new(words.volume("Akhir", "To"), Kind::Volume, 12));
    }
    columns.push(Column::summed(words.volume("Pemakaian", "Use"), Kind::Volume, 12));
    columns.extend(is_charged.then(|| charged_column(words, 14)));
    let row = |line: &DetailLine| {
        let mut cells: Vec<Cell> =
            [&line.number, &line.name, &line.address, &line.serial].map(|text| Cell::text(text.as_str())).into();
        if is_read {
            cells.push(Cell::number(line.registers.map(|(from, _)| from.0)));
            cells.push(Cell::number(line.registers.map(|(_, to)| to.0)));
        }
        cells.push(volume(line.volume));
        cells.extend(is_charged.then(|| Cell::rupiah(line.charged)));
        (named(&line.zone, words.0.language), cells)
    };
    let groups = grouped(of.lines.iter().map(row));
    let title = words.say("Pemakaian tiap sambungan", "Use of each connection");
    let note = words.say(
        "Angka awal dan akhir kosong bila meter diganti dalam periode ini.",
        "Registers are left out where the meter was replaced within the period.",
    );
    let table = Table::grouped(title, words.say("Zona", "Zone"), columns, groups);
    if is_read { table.noted(note) } else { table }
}

/// Use of a connection beside an earlier stretch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparisonLine {
    /// The zone; empty where there is none.
    pub zone: String,
    /// The customer's number.
    pub number: String,
    /// The customer's name.
    pub name: String,
    /// What was used.
    pub now: Millilitres,
    /// What was used before; nothing where the connection was not measured then.
    pub before: Option<Millilitres>,
}

/// What a comparison of use is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageComparison {
    /// The earlier stretch in words; none where the period is a month that goes on, which no whole one is compared with.
    pub earlier: Option<String>,
    /// The connections, zone by zone.
    pub lines: Vec<ComparisonLine>,
}

/// The use of each connection beside an earlier stretch.
pub fn usage_comparison(head: &Head, of: &UsageComparison) -> Report {
    let words = Words(head);
    let now = of.lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.now.0));
    let before = of.lines.iter().filter_map(|line| line.before).fold(0_i64, |sum, before| sum.saturating_add(before.0));
    // Beside what was measured before only the use of the same connections says something.
    let of_both = of.lines.iter().filter(|line| line.before.is_some()).fold(0_i64, |sum, line| sum.saturating_add(line.now.0));
    let both = KeyFigure::new(words.volume("Yang diukur pada keduanya", "Measured in both"), Kind::Volume, of_both);
    let mut figures = vec![KeyFigure::new(words.volume("Pemakaian", "Use"), Kind::Volume, now)];
    if let Some(earlier) = &of.earlier {
        figures.push(both.noted(words.beside(Kind::Volume, of_both, Some(before))));
        figures.push(KeyFigure::new(format!("{earlier} (m\u{b3})"), Kind::Volume, before));
    }
    let earlier = of.earlier.as_deref().unwrap_or(words.say("Periode sebelumnya", "Earlier period"));
    let columns = vec![
        Column::new(words.say("Nomor", "Number"), Kind::Code, 12),
        Column::new(words.say("Nama", "Name"), Kind::Text, 28),
        Column::summed(words.volume("Pemakaian", "Use"), Kind::Volume, 14),
        Column::summed(format!("{earlier} (m\u{b3})"), Kind::Volume, 16),
        Column::summed(words.volume("Selisih", "Difference"), Kind::Volume, 14),
        Column::new(words.say("Perubahan", "Change"), Kind::PerMille, 10),
    ];
    let row = |line: &ComparisonLine| {
        let before = line.before.map(|before| before.0);
        let cells = vec![
            Cell::text(line.number.as_str()),
            Cell::text(line.name.as_str()),
            volume(line.now),
            Cell::number(before),
            Cell::number(before.map(|before| line.now.0.saturating_sub(before))),
            Cell::number(before.and_then(|before| growth(before, line.now.0))),
        ];
        (named(&line.zone, head.language), cells)
    };
    let groups = grouped(of.lines.iter().map(row));
    let title = words.say("Pemakaian tiap sambungan", "Use of each connection");
    let note = words.say(
        "Yang belum diukur pada periode sebelumnya tidak ikut dalam selisih. Bulan yang masih berjalan tidak dibandingkan.",
        "What was not measured in the earlier period is not part of the difference. A month that goes on is not compared.",
    );
    let table = Table::grouped(title, words.say("Zona", "Zone"), columns, groups).noted(note);
    Report::new(ReportKind::UsageComparison, head).with(Block::KeyFigures(figures)).with(Block::Table(table))
}
