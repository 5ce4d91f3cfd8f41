//! The cases of a meter that are open.

use super::case::{Rule, Severity};
use super::packed::packed;

/// The cases that are open. Of the rules that judge the floor one at the most has one, so that these share a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Open {
    floor: OpenCase,
    burst: OpenCase,
    day: OpenCase,
    closed: OpenCase,
    /// When the register was last seen to go on, for [`Rule::StuckAtZero`], which has no rate and loses nothing; zero if none is open.
    stuck: u32,
    /// Which of the rules about the floor has the case there: its place.
    floor_rule: u8,
}
packed!(Open { floor, burst, day, closed, stuck, floor_rule });

/// One of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OpenCase {
    /// When it began, in seconds since 1970; zero if none is open.
    pub start: u32,
    /// mL/h.
    pub rate: u32,
    /// mL.
    pub loss: u32,
}
packed!(OpenCase { start, rate, loss });

impl OpenCase {
    /// How bad it is, by its rate and its loss.
    pub fn severity(&self) -> Severity {
        Severity::judge(self.rate, self.loss)
    }

    /// Whether its case has to be reported again: it is more severe, or twice as much is lost.
    pub fn says_more_than(&self, before: &Self) -> bool {
        self.severity() > before.severity() || (self.loss / 1_000 + 1).ilog2() > (before.loss / 1_000 + 1).ilog2()
    }
}

impl Open {
    /// The open case of a rule. Of the rules about the floor only the one that found the case has it.
    pub fn get(&self, rule: Rule) -> Option<OpenCase> {
        let case = match rule {
            Rule::Burst => self.burst,
            Rule::DayAboveNorm => self.day,
            Rule::ClosedValve => self.closed,
            Rule::StuckAtZero => OpenCase { start: self.stuck, rate: 0, loss: 0 },
            Rule::ContinuousFlow | Rule::NightFlow | Rule::GradualRise | Rule::ToiletRefills => {
                Some(self.floor).filter(|_| usize::from(self.floor_rule) == rule.place()).unwrap_or_default()
            }
        };
        (case.start > 0).then_some(case)
    }

    /// Opens the case of a rule, or replaces it. One of the rules about the floor takes the place of another's. `StuckAtZero` keeps the start
    /// alone.
    pub fn set(&mut self, rule: Rule, case: OpenCase) {
        match rule {
            Rule::Burst => self.burst = case,
            Rule::DayAboveNorm => self.day = case,
            Rule::ClosedValve => self.closed = case,
            Rule::StuckAtZero => self.stuck = case.start,
            Rule::ContinuousFlow | Rule::NightFlow | Rule::GradualRise | Rule::ToiletRefills => {
                (self.floor, self.floor_rule) = (case, rule.place() as u8);
            }
        }
    }

    /// Closes the case of a rule, if one is open.
    pub fn close(&mut self, rule: Rule) {
        if self.is_open(rule) {
            self.set(rule, OpenCase::default());
        }
    }

    /// Whether the case of a rule is open.
    pub fn is_open(&self, rule: Rule) -> bool {
        self.get(rule).is_some()
    }

    /// Whether water runs away, by any rule.
    pub fn is_leaking(&self) -> bool {
        Rule::ALL.into_iter().any(|rule| rule != Rule::StuckAtZero && self.is_open(rule))
    }

    /// Whether a rule that judges the floor has a case.
    pub fn has_floor(&self) -> bool {
        self.floor.start > 0
    }
}
