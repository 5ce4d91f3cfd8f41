//! Work of technicians: how much of it was done, how soon, and how long it took.

use super::{Words, count, named, share};
use crate::exports::{Cell, Kind};
use crate::reports::chart::{Chart, Form, Series};
use crate::reports::{Block, Column, Head, KeyFigure, Report, ReportKind, Table, grouped};
use serde::{Deserialize, Serialize};

/// Work of a technician in a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Minutes from the beginning to the end of what was completed, all together.
    pub minutes: u32,
    /// Manual readings.
    pub readings: u32,
}

/// What a report of technicians is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Technicians {
    /// The technicians, zone by zone.
    pub lines: Vec<TechnicianLine>,
}

/// A report of technicians' work.
pub fn technicians(head: &Head, of: &Technicians) -> Report {
    let words = Words(head);
    let sum = |of_line: fn(&TechnicianLine) -> u32| of.lines.iter().map(|line| i64::from(of_line(line))).sum::<i64>();
    let (due, completed, in_time) = (sum(|line| line.due), sum(|line| line.completed), sum(|line| line.in_time));
    let figures = vec![
        KeyFigure::new(words.say("Pekerjaan", "Work orders"), Kind::Whole, due),
        KeyFigure::new(words.say("Selesai", "Completed"), Kind::Whole, completed),
        KeyFigure {
            name: words.say("Tepat waktu", "In time").into(),
            kind: Kind::PerMille,
            value: Cell::number(share(in_time, completed)),
            note: String::new(),
        },
    ];
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
    Report::new(ReportKind::Technicians, head)
        .with(Block::KeyFigures(figures))
        .with(Block::Chart(chart))
        .with(Block::Table(work(words, of)))
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
            count(line.readings),
        ];
        (named(&line.zone, words.0.language), cells)
    };
    let groups = grouped(of.lines.iter().map(row));
    Table::grouped(words.say("Teknisi", "Technicians"), words.say("Zona", "Zone"), columns, groups)
}
