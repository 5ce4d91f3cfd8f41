//! A transaction in Midtrans' words: bodies of answers and notifications.

use super::book::Transaction;
use domain::sales::payment::qris::Qris;
use domain::sales::payment::{Bank, GrossAmount, Method, Status};
use domain::{TimeZone, UtcMillis};
use serde_json::{Value, json};

/// `2026-11-25 13:05:09`: Midtrans writes times of Jakarta, without saying so.
pub fn jakarta(at: UtcMillis) -> String {
    let zone = TimeZone::Jakarta;
    let (year, month, day) = zone.day_of(at).ymd();
    let (hour, minute) = zone.clock_of(at);
    let second = at.0.div_euclid(1_000).rem_euclid(60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// `status_code` of a status.
pub fn code(status: Status) -> &'static str {
    match status {
        Status::Authorize | Status::Pending => "201",
        Status::Deny | Status::Failure => "202",
        Status::Expire => "407",
        _ => "200",
    }
}

/// The code's sentence.
fn message(status: Status) -> &'static str {
    match status {
        Status::Pending => "Success, transaction is created (SIMULASI)",
        Status::Deny | Status::Failure => "Deny by bank (SIMULASI)",
        Status::Expire => "Success, transaction is expired (SIMULASI)",
        Status::Cancel => "Success, transaction is canceled (SIMULASI)",
        Status::Refund | Status::PartialRefund => "Success, refund request is approved (SIMULASI)",
        _ => "Success, transaction is found (SIMULASI)",
    }
}

/// The text of a transaction's QRIS code. Merchant and acquirer are invented, so that no real app pays it.
pub fn qr_text(transaction: &Transaction) -> String {
    let code = Qris {
        acquirer: "ID.EXAMPLE.SIMULASI".into(),
        merchant: "0000000000000000000".into(),
        nmid: "ID0000000000000".into(),
        name: "SIMULASI INDOWATER".into(),
        city: "JAKARTA".into(),
        amount: transaction.gross,
        bill: transaction.order.as_str().chars().take(25).collect(),
    };
    code.payload().unwrap_or_default()
}

/// `payment_type` of a method.
fn kind(method: Method) -> &'static str {
    match method {
        Method::VirtualAccount(_) => "bank_transfer",
        Method::Qris => "qris",
        Method::Gopay => "gopay",
        Method::Page => "snap",
    }
}

/// The fields of a transaction in answers and notifications, without a signature.
pub fn body(transaction: &Transaction) -> Value {
    let mut body = json!({
        "status_code": code(transaction.status),
        "status_message": message(transaction.status),
        "transaction_id": transaction.id,
        "order_id": transaction.order,
        "merchant_id": "SIMULASI",
        "gross_amount": GrossAmount::from(transaction.gross),
        "currency": "IDR",
        "payment_type": kind(transaction.method),
        "transaction_time": jakarta(transaction.made),
        "transaction_status": transaction.status.as_str(),
        "fraud_status": "accept",
        "expiry_time": jakarta(transaction.expires),
    });
    if let Some(settled) = transaction.settled {
        body["settlement_time"] = json!(jakarta(settled));
    }
    match transaction.method {
        Method::VirtualAccount(Bank::Permata) => body["permata_va_number"] = json!(transaction.account()),
        Method::VirtualAccount(bank) => {
            body["va_numbers"] = json!([{ "bank": bank.as_str(), "va_number": transaction.account() }]);
        }
        Method::Qris => body["acquirer"] = json!("gopay"),
        Method::Gopay | Method::Page => {}
    }
    if !transaction.refunds.is_empty() {
        body["refund_amount"] = json!(GrossAmount::from(transaction.refunded()));
        let refunds = transaction.refunds.iter().zip(1..).map(|(refund, number)| {
            json!({
                "refund_chargeback_id": number,
                "refund_amount": GrossAmount::from(refund.amount),
                "created_at": jakarta(refund.at),
                "reason": refund.reason,
                "refund_key": refund.key,
            })
        });
        body["refunds"] = refunds.collect();
    }
    body
}

/// The answer to a charge: what the customer needs to pay, besides the fields of every answer.
pub fn charged(transaction: &Transaction, page: &str) -> Value {
    let mut body = body(transaction);
    let action = |name: &str, url: &str| json!({ "name": name, "method": "GET", "url": url });
    match transaction.method {
        Method::Qris => {
            body["qr_string"] = json!(qr_text(transaction));
            body["actions"] = json!([action("generate-qr-code", page)]);
        }
        Method::Gopay => {
            body["actions"] = json!([action("generate-qr-code", page), action("deeplink-redirect", page)]);
        }
        Method::VirtualAccount(_) | Method::Page => {}
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_jakarta() {
        assert_eq!(jakarta(UtcMillis(0)), "1970-01-01 07:00:00");
        assert_eq!(jakarta(UtcMillis(1_764_090_309_000)), "2025-11-26 00:05:09");
    }
}
