//! Work of technicians: how much of it was done, how soon beside the targets of each priority, and how long people were at it.

use super::levels::{LevelLine, Waits};
use super::{Words, count, named, share};
use crate::exports::{Cell, Kind};
use crate::maintenance::priority::Priority;
use crate::reports::chart::{Chart, Form, Series};
use crate::reports::{Block, Column, Head, KeyFigure, Report, ReportKind, Table, grouped};
use serde::{Deserialize, Serialize};

/// Work of a technician in a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnicianLine {
    /// The zone; empty where there is none.
    pub zone: String,
    /// The technician.
    pub name: String,
    /// Work whose window ended within the period.
    pub due: u32,
    /// What of it was completed.
    pub completed: u32,
    /// What of that was completed within its window.
    pub in_time: u32,
    /// What of it was cancelled.
    pub cancelled: u32,
    /// Minutes at work on what was completed, all together.
    pub minutes: u32,
    /// Minutes at work on all of it, all together.
    pub worked: u32,
    /// Until somebody was there.
    pub response: Waits,
    /// Until it was done.
    pub repair: Waits,
    /// Repairs and emergencies that were completed.
    pub repaired: u32,
    /// What of these did at the first visit.
    pub fixed: u32,
    /// Manual readings.
    pub readings: u32,
}

/// What a report of technicians is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Technicians {
    /// The technicians, zone by zone.
    pub lines: Vec<TechnicianLine>,
    /// All work by priority, the most pressing first.
    pub levels: Vec<LevelLine>,
    /// Each technician's, by priority.
    pub each: Vec<LevelLine>,
}

/// A report of technicians' work.
pub fn technicians(head: &Head, of: &Technicians) -> Report {
    let words = Words(head);
    let values = |of_line: fn(&TechnicianLine) -> u32| of.lines.iter().map(|line| Some(i64::from(of_line(line)))).collect();
    let chart = Chart {
        title: words.say("Pekerjaan tiap teknisi", "Work of each technician").into(),
        form: Form::Stacked,
        kind: Kind::Whole,
        unit: words.say("pekerjaan", "work orders").into(),
        labels: of.lines.iter().map(|line| line.name.clone()).collect(),
        series: vec![
            Series { name: words.say("Tepat waktu", "In time").into(), values: values(|line| line.in_time) },
            Series {
                name: words.say("Terlambat", "Late").into(),
                values: values(|line| line.completed.saturating_sub(line.in_time)),
            },
        ],
    };
    // What was added later stands behind what was there: a design names tables by their places.
    Report::new(ReportKind::Technicians, head)
        .with(Block::KeyFigures(figures(words, &of.lines)))
        .with(Block::Chart(chart))
        .with(Block::Table(work(words, of)))
        .with(Block::Table(levels(words, of)))
        .with(Block::Table(levels_of_each(words, of)))
}

fn figures(words: Words<'_>, lines: &[TechnicianLine]) -> Vec<KeyFigure> {
    let sum = |of_line: fn(&TechnicianLine) -> u32| lines.iter().map(|line| i64::from(of_line(line))).sum::<i64>();
    let part = |name: &str, (of, whole): (i64, i64), note: &str| KeyFigure {
        name: name.into(),
        kind: Kind::PerMille,
        value: Cell::number(share(of, whole)),
        note: note.into(),
    };
    let completed = sum(|line| line.completed);
    let came = (sum(|line| line.response.met), sum(|line| line.response.decided()));
    let done = (sum(|line| line.repair.met), sum(|line| line.repair.decided()));
    let fixed = (sum(|line| line.fixed), sum(|line| line.repaired));
    let by_priority = words.say("menurut prioritas", "by priority");
    let not_again = words.say("sekali datang, tidak rusak lagi dalam 30 hari", "one visit, not broken again within 30 days");
    vec![
        KeyFigure::new(words.say("Pekerjaan", "Work orders"), Kind::Whole, sum(|line| line.due)),
        KeyFigure::new(words.say("Selesai", "Completed"), Kind::Whole, completed),
        part(words.say("Tepat waktu", "In time"), (sum(|line| line.in_time), completed), ""),
        part(words.say("Ditanggapi dalam batas", "Response in target"), came, by_priority),
        part(words.say("Selesai dalam batas", "Done in target"), done, by_priority),
        part(words.say("Beres sekali datang", "Fixed at the first visit"), fixed, not_again),
    ]
}

fn work(words: Words<'_>, of: &Technicians) -> Table {
    let columns = vec![
        Column::new(words.say("Teknisi", "Technician"), Kind::Text, 24),
        Column::summed(words.say("Pekerjaan", "Work orders"), Kind::Whole, 11),
        Column::summed(words.say("Selesai", "Completed"), Kind::Whole, 10),
        Column::summed(words.say("Tepat waktu", "In time"), Kind::Whole, 11),
        Column::new(words.say("Bagian tepat waktu", "Share in time"), Kind::PerMille, 10),
        Column::summed(words.say("Dibatalkan", "Cancelled"), Kind::Whole, 10),
        Column::new(words.say("Menit per pekerjaan", "Minutes each"), Kind::Whole, 11),
        Column::summed(words.say("Menit kerja", "Minutes at work"), Kind::Whole, 11),
        Column::new(words.say("Ditanggapi dalam batas", "Response in target"), Kind::PerMille, 10),
        Column::new(words.say("Selesai dalam batas", "Done in target"), Kind::PerMille, 10),
        Column::new(words.say("Beres sekali datang", "Fixed at first visit"), Kind::PerMille, 10),
        Column::summed(words.say("Pembacaan manual", "Manual readings"), Kind::Whole, 11),
    ];
    let row = |line: &TechnicianLine| {
        let cells = vec![
            Cell::text(line.name.as_str()),
            count(line.due),
            count(line.completed),
            count(line.in_time),
            Cell::number(share(line.in_time.into(), line.completed.into())),
            count(line.cancelled),
            Cell::number(line.minutes.checked_div(line.completed).map(i64::from)),
            count(line.worked),
            kept(&line.response),
            kept(&line.repair),
            Cell::number(share(line.fixed.into(), line.repaired.into())),
            count(line.readings),
        ];
        (named(&line.zone, words.0.language), cells)
    };
    let groups = grouped(of.lines.iter().map(row));
    Table::grouped(words.say("Teknisi", "Technicians"), words.say("Zona", "Zone"), columns, groups)
}

/// The share of a target's orders that kept it, of those of which it is decided.
fn kept(waits: &Waits) -> Cell {
    Cell::number(share(waits.met.into(), waits.decided().into()))
}

/// Work of everybody, by priority.
fn levels(words: Words<'_>, of: &Technicians) -> Table {
    let rows = of.levels.iter().map(|line| level(words, line)).collect();
    let title = words.say("Waktu tanggap dan perbaikan", "Response and repair time");
    Table::new(title, level_columns(words), rows).noted(words.say(
        "Waktu dihitung sejak pekerjaan diumumkan, atau sejak awal jadwalnya bila itu kemudian, juga selama ditahan atau ditunda. \
         Median: separuh pekerjaan lebih cepat, separuh lebih lama.",
        "Time counts from the announcement, or from the beginning of the window where that is later, also while work is held or put off. \
         Median: half of the work took less, half took more.",
    ))
}

/// Work of each technician, by priority.
fn levels_of_each(words: Words<'_>, of: &Technicians) -> Table {
    let nobody = words.say("Tanpa teknisi", "Without a technician");
    let row = |line: &LevelLine| {
        let name = if line.name.is_empty() { nobody } else { line.name.as_str() };
        (name.to_owned(), level(words, line))
    };
    let title = words.say("Waktu tanggap dan perbaikan tiap teknisi", "Response and repair time of each technician");
    Table::grouped(title, words.say("Teknisi", "Technician"), level_columns(words), grouped(of.each.iter().map(row)))
}

fn level_columns(words: Words<'_>) -> Vec<Column> {
    vec![
        Column::new(words.say("Prioritas", "Priority"), Kind::Text, 12),
        Column::summed(words.say("Pekerjaan", "Work orders"), Kind::Whole, 11),
        Column::new(words.say("Batas tanggap (jam)", "Response target (h)"), Kind::Whole, 11),
        Column::new(words.say("Tanggap, median (menit)", "Response, median (min)"), Kind::Whole, 12),
        Column::new(words.say("Ditanggapi dalam batas", "Response in target"), Kind::PerMille, 11),
        Column::new(words.say("Batas selesai (jam)", "Repair target (h)"), Kind::Whole, 11),
        Column::new(words.say("Selesai, median (menit)", "Repair, median (min)"), Kind::Whole, 12),
        Column::new(words.say("Selesai dalam batas", "Done in target"), Kind::PerMille, 11),
        Column::summed(words.say("Terbuka dan terlambat", "Open and late"), Kind::Whole, 11),
    ]
}

/// A line's cells.
fn level(words: Words<'_>, line: &LevelLine) -> Vec<Cell> {
    let hours = |hours: u16| Cell::Number(hours.into());
    let middle = |minutes: Option<u32>| Cell::number(minutes.map(i64::from));
    vec![
        Cell::text(priority(words, line.priority)),
        count(line.orders),
        hours(line.targets.response_h),
        middle(line.response_median),
        kept(&line.response),
        hours(line.targets.repair_h),
        middle(line.repair_median),
        kept(&line.repair),
        count(line.repair.open),
    ]
}

fn priority(words: Words<'_>, of: Priority) -> &'static str {
    match of {
        Priority::Low => words.say("Rendah", "Low"),
        Priority::Normal => words.say("Biasa", "Normal"),
        Priority::High => words.say("Tinggi", "High"),
        Priority::Urgent => words.say("Mendesak", "Urgent"),
    }
}
