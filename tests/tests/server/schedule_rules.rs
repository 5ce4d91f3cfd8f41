//! Rules of days that cannot be used: their refusal says what is wrong with them.

use crate::api::send;
use crate::schedules::plan;
use domain::LocalDay;
use domain::maintenance::schedule::plan::{Plan, Trigger};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tests::field::clean;
use tests::world::World;

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
        let (status, answer) = send(&running, Method::POST, "/admin/v1/schedules/preview", Some(&token), Some(asked)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{rule}");
        let detail = answer["detail"].as_str().unwrap_or_default();
        assert!(detail.starts_with("work_schedule_rule: ") && detail.contains(why), "{rule}: {detail}");
    }
    clean(running).await;
}
