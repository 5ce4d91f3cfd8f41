//! Work of technicians: how much of it was done, how soon, and how long it took.

use super::{Words, count, named, share};
use crate::exports::{Cell, Kind};
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
    /// Minutes from the beginning to the end of what was completed, all together.
    pub minutes: u32,
    /// Repairs and emergencies that somebody has begun.
    pub answered: u32,
    /// Minutes from when they were announced until somebody began, all together.
    pub answer_minutes: u32,
    /// Repairs and emergencies that were completed.
    pub repaired: u32,
    /// What of these held: no other one was announced for the same meter within 30 days.
    pub held: u32,
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
    let (answered, minutes) = (sum(|line| line.answered), sum(|line| line.answer_minutes));
    let (repaired, held) = (sum(|line| line.repaired), sum(|line| line.held));
    let figures = vec![
        KeyFigure::new(words.say("Pekerjaan", "Work orders"), Kind::Whole, due),
        KeyFigure::new(words.say("Selesai", "Completed"), Kind::Whole, completed),
        KeyFigure {
            name: words.say("Tepat waktu", "In time").into(),
            kind: Kind::PerMille,
            value: Cell::number(share(in_time, completed)),
            note: String::new(),
        },
        KeyFigure {
            name: words.say("Menit sampai dikerjakan", "Minutes until begun").into(),
            kind: Kind::Whole,
            value: Cell::number(minutes.checked_div(answered)),
            note: words.say("perbaikan dan darurat", "repairs and emergencies").into(),
        },
        KeyFigure {
            name: words.say("Beres sekali datang", "Fixed at the first visit").into(),
            kind: Kind::PerMille,
            value: Cell::number(share(held, repaired)),
            note: words.say("tidak rusak lagi dalam 30 hari", "not broken again within 30 days").into(),
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
        Column::new(words.say("Menit sampai dikerjakan", "Minutes until begun"), Kind::Whole, 11),
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
            Cell::number(line.answer_minutes.checked_div(line.answered).map(i64::from)),
            Cell::number(share(line.held.into(), line.repaired.into())),
            count(line.readings),
        ];
        (named(&line.zone, words.0.language), cells)
    };
    let groups = grouped(of.lines.iter().map(row));
    Table::grouped(words.say("Teknisi", "Technicians"), words.say("Zona", "Zone"), columns, groups)
}
