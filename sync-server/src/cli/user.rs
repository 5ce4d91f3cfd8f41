//! Users on the command line: adding them, and what an operator does about a lost password, a lost device or somebody who has left.

use crate::cli::provision;
use crate::cli::provision::transact;
use crate::core::now;
use crate::error::Error;
use crate::metering::fleet;
use crate::people::accounts::SessionEnds;
use crate::people::auth::password;
use crate::people::users;
use crate::people::users::{Deed, Which};
use clap::Subcommand;
use domain::core::local_time::DAY_MS;
use domain::core::text;
use domain::people::Role;
use domain::{LocalDay, UtcMillis};
use protocol::people::users::UserRow;
use rusqlite::Connection;
use std::io::BufRead;

/// What is done.
#[derive(Subcommand)]
pub enum User {
    /// Add a user; the password is read from standard input
    Add {
        /// Address to sign in with
        #[arg(long)]
        email: String,
        /// Name
        #[arg(long)]
        name: String,
        /// admin, technician or customer
        #[arg(long)]
        role: Role,
    },
    /// List users: address, role, state, sessions, the day on which a device came last, name
    List {
        /// Only those in whose name or address this is found
        #[arg(default_value = "")]
        search: String,
    },
    /// End a user's sessions and let them sign in no more
    Deactivate {
        /// Address to sign in with
        email: String,
    },
    /// Let a deactivated user sign in again
    Activate {
        /// Address to sign in with
        email: String,
    },
    /// Set a new password, read from standard input, and end the user's sessions
    Password {
        /// Address to sign in with
        email: String,
    },
    /// End a user's sessions on all devices
    SignOut {
        /// Address to sign in with
        email: String,
    },
}

/// Does it; returns what to print. A running server follows with the next request, and links that are open within half a minute.
///
/// # Errors
/// No such user, the address is taken or is none, a password that is too short, or the database.
pub fn run(db: &mut Connection, what: &User, ends: &SessionEnds) -> Result<String, Error> {
    match what {
        User::Add { email, name, role } => {
            provision::add_user(db, email, name, *role, &typed()?)?;
            Ok(format!("{} {email} added", role.as_str()))
        }
        User::List { search } => list(db, search, ends),
        User::Deactivate { email } => {
            change(db, email, &Deed::Deactivate, ends)?;
            Ok(format!("{email} can sign in no more"))
        }
        User::Activate { email } => {
            change(db, email, &Deed::Activate, ends)?;
            Ok(format!("{email} can sign in"))
        }
        User::Password { email } => {
            let password = typed()?;
            password::check(&password)?;
            change(db, email, &Deed::NewPassword(password::hash(&password)?), ends)?;
            Ok(format!("{email} has the new password, and is signed out everywhere"))
        }
        User::SignOut { email } => {
            change(db, email, &Deed::SignOut, ends)?;
            Ok(format!("{email} is signed out everywhere"))
        }
    }
}

/// A password from standard input.
fn typed() -> Result<String, Error> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn change(db: &mut Connection, email: &str, deed: &Deed, ends: &SessionEnds) -> Result<UserRow, Error> {
    transact(db, |tx| {
        let utility = fleet::utility(tx)?;
        users::change(tx, utility, Which::Email(&text::email(email)), (deed, ends))
    })
}

fn list(db: &mut Connection, search: &str, ends: &SessionEnds) -> Result<String, Error> {
    let utility = fleet::utility(db)?;
    let found = users::list(db, utility, search, (ends, now()))?;
    let mut lines: Vec<String> = found.rows.iter().map(line).collect();
    if found.left_out > 0 {
        lines.push(format!("and {} more: search for a part of the name or address", found.left_out));
    }
    if lines.is_empty() {
        lines.push("no user is found".to_owned());
    }
    Ok(lines.join("\n"))
}

fn line(user: &UserRow) -> String {
    let state = match (user.active, user.invited) {
        (false, _) => "deactivated",
        (true, true) => "invited",
        (true, false) => "active",
    };
    let seen = user.seen_at.map_or_else(|| "never".to_owned(), day);
    format!("{}\t{}\t{state}\t{} sessions\t{seen}\t{}", user.email, user.role.as_str(), user.sessions, user.name)
}

/// The day of an instant, in UTC.
fn day(at: UtcMillis) -> String {
    let (year, month, day) = LocalDay(at.0.div_euclid(DAY_MS) as i32).ymd();
    format!("{year:04}-{month:02}-{day:02}")
}
