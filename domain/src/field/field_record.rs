//! Facts of the field: what somebody wrote about a meter, and what somebody read off it. They happened, so they are never refused for
//! the state of things or for their time; what is odd about one is marked for review (sync.md, Facts and requests). A note is mended or
//! taken back by its author alone.

use crate::core::text::{compact, visible};
use crate::metering::meter::Capability;
use crate::metering::reading::{CLOCK_TOLERANCE_MS, ClockState, EARLIEST, Verdict};
use crate::sync::edit::Invalid;
use crate::{Millilitres, UtcMillis};
use serde::{Deserialize, Serialize};

/// Characters of a note at most.
pub const LONGEST_NOTE: usize = 2_000;

/// Characters of an explanation at most, and of a reason at least.
pub const LONGEST_EXPLANATION: usize = 300;
const SHORTEST_REASON: usize = 5;

/// A reading that claims to be further ahead than this is a slip of the pen, not of a clock: a year, in milliseconds.
const FURTHEST_MS: i64 = 366 * crate::core::local_time::DAY_MS;

/// What a register shows is cut to whole litres.
const PRINTED: Millilitres = Millilitres::litres(1);

/// Why a field record should be reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// Its author was assigned to the meter's zone before, and is not any more.
    OutOfZone,
    /// The meter was installed nowhere.
    NotInstalled,
    /// Its time, corrected as far as can be, is more than five minutes ahead of the server's, or before any meter was made.
    ClockSkew,
    /// Nothing shows that the clock which dated it was right: its device knew no skew, and was started anew before it was sent.
    ClockDoubtful,
    /// The register went backwards, or further than the meter can pass; it is not used.
    Implausible,
    /// There is another register for the same instant.
    Differs,
    /// The meter that was put up by a swap is installed elsewhere, by its serial number: what was swapped is not entered.
    SerialInUse,
    /// Where a meter was swapped something was put up or taken down at that time or later: what was swapped is not entered.
    NotEntered,
    /// Somebody has entered the same swap before.
    EnteredBefore,
    /// Its work order was cancelled or done before.
    LateWork,
    /// Its work order is somebody else's.
    NotAssigned,
    /// The meter that was put up by a swap had been taken out of service.
    WasRetired,
    /// A reason that a newer server knows.
    #[serde(other)]
    Unknown,
}

impl Review {
    /// All that are stored.
    pub const ALL: [Self; 12] = [
        Self::OutOfZone,
        Self::NotInstalled,
        Self::ClockSkew,
        Self::ClockDoubtful,
        Self::Implausible,
        Self::Differs,
        Self::SerialInUse,
        Self::NotEntered,
        Self::EnteredBefore,
        Self::LateWork,
        Self::NotAssigned,
        Self::WasRetired,
    ];

    /// The reason as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OutOfZone => "out_of_zone",
            Self::NotInstalled => "not_installed",
            Self::ClockSkew => "clock_skew",
            Self::ClockDoubtful => "clock_doubtful",
            Self::Implausible => "implausible",
            Self::Differs => "differs",
            Self::SerialInUse => "serial_in_use",
            Self::NotEntered => "not_entered",
            Self::EnteredBefore => "entered_before",
            Self::LateWork => "late_work",
            Self::NotAssigned => "not_assigned",
            Self::WasRetired => "was_retired",
            Self::Unknown => "unknown",
        }
    }

    /// The reason of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|review| review.as_str() == word)
    }
}

/// A note's text as it is kept: lines and tabs stay, other control characters do not belong in it.
///
/// # Errors
/// It is empty, longer than [`LONGEST_NOTE`], or no text.
pub fn clean_note(text: &str) -> Result<String, Invalid> {
    let text = visible(text);
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::Empty);
    }
    if text.chars().count() > LONGEST_NOTE {
        return Err(Invalid::TooLong);
    }
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Err(Invalid::Malformed);
    }
    Ok(text.to_owned())
}

/// A register as somebody types it from a meter's face: cubic metres with up to three decimals behind a point or a comma, and nothing
/// grouped, as meters print it. `None` if it is no such number.
pub fn parse_register(text: &str) -> Option<Millilitres> {
    let text = compact(text);
    let (whole, part) = text.split_once([',', '.']).unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let (whole, part): (i64, i64) = (whole.parse().ok()?, format!("{part:0<3}").parse().ok()?);
    Some(Millilitres::litres(whole * 1_000 + part))
}

/// Whether a register is one that the meter can show.
pub fn is_register(register: Millilitres, capability: &Capability) -> bool {
    (Millilitres::ZERO..capability.register_modulus).contains(&register)
}

/// Whether a time is one at all, however wrong the clock that gave it.
pub fn is_time(at: UtcMillis, now: UtcMillis) -> bool {
    at.0 >= 0 && at.since(now) <= FURTHEST_MS
}

/// Whether a time cannot be, as far as that can be seen when the record arrives. `at` is corrected already
/// ([`crate::field::device_clock`]), which sees a slow clock as well as a fast one.
pub fn is_skewed(at: UtcMillis, now: UtcMillis) -> bool {
    at < EARLIEST || at.since(now) > CLOCK_TOLERANCE_MS
}

/// Whether a register contradicts those that the meter itself sent next before and next after it, by more than the litre that a register
/// does not print.
pub fn contradicts(register: Millilitres, [before, after]: [Option<Millilitres>; 2]) -> bool {
    before.is_some_and(|before| before - register >= PRINTED) || after.is_some_and(|after| register - after >= PRINTED)
}

/// What is odd about a manual reading, from the verdict of the walk. `before` is the register that was believed last before it.
pub fn review_reading(verdict: Verdict, register: Millilitres, before: Option<Millilitres>) -> Option<Review> {
    match verdict {
        // The last litre that a register shows is not over yet: a meter that reports millilitres may be up to that much ahead of it.
        Verdict::Negative if before.is_some_and(|before| before - register < PRINTED) => None,
        Verdict::Negative | Verdict::Impossible | Verdict::Contradicted | Verdict::DeclaredWrong => Some(Review::Implausible),
        Verdict::ClockWrong => Some(Review::ClockSkew),
        Verdict::NotInstalled => Some(Review::NotInstalled),
        Verdict::First
        | Verdict::Accepted
        | Verdict::RolledOver
        | Verdict::AfterGap
        | Verdict::Restarted
        | Verdict::BegunAnew => None,
    }
}

/// How a register that is being typed compares with the last one known. It is said, and forbids nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plausibility {
    /// Nothing is known to compare with.
    NothingKnown,
    /// It can be.
    Plausible {
        /// Used since.
        used: Millilitres,
    },
    /// Lower than the last one.
    Lower {
        /// By how much.
        by: Millilitres,
    },
    /// More than the meter can have passed since.
    TooMuch {
        /// Used since, by this register.
        used: Millilitres,
    },
    /// The register shows no such number.
    OutOfRange,
}

impl Plausibility {
    /// Whether whoever reads such a register says why before it is saved.
    pub const fn needs_explanation(self) -> bool {
        matches!(self, Self::Lower { .. } | Self::TooMuch { .. })
    }
}

/// Compares a register with the last one known, by the rule by which the server will judge it (ISO 4064-1, Q4).
pub fn plausibility(
    register: Millilitres,
    at: UtcMillis,
    last: Option<(UtcMillis, Millilitres)>,
    capability: &Capability,
) -> Plausibility {
    if !is_register(register, capability) {
        return Plausibility::OutOfRange;
    }
    let Some((t, before)) = last.filter(|(t, _)| ClockState::judge(*t, at) == ClockState::Believed) else {
        return Plausibility::NothingKnown;
    };
    // A litre is allowed for what the register does not print, either way.
    let most = capability.q4().volume_in(at.since(t).max(0)) + PRINTED;
    let used = register - before;
    let around = used + capability.register_modulus;
    if used > -PRINTED {
        let used = used.max(Millilitres::ZERO);
        return if used <= most { Plausibility::Plausible { used } } else { Plausibility::TooMuch { used } };
    }
    if around <= most { Plausibility::Plausible { used: around } } else { Plausibility::Lower { by: -used } }
}

/// What whoever read an implausible register says about it: why it is right all the same, and why there is no picture where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Why the register is what it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Why there is no picture.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub no_photo: String,
}

/// What an implausible reading still lacks before it is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// Its reason.
    Reason,
    /// A picture, or why there is none.
    Photo,
}

impl Explanation {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.reason.is_empty() && self.no_photo.is_empty()
    }

    /// As it is kept.
    ///
    /// # Errors
    /// A text is longer than [`LONGEST_EXPLANATION`], or no text.
    pub fn clean(&self) -> Result<Self, Invalid> {
        let clean = |text: &str| match clean_note(text) {
            Ok(text) if text.chars().count() > LONGEST_EXPLANATION => Err(Invalid::TooLong),
            Err(Invalid::Empty) => Ok(String::new()),
            other => other,
        };
        Ok(Self { reason: clean(&self.reason)?, no_photo: clean(&self.no_photo)? })
    }

    /// What a reading that compares with the last one like this still lacks. A plausible one lacks nothing.
    pub fn lacks(&self, found: Plausibility, has_photo: bool) -> Vec<Lacks> {
        if !found.needs_explanation() {
            return Vec::new();
        }
        let is_said = |text: &str| text.trim().chars().count() >= SHORTEST_REASON;
        let reason = (!is_said(&self.reason)).then_some(Lacks::Reason);
        let photo = (!has_photo && !is_said(&self.no_photo)).then_some(Lacks::Photo);
        reason.into_iter().chain(photo).collect()
    }
}

#[cfg(test)]
#[path = "field_record_tests.rs"]
mod tests;
