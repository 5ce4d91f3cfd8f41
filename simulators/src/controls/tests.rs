//! The controls over their own door: who is let in, what is refused, and what a fault does to the list.

use super::*;
use crate::plan::{Plan, PlannedMeter};
use domain::people::ConnectionKind;
use domain::{MeterId, TimeZone, UtcMillis};
use reqwest::RequestBuilder;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use uuid::Uuid;

fn fleet() -> Fleet {
    let meter = |serial: &str| PlannedMeter {
        id: MeterId(Uuid::nil()),
        serial: serial.parse().expect("a serial"),
        secret: String::new(),
        kind: ConnectionKind::Residential,
        time_zone: TimeZone::Jakarta,
        interval_s: 60,
        customer: "<b>Sari</b>".into(),
        leak: None,
    };
    Fleet::new(&Plan {
        password: String::new(),
        gateway: (String::new(), String::new()),
        since: UtcMillis(0),
        meters: vec![meter("WM-1"), meter("WM-2")],
        controls: None,
    })
}

struct Door {
    controls: Controls,
    http: reqwest::Client,
}

impl Door {
    async fn open() -> Self {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
        Self { controls: serve(0, fleet()).await.expect("serves"), http }
    }

    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.controls.address)
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(self.at(path))
    }

    fn begin(&self, body: &Value) -> RequestBuilder {
        self.http.post(self.at("/faults")).json(body)
    }

    async fn meters(&self) -> Vec<MeterView> {
        let answer = self.get("/meters").bearer_auth(&self.controls.token).send().await.expect("an answer");
        answer.json().await.expect("meters")
    }
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn the_printed_address_lets_a_browser_in_and_no_other_does() {
    let door = Door::open().await;
    assert!(door.controls.address.ip().is_loopback());
    assert_eq!(status(door.get("/")).await, 403);
    assert_eq!(status(door.get("/open?token=wrong")).await, 403);
    let opened = door.http.get(door.controls.url()).send().await.expect("an answer");
    let cookie = opened.headers()[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    let page = door.get("/?lang=en").header(header::COOKIE, format!("other=1; {pair}")).send().await.expect("an answer");
    assert_eq!(page.status(), 200);
    assert!(page.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").contains("frame-ancestors 'none'"));
    assert!(page.text().await.expect("a page").contains("Demo controls"));
    assert_eq!(status(door.get("/").header(header::COOKIE, format!("{pair}x"))).await, 403);
    assert_eq!(status(door.get("/meters").bearer_auth("")).await, 403);
}

#[tokio::test]
async fn a_page_elsewhere_steers_no_meter() {
    let door = Door::open().await;
    let (token, body) = (door.controls.token.clone(), json!({ "meter": "WM-1", "kind": "drip" }));
    let cookie = format!("{COOKIE}{token}");
    let by_cookie = || door.begin(&body).header(header::COOKIE, &cookie);
    let port = door.controls.address.port();
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1", &format!("https://127.0.0.1:{port}"), "http://"] {
        assert_eq!(status(by_cookie().header(header::ORIGIN, origin)).await, 403, "{origin}");
        assert_eq!(status(door.begin(&body).bearer_auth(&token).header(header::ORIGIN, origin)).await, 403, "{origin}");
    }
    for host in ["evil.example", "evil.example:80", "127.0.0.1", &format!("evil.example:{port}")] {
        assert_eq!(status(door.get("/meters").bearer_auth(&token).header(header::HOST, host)).await, 403, "{host}");
        assert_eq!(status(door.get(&format!("/open?token={token}")).header(header::HOST, host)).await, 403, "{host}");
    }
    assert_eq!(status(by_cookie()).await, 403, "a browser says where a change comes from");
    assert!(door.meters().await.iter().all(|meter| meter.fault.is_none()), "nothing was changed");
    assert_eq!(status(by_cookie().header(header::ORIGIN, format!("http://127.0.0.1:{port}"))).await, 200);
    assert_eq!(status(by_cookie().header(header::ORIGIN, format!("http://localhost:{port}"))).await, 200);
}

#[tokio::test]
async fn a_fault_is_begun_shown_replaced_and_ended() {
    let door = Door::open().await;
    let asked = Asked {
        meter: "WM-2".parse().expect("a serial"),
        kind: Kind::Drip,
        rate_lph: Some(12),
        for_s: Some(7_200),
        over_s: None,
        by_s: None,
    };
    let begun = caller::begin(&door.controls, &asked).await.expect("begun");
    let fault = door.meters().await[1].fault.clone().expect("a fault");
    assert_eq!(begun.fault.as_ref(), Some(&fault));
    assert_eq!((fault.kind, fault.rate_lph), (Kind::Drip, Some(12)));
    assert_eq!(fault.until.expect("an end").since(fault.since), 7_200_000);
    assert_eq!(begun.to_string(), "WM-2 (<b>Sari</b>): drip, 12 L/h, ends after 7200 s");
    let wrong = caller::end(&door.controls, &asked.meter, Some(Kind::Burst)).await.expect_err("another kind");
    assert_eq!(wrong.to_string(), "WM-2 has drip, not burst");
    let silence = Asked { kind: Kind::Silence, rate_lph: None, for_s: None, ..asked.clone() };
    assert!(caller::begin(&door.controls, &silence).await.expect("replaced").is_silent);
    let ended = caller::end(&door.controls, &asked.meter, None).await.expect("ended");
    assert_eq!((ended.fault, ended.is_silent), (None, false));
    let again = caller::end(&door.controls, &asked.meter, Some(Kind::Silence)).await.expect("it has none");
    assert_eq!(again.to_string(), "WM-2 (<b>Sari</b>): ordinary");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_and_nothing_changes() {
    let door = Door::open().await;
    let token = door.controls.token.clone();
    let refusals = [
        (json!({ "meter": "WM-9", "kind": "drip" }), 404, "there is no meter WM-9 in this demo"),
        (json!({ "meter": "WM-1", "kind": "silence", "rate_lph": 3 }), 400, "has no rate"),
        (json!({ "meter": "WM-1", "kind": "drip", "rate_lph": 3_000_000 }), 400, "a rate is from 1 to 2000 L/h"),
        (json!({ "meter": "WM-1", "kind": "drip", "for_s": 0 }), 400, "a time is from one second"),
        (json!({ "meter": "WM-1", "kind": "flood" }), 422, "unknown variant"),
        (json!({ "meter": "WM-1" }), 422, "missing field `kind`"),
        (json!([]), 422, "invalid length"),
    ];
    for (body, code, why) in refusals {
        let answer = door.begin(&body).bearer_auth(&token).send().await.expect("an answer");
        assert_eq!(answer.status(), code, "{body}");
        let problem: Problem = answer.json().await.expect("a problem");
        assert!(problem.error.contains(why), "{body}: {}", problem.error);
    }
    assert_eq!(status(door.http.post(door.at("/faults")).bearer_auth(&token).body("{}")).await, 415);
    assert_eq!(status(door.http.delete(door.at("/faults/WM-1?kind=flood")).bearer_auth(&token)).await, 400);
    let long = json!({ "meter": "WM-1", "kind": "x".repeat(BODY) });
    assert_eq!(status(door.begin(&long).bearer_auth(&token)).await, 413);
    assert!(door.meters().await.iter().all(|meter| meter.fault.is_none()));
}
