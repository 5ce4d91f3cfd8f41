//! Water that is lost in a zone: when more of what goes in is unexplained than the zone's limit on seven days in a row, its utility's admins are
//! notified, once until a day was within the limit again. It is no case: it belongs to no meter. Nor is the silence of a bulk meter, of which they are
//! notified as well: a case belongs to a connection.

use crate::alerts::enqueue::{NewNotification, enqueue};
use crate::alerts::rows::outbound;
use crate::core::Tx;
use crate::error::Error;
use crate::metering::rows::inflows::LimitedZone;
use crate::metering::rows::{inflows, zones};
use domain::alerts::content::Content;
use domain::metering::zone_balance::{Balance, LossJudged, judge_loss, per_mille};
use domain::{Millilitres, UtcMillis};

/// Judges the newest days of a zone by its limit, and notifies where that is passed and nobody was notified.
///
/// # Errors
/// The database.
pub fn settle(tx: &mut Tx<'_>, zone: &LimitedZone, balance: &Balance) -> Result<(), Error> {
    let is_over = match judge_loss(&balance.days, zone.limit) {
        LossJudged::Over => true,
        LossJudged::Within => false,
        LossJudged::Nothing => return Ok(()),
    };
    if inflows::mark_notified(tx, zone.num, zone.limit, is_over)? && is_over { notify(tx, zone, balance) } else { Ok(()) }
}

/// Notifies the admins that a bulk meter of a zone is silent since an instant, once for that silence; nobody of any other meter. A meter at no
/// connection has no case.
///
/// # Errors
/// The database.
pub fn notify_of_silence(tx: &mut Tx<'_>, meter: i64, since: UtcMillis) -> Result<(), Error> {
    let Some(of) = inflows::of_meter(tx, meter)? else { return Ok(()) };
    let content = Content::InflowSilent { zone: of.zone, name: of.name, serial: of.serial, since };
    for user in outbound::admins(tx, of.utility)? {
        let dedupe_key = format!("inflow_silent:{meter}:{}", since.0);
        enqueue(tx, &NewNotification { user, connection: None, meter: None, dedupe_key, content: content.clone() })?;
    }
    Ok(())
}

fn notify(tx: &mut Tx<'_>, zone: &LimitedZone, balance: &Balance) -> Result<(), Error> {
    let Some((_, row)) = zones::find(tx, zone.utility, zone.id)? else { return Ok(()) };
    let lost = balance.total.unexplained;
    let content = Content::ZoneLoss {
        zone: zone.id,
        name: row.name,
        per_mille: per_mille(lost, balance.total.inflow).unwrap_or_default(),
        per_day: Millilitres(lost.0 / i64::from(balance.counted.max(1))),
    };
    for user in outbound::admins(tx, zone.utility)? {
        let new = NewNotification {
            user,
            connection: None,
            meter: None,
            dedupe_key: format!("zone_loss:{}:{}", zone.num, tx.now.0),
            content: content.clone(),
        };
        enqueue(tx, &new)?;
    }
    Ok(())
}
