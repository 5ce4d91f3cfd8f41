//! What an operator sets for connections whose credit is used up: whether valves are closed, when they stay open, what is lent.

use crate::cli::provision::transact;
use crate::error::Error;
use crate::metering::fleet;
use crate::valve::policy;
use clap::{Subcommand, ValueEnum};
use domain::valve::decision::Policy;
use domain::{LocalDay, Rupiah};
use rusqlite::Connection;

/// What is set.
#[derive(Clone, Debug, Subcommand)]
pub enum Credit {
    /// Whether valves are closed when credit is gone
    Valves {
        /// on or off
        policy: Switch,
    },
    /// Local hours in which valves stay open; the same hour twice for no night
    Protected {
        /// From this hour on, 0 to 23
        from: u8,
        /// Until before this hour
        until: u8,
    },
    /// Make a day a holiday: valves stay open on it
    Holiday {
        /// YYYY-MM-DD
        #[arg(value_parser = day)]
        day: LocalDay,
        /// Take it back
        #[arg(long)]
        remove: bool,
    },
    /// What a customer is lent at most once between two purchases, in rupiah; 0 lends nothing
    Emergency {
        /// Rupiah
        amount: i64,
    },
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// They are.
    On,
    /// They are not.
    Off,
}

fn day(text: &str) -> Result<LocalDay, String> {
    let no_day = || format!("`{text}` is no day: write it as 2026-12-25");
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(no_day());
    };
    let parts = (year.parse().ok(), month.parse().ok(), day.parse().ok());
    let (Some(year), Some(month), Some(day)) = parts else { return Err(no_day()) };
    LocalDay::from_ymd(year, month, day).ok_or_else(no_day)
}

/// Sets it for the utility; a running server follows within seconds. Returns a sentence for the operator about what holds now.
///
/// # Errors
/// There is no utility yet, it cannot be, or the database.
pub fn set(db: &mut Connection, what: &Credit) -> Result<String, Error> {
    transact(db, |tx| {
        let utility = fleet::utility(tx)?;
        match *what {
            Credit::Valves { policy } => {
                let (policy, sentence) = match policy {
                    Switch::On => (Policy::On, "valves are closed when credit is gone"),
                    Switch::Off => (Policy::Off, "no valve is closed for want of credit; those that are open again with credit"),
                };
                policy::set_valves(tx, utility, policy)?;
                Ok(sentence.to_owned())
            }
            Credit::Protected { from, until } => {
                policy::set_protected_hours(tx, utility, (from, until))?;
                Ok(format!("valves stay open from {from}.00 to {until}.00, on Saturdays, Sundays and holidays"))
            }
            Credit::Holiday { day, remove: false } => {
                policy::add_holiday(tx, utility, day)?;
                Ok("valves stay open on that day".to_owned())
            }
            Credit::Holiday { day, remove: true } => {
                policy::remove_holiday(tx, utility, day)?;
                Ok("that day is no holiday".to_owned())
            }
            Credit::Emergency { amount } => {
                policy::set_emergency_credit(tx, utility, Rupiah(amount))?;
                Ok(format!("{} of emergency credit", Rupiah(amount)))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_parsed_in_one_form_only() {
        assert_eq!(day("2026-12-25").ok(), LocalDay::from_ymd(2026, 12, 25));
        for bad in ["25-12-2026", "2026-02-30", "2026-12", "2026-12-25-1", "Natal"] {
            assert!(day(bad).is_err(), "{bad}");
        }
    }
}
