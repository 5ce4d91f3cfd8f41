//! What a utility received and earned, from its ledger: sums of postings by local day and dimension, figures of them, and periods (adr/0040).

mod dimension;
mod figures;
mod kind;
mod period;
mod segment;
mod sums;

#[cfg(test)]
mod period_tests;
#[cfg(test)]
mod sums_tests;

pub use dimension::Dimension;
pub use figures::{Bridge, Figures, Growth};
pub use kind::TransferKind;
pub(crate) use period::same_day;
pub use period::{Comparison, DayRange, Period, Step, growth, shares};
pub use segment::{Bought, Habit, UseSegment};
pub use sums::{Cell, CountedTransfer, RevenueSums, Sum, Sums};
