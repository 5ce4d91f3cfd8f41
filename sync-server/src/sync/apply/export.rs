//! A list that was made into a file on a device: it has happened, so that it is written down and nothing else.

use crate::error::Error;
use crate::sync::apply::{Applying, rejected};
use domain::UserId;
use domain::people::permission::Permission;
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

/// Characters of a word, and of what was searched and filtered by, that are kept: what is longer is cut, and not refused.
const LONGEST_WORD: usize = 32;
const LONGEST_QUESTION: usize = 500;

/// What is said of a file.
pub struct MadeFile {
    /// Who made it.
    pub user: UserId,
    /// Of which list.
    pub list: String,
    /// What was searched and filtered by.
    pub question: String,
    /// How many rows it has.
    pub rows: u32,
    /// What kind of file.
    pub format: String,
    /// Whether it has the NIK of customers.
    pub with_nik: bool,
}

/// Writes it into the audit log. Nobody says it of somebody else; whoever may not export the list by now has made the file all the same, and
/// the entry says so.
///
/// # Errors
/// The database.
pub fn record(applying: &mut Applying<'_, '_>, made: &MadeFile) -> Result<Outcome, Error> {
    if applying.caller.id != made.user {
        return Ok(rejected(Rejection::Denied));
    }
    let needed = if made.list == "customers" { Permission::ManageCustomers } else { Permission::WholeFleet };
    let is_permitted = applying.may(needed);
    let cut = |text: &str, longest: usize| text.chars().take(longest).collect::<String>();
    let said = [
        ("list", cut(&made.list, LONGEST_WORD)),
        ("question", cut(&made.question, LONGEST_QUESTION)),
        ("rows", made.rows.to_string()),
        ("format", cut(&made.format, LONGEST_WORD)),
        ("with_nik", if made.with_nik { "true".to_owned() } else { String::new() }),
        ("permitted", if is_permitted { String::new() } else { "false".to_owned() }),
    ];
    let changes = said.into_iter().filter(|(_, value)| !value.is_empty()).map(|(field, value)| (field, String::new(), value));
    applying.audit((Entity::Profile, made.user.0), changes)?;
    Ok(Outcome::Applied { conflicts: Vec::new() })
}
