//! Vouchers: what campaigns cost, and what was paid with them.

use super::{RUPIAH, Words, count, on, rupiah};
use crate::billing::ledger::Account;
use crate::exports::{Cell, Kind};
use crate::reports::chart::{Chart, Form};
use crate::reports::{Block, Column, Head, KeyFigure, Report, ReportKind, Table};
use crate::revenue::{Figures, Sums, TransferKind};
use crate::{LocalDay, Rupiah};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignLine {
    /// Its name.
    pub name: String,
    /// Its first day.
    pub first: Option<LocalDay>,
    /// Its last day.
    pub last: Option<LocalDay>,
    /// How often its vouchers were used within the period.
    pub uses: u32,
    /// What they took off prices.
    pub discounts: Rupiah,
    /// The water that they credited.
    pub bonus: Rupiah,
    /// What was paid where they were used.
    pub paid: Rupiah,
}

/// What a report of vouchers is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vouchers {
    /// The campaigns.
    pub lines: Vec<CampaignLine>,
}

impl Vouchers {
    /// Of the sums by campaign, the one that gave most first; `name` has what a campaign is called, where that is known. Their first and last days
    /// are not among sums.
    pub fn of(values: Vec<(Option<String>, Sums)>, name: impl Fn(&str) -> Option<String>) -> Self {
        let line = |(value, of): (Option<String>, Sums)| {
            let (value, figures) = (value?, Figures::of(&of));
            Some(CampaignLine {
                name: name(&value).unwrap_or(value),
                first: None,
                last: None,
                uses: uses(&of),
                discounts: figures.discounts,
                bonus: figures.voucher_cost,
                paid: Rupiah(figures.gateway.0.saturating_add(figures.cash.0)),
            })
        };
        let mut lines: Vec<CampaignLine> = values.into_iter().filter_map(line).collect();
        lines.sort_by_key(|line| Reverse(line.discounts.0.saturating_add(line.bonus.0)));
        Self { lines }
    }
}

/// How often a voucher gave something. Each gives a discount or a bonus, also where it pays all and no money comes; money that came for the same
/// purchase a second time got none.
fn uses(of: &Sums) -> u32 {
    let gave = |account| of.of(TransferKind::Purchase, account).count;
    u32::try_from(gave(Account::Discounts) + gave(Account::VoucherCost)).unwrap_or_default()
}

/// A report of vouchers.
pub fn vouchers(head: &Head, of: &Vouchers) -> Report {
    let words = Words(head);
    let sum = |of_line: fn(&CampaignLine) -> i64| of.lines.iter().fold(0_i64, |sum, line| sum.saturating_add(of_line(line)));
    let figures = vec![
        KeyFigure::new(words.say("Pemakaian voucher", "Uses"), Kind::Whole, sum(|line| line.uses.into())),
        KeyFigure::new(words.say("Potongan", "Discounts"), Kind::Rupiah, sum(|line| line.discounts.0)),
        KeyFigure::new(words.say("Bonus air", "Bonus water"), Kind::Rupiah, sum(|line| line.bonus.0)),
        KeyFigure::new(words.say("Dibayar dengan voucher", "Paid with vouchers"), Kind::Rupiah, sum(|line| line.paid.0)),
    ];
    let costs = of.lines.iter().map(|line| (line.name.clone(), Some(cost(line).0))).collect();
    let chart = Chart::of(words.say("Biaya tiap kampanye", "Cost of each campaign"), Form::Bars, RUPIAH, costs);
    let columns = vec![
        Column::new(words.say("Kampanye", "Campaign"), Kind::Text, 24),
        Column::new(words.say("Mulai", "From"), Kind::Day, 11),
        Column::new(words.say("Sampai", "To"), Kind::Day, 11),
        Column::summed(words.say("Dipakai", "Uses"), Kind::Whole, 9),
        Column::summed(words.rupiah("Potongan", "Discounts"), Kind::Rupiah, 14),
        Column::summed(words.rupiah("Bonus", "Bonus"), Kind::Rupiah, 14),
        Column::summed(words.rupiah("Biaya", "Cost"), Kind::Rupiah, 14),
        Column::summed(words.rupiah("Dibayar", "Paid"), Kind::Rupiah, 15),
    ];
    let row = |line: &CampaignLine| {
        let first = [Cell::text(line.name.as_str()), on(line.first), on(line.last), count(line.uses)];
        first.into_iter().chain([line.discounts, line.bonus, cost(line), line.paid].map(rupiah)).collect()
    };
    let table = Table::new(words.say("Kampanye", "Campaigns"), columns, of.lines.iter().map(row).collect());
    Report::new(ReportKind::Vouchers, head).with(Block::KeyFigures(figures)).with(Block::Chart(chart)).with(Block::Table(table))
}

/// What a campaign cost the utility.
const fn cost(line: &CampaignLine) -> Rupiah {
    Rupiah(line.discounts.0.saturating_add(line.bonus.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::ledger::{Channel, Event, Settled};
    use crate::sales::voucher::Grant;

    #[test]
    fn a_use_is_counted_once_whether_or_not_money_came_with_it() {
        let mut sums = Sums::default();
        for (paid, discount, bonus) in [(0, 20_000, 0), (40_000, 10_000, 0), (50_000, 0, 3_000), (40_000, 0, 0)] {
            let granted = Grant { discount: Rupiah(discount), bonus: Rupiah(bonus) };
            let settled = Settled { channel: Channel::Gateway, paid: Rupiah(paid), granted };
            let transfer = Event::Purchase { settled, lent: Rupiah(0) }.transfer("key".into()).unwrap();
            sums.add_postings(TransferKind::Purchase, &transfer.postings);
        }
        let back = Event::Refund { amount: Rupiah(40_000), granted: Grant { discount: Rupiah(10_000), bonus: Rupiah(0) } };
        sums.add_postings(TransferKind::Refund, &back.transfer("back".into()).unwrap().postings);
        let of = Vouchers::of(vec![(Some("HEMAT".into()), sums)], |_| None);
        let line = &of.lines[0];
        assert_eq!((line.uses, line.discounts, line.bonus), (3, Rupiah(20_000), Rupiah(3_000)));
    }
}
