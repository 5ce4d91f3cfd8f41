//! What is owed as water, and what customers owe, by the balances that an admin's device holds (adr/0024).

use crate::error::Error;
use crate::queries::reports as rows;
use crate::reports::fill::Filling;
use crate::reports::words;
use domain::Rupiah;
use domain::billing::tariff::TariffClass;
use domain::reports::kinds::{Balances, CreditLine, OwingLine, Receivables};
use domain::reports::{Report, kinds};

/// Receivables and the unearned balance, as of now.
pub fn receivables(with: &Filling<'_>) -> Result<Report, Error> {
    let balances = rows::balances(with.db)?;
    let line = |class: TariffClass| CreditLine {
        class: words::class(with.words, class),
        connections: 0,
        credit: Rupiah(0),
        owing: Rupiah(0),
        lent: Rupiah(0),
    };
    let mut classes = TariffClass::ALL.map(|class| (class, line(class)));
    let mut owing = Vec::new();
    for of in rows::supplied(with.db, with.within)? {
        let Some((balance, lent)) = balances.get(&of.connection).copied() else { continue };
        if let Some((_, line)) = classes.iter_mut().find(|(class, _)| *class == of.class) {
            line.connections += 1;
            line.credit = Rupiah(line.credit.0 + balance.0.max(0));
            line.owing = Rupiah(line.owing.0 - balance.0.min(0));
            line.lent = Rupiah(line.lent.0 + lent.0);
        }
        if balance.0 < 0 || lent.0 > 0 {
            let (zone, number, name, phone) = (of.zone, of.number, of.name, of.phone);
            owing.push(OwingLine { zone, number, name, phone, since: None, owing: Rupiah(-balance.0.min(0)), lent });
        }
    }
    let classes = classes.into_iter().map(|(_, line)| line).filter(|line| line.connections > 0).collect();
    Ok(kinds::receivables(&with.head, &Receivables { balances: Balances::Shown, classes, owing }))
}
