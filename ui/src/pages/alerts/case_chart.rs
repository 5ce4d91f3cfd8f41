//! The hours around the start of a case beside what was usual at these hours: the picture by which one sees that water never ceased.

use crate::components::Card;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::local_time::HOUR_MS;
use domain::people::Language;
use domain::{Millilitres, TimeZone};
use protocol::sync::rows::MeterCase;
use protocol::ui::CaseHour;

/// What an hour is drawn as: from the start of the case on in another colour, and a dry hour is a line of its own.
fn kind(hour: &CaseHour, case: &MeterCase) -> &'static str {
    let is_of_it = hour.at.0 + HOUR_MS > case.start.0 && case.cleared_at.is_none_or(|over| hour.at < over);
    match (hour.volume, is_of_it) {
        (None, _) => "unmeasured",
        (Some(0), _) => "used dry",
        (Some(_), true) => "of-case",
        (Some(_), false) => "used",
    }
}

fn said(hour: &CaseHour, at: &str, language: Language) -> String {
    let volume = |value: Option<i64>| value.map_or("–".to_owned(), |value| format::volume(Millilitres(value), language));
    tra("hours-said-at", &[("hour", at.to_owned()), ("used", volume(hour.volume)), ("usual", volume(hour.usual))])
}

/// The chart with its sentence.
#[component]
pub fn Hours(hours: Vec<CaseHour>, case: MeterCase, zone: TimeZone) -> Element {
    let language = language();
    let now = (shared().now)();
    let moment = |at| format::short_moment(at, now, zone, language);
    let highest = hours.iter().flat_map(|hour| [hour.volume, hour.usual]).flatten().max().unwrap_or(0).max(1);
    let percent = |value: Option<i64>| value.map_or(0, |value| (value * 100 / highest).max(i64::from(value > 0) * 2));
    let is_of_it =
        |hour: &&CaseHour| hour.at >= case.start && case.cleared_at.is_none_or(|over| hour.at < over) && hour.volume.is_some();
    let of_it: Vec<_> = hours.iter().filter(is_of_it).collect();
    let dry = of_it.iter().filter(|hour| hour.volume == Some(0)).count();
    let sentence = tra(
        "case-chart-sentence",
        &[("start", moment(case.start)), ("hours", of_it.len().to_string()), ("dry", dry.to_string())],
    );
    let days: Vec<_> = hours.iter().step_by(24).map(|hour| moment(hour.at)).collect();
    let start = hours.iter().position(|hour| hour.at.0 + HOUR_MS > case.start.0);
    rsx! {
        Card {
            h2 { {tr("case-chart")} }
            figure {
                div { class: "bars case-bars", role: "img", tabindex: "0", "aria-label": sentence.clone(), "aria-describedby": "case-keys",
                    "data-walk": "case-said", "aria-keyshortcuts": "ArrowLeft ArrowRight Home End",
                    grid_template_columns: "repeat({hours.len()}, 1fr)",
                    for (place , hour) in hours.iter().enumerate() {
                        div { key: "{place}", class: if Some(place) == start { "begins" }, "data-said": said(hour, &moment(hour.at), language),
                            i { class: "usual", height: "{percent(hour.usual)}%" }
                            i { class: kind(hour, &case), height: "{percent(hour.volume)}%" }
                        }
                    }
                }
                div { class: "bars-axis", "aria-hidden": "true", grid_template_columns: "repeat({days.len()}, 1fr)",
                    for (place , day) in days.iter().enumerate() {
                        span { key: "{place}", "{day}" }
                    }
                }
                p { id: "case-said", class: "walked small", role: "status", "aria-live": "polite" }
                p { id: "case-keys", class: "visually-hidden", {tr("chart-keys")} }
                figcaption { class: "small", "{sentence}" }
            }
            div { class: "legend", "aria-hidden": "true",
                span { i { background: "var(--series-1)" } {tr("legend-used")} }
                span { i { background: "var(--danger)" } {tr("legend-case")} }
                span { i { background: "color-mix(in srgb, var(--muted) 24%, var(--track))" } {tr("legend-usual")} }
            }
        }
    }
}
