//! The demo's money: everybody is charged since the first of the month, and most have bought credit since.

use crate::billing::tariffs;
use crate::core::Tx;
use crate::core::scope::Caller;
use crate::error::Error;
use crate::provision::demo_campaigns;
use crate::sales::counter;
use crate::sales::purchases::PurchaseRequest;
use domain::billing::ledger::Channel;
use domain::billing::tariff::TariffClass;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{ConnectionId, Rupiah, TimeZone};
use uuid::Uuid;

/// A connection of the demo, as far as its money goes.
pub struct Charged {
    /// Its key.
    pub num: i64,
    /// Its identifier.
    pub id: ConnectionId,
    /// Where it stands in the demo's list.
    pub index: usize,
    /// What it pays by.
    pub class: TariffClass,
    /// Its time.
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

/// Charges a connection since the month began, and buys its credit over the counter of an admin.
///
/// # Errors
/// The database.
pub fn begin(tx: &mut Tx<'_>, admin: &Caller, of: &Charged) -> Result<(), Error> {
    let now = tx.now;
    let first = of.time_zone.day_of(now).month().first_day();
    tariffs::charge_from(tx, of.num, first)?;
    for (day, amount) in bought(of.index, of.class) {
        let at = of.time_zone.start_of(first).plus(day * DAY_MS + (8 + of.index as i64 % 9) * HOUR_MS);
        let code = demo_campaigns::code_for(of, Rupiah(amount), now.since(at));
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
