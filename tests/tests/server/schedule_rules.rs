//! What the form of a schedule is answered: what is wrong with a rule of days, and which days off its days meet.

use crate::api::send;
use crate::schedules::plan;
use domain::maintenance::schedule::plan::{Plan, Selection, Trigger};
use domain::{LocalDay, TimeZone};
use protocol::maintenance::schedules::SchedulePreview;
use reqwest::{Method, StatusCode};
use serde_json::json;
use sync_server::core::now;
use tests::field::clean;
use tests::world::World;
use uuid::Uuid;

const PREVIEW: &str = "/admin/v1/schedules/preview";

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_cannot_be_used_is_refused_with_what_is_wrong_with_it() {
    let running = World::new().start().await;
    let token = running.token("admin").await;
    for (rule, start, why) in [
        ("RRULE:FREQ=DAILY", 20_000, "without RRULE: and spaces"),
        ("FREQ=HOURLY", 20_000, "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=DAILY;BYHOUR=8", 20_000, "has no other part"),
        ("FREQ=DAILY;INTERVAL=2;INTERVAL=3", 20_000, "stands there twice"),
        ("INTERVAL=2", 20_000, "it has no FREQ"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", 20_000, "by COUNT or by UNTIL"),
        ("FREQ=WEEKLY;BYDAY=1MO", 20_000, "cannot be used together"),
        ("FREQ=DAILY", 10_000, "between 2020 and 2100"),
    ] {
        let trigger = Trigger::Calendar { rule: rule.into(), start: LocalDay(start) };
        let asked = json!({ "plan": Plan { trigger, ..plan(&running) } });
        let (status, answer) = send(&running, Method::POST, PREVIEW, Some(&token), Some(asked)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{rule}");
        let detail = answer["detail"].as_str().unwrap_or_default();
        assert!(detail.starts_with("work_schedule_rule: ") && detail.contains(why), "{rule}: {detail}");
    }
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_names_the_day_off_of_its_zone() {
    let running = World::new().start().await;
    let token = running.token("admin").await;
    let (day, [here, elsewhere]) = (TimeZone::Jakarta.day_of(now()).plus(40), running.world.zones);
    for (zone, kind, name) in
        [(None, "local", "Hari jadi kota"), (Some(here), "local", "Upacara desa"), (Some(elsewhere), "working", "")]
    {
        let off = json!({ "key": Uuid::now_v7(), "day": day, "zone": zone, "kind": kind, "name": name });
        let (status, answer) = send(&running, Method::POST, "/admin/v1/holidays", Some(&token), Some(off)).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    for (zone, name) in [(here, "Upacara desa"), (elsewhere, "")] {
        let trigger = Trigger::Calendar { rule: "FREQ=DAILY;COUNT=1".into(), start: day };
        let selection = Selection { zones: vec![zone], ..Selection::default() };
        let asked = json!({ "plan": Plan { trigger, selection, ..plan(&running) } });
        let (_, answer) = send(&running, Method::POST, PREVIEW, Some(&token), Some(asked)).await;
        let found: SchedulePreview = serde_json::from_value(answer).expect("a preview");
        assert_eq!(found.days.first().map(|day| day.holiday.as_str()), Some(name), "{:?}", found.days);
    }
    clean(running).await;
}
