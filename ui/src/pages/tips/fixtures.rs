//! What water is drawn for on a usual day: flushes, showers, a machine, a garden, taps, where readings are fine enough, and how sure that is.

use crate::components::icon::icon;
use crate::components::shell::language;
use crate::components::{Card, Empty, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::patterns::{Coarse, Fixture, FixtureUse, Fixtures, HowSure};
use domain::people::Language;

/// What water is drawn for.
#[component]
pub fn Draws(fixtures: Option<Fixtures>) -> Element {
    let state = match &fixtures {
        None => "unknown",
        Some(Fixtures::Coarse(_)) => "coarse",
        Some(Fixtures::Early { .. }) => "early",
        Some(Fixtures::Found { .. }) => "found",
    };
    rsx! {
        Card {
            div { class: "stack", "data-draws": state,
                h2 { id: "draws-title", {tr("draws-title")} }
                match fixtures {
                    None => rsx! { Empty { icon: "hourglass", title: tr("draws-unknown"), next: tr("draws-unknown-next") } },
                    Some(Fixtures::Coarse(coarse)) => rsx! { Empty { icon: "hourglass", title: tr("draws-coarse"), next: reason(coarse) } },
                    Some(Fixtures::Early { days, needed }) => rsx! {
                        Empty { icon: "hourglass", title: tr("draws-early"),
                            next: tra("draws-early-next", &[("days", days.to_string()), ("needed", needed.to_string())]) }
                    },
                    Some(Fixtures::Found { days, uses }) => rsx! { Found { days, uses } },
                }
            }
        }
    }
}

#[component]
fn Found(days: u8, uses: Vec<FixtureUse>) -> Element {
    let language = language();
    rsx! {
        ul { class: "list draws", "aria-labelledby": "draws-title",
            for used in uses {
                li { key: "{used.fixture.as_str()}", "data-fixture": used.fixture.as_str(),
                    span { class: "round", {icon(picture(used.fixture), "")} }
                    div { class: "grow",
                        p { strong { {tr(&format!("draws-{}", used.fixture.as_str()))} } }
                        p { class: "muted small", {how_often(&used, days, language)} }
                    }
                    div { class: "draws-end",
                        p { strong { {tra("draws-a-day", &[("volume", format::volume(used.a_day, language))])} } }
                        StatusChip { tone: tone(used.sure), icon: mark(used.sure), label: tr(&format!("draws-{}", used.sure.as_str())),
                            small: true }
                    }
                }
            }
        }
        p { class: "muted tiny", {tra("draws-of", &[("days", days.to_string())])} }
    }
}

/// The picture of what water is drawn for.
const fn picture(fixture: Fixture) -> &'static str {
    match fixture {
        Fixture::Toilet => "toilet",
        Fixture::Shower => "shower-head",
        Fixture::Machine => "washing-machine",
        Fixture::Garden => "sprout",
        Fixture::Tap => "droplet",
        Fixture::Base => "droplets",
    }
}

const fn tone(sure: HowSure) -> &'static str {
    match sure {
        HowSure::Sure => "ok",
        HowSure::Likely => "info",
        HowSure::Unsure => "",
    }
}

const fn mark(sure: HowSure) -> &'static str {
    match sure {
        HowSure::Sure => "check",
        HowSure::Likely => "info",
        HowSure::Unsure => "minus",
    }
}

/// `2,6 kali sehari, 12 L setiap kali`; of showers with how long one is, and of what comes less than once a day how often in a week.
fn how_often(used: &FixtureUse, days: u8, language: Language) -> String {
    let Some(each) = used.each else { return tr("draws-base-how") };
    let (key, tenths) = frequency(used.count, u32::from(days));
    let number = format::tenths(i64::from(tenths), language);
    let mut text = tra(key, &[("number", number), ("each", format::volume(each, language))]);
    if used.fixture == Fixture::Shower {
        let minutes = (used.minutes * 2 + used.count) / (used.count * 2).max(1);
        text = format!("{text} · {}", tra("draws-minutes", &[("minutes", minutes.to_string())]));
    }
    text
}

/// How often something comes, in tenths: a day, or a week where that is less than once a day.
fn frequency(count: u32, days: u32) -> (&'static str, u32) {
    let days = days.max(1);
    let (key, per) = if count >= days { ("draws-daily", 1) } else { ("draws-weekly", 7) };
    (key, (count * per * 20 + days) / (days * 2))
}

/// Why nothing can be said.
fn reason(coarse: Coarse) -> String {
    tr(match coarse {
        Coarse::Interval => "draws-coarse-interval",
        Coarse::Step => "draws-coarse-step",
        Coarse::Gaps => "draws-coarse-gaps",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOGUES: [&str; 2] =
        [include_str!("../../../../assets/i18n/id.ftl"), include_str!("../../../../assets/i18n/en.ftl")];

    #[test]
    fn all_that_water_is_drawn_for_has_its_words_in_both_languages() {
        let mut keys: Vec<String> = Fixture::ALL.iter().map(|of| format!("draws-{}", of.as_str())).collect();
        keys.extend(HowSure::ALL.iter().map(|of| format!("draws-{}", of.as_str())));
        keys.extend(Coarse::ALL.iter().map(|of| format!("draws-coarse-{}", of.as_str())));
        for catalogue in CATALOGUES {
            let has = |key: &str| catalogue.lines().any(|line| line.starts_with(&format!("{key} =")));
            let missing: Vec<_> = keys.iter().filter(|key| !has(key)).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
    }

    #[test]
    fn what_comes_less_than_once_a_day_is_counted_by_the_week() {
        assert_eq!(frequency(42, 28), ("draws-daily", 15));
        assert_eq!(frequency(9, 28), ("draws-weekly", 23));
        assert_eq!((frequency(28, 28), frequency(0, 0)), (("draws-daily", 10), ("draws-weekly", 0)));
    }
}
