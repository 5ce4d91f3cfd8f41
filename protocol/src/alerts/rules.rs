//! Admin's client ⇄ server: what a utility sets about cases, for all its meters and for those of a class.

use domain::alerts::rules::RuleSet;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `GET /admin/v1/cases/rules`: what holds at a utility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseRules {
    /// Counts the changes; a change names the one that it follows.
    pub rev: i64,
    /// What is set for all meters.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub all: RuleSet,
    /// The classes of meters, by name.
    pub classes: Vec<ClassRules>,
    /// Whether there are more of them than are listed.
    pub are_more: bool,
}

/// A class of meters: those of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ClassRules {
    /// The model; empty for meters of which none is known.
    pub model: String,
    /// How many meters are of it.
    pub meters: u32,
    /// What is set for it; where it says nothing, what is set for all meters holds.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub set: RuleSet,
}

/// `POST /admin/v1/cases/rules`: sets all that is set for a class, or for all meters. The same `key` happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CaseRulesChange {
    /// Chosen by who asks.
    pub key: Uuid,
    /// [`CaseRules::rev`] of what was read: refused with `policy_changed` if somebody else has changed it meanwhile.
    pub rev: i64,
    /// The model; none for all meters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What is set.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub rules: RuleSet,
}
