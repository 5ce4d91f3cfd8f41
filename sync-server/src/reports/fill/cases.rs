//! Alerts and leaks: the cases that were found in the period, as the devices of admins have them.

use crate::cases::rows::cases;
use crate::error::Error;
use crate::reports::fill::Filling;
use crate::reports::rows::found;
use domain::Millilitres;
use domain::reports::kinds::{Alerts, CaseLine};
use domain::reports::{Report, kinds};
use protocol::ui::case::title_key;

/// The cases that were found within the period, kind by kind. Those that are not shown are left out.
///
/// # Errors
/// The database.
pub fn alerts(with: &Filling<'_>) -> Result<Report, Error> {
    let (zone, period) = (with.head.zone, with.head.period);
    let stretch = (zone.start_of(period.first), zone.start_of(period.last.plus(1)));
    let mut lines = Vec::new();
    for one in found::cases(with.db, with.within, stretch)? {
        let case = cases::load(with.db, one.num)?;
        let Some(severity) = case.shown_severity() else { continue };
        let about = case.found.cause(case.cause);
        let kind = about.kind().as_str();
        let line = CaseLine {
            kind: with.say(&format!("alerts-kind-{kind}")),
            title: with.say(title_key(about)),
            severity: with.say(&format!("case-severity-{}", severity.as_str())),
            status: with.say(&format!("case-status-{}", case.status().as_str())),
            customer: one.customer,
            serial: one.serial,
            began: case.start,
            over: case.cleared_at,
            lost: Some(case.loss).filter(|loss| *loss > Millilitres::ZERO),
            cost: case.cost.filter(|cost| cost.0 > 0),
        };
        lines.push((kind, line));
    }
    // They come by when they were found, and stay so within a kind.
    lines.sort_by_key(|(kind, _)| *kind);
    Ok(kinds::alerts(&with.head, &Alerts { lines: lines.into_iter().map(|(_, line)| line).collect() }))
}
