//! Tokens by which this server shows providers who it is: JSON Web Tokens (RFC 7519), signed with keys that the providers gave out.

use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};

/// A key that signs tokens.
pub enum SigningKey {
    /// RS256, as Google's service accounts have.
    Rsa(Box<RsaKeyPair>),
    /// ES256, as Apple's keys are.
    Ecdsa(Box<EcdsaKeyPair>),
}

impl SigningKey {
    /// An RSA key out of its PEM text (PKCS #8).
    ///
    /// # Errors
    /// It is none; the error says nothing of the text.
    pub fn rsa(pem: &str) -> Result<Self, Error> {
        let pair = RsaKeyPair::from_pkcs8(&der(pem)?).map_err(|error| unusable(&error))?;
        Ok(Self::Rsa(Box::new(pair)))
    }

    /// A key of the curve P-256 out of its PEM text (PKCS #8).
    ///
    /// # Errors
    /// It is none; the error says nothing of the text.
    pub fn ecdsa(pem: &str) -> Result<Self, Error> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der(pem)?, &SystemRandom::new());
        Ok(Self::Ecdsa(Box::new(pair.map_err(|error| unusable(&error))?)))
    }

    /// A signed token with these claims; `kid` names the key where its receiver has several.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn sign(&self, kid: Option<&str>, claims: &Value) -> Result<String, Error> {
        let algorithm = match self {
            Self::Rsa(_) => "RS256",
            Self::Ecdsa(_) => "ES256",
        };
        let mut header = json!({ "alg": algorithm, "typ": "JWT" });
        if let Some(kid) = kid {
            header["kid"] = kid.into();
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut token = format!("{}.{}", encode(&header), encode(claims));
        let (random, failed) = (SystemRandom::new(), |_| Error::Setup("no randomness".into()));
        let signature = match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, token.as_bytes(), &mut signature).map_err(failed)?;
                signature
            }
            Self::Ecdsa(pair) => pair.sign(&random, token.as_bytes()).map_err(failed)?.as_ref().to_vec(),
        };
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Ok(token)
    }
}

/// The bytes of a PEM text.
fn der(pem: &str) -> Result<Vec<u8>, Error> {
    let inside: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(inside).map_err(|_| Error::Setup("the key is no PEM text".into()))
}

fn unusable(error: &ring::error::KeyRejected) -> Error {
    Error::Setup(format!("the key cannot be used: {error}"))
}

/// A token that is kept until it is soon over.
#[derive(Default)]
pub struct KeptToken(Mutex<Option<(String, i64)>>);

impl KeptToken {
    /// The token, if it is good at an instant of the clock, in seconds.
    pub fn get(&self, now: i64) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(_, until)| now < *until).map(|(token, _)| token.clone())
    }

    /// Keeps a token until an instant.
    pub fn keep(&self, token: String, until: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((token, until));
    }

    /// Forgets it: the provider did not take it.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, UnparsedPublicKey};

    #[test]
    fn a_token_is_signed_so_that_others_can_verify_it() {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(document.as_ref()));
        let key = SigningKey::ecdsa(&pem).unwrap();
        let token = key.sign(Some("ABC"), &json!({ "iss": "TEAM" })).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(read(header), json!({ "alg": "ES256", "typ": "JWT", "kid": "ABC" }));
        assert_eq!(read(claims), json!({ "iss": "TEAM" }));
        let SigningKey::Ecdsa(pair) = &key else { panic!("a key of the curve") };
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
        public.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        for wrong in ["", "-----BEGIN PRIVATE KEY-----\nc2VzYW1l\n-----END PRIVATE KEY-----", "sesame!"] {
            for error in [SigningKey::ecdsa(wrong).err(), SigningKey::rsa(wrong).err()] {
                let text = error.expect("no key").to_string();
                assert!(!text.contains("sesame") && !text.contains("c2Vz"), "{text}");
            }
        }
    }

    #[test]
    fn a_kept_token_ends_with_its_time_or_when_it_is_forgotten() {
        let kept = KeptToken::default();
        assert_eq!(kept.get(0), None);
        kept.keep("a".into(), 10);
        assert_eq!((kept.get(9).as_deref(), kept.get(10)), (Some("a"), None));
        kept.forget();
        assert_eq!(kept.get(9), None);
    }
}
