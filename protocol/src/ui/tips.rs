//! Hemat air: what is known of how a connection uses water, the advice that fits it, what somebody says of it, and what it saved.

use crate::ui::ConnectionRef;
use domain::patterns::Summary;
use domain::tips::{Effect, MeasuredBy, MonthCourse, Offer, TipName};
use domain::{ConnectionId, LocalDay, Millilitres, Rupiah, UserId};
use serde::{Deserialize, Serialize};

/// What is asked of Hemat air.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "tips")]
pub enum TipsRequest {
    /// The page.
    View {
        /// Which supply point; the chosen one if none is named, or the first.
        connection: Option<ConnectionId>,
    },
    /// Set what a month is to use at the most, or that it has no goal. It is kept on this device.
    SetGoal {
        /// Where.
        connection: ConnectionId,
        /// At the most.
        goal: Option<Millilitres>,
    },
}

impl TipsRequest {
    /// Whether it does something.
    pub const fn is_act(&self) -> bool {
        matches!(self, Self::SetGoal { .. })
    }
}

/// Hemat air.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TipsView {
    /// The supply point shown.
    pub place: ConnectionRef,
    /// All of this customer's.
    pub places: Vec<ConnectionRef>,
    /// Whose marks these are.
    pub user: Option<UserId>,
    /// The local day it is.
    pub today: LocalDay,
    /// How the connection uses water.
    pub summary: Summary,
    /// How many live there, where somebody said so.
    pub persons: Option<u8>,
    /// The advice that fits best, three of three categories at most.
    pub for_you: Vec<Offer>,
    /// The advice of the week; none where all of it is applied.
    pub this_week: Option<Offer>,
    /// The advice of which something is said.
    pub marked: Vec<MarkedTip>,
    /// The month and its goal.
    pub month: MonthCourse,
}

impl TipsView {
    /// What is said of an advice, if anything.
    pub fn marks_of(&self, name: &str) -> Option<&MarkedTip> {
        self.marked.iter().find(|marked| marked.tip.as_str() == name)
    }
}

/// An advice of which something is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkedTip {
    /// Which.
    pub tip: TipName,
    /// Since when it is applied.
    pub applied: Option<LocalDay>,
    /// Whether it is kept at hand.
    pub bookmarked: bool,
    /// Whether that waits for the server.
    pub waiting: bool,
    /// What came of it, if it is applied.
    pub result: Option<TipResult>,
}

/// What came of an advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TipResult {
    /// A day before and after.
    pub effect: Effect,
    /// What that comes to since, if it was measured; below zero more was used.
    pub total: Option<Saved>,
    /// By which water it was measured.
    #[serde(default)]
    pub by: MeasuredBy,
}

/// Water that was not used, and what it would have cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// How much.
    pub volume: Millilitres,
    /// What it is worth, by the prices of its days; `None` until the prices have come.
    pub worth: Option<Rupiah>,
    /// Over so many days.
    pub days: u16,
}
