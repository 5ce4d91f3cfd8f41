//! Days of cash: what a cashier has taken and given back in a local day, counted once it is over or their shift is, and again where more came later.

use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use crate::sales::rows::cash as rows;
use crate::sales::rows::cash::{Days, Open};
use crate::sales::rows::time_zone;
use domain::sales::cash_day::{Booked, Count, NotCounted};
use domain::{LocalDay, LocalMonth, TimeZone, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::closing::{CashCount, CashDay, CashDays, OpenDay};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The months that can be asked for: those of the years 1970 to 2199.
const MONTHS: std::ops::Range<i32> = 1_970 * 12..2_200 * 12;

/// The first day that can be counted: of the first of those months.
const FIRST_DAY: LocalDay = LocalDay(0);

/// The days of a month on which cash was taken or given back, by cashier, the newest first; of the running month if none is named. It costs the
/// postings on two accounts since the month began.
///
/// # Errors
/// There is no such month, or the database.
pub fn of_month(db: &Db, utility: i64, month: Option<LocalMonth>, now: UtcMillis) -> Result<CashDays, Error> {
    in_zone(db, (utility, time_zone::of_utility(db, utility)?), month, now)
}

/// The same in a time zone that is known: it is looked up by all meters, so once for each request.
fn in_zone(db: &Db, (utility, time_zone): (i64, TimeZone), month: Option<LocalMonth>, now: UtcMillis) -> Result<CashDays, Error> {
    let today = time_zone.day_of(now);
    let month = month.unwrap_or(today.month());
    let days = days_of((utility, time_zone), month)?;
    let mut found: BTreeMap<(LocalDay, i64), CashDay> = BTreeMap::new();
    for round in rows::rounds(db, days)? {
        let day = entry(db, &mut found, (round.day, round.cashier))?;
        day.rounds.push(round.round);
    }
    for (key, open) in rows::open(db, days)? {
        entry(db, &mut found, key)?.open = open.booked;
    }
    Ok(CashDays { time_zone, today, month, days: found.into_values().rev().collect() })
}

fn entry<'m>(
    db: &Db,
    found: &'m mut BTreeMap<(LocalDay, i64), CashDay>,
    (day, cashier): (LocalDay, i64),
) -> Result<&'m mut CashDay, Error> {
    use std::collections::btree_map::Entry;
    Ok(match found.entry((day, cashier)) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(place) => {
            let (id, name) = rows::name(db, cashier)?;
            place.insert(CashDay { cashier: id, cashier_name: name, day, rounds: Vec::new(), open: Booked::default() })
        }
    })
}

/// The days of a month of a utility, in its time zone.
///
/// # Errors
/// There is no such month.
pub(crate) fn days_of((utility, zone): (i64, TimeZone), month: LocalMonth) -> Result<Days, Error> {
    if !MONTHS.contains(&month.0) {
        return Err(Error::problem(Code::BadRequest, "there is no such month"));
    }
    let (from, until) = (month.first_day(), LocalMonth(month.0 + 1).first_day());
    Ok(Days { utility, zone, from, until })
}

/// The cashiers' days of a month of which cash was not counted, the oldest first.
///
/// # Errors
/// The database.
pub(crate) fn open_days(db: &Db, days: Days) -> Result<Vec<OpenDay>, Error> {
    let named = |((day, cashier), open): ((LocalDay, i64), Open)| -> Result<OpenDay, Error> {
        let (_, cashier_name) = rows::name(db, cashier)?;
        Ok(OpenDay { cashier_name, day, due: open.booked.due() })
    };
    rows::open(db, days)?.into_iter().map(named).collect()
}

/// Closes a cashier's day, or counts what came late; returns the days of its month. The same key again changes nothing.
///
/// # Errors
/// No such cashier of the utility; another count has the key (`key`); why it cannot be counted like this ([`NotCounted`]); or the database.
pub fn count(tx: &mut Tx<'_>, admin: &Caller, asked: &CashCount) -> Result<CashDays, Error> {
    let cashier = rows::cashier(tx, admin.utility, asked.cashier)?;
    let cashier = cashier.ok_or_else(|| Error::problem(Code::NotFound, "there is no such cashier"))?;
    let zone = time_zone::of_utility(tx, admin.utility)?;
    let of_another = || Error::problem(Code::BadRequest, "key: this key is of another count");
    if let Some(known) = rows::counted(tx, admin.utility, asked.key)? {
        let is_same = known == (cashier, asked.day, asked.round, asked.counted);
        if !is_same {
            return Err(of_another());
        }
        return in_zone(tx, (admin.utility, zone), Some(asked.day.month()), tx.now);
    }
    if rows::is_taken(tx, asked.key)? {
        return Err(of_another());
    }
    let today = zone.day_of(tx.now);
    if asked.day > today {
        return Err(refused(NotCounted::Future));
    }
    if asked.day < FIRST_DAY {
        return Err(refused(NotCounted::Nothing));
    }
    let days = Days { utility: admin.utility, zone, from: asked.day, until: asked.day.plus(1) };
    let open = rows::open(tx, days)?.remove(&(asked.day, cashier)).unwrap_or_default();
    let done = rows::done(tx, admin.utility, (asked.day, cashier))?;
    let count = Count {
        day: asked.day,
        today,
        done,
        part: asked.round,
        booked: open.booked,
        seen: asked.seen,
        counted: asked.counted,
        reason: &asked.reason,
    };
    let difference = count.check().map_err(refused)?;
    // The day keeps the zone in which it, or the next one, was counted first.
    let kept = rows::zone_of_day(tx, (admin.utility, zone), asked.day)?;
    rows::insert(tx, (admin.utility, kept, admin.num), (cashier, asked), open)?;
    let (year, month, day) = asked.day.ymd();
    let (_, name) = rows::name(tx, cashier)?;
    let changes = [
        ("cashier", String::new(), name),
        ("day", String::new(), format!("{year:04}-{month:02}-{day:02}")),
        ("booked", String::new(), open.booked.due().to_string()),
        ("counted", String::new(), asked.counted.to_string()),
        ("difference", String::new(), difference.to_string()),
        // Nobody else has seen the cash: who reads the log is to see that without comparing names.
        ("counted_own", String::new(), if cashier == admin.num { "yes".to_owned() } else { String::new() }),
        ("reason", String::new(), asked.reason.trim().to_owned()),
    ];
    let kind = if asked.round == 0 { "close_cash_day" } else { "count_late_cash" };
    let entry = audit::Entry::by(admin, (kind, asked.key), (Office::Payments as u8, Uuid::nil()));
    audit::record(tx, &entry, changes.into_iter().filter(|(_, _, after)| !after.is_empty()))?;
    in_zone(tx, (admin.utility, zone), Some(asked.day.month()), tx.now)
}

fn refused(why: NotCounted) -> Error {
    let sentence = match why {
        NotCounted::Future => "this day has not come yet",
        NotCounted::Closed => "somebody has counted it already: look again",
        NotCounted::Nothing => "no cash is booked for this cashier and day",
        NotCounted::Changed => "more was booked since you looked: look again",
        NotCounted::Amount => "an amount is Rp999,999,999,999 at most",
        NotCounted::Reason => "a difference has a reason of 3 to 500 characters",
    };
    Error::problem(Code::BadRequest, format!("{}: {sentence}", why.as_str()))
}
