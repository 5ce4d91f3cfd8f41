//! What whoever plans is warned of. A warning forbids nothing: emergencies do not wait for a working day.

use crate::core::words::words;
use crate::maintenance::workload::Load;
use serde::{Deserialize, Serialize};

words! {
    /// What speaks against when and by whom work is planned.
    Warning {
        /// Its technician has more than a day's work on that day.
        TooMuch = "too_much",
        /// It overlaps other work of its technician.
        Overlaps = "overlaps",
        /// The day is off in the meter's zone.
        OffDay = "off_day",
        /// Its technician is on leave.
        OnLeave = "on_leave",
        /// Its technician does not work in the meter's zone.
        OutsideZone = "outside_zone",
    }
}

/// What is known of an order where it is planned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether the day is off in the meter's zone.
    pub is_off_day: bool,
    /// Whether its technician is on leave on that day.
    pub is_on_leave: bool,
    /// Whether its technician works in the meter's zone; none where nobody is named, or nobody knows.
    pub works_in_zone: Option<bool>,
    /// What its technician has to do on that day, the order included.
    pub load: Load,
}

/// What speaks against it, in the order of [`Warning::ALL`].
pub fn warnings(of: Circumstances) -> Vec<Warning> {
    let all = [
        (Warning::TooMuch, of.load.is_too_much()),
        (Warning::Overlaps, of.load.overlaps),
        (Warning::OffDay, of.is_off_day),
        (Warning::OnLeave, of.is_on_leave),
        (Warning::OutsideZone, of.works_in_zone == Some(false)),
    ];
    all.into_iter().filter(|(_, is_so)| *is_so).map(|(warning, _)| warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maintenance::workload::DAY_MINUTES;

    #[test]
    fn each_warning_has_its_own_cause_and_what_is_not_known_warns_of_nothing() {
        assert!(warnings(Circumstances::default()).is_empty());
        assert!(warnings(Circumstances { works_in_zone: Some(true), ..Circumstances::default() }).is_empty());
        let causes = [
            Circumstances { load: Load { minutes: DAY_MINUTES + 1, ..Load::default() }, ..Circumstances::default() },
            Circumstances { load: Load { overlaps: true, ..Load::default() }, ..Circumstances::default() },
            Circumstances { is_off_day: true, ..Circumstances::default() },
            Circumstances { is_on_leave: true, ..Circumstances::default() },
            Circumstances { works_in_zone: Some(false), ..Circumstances::default() },
        ];
        for (cause, warning) in causes.into_iter().zip(Warning::ALL) {
            assert_eq!(warnings(cause), [*warning]);
        }
    }
}
