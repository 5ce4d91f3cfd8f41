//! Who says it: `SHA512(order_id + status_code + gross_amount + server_key)`, with the amount as the text that was sent.

use sha2::{Digest, Sha512};

/// The signature of a notification: 128 lower-case hex digits.
///
/// It does not cover the status: whoever knows a signature of an order can say another status with it. So what was credited on a
/// notification's word is confirmed by the gateway's status call.
pub fn sign(order: &str, status_code: &str, gross_amount: &str, server_key: &str) -> String {
    let mut hash = Sha512::new();
    for part in [order, status_code, gross_amount, server_key] {
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a signature is right, in a time that does not depend on where it is wrong.
pub fn verify(given: &str, order: &str, status_code: &str, gross_amount: &str, server_key: &str) -> bool {
    let right = sign(order, status_code, gross_amount, server_key);
    let (given, right) = (given.as_bytes(), right.as_bytes());
    // The length of a signature is no secret.
    given.len() == right.len() && given.iter().zip(right).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "SB-Mid-server-test";

    #[test]
    fn the_signature_is_the_one_midtrans_makes() {
        let made = sign("IW-1", "200", "100000.00", KEY);
        assert!(made.starts_with("4ce555d810f31d56"), "{made}");
        assert_eq!(made.len(), 128);
        assert!(verify(&made, "IW-1", "200", "100000.00", KEY));
    }

    #[test]
    fn another_order_code_amount_text_key_or_a_part_of_it_is_wrong() {
        let made = sign("IW-1", "200", "100000.00", KEY);
        for (order, code, amount, key) in [
            ("IW-2", "200", "100000.00", KEY),
            ("IW-1", "201", "100000.00", KEY),
            ("IW-1", "200", "100000", KEY),
            ("IW-1", "200", "100000.00", "SB-Mid-server-tess"),
        ] {
            assert!(!verify(&made, order, code, amount, key), "{order} {code} {amount}");
        }
        for given in ["", &made[..127], &made.to_uppercase(), &format!("{made}0")] {
            assert!(!verify(given, "IW-1", "200", "100000.00", KEY), "{given:?}");
        }
    }
}
