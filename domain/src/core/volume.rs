//! Volume and flow: whole millilitres, and millilitres a minute.

use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// A volume in whole millilitres; a register is one, and so is what was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Millilitres(pub i64);

impl Millilitres {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From whole litres.
    pub const fn litres(litres: i64) -> Self {
        Self(litres * 1_000)
    }

    /// From whole cubic metres.
    pub const fn cubic_metres(cubic_metres: i64) -> Self {
        Self(cubic_metres * 1_000_000)
    }
}

impl Add for Millilitres {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Millilitres {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Millilitres {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Millilitres {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Millilitres {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Sum for Millilitres {
    fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
        values.fold(Self::ZERO, Add::add)
    }
}

/// A flow in millilitres a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Flow(pub i64);

impl Flow {
    /// The permanent flow Q3 of a meter, which its maker gives in litres an hour.
    pub const fn litres_per_hour(litres: i64) -> Self {
        Self(litres * 1_000 / 60)
    }

    /// The mean flow of a volume over a time; `None` for no time at all.
    pub fn mean(volume: Millilitres, over_ms: i64) -> Option<Self> {
        (over_ms > 0).then(|| Self(((volume.0 as i128) * 60_000 / (over_ms as i128)) as i64))
    }

    /// What passes in `ms` milliseconds, rounded down; saturates at the range of `i64`.
    pub fn volume_in(self, ms: i64) -> Millilitres {
        let exact = (self.0 as i128) * (ms as i128) / 60_000;
        Millilitres(exact.clamp(i64::MIN as i128, i64::MAX as i128) as i64)
    }
}
