//! What is owed as water, and what customers owe, by the ledger: what was used and is not posted yet is still owed.

use crate::error::Error;
use crate::reports::fill::Filling;
use crate::reports::rows::source;
use domain::Rupiah;
use domain::billing::tariff::TariffClass;
use domain::reports::kinds::{Balances, CreditLine, OwingLine, Receivables};
use domain::reports::{Report, kinds};

/// Receivables and the unearned balance, as of now.
///
/// # Errors
/// The database.
pub fn receivables(with: &Filling<'_>) -> Result<Report, Error> {
    let line =
        |class| CreditLine { class: with.class(class), connections: 0, credit: Rupiah(0), owing: Rupiah(0), lent: Rupiah(0) };
    let mut classes = TariffClass::ALL.map(|class| (class, line(class)));
    let mut owing = Vec::new();
    for of in source::balances(with.db, with.within)? {
        let debt = Rupiah(-of.credit.0.min(0));
        if let Some((_, line)) = classes.iter_mut().find(|(class, _)| *class == of.class) {
            line.connections += 1;
            line.credit = Rupiah(line.credit.0 + of.credit.0.max(0));
            line.owing = Rupiah(line.owing.0 + debt.0);
            line.lent = Rupiah(line.lent.0 + of.lent.0);
        }
        if debt.0 > 0 || of.lent.0 > 0 {
            let (zone, number, name, phone) = (of.zone, of.number, of.name, of.phone);
            owing.push(OwingLine { zone, number, name, phone, since: None, owing: debt, lent: of.lent });
        }
    }
    let classes = classes.into_iter().map(|(_, line)| line).filter(|line| line.connections > 0).collect();
    Ok(kinds::receivables(&with.head, &Receivables { balances: Balances::Posted, classes, owing }))
}
