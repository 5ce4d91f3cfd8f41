//! Calendars that other programs subscribe to: addresses that admins make and revoke, and what stands at one. An address is known to whoever it was
//! given to; the server keeps its hash.

use crate::alerts::words::word;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::field::rows::records::name_of;
use crate::maintenance::rows::feeds as rows;
use crate::maintenance::rows::feeds::NewFeed;
use crate::maintenance::rows::schedules::zones;
use crate::maintenance::schedules::still_admin;
use crate::metering::rows::zones::{is_recorded, technician};
use crate::people::auth::secret;
use domain::UtcMillis;
use domain::core::local_time::DAY_MS;
use domain::maintenance::calendar_text::{Event, calendar};
use domain::maintenance::schedule::plan::NAME;
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::maintenance::feeds::{CalendarFeeds, FeedChange, FeedDeed, FeedOf, MOST_FEEDS, MadeFeed};

/// Days back and ahead of which a calendar has work.
const BACK_DAYS: i64 = 31;
const AHEAD_DAYS: i64 = 366;

fn refused(sentence: &str) -> Error {
    Error::problem(Code::BadRequest, sentence)
}

/// The addresses of a utility.
///
/// # Errors
/// The database.
pub fn list(db: &Db, utility: i64) -> Result<CalendarFeeds, Error> {
    Ok(CalendarFeeds { feeds: rows::all(db, utility)?, made: None })
}

/// Makes or revokes an address, once for each key. What was made is answered this once.
///
/// # Errors
/// It cannot be made (`calendar_name`, `calendar_most`, `calendar_taken`), there is no such address, technician or zone, or the database.
pub fn change(tx: &mut Tx<'_>, admin: &Caller, asked: &FeedChange) -> Result<CalendarFeeds, Error> {
    let admin = &still_admin(tx, admin)?;
    let kind = asked.access.kind();
    if is_recorded(tx, admin.utility, kind, asked.key)? {
        return list(tx, admin.utility);
    }
    let (made, changes) = match &asked.access {
        FeedDeed::Make { name, of } => {
            let token = make(tx, admin, asked, (name, *of))?;
            let path = format!("/calendar/{token}.ics");
            (Some(MadeFeed { id: asked.feed, path }), ("name", String::new(), name.clone()))
        }
        FeedDeed::Revoke => {
            let name = rows::revoke(tx, admin.utility, asked.feed)?;
            let name = name.ok_or_else(|| Error::problem(Code::NotFound, "there is no such calendar"))?;
            (None, ("name", name, String::new()))
        }
    };
    let entry = audit::Entry::by(admin, (kind, asked.key), (Office::Maintenance as u8, asked.feed));
    audit::record(tx, &entry, [changes])?;
    Ok(CalendarFeeds { made, ..list(tx, admin.utility)? })
}

/// Writes an address; returns its token.
fn make(tx: &mut Tx<'_>, admin: &Caller, asked: &FeedChange, (name, of): (&str, FeedOf)) -> Result<String, Error> {
    if !NAME.contains(&name.chars().count()) {
        return Err(refused("calendar_name: a calendar's name has 3 to 60 characters"));
    }
    if rows::exists(tx, asked.feed)? {
        return Err(refused("calendar_taken: there is a calendar of this identifier already"));
    }
    if rows::all(tx, admin.utility)?.len() >= MOST_FEEDS {
        return Err(refused("calendar_most: 200 calendars are as many as there can be"));
    }
    let nobody = || Error::problem(Code::NotFound, "there is no such technician or zone");
    let (technician, zone) = match of {
        FeedOf::Technician { id } => {
            let (key, found) = technician(tx, admin.utility, id)?.ok_or_else(nobody)?;
            if !found.active {
                return Err(refused("technician_inactive: who may not sign in reads no calendar"));
            }
            (Some(key), None)
        }
        FeedOf::Zone { id } => {
            let found = zones(tx, admin.utility)?.into_iter().find(|(.., zone)| zone.id == id);
            (None, Some(found.map(|(key, ..)| key).ok_or_else(nobody)?))
        }
        FeedOf::Utility => (None, None),
    };
    let token = secret::generate()?;
    let token_hash = secret::digest(token.as_bytes());
    let author = name_of(tx, admin.num)?;
    let (id, utility, author) = (asked.feed, admin.utility, author.as_str());
    rows::insert(tx, &NewFeed { id, utility, name, technician, zone, token_hash, author })?;
    Ok(token)
}

/// The calendar of a token.
///
/// # Errors
/// [`Code::NotFound`] if there is none, or none any more; or the database.
pub fn read(db: &Db, token: &str, now: UtcMillis) -> Result<String, Error> {
    let found = rows::open(db, secret::digest(token.as_bytes()))?;
    let feed = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no calendar at this address"))?;
    // What is to come, and the day before it, are not crowded out by what is over, nor work that is to be done by what was cancelled.
    let ahead = now.plus(-DAY_MS);
    let to_come = (ahead, now.plus(AHEAD_DAYS * DAY_MS));
    let over = (now.plus(-BACK_DAYS * DAY_MS), ahead.plus(-1));
    let mut found: Vec<rows::Entry> = Vec::new();
    for (stretch, cancelled) in [(to_come, false), (to_come, true), (over, false), (over, true)] {
        let room = rows::MOST_EVENTS.saturating_sub(found.len());
        found.extend(rows::events(db, &feed, stretch, (cancelled, room))?);
    }
    let events = found.into_iter().map(|(event, work, serial)| {
        let title = format!("{} · {serial}", word(feed.language, &format!("work-kind-{}", work.as_str())));
        Event { title, ..event }
    });
    Ok(calendar(&feed.name, &events.collect::<Vec<_>>()))
}
