//! The cases of a meter that are open.

use super::case::{Rule, Severity};
use super::packed::packed;

/// For each rule its case, if one is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Open {
    /// When it began, in seconds since 1970; zero if none is open.
    starts: [u32; 8],
    rates: [u32; 8],
    losses: [u32; 8],
}
packed!(Open { starts, rates, losses });

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OpenCase {
    pub start: u32,
    /// mL/h.
    pub rate: u32,
    /// mL.
    pub loss: u32,
}

impl OpenCase {
    pub fn severity(&self) -> Severity {
        Severity::judge(self.rate, self.loss)
    }

    /// Whether its case has to be reported again: it is more severe, or twice as much is lost.
    pub fn says_more_than(&self, before: &Self) -> bool {
        self.severity() > before.severity() || (self.loss / 1_000 + 1).ilog2() > (before.loss / 1_000 + 1).ilog2()
    }
}

impl Open {
    pub fn get(&self, rule: Rule) -> Option<OpenCase> {
        let at = rule.place();
        (self.starts[at] > 0).then(|| OpenCase { start: self.starts[at], rate: self.rates[at], loss: self.losses[at] })
    }

    pub fn set(&mut self, rule: Rule, case: OpenCase) {
        let at = rule.place();
        (self.starts[at], self.rates[at], self.losses[at]) = (case.start, case.rate, case.loss);
    }

    pub fn close(&mut self, rule: Rule) {
        self.set(rule, OpenCase { start: 0, rate: 0, loss: 0 });
    }

    pub fn is_open(&self, rule: Rule) -> bool {
        self.get(rule).is_some()
    }

    /// Whether water runs away, by any rule.
    pub fn is_leaking(&self) -> bool {
        Rule::ALL.into_iter().any(|rule| rule != Rule::StuckAtZero && self.is_open(rule))
    }

    /// Whether a rule that judges the floor has a case.
    pub fn has_floor(&self) -> bool {
        Rule::ALL.into_iter().any(|rule| rule.is_floor() && self.is_open(rule))
    }
}
