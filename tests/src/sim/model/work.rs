//! The plain model of work orders: which there are, and how far each is.

use super::{Author, MeterMessage, Model, no, text, yes};
use domain::people::Role;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A work order.
#[derive(Clone, Debug)]
pub(super) struct Work {
    author: Uuid,
    /// At which meter.
    pub(super) meter: String,
    /// When it is to begin and to end.
    window: (i64, i64),
    is_begun: bool,
    is_completed: bool,
    is_cancelled: bool,
}

impl Work {
    fn state(&self) -> &'static str {
        match (self.is_completed, self.is_cancelled, self.is_begun) {
            (true, ..) => "completed",
            (false, true, _) => "cancelled",
            (false, false, true) => "in_progress",
            (false, false, false) => "scheduled",
        }
    }
}

/// The window of an operation.
fn window(command: &Value) -> (i64, i64) {
    let instant = |name: &str| command[name].as_i64().unwrap_or_default();
    (instant("from"), instant("until"))
}

impl Model {
    /// The work orders: how far each is.
    pub fn works(&self) -> BTreeMap<String, &'static str> {
        self.works.iter().map(|(id, work)| (id.clone(), work.state())).collect()
    }

    pub(super) fn work(&mut self, by: Author, kind: &str, command: &Value) -> MeterMessage {
        let (id, meter) = (text(&command["order"]), text(&command["meter"]));
        let is_the_admins = matches!(kind, "plan_work" | "cancel_work" | "move_work" | "assign_work");
        if by.role != Role::Admin {
            // Whoever says so and is no admin is a technician without a zone.
            return no(if is_the_admins { "denied" } else { "not_found" });
        }
        if kind == "plan_work" {
            let new = Work {
                author: by.user,
                meter,
                window: window(command),
                is_begun: false,
                is_completed: false,
                is_cancelled: false,
            };
            return if self.works.entry(id).or_insert(new).author == by.user { yes() } else { no("id_reused") };
        }
        let Some(work) = self.works.get_mut(&id).filter(|work| work.meter == meter) else { return no("not_found") };
        match kind {
            "begin_work" => work.is_begun = true,
            "complete_work" => work.is_completed = true,
            "move_work" | "assign_work" if work.state() != "scheduled" => return no("in_use"),
            "assign_work" => {}
            "move_work" if work.window == window(command) => {}
            "move_work" if Some(work.window.0) != command["was"].as_i64() => return no("conflict"),
            "move_work" => work.window = window(command),
            _ if work.is_completed => return no("in_use"),
            _ => work.is_cancelled = true,
        }
        yes()
    }
}
