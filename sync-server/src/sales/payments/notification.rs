//! What Midtrans sends, as a notification or in answer to a status call.

use crate::sales::payments::gateway::StatusAnswer;
use crate::sales::payments::particulars::Particulars;
use crate::sales::payments::reports::GatewayMessage;
use crate::sales::rows::payments::Source;
use domain::Rupiah;
use domain::sales::payment::{Fraud, GatewayReport, GrossAmount, OrderId, Status};
use serde::{Deserialize, Deserializer};

/// A notification; fields without a use here are left out.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct Notification {
    /// Our name of the payment.
    pub order_id: String,
    /// Its code, as the text that is signed.
    pub status_code: String,
    /// Its amount, as the text that is signed.
    pub gross_amount: String,
    /// `SHA512(order_id + status_code + gross_amount + server_key)` in hex.
    #[serde(default)]
    pub signature_key: String,
    /// The payment's status.
    #[serde(default, deserialize_with = "word")]
    pub transaction_status: String,
    /// What fraud detection says; most methods have none.
    #[serde(default, deserialize_with = "text_or_number")]
    pub fraud_status: Option<String>,
    /// What was given back.
    #[serde(default, deserialize_with = "text_or_number")]
    pub refund_amount: Option<String>,
    /// The refunds one by one.
    #[serde(default, deserialize_with = "readable")]
    pub refunds: Vec<Refunded>,
}

/// One refund.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct Refunded {
    /// How much.
    #[serde(default, deserialize_with = "text_or_number")]
    pub refund_amount: Option<String>,
}

/// Midtrans writes amounts of refunds as text in one place and as numbers in another.
fn text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<serde_json::Value>::deserialize(from)? {
        None | Some(serde_json::Value::Null) => None,
        Some(serde_json::Value::String(text)) => Some(text),
        Some(other) => Some(other.to_string()),
    })
}

/// A word; an empty one, which no status has, where none stands there.
fn word<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    text_or_number(from).map(Option::unwrap_or_default)
}

/// The refunds that can be read: what is no list of them must not keep a payment from being credited.
fn readable<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Refunded>, D::Error> {
    let all = match serde_json::Value::deserialize(from)? {
        serde_json::Value::Array(all) => all,
        _ => Vec::new(),
    };
    let objects = all.into_iter().filter(serde_json::Value::is_object);
    Ok(objects.filter_map(|refund| serde_json::from_value(refund).ok()).collect())
}

fn rupiah(text: Option<&String>) -> Option<Rupiah> {
    text.and_then(|text| text.parse::<GrossAmount>().ok()).map(|amount| amount.rupiah())
}

impl Notification {
    /// All that was given back: the list is of all refunds, the single amount is not always.
    fn refunded(&self) -> Option<Rupiah> {
        let listed: i64 =
            self.refunds.iter().filter_map(|refund| rupiah(refund.refund_amount.as_ref())).map(|amount| amount.0).sum();
        if listed > 0 { Some(Rupiah(listed)) } else { rupiah(self.refund_amount.as_ref()) }
    }

    fn gateway_report(&self) -> Option<GatewayReport> {
        let status = Status::of(&self.transaction_status)?;
        let fraud = Fraud::of(self.fraud_status.as_deref());
        // A charge without the code of success is not paid: it waits for a person at the gateway.
        let is_charge = matches!(status, Status::Capture | Status::Settlement);
        let fraud = if is_charge && self.status_code != "200" && fraud == Fraud::Accept { Fraud::Challenge } else { fraud };
        // A part that has no amount is not a part that is known.
        let is_vague = status == Status::PartialRefund && self.refunded().is_none();
        (!is_vague).then(|| GatewayReport { status, fraud, refunded: self.refunded() })
    }

    /// Its amount, if that is whole rupiah.
    pub fn gross(&self) -> Option<Rupiah> {
        self.gross_amount.parse::<GrossAmount>().ok().map(|gross| gross.rupiah())
    }

    /// As a message; `None` if its order or amount cannot be ones.
    pub fn message(&self, body: &str) -> Option<GatewayMessage> {
        let order: OrderId = self.order_id.parse().ok()?;
        self.gross()?;
        Some(self.answer(body).into_message(order, Source::Webhook))
    }

    /// As an answer to a status call.
    pub fn answer(&self, body: &str) -> StatusAnswer {
        let particulars = serde_json::from_str(body).map_or_else(|_| Particulars::default(), |body| Particulars::of(&body));
        StatusAnswer {
            gross: self.gross().unwrap_or_default(),
            particulars,
            report: self.gateway_report(),
            body: body.to_owned(),
        }
    }

    /// Whether it was sent by the button "test" of the gateway's dashboard, and is about nothing.
    pub fn is_test(&self) -> bool {
        self.order_id.starts_with("payment_notif_test_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: serde_json::Value) -> Notification {
        let mut body = serde_json::json!({ "order_id": "IW-1", "status_code": "200", "gross_amount": "100000.00" });
        body.as_object_mut().unwrap().extend(json.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn a_charge_without_the_code_of_success_is_not_paid() {
        for code in ["201", "202", "407", ""] {
            let report =
                of(serde_json::json!({ "transaction_status": "settlement", "status_code": code })).gateway_report().unwrap();
            assert_eq!(report.fraud, Fraud::Challenge, "{code}");
        }
        assert_eq!(of(serde_json::json!({ "transaction_status": "settlement" })).gateway_report().unwrap().fraud, Fraud::Accept);
    }

    #[test]
    fn all_refunds_count_and_a_part_without_an_amount_is_not_understood() {
        let listed = serde_json::json!({ "transaction_status": "partial_refund", "refund_amount": "20000.00",
            "refunds": [{ "refund_amount": "30000.00" }, { "refund_amount": 20000 }] });
        assert_eq!(of(listed).gateway_report().unwrap().refunded, Some(Rupiah(50_000)));
        let single = serde_json::json!({ "transaction_status": "partial_refund", "refund_amount": 20000 });
        assert_eq!(of(single).gateway_report().unwrap().refunded, Some(Rupiah(20_000)));
        assert_eq!(of(serde_json::json!({ "transaction_status": "partial_refund" })).gateway_report(), None);
        assert_eq!(of(serde_json::json!({ "transaction_status": "made_up_later" })).gateway_report(), None);
    }

    #[test]
    fn a_field_that_cannot_be_read_keeps_no_message_from_being_read() {
        for refunds in
            [serde_json::json!(null), serde_json::json!({}), serde_json::json!("x"), serde_json::json!([null, 5, ["7"]])]
        {
            let paid = serde_json::json!({ "transaction_status": "settlement", "refunds": refunds });
            assert_eq!(of(paid).gateway_report().map(|report| report.status), Some(Status::Settlement), "{refunds}");
            let part = serde_json::json!({ "transaction_status": "partial_refund", "refund_amount": 20000, "refunds": refunds });
            assert_eq!(of(part).gateway_report().unwrap().refunded, Some(Rupiah(20_000)), "{refunds}");
        }
        for status in [serde_json::json!(null), serde_json::json!(7), serde_json::json!([])] {
            assert_eq!(of(serde_json::json!({ "transaction_status": status })).gateway_report(), None, "{status}");
        }
        let odd = serde_json::json!({ "transaction_status": "settlement", "fraud_status": 7 });
        assert_eq!(of(odd).gateway_report().unwrap().fraud, Fraud::Challenge, "what nobody understands is not accepted");
    }
}
