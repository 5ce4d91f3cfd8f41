//! What is still owed as water, and what customers owe, at the end of the period.

use super::{RUPIAH, Words, count, named, on, rupiah};
use crate::exports::{Cell, Kind};
use crate::reports::chart::Chart;
use crate::reports::{Block, Column, Head, KeyFigure, Report, ReportKind, Signature, Table, grouped};
use crate::{LocalDay, Rupiah};
use serde::{Deserialize, Serialize};

/// Credit of the connections of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditLine {
    /// The class.
    pub class: String,
    /// Its connections.
    pub connections: u32,
    /// The sum of what is above zero: water that is still owed.
    pub credit: Rupiah,
    /// The sum of what is below zero, as an amount above it: what is owed by customers.
    pub owing: Rupiah,
    /// Emergency credit that was lent and not repaid.
    pub lent: Rupiah,
}

/// A connection that owes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwingLine {
    /// The zone; empty where there is none.
    pub zone: String,
    /// The customer's number.
    pub number: String,
    /// The customer's name.
    pub name: String,
    /// The telephone.
    pub phone: String,
    /// Since when its balance is below zero, where that is known.
    pub since: Option<LocalDay>,
    /// What it owes, above zero.
    pub owing: Rupiah,
    /// Emergency credit that was lent and not repaid.
    pub lent: Rupiah,
}

/// Which balances a report of receivables counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Balances {
    /// As screens show them: what was used and is not posted yet is taken off.
    Shown,
    /// As the ledger has them, like *Pendapatan*.
    Posted,
}

/// What a report of receivables is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receivables {
    /// Which balances these are.
    pub balances: Balances,
    /// Credit by class.
    pub classes: Vec<CreditLine>,
    /// Who owes, zone by zone.
    pub owing: Vec<OwingLine>,
}

/// What the unearned balance is.
const EXPLAINED: (&str, &str) =
    ("saldo di atas nol, dikurangi tunggakan dan pinjaman", "credit above zero, less what is owed and lent");

/// Whether use that is not posted yet is taken off.
fn unposted(words: Words<'_>, balances: Balances) -> String {
    let since = words.unposted_since();
    match balances {
        Balances::Shown => format!(
            "{} {since} {}",
            words.say("sudah termasuk pemakaian sejak", "including use since"),
            words.say("yang belum dibukukan; Pendapatan belum", "that is not posted yet; Revenue is without it")
        ),
        Balances::Posted => words.without_unposted(),
    }
}

/// A report of receivables and the unearned balance.
pub fn receivables(head: &Head, of: &Receivables) -> Report {
    let words = Words(head);
    let sum = |of_line: fn(&CreditLine) -> i64| of.classes.iter().fold(0_i64, |sum, line| sum.saturating_add(of_line(line)));
    let (credit, owing, lent) = (sum(|line| line.credit.0), sum(|line| line.owing.0), sum(|line| line.lent.0));
    let unearned = credit.saturating_sub(owing).saturating_sub(lent);
    let figures = vec![
        KeyFigure::new(words.say("Saldo air pelanggan", "Unearned balance"), Kind::Rupiah, unearned).noted(format!(
            "{}; {}",
            words.say(EXPLAINED.0, EXPLAINED.1),
            unposted(words, of.balances)
        )),
        KeyFigure::new(words.say("Saldo di atas nol", "Credit above zero"), Kind::Rupiah, credit),
        KeyFigure::new(words.say("Tunggakan", "Owed by customers"), Kind::Rupiah, owing),
        KeyFigure::new(words.say("Saldo darurat", "Emergency credit"), Kind::Rupiah, lent),
    ];
    let parts = of.classes.iter().map(|line| (line.class.clone(), line.credit.0)).collect();
    let ring = Chart::ring(words.say("Saldo menurut golongan", "Credit by class"), RUPIAH, parts, head.language);
    let role = words.say("Mengetahui, Direktur", "Acknowledged, Director").into();
    Report::new(ReportKind::Receivables, head)
        .with(Block::KeyFigures(figures))
        .with(Block::Chart(ring))
        .with(Block::Table(classes(words, of)))
        .with(Block::Table(owed(words, of)))
        .with(Block::Signature(Signature { role, name: String::new() }))
}

fn classes(words: Words<'_>, of: &Receivables) -> Table {
    let columns = vec![
        Column::new(words.say("Golongan", "Class"), Kind::Text, 24),
        Column::summed(words.say("Sambungan", "Connections"), Kind::Whole, 12),
        Column::summed(words.rupiah("Saldo di atas nol", "Credit above zero"), Kind::Rupiah, 17),
        Column::summed(words.rupiah("Tunggakan", "Owed"), Kind::Rupiah, 15),
        Column::summed(words.rupiah("Saldo darurat", "Emergency credit"), Kind::Rupiah, 15),
    ];
    let row = |line: &CreditLine| {
        let first = [Cell::text(line.class.as_str()), count(line.connections)];
        first.into_iter().chain([line.credit, line.owing, line.lent].map(rupiah)).collect()
    };
    Table::new(words.say("Saldo menurut golongan", "Credit by class"), columns, of.classes.iter().map(row).collect())
}

fn owed(words: Words<'_>, of: &Receivables) -> Table {
    let columns = vec![
        Column::new(words.say("Nomor", "Number"), Kind::Code, 14),
        Column::new(words.say("Nama", "Name"), Kind::Text, 26),
        Column::new(words.say("Telepon", "Telephone"), Kind::Code, 17),
        Column::new(words.say("Sejak", "Since"), Kind::Day, 12),
        Column::new(words.say("Hari", "Days"), Kind::Whole, 8),
        Column::summed(words.rupiah("Tunggakan", "Owed"), Kind::Rupiah, 15),
        Column::summed(words.rupiah("Saldo darurat", "Emergency credit"), Kind::Rupiah, 15),
    ];
    let row = |line: &OwingLine| {
        let days = line.since.map(|since| i64::from(words.0.period.last.0) - i64::from(since.0));
        let cells = vec![
            Cell::text(line.number.as_str()),
            Cell::text(line.name.as_str()),
            Cell::text(line.phone.as_str()),
            on(line.since),
            Cell::number(days),
            rupiah(line.owing),
            rupiah(line.lent),
        ];
        (named(&line.zone, words.0.language), cells)
    };
    let groups = grouped(of.owing.iter().map(row));
    Table::grouped(words.say("Yang menunggak", "Who owes"), words.say("Zona", "Zone"), columns, groups)
}
