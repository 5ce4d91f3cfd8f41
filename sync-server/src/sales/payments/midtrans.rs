//! Midtrans over HTTP: Snap for its page, the Core API for the rest.

use crate::error::Error;
use crate::sales::payments::config::{Endpoint, Service};
use crate::sales::payments::gateway::{Failure, Gateway, Instructions, PaymentRequest, RefundRequest, Started, StatusAnswer};
use crate::sales::payments::notification::Notification;
use crate::sales::payments::particulars::Particulars;
use domain::sales::payment::{Method, OrderId, Status};
use domain::{TimeZone, UtcMillis};
use futures_util::future::BoxFuture;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// Without an answer within this time, whether it was done is not known.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Bytes of an answer at most.
const LONGEST: usize = 256 * 1024;

/// The client.
pub struct Midtrans {
    http: Client,
    service: Service,
    notify: Option<String>,
}

/// The part of any answer that has the outcome.
#[derive(Deserialize)]
struct Outcome {
    #[serde(default)]
    status_code: Option<String>,
    #[serde(default)]
    status_message: String,
    #[serde(default)]
    error_messages: Vec<String>,
}

impl Midtrans {
    /// A client by its configuration. `http` is where this server listens.
    ///
    /// # Errors
    /// The address is not one that a key may be sent to: it is neither encrypted nor on this machine.
    pub fn new(service: &Service, http: SocketAddr) -> Result<Self, Error> {
        let setup = |text: String| Error::Setup(format!("payments: {text}"));
        let url: Url = service.service.core().parse().map_err(|error| setup(format!("the service's address: {error}")))?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let is_near = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        if url.scheme() != "https" && !is_near {
            return Err(setup("a service that is not on this machine has an https:// address".into()));
        }
        let near = || is_near.then(|| format!("http://{http}/payments/v1/midtrans"));
        let notify = service.notify.clone().or_else(near);
        // A redirect could carry the key elsewhere.
        let client = Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build();
        let client = client.map_err(|error| setup(format!("no TLS: {error}")))?;
        Ok(Self { http: client, service: service.clone(), notify })
    }

    async fn send(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let request = request.basic_auth(self.service.server_key.expose(), Some("")).header("accept", "application/json");
        // The address of a request names its order and no secret.
        let unreachable = |error: reqwest::Error| Failure::Unreachable(error.to_string());
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&part);
            if body.len() > LONGEST {
                return Err(Failure::Unreadable("it is too long".into()));
            }
        }
        judge(status, &body)
    }

    fn core(&self, order: &OrderId, what: &str) -> String {
        format!("{}/v2/{order}/{what}", self.service.service.core())
    }

    async fn start(&self, request: PaymentRequest) -> Result<Started, Failure> {
        let (path, body) = asked_for(&request);
        let host = if request.method == Method::Page { self.service.service.snap() } else { self.service.service.core() };
        let mut call = self.http.post(format!("{host}{path}"));
        call = call.header("Idempotency-Key", request.key.to_string()).json(&body);
        if let Some(notify) = &self.notify {
            call = call.header("X-Override-Notification", notify);
        }
        let answer = self.send(call).await?;
        let mut how = instructions(&answer, request.expires_at)?;
        if let Endpoint::At(stand_in) = &self.service.service {
            how.simulator = Some(simulator(stand_in, &request));
        }
        Ok(Started { how, gateway_id: Particulars::of(&answer).gateway_id })
    }

    /// Sends a request that changes a transaction. Only an answer that names a known status says that it was done.
    async fn change(&self, request: RequestBuilder) -> Result<Status, Failure> {
        let answer = self.send(request).await?;
        let status = answer["transaction_status"].as_str().and_then(Status::of);
        status.ok_or_else(|| Failure::Unreadable("it names no status".into()))
    }
}

/// The path and the body of a request to begin a payment. It says when the time to pay begins, so that it ends at our deadline to the second:
/// the gateway counts whole minutes, and otherwise from when it was asked.
fn asked_for(request: &PaymentRequest) -> (&'static str, Value) {
    let details = json!({ "order_id": request.order, "gross_amount": request.gross });
    let (begins, minutes) = (stamp(request.span.0), request.span.1);
    let mut body = match request.method {
        Method::Page => {
            let expiry = json!({ "start_time": begins, "duration": minutes, "unit": "minutes" });
            let mut body = json!({ "transaction_details": details, "expiry": expiry });
            if let Some(back) = &request.back {
                body["callbacks"] = json!({ "finish": back });
            }
            return ("/snap/v1/transactions", body);
        }
        Method::VirtualAccount(bank) => json!({ "payment_type": "bank_transfer", "bank_transfer": { "bank": bank.as_str() } }),
        Method::Gopay => match &request.back {
            Some(back) => json!({ "payment_type": "gopay", "gopay": { "enable_callback": true, "callback_url": back } }),
            None => json!({ "payment_type": "gopay" }),
        },
        Method::Qris => json!({ "payment_type": "qris", "qris": { "acquirer": "gopay" } }),
    };
    body["transaction_details"] = details;
    body["custom_expiry"] = json!({ "order_time": begins, "expiry_duration": minutes, "unit": "minute" });
    ("/v2/charge", body)
}

/// `2026-11-29 14:05:27 +0700`, as the gateway writes an instant.
fn stamp(t: UtcMillis) -> String {
    let zone = TimeZone::Jakarta;
    let ((year, month, day), (hour, minute)) = (zone.day_of(t).ymd(), zone.clock_of(t));
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{:02} +0700", t.0.div_euclid(1_000).rem_euclid(60))
}

/// Where a payment is paid at a stand-in, and the way back from there.
fn simulator(stand_in: &str, request: &PaymentRequest) -> String {
    let plain = format!("{stand_in}/find?q={}", request.order);
    let (Some(back), Ok(mut url)) = (&request.back, plain.parse::<Url>()) else { return plain };
    url.query_pairs_mut().append_pair("back", back);
    url.into()
}

/// What an answer comes to. Midtrans has the outcome in the body, and not always in the status of HTTP as well.
fn judge(status: StatusCode, body: &[u8]) -> Result<Value, Failure> {
    let text = || String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
    if status.is_server_error() {
        return Err(Failure::Broken(status.to_string()));
    }
    let unreadable = || Failure::Unreadable(text());
    let answer: Value = serde_json::from_slice(body).map_err(|_| unreadable())?;
    if !answer.is_object() {
        return Err(unreadable());
    }
    let outcome = Outcome::deserialize(&answer).map_err(|_| unreadable())?;
    // Snap names no code in its body: a page has an address, and a refusal says why. Anything else comes from somebody in between.
    let is_snap = answer["redirect_url"].is_string() || !outcome.error_messages.is_empty();
    let code = outcome.status_code.or_else(|| is_snap.then(|| status.as_str().to_owned())).ok_or_else(unreadable)?;
    let message = outcome.error_messages.first().cloned().unwrap_or(outcome.status_message);
    // An expired transaction has code 407 and is an answer all the same; so has one that was denied, 202.
    let is_answer = code.starts_with('2') || (code == "407" && answer["transaction_status"].is_string());
    match code.as_str() {
        _ if is_answer && !status.is_client_error() => Ok(answer),
        "401" => Err(Failure::Key),
        "404" => Err(Failure::Unknown),
        "429" => Err(Failure::Broken("too many requests".into())),
        code if code.starts_with('5') => Err(Failure::Broken(format!("{code} {message}"))),
        _ => Err(Failure::Refused { code, message }),
    }
}

/// What the customer needs to pay, out of an answer.
fn instructions(answer: &Value, expires_at: UtcMillis) -> Result<Instructions, Failure> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let action = |name: &str| {
        let actions = answer["actions"].as_array()?;
        actions.iter().find(|action| action["name"] == name).and_then(|action| text(&action["url"]))
    };
    let status = answer["transaction_status"].as_str().and_then(Status::of);
    if status.is_none() && !answer["redirect_url"].is_string() {
        return Err(Failure::Unreadable("it names no status".into()));
    }
    if matches!(status, Some(Status::Deny | Status::Failure)) {
        return Err(Failure::Refused { code: "202".into(), message: text(&answer["status_message"]).unwrap_or_default() });
    }
    let found = Instructions {
        account: text(&answer["va_numbers"][0]["va_number"]).or_else(|| text(&answer["permata_va_number"])),
        qr: text(&answer["qr_string"]),
        url: text(&answer["redirect_url"]).or_else(|| action("deeplink-redirect")),
        simulator: None,
        expires_at,
    };
    let is_payable = found.account.is_some() || found.qr.is_some() || found.url.is_some();
    if is_payable { Ok(found) } else { Err(Failure::Unreadable("it says no way to pay".into())) }
}

impl Gateway for Midtrans {
    fn start(&self, request: PaymentRequest) -> BoxFuture<'_, Result<Started, Failure>> {
        Box::pin(self.start(request))
    }

    fn status(&self, order: OrderId) -> BoxFuture<'_, Result<StatusAnswer, Failure>> {
        Box::pin(async move {
            let answer = self.send(self.http.get(self.core(&order, "status"))).await?;
            let body = answer.to_string();
            let read: Notification = serde_json::from_value(answer).map_err(|error| Failure::Unreadable(error.to_string()))?;
            // It was asked for by our name of the order and with our key: whichever name it comes back with, it is about that order.
            Ok(read.answer(&body))
        })
    }

    fn cancel(&self, order: OrderId) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            match self.change(self.http.post(self.core(&order, "cancel"))).await? {
                Status::Cancel | Status::Expire | Status::Deny | Status::Failure => Ok(()),
                other => Err(Failure::Refused { code: "412".into(), message: format!("it is at {other}") }),
            }
        })
    }

    fn refund(&self, order: OrderId, request: RefundRequest) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            let body = json!({ "refund_key": request.key, "amount": request.amount, "reason": request.reason });
            let call = self.http.post(self.core(&order, "refund")).header("Idempotency-Key", &request.key).json(&body);
            self.change(call).await.map(|_| ())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sales::payments::config::{Endpoint, ServerKey};

    #[test]
    fn a_key_goes_over_tls_or_not_at_all_unless_it_stays_on_this_machine() {
        let http = SocketAddr::from(([127, 0, 0, 1], 1));
        let service =
            |at: &str| Service { server_key: ServerKey::new("k"), service: Endpoint::At(at.into()), notify: None, finish: None };
        for (at, is_taken) in [
            ("http://127.0.0.1:9", true),
            ("http://localhost:9", true),
            ("http://[::1]:9", true),
            ("https://pay.example", true),
            ("http://pay.example", false),
            ("http://127.0.0.1.pay.example", false),
            ("pay", false),
        ] {
            assert_eq!(Midtrans::new(&service(at), http).is_ok(), is_taken, "{at}");
        }
    }

    #[test]
    fn the_outcome_is_read_from_the_body_or_the_status_of_http() {
        let failure = |status: u16, body: &str| judge(StatusCode::from_u16(status).unwrap(), body.as_bytes()).err();
        assert_eq!(failure(200, r#"{"status_code":"201","status_message":"ok"}"#), None);
        assert_eq!(failure(201, r#"{"token":"t","redirect_url":"u"}"#), None);
        assert_eq!(failure(200, r#"{"status_code":"407","transaction_status":"expire"}"#), None);
        assert_eq!(failure(200, r#"{"status_code":"404","status_message":"no"}"#), Some(Failure::Unknown));
        assert_eq!(failure(401, r#"{"error_messages":["no"]}"#), Some(Failure::Key));
        assert_eq!(failure(200, r#"{"status_code":"500"}"#), Some(Failure::Broken("500 ".into())));
        assert!(matches!(failure(502, "<html>"), Some(Failure::Broken(_))));
        for none in ["<html>", "", "[]", "null", "\"200\"", "{}", r#"{"message":"blocked"}"#, r#"{"status_code":200}"#] {
            for status in [200, 400, 403, 404] {
                assert!(matches!(failure(status, none), Some(Failure::Unreadable(_))), "{status} {none}");
            }
        }
        let refused = Failure::Refused { code: "406".into(), message: "twice".into() };
        assert_eq!(failure(406, r#"{"status_code":"406","status_message":"twice"}"#), Some(refused));
    }
}
