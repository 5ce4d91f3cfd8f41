//! Notifications of work in words: their sentences' keys and values, which are the same on a page and in a message.

use domain::alerts::content::Content;
use domain::core::date_words::{day, say};
use domain::maintenance::notifications::VisitState;
use domain::maintenance::work_order::WorkKind;
use domain::people::Language;
use domain::{TimeZone, UtcMillis};

/// The keys of a notification's title and text, and the values of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentences {
    /// Key of the title.
    pub title: &'static str,
    /// Key of the text.
    pub text: &'static str,
    /// `{ $place }`, `{ $work }`, `{ $when }`, `{ $serial }` and `{ $n }`; empty where the sentences have none.
    pub values: [(&'static str, String); 5],
}

/// Those of a notification of work at a place; none of another one. `word` has a word of the catalogues by its key, in the same language.
pub fn sentences(content: &Content, place: &str, language: Language, word: impl Fn(&str) -> String) -> Option<Sentences> {
    let (title, text, work, when, serial, n) = match content {
        Content::Visit { work, from, until, time_zone, state, .. } => {
            let (title, text) = of_visit(*state);
            (title, text, Some(*work), window(language, *time_zone, (*from, *until)), "", 0)
        }
        Content::Assigned { work, serial, from, until, time_zone, .. } => {
            let when = window(language, *time_zone, (*from, *until));
            ("alert-assigned", "alert-assigned-text", Some(*work), when, serial.as_str(), 0)
        }
        Content::Workday { jobs, first_at: Some(at), time_zone, .. } => {
            ("alert-workday", "alert-workday-text", None, time(language, *time_zone, *at), "", *jobs)
        }
        Content::Workday { jobs, first_at: None, .. } => ("alert-workday", "alert-workday-open", None, String::new(), "", *jobs),
        Content::Overdue { orders, .. } => ("alert-overdue", "alert-overdue-text", None, String::new(), "", *orders),
        _ => return None,
    };
    let work = work.map_or_else(String::new, |work: WorkKind| word(&format!("work-kind-{}", work.as_str())));
    let (place, serial, n) = (place.to_owned(), serial.to_owned(), n.to_string());
    Some(Sentences { title, text, values: [("place", place), ("work", work), ("when", when), ("serial", serial), ("n", n)] })
}

/// The keys of a visit's title and text.
const fn of_visit(state: VisitState) -> (&'static str, &'static str) {
    match state {
        VisitState::Planned => ("alert-visit-planned", "alert-visit-planned-text"),
        VisitState::Moved => ("alert-visit-moved", "alert-visit-moved-text"),
        VisitState::Reminder => ("alert-visit-reminder", "alert-visit-reminder-text"),
        VisitState::Cancelled => ("alert-visit-cancelled", "alert-visit-cancelled-text"),
    }
}

/// `08.00`, in English `08:00`.
fn clock(language: Language, zone: TimeZone, at: UtcMillis) -> String {
    let (hour, minute) = zone.clock_of(at);
    format!("{hour:02}{}{minute:02}", say(language, ".", ":"))
}

/// The same with the name of the zone.
fn time(language: Language, zone: TimeZone, at: UtcMillis) -> String {
    format!("{} {}", clock(language, zone, at), zone.abbreviation())
}

/// `1 Des 2026 08.00 – 10.00 WIB`; with both days where there are two.
fn window(language: Language, zone: TimeZone, (from, until): (UtcMillis, UtcMillis)) -> String {
    let (first, last) = (zone.day_of(from), zone.day_of(until));
    let opens = format!("{} {}", day(language, first), clock(language, zone, from));
    let closes = time(language, zone, until);
    if first == last {
        format!("{opens} \u{2013} {closes}")
    } else {
        format!("{opens} \u{2013} {} {closes}", day(language, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::core::local_time::{DAY_MS, HOUR_MS};
    use domain::{LocalDay, WorkOrderId};
    use uuid::Uuid;

    /// 1 December 2026, 08.00 in Jakarta.
    const EIGHT: UtcMillis = UtcMillis(1_796_086_800_000);

    fn visit(hours: i64, state: VisitState) -> Content {
        Content::Visit {
            order: WorkOrderId(Uuid::nil()),
            work: WorkKind::Replacement,
            from: EIGHT,
            until: EIGHT.plus(hours * HOUR_MS),
            time_zone: TimeZone::Jakarta,
            state,
            choice: None,
        }
    }

    fn values(content: &Content, language: Language) -> Vec<String> {
        let of = sentences(content, "Rumah", language, |key| format!("<{key}>")).unwrap();
        of.values.into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn a_visit_has_its_window_in_the_propertys_time() {
        let one = visit(2, VisitState::Planned);
        let id = values(&one, Language::Id);
        assert_eq!(id, ["Rumah", "<work-kind-replacement>", "1 Des 2026 08.00 \u{2013} 10.00 WIB", "", "0"]);
        assert_eq!(values(&one, Language::En)[2], "1 Dec 2026 08:00 \u{2013} 10:00 WIB");
        let days = visit(DAY_MS / HOUR_MS, VisitState::Moved);
        assert_eq!(values(&days, Language::Id)[2], "1 Des 2026 08.00 \u{2013} 2 Des 2026 08.00 WIB");
    }

    #[test]
    fn a_technicians_day_names_its_first_job_where_one_begins_on_it() {
        let day = |first_at| Content::Workday { day: LocalDay(20_788), jobs: 4, first_at, time_zone: TimeZone::Jakarta };
        let of = |content: &Content| sentences(content, "", Language::Id, str::to_owned).map(|of| of.text);
        assert_eq!((of(&day(Some(EIGHT))), of(&day(None))), (Some("alert-workday-text"), Some("alert-workday-open")));
        assert_eq!(values(&day(Some(EIGHT)), Language::Id)[2..], ["08.00 WIB", "", "4"]);
        assert_eq!(of(&Content::Unknown), None);
    }
}
