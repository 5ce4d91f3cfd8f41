//! Meters as they are, and the cases that were found at them.

use crate::error::Error;
use crate::queries;
use crate::queries::reports as rows;
use crate::reports::fill::Filling;
use domain::Millilitres;
use domain::metering::health::LOW_BATTERY;
use domain::metering::meter::{Connectivity, Valve};
use domain::reports::kinds::{Alerts, CaseLine, DeviceStatus, MeterLine};
use domain::reports::{Report, kinds};
use protocol::ui::case::title_key;
use protocol::ui::{CaseRow, FleetQuery, FleetRow};

/// Words of a state of connectivity.
const fn state(of: Connectivity) -> &'static str {
    match of {
        Connectivity::Online => "state-online",
        Connectivity::Stale => "state-stale",
        Connectivity::Offline => "state-offline",
    }
}

/// The meters in service. Whether one reports is judged as of now.
pub fn meters(with: &Filling<'_>) -> Result<Report, Error> {
    let asked = FleetQuery { zone: with.within.zone, ..FleetQuery::default() };
    let mut found: Vec<FleetRow> = queries::fleet_rows(with.db, &asked, with.now)?.into_iter().map(|(row, _)| row).collect();
    // Those without a zone come last.
    found.sort_by(|one, other| (one.zone.is_empty(), &one.zone).cmp(&(other.zone.is_empty(), &other.zone)));
    let count = |is: &dyn Fn(&FleetRow) -> bool| u32::try_from(found.iter().filter(|row| is(row)).count()).unwrap_or(u32::MAX);
    let states = [Connectivity::Online, Connectivity::Stale, Connectivity::Offline]
        .map(|of| (with.words.say(state(of), []), count(&|row: &FleetRow| row.connectivity == of)));
    let of = DeviceStatus {
        states: states.into(),
        closed: count(&|row: &FleetRow| row.now.valve == Valve::Closed),
        low_battery: count(&|row: &FleetRow| row.battery.is_some_and(|battery| battery < i16::from(LOW_BATTERY))),
        lines: found.iter().map(|row| meter(with, row)).collect(),
    };
    Ok(kinds::device_status(&with.head, &of))
}

fn meter(with: &Filling<'_>, row: &FleetRow) -> MeterLine {
    MeterLine {
        zone: row.zone.clone(),
        serial: row.serial.clone(),
        model: row.model.clone(),
        customer: if row.is_inflow { with.words.say("bulk-meter", []) } else { row.customer.clone() },
        connectivity: with.words.say(state(row.connectivity), []),
        valve: with.words.say(&format!("valve-{}", row.now.valve.as_str()), []),
        battery: row.battery.and_then(|battery| u8::try_from(battery).ok()),
        signal: row.rssi,
        last: row.now.t,
    }
}

/// The cases that were found within the period.
pub fn cases(with: &Filling<'_>) -> Result<Report, Error> {
    let (zone, period) = (with.head.zone, with.head.period);
    let instants = (zone.start_of(period.first), zone.start_of(period.last.plus(1)));
    let ids = rows::cases_found(with.db, instants, with.within.zone)?;
    let lines = queries::case_rows(with.db, &ids)?.into_iter().map(|row| case(with, row)).collect();
    Ok(kinds::alerts(&with.head, &Alerts { lines }))
}

fn case(with: &Filling<'_>, CaseRow { case, customer, serial, .. }: CaseRow) -> CaseLine {
    let say = |key: String| with.words.say(&key, []);
    CaseLine {
        kind: say(format!("alerts-kind-{}", case.about().kind().as_str())),
        title: with.words.say(title_key(case.about()), []),
        severity: say(format!("case-severity-{}", case.severity.as_str())),
        status: say(format!("case-status-{}", case.status.as_str())),
        customer: customer.unwrap_or_default(),
        serial: serial.unwrap_or_default(),
        began: case.start,
        over: case.cleared_at,
        lost: Some(case.loss).filter(|loss| *loss > Millilitres::ZERO),
        cost: case.cost.filter(|cost| cost.0 > 0),
    }
}
