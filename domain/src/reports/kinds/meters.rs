//! Meters: whether they report, what their valves are, and what batteries and signal are like.

use super::{Words, count, named};
use crate::UtcMillis;
use crate::exports::{Cell, Kind};
use crate::reports::chart::Chart;
use crate::reports::{Block, Column, Head, KeyFigure, Report, ReportKind, Table, grouped};
use serde::{Deserialize, Serialize};

/// A meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterLine {
    /// The zone; empty where there is none.
    pub zone: String,
    /// The serial.
    pub serial: String,
    /// The model.
    pub model: String,
    /// Whose connection it is at; empty where it is at none.
    pub customer: String,
    /// Whether it reports, in words.
    pub connectivity: String,
    /// Its valve, in words.
    pub valve: String,
    /// Battery in percent.
    pub battery: Option<u8>,
    /// Signal in dBm.
    pub signal: Option<i16>,
    /// When it last reported.
    pub last: Option<UtcMillis>,
}

/// What a report of meters is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceStatus {
    /// How many meters are in which state of connectivity, by its words.
    pub states: Vec<(String, u32)>,
    /// Meters whose valve is closed.
    pub closed: u32,
    /// Meters with a low battery.
    pub low_battery: u32,
    /// The meters, zone by zone.
    pub lines: Vec<MeterLine>,
}

/// A report of meters.
pub fn device_status(head: &Head, of: &DeviceStatus) -> Report {
    let words = Words(head);
    let all: i64 = of.states.iter().map(|(_, number)| i64::from(*number)).sum();
    let figures = vec![
        KeyFigure::new(words.say("Semua meter", "All meters"), Kind::Whole, all),
        KeyFigure::new(words.say("Katup tertutup", "Valve closed"), Kind::Whole, of.closed.into()),
        KeyFigure::new(words.say("Baterai lemah", "Low battery"), Kind::Whole, of.low_battery.into()),
    ];
    let parts = of.states.iter().map(|(name, number)| (name.clone(), i64::from(*number))).collect();
    let title = words.say("Menurut keterhubungan", "By connectivity");
    let ring = Chart::ring(title, (Kind::Whole, words.say("meter", "meters")), parts, head.language);
    let columns = vec![
        Column::new(words.say("Keadaan", "State"), Kind::Text, 24),
        Column::summed(words.say("Meter", "Meters"), Kind::Whole, 12),
    ];
    let rows = of.states.iter().map(|(name, number)| vec![Cell::text(name.as_str()), count(*number)]).collect();
    Report::new(ReportKind::DeviceStatus, head)
        .with(Block::KeyFigures(figures))
        .with(Block::Chart(ring))
        .with(Block::Table(Table::new(title, columns, rows)))
        .with(Block::Table(meters(words, of)))
}

fn meters(words: Words<'_>, of: &DeviceStatus) -> Table {
    let columns = vec![
        Column::new(words.say("Nomor seri", "Serial"), Kind::Code, 15),
        Column::new(words.say("Model", "Model"), Kind::Text, 14),
        Column::new(words.say("Pelanggan", "Customer"), Kind::Text, 24),
        Column::new(words.say("Keadaan", "State"), Kind::Text, 12),
        Column::new(words.say("Katup", "Valve"), Kind::Text, 12),
        Column::new(words.say("Baterai (%)", "Battery (%)"), Kind::Whole, 9),
        Column::new(words.say("Sinyal (dBm)", "Signal (dBm)"), Kind::Whole, 9),
        Column::new(words.instant("Terakhir", "Last"), Kind::Instant, 15),
    ];
    let row = |line: &MeterLine| {
        let cells = vec![
            Cell::text(line.serial.as_str()),
            Cell::text(line.model.as_str()),
            Cell::text(line.customer.as_str()),
            Cell::text(line.connectivity.as_str()),
            Cell::text(line.valve.as_str()),
            Cell::number(line.battery.map(i64::from)),
            Cell::number(line.signal.map(i64::from)),
            Cell::at(line.last),
        ];
        (named(&line.zone, words.0.language), cells)
    };
    let groups = grouped(of.lines.iter().map(row));
    Table::grouped(words.say("Meter", "Meters"), words.say("Zona", "Zone"), columns, groups)
}
