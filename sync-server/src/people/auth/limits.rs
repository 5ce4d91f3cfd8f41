//! Limits on guessing: by address of the caller and by account. They answer alike whether or not the account exists.

use crate::error::Error;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use protocol::core::problem::{Code, Problem};
use std::net::IpAddr;
use std::num::NonZeroU32;

/// Tries in a row for one account, then one every twelve seconds.
const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Tries in a row from one address, then one a second: several people behind one address are usual.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// Counts tries.
pub struct Limits {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        let account = Quota::with_period(std::time::Duration::from_secs(12)).map(|quota| quota.allow_burst(PER_ACCOUNT));
        Self {
            accounts: RateLimiter::keyed(account.unwrap_or_else(|| Quota::per_minute(PER_ACCOUNT))),
            addresses: RateLimiter::keyed(Quota::per_second(NonZeroU32::MIN).allow_burst(PER_ADDRESS)),
        }
    }
}

impl Limits {
    /// Counts a try.
    ///
    /// # Errors
    /// Too many, with the seconds to wait.
    pub fn try_sign_in(&self, address: IpAddr, account: &str) -> Result<(), Error> {
        // The address first: one that is refused must not use up the tries of an account.
        let refused = self.addresses.check_key(&address).err().or_else(|| self.accounts.check_key(&account.to_owned()).err());
        let Some(not_until) = refused else { return Ok(()) };
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        let retry_after_s = Some(u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX));
        Err(Problem { retry_after_s, ..Problem::new(Code::RateLimited, "too many tries") }.into())
    }

    /// Forgets accounts and addresses that have not tried for long.
    pub fn prune(&self) {
        self.accounts.retain_recent();
        self.addresses.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_one_account_from_many_addresses_is_stopped() {
        let limits = Limits::default();
        let tries = |n: u8| limits.try_sign_in(IpAddr::from([10, 0, 0, n]), "a@b.example");
        assert!((0..10).all(|n| tries(n).is_ok()));
        assert!(matches!(tries(11), Err(Error::Problem(p)) if p.code == Code::RateLimited && p.retry_after_s.is_some()));
        assert!(limits.try_sign_in(IpAddr::from([10, 0, 0, 1]), "c@d.example").is_ok(), "others are not held up");
    }
}
