//! The health of a meter on screens: a chip with its score, and a section that says why points are missing.

use crate::components::Card;
use crate::components::shell::language;
use crate::components::status::chip;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::alerts::case_words::span;
use crate::state::shared;
use dioxus::prelude::*;
use domain::metering::health::{ATTENTION, Evidence, Health};
use domain::people::Language;
use domain::{TimeZone, UtcMillis};

/// With fewer points than this a meter is in a bad way.
const BAD: u8 = 50;

/// Colour, picture and word of a health.
const fn look(health: Option<&Health>) -> (&'static str, &'static str, &'static str) {
    match health {
        None => ("", "info", "health-unknown"),
        Some(health) if health.score >= ATTENTION => ("ok", "check", "health-good"),
        Some(health) if health.score >= BAD => ("warn", "triangle-alert", "health-fair"),
        Some(_) => ("danger", "circle-alert", "health-bad"),
    }
}

/// The score with its word, for rows of long lists too.
pub fn health_chip(health: Option<&Health>) -> Element {
    let (tone, picture, key) = look(health);
    let word = tr(key);
    let label = health.map_or(word.clone(), |health| format!("{} {word}", health.score));
    let score = health.map(|health| health.score.to_string()).unwrap_or_default();
    rsx! {
        span { "data-health": "{score}", {chip(tone, picture, &label, "small")} }
    }
}

/// What costs a meter points, in a sentence.
pub fn reason(evidence: Evidence, zone: TimeZone, now: UtcMillis, language: Language) -> String {
    let moment = |at| [("time", format::zoned_moment(at, now, zone, language))];
    match evidence {
        Evidence::Silence { for_s, limit_s } => tra("health-why-silence", &[("for", span(for_s)), ("limit", span(limit_s))]),
        Evidence::Battery { level, days: None } => tra("health-why-battery", &[("level", level.to_string())]),
        Evidence::Battery { level, days: Some(days) } => {
            tra("health-why-battery-days", &[("level", level.to_string()), ("days", days.to_string())])
        }
        Evidence::Clock { skew_s } => {
            let key = if skew_s > 0 { "health-why-clock-ahead" } else { "health-why-clock-behind" };
            tra(key, &[("by", span(u32::try_from(skew_s.unsigned_abs()).unwrap_or(u32::MAX)))])
        }
        Evidence::Voltage { at } => tra("health-why-voltage", &moment(at)),
        Evidence::Valve { since } => tra("health-why-valve", &moment(since)),
        Evidence::Signal { dbm } => tra("health-why-signal", &[("dbm", format::whole(i64::from(dbm), language))]),
        Evidence::Age { years } => tra("health-why-age", &[("years", years.to_string())]),
    }
}

/// The section of a meter's page.
#[component]
pub fn HealthSection(health: Option<Health>, zone: TimeZone) -> Element {
    let (now, language) = (*shared().now.peek(), language());
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap",
                h2 { {tr("health")} }
                {health_chip(health.as_ref())}
            }
            match health {
                None => rsx! { p { class: "muted small", {tr("health-none")} } },
                Some(health) if health.reasons.is_empty() => rsx! { p { class: "muted small", {tr("health-all-well")} } },
                Some(health) => rsx! {
                    ul { class: "list", "aria-label": tr("health-reasons"),
                        for reason_of in health.reasons {
                            li { key: "{reason_of.evidence.aspect().as_str()}", "data-reason": reason_of.evidence.aspect().as_str(),
                                div { class: "grow stack", gap: "4px",
                                    p { {tr(&format!("health-{}", reason_of.evidence.aspect().as_str()))} }
                                    p { class: "muted small", {reason(reason_of.evidence, zone, now, language)} }
                                }
                                span { class: "number small", {tra("health-points", &[("n", reason_of.points.to_string())])} }
                            }
                        }
                    }
                    p { class: "tiny muted", {tr("health-note")} }
                },
            }
        }
    }
}
