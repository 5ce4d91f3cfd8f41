//! The cash book: what came to the counter and left it, day by day, and what was counted against it.

use super::{Words, rupiah};
use crate::core::date_words::long_day;
use crate::exports::{Cell, Kind};
use crate::reports::{Block, Column, Group, Head, KeyFigure, Report, ReportKind, Signature, Table};
use crate::{LocalDay, Rupiah, UtcMillis};
use serde::{Deserialize, Serialize};

/// Cash that came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashLine {
    /// When.
    pub at: UtcMillis,
    /// The number of the purchase or of the refund.
    pub number: String,
    /// Whose it was.
    pub customer: String,
    /// Who took it or gave it.
    pub cashier: String,
    /// What came, above zero; what went, below it.
    pub amount: Rupiah,
}

/// A cashier's day that was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashClosing {
    /// The day.
    pub day: LocalDay,
    /// Whose it is.
    pub cashier: String,
    /// Who counted it; empty where the cashier did.
    pub counter: String,
    /// What the ledger has.
    pub booked: Rupiah,
    /// What was counted.
    pub counted: Rupiah,
    /// Why they differ; empty where they do not.
    pub reason: String,
}

/// What a cash book is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashBook {
    /// What was there when the period began; none where nobody keeps account of what is taken to the bank.
    pub opening: Option<Rupiah>,
    /// What came and went, by time.
    pub lines: Vec<CashLine>,
    /// Days that were closed.
    pub closings: Vec<CashClosing>,
}

/// A cash book.
pub fn cash_book(head: &Head, of: &CashBook) -> Report {
    let words = Words(head);
    let (came, went) = of.lines.iter().fold((0_i64, 0_i64), |(came, went), line| {
        let (more, less) = sides(line.amount);
        (came.saturating_add(more), went.saturating_add(less))
    });
    let more = came.saturating_sub(went);
    let mut figures = vec![
        KeyFigure::new(words.say("Masuk", "In"), Kind::Rupiah, came),
        KeyFigure::new(words.say("Keluar", "Out"), Kind::Rupiah, went),
    ];
    match of.opening {
        Some(opening) => {
            figures.insert(0, KeyFigure::new(words.say("Saldo awal", "Opening balance"), Kind::Rupiah, opening.0));
            let left = opening.0.saturating_add(more);
            figures.push(KeyFigure::new(words.say("Saldo akhir", "Closing balance"), Kind::Rupiah, left));
        }
        None => figures.push(KeyFigure::new(words.say("Masuk dikurangi keluar", "In less out"), Kind::Rupiah, more)),
    }
    let mut report = Report::new(ReportKind::CashBook, head).with(Block::KeyFigures(figures)).with(Block::Table(book(words, of)));
    if !of.closings.is_empty() {
        report = report.with(Block::Table(closings(words, of)));
    }
    report
        .with(Block::Signature(Signature { role: words.say("Kasir", "Cashier").into(), name: String::new() }))
        .with(Block::Signature(Signature { role: words.say("Mengetahui", "Acknowledged").into(), name: String::new() }))
}

/// What came and what went, each above zero.
const fn sides(amount: Rupiah) -> (i64, i64) {
    if amount.0 < 0 { (0, amount.0.saturating_neg()) } else { (amount.0, 0) }
}

fn book(words: Words<'_>, of: &CashBook) -> Table {
    let columns = vec![
        Column::new(words.instant("Waktu", "Time"), Kind::Instant, 15),
        Column::new(words.say("Nomor", "Number"), Kind::Code, 14),
        Column::new(words.say("Pelanggan", "Customer"), Kind::Text, 26),
        Column::new(words.say("Kasir", "Cashier"), Kind::Text, 18),
        Column::summed(words.rupiah("Masuk", "In"), Kind::Rupiah, 14),
        Column::summed(words.rupiah("Keluar", "Out"), Kind::Rupiah, 14),
        Column::new(
            if of.opening.is_some() { words.rupiah("Saldo", "Balance") } else { words.rupiah("Berjalan", "So far") },
            Kind::Rupiah,
            15,
        ),
    ];
    let opening = of.opening.unwrap_or_default();
    let (mut groups, mut balance): (Vec<(LocalDay, Group)>, i64) = (Vec::new(), opening.0);
    for line in &of.lines {
        let day = words.0.zone.day_of(line.at);
        let (came, went) = sides(line.amount);
        balance = balance.saturating_add(line.amount.0);
        let row = vec![
            Cell::At(line.at),
            Cell::text(line.number.as_str()),
            Cell::text(line.customer.as_str()),
            Cell::text(line.cashier.as_str()),
            Cell::number(Some(came).filter(|came| *came > 0)),
            Cell::number(Some(went).filter(|went| *went > 0)),
            Cell::Number(balance),
        ];
        match groups.last_mut().filter(|(last, _)| *last == day) {
            Some((_, group)) => group.rows.push(row),
            None => groups.push((day, Group { name: long_day(words.0.language, day), rows: vec![row] })),
        }
    }
    let groups = groups.into_iter().map(|(_, group)| group).collect();
    Table::grouped(words.say("Buku kas", "Cash book"), words.say("Tanggal", "Day"), columns, groups)
}

fn closings(words: Words<'_>, of: &CashBook) -> Table {
    let columns = vec![
        Column::new(words.say("Tanggal", "Day"), Kind::Day, 12),
        Column::new(words.say("Kasir", "Cashier"), Kind::Text, 18),
        Column::new(words.say("Dihitung oleh", "Counted by"), Kind::Text, 18),
        Column::summed(words.rupiah("Tercatat", "Booked"), Kind::Rupiah, 15),
        Column::summed(words.rupiah("Dihitung", "Counted"), Kind::Rupiah, 15),
        Column::summed(words.rupiah("Selisih", "Difference"), Kind::Rupiah, 14),
        Column::new(words.say("Alasan", "Reason"), Kind::Text, 26),
    ];
    let row = |closing: &CashClosing| {
        vec![
            Cell::Day(closing.day),
            Cell::text(closing.cashier.as_str()),
            Cell::text(if closing.counter.is_empty() {
                words.say("Kasir sendiri", "The cashier alone")
            } else {
                closing.counter.as_str()
            }),
            rupiah(closing.booked),
            rupiah(closing.counted),
            Cell::Number(closing.counted.0.saturating_sub(closing.booked.0)),
            Cell::text(closing.reason.as_str()),
        ]
    };
    Table::new(words.say("Tutup kas", "Closed days"), columns, of.closings.iter().map(row).collect())
}
