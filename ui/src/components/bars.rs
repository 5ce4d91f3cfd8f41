//! Today by the hour beside what is usual: drawn with plain elements, so that it is there with the first paint.

use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::Millilitres;
use domain::people::Language;

/// What an hour is drawn as: nothing used and nothing measured are two pictures, and an hour to come is none.
pub fn kind(volume: Option<i64>, hour: usize, now: usize) -> &'static str {
    match volume {
        None if hour < now => "unmeasured",
        Some(0) => "used dry",
        _ if hour == now => "now",
        _ => "used",
    }
}

/// What an hour says to whoever walks the chart.
fn said(hour: usize, used: Option<i64>, usual: Option<i64>, language: Language) -> String {
    let volume = |value: Option<i64>| value.map_or("–".to_owned(), |value| format::volume(Millilitres(value), language));
    tra("hours-said", &[("hour", format!("{hour:02}")), ("used", volume(used)), ("usual", volume(usual))])
}

/// 24 bars; `now` is the hour it is.
#[component]
pub fn DayBars(hours: Vec<Option<i64>>, usual: Vec<Option<i64>>, now: usize, language: Language) -> Element {
    let highest = hours.iter().chain(&usual).flatten().copied().max().unwrap_or(0).max(1);
    let percent = |value: Option<i64>| value.map_or(0, |value| (value * 100 / highest).max(i64::from(value > 0) * 2));
    let total: i64 = hours.iter().flatten().sum();
    let peak = (0..24).max_by_key(|hour| hours.get(*hour).copied().flatten().unwrap_or(0)).unwrap_or(0);
    let sentence = if total > 0 {
        tra("hours-sentence", &[("volume", format::volume(Millilitres(total), language)), ("hour", format!("{peak:02}"))])
    } else {
        tr("hours-sentence-none")
    };
    rsx! {
        figure {
            div { class: "bars", role: "img", tabindex: "0", "aria-label": sentence.clone(), "aria-describedby": "bars-keys",
                "data-walk": "bars-said", "aria-keyshortcuts": "ArrowLeft ArrowRight Home End",
                for hour in 0..24_usize {
                    div { key: "{hour}", "data-said": said(hour, hours.get(hour).copied().flatten(), usual.get(hour).copied().flatten(), language),
                        i { class: "usual", height: "{percent(usual.get(hour).copied().flatten())}%" }
                        i { class: kind(hours.get(hour).copied().flatten(), hour, now),
                            height: "{percent(hours.get(hour).copied().flatten())}%",
                        }
                    }
                }
            }
            div { class: "bars-axis", "aria-hidden": "true",
                for label in ["00", "06", "12", "18"] {
                    span { key: "{label}", "{label}" }
                }
            }
            p { id: "bars-said", class: "walked small", role: "status", "aria-live": "polite" }
            p { id: "bars-keys", class: "visually-hidden", {tr("chart-keys")} }
            figcaption { class: "visually-hidden", "{sentence}" }
        }
        div { class: "legend", "aria-hidden": "true",
            span { i { background: "var(--series-1)" } {tr("legend-used")} }
            span { i { background: "var(--series-2)" } {tr("legend-now")} }
            span { i { background: "color-mix(in srgb, var(--muted) 24%, var(--track))" } {tr("legend-usual")} }
        }
    }
}
