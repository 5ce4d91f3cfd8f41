//! Figures of a balance: parts per mille, what water is worth, and whether more is lost than a zone's limit.

use super::DayBalance;
use crate::{Millilitres, Rupiah};

/// Days in a row on which more than a zone's limit is unexplained before somebody is notified.
pub const LOSS_DAYS: usize = 7;

/// The part of a volume that another one is, per mille, rounded; `None` of nothing.
pub fn per_mille(part: Millilitres, whole: Millilitres) -> Option<i32> {
    let (part, whole) = (i128::from(part.0), i128::from(whole.0));
    (whole > 0).then(|| {
        let rounded = (part * 2_000 + whole).div_euclid(2 * whole);
        rounded.clamp(i128::from(i32::MIN), i128::from(i32::MAX)) as i32
    })
}

/// What a cubic metre cost on average; `None` where nothing was charged for.
pub fn average_price(charged: Rupiah, volume: Millilitres) -> Option<Rupiah> {
    let price = i128::from(charged.0) * 1_000_000 / i128::from(volume.0.max(1));
    (volume.0 > 0 && charged.0 > 0).then(|| Rupiah(price.clamp(0, i128::from(i64::MAX)) as i64))
}

/// What a volume is worth at a price for each cubic metre, rounded.
pub fn worth(volume: Millilitres, price_per_m3: Rupiah) -> Rupiah {
    let exact = i128::from(volume.0) * i128::from(price_per_m3.0);
    Rupiah((exact + 500_000).div_euclid(1_000_000).clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
}

/// What the last [`LOSS_DAYS`] days say of a zone's limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossJudged {
    /// More than the limit was unexplained on each of them.
    Over,
    /// On the last one no more than the limit was.
    Within,
    /// Neither: days are missing, or it has not lasted long enough.
    Nothing,
}

/// Judges the newest days of a balance by a limit, per mille of what went in.
pub fn judge_loss(days: &[DayBalance], limit: u16) -> LossJudged {
    let newest = &days[days.len().saturating_sub(LOSS_DAYS)..];
    let is_over = |day: &DayBalance| day.unexplained_per_mille().map(|part| part > i32::from(limit));
    if newest.len() == LOSS_DAYS && newest.iter().all(|day| is_over(day) == Some(true)) {
        return LossJudged::Over;
    }
    match newest.last().and_then(is_over) {
        Some(false) => LossJudged::Within,
        _ => LossJudged::Nothing,
    }
}
