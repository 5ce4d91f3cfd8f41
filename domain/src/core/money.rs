//! Money: whole rupiah.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in whole rupiah; negative is owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Rupiah(pub i64);

impl Rupiah {
    /// Sum, or `None` past the range of `i64`.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, or `None` past the range of `i64`.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

/// `Rp1.250.000`: no space, dots between thousands, no cents (design.md, Formats).
impl fmt::Display for Rupiah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("−")?;
        }
        write!(f, "Rp{}", group(self.0.unsigned_abs(), '.'))
    }
}

/// Digits in groups of three.
pub(crate) fn group(value: u64, separator: char) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Rupiah;

    #[test]
    fn amounts_read_as_indonesians_write_them() {
        let written = [0, 950, 22_500, 1_250_000, -5_000].map(|n| Rupiah(n).to_string());
        assert_eq!(written, ["Rp0", "Rp950", "Rp22.500", "Rp1.250.000", "−Rp5.000"]);
    }
}
