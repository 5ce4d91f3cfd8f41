//! What whoever plans is warned of: days off, leave, and technicians who do not work in a meter's zone. All of it is the server's, and shown as it was
//! when it was read last; where it was never read, the days off are those that the program knows.

use crate::components::Icon;
use crate::i18n::tr;
use crate::pages::admin::ask::use_server_view;
use crate::pages::maintenance::announce::{technicians_of, zones as zones_of};
use crate::pages::maintenance::calendar::view::CalendarView;
use crate::pages::maintenance::holidays::holidays;
use crate::pages::maintenance::leave::leave;
use dioxus::prelude::*;
use domain::maintenance::planning::{Circumstances, Warning, warnings};
use domain::maintenance::schedule::holidays::OffDays;
use domain::maintenance::workload::Load;
use domain::{LocalDay, UserId, ZoneId};
use protocol::maintenance::holidays::{HolidayRow, HolidaysAsked, WorkHolidays};
use protocol::maintenance::leave::LeaveRow;
use protocol::metering::zones::Zones;
use protocol::sync::rows::Person;
use protocol::ui::maintenance::{LoadDay, TechnicianLoad};
use protocol::ui::{AdminRequest, MaintenanceRequest, WorkRow};
use std::collections::HashMap;

/// What is known of days and people.
#[derive(Clone, Debug, PartialEq)]
pub struct Planning {
    everywhere: OffDays,
    by_zone: HashMap<ZoneId, OffDays>,
    holidays: Vec<HolidayRow>,
    leaves: Vec<LeaveRow>,
    zones: Option<Zones>,
}

/// What is known around the days that are shown.
pub fn use_planning(kept: Signal<CalendarView>, today: LocalDay) -> Memo<Planning> {
    // A week may be of two years.
    let years = use_memo(move || {
        let (first, last) = kept.read().query(today).span.days();
        (first.ymd().0, last.ymd().0)
    });
    let of_year = |year| AdminRequest::Maintenance(MaintenanceRequest::Holidays(HolidaysAsked { year }));
    let first = use_server_view(move || of_year(years().0), holidays);
    let last = use_server_view(move || of_year(years().1), holidays);
    let away = use_server_view(|| AdminRequest::Maintenance(MaintenanceRequest::Leave), leave);
    let zones = use_server_view(|| AdminRequest::Zones, zones_of);
    use_memo(move || {
        let days = |of: Option<&WorkHolidays>| of.map(|of| of.days.clone()).unwrap_or_default();
        let mut holidays = days(first.latest.read().as_ref());
        let others = days(last.latest.read().as_ref());
        holidays.extend(others.into_iter().filter(|row| row.day.ymd().0 != years().0));
        let leaves = away.latest.read().as_ref().map(|of| of.leaves.clone()).unwrap_or_default();
        Planning::new(holidays, leaves, zones.latest.read().clone())
    })
}

impl Planning {
    /// Of what the server has answered.
    pub fn new(holidays: Vec<HolidayRow>, leaves: Vec<LeaveRow>, zones: Option<Zones>) -> Self {
        let of = |zone: Option<ZoneId>| {
            let is_there = |row: &&HolidayRow| row.zone.is_none() || row.zone == zone;
            // What is set for a zone stands over what is set everywhere.
            let (everywhere, here): (Vec<&HolidayRow>, Vec<&HolidayRow>) =
                holidays.iter().filter(is_there).partition(|row| row.zone.is_none());
            OffDays::new(everywhere.into_iter().chain(here).map(|row| (row.day, row.kind)))
        };
        let by_zone = holidays.iter().filter_map(|row| row.zone).map(|zone| (zone, of(Some(zone)))).collect();
        Self { everywhere: of(None), by_zone, holidays, leaves, zones }
    }

    /// Whether a day is off in a zone.
    pub fn is_off(&self, day: LocalDay, zone: Option<ZoneId>) -> bool {
        zone.and_then(|zone| self.by_zone.get(&zone)).unwrap_or(&self.everywhere).is_off(day)
    }

    /// What is celebrated everywhere on a day; none on working days, and on Sundays without a holiday.
    pub fn holiday(&self, day: LocalDay) -> Option<&str> {
        let row = self.holidays.iter().find(|row| row.day == day && row.zone.is_none())?;
        self.everywhere.is_off(day).then_some(row.name.as_str()).filter(|name| !name.is_empty())
    }

    /// The leave of a technician on a day.
    pub fn leave(&self, technician: UserId, day: LocalDay) -> Option<&LeaveRow> {
        self.leaves.iter().find(|row| row.technician == technician && row.days.has(day))
    }

    /// Technicians who may sign in, by name; none where nobody knows.
    pub fn technicians(&self) -> Vec<Person> {
        let all = self.zones.iter().flat_map(|zones| &zones.technicians).filter(|of| of.active);
        all.map(|of| Person { id: of.id, name: of.name.clone() }).collect()
    }

    /// Whether a technician works in a zone; none where nobody knows.
    pub fn works_in(&self, technician: UserId, zone: Option<ZoneId>) -> Option<bool> {
        let zones = self.zones.as_ref()?;
        zone?;
        Some(technicians_of(zones, zone).iter().any(|of| of.id == technician))
    }

    /// Who comes before or behind whoever an order is of, among those who may do it; nobody named is the first of them.
    pub fn neighbour(&self, row: &WorkRow, forward: bool) -> Option<Option<Person>> {
        let those = self.technicians().into_iter().filter(|of| self.works_in(of.id, row.zone) != Some(false));
        let all: Vec<Option<Person>> = std::iter::once(None).chain(those.map(Some)).collect();
        let now = row.order.technician.as_ref().map(|of| of.id);
        // Whoever is not among them any more is left for the first.
        let at = all.iter().position(|of| of.as_ref().map(|of| of.id) == now);
        let to = match (at, forward) {
            (None, _) => 0,
            (Some(at), true) => at + 1,
            (Some(at), false) => at.checked_sub(1)?,
        };
        all.into_iter().nth(to)
    }

    /// What speaks against an order as it is planned, with what its technician has to do on that day.
    pub fn warnings(&self, row: &WorkRow, load: Load) -> Vec<Warning> {
        if !row.order.state.is_open() {
            return Vec::new();
        }
        let day = row.time_zone.day_of(row.order.from);
        let whose = row.order.technician.as_ref().map(|of| of.id);
        warnings(Circumstances {
            is_off_day: self.is_off(day, row.zone),
            is_on_leave: whose.is_some_and(|id| self.leave(id, day).is_some()),
            works_in_zone: whose.and_then(|id| self.works_in(id, row.zone)),
            load,
        })
    }
}

/// What the technician of an order has to do on its day.
pub fn load_of(loads: &[TechnicianLoad], row: &WorkRow) -> Load {
    let day = row.time_zone.day_of(row.order.from);
    let whose = row.order.technician.as_ref().map(|of| of.id);
    let of_day = loads.iter().find(|load| Some(load.id) == whose).and_then(|load| load.days.iter().find(|of| of.day == day));
    of_day.map_or_else(Load::default, |of: &LoadDay| Load {
        jobs: of.jobs,
        minutes: i64::from(of.minutes),
        overlaps: of.overlaps,
    })
}

/// A warning in words.
pub fn said(warning: Warning) -> String {
    tr(&format!("planning-{}", warning.as_str()))
}

/// Warnings, each with its words.
#[component]
pub fn Warned(of: Vec<Warning>) -> Element {
    rsx! {
        if !of.is_empty() {
            ul { class: "row wrap warned", "aria-label": tr("planning-warnings"),
                for warning in of {
                    li { key: "{warning.as_str()}", class: "row tiny", "data-warning": warning.as_str(), Icon { name: "triangle-alert", size: "s" } {said(warning)} }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::maintenance::schedule::holidays::HolidayKind;
    use uuid::Uuid;

    const CATALOGUES: [&str; 2] =
        [include_str!("../../../../../assets/i18n/id.ftl"), include_str!("../../../../../assets/i18n/en.ftl")];

    fn row(day: LocalDay, zone: Option<ZoneId>, kind: HolidayKind) -> HolidayRow {
        HolidayRow { day, name: "Hari jadi kota".into(), kind, zone, is_set: true }
    }

    #[test]
    fn a_zones_own_day_stands_over_that_of_all_zones() {
        let (here, there) = (ZoneId(Uuid::from_u128(1)), ZoneId(Uuid::from_u128(2)));
        // A Tuesday that is no holiday of any decree.
        let day = LocalDay::from_ymd(2026, 9, 1).expect("a day");
        let local = Planning::new(vec![row(day, Some(here), HolidayKind::Local)], Vec::new(), None);
        assert!(local.is_off(day, Some(here)) && !local.is_off(day, Some(there)) && !local.is_off(day, None));
        assert_eq!(local.holiday(day), None);
        let all = Planning::new(
            vec![row(day, Some(here), HolidayKind::Working), row(day, None, HolidayKind::National)],
            Vec::new(),
            None,
        );
        assert!(!all.is_off(day, Some(here)) && all.is_off(day, Some(there)));
        assert_eq!(all.holiday(day), Some("Hari jadi kota"));
        let nothing = Planning::new(Vec::new(), Vec::new(), None);
        assert_eq!(nothing.works_in(UserId(Uuid::nil()), Some(here)), None, "nobody knows");
        assert!(nothing.is_off(LocalDay::from_ymd(2026, 12, 25).expect("a day"), None), "the decree is known without a server");
    }

    #[test]
    fn every_warning_has_words_in_both_languages() {
        for catalogue in CATALOGUES {
            for warning in Warning::ALL {
                let key = format!("planning-{} =", warning.as_str());
                assert!(catalogue.lines().any(|line| line.starts_with(&key)), "{key}");
            }
        }
    }
}
