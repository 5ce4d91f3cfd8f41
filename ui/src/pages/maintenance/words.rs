//! Work orders in words.

use crate::format;
use crate::i18n::{tr, tra};
use domain::maintenance::checklist::StepFlag;
use domain::maintenance::priority::Priority;
use domain::maintenance::record::PartSource;
use domain::maintenance::template::{PhotoWhen, StepKind, Thousandths};
use domain::maintenance::work_order::{DeferReason, Window, WorkKind, WorkStage};
use domain::maintenance::workload::hours;
use domain::people::Language;
use domain::{TimeZone, UtcMillis};

/// What is done.
pub fn title(work: WorkKind) -> String {
    tr(&format!("work-kind-{}", work.as_str()))
}

/// How far it is.
pub fn of_stage(stage: WorkStage) -> String {
    tr(&format!("work-state-{}", stage.as_str()))
}

/// Colour and picture of how far it is.
pub const fn look(stage: WorkStage) -> (&'static str, &'static str) {
    match stage {
        WorkStage::Scheduled | WorkStage::Assigned => ("info", "calendar-clock"),
        WorkStage::InProgress => ("warn", "hourglass"),
        WorkStage::OnHold => ("warn", "pause"),
        WorkStage::Deferred => ("warn", "history"),
        WorkStage::Completed => ("ok", "check"),
        WorkStage::Cancelled => ("", "x"),
    }
}

/// How pressing it is.
pub fn of_priority(priority: Priority) -> String {
    tr(&format!("work-priority-{}", priority.as_str()))
}

/// Colour and picture of how pressing it is; none for what is usual.
pub const fn look_of_priority(priority: Priority) -> Option<(&'static str, &'static str)> {
    match priority {
        Priority::Low => Some(("", "arrow-down")),
        Priority::Normal => None,
        Priority::High => Some(("warn", "arrow-up")),
        Priority::Urgent => Some(("danger", "triangle-alert")),
    }
}

/// Why it was put off.
pub fn of_reason(reason: DeferReason) -> String {
    tr(&format!("work-reason-{}", reason.as_str()))
}

/// `6 j 30 m`.
pub fn length(minutes: u32) -> String {
    let (hours, minutes) = hours(i64::from(minutes));
    tra("workload-hours", &[("hours", hours.to_string()), ("minutes", minutes.to_string())])
}

/// What is odd about a record.
pub fn of_flag(flag: StepFlag) -> String {
    tr(&format!("work-flag-{}", flag.as_str()))
}

/// When a picture is taken.
pub fn of_photo(when: PhotoWhen) -> String {
    tr(&format!("work-photo-{}", when.as_str()))
}

/// Where a part came from.
pub fn of_source(source: PartSource) -> String {
    tr(&format!("work-part-{}", source.as_str()))
}

/// What a step asks for: its word in keys and pages.
pub const fn ask_of(what: &StepKind) -> &'static str {
    match what {
        StepKind::YesNo => "yes_no",
        StepKind::Number { .. } => "number",
        StepKind::Choice { .. } => "choice",
        StepKind::Photo { .. } => "photo",
        StepKind::Reading => "reading",
        StepKind::Part => "part",
        StepKind::Note => "note",
        StepKind::Signature => "signature",
        StepKind::Unknown => "unknown",
    }
}

/// A text of a checklist: those that come with the program are keys, a utility's own are what they are.
pub fn of_template(text: &str) -> String {
    let is_key = ["work-step-", "work-option-", "work-kind-"].iter().any(|start| text.starts_with(start));
    if is_key { tr(text) } else { text.to_owned() }
}

/// Which numbers are as they should be: `3–3,9 V`, `paling sedikit 3 V`; nothing where all are.
pub fn limits(what: &StepKind, language: Language) -> Option<String> {
    let StepKind::Number { least, most, unit } = what else { return None };
    let said = |number: Thousandths| format!("{} {unit}", format::thousandths(number.0, language)).trim().to_owned();
    match (least, most) {
        (Some(least), Some(most)) => {
            let values = [("least", format::thousandths(least.0, language)), ("most", said(*most))];
            Some(tra("work-limits", &values))
        }
        (Some(least), None) => Some(tra("work-limit-least", &[("least", said(*least))])),
        (None, Some(most)) => Some(tra("work-limit-most", &[("most", said(*most))])),
        (None, None) => None,
    }
}

/// When it is to be done: `09.00–11.00` of today, `22 Nov 09.00 – 23 Nov 11.00` otherwise.
pub fn window(window: Window, now: UtcMillis, zone: TimeZone, language: Language) -> String {
    let from = format::short_moment(window.from, now, zone, language);
    if zone.day_of(window.from) == zone.day_of(window.until) {
        return format!("{from}–{} {}", format::clock(window.until, zone, language), zone.abbreviation());
    }
    format!("{from} – {} {}", format::short_moment(window.until, now, zone, language), zone.abbreviation())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::maintenance::built_in::built_in;
    use domain::maintenance::service_level::Kept;
    use domain::maintenance::visit::VisitRefusal;

    /// What [`ask_of`] says.
    const ASKS: [&str; 9] = ["yes_no", "number", "choice", "photo", "reading", "part", "note", "signature", "unknown"];

    const CATALOGUES: [&str; 2] =
        [include_str!("../../../../assets/i18n/id.ftl"), include_str!("../../../../assets/i18n/en.ftl")];

    #[test]
    fn every_word_of_work_is_in_both_languages() {
        let of = |start: &str, words: Vec<&str>| words.into_iter().map(|word| format!("{start}-{word}")).collect::<Vec<_>>();
        let mut keys = of("work-kind", WorkKind::ALL.iter().map(|word| word.as_str()).collect());
        keys.extend(of("work-state", WorkStage::ALL.iter().map(|word| word.as_str()).collect()));
        keys.extend(of("work-priority", Priority::ALL.iter().map(|word| word.as_str()).collect()));
        keys.extend(of("work-reason", DeferReason::ALL.iter().map(|word| word.as_str()).collect()));
        keys.extend(of("work-flag", StepFlag::ALL.iter().map(|word| word.as_str()).collect()));
        keys.extend(of("work-photo", PhotoWhen::ALL.iter().map(|word| word.as_str()).collect()));
        keys.extend(of("work-part", PartSource::ALL.iter().map(|word| word.as_str()).collect()));
        keys.extend(of("work-kept", Kept::ALL.iter().map(|word| word.as_str()).collect()));
        keys.extend(of("work-ask", ASKS.to_vec()));
        keys.extend(of("visit", VisitRefusal::ALL.iter().map(|word| word.as_str()).collect()));
        for step in WorkKind::ALL.iter().flat_map(|work| built_in(*work).steps) {
            keys.push(step.label.clone());
            if let StepKind::Choice { options } = step.what {
                keys.extend(options);
            }
        }
        for catalogue in CATALOGUES {
            let has = |key: &str| catalogue.lines().any(|line| line.starts_with(&format!("{key} =")));
            let missing: Vec<_> = keys.iter().filter(|key| !has(key)).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
    }

    #[test]
    fn a_utilitys_own_words_stay_what_they_are() {
        assert_eq!(of_template("Cek baut"), "Cek baut");
    }

    #[test]
    fn a_window_of_one_day_has_its_day_once() {
        let zone = TimeZone::Jakarta;
        let at = |day: i32, hour: i64| zone.start_of(domain::LocalDay(20_000 + day)).plus(hour * 3_600_000);
        let said = |from, until| window(Window { from, until }, at(0, 8), zone, Language::Id);
        assert_eq!(said(at(0, 9), at(0, 11)), "09.00–11.00 WIB");
        let later = said(at(1, 9), at(1, 11));
        assert!(later.ends_with("09.00–11.00 WIB") && later.len() > 15, "{later}");
        assert_eq!(said(at(1, 9), at(2, 11)).matches(".00").count(), 2);
    }
}
