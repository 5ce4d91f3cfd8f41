//! Messages that an admin sends to many customers: a part of the customers with each operation.

use crate::alerts::announcements;
use crate::alerts::announcements::Taken;
use crate::error::Error;
use crate::sync::apply::{Applying, invalid, rejected};
use domain::alerts::announcement::{Announcement, LATE_MS, TOGETHER};
use domain::people::permission::Permission;
use domain::{AnnouncementId, CustomerId};
use protocol::sync::push::{Outcome, Rejection};
use protocol::sync::rows::Entity;

/// The field that refusals of a whole message name.
const ANNOUNCEMENT: &str = "announcement";

fn refused(code: Rejection) -> Outcome {
    Outcome::Rejected { code, field: Some(ANNOUNCEMENT.to_owned()), conflict: None }
}

/// Takes a part of a message. The audit log has what it says, once.
pub fn send(
    applying: &mut Applying<'_, '_>,
    (id, words): (AnnouncementId, &Announcement),
    customers: &[CustomerId],
) -> Result<Outcome, Error> {
    if !applying.may(Permission::ManageCustomers) {
        return Ok(rejected(Rejection::Denied));
    }
    if customers.len() > TOGETHER {
        return Ok(invalid("customers"));
    }
    let words = match words.clean() {
        Ok(words) => words,
        Err(wrong) => return Ok(invalid(wrong.as_str())),
    };
    let written = applying.timing.correct(applying.op.occurred_at);
    if applying.timing.is_sure && applying.tx.now.since(written) > LATE_MS {
        return Ok(refused(Rejection::TooOld));
    }
    match announcements::take(applying.tx, applying.caller, (id, &words), customers)? {
        Taken::Nobody => return Ok(rejected(Rejection::NotFound)),
        Taken::Reused => return Ok(rejected(Rejection::IdReused)),
        Taken::TooMany => return Ok(refused(Rejection::Taken)),
        Taken::More => {}
        Taken::First => {
            let en = words.en.into_iter().flat_map(|en| [("title_en", en.title), ("message_en", en.text)]);
            let values = [("title", words.id.title), ("message", words.id.text)].into_iter().chain(en);
            applying.audit((Entity::Notification, id.0), values.map(|(field, value)| (field, String::new(), value)))?;
        }
    }
    Ok(Outcome::Applied { conflicts: Vec::new() })
}
