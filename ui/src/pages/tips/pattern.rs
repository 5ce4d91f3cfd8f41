//! How a connection uses water, in figures and sentences.

use crate::components::shell::language;
use crate::components::{Card, Empty};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::tips::words;
use dioxus::prelude::*;
use domain::Millilitres;
use domain::patterns::{Peak, SIDE, Shift, Summary};
use domain::people::Language;

/// The pattern of a connection.
#[component]
pub fn Pattern(summary: Summary, persons: Option<u8>) -> Element {
    let language = language();
    let Some(usual) = summary.usual else {
        return rsx! {
            Card {
                h2 { {tr("pattern-title")} }
                Empty { icon: "hourglass", title: tr("pattern-early"),
                    next: tra("pattern-early-next", &[("days", summary.days.to_string()), ("needed", SIDE.to_string())]) }
            }
        };
    };
    let volume = |volume: Millilitres| format::volume(volume, language);
    let fact = |key: &str, text: String| {
        rsx! {
            div {
                dt { {tr(key)} }
                dd { "{text}" }
            }
        }
    };
    let per_person = summary.per_person.map_or_else(|| tr("pattern-unknown"), volume);
    rsx! {
        Card {
            h2 { {tr("pattern-title")} }
            dl { class: "facts pair", "data-pattern": "{summary.days}",
                {fact("pattern-usual", volume(usual))}
                {fact("pattern-person", per_person)}
                if let Some(night) = summary.night {
                    {fact("pattern-night", volume(night.volume))}
                    {fact("pattern-floor", tra("rate-per-hour", &[("volume", volume(night.floor))]))}
                }
                if let Some(split) = summary.split {
                    {fact("pattern-weekday", volume(split.weekday))}
                    {fact("pattern-weekend", volume(split.weekend))}
                }
            }
            if !summary.peaks.is_empty() {
                p { class: "small", {tra("pattern-peaks", &[("hours", peaks(&summary.peaks, language))])} }
            }
            for shift in summary.shifts.clone() {
                p { key: "{shift.since.0}", class: "small", "data-shift": "{shift.since.0}", {sentence(&shift, language)} }
            }
            if persons.is_none() {
                p { class: "muted small", {tr("pattern-persons-unknown")} }
            }
            p { class: "muted tiny", {tra("pattern-of", &[("days", summary.days.to_string())])} }
        }
    }
}

/// `06.00 (78 L), 17.00 (65 L)`.
fn peaks(peaks: &[Peak], language: Language) -> String {
    let one = |peak: &Peak| format!("{} ({})", words::hour(peak.hour), format::volume(peak.volume, language));
    peaks.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn sentence(shift: &Shift, language: Language) -> String {
    let key = if shift.change() > Millilitres::ZERO { "pattern-rose" } else { "pattern-fell" };
    let values = [
        ("since", format::date(shift.since, language)),
        ("before", format::volume(shift.before, language)),
        ("after", format::volume(shift.after, language)),
        ("days", (u32::from(shift.days.0) + u32::from(shift.days.1)).to_string()),
    ];
    tra(key, &values)
}
