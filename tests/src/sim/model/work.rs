//! The plain model of work orders: which there are, how far each is, whose, and how pressing; what was recorded under them; and checklists.

use super::field::Reach;
use super::{Author, MeterMessage, Model, no, retry, text, yes};
use crate::sim::beginning::colleague;
use domain::UtcMillis;
use domain::people::Role;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Turns of an order that are kept, the earliest.
const TURNS: usize = 64;

/// A work order.
#[derive(Clone, Debug)]
pub(super) struct Work {
    author: Uuid,
    /// At which meter.
    pub(super) meter: String,
    /// When it is to begin and to end.
    window: (i64, i64),
    begun: Option<i64>,
    completed: Option<i64>,
    cancelled: Option<i64>,
    /// When it went on, was held and was put off, with why.
    turns: BTreeSet<Turn>,
    priority: String,
    technician: Option<Uuid>,
    /// What is odd about it, but for whether it is late, which follows from its instants.
    marks: Marks,
}

/// What somebody should check of work, or of what was recorded under it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The order was somebody else's.
    pub is_others: bool,
    /// The order was over.
    pub is_late: bool,
    /// Whoever did it worked in the zone before, and did not any more.
    pub is_out_of_zone: bool,
}

impl Marks {
    /// Whether there is any.
    pub fn is_any(self) -> bool {
        self.is_others || self.is_late || self.is_out_of_zone
    }
}

/// When, what (0 it went on, 1 it was held, 2 it was put off) and why.
type Turn = (i64, u8, String);

/// A work order as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    /// How far it is.
    pub stage: String,
    /// Whether somebody has ever begun it.
    pub is_begun: bool,
    /// How many turns it took.
    pub turns: usize,
    /// How pressing it is.
    pub priority: String,
    /// Who is to do it.
    pub technician: Option<Uuid>,
    /// What somebody should check of it.
    pub marks: Marks,
}

impl Worked {
    /// How far it is in the words of the first release.
    pub fn state(&self) -> &str {
        match self.stage.as_str() {
            "on_hold" if self.is_begun => "in_progress",
            "on_hold" | "deferred" => "scheduled",
            other => other,
        }
    }
}

/// What was recorded under an order, as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Under which.
    pub order: String,
    /// By whom.
    pub author: Uuid,
    /// What kind of thing.
    pub what: String,
    /// The picture, if it is one.
    pub picture: String,
    /// What somebody should check of it.
    pub marks: Marks,
}

impl Work {
    fn stage(&self) -> &'static str {
        let begun = self.begun.map(|at| (at, 0, String::new()));
        let last = self.turns.last().max(begun.as_ref()).map(|(_, what, _)| *what);
        match (self.completed, self.cancelled.is_some(), last) {
            (Some(_), ..) => "completed",
            (None, true, _) => "cancelled",
            (None, false, Some(0)) => "in_progress",
            (None, false, Some(1)) => "on_hold",
            (None, false, Some(_)) => "deferred",
            (None, false, None) => "scheduled",
        }
    }

    /// Takes a turn.
    fn turn(&mut self, turn: Turn) {
        if turn.1 == 0 {
            self.begun = Some(self.begun.map_or(turn.0, |begun| begun.min(turn.0)));
        }
        self.turns.insert(turn);
        while self.turns.len() > TURNS {
            self.turns.pop_last();
        }
    }

    /// When it ended, whichever way.
    fn ended(&self) -> Option<i64> {
        [self.completed, self.cancelled].into_iter().flatten().min()
    }

    /// What somebody should check of it.
    fn marked(&self) -> Marks {
        let turned = self.turns.iter().map(|(at, ..)| *at);
        let mut done = [self.begun, self.completed].into_iter().flatten().chain(turned);
        let is_late = self.ended().is_some_and(|ended| done.any(|at| ended < at));
        Marks { is_late, ..self.marks }
    }

    /// It is done.
    fn complete(&mut self, at: i64) {
        self.completed = Some(self.completed.map_or(at, |before| before.min(at)));
    }
}

/// The window of an operation.
fn window(command: &Value) -> (i64, i64) {
    let instant = |name: &str| command[name].as_i64().unwrap_or_default();
    (instant("from"), instant("until"))
}

/// Somebody whom an operation names.
fn person(value: &Value) -> Option<Uuid> {
    value["id"].as_str().map(|id| id.parse().expect("an identifier"))
}

/// The version of a checklist that something names.
fn version(value: &Value) -> (String, i64) {
    (text(&value["id"]), value["version"].as_i64().unwrap_or_default())
}

impl Model {
    /// The work orders.
    pub fn works(&self) -> BTreeMap<String, Worked> {
        let shown = |work: &Work| Worked {
            stage: work.stage().to_owned(),
            is_begun: work.begun.is_some(),
            turns: work.turns.len(),
            priority: work.priority.clone(),
            technician: work.technician,
            marks: work.marked(),
        };
        self.works.iter().map(|(id, work)| (id.clone(), shown(work))).collect()
    }

    /// The checklists: what each version is called.
    pub fn checklists(&self) -> BTreeMap<(String, i64), String> {
        self.checklists.iter().map(|(version, content)| (version.clone(), text(&content["name"]))).collect()
    }

    /// Whether an order is to be done by somebody else.
    pub fn is_others(&self, order: &str, user: Uuid) -> bool {
        self.works.get(order).and_then(|work| work.technician).is_some_and(|technician| technician != user)
    }

    pub(super) fn work(&mut self, by: Author, kind: &str, command: &Value, now: UtcMillis) -> MeterMessage {
        let is_the_admins =
            matches!(kind, "plan_work" | "cancel_work" | "move_work" | "assign_work" | "set_work_priority" | "put_work_template");
        if is_the_admins && by.role != Role::Admin {
            return no("denied");
        }
        let Some(reach) = self.reach(by, &text(&command["meter"]), now) else { return no("not_found") };
        match kind {
            "put_work_template" => self.keep_checklist(command),
            "plan_work" => self.plan(by, command),
            "add_work_record" => self.record((by, reach), command),
            "assign_work" => self.assign(command),
            _ if is_the_admins => self.plan_anew(kind, command, now),
            _ => self.change((by, reach), kind, command),
        }
    }

    fn plan(&mut self, by: Author, command: &Value) -> MeterMessage {
        let (id, template) = (text(&command["order"]), &command["template"]);
        if let Some(work) = self.works.get(&id) {
            return if work.author == by.user { yes() } else { no("id_reused") };
        }
        if template.is_object() && !self.checklists.contains_key(&version(template)) {
            return no("invalid");
        }
        let technician = person(&command["technician"]);
        if technician.is_some_and(|technician| !self.may_do(technician, &text(&command["meter"]))) {
            return no("invalid");
        }
        let new = Work {
            author: by.user,
            meter: text(&command["meter"]),
            window: window(command),
            begun: None,
            completed: None,
            cancelled: None,
            turns: BTreeSet::new(),
            priority: command["priority"].as_str().unwrap_or("normal").to_owned(),
            technician,
            marks: Marks::default(),
        };
        self.works.insert(id, new);
        yes()
    }

    /// Whether a technician works in the zone where a meter is installed. The colleague works in all of them.
    fn may_do(&self, technician: Uuid, meter: &str) -> bool {
        let place = self.meters.get(meter).and_then(|meter| self.places.get(&meter.connection));
        let works_in = |zone: &Uuid| technician == colleague().0 || self.rights.zones.contains(zone);
        !self.taken_down.contains(meter) && place.is_some_and(|place| works_in(&place.zone))
    }

    fn assign(&mut self, command: &Value) -> MeterMessage {
        let to = person(&command["to"]);
        let is_possible = to.is_none_or(|to| self.may_do(to, &text(&command["meter"])));
        let Some(work) = self.found(command) else { return no("not_found") };
        if !matches!(work.stage(), "scheduled" | "deferred") {
            return no("in_use");
        }
        if !is_possible {
            return no("invalid");
        }
        work.technician = to;
        yes()
    }

    /// The order that an operation is about.
    fn found(&mut self, command: &Value) -> Option<&mut Work> {
        let meter = text(&command["meter"]);
        self.works.get_mut(&text(&command["order"])).filter(|work| work.meter == meter)
    }

    fn change(&mut self, (by, reach): (Author, Reach), kind: &str, command: &Value) -> MeterMessage {
        let Some(work) = self.found(command) else { return no("not_found") };
        let (at, reason) = (command["at"].as_i64().unwrap_or_default(), text(&command["reason"]));
        match kind {
            "begin_work" | "resume_work" => work.turn((at, 0, String::new())),
            "hold_work" => work.turn((at, 1, String::new())),
            "defer_work" => work.turn((at, 2, reason)),
            "complete_work" => work.complete(at),
            other => panic!("the model does not know {other}"),
        }
        work.marks.is_others |= work.technician.is_some_and(|technician| technician != by.user);
        work.marks.is_out_of_zone |= reach == Reach::Before;
        yes()
    }

    fn plan_anew(&mut self, kind: &str, command: &Value, now: UtcMillis) -> MeterMessage {
        let Some(work) = self.found(command) else { return no("not_found") };
        let stage = work.stage();
        match kind {
            "move_work" if !matches!(stage, "scheduled" | "deferred") => return no("in_use"),
            "move_work" if work.window == window(command) => {}
            "move_work" if Some(work.window.0) != command["was"].as_i64() => return no("conflict"),
            "move_work" => work.window = window(command),
            "set_work_priority" if matches!(stage, "completed" | "cancelled") => return no("in_use"),
            "set_work_priority" if work.priority == text(&command["to"]) => {}
            "set_work_priority" if work.priority != text(&command["was"]) => return no("conflict"),
            "set_work_priority" => work.priority = text(&command["to"]),
            "cancel_work" if work.completed.is_some() => return no("in_use"),
            "cancel_work" => work.cancelled = Some(work.cancelled.unwrap_or(now.0)),
            other => panic!("the model does not know {other}"),
        }
        yes()
    }

    /// What was recorded under work orders, by identifier.
    pub fn recorded(&self) -> BTreeMap<String, Recorded> {
        let marked = |(id, (at, record)): (&String, &(i64, Recorded))| {
            let ended = self.works.get(&record.order).and_then(Work::ended);
            let marks = Marks { is_late: ended.is_some_and(|ended| ended < *at), ..record.marks };
            (id.clone(), Recorded { marks, ..record.clone() })
        };
        self.work_records.iter().map(marked).collect()
    }

    fn record(&mut self, (by, reach): (Author, Reach), command: &Value) -> MeterMessage {
        let Some(technician) = self.found(command).map(|work| work.technician) else { return no("not_found") };
        let (id, content) = (text(&command["record"]), &command["content"]);
        if let Some(known) = self.work_records.get(&id) {
            return if known.1.author == by.user { yes() } else { no("id_reused") };
        }
        let picture = text(&content["blob"]);
        if !picture.is_empty() && !self.pictures.contains(&(by.user, picture.clone())) {
            return retry();
        }
        let marks = Marks {
            is_others: technician.is_some_and(|technician| technician != by.user),
            is_late: false,
            is_out_of_zone: reach == Reach::Before,
        };
        let (order, what) = (text(&command["order"]), text(&content["what"]));
        let at = command["at"].as_i64().unwrap_or_default();
        self.work_records.insert(id, (at, Recorded { order, author: by.user, what, picture, marks }));
        yes()
    }

    fn keep_checklist(&mut self, command: &Value) -> MeterMessage {
        let (id, number) = version(&command["version"]);
        match self.checklists.get(&(id.clone(), number)) {
            Some(known) if *known == command["template"] => return yes(),
            Some(_) => return no("conflict"),
            None => {}
        }
        if number > 1 && !self.checklists.contains_key(&(id.clone(), number - 1)) {
            return no("conflict");
        }
        self.checklists.insert((id, number), command["template"].clone());
        yes()
    }
}
