//! A schedule while it is typed: texts as they stand in the fields. What cannot be read becomes a value that cannot be set, so that the rule of the
//! domain says what is wrong.

use domain::maintenance::schedule::due::OnOffDay;
use domain::maintenance::schedule::plan::{Plan, Selection, Trigger, USUAL_HORIZON};
use domain::maintenance::schedule::preset::Preset;
use domain::maintenance::work_order::WorkKind;
use domain::{LocalDay, Millilitres, UserId, ZoneId};

/// By what work falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Calendar,
    Volume,
    Battery,
    Health,
    Age,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Calendar, Self::Volume, Self::Battery, Self::Health, Self::Age];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Volume => "volume",
            Self::Battery => "battery",
            Self::Health => "health",
            Self::Age => "age",
        }
    }

    /// A limit that most would set.
    pub const fn usual(self) -> &'static str {
        match self {
            Self::Calendar => "",
            Self::Volume => "500",
            Self::Battery => "20",
            Self::Health => "60",
            Self::Age => "5",
        }
    }
}

/// The form of a rule of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Daily,
    Weekly,
    Monthly,
    MonthlyLast,
    Yearly,
    /// Its own text.
    Text,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Daily, Self::Weekly, Self::Monthly, Self::MonthlyLast, Self::Yearly, Self::Text];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::MonthlyLast => "monthly_last",
            Self::Yearly => "yearly",
            Self::Text => "text",
        }
    }
}

/// What is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub name: String,
    pub work: WorkKind,
    pub by: By,
    pub limit: String,
    pub shape: Shape,
    pub every: String,
    pub weekday: u8,
    pub day: String,
    pub month: u8,
    pub rule: String,
    pub start: Option<LocalDay>,
    pub zones: Vec<ZoneId>,
    pub model: String,
    pub meters: Vec<domain::MeterId>,
    /// A serial that is typed and not yet among the meters: while there is one, nobody knows whether all meters are meant.
    pub serial: String,
    pub on_off_day: OnOffDay,
    pub from: String,
    pub until: String,
    pub job: String,
    pub horizon: String,
    pub technician: Option<UserId>,
    pub text: String,
}

impl Draft {
    /// An empty form: monthly, on the first, from today on.
    pub fn new(today: LocalDay) -> Self {
        Self {
            name: String::new(),
            work: WorkKind::Inspection,
            by: By::Calendar,
            limit: String::new(),
            shape: Shape::Monthly,
            every: "1".into(),
            weekday: 0,
            day: "1".into(),
            month: 1,
            rule: String::new(),
            start: Some(today),
            zones: Vec::new(),
            model: String::new(),
            meters: Vec::new(),
            serial: String::new(),
            on_off_day: OnOffDay::Next,
            from: "08:00".into(),
            until: "16:00".into(),
            job: "45".into(),
            horizon: USUAL_HORIZON.to_string(),
            technician: None,
            text: String::new(),
        }
    }

    /// A form with what was set.
    pub fn of(plan: &Plan, today: LocalDay) -> Self {
        let mut draft = Self {
            name: plan.name.clone(),
            work: plan.work,
            zones: plan.selection.zones.clone(),
            model: plan.selection.model.clone().unwrap_or_default(),
            meters: plan.selection.meters.clone(),
            on_off_day: plan.on_off_day,
            from: clock(plan.from_minute),
            until: clock(plan.from_minute + plan.window_minutes),
            job: plan.job_minutes.to_string(),
            horizon: plan.horizon_days.to_string(),
            technician: plan.technician,
            text: plan.text.clone(),
            ..Self::new(today)
        };
        match &plan.trigger {
            Trigger::Calendar { rule, start } => draft.take_rule(rule, *start),
            Trigger::Volume { every } => (draft.by, draft.limit) = (By::Volume, (every.0 / CUBIC_METRE).to_string()),
            Trigger::Battery { below } => (draft.by, draft.limit) = (By::Battery, below.to_string()),
            Trigger::Health { below } => (draft.by, draft.limit) = (By::Health, below.to_string()),
            Trigger::Age { years } => (draft.by, draft.limit) = (By::Age, years.to_string()),
        }
        draft
    }

    fn take_rule(&mut self, rule: &str, start: LocalDay) {
        (self.rule, self.start) = (rule.to_owned(), Some(start));
        let (shape, every) = match Preset::of(rule) {
            Some(Preset::Daily { every }) => (Shape::Daily, every),
            Some(Preset::Weekly { every, weekday }) => {
                self.weekday = weekday;
                (Shape::Weekly, every)
            }
            Some(Preset::MonthlyOn { every, day }) => {
                self.day = day.to_string();
                (Shape::Monthly, every)
            }
            Some(Preset::MonthlyLast { every }) => (Shape::MonthlyLast, every),
            Some(Preset::Yearly { every, month, day }) => {
                (self.month, self.day) = (month, day.to_string());
                (Shape::Yearly, every)
            }
            None => (Shape::Text, 1),
        };
        (self.shape, self.every) = (shape, every.to_string());
    }

    /// The rule's text; one that cannot be where a field cannot be read.
    pub fn rule(&self) -> String {
        let every = self.every.trim().parse::<u16>().ok();
        let day = self.day.trim().parse::<u8>().ok().filter(|day| (1..=31).contains(day));
        let preset = match (self.shape, every, day) {
            (Shape::Text, ..) => return self.rule.trim().to_owned(),
            (Shape::Daily, Some(every), _) => Preset::Daily { every },
            (Shape::Weekly, Some(every), _) => Preset::Weekly { every, weekday: self.weekday },
            (Shape::MonthlyLast, Some(every), _) => Preset::MonthlyLast { every },
            (Shape::Monthly, Some(every), Some(day)) => Preset::MonthlyOn { every, day },
            (Shape::Yearly, Some(every), Some(day)) => Preset::Yearly { every, month: self.month, day },
            _ => return String::new(),
        };
        preset.rule()
    }

    /// The schedule as it is typed.
    pub fn plan(&self) -> Plan {
        let number = |text: &str| text.trim().parse::<u16>().unwrap_or(0);
        let limit = self.limit.trim().parse::<u32>().unwrap_or(0);
        let small = u8::try_from(limit).unwrap_or(0);
        let (from, until) = (minute(&self.from), minute(&self.until).map(end_of));
        let trigger = match self.by {
            By::Calendar => {
                // What is counted from a day is counted from a day of the rule.
                let rule = self.rule();
                let start = self.start.unwrap_or(LocalDay(0));
                let start = Preset::of(&rule).map_or(start, |preset| preset.first_from(start));
                Trigger::Calendar { rule, start }
            }
            By::Volume => Trigger::Volume { every: Millilitres(i64::from(limit) * CUBIC_METRE) },
            By::Battery => Trigger::Battery { below: small },
            By::Health => Trigger::Health { below: small },
            By::Age => Trigger::Age { years: small },
        };
        let model = Some(self.model.clone()).filter(|model| !model.is_empty());
        Plan {
            name: self.name.trim().to_owned(),
            work: self.work,
            trigger,
            selection: Selection { zones: self.zones.clone(), model, meters: self.meters.clone() },
            on_off_day: self.on_off_day,
            from_minute: from.unwrap_or(u16::MAX),
            window_minutes: from.zip(until).map_or(0, |(from, until)| until.saturating_sub(from)),
            job_minutes: number(&self.job),
            horizon_days: number(&self.horizon),
            technician: self.technician,
            text: self.text.trim().to_owned(),
        }
    }
}

const CUBIC_METRE: i64 = 1_000_000;

/// Minutes of a day: the end of a window may be the day's.
const DAY: u16 = 1_440;

/// `08:00`; the end of a day is its last minute, for a field of the browser has no 24:00.
fn clock(minute: u16) -> String {
    let minute = minute.min(DAY - 1);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(text: &str) -> Option<u16> {
    let mut parts = text.split(':');
    let (hour, minute): (u16, u16) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// The end of a window as it is meant: by the last minute of a day the form says its end ([`clock`]).
const fn end_of(minute: u16) -> u16 {
    if minute == DAY - 1 { DAY } else { minute }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: LocalDay = LocalDay(20_786);

    #[test]
    fn what_was_set_is_in_the_form_and_comes_out_of_it_again() {
        let plan = Draft { name: "Inspeksi".into(), ..Draft::new(TODAY) }.plan();
        assert!(plan.faults().is_empty(), "{:?}", plan.faults());
        let starts = LocalDay::from_ymd(2026, 12, 1).expect("a day");
        let triggers = [
            Trigger::Calendar { rule: "FREQ=MONTHLY;BYMONTHDAY=1".into(), start: starts },
            Trigger::Calendar { rule: "FREQ=MONTHLY;BYDAY=1MO".into(), start: TODAY },
            Trigger::Volume { every: Millilitres::cubic_metres(500) },
            Trigger::Battery { below: 20 },
            Trigger::Age { years: 5 },
        ];
        for trigger in triggers {
            let set = Plan { trigger, ..plan.clone() };
            assert_eq!(Draft::of(&set, TODAY).plan(), set);
        }
        let whole_days = Plan { from_minute: 0, window_minutes: DAY, ..plan };
        assert_eq!(Draft::of(&whole_days, TODAY).plan(), whole_days);
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_and_no_other_value() {
        use domain::maintenance::schedule::plan::Wrong;
        let right = Draft { name: "Inspeksi".into(), ..Draft::new(TODAY) };
        for (draft, wrong) in [
            (Draft { day: "32".into(), ..right.clone() }, Wrong::Rule),
            (Draft { start: None, ..right.clone() }, Wrong::Rule),
            (Draft { shape: Shape::Text, rule: "setiap hari".into(), ..right.clone() }, Wrong::Rule),
            (Draft { until: "07:00".into(), ..right.clone() }, Wrong::Hours),
            (Draft { from: String::new(), ..right.clone() }, Wrong::Hours),
            (Draft { by: By::Battery, limit: "banyak".into(), ..right.clone() }, Wrong::Limit),
            (Draft { horizon: "x".into(), ..right.clone() }, Wrong::Horizon),
        ] {
            assert_eq!(draft.plan().faults(), [wrong], "{draft:?}");
        }
    }
}
