//! A case in words: what it is, how bad, how far, what it was found by, and what to look at.

use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::health::reason;
use domain::alerts::case::{CaseAnswer, Cause, Found, Status};
use domain::alerts::kinds::AlertKind;
use domain::leaks::{Evidence, Severity};
use domain::people::Language;
use domain::{Millilitres, TimeZone, UtcMillis};
use protocol::ui::case;

/// From so many days between two on, what is rare is said by the year.
const DAYS_OF_YEAR: u32 = 366;

/// What it is.
pub fn title(cause: Cause) -> String {
    tr(case::title_key(cause))
}

/// How bad it is.
pub fn of_severity(severity: Severity) -> String {
    tr(&format!("case-severity-{}", severity.as_str()))
}

/// Colour and picture of how bad it is.
pub const fn look_of_severity(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Severe => ("danger", "circle-alert"),
        Severity::Moderate => ("warn", "triangle-alert"),
        Severity::Minor => ("info", "droplet"),
    }
}

/// How far it is.
pub fn of_status(status: Status) -> String {
    tr(&format!("case-status-{}", status.as_str()))
}

/// What somebody says to it.
pub fn of_answer(answer: CaseAnswer) -> String {
    tr(&format!("case-answer-{}", answer.as_str()))
}

/// Whether the meter itself reports it, and nothing judges whether it goes on.
fn is_reported(cause: Cause) -> bool {
    cause.rule().is_none() && !matches!(cause, Cause::LowBattery | Cause::Silent | Cause::ClockOff)
}

/// What answering means.
pub fn meaning(answer: CaseAnswer, cause: Cause) -> String {
    match answer {
        CaseAnswer::Repaired if is_reported(cause) => tr("case-answer-repaired-event-means"),
        answer => tr(&format!("case-answer-{}-means", answer.as_str())),
    }
}

/// What there is to look at, by what it is about; each line is a thing to do.
pub fn checklist(cause: Cause) -> Vec<String> {
    let (name, count) = match (cause, cause.kind()) {
        (Cause::ToiletRefills, _) => ("toilet", 3),
        (Cause::Burst | Cause::DayAboveNorm, _) => ("burst", 4),
        (Cause::ClosedValve, _) => ("valve", 2),
        (_, AlertKind::Leak) => ("leak", 4),
        (_, AlertKind::Tamper) => ("tamper", 3),
        _ => ("health", 2),
    };
    (1..=count).map(|place| tr(&format!("case-check-{name}-{place}"))).collect()
}

/// Seconds as people say them: minutes up to an hour and a half, hours up to three days, days beyond.
pub fn span(seconds: u32) -> String {
    let minutes = seconds.div_ceil(60);
    match minutes {
        ..=90 => tra("span-minutes", &[("n", minutes.to_string())]),
        91..=4_320 => tra("span-hours", &[("n", (minutes / 60).to_string())]),
        _ => tra("span-days", &[("n", (minutes / 1_440).to_string())]),
    }
}

/// A rate in mL/h, as litres an hour.
pub fn rate(ml_per_hour: u32, language: Language) -> String {
    tra("rate-per-hour", &[("volume", format::volume(Millilitres(i64::from(ml_per_hour)), language))])
}

/// What it was found by, in a sentence or two.
pub fn evidence(found: &Found, zone: TimeZone, now: UtcMillis, language: Language) -> Option<String> {
    let flow = |ml_per_hour: u32| rate(ml_per_hour, language);
    let volume = |ml: i64| format::volume(Millilitres(ml), language);
    Some(match *found {
        Found::Unknown => return None,
        Found::Health { evidence } => reason(evidence, zone, now, language),
        Found::Events { count, last, register, register_last } => {
            let moment = format::zoned_moment(last, now, zone, language);
            let events = match count {
                1 => tra("case-found-event", &[("last", moment)]),
                _ => tra("case-found-events", &[("n", format::whole(i64::from(count), language)), ("last", moment)]),
            };
            match register.zip(register_last) {
                Some((from, to)) => {
                    let values = [("from", format::register(from, language)), ("to", format::register(to, language))];
                    format!("{events} {}", tra("case-found-register", &values))
                }
                None => events,
            }
        }
        Found::Rule { evidence } => match evidence {
            Evidence::ContinuousFlow { dry_s, for_s, usual_ppm, early } => {
                let key = if early { "case-found-continuous-early" } else { "case-found-continuous" };
                let days = (1_000_000_u32).checked_div(usual_ppm).unwrap_or(0);
                let first = tra(key, &[("for", span(for_s)), ("pause", span(dry_s))]);
                match days {
                    0..=1 => first,
                    DAYS_OF_YEAR.. => format!("{first} {}", tr("case-found-continuous-rare")),
                    days => format!("{first} {}", tra("case-found-continuous-usual", &[("days", days.to_string())])),
                }
            }
            Evidence::Burst { floor, for_s } => tra("case-found-burst", &[("flow", flow(floor)), ("for", span(for_s))]),
            Evidence::NightFlow { least, usual } => tra("case-found-night", &[("least", flow(least)), ("usual", flow(usual))]),
            Evidence::GradualRise { now, before, nights } => {
                tra("case-found-rise", &[("now", flow(now)), ("before", flow(before)), ("nights", nights.to_string())])
            }
            Evidence::DayAboveNorm { day, norm, days } => {
                tra("case-found-day", &[("day", volume(day)), ("norm", volume(norm)), ("days", days.to_string())])
            }
            Evidence::ToiletRefills { refills, each, every_s } => {
                let values = [("n", refills.to_string()), ("each", volume(i64::from(each))), ("every", span(every_s))];
                tra("case-found-refills", &values)
            }
            Evidence::ClosedValve { at_least, for_s } => {
                tra("case-found-valve", &[("volume", volume(i64::from(at_least))), ("for", span(for_s))])
            }
            Evidence::StuckAtZero { for_s, usual_days, norm } => {
                tra("case-found-stuck", &[("for", span(for_s)), ("days", usual_days.to_string()), ("norm", volume(norm))])
            }
        },
    })
}
