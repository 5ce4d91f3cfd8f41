//! The plain model of cases: which there are, and how far each is.

use super::{Author, MeterMessage, Model, no, text, yes};
use crate::sim::cases::Happened;
use domain::UtcMillis;
use domain::people::Role;
use serde_json::Value;
use std::collections::BTreeMap;

/// A year that is a leap year.
const YEAR_MS: i64 = 366 * 86_400_000;

/// A case.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The connection at which it was found.
    pub(super) connection: String,
    is_the_customers: bool,
    answered: Option<&'static str>,
    /// When the answer that holds was given.
    answered_at: UtcMillis,
    is_over: bool,
    is_withdrawn: bool,
}

impl Case {
    fn status(&self) -> &'static str {
        match self.answered {
            Some("false_positive") => "false_positive",
            _ if self.is_over => "resolved",
            answered => answered.unwrap_or("detected"),
        }
    }
}

impl Model {
    /// Takes what happened to a case on the server.
    pub fn happened(&mut self, what: Happened) {
        match what {
            Happened::Found { row, is_the_customers } => {
                let connection = row.split_once('/').map(|(connection, _)| connection.to_owned()).unwrap_or_default();
                let case = Case {
                    connection,
                    is_the_customers,
                    answered: None,
                    answered_at: UtcMillis(0),
                    is_over: false,
                    is_withdrawn: false,
                };
                self.cases.insert(row, case);
            }
            Happened::Over(row) => {
                self.cases.entry(row).and_modify(|case| case.is_over = true);
            }
            Happened::Withdrawn(row) => {
                self.cases.entry(row).and_modify(|case| case.is_withdrawn = true);
            }
        }
    }

    /// The cases that stand: how far each is.
    pub fn cases(&self) -> BTreeMap<String, &'static str> {
        let standing = self.cases.iter().filter(|(_, case)| !case.is_withdrawn);
        standing.map(|(row, case)| (row.clone(), case.status())).collect()
    }

    pub(super) fn answer(&mut self, by: Author, command: &Value, (made, now): (UtcMillis, UtcMillis)) -> MeterMessage {
        let row = format!("{}/{}", text(&command["connection"]), command["no"]);
        let Some(case) = self.cases.get_mut(&row).filter(|case| !case.is_withdrawn) else { return no("not_found") };
        if !self.places.get(&case.connection).is_some_and(|place| self.rights.sees(by, place)) {
            return no("not_found");
        }
        let answer = text(&command["answer"]);
        let (status, is_of_the_utility) = match answer.as_str() {
            "normal" => ("false_positive", false),
            "repaired" => ("resolved", by.role != Role::Customer),
            "needs_technician" => ("investigating", by.role != Role::Customer),
            "investigating" => ("investigating", true),
            "confirmed" => ("confirmed", true),
            _ => ("false_positive", true),
        };
        let is_allowed = match by.role {
            Role::Customer => case.is_the_customers && !is_of_the_utility,
            Role::Admin | Role::Technician => case.is_the_customers || is_of_the_utility,
        };
        if !is_allowed {
            return no("denied");
        }
        // A clock that is years ahead dates nothing, and nobody has answered after the answer came.
        let at = if (0..=now.0 + YEAR_MS).contains(&made.0) { made.min(now) } else { now };
        if at >= case.answered_at {
            (case.answered, case.answered_at) = (Some(status), at);
        }
        self.changed.insert(case.connection.clone());
        yes()
    }
}
