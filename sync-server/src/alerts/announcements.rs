//! Messages to many customers: taken in parts, as the operations come, and turned into notifications some at a time, so that nobody else waits
//! for them.

use crate::alerts::enqueue::{NewNotification, enqueue};
use crate::alerts::rows::announcements as rows;
use crate::core::scope::Caller;
use crate::core::{Db, Tx};
use crate::error::Error;
use domain::alerts::announcement::{Announcement, MOST_A_DAY};
use domain::alerts::content::Content;
use domain::core::local_time::DAY_MS;
use domain::{AnnouncementId, CustomerId, UserId};
use std::collections::BTreeSet;

/// Users that one transaction notifies at most.
const TOGETHER: i64 = 50;

/// What became of a part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is the first part.
    First,
    /// It is another part of one that is known.
    More,
    /// The identifier is that of another message.
    Reused,
    /// The utility has sent as many as it may in 24 hours.
    TooMany,
    /// None of the customers is one of the utility.
    Nobody,
}

/// Takes a part of a message: the users of these customers will be notified, each once, however many parts name them. Customers that are not
/// the utility's are passed over.
///
/// # Errors
/// The database.
pub fn take(
    tx: &mut Tx<'_>,
    author: &Caller,
    (id, words): (AnnouncementId, &Announcement),
    customers: &[CustomerId],
) -> Result<Taken, Error> {
    let utility = author.utility;
    let mut is_any = false;
    for customer in customers {
        is_any = is_any || rows::is_customer(tx, utility, *customer)?;
    }
    if !is_any {
        return Ok(Taken::Nobody);
    }
    let text = rows::text_of(words)?;
    let (num, taken) = match rows::find(tx, id)? {
        Some(known) if (known.utility, known.author) != (utility, author.num) || known.words != text => return Ok(Taken::Reused),
        Some(known) => (known.num, Taken::More),
        None if rows::count_since(tx, utility, tx.now.plus(-DAY_MS))? >= MOST_A_DAY as i64 => return Ok(Taken::TooMany),
        None => (rows::insert(tx, id, (utility, author.num), &text)?, Taken::First),
    };
    for customer in customers {
        for (user, _) in rows::users_of_customer(tx, utility, *customer)? {
            rows::add_recipient(tx, num, user)?;
        }
    }
    Ok(taken)
}

/// The users whom a message to these customers would reach.
///
/// # Errors
/// The database.
pub fn reach(db: &Db, utility: i64, customers: &[CustomerId]) -> Result<BTreeSet<UserId>, Error> {
    let mut people = BTreeSet::new();
    for customer in customers {
        people.extend(rows::users_of_customer(db, utility, *customer)?.into_iter().map(|(_, user)| user));
    }
    Ok(people)
}

/// Notifies some of those who wait; returns whether there may be more.
///
/// # Errors
/// The database.
pub fn notify_some(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let waiting = rows::waiting(tx, TOGETHER)?;
    let may_be_more = waiting.len() as i64 == TOGETHER;
    for row in waiting {
        let words = serde_json::from_str(&row.words)
            .map_err(|error| Error::Setup(format!("a stored message cannot be read: {error}")))?;
        let new = NewNotification {
            user: row.user,
            connection: None,
            meter: None,
            dedupe_key: format!("announcement:{}", row.announcement),
            content: Content::Announcement(words),
        };
        enqueue(tx, &new)?;
        rows::mark_notified(tx, row.num)?;
    }
    Ok(may_be_more)
}
