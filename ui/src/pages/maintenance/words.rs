//! Work orders in words.

use crate::format;
use crate::i18n::tr;
use domain::maintenance::work_order::{Window, WorkKind, WorkState};
use domain::people::Language;
use domain::{TimeZone, UtcMillis};

/// What is done.
pub fn title(work: WorkKind) -> String {
    tr(&format!("work-kind-{}", work.as_str()))
}

/// How far it is.
pub fn of_state(state: WorkState) -> String {
    tr(&format!("work-state-{}", state.as_str()))
}

/// Colour and picture of how far it is.
pub const fn look(state: WorkState) -> (&'static str, &'static str) {
    match state {
        WorkState::Scheduled => ("info", "calendar-clock"),
        WorkState::InProgress => ("warn", "hourglass"),
        WorkState::Completed => ("ok", "check"),
        WorkState::Cancelled => ("", "x"),
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

    const CATALOGUES: [&str; 2] =
        [include_str!("../../../../assets/i18n/id.ftl"), include_str!("../../../../assets/i18n/en.ftl")];

    #[test]
    fn every_kind_and_state_of_work_has_words_in_both_languages() {
        let kinds = WorkKind::ALL.iter().map(|kind| format!("work-kind-{}", kind.as_str()));
        let keys: Vec<String> =
            kinds.chain(WorkState::ALL.iter().map(|state| format!("work-state-{}", state.as_str()))).collect();
        for catalogue in CATALOGUES {
            let has = |key: &str| catalogue.lines().any(|line| line.starts_with(&format!("{key} =")));
            let missing: Vec<_> = keys.iter().filter(|key| !has(key)).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
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
