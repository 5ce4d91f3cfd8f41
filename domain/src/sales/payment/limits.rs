//! Between which amounts a method can be used. The schemes set these limits, and change them; a utility may set narrower ones.

use crate::Rupiah;
use crate::core::typed_money::AmountRange;
use crate::sales::payment::{Bank, Method};
use serde::{Deserialize, Serialize};

/// The most that one purchase can be for.
pub const MOST_PURCHASE: Rupiah = Rupiah(50_000_000);

/// The amounts that a purchase can be for: from the tariff's least on, and as far as any of the methods goes.
pub fn purchase_range(minimum_top_up: Rupiah, limits: &[MethodLimit]) -> AmountRange {
    let least = limits.iter().map(|limit| limit.least).min().unwrap_or(Rupiah(1));
    let most = limits.iter().map(|limit| limit.most).max().unwrap_or(MOST_PURCHASE);
    AmountRange::new(minimum_top_up.max(least).max(Rupiah(1)), most.min(MOST_PURCHASE))
}

/// The amounts that a method takes; one row of the table of limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodLimit {
    /// Which method.
    pub method: Method,
    /// The smallest amount, Rp; above zero.
    pub least: Rupiah,
    /// The largest amount, Rp; at least `least`.
    pub most: Rupiah,
}

/// The amounts are no limit.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the least amount is above zero, and the most is at least that and Rp999,999,999,999 at most")]
pub struct BadLimit;

impl MethodLimit {
    /// The largest amount that the gateway takes at all.
    pub const CEILING: Rupiah = Rupiah(999_999_999_999);

    /// The same, if its amounts can be a limit.
    ///
    /// # Errors
    /// They cannot.
    pub const fn checked(self) -> Result<Self, BadLimit> {
        let is_good = self.least.0 > 0 && self.most.0 >= self.least.0 && self.most.0 <= Self::CEILING.0;
        if is_good { Ok(self) } else { Err(BadLimit) }
    }

    /// Whether an amount can be paid by the method.
    pub const fn takes(&self, amount: Rupiah) -> bool {
        self.least.0 <= amount.0 && amount.0 <= self.most.0
    }
}

/// The limit of a method where nothing else was set: QRIS takes Rp10,000,000 at most by its scheme, GoPay Rp20,000,000.
pub const fn default_limit(method: Method) -> MethodLimit {
    let (least, most) = match method {
        Method::Qris => (1, 10_000_000),
        Method::Gopay => (1, 20_000_000),
        Method::VirtualAccount(Bank::Bca) => (10_000, 50_000_000),
        Method::VirtualAccount(Bank::Bni | Bank::Bri | Bank::Permata) => (1, 50_000_000),
        Method::Page => (1, 999_999_999),
    };
    MethodLimit { method, least: Rupiah(least), most: Rupiah(most) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qris_takes_ten_million_and_not_a_rupiah_more() {
        let qris = default_limit(Method::Qris);
        assert!(qris.takes(Rupiah(10_000_000)) && !qris.takes(Rupiah(10_000_001)) && !qris.takes(Rupiah(0)));
        assert!(default_limit(Method::VirtualAccount(Bank::Bca)).takes(Rupiah(10_000_001)));
    }

    #[test]
    fn a_purchase_goes_as_far_as_any_method_and_never_past_the_most() {
        let qris = [default_limit(Method::Qris)];
        assert_eq!(purchase_range(Rupiah(10_000), &qris), AmountRange::new(Rupiah(10_000), Rupiah(10_000_000)));
        let all = Method::ALL.map(default_limit);
        assert_eq!(purchase_range(Rupiah(0), &all), AmountRange::new(Rupiah(1), MOST_PURCHASE));
        let dear = [MethodLimit { least: Rupiah(20_000), ..qris[0] }];
        assert_eq!(purchase_range(Rupiah(10_000), &dear).least, Rupiah(20_000));
        assert_eq!(purchase_range(Rupiah(0), &[]), AmountRange::new(Rupiah(1), MOST_PURCHASE));
    }

    #[test]
    fn every_default_is_a_limit_and_what_is_none_is_refused() {
        for method in Method::ALL {
            assert!(default_limit(method).checked().is_ok(), "{method}");
        }
        for (least, most) in [(0, 1), (-5, 5), (6, 5), (1, 1_000_000_000_000)] {
            let limit = MethodLimit { method: Method::Qris, least: Rupiah(least), most: Rupiah(most) };
            assert_eq!(limit.checked(), Err(BadLimit), "{least} {most}");
        }
    }
}
