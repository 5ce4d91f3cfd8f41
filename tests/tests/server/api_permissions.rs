//! Who may call what: each route of the document for each caller. A route without its own line fails.

use crate::api::send;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::world::{Running, USERS, World};

/// What a route answers, by the caller: nobody, a forged token, and the users in the order of [`USERS`].
type Answers = [u16; 6];

/// Open to all.
const OPEN: Answers = [200, 200, 200, 200, 200, 200];

/// For admins; what is asked for is done.
const ADMIN: Answers = [401, 401, 200, 403, 403, 403];

/// For admins; what is asked for is not there.
const ADMIN_NONE: Answers = [401, 401, 404, 403, 403, 403];

/// For admins; what is asked for cannot be done.
const ADMIN_BAD: Answers = [401, 401, 400, 403, 403, 403];

/// For whoever is signed in.
const SIGNED_IN: Answers = [401, 401, 200, 200, 200, 200];

/// For whoever buys credit; the connection or purchase is not there.
const BUYERS: Answers = [401, 401, 404, 403, 404, 404];

/// A line for each route: method, path, query, answers.
#[rustfmt::skip]
const MATRIX: &[(&str, &str, &str, Answers)] = &[
    // Without an e-mail address and a token in the body these are refused, whoever asks.
    ("post", "/auth/v1/sign-in",                  "",                   [400; 6]),
    ("post", "/auth/v1/refresh",                  "",                   [400; 6]),
    ("post", "/auth/v1/sign-out",                 "",                   SIGNED_IN),
    // The password that one has is not in the body, nor a code.
    ("post", "/auth/v1/password",                 "",                   [401, 401, 400, 400, 400, 400]),
    ("post", "/auth/v1/password/code",            "",                   [400; 6]),
    ("get",  "/healthz",                          "",                   OPEN),
    ("get",  "/readyz",                           "",                   OPEN),
    ("get",  "/metrics",                          "",                   OPEN),
    // It goes by a refresh token of an ended session, and by nothing else.
    ("post", "/sync/v1/evidence",                 "",                   [401; 6]),
    // Meters and gateways have credentials of their own; a user's token is none.
    ("post", "/ingest/v1/telemetry",              "",                   [401; 6]),
    // It goes by a signature and not by a token; and this world has no payment gateway.
    ("post", "/payments/v1/midtrans",             "",                   [404; 6]),
    ("post", "/sync/v1/hello",                    "",                   SIGNED_IN),
    ("post", "/sync/v1/pull",                     "",                   SIGNED_IN),
    ("post", "/sync/v1/push",                     "",                   SIGNED_IN),
    // The admins' bucket is not there for anybody else, and which of the two it is is not said.
    ("get",  "/sync/v1/snapshot/{bucket}",        "",                   [401, 401, 200, 404, 404, 404]),
    ("get",  "/sync/v1/manifest/{bucket}",        "",                   [401, 401, 200, 404, 404, 404]),
    ("get",  "/sync/v1/wait",                     "?timeout=0",         SIGNED_IN),
    // A plain request is no WebSocket.
    ("get",  "/sync/v1/wake",                     "",                   [401, 401, 400, 400, 400, 400]),
    ("get",  "/live/v1",                          "",                   [401, 401, 400, 400, 400, 400]),
    // It is about a meter, and that one is not there.
    ("get",  "/meters/v1/refusals",               "?meter={nil}",       [401, 401, 404, 404, 403, 403]),
    // A picture is sent with its range; and nobody holds a row that names this one.
    ("put",  "/blobs/v1/{sha256}",                "",                   [401, 401, 400, 400, 403, 403]),
    ("get",  "/blobs/v1/{sha256}",                "",                   [401, 401, 404, 404, 404, 404]),
    ("post", "/money/v1/quote",                   "",                   BUYERS),
    ("post", "/money/v1/checkout",                "",                   BUYERS),
    ("post", "/money/v1/pay",                     "",                   BUYERS),
    ("post", "/money/v1/cancel",                  "",                   BUYERS),
    ("post", "/money/v1/check",                   "",                   BUYERS),
    ("post", "/money/v1/emergency",               "",                   BUYERS),
    ("get",  "/money/v1/statement",               "?connection={nil}",  BUYERS),
    ("get",  "/money/v1/methods",                 "",                   [401, 401, 200, 403, 200, 200]),
    ("get",  "/money/v1/offers",                  "?connection={nil}&amount=50000", BUYERS),
    ("get",  "/money/v1/voucher",                 "?connection={nil}&code=UJI",     BUYERS),
    ("get",  "/money/v1/why",                     "?connection={nil}&month=24322",  BUYERS),
    ("get",  "/alerts/v1/preferences",            "",                   SIGNED_IN),
    ("post", "/alerts/v1/preferences",            "",                   SIGNED_IN),
    // Technicians have nothing to do with money, and the connection is not there.
    ("post", "/alerts/v1/thresholds",             "",                   BUYERS),
    ("post", "/alerts/v1/read",                   "",                   SIGNED_IN),
    ("post", "/alerts/v1/push-token",             "",                   SIGNED_IN),
    ("get",  "/admin/v1/alerts/queue",            "",                   ADMIN),
    ("get",  "/admin/v1/alerts/dead",             "",                   ADMIN),
    ("post", "/admin/v1/alerts/send-again",       "",                   ADMIN),
    ("post", "/admin/v1/announcements/reach",     "",                   ADMIN),
    ("get",  "/admin/v1/audit",                   "",                   ADMIN),
    ("get",  "/admin/v1/summary",                 "",                   ADMIN),
    ("get",  "/admin/v1/revenue/transfers",       "?from=20000&to=20001", ADMIN),
    ("get",  "/admin/v1/revenue/customers",       "?from=24310&to=24311", ADMIN),
    ("get",  "/admin/v1/reports/schedules",       "",                   ADMIN),
    // What the body says removes a schedule, and there is none.
    ("post", "/admin/v1/reports/schedules",       "",                   ADMIN_NONE),
    ("get",  "/admin/v1/reports/runs/{id}",       "",                   ADMIN_NONE),
    ("post", "/admin/v1/reports/runs/again",      "",                   ADMIN_NONE),
    ("get",  "/admin/v1/readings",                "?meter={nil}",       ADMIN_NONE),
    ("post", "/admin/v1/readings/declare",        "",                   ADMIN_NONE),
    ("get",  "/admin/v1/users",                   "",                   ADMIN),
    ("post", "/admin/v1/users/change",            "",                   ADMIN_NONE),
    ("post", "/admin/v1/users/invite",            "",                   ADMIN_NONE),
    ("get",  "/admin/v1/utility",                 "",                   ADMIN),
    // Nothing was ever set there, and the revision in the body is that of something else.
    ("post", "/admin/v1/utility",                 "",                   ADMIN_BAD),
    ("get",  "/admin/v1/commands",                "?meter={nil}",       ADMIN_NONE),
    ("get",  "/admin/v1/valve/orders",            "?meter={nil}",       ADMIN_NONE),
    ("post", "/admin/v1/valve/orders",            "",                   ADMIN_NONE),
    ("post", "/admin/v1/valve/orders/withdraw",   "",                   ADMIN_NONE),
    // What the body names is about a valve, which this route does not move.
    ("post", "/admin/v1/meters/ask",              "",                   ADMIN_BAD),
    ("get",  "/admin/v1/valve/policy",            "",                   ADMIN),
    ("post", "/admin/v1/valve/policy",            "",                   ADMIN),
    ("get",  "/admin/v1/cases/policy",            "",                   ADMIN),
    // Nobody has changed it yet, so that the body follows another state of it.
    ("post", "/admin/v1/cases/policy",            "",                   ADMIN_BAD),
    ("get",  "/admin/v1/cases/rules",             "",                   ADMIN),
    // As with the policy: nobody has changed it, and the body names the first change.
    ("post", "/admin/v1/cases/rules",             "",                   ADMIN_BAD),
    ("get",  "/admin/v1/valve/batches",           "",                   ADMIN),
    ("post", "/admin/v1/valve/batches/preview",   "",                   ADMIN),
    // None of the meters that it names is there, so that there is nothing to order.
    ("post", "/admin/v1/valve/batches",           "",                   ADMIN_BAD),
    ("post", "/admin/v1/valve/batches/withdraw",  "",                   ADMIN_NONE),
    ("post", "/admin/v1/meters/register",         "",                   ADMIN_NONE),
    ("post", "/admin/v1/meters/replace",          "",                   ADMIN_NONE),
    ("post", "/admin/v1/meters/retire",           "",                   ADMIN_NONE),
    ("get",  "/admin/v1/meters/credential",       "?meter={nil}",       ADMIN_NONE),
    ("post", "/admin/v1/meters/credential",       "",                   ADMIN_NONE),
    ("get",  "/admin/v1/zones",                   "",                   ADMIN),
    ("post", "/admin/v1/zones/change",            "",                   ADMIN_NONE),
    ("get",  "/admin/v1/zones/balance",           "?zone={nil}",        ADMIN_NONE),
    ("get",  "/admin/v1/zones/losses",            "",                   ADMIN),
    ("post", "/admin/v1/zones/inflow",            "",                   ADMIN_NONE),
    ("post", "/admin/v1/money/cash",              "",                   ADMIN_NONE),
    ("post", "/admin/v1/money/quote",             "",                   ADMIN_NONE),
    ("post", "/admin/v1/money/refund",            "",                   ADMIN_NONE),
    ("post", "/admin/v1/money/adjust",            "",                   ADMIN_NONE),
    ("get",  "/admin/v1/money/purchases",         "?connection={nil}",  ADMIN_NONE),
    ("get",  "/admin/v1/money/review",            "",                   ADMIN),
    ("post", "/admin/v1/money/cases/settle",      "",                   ADMIN_NONE),
    ("post", "/admin/v1/money/bank-refunds",      "",                   ADMIN_NONE),
    ("post", "/admin/v1/money/bank-refunds/decide", "",                 ADMIN_NONE),
    ("get",  "/admin/v1/money/limits",            "",                   ADMIN),
    ("post", "/admin/v1/money/limits",            "",                   ADMIN),
    ("get",  "/admin/v1/money/openings",          "?import={nil}",      ADMIN),
    ("post", "/admin/v1/money/openings/decide",   "",                   ADMIN_NONE),
    ("get",  "/admin/v1/money/openings/limits",   "",                   ADMIN),
    ("post", "/admin/v1/money/openings/limits",   "",                   ADMIN),
    ("get",  "/admin/v1/money/cash-days",         "",                   ADMIN),
    // There is no such cashier.
    ("post", "/admin/v1/money/cash-days/count",   "",                   ADMIN_NONE),
    ("get",  "/admin/v1/money/months",            "",                   ADMIN),
    ("get",  "/admin/v1/money/months/late",       "?month=24322",       ADMIN),
    // Nothing was posted in that month, and none is closed.
    ("post", "/admin/v1/money/months/close",      "",                   ADMIN_BAD),
    ("post", "/admin/v1/money/months/reopen",     "",                   ADMIN_BAD),
    ("get",  "/admin/v1/settlements",             "",                   ADMIN),
    // A file without rows is none, and there are no lines.
    ("post", "/admin/v1/settlements",             "",                   ADMIN_BAD),
    ("post", "/admin/v1/settlements/decide",      "",                   ADMIN_NONE),
    ("post", "/admin/v1/settlements/ask",         "",                   ADMIN_NONE),
    ("get",  "/admin/v1/schedules",               "",                   ADMIN),
    // The world has no schedule of the body's identifier, and what it previews is one that can be set.
    ("post", "/admin/v1/schedules/change",        "",                   ADMIN_NONE),
    ("post", "/admin/v1/schedules/preview",       "",                   ADMIN),
    ("get",  "/admin/v1/holidays",                "?year=2026",         ADMIN),
    // The zone that the body names is not there.
    ("post", "/admin/v1/holidays",                "",                   ADMIN_NONE),
    ("get",  "/admin/v1/work-leave",              "",                   ADMIN),
    // There is no such leave.
    ("post", "/admin/v1/work-leave",              "",                   ADMIN_NONE),
    ("get",  "/admin/v1/parts",                   "",                   ADMIN),
    // There is no such part.
    ("post", "/admin/v1/parts",                   "",                   ADMIN_NONE),
    ("get",  "/admin/v1/calendar-feeds",          "",                   ADMIN),
    ("post", "/admin/v1/calendar-feeds/change",   "",                   ADMIN_NONE),
    // It goes by its address and by nothing else; and this is none.
    ("get",  "/calendar/{token}",                 "",                   [404; 6]),
    ("get",  "/admin/v1/money/campaigns",         "",                   ADMIN),
    ("post", "/admin/v1/money/campaigns",         "",                   ADMIN),
    ("get",  "/admin/v1/money/campaigns/{id}",     "",                  ADMIN_NONE),
    ("get",  "/admin/v1/money/campaigns/{id}/csv", "",                  ADMIN_NONE),
    // The campaign made above is a draft, which cannot be paused, and has the code of the voucher.
    ("post", "/admin/v1/money/campaigns/state",   "",                   ADMIN_BAD),
    ("post", "/admin/v1/money/vouchers",          "",                   ADMIN_BAD),
    ("get",  "/admin/v1/money/tariffs",           "",                   ADMIN),
    ("post", "/admin/v1/money/tariffs",           "",                   ADMIN),
    ("post", "/admin/v1/money/tariffs/withdraw",  "",                   ADMIN),
];

/// A body that every route can read, about rows that are not there.
fn any_body() -> Value {
    let nil = uuid::Uuid::nil();
    let mut body = json!({
        "protocol": 1, "app": "t", "cursors": [], "outbox": nil, "ops": [],
        "id": nil, "connection": nil, "meter": nil, "t": 0, "declared": "wrong", "key": nil, "of": nil, "amount": 50_000, "reason": "Uji coba", "method": "qris", "to": "paused",
        "notifications": [], "provider": "fcm", "token": "uji", "wanted": true, "messages": [],
        "note": "Uji coba", "user": nil, "deed": "sign_out", "reference": "TRF-1", "approve": true, "limit": { "method": "qris", "least": 1, "most": 10_000_000 },
        "version": {
            "class": "residential", "effective_from": sync_server::core::now().0 / 86_400_000 + 30, "mode": "flat",
            "blocks": [{ "up_to": null, "price_per_m3": 2_000 }], "monthly_fee": 0, "minimum_top_up": 10_000, "tax_per_mille": 0,
            "lifeline_per_day": 0, "decree": "SK 1/2026"
        },
        "voucher": {
            "code": "UJI", "benefit": { "kind": "percentage", "value": 100 }, "minimum_purchase": 0, "valid_from": 0, "valid_until": 1,
            "classes": [], "customers": [], "state": "draft", "maximum_discount": null, "total_limit": null, "customer_limit": null
        },
    });
    body["zone"] = json!(nil);
    body["change"] = json!({ "what": "rename", "rev": 1, "name": "Uji" });
    body["inflow"] = json!({ "what": "limit", "per_mille": 100 });
    body["invite"] = json!({ "what": "again" });
    body["credential"] = json!("issue");
    body["name"] = json!("Uji");
    body["letterhead"] = json!({ "address": "Jl. Uji 1" });
    body["do"] = json!("open_valve");
    body["import"] = json!(nil);
    body["limits"] = json!({ "per_row": 1_000_000, "per_import": 50_000_000 });
    body["tampering_to_customers"] = json!(true);
    body["meters"] = json!([nil]);
    body["customers"] = json!([nil]);
    body["serial"] = json!("WM-UJI-1");
    body["cashier"] = json!(nil);
    (body["day"], body["round"], body["month"]) = (json!(20_000), json!(0), json!(24_322));
    (body["seen"], body["counted"]) = (json!(0), json!(0));
    (body["file"], body["rows"], body["lines"]) = (json!(nil), json!(0), json!([]));
    (body["first_at"], body["last_at"]) = (json!(0), json!(0));
    body["does"] = json!("accept");
    (body["schedule"], body["run"], body["feed"]) = (json!(nil), json!(nil), json!(nil));
    body["plan"] = json!({
        "name": "Uji coba", "work": "inspection", "trigger": { "by": "calendar", "rule": "FREQ=DAILY", "start": 20_000 },
        "on_off_day": "next", "from_minute": 480, "window_minutes": 480, "job_minutes": 45, "horizon_days": 60
    });
    body["act"] = json!({ "what": "pause", "rev": 1 });
    body["access"] = json!({ "what": "revoke" });
    (body["leave"], body["absence"]) = (json!(nil), json!({ "what": "remove" }));
    (body["part"], body["stock"]) = (json!(nil), json!({ "what": "remove" }));
    body["kind"] = json!("local");
    // The world has switched closing off, which is the first change.
    body["rev"] = json!(1);
    body["set"] = json!({ "what": "closing", "closes": false, "from_hour": 20, "until_hour": 8 });
    body
}

/// The routes of the document: method and path.
fn routes(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    paths
        .flat_map(|(path, methods)| methods.as_object().expect("methods").keys().map(|method| (method.clone(), path.clone())))
        .collect()
}

#[test]
fn every_route_has_its_own_line_in_the_permission_matrix() {
    let document = serde_json::to_value(sync_server::router::openapi()).expect("JSON");
    let lines: Vec<_> = MATRIX.iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    let covered: BTreeSet<_> = lines.iter().cloned().collect();
    assert_eq!(covered.len(), lines.len(), "a route has two lines");
    let routes = routes(&document);
    assert_eq!(routes.difference(&covered).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "routes without a line");
    assert_eq!(covered.difference(&routes).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "lines without a route");
}

/// Each caller with its token, in the order of [`Answers`].
async fn callers(running: &Running) -> Vec<(&'static str, Option<String>)> {
    let mut callers = vec![("nobody", None), ("forged", Some("bm90IGEgdG9rZW4".to_owned()))];
    for (name, _) in USERS {
        callers.push((name, Some(running.tokens(name).await.access_token)));
    }
    callers
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_each_caller_as_the_permission_matrix_says() {
    let running = World::new().start().await;
    let callers = callers(&running).await;
    let (nil, nowhere) = (uuid::Uuid::nil().to_string(), uuid::Uuid::now_v7().to_string());
    let mut wrong = Vec::new();
    for (method, path, query, answers) in MATRIX {
        // Signing out ends a session: those are of sessions of their own.
        let once = if *path == "/auth/v1/sign-out" { Some(self::callers(&running).await) } else { None };
        let url = format!("{path}{query}").replace("{bucket}", "admin").replace("{sha256}", &"a".repeat(64));
        let url = url.replace("{id}", &nowhere).replace("{nil}", &nil);
        let method: Method = method.to_uppercase().parse().expect("a method");
        for ((caller, token), expected) in once.as_ref().unwrap_or(&callers).iter().zip(answers) {
            let body = (method == Method::POST).then(any_body);
            let (status, answer) = send(&running, method.clone(), &url, token.as_deref(), body).await;
            if status.as_u16() != *expected {
                wrong.push(format!("{method} {path} by {caller}: {status}, expected {expected}: {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    running.server.stop().await;
}
