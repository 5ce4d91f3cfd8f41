//! Campaigns: one voucher, or a series of vouchers that share their terms; what terms may be, the form of a series' codes, and where a
//! campaign stands at an instant.

use crate::core::text::compact;
use crate::sales::payment::MOST_PURCHASE;
use crate::sales::voucher::{Benefit, Voucher, VoucherCode, VoucherState};
use crate::{Millilitres, Rupiah, UtcMillis};

/// Codes of a series at most.
pub const MOST_CODES: i64 = 5_000;
/// Customers that a campaign names at most; and names times codes, because each code carries its terms.
pub const MOST_CUSTOMERS: usize = 200;
const MOST_NAMED: i64 = 50_000;
/// Characters of a campaign's name at most.
pub const LONGEST_NAME: usize = 80;
/// Characters of what a series' codes begin with at most.
pub const LONGEST_PREFIX: usize = 12;
/// The most that a discount, or a purchase it asks for, can be: that of a purchase.
pub const MOST: Rupiah = MOST_PURCHASE;
/// The most water that a voucher gives.
pub const MOST_BONUS: Millilitres = Millilitres::cubic_metres(1_000);
/// Uses at most.
const MOST_USES: i64 = 1_000_000;
/// The end of the last year that calendars of this app show.
const LATEST: UtcMillis = UtcMillis(7_258_118_400_000);

/// Letters and digits that nobody takes for another when a code is read out: no 0 and O, no 1, I and L, no U.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Symbols of a code in a series, beside what it begins with: 30¹⁰ codes, so that guessing one of 5,000 takes 10¹¹ tries.
const SYMBOLS: usize = 10;

/// What is wrong with a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}: {}", self.as_str(), self.rule())]
pub enum Wrong {
    /// Its name.
    Name,
    /// How many codes.
    Count,
    /// What its codes begin with.
    Prefix,
    /// What it gives.
    Value,
    /// The least purchase.
    MinimumPurchase,
    /// The most it takes off.
    MaximumDiscount,
    /// Uses altogether.
    TotalLimit,
    /// Uses of one customer.
    CustomerLimit,
    /// From when until when.
    Validity,
    /// Whom it is for.
    Customers,
    /// It begins as a draft or active.
    State,
}

impl Wrong {
    /// Its word, the same as the field's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Count => "count",
            Self::Prefix => "prefix",
            Self::Value => "value",
            Self::MinimumPurchase => "minimum_purchase",
            Self::MaximumDiscount => "maximum_discount",
            Self::TotalLimit => "total_limit",
            Self::CustomerLimit => "customer_limit",
            Self::Validity => "validity",
            Self::Customers => "customers",
            Self::State => "state",
        }
    }

    const fn rule(self) -> &'static str {
        match self {
            Self::Name => "a series has a name, and a name one line of 80 characters at most",
            Self::Count => "a series has 1 to 5,000 codes",
            Self::Prefix => "codes begin with 12 letters, digits and '-' at most",
            Self::Value => "1 to 1,000 per mille, Rp1 to Rp50,000,000, or 1 litre to 1,000 cubic metres",
            Self::MinimumPurchase => "it is Rp0 to Rp50,000,000",
            Self::MaximumDiscount => "it is Rp1 to Rp50,000,000",
            Self::TotalLimit => "it is 1 to 1,000,000",
            Self::CustomerLimit => "it is 1 to 1,000,000, and not more than all uses",
            Self::Validity => "it begins before it ends",
            Self::Customers => "200 customers at most, and 50,000 names in all codes of a series",
            Self::State => "it begins as a draft or active",
        }
    }
}

/// The codes of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codes {
    /// One that somebody chose.
    One,
    /// So many that are drawn.
    Series(i64),
}

impl Codes {
    /// How many.
    pub const fn count(self) -> i64 {
        match self {
            Self::One => 1,
            Self::Series(count) => count,
        }
    }
}

/// The most that a campaign can cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorstCost {
    /// One use; `None` if nothing limits what it is worth.
    pub each: Option<Rupiah>,
    /// Uses altogether; `None` if nothing limits them.
    pub uses: Option<i64>,
}

impl WorstCost {
    /// Of a campaign of so many codes with these terms. A purchase is for [`MOST`] at most, and a discount never above it; water is worth
    /// what a tariff says later, so that only a limit of its own bounds it.
    pub fn of(codes: i64, voucher: &Voucher) -> Self {
        let most = voucher.maximum_discount;
        let bounded = |worth: i64| Some(Rupiah(worth.clamp(0, MOST.0).min(most.map_or(MOST.0, |most| most.0))));
        let each = match voucher.benefit {
            Benefit::Percentage(per_mille) => bounded(MOST.0 * per_mille.clamp(0, 1_000) / 1_000),
            Benefit::FixedAmount(amount) => bounded(amount.0),
            Benefit::BonusVolume(_) => most,
        };
        let named = voucher.customers.len() as i64;
        let by_named = voucher.customer_limit.filter(|_| named > 0).map(|limit| limit.saturating_mul(named));
        let of_code = voucher.total_limit.into_iter().chain(by_named).min();
        Self { each, uses: of_code.map(|uses| uses.saturating_mul(codes)) }
    }

    /// Altogether; `None` if nothing limits it.
    pub fn total(self) -> Option<Rupiah> {
        self.each.zip(self.uses).map(|(each, uses)| Rupiah(each.0.saturating_mul(uses)))
    }
}

/// Whether a campaign with such codes may be made.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(name: &str, codes: Codes, voucher: &Voucher) -> Result<(), Wrong> {
    let must = |is_right: bool, wrong| if is_right { Ok(()) } else { Err(wrong) };
    let uses = |limit: Option<i64>| limit.is_none_or(|limit| (1..=MOST_USES).contains(&limit));
    let within = |limit: Option<i64>| limit.is_none_or(|limit| voucher.total_limit.is_none_or(|total| limit <= total));
    must(name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control), Wrong::Name)?;
    // A series is found by its name alone: its codes are drawn.
    must(codes == Codes::One || !name.trim().is_empty(), Wrong::Name)?;
    let codes = codes.count();
    must((1..=MOST_CODES).contains(&codes), Wrong::Count)?;
    let gives = match voucher.benefit {
        Benefit::Percentage(per_mille) => (1..=1_000).contains(&per_mille),
        Benefit::FixedAmount(amount) => (Rupiah(1)..=MOST).contains(&amount),
        Benefit::BonusVolume(volume) => (Millilitres::litres(1)..=MOST_BONUS).contains(&volume),
    };
    must(gives, Wrong::Value)?;
    must((Rupiah(0)..=MOST).contains(&voucher.minimum_purchase), Wrong::MinimumPurchase)?;
    must(voucher.maximum_discount.is_none_or(|most| (Rupiah(1)..=MOST).contains(&most)), Wrong::MaximumDiscount)?;
    must(uses(voucher.total_limit), Wrong::TotalLimit)?;
    must(uses(voucher.customer_limit) && within(voucher.customer_limit), Wrong::CustomerLimit)?;
    let is_ordered = voucher.valid_from < voucher.valid_until;
    must(is_ordered && voucher.valid_from.0 >= 0 && voucher.valid_until <= LATEST, Wrong::Validity)?;
    let named = voucher.customers.len();
    must(named <= MOST_CUSTOMERS && named as i64 * codes <= MOST_NAMED, Wrong::Customers)?;
    must(matches!(voucher.state, VoucherState::Draft | VoucherState::Active), Wrong::State)
}

/// A code of a series, out of what it begins with and 64 random bits.
///
/// # Errors
/// [`Wrong::Prefix`].
pub fn code(prefix: &str, random: u64) -> Result<VoucherCode, Wrong> {
    let prefix = compact(prefix);
    let prefix = prefix.trim_end_matches('-');
    if prefix.len() > LONGEST_PREFIX {
        return Err(Wrong::Prefix);
    }
    let (mut rest, mut code) = (random, String::with_capacity(LONGEST_PREFIX + SYMBOLS + 2));
    if !prefix.is_empty() {
        code.push_str(prefix);
        code.push('-');
    }
    for place in 0..SYMBOLS {
        if place == SYMBOLS / 2 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[(rest % ALPHABET.len() as u64) as usize]));
        rest /= ALPHABET.len() as u64;
    }
    code.parse().map_err(|_| Wrong::Prefix)
}

/// Where a campaign stands: as an admin left it, unless its time or its uses are over. `uses` are those it has and those that are taken.
pub fn standing(left: VoucherState, valid_until: UtcMillis, now: UtcMillis, (limit, taken): (Option<i64>, i64)) -> VoucherState {
    match left {
        VoucherState::Expired | VoucherState::Depleted => left,
        _ if now >= valid_until => VoucherState::Expired,
        VoucherState::Active if limit.is_some_and(|limit| taken >= limit) => VoucherState::Depleted,
        _ => left,
    }
}

/// Whether an admin may move a campaign from one state to another.
pub const fn may_move(from: VoucherState, to: VoucherState) -> bool {
    use VoucherState::{Active, Draft, Paused};
    matches!((from, to), (Draft | Paused, Active) | (Active, Paused))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms() -> Voucher {
        Voucher {
            code: "UJI".parse().unwrap(),
            benefit: Benefit::Percentage(100),
            minimum_purchase: Rupiah(0),
            maximum_discount: None,
            total_limit: None,
            customer_limit: None,
            valid_from: UtcMillis(0),
            valid_until: UtcMillis(1),
            classes: vec![],
            customers: vec![],
            state: VoucherState::Active,
        }
    }

    #[test]
    fn each_term_has_its_limits_and_is_named_when_it_is_past_them() {
        let wrong = |change: &dyn Fn(&mut Voucher)| {
            let mut voucher = terms();
            change(&mut voucher);
            check("Uji", Codes::One, &voucher).err()
        };
        assert_eq!(wrong(&|_| {}), None);
        for benefit in [Benefit::Percentage(0), Benefit::Percentage(1_001), Benefit::FixedAmount(Rupiah(0))] {
            assert_eq!(wrong(&|voucher| voucher.benefit = benefit), Some(Wrong::Value));
        }
        assert_eq!(wrong(&|voucher| voucher.minimum_purchase = Rupiah(-1)), Some(Wrong::MinimumPurchase));
        assert_eq!(wrong(&|voucher| voucher.maximum_discount = Some(Rupiah(0))), Some(Wrong::MaximumDiscount));
        assert_eq!(wrong(&|voucher| voucher.total_limit = Some(0)), Some(Wrong::TotalLimit));
        assert_eq!(
            wrong(&|voucher| (voucher.total_limit, voucher.customer_limit) = (Some(2), Some(3))),
            Some(Wrong::CustomerLimit)
        );
        assert_eq!(wrong(&|voucher| voucher.valid_from = UtcMillis(1)), Some(Wrong::Validity));
        assert_eq!(wrong(&|voucher| voucher.state = VoucherState::Paused), Some(Wrong::State));
        assert_eq!(check(&"x".repeat(81), Codes::One, &terms()), Err(Wrong::Name));
        assert_eq!(check("Uji", Codes::Series(MOST_CODES + 1), &terms()), Err(Wrong::Count));
        assert_eq!(check(" ", Codes::Series(2), &terms()), Err(Wrong::Name));
        assert_eq!(check("", Codes::One, &terms()), Ok(()));
    }

    #[test]
    fn what_a_campaign_costs_at_worst_follows_from_its_limits() {
        let worst = |codes, change: &dyn Fn(&mut Voucher)| {
            let mut voucher = Voucher { maximum_discount: Some(Rupiah(20_000)), total_limit: Some(1), ..terms() };
            change(&mut voucher);
            WorstCost::of(codes, &voucher).total()
        };
        assert_eq!(worst(100, &|_| {}), Some(Rupiah(2_000_000)));
        assert_eq!(worst(1, &|voucher| voucher.total_limit = Some(40)), Some(Rupiah(800_000)));
        assert_eq!(
            worst(3, &|voucher| voucher.maximum_discount = None),
            Some(Rupiah(15_000_000)),
            "a tenth of the largest purchase"
        );
        assert_eq!(worst(2, &|voucher| voucher.benefit = Benefit::FixedAmount(Rupiah(5_000))), Some(Rupiah(10_000)));
        assert_eq!(worst(2, &|voucher| voucher.total_limit = None), None);
        let water = Benefit::BonusVolume(Millilitres::cubic_metres(2));
        assert_eq!(worst(2, &|voucher| voucher.benefit = water), Some(Rupiah(40_000)));
        assert_eq!(worst(2, &|voucher| (voucher.benefit, voucher.maximum_discount) = (water, None)), None);
        let two = vec![crate::CustomerId(uuid::Uuid::from_u128(1)), crate::CustomerId(uuid::Uuid::from_u128(2))];
        let named = |voucher: &mut Voucher| {
            (voucher.customers, voucher.customer_limit, voucher.total_limit) = (two.clone(), Some(3), None)
        };
        assert_eq!(worst(1, &named), Some(Rupiah(120_000)));
    }

    #[test]
    fn a_campaign_that_is_over_is_shown_so_whatever_it_was_left_as() {
        let at = |left, now, uses| standing(left, UtcMillis(10), UtcMillis(now), uses);
        assert_eq!(at(VoucherState::Active, 9, (Some(3), 2)), VoucherState::Active);
        assert_eq!(at(VoucherState::Active, 9, (Some(3), 3)), VoucherState::Depleted);
        assert_eq!(at(VoucherState::Paused, 9, (Some(3), 3)), VoucherState::Paused);
        assert_eq!(at(VoucherState::Draft, 10, (None, 0)), VoucherState::Expired);
    }

    proptest! {
        /// The oracle uses a campaign up, purchase by purchase.
        #[test]
        fn no_purchases_cost_more_than_the_worst(
            kind in 0..2_usize, value in 1_i64..=1_000, most in proptest::option::of(1_i64..=100_000), limit in 1_i64..=3, codes in 1_i64..=3,
            amounts in proptest::collection::vec(1_i64..=50_000_000, 9)
        ) {
            let benefit = [Benefit::Percentage(value), Benefit::FixedAmount(Rupiah(value * 100))][kind];
            let voucher = Voucher { benefit, maximum_discount: most.map(Rupiah), total_limit: Some(limit), valid_until: UtcMillis(10), ..terms() };
            let worst = WorstCost::of(codes, &voucher).total().unwrap();
            let used = |amounts: &[i64]| -> i64 {
                let discount = |amount: &i64| {
                    let (class, taken) = (crate::billing::tariff::TariffClass::Residential, crate::sales::voucher::Taken::default());
                    let customer = crate::CustomerId(uuid::Uuid::nil());
                    let at = crate::sales::voucher::Occasion { customer, class, amount: Rupiah(*amount), now: UtcMillis(1), taken };
                    crate::sales::voucher::grant(&voucher, &at, |_| Rupiah(0)).map_or(0, |given| given.discount.0)
                };
                amounts.iter().take((limit * codes) as usize).map(discount).sum()
            };
            prop_assert!(used(&amounts) <= worst.0);
            prop_assert_eq!(used(&[MOST.0; 9]), worst.0, "and the largest purchases cost it");
        }

        #[test]
        fn codes_of_a_series_are_codes_without_what_can_be_mistaken(prefix in "[A-Z0-9]{0,12}", random: u64) {
            let code = code(&prefix, random).unwrap();
            let own = &code.as_str()[prefix.len()..];
            prop_assert!(own.bytes().all(|byte| byte == b'-' || ALPHABET.contains(&byte)), "{}", own);
            prop_assert!(!own.contains(['0', 'O', '1', 'I', 'L']));
        }
    }

    #[test]
    fn a_prefix_that_no_code_can_have_is_refused() {
        assert_eq!(code("GAJI AN", 1), Err(Wrong::Prefix));
        assert_eq!(code("TERLALUPANJANG", 1), Err(Wrong::Prefix));
        assert_eq!(code("gajian-", 0).unwrap().as_str(), "GAJIAN-22222-22222");
    }
}
