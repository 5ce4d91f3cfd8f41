//! What a message of the gateway says beside its status: a fee on the payer's side, the gateway's own name of the transaction, and what is
//! known of the payer. All of it is optional, and is read with tolerance: what cannot be read is not there.

use domain::Rupiah;
use domain::sales::payment::GrossAmount;
use serde_json::Value;

/// Characters of a text of the gateway's that are kept.
const KEPT: usize = 120;

/// What a message says beside its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Particulars {
    /// The amount before a fee was added on the payer's side.
    pub original: Option<Rupiah>,
    /// The gateway's own name of the transaction.
    pub gateway_id: Option<String>,
    /// The gateway's word for the status, whether known here or not.
    pub reported: String,
    /// The gateway's word for the method.
    pub method: String,
    /// What is known of who paid: an account, a masked card, a wallet, a name.
    pub payer: String,
}

impl Particulars {
    /// Out of a message.
    pub fn of(body: &Value) -> Self {
        let original = extra_info(&body["metadata"]).and_then(|info| amount(&info["gross_amount_info"]["original_amount"]));
        Self {
            original,
            gateway_id: text(&body["transaction_id"]),
            reported: text(&body["transaction_status"]).unwrap_or_default(),
            method: text(&body["payment_type"]).unwrap_or_default(),
            payer: payer(body),
        }
    }

    /// What the payer paid on top of an amount that was agreed on, if a message that names `gross` is about that amount.
    ///
    /// The signature does not cover `original`, but it does cover `gross`, and nothing above that is believed.
    pub fn fee_on(&self, agreed: Rupiah, gross: Rupiah) -> Option<Rupiah> {
        let is_part = self.original == Some(agreed) && agreed <= gross;
        if agreed == gross || is_part { Some(Rupiah(gross.0 - agreed.0)) } else { None }
    }
}

/// `metadata.extra_info`: metadata comes as an object, and where it was passed through a form, as its text.
fn extra_info(metadata: &Value) -> Option<Value> {
    let read = match metadata {
        Value::String(text) => serde_json::from_str(text).ok()?,
        other => other.clone(),
    };
    read.get("extra_info").cloned()
}

/// An amount as text or as a number, of whole rupiah and above nought.
fn amount(value: &Value) -> Option<Rupiah> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    text.parse::<GrossAmount>().ok().map(|amount| amount.rupiah()).filter(|amount| amount.0 > 0)
}

fn text(value: &Value) -> Option<String> {
    let short: String = value.as_str()?.chars().filter(|c| !c.is_control()).take(KEPT).collect();
    if short.trim().is_empty() { None } else { Some(short) }
}

fn payer(body: &Value) -> String {
    let account = &body["va_numbers"][0];
    let customer = &body["customer_details"];
    let parts = [
        &customer["first_name"],
        &customer["last_name"],
        &customer["phone"],
        &customer["email"],
        &account["bank"],
        &account["va_number"],
        &body["permata_va_number"],
        &body["bank"],
        &body["masked_card"],
        &body["issuer"],
        &body["acquirer"],
    ];
    let known: Vec<String> = parts.into_iter().filter_map(text).collect();
    known.join(" ").chars().take(KEPT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(original: Value) -> Particulars {
        Particulars::of(&json!({ "metadata": { "extra_info": { "gross_amount_info": { "original_amount": original } } } }))
    }

    #[test]
    fn a_fee_is_what_is_above_the_amount_that_was_agreed_on_and_nothing_else() {
        let (agreed, gross) = (Rupiah(100_000), Rupiah(100_710));
        for original in [json!(100_000), json!("100000"), json!("100000.00")] {
            assert_eq!(of(original).fee_on(agreed, gross), Some(Rupiah(710)));
        }
        for original in [json!(99_999), json!(100_710), json!(100_000.5), json!(-100_000), json!(null), json!([100_000])] {
            assert_eq!(of(original.clone()).fee_on(agreed, gross), None, "{original}");
        }
        assert_eq!(of(json!(100_000)).fee_on(agreed, Rupiah(50_000)), None, "more than was paid is no part of it");
        assert_eq!(Particulars::default().fee_on(agreed, agreed), Some(Rupiah(0)));
    }

    #[test]
    fn whatever_a_message_holds_nothing_is_made_up() {
        for body in [json!(null), json!([]), json!("x"), json!({ "metadata": "{", "transaction_id": 5, "va_numbers": {} })] {
            assert_eq!(Particulars::of(&body), Particulars::default(), "{body}");
        }
    }
}
