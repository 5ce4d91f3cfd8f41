//! Advice on saving water: what there is, which of it fits what is seen in a connection's use, and what came of it.
//!
//! An advice is data: how much effort and money it takes, what it saves and who says so, and which [`crate::patterns::Evidence`] calls for it.
//! Its words are the screens'. Which is offered is a function of the evidence alone; what it saved is measured by two equal stretches before
//! and after somebody applied it.

mod applied;
mod catalogue;
mod goal;
mod mark;
mod offer;
mod showers;

pub use applied::{Effect, Measured, MeasuredBy, NEEDED_DAYS, Sureness, WINDOW_DAYS, effect, own_volume, worth};
pub use catalogue::{CATALOGUE, find};
pub use goal::{MOST_GOAL, MonthCourse};
pub use mark::{TipMark, TipMarks, TipName, state_id};
pub use offer::{KEEP_DAYS, Offer, ShownTip, for_you, rank, this_week};
pub use showers::{SHOWER_DAYS, is_by_shower, shower_effect};

use crate::core::words::words;
use crate::patterns::Kind;
use serde::{Deserialize, Serialize};

words! {
    /// What an advice is about.
    Category {
        /// What runs away.
        Leak = "leak",
        /// Bathing.
        Shower = "shower",
        /// Flushing.
        Toilet = "toilet",
        /// Taps of kitchen and basin.
        Tap = "tap",
        /// Washing clothes.
        Laundry = "laundry",
        /// Watering plants.
        Garden = "garden",
        /// Tanks.
        Storage = "storage",
        /// Washing cars, yards and floors.
        Cleaning = "cleaning",
        /// What a household does together.
        Habit = "habit",
    }
}

words! {
    /// What an advice costs.
    Cost {
        /// Nothing.
        Free = "free",
        /// Up to about Rp50,000.
        Small = "small",
        /// Up to about Rp500,000.
        Middle = "middle",
        /// More.
        Large = "large",
    }
}

words! {
    /// Of which water a saving is a part.
    Share {
        /// Of all that a household uses.
        Household = "household",
        /// Of what bathing uses.
        Shower = "shower",
        /// Of what flushing uses.
        Toilet = "toilet",
        /// Of what taps use.
        Tap = "tap",
        /// Of what washing clothes uses.
        Laundry = "laundry",
        /// Of what plants are given.
        Garden = "garden",
        /// Of what washing cars, yards and floors uses.
        Cleaning = "cleaning",
        /// Of what runs away.
        Leak = "leak",
    }
}

words! {
    /// Who says what an advice saves.
    Source {
        /// US EPA, WaterSense: leaks that are easily corrected are about 10 percent of a household's bill.
        FixALeak = "fix_a_leak",
        /// US EPA, WaterSense: labelled showerheads 2.0 against 2.5 gal/min, faucets at least 30 percent, toilets 20 to 60 percent against old
        /// ones; as much as half of the water for gardens is lost to wind, evaporation and runoff.
        WaterSense = "water_sense",
        /// ENERGY STAR: certified clothes washers use about a third less water.
        EnergyStar = "energy_star",
        /// Nobody: computed from flows and volumes of usual fittings.
        Estimate = "estimate",
    }
}

impl Source {
    /// Its name, the same in each language; none of an estimate.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::FixALeak => Some("US EPA WaterSense, Fix a Leak"),
            Self::WaterSense => Some("US EPA WaterSense"),
            Self::EnergyStar => Some("ENERGY STAR"),
            Self::Estimate => None,
        }
    }

    /// Where it says so; none of an estimate.
    pub const fn address(self) -> Option<&'static str> {
        match self {
            Self::FixALeak => Some("epa.gov/watersense/fix-leak-week"),
            Self::WaterSense => Some("epa.gov/watersense"),
            Self::EnergyStar => Some("energystar.gov/products/clothes_washers"),
            Self::Estimate => None,
        }
    }
}

/// What an advice saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saving {
    /// Of which water.
    pub of: Share,
    /// At the least, per mille; zero where its source says "as much as".
    pub low: u16,
    /// At the most, per mille.
    pub high: u16,
    /// Who says so.
    pub source: Source,
}

/// An advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// What it is called; its words are `tip-{name}` and `tip-{name}-how`.
    pub name: &'static str,
    /// What it is about.
    pub category: Category,
    /// 1: a minute. 2: an afternoon. 3: somebody who knows how.
    pub effort: u8,
    /// What it costs.
    pub cost: Cost,
    /// What it saves.
    pub saving: Saving,
    /// What calls for it, and how well it fits, 1 to 10.
    pub calls: &'static [(Kind, u8)],
}

#[cfg(test)]
mod households;
#[cfg(test)]
mod households_tests;
