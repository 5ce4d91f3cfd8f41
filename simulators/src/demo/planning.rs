//! What the demo's admin plans ahead: schedules by days, volume and battery, leave of technicians, and addresses at which other programs read work
//! as a calendar. All of it is asked for over HTTP, as the app does.

use crate::demo::field_records::{answer, derived, sign_in};
use crate::demo::utility::{ACCOUNTS, MODELS, TECHNICIANS};
use crate::plan::Plan;
use domain::maintenance::leave::{LeaveDays, LeaveKind};
use domain::maintenance::schedule::due::OnOffDay;
use domain::maintenance::schedule::plan::{Plan as Rules, Selection, Trigger, USUAL_HORIZON};
use domain::maintenance::schedule::preset::Preset;
use domain::maintenance::work_order::WorkKind;
use domain::{LocalDay, Millilitres, UserId};
use protocol::maintenance::feeds::{CalendarFeeds, FeedChange, FeedDeed, FeedOf};
use protocol::maintenance::leave::{LeaveChange, LeaveDeed, WorkLeave};
use protocol::maintenance::schedules::{ScheduleDeed, Schedules, WorkScheduleChange};
use protocol::people::auth::Tokens;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Error;

/// Leave: whose, in how many weeks, how many days from its Monday on, why, and what is written about it.
const LEAVES: [(&str, i32, i32, LeaveKind, &str); 2] = [
    (TECHNICIANS[0].1, 0, 7, LeaveKind::Annual, "Pulang kampung"),
    (TECHNICIANS[1].1, 2, 2, LeaveKind::Training, "Pelatihan tera ulang di Makassar"),
];

/// The zone whose team has a calendar.
const TEAM: &str = "Denpasar Selatan";

/// Whoever plans.
struct Planner<'a> {
    http: reqwest::Client,
    server: &'a str,
    admin: Tokens,
}

impl Planner<'_> {
    /// What the utility has: its schedules, and who and what they can be about.
    async fn known(&self) -> std::io::Result<Schedules> {
        let request = self.http.get(format!("{}/admin/v1/schedules", self.server));
        answer(request.bearer_auth(&self.admin.access_token)).await
    }

    /// Has something changed, which happens once for its key.
    async fn change<T: DeserializeOwned>(&self, path: &str, asked: &impl Serialize) -> std::io::Result<T> {
        let request = self.http.post(format!("{}/admin/v1/{path}", self.server));
        answer(request.bearer_auth(&self.admin.access_token).json(asked)).await
    }
}

/// Plans; the same again changes nothing. Returns how much was asked for.
///
/// # Errors
/// The server cannot be reached, or refuses something.
pub async fn send(server: &str, plan: &Plan) -> std::io::Result<usize> {
    let Some(first) = plan.meters.first() else { return Ok(0) };
    let http = reqwest::Client::new();
    let admin = sign_in(&http, server, (plan, ACCOUNTS[0].1)).await?;
    let planner = Planner { http, server, admin };
    let known = planner.known().await?;
    let schedules = schedules(technician(&known, ACCOUNTS[1].2)?, known.today);
    let feeds = feeds(&known)?;
    let sent = schedules.len() + LEAVES.len() + feeds.len();
    for (place, rules) in schedules.into_iter().enumerate() {
        let schedule = derived(first, 10, place);
        let asked = WorkScheduleChange { key: schedule, schedule, act: ScheduleDeed::Add { plan: rules } };
        let _: Schedules = planner.change("schedules/change", &asked).await?;
    }
    let monday = known.today.plus(7 - known.today.weekday() as i32);
    for (place, (name, weeks, length, kind, remark)) in LEAVES.into_iter().enumerate() {
        let (leave, from) = (derived(first, 11, place), monday.plus(7 * weeks));
        let (technician, days) = (technician(&known, name)?, LeaveDays { from, until: from.plus(length - 1) });
        let absence = LeaveDeed::Enter { technician, days, kind, remark: remark.into() };
        let _: WorkLeave = planner.change("work-leave", &LeaveChange { key: leave, leave, absence }).await?;
    }
    for (place, (name, of)) in feeds.into_iter().enumerate() {
        let feed = derived(first, 12, place);
        let asked = FeedChange { key: feed, feed, access: FeedDeed::Make { name, of } };
        let _: CalendarFeeds = planner.change("calendar-feeds/change", &asked).await?;
    }
    Ok(sent)
}

fn technician(known: &Schedules, name: &str) -> std::io::Result<UserId> {
    let found = known.technicians.iter().find(|technician| technician.name == name);
    found.map(|technician| technician.id).ok_or_else(|| Error::other(format!("{name} is no technician of the demo")))
}

/// The schedules. The first two are about the meters of large customers, which all are of one model.
fn schedules(technician: UserId, today: LocalDay) -> [Rules; 3] {
    let monthly = Preset::MonthlyOn { every: 1, day: 10 };
    let large = Selection { model: Some(MODELS[2].0.into()), ..Selection::default() };
    let inspections = Rules {
        name: "Inspeksi bulanan pelanggan besar".into(),
        work: WorkKind::Inspection,
        trigger: Trigger::Calendar { rule: monthly.rule(), start: monthly.first_from(today) },
        selection: large,
        on_off_day: OnOffDay::Next,
        from_minute: 8 * 60,
        window_minutes: 4 * 60,
        job_minutes: 45,
        horizon_days: USUAL_HORIZON,
        technician: Some(technician),
        text: "Lapor ke satpam pabrik sebelum masuk.".into(),
    };
    let strainers = Rules {
        name: "Bersihkan saringan tiap 200 m³".into(),
        work: WorkKind::Cleaning,
        trigger: Trigger::Volume { every: Millilitres::cubic_metres(200) },
        horizon_days: 14,
        text: "Tutup kran depan dulu.".into(),
        ..inspections.clone()
    };
    let batteries = Rules {
        name: "Ganti baterai di bawah 20 %".into(),
        work: WorkKind::Preventive,
        trigger: Trigger::Battery { below: 20 },
        selection: Selection::default(),
        from_minute: 9 * 60,
        window_minutes: 3 * 60,
        job_minutes: 30,
        technician: None,
        text: "Bawa baterai litium 3,6 V.".into(),
        ..strainers.clone()
    };
    [inspections, strainers, batteries]
}

/// The calendars: how each is called, and whose work it has.
fn feeds(known: &Schedules) -> std::io::Result<[(String, FeedOf); 2]> {
    let name = ACCOUNTS[1].2;
    let zone = known.zones.iter().find(|zone| zone.name == TEAM);
    let zone = zone.ok_or_else(|| Error::other(format!("{TEAM} is no zone of the demo")))?;
    Ok([
        (format!("Ponsel {name}"), FeedOf::Technician { id: technician(known, name)? }),
        (format!("Tim {TEAM}"), FeedOf::Zone { id: zone.id }),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_schedules_can_be_set_on_any_day_and_leave_can_be_entered() {
        for today in (20_000..20_400).map(LocalDay) {
            let schedules = schedules(UserId(Uuid::nil()), today);
            assert!(schedules.iter().all(|rules| rules.faults().is_empty()), "{today:?}");
        }
        let leaves = LEAVES.map(|(_, _, length, ..)| LeaveDays { from: LocalDay(20_000), until: LocalDay(19_999 + length) });
        assert!(leaves.iter().all(|days| days.is_possible()));
    }
}
