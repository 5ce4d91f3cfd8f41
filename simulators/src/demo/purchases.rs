//! The demo's purchases: every connection is charged since the first of a month, and most have bought credit since.

use crate::demo::campaigns;
use domain::billing::ledger::Channel;
use domain::billing::tariff::TariffClass;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{ConnectionId, LocalDay, Rupiah, TimeZone};
use sync_server::billing::tariffs;
use sync_server::core::Tx;
use sync_server::core::scope::Caller;
use sync_server::error::Error;
use sync_server::sales::counter;
use sync_server::sales::purchases::PurchaseRequest;
use uuid::Uuid;

/// A connection that is charged.
pub struct ChargedConnection {
    /// Its key in the database.
    pub num: i64,
    /// Its identifier.
    pub id: ConnectionId,
    /// Its number in the demo's list.
    pub index: usize,
    /// Its tariff class.
    pub class: TariffClass,
    /// Its time zone.
    pub time_zone: TimeZone,
}

/// What was bought, and how many days after the month began. The demo customer's house is about to run low; every 37th has bought nothing.
fn bought(index: usize, class: TariffClass) -> Vec<(i64, i64)> {
    match (index, class) {
        (0, _) => vec![(0, 50_000), (12, 25_000)],
        (1, _) => vec![(2, 500_000)],
        _ if index % 37 == 5 => Vec::new(),
        (_, TariffClass::Residential | TariffClass::PrivateHome) => {
            vec![((index % 9) as i64, [50_000, 100_000, 250_000][index % 3])]
        }
        (_, TariffClass::Commercial) => vec![((index % 5) as i64, [1_000_000, 2_500_000][index % 2])],
        (_, TariffClass::Industrial) => vec![(1, 25_000_000), (9, 25_000_000)],
    }
}

/// The first day that is charged: that of the month, or of the one before while the month is too young to show anything.
fn charged_from(today: LocalDay) -> LocalDay {
    today.plus(-3).month().first_day()
}

/// Charges a connection since the month began, and buys its credit over the counter of an admin.
///
/// # Errors
/// The database.
pub fn begin(tx: &mut Tx<'_>, admin: &Caller, of: &ChargedConnection) -> Result<(), Error> {
    let now = tx.now;
    let first = charged_from(of.time_zone.day_of(now));
    tariffs::charge_from(tx, of.num, first)?;
    for (day, amount) in bought(of.index, of.class) {
        let at = of.time_zone.start_of(first).plus(day * DAY_MS + (8 + of.index as i64 % 9) * HOUR_MS);
        let code = campaigns::code_for(of, Rupiah(amount), now.since(at));
        let request =
            PurchaseRequest { id: Uuid::now_v7(), connection: of.id, amount: Rupiah(amount), code, channel: Channel::Cash };
        if at < now {
            tx.now = at;
            counter::cash(tx, admin, &request)?;
            tx.now = now;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_days_of_a_month_are_charged_with_the_month_before() {
        let of = |month, day| charged_from(LocalDay::from_ymd(2026, month, day).expect("a day"));
        let november = LocalDay::from_ymd(2026, 11, 1).expect("a day");
        assert_eq!([of(11, 30), of(12, 1), of(12, 3)], [november; 3]);
        assert_eq!(of(12, 4), LocalDay::from_ymd(2026, 12, 1).expect("a day"));
    }
}
