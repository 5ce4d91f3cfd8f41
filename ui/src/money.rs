//! Asking about money, and its words.

use crate::bridge;
use crate::format;
use crate::i18n::{tr, tra};
use domain::billing::balance::REOPENS_ABOVE;
use domain::billing::forecast::{BalanceForecast, HORIZON};
use domain::metering::meter::Valve;
use domain::people::Language;
use domain::sales::payment::Method;
use domain::sales::purchase::PurchaseState;
use domain::sales::voucher::Refusal;
use domain::{Millilitres, Rupiah, TimeZone};
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::sales::money::{Paying, Purchase};
use protocol::sync::rows::Credit;
use protocol::ui::{Answer, Buying, MoneyRequest, MoneyResponse, Request};

/// Asks.
pub async fn ask(request: MoneyRequest) -> Result<MoneyResponse, Problem> {
    match bridge::call(Request::Money(request)).await? {
        Answer::Money(response) => Ok(*response),
        _ => Err(Problem::new(Code::Internal, "another answer came")),
    }
}

/// The word of a reason, in front of its sentence.
pub fn word(problem: &Problem) -> &str {
    problem.detail.split(':').next().unwrap_or_default()
}

/// Whether the reason is a voucher that cannot be used, or that there is none.
pub fn is_about_voucher(problem: &Problem) -> bool {
    let word = word(problem);
    (problem.code == Code::BadRequest && Refusal::WORDS.contains(&word)) || word == "no_voucher"
}

/// What has gone wrong, in words for who pays: the reason's own where the server names one.
pub fn explain(problem: &Problem) -> String {
    let word = word(problem);
    if is_about_voucher(problem) {
        return tr(&format!("voucher-{word}"));
    }
    if PAYING.contains(&word) {
        return tr(&format!("pay-{word}"));
    }
    crate::components::states::explain(problem)
}

/// Reasons why a purchase cannot be paid so, or now, and why nothing is lent.
const PAYING: [&str; 11] = [
    "amount",
    "payment_over",
    "method_limit",
    "method_refused",
    "too_many_payments",
    "too_many_open",
    "too_many_quotes",
    "held_too_often",
    "paid",
    "channel",
    "no_loan",
];

/// Whether the payment of a purchase that waits has ended unpaid, so that another way has to be chosen. What was begun since, `paying`, is not
/// what has ended.
pub fn has_ended(purchase: &Purchase, paying: Option<&Paying>) -> bool {
    let is_over = matches!(purchase.payment.as_deref(), Some("denied" | "cancelled" | "expired"));
    let is_newest = paying.is_none_or(|paying| Some(&paying.order) == purchase.order.as_ref());
    purchase.state == "pending" && is_over && is_newest
}

/// Whether a purchase cost nothing, because a voucher paid all of it.
pub fn is_by_voucher(purchase: &Purchase) -> bool {
    purchase.state == "settled" && purchase.to_pay == Rupiah(0) && purchase.paid == Rupiah(0)
}

/// Whether a purchase is over and nothing was paid for it.
pub fn is_unpaid(purchase: &Purchase) -> bool {
    !matches!(purchase.state.as_str(), "quoted" | "pending" | "settled") && purchase.paid == Rupiah(0)
}

/// Whether credit that has just come opens the valve: it is closed, was left without credit, and there is enough now.
pub fn opens_valve(view: &Buying, credited: Rupiah) -> bool {
    let balance = view.credit.as_ref().map_or(Rupiah(0), |credit| credit.balance());
    view.valve == Valve::Closed && balance > REOPENS_ABOVE && balance.0 - credited.0 <= REOPENS_ABOVE.0
}

/// How a purchase is, or was, paid.
pub fn way(purchase: &Purchase) -> String {
    if is_by_voucher(purchase) { tr("pay-voucher") } else { method(purchase.method.as_deref(), &purchase.channel) }
}

/// `QRIS`, `GoPay`, `Virtual account BCA`.
pub fn method(word: Option<&str>, channel: &str) -> String {
    if channel == "cash" {
        return tr("pay-cash");
    }
    match word.and_then(|word| Method::try_from(word.to_owned()).ok()) {
        Some(Method::VirtualAccount(bank)) => tra("pay-va", &[("bank", bank.name().into())]),
        Some(Method::Qris) => "QRIS".into(),
        Some(Method::Gopay) => "GoPay".into(),
        Some(Method::Page) => tr("pay-page"),
        None => tr("pay-none"),
    }
}

/// The state of a purchase, in the words of the design: its key, its tone and its picture.
pub fn standing(purchase: &Purchase) -> (&'static str, &'static str, &'static str) {
    match purchase.state.as_str() {
        "settled" if purchase.returned >= purchase.paid && purchase.paid > Rupiah(0) => ("bought-refunded", "info", "undo-2"),
        "settled" if purchase.returned > Rupiah(0) => ("bought-partly_refunded", "info", "undo-2"),
        "settled" => ("bought-done", "ok", "check"),
        "pending" => awaiting(purchase, None),
        "quoted" => ("bought-quoted", "info", "clock"),
        "expired" => ("bought-expired", "", "clock-alert"),
        word if PurchaseState::of(word).is_some_and(|state| state.was_cancelled(purchase.payment.as_deref())) => {
            ("bought-cancelled", "", "circle-slash")
        }
        _ => ("bought-failed", "danger", "circle-alert"),
    }
}

/// The same of a purchase that waits: for its payment, or for another one because that was refused, cancelled or not made in time.
pub fn awaiting(purchase: &Purchase, paying: Option<&Paying>) -> (&'static str, &'static str, &'static str) {
    match purchase.payment.as_deref().filter(|_| has_ended(purchase, paying)) {
        Some("denied") => ("bought-payment_denied", "danger", "circle-alert"),
        Some("cancelled") => ("bought-payment_cancelled", "", "circle-slash"),
        Some(_) => ("bought-payment_expired", "", "clock-alert"),
        None => ("bought-awaiting_payment", "warn", "hourglass"),
    }
}

/// `± 9 hari lagi`; nothing where it is not known.
pub fn days_left(lasts: &BalanceForecast) -> Option<String> {
    match lasts.tenths_of_days {
        Some(tenths) if tenths < 10 => Some(tr("days-left-less")),
        Some(tenths) => Some(tra("days-left", &[("n", (tenths / 10).to_string())])),
        None if lasts.is_beyond() => Some(tra("days-left-more", &[("n", HORIZON.to_string())])),
        None => None,
    }
}

/// `Sel, 1 Des`: when it will be gone, in the property's zone.
pub fn runs_out(credit: &Credit, zone: TimeZone, language: Language) -> Option<String> {
    credit.lasts.last_day(credit.at, zone).map(|day| format::near_date(day, language))
}

/// `≈ 7,5 m³`: what is used until the balance is gone.
pub fn about(lasts: &BalanceForecast, language: Language) -> String {
    if lasts.is_beyond() {
        return tra("about-more", &[("volume", format::cubic_metres(lasts.volume, language))]);
    }
    about_volume(lasts.volume, language)
}

/// `≈ 7,5 m³`.
pub fn about_volume(volume: Millilitres, language: Language) -> String {
    tra("about", &[("volume", format::cubic_metres(volume, language))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn waiting(payment: &str) -> Purchase {
        let purchase = json!({ "id": uuid::Uuid::nil(), "connection": uuid::Uuid::nil(), "state": "pending", "channel": "gateway",
            "order": "IW-1", "payment": payment, "amount": 50_000, "discount": 0, "bonus": 0, "to_pay": 50_000, "paid": 0,
            "returned": 0, "at": 0, "expires_at": 1 });
        serde_json::from_value(purchase).expect("a purchase")
    }

    #[test]
    fn a_payment_that_was_refused_or_has_ended_is_not_said_to_be_waited_for() {
        for word in ["pending", "challenged"] {
            assert_eq!(standing(&waiting(word)).0, "bought-awaiting_payment", "{word}");
        }
        for word in ["denied", "cancelled", "expired"] {
            assert_eq!(standing(&waiting(word)).0, format!("bought-payment_{word}"));
        }
        let next: Paying = serde_json::from_value(json!({ "order": "IW-2", "expires_at": 1 })).expect("a payment");
        assert_eq!(awaiting(&waiting("denied"), Some(&next)).0, "bought-awaiting_payment", "another one has begun");
    }
}
