//! Meters as they are: whether they report, and what their valves, batteries and signals are like.

use crate::error::Error;
use crate::reports::fill::Filling;
use crate::reports::rows::source;
use crate::reports::rows::source::Meter;
use domain::metering::health::LOW_BATTERY;
use domain::metering::meter::{Connectivity, Valve};
use domain::reports::kinds::{DeviceStatus, MeterLine};
use domain::reports::{Report, kinds};

/// Words of a state of connectivity.
const fn state(of: Connectivity) -> &'static str {
    match of {
        Connectivity::Online => "state-online",
        Connectivity::Stale => "state-stale",
        Connectivity::Offline => "state-offline",
    }
}

/// The meters in service. Whether one reports is judged as of the report's instant.
///
/// # Errors
/// The database.
pub fn meters(with: &Filling<'_>) -> Result<Report, Error> {
    let found = source::meters(with.db, with.within)?;
    let judge = |meter: &Meter| Connectivity::judge(meter.last, meter.interval_s, meter.said_offline, with.head.as_of);
    let count = |is: &dyn Fn(&Meter) -> bool| u32::try_from(found.iter().filter(|meter| is(meter)).count()).unwrap_or(u32::MAX);
    let states = [Connectivity::Online, Connectivity::Stale, Connectivity::Offline]
        .map(|of| (with.say(state(of)), count(&|meter: &Meter| judge(meter) == of)));
    let of = DeviceStatus {
        states: states.into(),
        closed: count(&|meter: &Meter| meter.valve == Valve::Closed),
        low_battery: count(&|meter: &Meter| meter.battery.is_some_and(|battery| battery < i16::from(LOW_BATTERY))),
        lines: found.iter().map(|meter| line(with, meter, judge(meter))).collect(),
    };
    Ok(kinds::device_status(&with.head, &of))
}

fn line(with: &Filling<'_>, meter: &Meter, connectivity: Connectivity) -> MeterLine {
    MeterLine {
        zone: meter.zone.clone(),
        serial: meter.serial.clone(),
        model: meter.model.clone(),
        customer: if meter.is_inflow { with.say("bulk-meter") } else { meter.customer.clone() },
        connectivity: with.say(state(connectivity)),
        valve: with.say(&format!("valve-{}", meter.valve.as_str())),
        battery: meter.battery.and_then(|battery| u8::try_from(battery).ok()),
        signal: meter.signal,
        last: meter.last,
    }
}
