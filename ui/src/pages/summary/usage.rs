//! What all connections used today so far, beside yesterday by the same time and the day before: a chart of hours, its sentence and its table.

use crate::components::bars::{Hour, HourBars, volume_or_none};
use crate::components::shell::language;
use crate::components::{Button, Card, Empty};
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::metering::usage_baseline::{Comparison, compare};
use protocol::summary::{DaySummary, UsedDay};

/// Hours of a day.
const HOURS: usize = 24;

/// A volume of an hour.
fn volume(of: &UsedDay, hour: usize) -> Option<i64> {
    of.hours.get(hour).copied().flatten()
}

/// How today compares with yesterday by the same time.
fn compared(day: &DaySummary) -> String {
    let percent = |value: i64| [("percent", value.to_string())];
    match compare(day.today.by_now, Some(day.yesterday.by_now)) {
        Comparison::Above(value) => tra("summary-use-above", &percent(value)),
        Comparison::Below(value) => tra("summary-use-below", &percent(value)),
        Comparison::Same => tr("summary-use-same"),
        Comparison::Far => tr("summary-use-far"),
        Comparison::Unknown | Comparison::Early => tr("summary-use-unknown"),
    }
}

/// The card.
#[component]
pub fn Used(day: DaySummary) -> Element {
    let language = language();
    let mut as_table = use_signal(|| false);
    let time = format::clock(day.at, day.time_zone, language);
    let is_empty = [&day.today, &day.yesterday, &day.day_before].iter().all(|of| of.hours.iter().all(Option::is_none));
    let values = [
        ("time", time.clone()),
        ("today", format::volume(day.today.by_now, language)),
        ("compared", compared(&day)),
        ("yesterday", format::volume(day.yesterday.by_now, language)),
        ("before", format::volume(day.day_before.by_now, language)),
    ];
    let sentence = tra("summary-use-sentence", &values);
    rsx! {
        Card { class: "wide summary-use",
            div { class: "row between wrap",
                h2 { {tr("summary-use")} }
                span { class: "muted tiny", {tra("summary-as-of", &[("time", time), ("zone", day.time_zone.abbreviation().to_owned())])} }
            }
            if is_empty {
                Empty { icon: "chart-column", title: tr("summary-use-none"), next: tr("summary-use-none-next") }
            } else {
                Sums { day: day.clone() }
                if as_table() {
                    Table { day }
                } else {
                    Bars { day, sentence }
                }
                div { class: "row edge",
                    if as_table() {
                        Button { kind: "quiet", icon: "chart-column", label: tr("show-chart"), onclick: move |_| as_table.set(false) }
                    } else {
                        Button { kind: "quiet", icon: "table", label: tr("show-table"), onclick: move |_| as_table.set(true) }
                    }
                }
            }
        }
    }
}

/// The three days by the same time, each with how much of it was measured.
#[component]
fn Sums(day: DaySummary) -> Element {
    let language = language();
    let days = [("summary-today", day.today), ("summary-yesterday", day.yesterday), ("summary-day-before", day.day_before)];
    rsx! {
        dl { class: "facts",
            for (key , of) in days {
                div { key: "{key}", "data-used": key,
                    dt { {tr(key)} }
                    dd { {format::volume(of.by_now, language)} }
                    dd { class: "tiny muted", {tra("summary-measured", &[("percent", format::percent(i64::from(of.coverage), language))])} }
                }
            }
        }
    }
}

#[component]
fn Bars(day: DaySummary, sentence: String) -> Element {
    let language = language();
    let now = day.time_zone.hour_of(day.at);
    let hours: Vec<_> = (0..HOURS)
        .map(|hour| {
            let [used, behind, mark] = [&day.today, &day.yesterday, &day.day_before].map(|of| volume(of, hour));
            let values = [("today", used), ("yesterday", behind), ("before", mark)];
            let [today, yesterday, before] = values.map(|(name, value)| (name, volume_or_none(value, language)));
            let said = tra("summary-hour", &[("hour", format!("{hour:02}")), today, yesterday, before]);
            Hour { used, behind, mark, said }
        })
        .collect();
    rsx! {
        HourBars { id: "summary-bars", hours, now, sentence, is_written: true, used: "summary-today", behind: "summary-yesterday", mark: "summary-day-before" }
    }
}

#[component]
fn Table(day: DaySummary) -> Element {
    let language = language();
    rsx! {
        div { class: "table-wrap low", tabindex: "0", role: "region", "aria-label": tr("summary-use"),
            table { class: "table",
                thead {
                    tr {
                        th { scope: "col", {tr("col-time")} }
                        th { scope: "col", class: "end", {tr("summary-today")} }
                        th { scope: "col", class: "end", {tr("summary-yesterday")} }
                        th { scope: "col", class: "end", {tr("summary-day-before")} }
                    }
                }
                tbody {
                    for hour in 0..HOURS {
                        tr { key: "{hour}", "data-row": "{hour}",
                            td { class: "nowrap", {tra("hour-of-day", &[("hour", format!("{hour:02}"))])} }
                            td { class: "end number", {volume_or_none(volume(&day.today, hour), language)} }
                            td { class: "end muted", {volume_or_none(volume(&day.yesterday, hour), language)} }
                            td { class: "end muted", {volume_or_none(volume(&day.day_before, hour), language)} }
                        }
                    }
                }
            }
        }
    }
}
