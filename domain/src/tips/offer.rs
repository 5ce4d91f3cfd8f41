//! Which advice is offered, and in which order: a function of what is seen and of what was shown before, so that each device of somebody says
//! the same of the same days.

use super::catalogue::CATALOGUE;
use super::{Cost, Share, Tip, TipName};
use crate::LocalDay;
use crate::patterns::{Evidence, Kind};
use serde::{Deserialize, Serialize};

/// Days for which one advice stays, and in which no other of its category comes.
pub const KEEP_DAYS: i32 = 7;

/// An advice that is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Which.
    pub tip: TipName,
    /// What calls for it; none where it is of use to anybody.
    pub evidence: Option<Evidence>,
    /// The higher, the sooner. What is called for by evidence is above all that is not.
    pub score: u32,
}

impl Offer {
    /// The advice.
    pub fn tip(&self) -> Option<&'static Tip> {
        super::find(self.tip.as_str())
    }
}

/// How sure it is that something can be done about what is seen: what runs while everybody sleeps is used by nobody, and what is known by its
/// own draws is surer than what hours show.
const fn weight(kind: Kind) -> u32 {
    match kind {
        Kind::NightFills => 11,
        Kind::SteadyFlow => 10,
        Kind::GardenAtNight => 9,
        Kind::NightUse => 8,
        Kind::LongerShowers | Kind::BathsRisen => 7,
        Kind::MiddayUse => 5,
        Kind::WeekendUse => 4,
        Kind::Risen => 3,
        Kind::PeakHour | Kind::MachineOften => 2,
        Kind::PerPerson => 1,
    }
}

/// About how much of a household's water it is, per mille: the part of each use, as it is without a garden. Of what plants, cars and leaks
/// take, a tenth stands for those who have them.
const fn part(share: Share) -> u32 {
    match share {
        Share::Household => 1_000,
        Share::Shower => 250,
        Share::Toilet | Share::Tap => 200,
        Share::Laundry => 150,
        Share::Garden | Share::Cleaning | Share::Leak => 100,
    }
}

/// What effort and money take off a score.
fn price(tip: &Tip) -> u32 {
    let cost = match tip.cost {
        Cost::Free => 0,
        Cost::Small => 1,
        Cost::Middle => 2,
        Cost::Large => 4,
    };
    10 * (u32::from(tip.effort) - 1 + cost)
}

/// How well an advice fits something that was seen; `None` where it does not.
fn called(tip: &Tip, evidence: &Evidence) -> Option<u32> {
    let fit = tip.calls.iter().find(|(kind, _)| *kind == evidence.kind()).map(|(_, fit)| u32::from(*fit))?;
    let litres = u32::try_from(evidence.at_stake().0 / 1_000).unwrap_or(0).min(999);
    Some((1_000 * weight(evidence.kind()) + litres) * fit - price(tip))
}

/// What an advice is worth to anybody, below 1,000.
fn general(tip: &Tip) -> u32 {
    let saving = u32::from(tip.saving.low) + u32::from(tip.saving.high);
    (500 + saving * part(tip.saving.of) / 2_000).min(999).saturating_sub(price(tip))
}

/// All advice but what is `done`, the best first; of two alike the one that comes first in the catalogue.
pub fn rank(evidence: &[Evidence], done: impl Fn(&str) -> bool) -> Vec<Offer> {
    let offered = CATALOGUE.iter().filter(|tip| !done(tip.name));
    let mut offers: Vec<Offer> = offered
        .filter_map(|tip| {
            let best = evidence.iter().filter_map(|evidence| Some((called(tip, evidence)?, *evidence)));
            // Of two alike the first that was seen, which is the surer one.
            let best = best.reduce(|best, other| if other.0 > best.0 { other } else { best });
            let (score, evidence) = best.map_or_else(|| (general(tip), None), |(score, evidence)| (score, Some(evidence)));
            Some(Offer { tip: TipName::parse(tip.name).ok()?, evidence, score })
        })
        .collect();
    // Stable: what is alike stays in the order of the catalogue.
    offers.sort_by_key(|offer| std::cmp::Reverse(offer.score));
    offers
}

/// The first few, one of each category.
pub fn for_you(ranked: &[Offer], count: usize) -> Vec<Offer> {
    let mut categories = Vec::new();
    let mut chosen = Vec::new();
    for offer in ranked {
        let Some(tip) = offer.tip().filter(|tip| !categories.contains(&tip.category)) else { continue };
        categories.push(tip.category);
        chosen.push(offer.clone());
        if chosen.len() == count {
            break;
        }
    }
    chosen
}

/// An advice that was shown by itself, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTip {
    /// Which.
    pub tip: TipName,
    /// The local day on which it was shown first.
    pub since: LocalDay,
}

/// The one advice that is shown by itself: for seven days the same, unless it is done, or something is seen while what is shown is of use to
/// anybody. One of a category that began within seven days does not come again. `None` where all is done.
pub fn this_week<'o>(ranked: &'o [Offer], shown: &[ShownTip], today: LocalDay) -> Option<&'o Offer> {
    let is_recent = |shown: &&ShownTip| shown.since <= today && shown.since.plus(KEEP_DAYS) > today;
    let recent: Vec<&ShownTip> = shown.iter().filter(is_recent).collect();
    let categories: Vec<_> = recent.iter().filter_map(|shown| super::find(shown.tip.as_str())).map(|tip| tip.category).collect();
    let is_new = |offer: &&Offer| offer.tip().is_some_and(|tip| !categories.contains(&tip.category));
    let newest = recent.iter().max_by_key(|shown| shown.since);
    let current = newest.and_then(|shown| ranked.iter().find(|offer| offer.tip == shown.tip));
    let best = ranked.iter().find(is_new);
    match (current, best) {
        (Some(current), Some(best)) if current.evidence.is_none() && best.evidence.is_some() => Some(best),
        (Some(current), _) => Some(current),
        (None, best) => best,
    }
}

#[cfg(test)]
#[path = "offer_tests.rs"]
mod tests;
