//! What reports call things that screens have words for.

use crate::alerts::words::Sentences;
use domain::billing::tariff::TariffClass;
use domain::revenue::Dimension;
use domain::sales::payment::Method;

/// A class.
pub fn class(words: &Sentences, class: TariffClass) -> String {
    words.say(&format!("class-{}", class.as_str()), [])
}

/// A way to pay, by its word: cash, or one of the gateway's.
pub fn method(words: &Sentences, word: &str) -> String {
    match Method::try_from(word.to_owned()) {
        Ok(Method::VirtualAccount(bank)) => words.say("pay-va", [("bank", bank.name().into())]),
        Ok(Method::Qris) => "QRIS".into(),
        Ok(Method::Gopay) => "GoPay".into(),
        Ok(Method::Page) => words.say("pay-page", []),
        Err(_) if word == "cash" => words.say("pay-cash", []),
        Err(_) => word.to_owned(),
    }
}

/// By what revenue is divided.
pub fn dimension(words: &Sentences, by: Dimension) -> String {
    words.say(&format!("report-by-{}", by.as_str()), [])
}
