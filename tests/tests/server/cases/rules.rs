//! Rules of cases by class of meter: what is hidden, what counts as worse, and when a meter of a class is silent.

use super::open_cases;
use crate::api::send;
use client::Client;
use domain::UtcMillis;
use domain::alerts::case::Cause;
use domain::alerts::rules::{RuleSet, Treatment};
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::leaks::Severity;
use domain::metering::health::Limits;
use protocol::alerts::rules::{CaseRules, CaseRulesChange};
use protocol::ui::{Answer, Fleet, FleetQuery, Request};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sync_server::core::now;
use sync_server::jobs::leaks::once_at;
use tests::alerts::number;
use tests::cases::{judge_health, report as send_readings};
use tests::field::{clean, sign_in, until};
use tests::valve::Meter;
use tests::work::report;
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

const PATH: &str = "/admin/v1/cases/rules";

/// The model of the world's meters.
const MODEL: &str = "Uji";

const NOTIFIED: &str = "SELECT COUNT(*) FROM notification WHERE kind = 'tamper' AND cleared_at IS NULL";

/// Cases of the first meter that go on.
const SILENT: &str = "SELECT COUNT(*) FROM meter_case WHERE meter = 1 AND cause = 'silent' AND cleared_at IS NULL";
const LOW: &str = "SELECT COUNT(*) FROM meter_case WHERE meter = 1 AND cause = 'low_battery' AND cleared_at IS NULL";

fn treating(cause: Cause, treatment: Treatment) -> RuleSet {
    RuleSet { treatments: [(cause, treatment)].into(), ..RuleSet::default() }
}

/// Sets the rules of a class or of all meters, as an admin who has read what holds.
async fn set(running: &Running, model: Option<&str>, rules: RuleSet) -> CaseRules {
    let token = running.token("admin").await;
    let now: CaseRules = running.get(&token, PATH).await;
    let change = CaseRulesChange { key: Uuid::now_v7(), rev: now.rev, model: model.map(str::to_owned), rules };
    running.post(&token, PATH, &change).await
}

/// Publishes what waits for it, as the job does it some minutes later.
async fn publish(running: &Running, minutes: i64) {
    once_at(&running.server.app, now().plus(minutes * MINUTE_MS)).await.expect("published");
}

async fn admin(running: &Running) -> Client {
    let admin = client_with(&running.world.folder.path().join("admin"), &running.url(), &Kept::default()).await;
    sign_in(&admin, "admin").await;
    admin
}

/// The causes of the open cases that a device holds, and how bad each is.
async fn shown(admin: &Client) -> Vec<(Cause, Severity)> {
    open_cases(admin).await.into_iter().map(|row| (row.case.cause, row.case.severity)).collect()
}

async fn until_shown(device: &Client, what: &str, expected: &[(Cause, Severity)]) {
    until(device, what, async || (shown(device).await == expected).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_to_be_shown_of_a_class_is_hidden_until_the_rule_is_taken_back() {
    let running = World::new().start().await;
    let (admin, device) = (admin(&running).await, running.world.meters[0].clone());
    set(&running, Some(MODEL), treating(Cause::Tilt, Treatment::Off)).await;
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    report(&mut meter, "tilt", now()).await;
    report(&mut meter, "magnet", now()).await;
    until_shown(&admin, "the magnet alone", &[(Cause::Magnet, Severity::Severe)]).await;
    assert_eq!(number(&running, "SELECT COUNT(*) FROM meter_case WHERE cause = 'tilt' AND treatment = 'off'").await, 1);
    assert_eq!(number(&running, NOTIFIED).await, 1, "of the magnet");

    // What is shown already disappears, and what is hidden appears, with its notification.
    set(&running, Some(MODEL), treating(Cause::Magnet, Treatment::Off)).await;
    publish(&running, 10).await;
    until_shown(&admin, "the tilt alone", &[(Cause::Tilt, Severity::Moderate)]).await;
    assert_eq!(number(&running, "SELECT COUNT(*) FROM notification WHERE kind = 'tamper'").await, 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_decides_how_bad_its_cases_are_before_what_is_set_for_all_meters() {
    let running = World::new().start().await;
    let (admin, device) = (admin(&running).await, running.world.meters[0].clone());
    set(&running, None, treating(Cause::Tilt, Treatment::Minor)).await;
    set(&running, Some(MODEL), treating(Cause::Tilt, Treatment::Severe)).await;
    let mut meter = Meter::connect(running.server.mqtt, &device).await;
    report(&mut meter, "tilt", now()).await;
    until_shown(&admin, "as its class has it", &[(Cause::Tilt, Severity::Severe)]).await;
    let rules = set(&running, Some(MODEL), RuleSet::default()).await;
    assert!(rules.classes.iter().all(|class| class.set.is_empty()), "{rules:?}");
    publish(&running, 10).await;
    until_shown(&admin, "as all meters have it", &[(Cause::Tilt, Severity::Minor)]).await;
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_silent_by_its_own_limit_on_the_server_and_on_a_device() {
    let running = World::new().start().await;
    let admin = admin(&running).await;
    let limits = Limits { silence_s: Some(2 * 3_600), low_battery: Some(40) };
    set(&running, Some(MODEL), RuleSet { limits, ..RuleSet::default() }).await;
    let begun = now();
    send_readings(&running, &[json!({ "serial": "WM-TEST-A", "t": begun, "reg": 9_400_000, "bat": 35 })]).await;
    let cases = async |at: UtcMillis| {
        judge_health(&running, at).await;
        (number(&running, SILENT).await, number(&running, LOW).await)
    };
    assert_eq!(cases(begun.plus(HOUR_MS)).await, (0, 1), "a battery at 35 % is low in this class");
    assert_eq!(cases(begun.plus(3 * HOUR_MS)).await, (1, 1));
    let fleet =
        async || match admin.call(Request::Fleet(FleetQuery { limit: 10, ..FleetQuery::default() })).await.expect("an answer") {
            Answer::Fleet(Fleet { rows, counts, .. }) => {
                let row = rows.into_iter().find(|row| row.serial.as_str() == "WM-TEST-A")?;
                (row.limits == limits).then_some((counts.low_battery, row.health))
            }
            other => panic!("{other:?}"),
        };
    let (low, health) = until(&admin, "the limits", fleet).await;
    assert_eq!(low, 1);
    assert!(health.is_some_and(|health| health.needs_attention()), "the device judges by the same limit");

    // Without limits it is well and silent as every other meter.
    set(&running, Some(MODEL), RuleSet::default()).await;
    assert_eq!(cases(begun.plus(3 * HOUR_MS)).await, (1, 0));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_set_once_never_over_somebody_elses_and_stand_in_the_audit_log() {
    let running = World::new().start().await;
    let token = running.token("admin").await;
    let before: CaseRules = running.get(&token, PATH).await;
    assert_eq!((before.classes.len(), before.classes[0].model.as_str(), before.classes[0].meters > 0), (1, MODEL, true));
    let body =
        |rev: i64, model: Value, rules: Value| json!({ "key": Uuid::now_v7(), "rev": rev, "model": model, "rules": rules });
    let silent = json!({ "treatments": { "burst": "minor" }, "limits": { "silence_s": 7_200 } });
    let change = body(before.rev, json!(MODEL), silent.clone());
    for _ in 0..2 {
        let (status, answer) = send(&running, Method::POST, PATH, Some(&token), Some(change.clone())).await;
        assert_eq!((status, answer["rev"].as_i64()), (StatusCode::OK, Some(before.rev + 1)), "{answer}");
    }
    let rev = before.rev + 1;
    let refused = [
        (body(before.rev, json!(MODEL), silent.clone()), "policy_changed"),
        (body(rev, json!("Tidak ada"), silent), "no_class"),
        (body(rev, json!(MODEL), json!({ "limits": { "silence_s": 10 } })), "case_limits"),
        (body(rev, Value::Null, json!({ "limits": { "low_battery": 95 } })), "case_limits"),
    ];
    for (asked, expected) in refused {
        let (status, answer) = send(&running, Method::POST, PATH, Some(&token), Some(asked)).await;
        let word = answer["detail"].as_str().and_then(|detail| detail.split(':').next());
        assert_eq!((status, word), (StatusCode::BAD_REQUEST, Some(expected)), "{answer}");
    }
    let entry = "SELECT COUNT(*) FROM audit WHERE kind = 'set_case_rules' AND json_extract(changes, '$.rule_burst[1]') = 'minor'
        AND json_extract(changes, '$.silence_limit_s[1]') = '7200' AND json_extract(changes, '$.model[1]') = 'Uji'";
    assert_eq!(number(&running, entry).await, 1);
    assert_eq!(number(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'set_case_rules'").await, 1);
    clean(running).await;
}
