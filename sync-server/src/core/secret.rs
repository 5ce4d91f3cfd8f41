//! A secret of the configuration: it comes from a file or the environment, never from a flag that others could read, and is never printed.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    /// Configuration is put together by serialising it; what is put together has no secret in it yet.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("…")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AsText)
    }
}

/// Reads text. What a reader of the environment takes for a number is refused in words of our own, because serde's would print it.
struct AsText;

const QUOTES: &str = "a secret that looks like a number or a word of the language stands in quotes";

impl Visitor<'_> for AsText {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret, as text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Secret, E> {
        Err(E::custom(QUOTES))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
        Err(E::custom(QUOTES))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Secret, E> {
        Err(E::custom(QUOTES))
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Secret, E> {
        Err(E::custom(QUOTES))
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Secret, E> {
        Err(E::custom(QUOTES))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
        Err(E::custom(QUOTES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed_in_any_way() {
        let secret: Secret = serde_json::from_str(r#""open sesame""#).unwrap();
        assert_eq!(secret.expose(), "open sesame");
        let printed = format!("{secret:?} {}", serde_json::to_string(&secret).unwrap());
        assert!(!printed.contains("sesame"), "{printed}");
        for number in ["12345678", "-12345678", "1234.5678", "12345678901234567890"] {
            let error = serde_json::from_str::<Secret>(number).unwrap_err().to_string();
            assert!(error.contains("in quotes") && !error.contains("1234"), "{error}");
        }
    }
}
