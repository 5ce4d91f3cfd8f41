//! How often admins have the gateway asked about lines of settlement files: each is a call of its service, which has limits of its own.

use crate::error::Error;
use domain::UserId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use protocol::core::problem::Code;
use std::num::NonZeroU32;
use uuid::Uuid;

/// Calls about one line in a minute.
const OF_A_LINE: NonZeroU32 = NonZeroU32::new(3).expect("not zero");

/// Calls of one admin in a minute.
const OF_AN_ADMIN: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// Counts calls.
pub struct Asks {
    lines: DefaultKeyedRateLimiter<Uuid>,
    admins: DefaultKeyedRateLimiter<UserId>,
}

impl Default for Asks {
    fn default() -> Self {
        Self {
            lines: RateLimiter::keyed(Quota::per_minute(OF_A_LINE)),
            admins: RateLimiter::keyed(Quota::per_minute(OF_AN_ADMIN)),
        }
    }
}

impl Asks {
    /// Counts a call.
    ///
    /// # Errors
    /// There were many about this line, or by this admin, just now.
    pub fn count(&self, admin: UserId, line: Uuid) -> Result<(), Error> {
        self.lines.retain_recent();
        self.admins.retain_recent();
        // The line first: one that is refused uses up nothing of what the admin may ask about others.
        if self.lines.check_key(&line).is_err() || self.admins.check_key(&admin).is_err() {
            return Err(Error::problem(Code::RateLimited, "the gateway was asked often just now"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_and_an_admin_each_have_their_own_limit() {
        let (asks, first, second) = (Asks::default(), UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let line = Uuid::from_u128(9);
        assert!((0..3).all(|_| asks.count(first, line).is_ok()));
        assert!(matches!(asks.count(second, line), Err(Error::Problem(problem)) if problem.code == Code::RateLimited));
        assert!((0..17).all(|number| asks.count(first, Uuid::from_u128(100 + number)).is_ok()));
        assert!(asks.count(first, Uuid::from_u128(200)).is_err(), "twenty of one admin");
        assert!(asks.count(second, Uuid::from_u128(200)).is_ok(), "another one may");
    }
}
