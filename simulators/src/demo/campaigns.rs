//! Campaigns of the demo: one in each state that an admin leaves one in, and one whose time is over.

use crate::demo::purchases::ChargedConnection;
use domain::billing::tariff::TariffClass;
use domain::core::local_time::DAY_MS;
use domain::sales::voucher::{Benefit, Voucher, VoucherCode, VoucherState};
use domain::{Millilitres, Rupiah};
use protocol::sales::admin::{CampaignMove, NewCampaign, NewCodes};
use sync_server::core::Tx;
use sync_server::core::scope::Caller;
use sync_server::error::Error;
use sync_server::sales::campaigns;
use uuid::Uuid;

/// A campaign in a line: name, code or beginning of codes, how many, what it gives, days until it ends, and its state.
struct Draft(&'static str, &'static str, Option<i64>, Benefit, i64, VoucherState);

/// The smallest purchase for which each of them can be used.
const MINIMUM: Rupiah = Rupiah(50_000);

const CAMPAIGNS: [Draft; 6] = [
    Draft("Kemerdekaan", "MERDEKA", None, Benefit::FixedAmount(Rupiah(17_000)), -7, VoucherState::Active),
    Draft("Tahun baru", "TAHUNBARU", None, Benefit::Percentage(150), 40, VoucherState::Draft),
    Draft("Niaga akhir tahun", "NIAGA25", None, Benefit::Percentage(250), 45, VoucherState::Paused),
    Draft(
        "Sambungan baru Denpasar",
        "BARU",
        Some(120),
        Benefit::BonusVolume(Millilitres::cubic_metres(2)),
        60,
        VoucherState::Active,
    ),
    Draft("Hemat Air November", "HEMAT10K", None, Benefit::FixedAmount(Rupiah(10_000)), 14, VoucherState::Active),
    Draft("Promo Gajian", "GAJIAN", None, Benefit::Percentage(100), 30, VoucherState::Active),
];

/// The voucher of a household's one purchase, where it has one: each is used once by a customer. What ended a week ago was used before that.
pub fn code_for(of: &ChargedConnection, amount: Rupiah, ago_ms: i64) -> Option<VoucherCode> {
    let is_household = of.index > 1 && matches!(of.class, TariffClass::Residential | TariffClass::PrivateHome);
    if !is_household || amount < MINIMUM {
        return None;
    }
    let code = match of.index {
        index if index % 7 == 2 && ago_ms > 8 * DAY_MS => "MERDEKA",
        index if index % 5 == 1 => "GAJIAN",
        index if index % 5 == 3 => "HEMAT10K",
        _ => return None,
    };
    code.parse().ok()
}

/// Makes them, as the demo's admin.
///
/// # Errors
/// The database.
pub fn make(tx: &mut Tx<'_>, admin: &Caller) -> Result<(), Error> {
    let now = tx.now;
    for Draft(name, code, count, benefit, days, state) in CAMPAIGNS {
        let begins_active = !matches!(state, VoucherState::Draft);
        let voucher = Voucher {
            code: code.parse().map_err(|error| Error::Setup(format!("{error}")))?,
            benefit,
            minimum_purchase: MINIMUM,
            maximum_discount: matches!(benefit, Benefit::Percentage(_)).then_some(Rupiah(50_000)),
            total_limit: Some(if count.is_some() { 1 } else { 500 }),
            customer_limit: Some(1),
            valid_from: now.plus(-45 * DAY_MS),
            valid_until: now.plus(days * DAY_MS),
            classes: if code == "NIAGA25" { vec![TariffClass::Commercial] } else { vec![] },
            customers: vec![],
            state: if begins_active { VoucherState::Active } else { VoucherState::Draft },
        };
        let codes = count.map_or(NewCodes::One, |count| NewCodes::Series { count, prefix: code.into() });
        let new = NewCampaign { id: Uuid::now_v7(), name: name.into(), codes, voucher };
        campaigns::add(tx, admin, &new)?;
        if state == VoucherState::Paused {
            let wanted = CampaignMove { key: Uuid::now_v7(), of: new.id, to: state };
            campaigns::move_to(tx, admin, &wanted)?;
        }
    }
    Ok(())
}
