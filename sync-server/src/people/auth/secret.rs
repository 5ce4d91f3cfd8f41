//! Secrets of meters and gateways: 192 random bits, so that a plain SHA-256 of them is as good as a slow one and costs microseconds.

use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Bytes of randomness.
const BYTES: usize = 24;

/// A new secret, as text.
///
/// # Errors
/// The system has no randomness.
pub fn generate() -> Result<String, Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Error::Setup(format!("no randomness: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored of a secret.
pub fn digest(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// Whether a secret is that of a digest, in a time that does not depend on where they differ.
pub fn matches(secret: &[u8], stored: &[u8; 32]) -> bool {
    digest(secret).iter().zip(stored).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
