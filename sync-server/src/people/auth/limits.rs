//! Limits on guessing. They answer alike whether or not the account exists, and no stranger's guesses keep an account's owner out.
//!
//! A device that has signed in to the account before says so by its device token, and has tries of its own. Anybody else has tries for each
//! pair of account and address, and for the address. Guesses at one account from many addresses are slowed down by a limit on the account,
//! which an address does not meet from which the account's devices come (adr/0020).

use crate::core::http::client_address::ClientAddress;
use crate::error::Error;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use protocol::core::problem::{Code, Problem};
use std::num::NonZeroU32;
use std::time::Duration;
use uuid::Uuid;

/// Tries in a row for one account from one address, or by one device of it; then one every twelve seconds.
const PER_PAIR: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Tries in a row from one address, then one a second: several people behind one address are usual.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
/// Tries in a row for one account from addresses that are new to it, then one every twelve seconds.
const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
/// Between two tries of an account.
const PAUSE: Duration = Duration::from_secs(12);

/// Counts tries.
pub struct Limits {
    devices: DefaultKeyedRateLimiter<Uuid>,
    pairs: DefaultKeyedRateLimiter<(ClientAddress, String)>,
    addresses: DefaultKeyedRateLimiter<ClientAddress>,
    accounts: DefaultKeyedRateLimiter<String>,
}

fn one_each_pause(burst: NonZeroU32) -> Quota {
    Quota::with_period(PAUSE).map_or_else(|| Quota::per_minute(burst), |quota| quota.allow_burst(burst))
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            devices: RateLimiter::keyed(one_each_pause(PER_PAIR)),
            pairs: RateLimiter::keyed(one_each_pause(PER_PAIR)),
            addresses: RateLimiter::keyed(Quota::per_second(NonZeroU32::MIN).allow_burst(PER_ADDRESS)),
            accounts: RateLimiter::keyed(one_each_pause(PER_ACCOUNT)),
        }
    }
}

impl Limits {
    /// Counts a try of a device that has signed in to this account before: `session` is what its token is of.
    ///
    /// # Errors
    /// Too many, with the seconds to wait.
    pub fn try_device(&self, session: Uuid) -> Result<(), Error> {
        self.devices.check_key(&session).map_err(too_many)
    }

    /// Counts a try of anybody else, by where it comes from.
    ///
    /// # Errors
    /// Too many, with the seconds to wait.
    pub fn try_address(&self, address: ClientAddress, account: &str) -> Result<(), Error> {
        // The address first: one that is refused must not use up the tries of an account.
        self.addresses.check_key(&address).map_err(too_many)?;
        self.pairs.check_key(&(address, account.to_owned())).map_err(too_many)
    }

    /// Counts a try from an address from which no device of the account has come lately.
    ///
    /// # Errors
    /// Too many, with the seconds to wait.
    pub fn try_account(&self, account: &str) -> Result<(), Error> {
        self.accounts.check_key(&account.to_owned()).map_err(too_many)
    }

    /// Forgets who has not tried for long.
    pub fn prune(&self) {
        self.devices.retain_recent();
        self.pairs.retain_recent();
        self.addresses.retain_recent();
        self.accounts.retain_recent();
    }
}

fn too_many(not_until: NotUntil<<DefaultClock as Clock>::Instant>) -> Error {
    let wait = not_until.wait_time_from(DefaultClock::default().now());
    let retry_after_s = Some(u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX));
    Problem { retry_after_s, ..Problem::new(Code::RateLimited, "too many tries") }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn address(n: u8) -> ClientAddress {
        ClientAddress::of(IpAddr::from([10, 0, 0, n]))
    }

    #[test]
    fn one_address_has_ten_tries_for_an_account_and_nobody_else_is_held_up() {
        let limits = Limits::default();
        assert!((0..10).all(|_| limits.try_address(address(1), "a@b.example").is_ok()));
        let refused = limits.try_address(address(1), "a@b.example");
        assert!(matches!(refused, Err(Error::Problem(p)) if p.code == Code::RateLimited && p.retry_after_s.is_some()));
        assert!(limits.try_address(address(2), "a@b.example").is_ok(), "the owner comes from elsewhere");
        assert!(limits.try_address(address(1), "c@d.example").is_ok(), "others behind the same address");
    }

    #[test]
    fn guessing_one_account_from_many_addresses_is_stopped_but_for_its_devices() {
        let limits = Limits::default();
        assert!((0..30).all(|_| limits.try_account("a@b.example").is_ok()));
        assert!(limits.try_account("a@b.example").is_err());
        assert!(limits.try_account("c@d.example").is_ok());
        let device = Uuid::from_u128(7);
        assert!((0..10).all(|_| limits.try_device(device).is_ok()));
        assert!(limits.try_device(device).is_err(), "a stolen token has no more tries than anybody");
    }
}
