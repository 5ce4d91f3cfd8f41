//! Passwords: argon2id, off the async threads, and the same work whether or not the user exists.

use crate::error::Error;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use protocol::core::problem::Code;

/// The shortest password taken (NIST SP 800-63B asks for 8 at least).
const SHORTEST: usize = 10;

/// Longest password that is hashed, in bytes: a megabyte of it would cost time for anybody who asks.
pub const LONGEST: usize = 256;

/// Letters of a password that is given out: none that is taken for another one when it is read aloud or copied by hand.
const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Groups of four letters in a password that is given out: 79 bits.
const GROUPS: usize = 4;

/// Checks a new password.
///
/// # Errors
/// It is too short or too long.
pub fn check(password: &str) -> Result<(), Error> {
    if password.chars().count() < SHORTEST {
        return Err(Error::problem(Code::BadRequest, "a password has at least 10 characters"));
    }
    if password.len() > LONGEST {
        return Err(Error::problem(Code::BadRequest, "a password has at most 256 bytes"));
    }
    Ok(())
}

/// A new random password, in groups that can be read aloud.
///
/// # Errors
/// The system has no randomness.
pub fn generate() -> Result<String, Error> {
    groups::<{ GROUPS * 4 }>()
}

/// A code that is used once, and soon: 59 bits, of which half an hour of tries within the limits of sign-in finds nothing.
///
/// # Errors
/// The system has no randomness.
pub fn code() -> Result<String, Error> {
    groups::<12>().map(|code| code.to_uppercase())
}

/// The code of an invitation, from what it is derived from: as long as [`code`], and typed as that is.
pub fn invitation_code(derived: &[u8; 32]) -> String {
    grouped(&derived[..12]).to_uppercase()
}

/// A code as people type it, without what only helps to read it.
pub fn plain_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn groups<const LETTERS_OF: usize>() -> Result<String, Error> {
    let mut random = [0; LETTERS_OF];
    getrandom::fill(&mut random).map_err(|error| Error::Setup(format!("no randomness: {error}")))?;
    Ok(grouped(&random))
}

/// A letter for each byte, in groups of four.
fn grouped(bytes: &[u8]) -> String {
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

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
    fn a_password_that_is_given_out_can_be_typed_and_is_another_each_time() {
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert!(one != other && check(&one).is_ok());
        assert_eq!((one.len(), one.split('-').count()), (19, 4), "{one}");
        assert!(check("kurang").is_err() && check(&"x".repeat(257)).is_err());
    }

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = code().unwrap();
        assert!(code.len() == 14 && code == code.to_uppercase(), "{code}");
        assert_eq!(plain_code(&format!(" {} ", code.to_lowercase().replace('-', " "))), plain_code(&code));
        assert_eq!(plain_code(&code).len(), 12);
        let invited = invitation_code(&[7; 32]);
        assert_eq!((invited.as_str(), plain_code(&invited).len()), ("HHHH-HHHH-HHHH", 12));
    }

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
