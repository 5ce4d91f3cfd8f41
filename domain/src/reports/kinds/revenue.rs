//! Revenue: what came in, what was used, and what lies between, by time and by whatever else it is broken down by.

use super::{RUPIAH, Words, rupiah, volume};
use crate::exports::{Cell, Kind};
use crate::reports::chart::{Chart, Form, Series};
use crate::reports::{Block, Column, Head, KeyFigure, Report, ReportKind, Signature, Step, Table};
use crate::revenue::{Dimension, Figures, shares};
use crate::{LocalDay, Millilitres, Rupiah};
use serde::{Deserialize, Serialize};

/// Money of a stretch or of a part, as the ledger has it (docs/LEDGER.md). Each is what its name says, above zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueSums {
    /// Paid through the payment gateway.
    pub gateway: Rupiah,
    /// Paid in cash.
    pub cash: Rupiah,
    /// Refunded.
    pub refunds: Rupiah,
    /// Taken back by banks.
    pub chargebacks: Rupiah,
    /// Water that was charged.
    pub water: Rupiah,
    /// Monthly fees.
    pub fees: Rupiah,
    /// Tax on both.
    pub tax: Rupiah,
    /// What vouchers took off prices.
    pub discounts: Rupiah,
    /// Water that vouchers credited.
    pub voucher_cost: Rupiah,
    /// What admins gave, less what they took.
    pub adjustments: Rupiah,
    /// The water that was charged, as a volume; none where that is not known. Then nothing is said of volumes.
    pub volume: Option<Millilitres>,
}

/// Days of a report that counts by days at most; a longer one counts by months.
pub const BY_DAY: i32 = 62;

/// By what the whole is broken down. Each is there whatever has happened, so that a design finds it again.
pub const BREAKDOWNS: [Dimension; 5] =
    [Dimension::Method, Dimension::Class, Dimension::Zone, Dimension::Collector, Dimension::Campaign];

impl RevenueSums {
    /// Figures as a report has them. What was charged is known in rupiah alone: days of revenue have no volumes.
    pub const fn of(figures: &Figures) -> Self {
        Self {
            gateway: figures.gateway,
            cash: figures.cash,
            refunds: figures.refunds,
            chargebacks: figures.chargebacks,
            water: figures.consumed,
            fees: figures.fees,
            tax: figures.tax,
            discounts: figures.discounts,
            voucher_cost: figures.voucher_cost,
            adjustments: figures.adjustments,
            volume: None,
        }
    }

    /// What came in less what went back.
    pub const fn received(&self) -> Rupiah {
        Rupiah(self.gateway.0.saturating_add(self.cash.0).saturating_sub(self.refunds.0).saturating_sub(self.chargebacks.0))
    }

    /// What vouchers gave: taken off prices, or credited as water.
    pub const fn vouchers(&self) -> Rupiah {
        Rupiah(self.discounts.0.saturating_add(self.voucher_cost.0))
    }

    /// The value of the credit that was sold, as *Pendapatan* has it: what was paid for it, and what vouchers gave.
    pub const fn gross(&self) -> Rupiah {
        Rupiah(self.gateway.0.saturating_add(self.cash.0).saturating_add(self.vouchers().0))
    }

    /// What was charged: water, fees, and tax on both.
    pub const fn charged(&self) -> Rupiah {
        Rupiah(self.water.0.saturating_add(self.fees.0).saturating_add(self.tax.0))
    }
}

/// The sums of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevenueLine {
    /// Its first day.
    pub first: LocalDay,
    /// The sums.
    pub sums: RevenueSums,
}

/// What the whole is broken down by: the ways to pay, the classes, the zones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// By what: `Cara membayar`.
    pub by: String,
    /// The parts with their names.
    pub parts: Vec<(String, RevenueSums)>,
}

/// One of those who paid most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopCustomer {
    /// The number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The sums.
    pub sums: RevenueSums,
}

/// What a report of revenue is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revenue {
    /// The stretches it counts by.
    pub step: Step,
    /// Each stretch of the period.
    pub lines: Vec<RevenueLine>,
    /// The whole period.
    pub whole: RevenueSums,
    /// An equal stretch before it, where there is one.
    pub before: Option<RevenueSums>,
    /// What was owed as water when the period began, and when it ended.
    pub unearned: (Rupiah, Rupiah),
    /// What the whole is broken down by.
    pub breakdowns: Vec<Breakdown>,
    /// Who paid most.
    pub top: Vec<TopCustomer>,
}

/// A report of revenue.
pub fn revenue(head: &Head, of: &Revenue) -> Report {
    let words = Words(head);
    let mut report = Report::new(ReportKind::Revenue, head)
        .with(Block::KeyFigures(figures(words, of)))
        .with(Block::Chart(over_time(words, of)))
        .with(Block::Table(bridge(words, of)))
        .with(Block::Table(received(words, of)))
        .with(Block::Table(charged(words, of)));
    for breakdown in &of.breakdowns {
        let parts = breakdown.parts.iter().map(|(name, sums)| (name.clone(), sums.received().0)).collect();
        let title = format!("{}: {}", words.say("Diterima menurut", "Received by"), breakdown.by.to_lowercase());
        report = report
            .with(Block::Title(breakdown.by.clone()))
            .with(Block::Chart(Chart::ring(title, RUPIAH, parts, head.language)))
            .with(Block::Table(broken_down(words, breakdown, of)));
    }
    if !of.top.is_empty() {
        report = report.with(Block::Table(top(words, of)));
    }
    let role = words.say("Mengetahui, Direktur", "Acknowledged, Director").into();
    report.with(Block::Signature(Signature { role, name: String::new() }))
}

fn figures(words: Words<'_>, of: &Revenue) -> Vec<KeyFigure> {
    let (now, before) = (&of.whole, of.before.as_ref());
    let figure = |name: &str, of: fn(&RevenueSums) -> Rupiah| {
        let value = of(now).0;
        KeyFigure::new(name, Kind::Rupiah, value).noted(words.beside(Kind::Rupiah, value, before.map(|before| of(before).0)))
    };
    let begun = format!("{} {}; {}", words.say("awal:", "at first:"), of.unearned.0, words.without_unposted());
    let used = now.volume.map(|volume| {
        let before = before.and_then(|before| before.volume).map(|before| before.0);
        KeyFigure::new(words.volume("Volume", "Volume"), Kind::Volume, volume.0).noted(words.beside(
            Kind::Volume,
            volume.0,
            before,
        ))
    });
    let first = [
        figure(words.say("Diterima", "Received"), RevenueSums::received),
        figure(words.say("Air terpakai", "Water used"), |sums| sums.water),
    ];
    let last = KeyFigure::new(words.say("Saldo air pelanggan", "Unearned balance"), Kind::Rupiah, of.unearned.1.0).noted(begun);
    first.into_iter().chain(used).chain([last]).collect()
}

/// The column of volumes, where they are known.
fn volumes(words: Words<'_>, of: &Revenue) -> Option<Column> {
    of.whole.volume.map(|_| Column::summed(words.volume("Volume", "Volume"), Kind::Volume, 14))
}

/// A cell under it.
fn volume_of(sums: &RevenueSums, of: &Revenue) -> Option<Cell> {
    of.whole.volume.map(|_| sums.volume.map_or(Cell::Nothing, volume))
}

fn over_time(words: Words<'_>, of: &Revenue) -> Chart {
    let labels = of.lines.iter().map(|line| of.step.label(words.0.language, line.first)).collect();
    let series = |name: &str, of_line: fn(&RevenueSums) -> Rupiah| Series {
        name: name.into(),
        values: of.lines.iter().map(|line| Some(of_line(&line.sums).0)).collect(),
    };
    Chart {
        title: words.say("Diterima dan air terpakai", "Received, and water used").into(),
        form: if of.lines.len() > 40 { Form::Lines } else { Form::Bars },
        kind: Kind::Rupiah,
        unit: "Rp".into(),
        labels,
        series: vec![
            series(words.say("Diterima", "Received"), RevenueSums::received),
            series(words.say("Air terpakai", "Water used"), |sums| sums.water),
        ],
    }
}

/// From what customers were credited to what stayed with the utility: its rows add up to what was received.
fn bridge(words: Words<'_>, of: &Revenue) -> Table {
    let sums = &of.whole;
    let rows = [
        (words.say("Nilai jual", "Sold"), sums.gross().0),
        (words.say("Potongan voucher", "Vouchers"), -sums.vouchers().0),
        (words.say("Dikembalikan", "Refunded"), -sums.refunds.0),
        (words.say("Ditarik bank", "Taken back by banks"), -sums.chargebacks.0),
    ];
    let rows = rows.into_iter().map(|(name, amount)| vec![Cell::text(name), Cell::Number(amount)]).collect();
    let columns = vec![
        Column::new(words.say("Pos", "Item"), Kind::Text, 40),
        Column::summed(words.rupiah("Jumlah", "Amount"), Kind::Rupiah, 16),
    ];
    Table::new(words.say("Dari nilai jual ke penerimaan", "From sold to received"), columns, rows)
}

fn received(words: Words<'_>, of: &Revenue) -> Table {
    let columns = vec![
        time(words, of.step),
        Column::summed(words.rupiah("Penyedia pembayaran", "Payment gateway"), Kind::Rupiah, 16),
        Column::summed(words.rupiah("Tunai", "Cash"), Kind::Rupiah, 16),
        Column::summed(words.rupiah("Dikembalikan", "Refunded"), Kind::Rupiah, 14),
        Column::summed(words.rupiah("Ditarik bank", "Charged back"), Kind::Rupiah, 14),
        Column::summed(words.rupiah("Diterima", "Received"), Kind::Rupiah, 16),
    ];
    let row = |line: &RevenueLine| {
        let sums = &line.sums;
        let amounts = [sums.gateway, sums.cash, sums.refunds, sums.chargebacks, sums.received()];
        std::iter::once(stretch(words, of.step, line.first)).chain(amounts.map(rupiah)).collect()
    };
    Table::new(words.say("Uang masuk", "Money received"), columns, of.lines.iter().map(row).collect())
}

fn charged(words: Words<'_>, of: &Revenue) -> Table {
    let amounts = [
        Column::summed(words.rupiah("Air", "Water"), Kind::Rupiah, 15),
        Column::summed(words.rupiah("Biaya", "Fees"), Kind::Rupiah, 13),
        Column::summed(words.rupiah("Pajak", "Tax"), Kind::Rupiah, 12),
        Column::summed(words.rupiah("Potongan", "Discounts"), Kind::Rupiah, 13),
        Column::summed(words.rupiah("Bonus voucher", "Voucher bonus"), Kind::Rupiah, 13),
        Column::summed(words.rupiah("Penyesuaian", "Adjustments"), Kind::Rupiah, 13),
    ];
    let columns = std::iter::once(time(words, of.step)).chain(volumes(words, of)).chain(amounts).collect();
    let row = |line: &RevenueLine| {
        let sums = &line.sums;
        let amounts = [sums.water, sums.fees, sums.tax, sums.discounts, sums.voucher_cost, sums.adjustments];
        let first = std::iter::once(stretch(words, of.step, line.first)).chain(volume_of(sums, of));
        first.chain(amounts.map(rupiah)).collect()
    };
    Table::new(words.say("Air, biaya dan pajak", "Water, fees and tax"), columns, of.lines.iter().map(row).collect())
}

fn broken_down(words: Words<'_>, by: &Breakdown, of: &Revenue) -> Table {
    let received: Vec<i64> = by.parts.iter().map(|(_, sums)| sums.received().0).collect();
    let columns = [
        Column::new(by.by.clone(), Kind::Text, 24),
        Column::summed(words.rupiah("Diterima", "Received"), Kind::Rupiah, 16),
        Column::new(words.say("Bagian", "Share"), Kind::PerMille, 9),
        Column::summed(words.rupiah("Ditagih", "Charged"), Kind::Rupiah, 16),
    ];
    let row = |((name, sums), share): (&(String, RevenueSums), Option<i64>)| {
        let cells = [Cell::text(name.as_str()), rupiah(sums.received()), Cell::number(share), rupiah(sums.charged())];
        cells.into_iter().chain(volume_of(sums, of)).collect()
    };
    let columns = columns.into_iter().chain(volumes(words, of)).collect();
    Table::new(by.by.clone(), columns, by.parts.iter().zip(shares(&received)).map(row).collect())
}

fn top(words: Words<'_>, of: &Revenue) -> Table {
    let columns = [
        Column::new(words.say("Nomor pelanggan", "Customer number"), Kind::Code, 16),
        Column::new(words.say("Nama", "Name"), Kind::Text, 28),
        Column::summed(words.rupiah("Diterima", "Received"), Kind::Rupiah, 16),
        Column::summed(words.rupiah("Ditagih", "Charged"), Kind::Rupiah, 16),
    ];
    let columns = columns.into_iter().chain(volumes(words, of)).collect();
    let row = |customer: &TopCustomer| {
        let TopCustomer { number, name, sums } = customer;
        let texts = [Cell::text(number.as_str()), Cell::text(name.as_str())];
        texts.into_iter().chain([rupiah(sums.received()), rupiah(sums.charged())]).chain(volume_of(sums, of)).collect()
    };
    Table::new(words.say("Pelanggan terbesar", "Largest customers"), columns, of.top.iter().map(row).collect())
}

/// The column of stretches of time.
fn time(words: Words<'_>, step: Step) -> Column {
    let kind = if is_day(step) { Kind::Day } else { Kind::Text };
    Column::new(step.name(words.0.language), kind, 16)
}

/// A stretch in it.
fn stretch(words: Words<'_>, step: Step, first: LocalDay) -> Cell {
    if is_day(step) { Cell::Day(first) } else { Cell::text(step.text(words.0.language, first)) }
}

/// Whether stretches are named by a day, which a spreadsheet can sort by.
const fn is_day(step: Step) -> bool {
    matches!(step, Step::Day | Step::Week)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sold_is_the_same_in_a_report_and_on_the_page() {
        let figures = Figures {
            gateway: Rupiah(900),
            cash: Rupiah(300),
            refunds: Rupiah(100),
            chargebacks: Rupiah(50),
            received: Rupiah(1_050),
            discounts: Rupiah(40),
            voucher_cost: Rupiah(7),
            ..Figures::default()
        };
        let (sums, bridge) = (RevenueSums::of(&figures), figures.bridge());
        assert_eq!((sums.gross(), sums.vouchers(), sums.received()), (bridge.gross, bridge.discounts, bridge.received));
    }
}
