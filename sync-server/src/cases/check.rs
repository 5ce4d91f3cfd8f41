//! The part of `sync-server check` that is about cases: what stands is what the rules find in the whole history.

use crate::cases::rows::{cases, events, leaks};
use crate::cases::{evaluation, health};
use crate::core::Db;
use crate::error::Error;
use crate::maintenance::rows as maintenance;
use domain::UtcMillis;
use domain::alerts::case::{Cause, can_be_authorised};
use domain::leaks::Rule;
use domain::maintenance::work_order::authorising;

/// Queries that must find nothing, with what it means if they do; the first column names what they found.
pub const QUERIES: &[(&str, &str)] = &[(
    "SELECT 'case ' || k.num FROM meter_case k JOIN connection c ON c.num = k.connection WHERE k.withdrawn_at IS NULL AND k.treatment <> 'off' AND NOT EXISTS (
       SELECT 1 FROM change g JOIN bucket b ON b.num = g.bucket
       WHERE g.entity = 17 AND g.rev = k.rev AND g.removed = 0 AND b.utility = c.utility AND b.name = 'admin'
         AND g.id = CAST(c.id || unhex(printf('%08x', k.no)) AS BLOB))",
    "the admins do not hold it as it is now",
)];

/// Judges every meter anew from its first reading on, and compares. Meters that are yet to be judged are passed over.
///
/// # Errors
/// The database.
pub fn check(db: &Db, findings: &mut Vec<String>) -> Result<(), Error> {
    let meters: Vec<i64> = db.prepare("SELECT num FROM meter")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for meter in meters {
        authorised(db, meter, findings)?;
        if leaks::due_since(db, meter)?.is_some() {
            continue;
        }
        let Some(kept) = leaks::state(db, meter)? else { continue };
        let stored = kept.state;
        let open: Vec<Rule> =
            if kept.is_silent { Vec::new() } else { stored.cases().into_iter().map(|case| case.rule).collect() };
        for rule in Rule::ALL {
            let is_shown = cases::going_on(db, meter, Cause::of_rule(rule))?.is_some();
            if is_shown != open.contains(&rule) {
                findings.push(format!("meter {meter}: the case of {rule:?} is not as the rules have it"));
            }
        }
        if stored != evaluation::from_nothing(db, meter)? {
            findings.push(format!("meter {meter}: its whole history leaves another state of the leak rules"));
        }
    }
    health::check(db, findings)
}

/// Each event that somebody at work may have caused is part of a case of the order that authorises it, or of none.
fn authorised(db: &Db, meter: i64, findings: &mut Vec<String>) -> Result<(), Error> {
    if events::is_to_judge(db, meter)? {
        return Ok(());
    }
    let orders = maintenance::begun(db, meter)?;
    let judged = events::judged_from(db, meter, UtcMillis(i64::MIN))?;
    let wrong = judged.into_iter().filter(|event| {
        let order = authorising(orders.iter().map(|(order, progress)| (*order, progress)), event.at);
        can_be_authorised(event.cause) && order != event.order
    });
    findings.extend(wrong.map(|event| format!("case {}: an event of it is authorised otherwise", event.case)));
    Ok(())
}
