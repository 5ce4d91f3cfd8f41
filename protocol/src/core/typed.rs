//! Texts that people type, read from a request without what cannot be seen (`domain::core::text`); for `deserialize_with`.

use domain::core::text;
use serde::{Deserialize, Deserializer};

/// A line of text.
///
/// # Errors
/// It is no text.
pub fn line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(text::visible(&String::deserialize(deserializer)?).trim().to_owned())
}

/// A code.
///
/// # Errors
/// It is no text.
pub fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(text::compact(&String::deserialize(deserializer)?))
}

/// An address of mail.
///
/// # Errors
/// It is no text.
pub fn email<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(text::email(&String::deserialize(deserializer)?))
}

#[cfg(test)]
mod tests {
    use crate::people::auth::SignIn;
    use crate::sales::money::AdjustmentRequest;

    #[test]
    fn what_is_typed_into_a_request_is_read_without_what_cannot_be_seen() {
        let text = "{\"email\":\"\u{feff} Sari@\u{200b}Contoh.ID\u{200e}\",\"password\":\" a\u{200b}b \"}";
        let asked: SignIn = serde_json::from_str(text).expect("a sign-in");
        assert_eq!(asked.email, "sari@contoh.id");
        assert_eq!(asked.password, " a\u{200b}b ", "a password is taken as it is");
        let id = uuid::Uuid::nil();
        let text =
            format!("{{\"key\":\"{id}\",\"of\":\"{id}\",\"amount\":1,\"reason\":\"\u{202a}\u{a0} Salah\u{a0}catat\u{202c}\"}}");
        let asked: AdjustmentRequest = serde_json::from_str(&text).expect("an adjustment");
        assert_eq!(asked.reason, "Salah catat");
    }
}
