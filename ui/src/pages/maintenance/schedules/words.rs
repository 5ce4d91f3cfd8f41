//! Schedules in words: when work falls due, at which meters, and how days are moved.

use crate::format;
use crate::i18n::{tr, tra};
use domain::core::date_words;
use domain::maintenance::schedule::due::DueDay;
use domain::maintenance::schedule::plan::{Selection, Trigger};
use domain::maintenance::schedule::preset::Preset;
use domain::people::Language;
use domain::{LocalDay, Millilitres};
use protocol::maintenance::schedules::{ScheduleState, Schedules};

/// The name of a weekday, Monday being 0.
pub fn weekday(day: u8) -> String {
    tr(&format!("day-name-{day}"))
}

/// The name of a month, 1 to 12.
pub fn month(number: u8, language: Language) -> String {
    date_words::long_month(language, number as i8).to_owned()
}

/// When work falls due.
pub fn trigger(trigger: &Trigger, language: Language) -> String {
    let n = |key: &str, n: i64| tra(key, &[("n", format::whole(n, language))]);
    match trigger {
        Trigger::Calendar { rule, .. } => Preset::of(rule).map_or_else(|| rule.clone(), |preset| of_preset(preset, language)),
        Trigger::Volume { every } => n("schedule-by-volume", every.0 / 1_000_000),
        Trigger::Battery { below } => n("schedule-by-battery", i64::from(*below)),
        Trigger::Health { below } => n("schedule-by-health", i64::from(*below)),
        Trigger::Age { years } => n("schedule-by-age", i64::from(*years)),
    }
}

/// The same as the audit log has it: the text of a rule, or what is counted and its limit.
pub fn recorded(value: &str, language: Language) -> Option<String> {
    let by = match value.split_once(' ') {
        None => Trigger::Calendar { rule: value.to_owned(), start: LocalDay(0) },
        Some(("volume", limit)) => Trigger::Volume { every: Millilitres(limit.parse().ok()?) },
        Some(("battery", limit)) => Trigger::Battery { below: limit.parse().ok()? },
        Some(("health", limit)) => Trigger::Health { below: limit.parse().ok()? },
        Some(("age", limit)) => Trigger::Age { years: limit.parse().ok()? },
        Some(_) => return None,
    };
    Some(trigger(&by, language))
}

/// `480+480/45`, minutes of the audit log: from when to when work is done, and how long it takes.
pub fn recorded_hours(value: &str, language: Language) -> Option<String> {
    let (from, rest) = value.split_once('+')?;
    let (long, job) = rest.split_once('/')?;
    let from: u16 = from.parse().ok()?;
    let until = from.checked_add(long.parse().ok()?)?;
    let point = if language == Language::Id { '.' } else { ':' };
    let clock = |minute: u16| format!("{:02}{point}{:02}", minute / 60, minute % 60);
    Some(format!("{}–{}, {}", clock(from), clock(until), tra("span-minutes", &[("n", job.to_owned())])))
}

fn of_preset(preset: Preset, language: Language) -> String {
    let say = |key: &str, every: u16, values: &[(&'static str, String)]| {
        let of_one = if every == 1 { format!("{key}-each") } else { key.to_owned() };
        let values: Vec<_> = std::iter::once(("n", every.to_string())).chain(values.iter().cloned()).collect();
        tra(&of_one, &values)
    };
    match preset {
        Preset::Daily { every } => say("schedule-daily", every, &[]),
        Preset::Weekly { every, weekday: day } => say("schedule-weekly", every, &[("day", weekday(day))]),
        Preset::MonthlyOn { every, day } => say("schedule-monthly", every, &[("day", day.to_string())]),
        Preset::MonthlyLast { every } => say("schedule-monthly-last", every, &[]),
        Preset::Yearly { every, month: of, day } => {
            say("schedule-yearly", every, &[("day", day.to_string()), ("month", month(of, language))])
        }
    }
}

/// At which meters.
pub fn selection(of: &Selection, known: &Schedules) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !of.zones.is_empty() {
        let names = known.zones.iter().filter(|zone| of.zones.contains(&zone.id)).map(|zone| zone.name.clone());
        parts.push(names.collect::<Vec<_>>().join(", "));
    }
    parts.extend(of.model.clone());
    if !of.meters.is_empty() {
        parts.push(tra("schedule-meters-listed", &[("n", of.meters.len().to_string())]));
    }
    if parts.is_empty() { tr("schedule-all-meters") } else { parts.join(" · ") }
}

/// A day of a rule, with where its work went: `Sel, 1 Des`, `Min, 6 Des → Sen, 7 Des`.
pub fn due(due: DueDay, language: Language) -> String {
    let day = |day: LocalDay| format!("{} {}", format::near_date(day, language), day.ymd().0);
    match due.day {
        Some(done) if done == due.rule_day => day(done),
        Some(done) => format!("{} → {}", format::near_date(due.rule_day, language), day(done)),
        None => tra("schedule-left-out", &[("day", day(due.rule_day))]),
    }
}

/// How a schedule is: colour and picture.
pub const fn look(state: ScheduleState) -> (&'static str, &'static str) {
    match state {
        ScheduleState::Active => ("ok", "check"),
        ScheduleState::Paused => ("warn", "pause"),
        ScheduleState::Ended => ("", "circle-slash"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::maintenance::schedules::draft::{By, Shape};
    use domain::maintenance::schedule::due::OnOffDay;
    use domain::maintenance::schedule::holidays::HolidayKind;
    use domain::maintenance::schedule::plan::Wrong;
    use domain::maintenance::schedule::rule::BadRule;

    const CATALOGUES: [&str; 2] =
        [include_str!("../../../../../assets/i18n/id.ftl"), include_str!("../../../../../assets/i18n/en.ftl")];

    #[test]
    fn whatever_a_schedule_can_be_has_words_in_both_languages() {
        let mut keys: Vec<String> = (0..7).map(|day| format!("day-name-{day}")).collect();
        keys.extend(
            ["daily", "weekly", "monthly", "monthly-last", "yearly"]
                .iter()
                .flat_map(|key| [format!("schedule-{key}"), format!("schedule-{key}-each")]),
        );
        keys.extend(By::ALL.map(|by| format!("schedule-when-{}", by.word())));
        keys.extend(Shape::ALL.map(|shape| format!("schedule-shape-{}", shape.word())));
        keys.extend(["volume", "battery", "health", "age"].map(|by| format!("schedule-by-{by}")));
        keys.extend(OnOffDay::ALL.iter().map(|of| format!("on-off-day-{}", of.as_str())));
        keys.extend(HolidayKind::ALL.iter().map(|of| format!("holiday-kind-{}", of.as_str())));
        keys.extend(ScheduleState::ALL.iter().map(|of| format!("schedule-state-{}", of.as_str())));
        let wrong = [Wrong::Name, Wrong::Rule, Wrong::Limit, Wrong::Hours, Wrong::Horizon, Wrong::Meters, Wrong::Text];
        keys.extend(wrong.iter().map(|wrong| format!("refused-{}", wrong.as_str())));
        keys.extend(BadRule::ALL.map(|bad| format!("schedule-rule-{}", bad.as_str())));
        for catalogue in CATALOGUES {
            let has = |key: &str| catalogue.lines().any(|line| line.starts_with(&format!("{key} =")));
            let missing: Vec<_> = keys.iter().filter(|key| !has(key)).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
    }
}
