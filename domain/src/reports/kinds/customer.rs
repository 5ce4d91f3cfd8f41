//! What a customer gets: a statement of the year, and a letter about a month's use.

use super::{VOLUME, Words, rupiah, volume};
use crate::core::date_words::{day_of_year, month, short_month};
use crate::exports::{Cell, Kind};
use crate::people::Language;
use crate::reports::chart::{Chart, Form};
use crate::reports::{Block, Column, Head, KeyFigure, Report, ReportKind, Table};
use crate::{LocalDay, LocalMonth, Millilitres, Rupiah};
use serde::{Deserialize, Serialize};

/// Whose paper it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    /// The customer's name.
    pub name: String,
    /// The customer's number.
    pub number: String,
    /// The connection's address.
    pub address: String,
    /// The meter's serial; empty where there is none.
    pub serial: String,
    /// The tariff class.
    pub class: String,
}

impl Household {
    /// The line below the title.
    fn line(&self) -> String {
        let parts = [&self.name, &self.number, &self.address, &self.serial, &self.class];
        parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" \u{b7} ")
    }
}

/// A month of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthOfYear {
    /// Which.
    pub month: LocalMonth,
    /// What was credited: paid, discounted, and given as a bonus.
    pub credited: Rupiah,
    /// What was used.
    pub volume: Millilitres,
    /// Water that was charged, with the tax where that is not known apart.
    pub water: Rupiah,
    /// The month's fee.
    pub fees: Rupiah,
    /// Tax on both, where it is known apart.
    pub tax: Option<Rupiah>,
    /// What else changed the balance: paid back, adjusted, brought from before. Below zero it was taken.
    pub other: Rupiah,
}

impl MonthOfYear {
    /// By how much the balance changed.
    fn change(&self) -> i64 {
        let tax = self.tax.unwrap_or_default();
        let charged = self.water.0.saturating_add(self.fees.0).saturating_add(tax.0);
        self.credited.0.saturating_sub(charged).saturating_add(self.other.0)
    }
}

/// What a yearly statement is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearlyStatement {
    /// Whose it is.
    pub household: Household,
    /// The balance when the year began.
    pub opening: Rupiah,
    /// The months, by time.
    pub months: Vec<MonthOfYear>,
}

/// A customer's year.
pub fn yearly_statement(head: &Head, of: &YearlyStatement) -> Report {
    let words = Words(head);
    let sum = |of_month: fn(&MonthOfYear) -> i64| of.months.iter().fold(0_i64, |sum, month| sum.saturating_add(of_month(month)));
    let closing = of.opening.0.saturating_add(sum(MonthOfYear::change));
    let figures = vec![
        KeyFigure::new(words.say("Saldo awal", "Opening balance"), Kind::Rupiah, of.opening.0),
        KeyFigure::new(words.say("Dibeli", "Bought"), Kind::Rupiah, sum(|month| month.credited.0)),
        KeyFigure::new(words.volume("Pemakaian", "Use"), Kind::Volume, sum(|month| month.volume.0)),
        KeyFigure::new(words.say("Saldo akhir", "Closing balance"), Kind::Rupiah, closing),
    ];
    let bars = of.months.iter().map(|of| (short_month(head.language, of.month.ym().1).to_owned(), Some(of.volume.0))).collect();
    let chart = Chart::of(words.say("Pemakaian tiap bulan", "Use of each month"), Form::Bars, VOLUME, bars);
    let mut report = Report::new(ReportKind::YearlyStatement, head)
        .with(Block::KeyFigures(figures))
        .with(Block::Chart(chart))
        .with(Block::Table(months(words, of)));
    report.subtitle = of.household.line();
    report
}

fn months(words: Words<'_>, of: &YearlyStatement) -> Table {
    let is_taxed = of.months.iter().any(|month| month.tax.is_some());
    let water = if is_taxed { words.rupiah("Air", "Water") } else { words.rupiah("Air dan pajak", "Water and tax") };
    let first = [
        Column::new(words.say("Bulan", "Month"), Kind::Text, 16),
        Column::summed(words.rupiah("Dibeli", "Bought"), Kind::Rupiah, 14),
        Column::summed(words.volume("Pemakaian", "Use"), Kind::Volume, 13),
        Column::summed(water, Kind::Rupiah, 13),
        Column::summed(words.rupiah("Biaya", "Fees"), Kind::Rupiah, 12),
    ];
    let tax = is_taxed.then(|| Column::summed(words.rupiah("Pajak", "Tax"), Kind::Rupiah, 11));
    let last = [
        Column::summed(words.rupiah("Lainnya", "Other"), Kind::Rupiah, 12),
        Column::new(words.rupiah("Saldo akhir", "Balance"), Kind::Rupiah, 14),
    ];
    let columns = first.into_iter().chain(tax).chain(last).collect();
    let mut balance = of.opening.0;
    let row = |line: &MonthOfYear| {
        balance = balance.saturating_add(line.change());
        let first = [
            Cell::text(month(words.0.language, line.month)),
            rupiah(line.credited),
            volume(line.volume),
            rupiah(line.water),
            rupiah(line.fees),
        ];
        let tax = is_taxed.then(|| Cell::rupiah(line.tax));
        first.into_iter().chain(tax).chain([rupiah(line.other), Cell::Number(balance)]).collect()
    };
    Table::new(words.say("Bulan demi bulan", "Month by month"), columns, of.months.iter().map(row).collect())
}

/// What a monthly letter is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageLetter {
    /// Whose it is.
    pub household: Household,
    /// The use of each day; nothing where nothing was measured.
    pub days: Vec<(LocalDay, Option<Millilitres>)>,
    /// The month's use. It may be more than that of its days, where the meter was silent.
    pub volume: Millilitres,
    /// What the month was charged, with fee and tax.
    pub charged: Rupiah,
    /// The use of the month before, where it was measured.
    pub before: Option<Millilitres>,
    /// The balance at its end.
    pub balance: Rupiah,
    /// Sentences for this household: a leak that was found, a tip.
    pub sentences: Vec<String>,
}

/// A letter about a customer's month.
pub fn usage_letter(head: &Head, of: &UsageLetter) -> Report {
    let words = Words(head);
    let period = head.period.text(head.language);
    let greeting = match head.language {
        Language::Id => format!("Yth. {}, berikut pemakaian air Anda pada {period}.", of.household.name),
        Language::En => format!("Dear {}, this is your use of water in {period}.", of.household.name),
    };
    let used = of.volume.0;
    let figures = vec![
        KeyFigure::new(words.volume("Pemakaian", "Use"), Kind::Volume, used).noted(words.beside(
            Kind::Volume,
            used,
            of.before.map(|before| before.0),
        )),
        KeyFigure::new(words.say("Ditagih dari saldo", "Taken off the balance"), Kind::Rupiah, of.charged.0),
        KeyFigure::new(words.say("Saldo akhir", "Balance at its end"), Kind::Rupiah, of.balance.0),
    ];
    let bars = of.days.iter().map(|(day, volume)| (day_of_year(head.language, *day), volume.map(|volume| volume.0))).collect();
    let chart = Chart::of(words.say("Pemakaian tiap hari", "Use of each day"), Form::Bars, VOLUME, bars);
    let columns = vec![
        Column::new(words.say("Tanggal", "Day"), Kind::Day, 14),
        Column::summed(words.volume("Pemakaian", "Use"), Kind::Volume, 14),
    ];
    let rows = of.days.iter().map(|(day, volume)| vec![Cell::Day(*day), Cell::number(volume.map(|volume| volume.0))]).collect();
    let mut report = Report::new(ReportKind::UsageLetter, head)
        .with(Block::Paragraph(greeting))
        .with(Block::KeyFigures(figures))
        .with(Block::Chart(chart));
    report.blocks.extend(of.sentences.iter().cloned().map(Block::Paragraph));
    report.subtitle = of.household.line();
    report.with(Block::Table(Table::new(words.say("Hari demi hari", "Day by day"), columns, rows)))
}
