//! A day by the hour, beside what it is compared with: drawn with plain elements, so that it is there with the first paint.

use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::Millilitres;
use domain::people::Language;

/// Hours of a day.
const HOURS: usize = 24;

/// An hour of a chart; volumes are mL, and none where nothing is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Hour {
    /// What was used in it.
    pub used: Option<i64>,
    /// The bar behind that.
    pub behind: Option<i64>,
    /// A mark across both.
    pub mark: Option<i64>,
    /// What it says to whoever walks the chart.
    pub said: String,
}

/// What an hour is drawn as: nothing used and nothing measured are two pictures, and an hour to come is none.
fn kind(volume: Option<i64>, hour: usize, now: usize) -> &'static str {
    match volume {
        None if hour < now => "unmeasured",
        Some(0) => "used dry",
        _ if hour == now => "now",
        _ => "used",
    }
}

/// A volume in words, or that none is known.
pub fn volume_or_none(value: Option<i64>, language: Language) -> String {
    value.map_or("–".to_owned(), |value| format::volume(Millilitres(value), language))
}

/// The hours of a day, with their legend.
#[component]
pub fn HourBars(
    /// Its identifier, and the beginning of those of its parts.
    id: &'static str,
    hours: Vec<Hour>,
    /// The hour it is.
    now: usize,
    /// What it shows, in a sentence.
    sentence: String,
    /// Whether that sentence is written below it, and not read out alone.
    #[props(default)]
    is_written: bool,
    /// The words of what was used and of what stands behind it.
    used: &'static str,
    behind: &'static str,
    /// The word of the mark, where there is one.
    #[props(default)]
    mark: &'static str,
) -> Element {
    let highest = hours.iter().flat_map(|hour| [hour.used, hour.behind, hour.mark]).flatten().max().unwrap_or(0).max(1);
    let percent = |value: Option<i64>| value.map_or(0, |value| (value * 100 / highest).max(i64::from(value > 0) * 2));
    rsx! {
        figure {
            div { id: "{id}", class: "bars", role: "img", tabindex: "0", "aria-label": sentence.clone(), "aria-describedby": "{id}-keys",
                "data-walk": "{id}-said", "aria-keyshortcuts": "ArrowLeft ArrowRight Home End",
                for (place , hour) in hours.iter().enumerate() {
                    div { key: "{place}", "data-said": hour.said.clone(),
                        i { class: "usual", height: "{percent(hour.behind)}%" }
                        i { class: kind(hour.used, place, now), height: "{percent(hour.used)}%" }
                        if hour.mark.is_some() {
                            i { class: "mark", style: "bottom: {percent(hour.mark)}%" }
                        }
                    }
                }
            }
            div { class: "bars-axis", "aria-hidden": "true",
                for label in ["00", "06", "12", "18"] {
                    span { key: "{label}", "{label}" }
                }
            }
            p { id: "{id}-said", class: "walked small", role: "status", "aria-live": "polite" }
            p { id: "{id}-keys", class: "visually-hidden", {tr("chart-keys")} }
            figcaption { class: if is_written { "small" } else { "visually-hidden" }, "{sentence}" }
        }
        div { class: "legend", "aria-hidden": "true",
            span { i { background: "var(--series-1)" } {tr(used)} }
            span { i { background: "var(--series-2)" } {tr("legend-now")} }
            span { i { background: "color-mix(in srgb, var(--muted) 24%, var(--track))" } {tr(behind)} }
            if !mark.is_empty() {
                span { i { class: "line", background: "var(--series-3)" } {tr(mark)} }
            }
        }
    }
}

/// Today beside what is usual; `now` is the hour it is.
#[component]
pub fn DayBars(hours: Vec<Option<i64>>, usual: Vec<Option<i64>>, now: usize, language: Language) -> Element {
    let total: i64 = hours.iter().flatten().sum();
    let of = |volumes: &[Option<i64>], hour: usize| volumes.get(hour).copied().flatten();
    let peak = (0..HOURS).max_by_key(|hour| of(&hours, *hour).unwrap_or(0)).unwrap_or(0);
    let sentence = if total > 0 {
        tra("hours-sentence", &[("volume", format::volume(Millilitres(total), language)), ("hour", format!("{peak:02}"))])
    } else {
        tr("hours-sentence-none")
    };
    let hours: Vec<_> = (0..HOURS)
        .map(|hour| {
            let (used, usual) = (of(&hours, hour), of(&usual, hour));
            let values = [("used", used), ("usual", usual)].map(|(name, value)| (name, volume_or_none(value, language)));
            let [used_words, usual_words] = values;
            let said = tra("hours-said", &[("hour", format!("{hour:02}")), used_words, usual_words]);
            Hour { used, behind: usual, mark: None, said }
        })
        .collect();
    rsx! {
        HourBars { id: "bars", hours, now, sentence, used: "legend-used", behind: "legend-usual" }
    }
}
