//! Passwords: argon2id, off the async threads, and the same work whether or not the user exists.

use crate::error::Error;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// OWASP's second recommended setting for argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Hashes a new password, in PHC form.
///
/// # Errors
/// The system has no randomness, or the parameters are refused.
pub fn hash(password: &str) -> Result<String, Error> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|error| Error::Setup(format!("no randomness: {error}")))?;
    let refused = |error| Error::Setup(format!("the password cannot be hashed: {error}"));
    let salt = SaltString::encode_b64(&salt).map_err(refused)?;
    Ok(argon2().hash_password(password.as_bytes(), &salt).map_err(refused)?.to_string())
}

/// Whether a password is that of a hash. Without a hash the same work is done and the answer is no.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let decoy = "$argon2id$v=19$m=19456,t=2,p=1$YWFhYWFhYWFhYWFhYWFhYQ$vZyAH0a0ZlZ1pDjyRZ1Hw1oPBY2vAZB4vRkE4lHzVTE";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(decoy)) else { return false };
    argon2().verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash_only() {
        let stored = hash("air-bersih-7").unwrap();
        assert!(stored.starts_with("$argon2id$") && !stored.contains("air-bersih"));
        assert!(verify("air-bersih-7", Some(&stored)));
        assert!(!verify("air-bersih-8", Some(&stored)));
        assert!(!verify("air-bersih-7", None));
        assert_ne!(stored, hash("air-bersih-7").unwrap(), "every hash has its own salt");
    }
}
