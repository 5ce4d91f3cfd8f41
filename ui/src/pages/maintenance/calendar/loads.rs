//! What each technician has to do in a week, by hours, with a word where it is too much or overlaps.

use crate::components::shell::language;
use crate::components::{Card, Icon};
use crate::format;
use crate::i18n::tr;
use crate::pages::maintenance::words::length;
use dioxus::prelude::*;
use domain::LocalDay;
use protocol::ui::maintenance::{LoadDay, TechnicianLoad, WEEK};

/// The workload of the week around a day.
#[component]
pub fn Loads(loads: Vec<TechnicianLoad>, around: LocalDay) -> Element {
    let language = language();
    let monday = around.plus(-(around.weekday() as i32));
    let days: Vec<LocalDay> = (0..WEEK).map(|day| monday.plus(day)).collect();
    let in_week = |of: &LoadDay| (monday..monday.plus(WEEK)).contains(&of.day);
    let shown: Vec<TechnicianLoad> = loads.into_iter().filter(|load| load.days.iter().any(in_week)).collect();
    rsx! {
        Card { class: "wide",
            h2 { {tr("workload-title")} }
            p { class: "muted small", {tr("workload-lead")} }
            if shown.is_empty() {
                p { class: "muted", {tr("workload-none")} }
            } else {
                div { class: "table-wrap", tabindex: "0", role: "region", "aria-label": tr("workload-title"),
                    table { class: "table workload",
                        thead { tr {
                            th { scope: "col", {tr("field-technician")} }
                            for day in days.iter().copied() {
                                th { key: "{day.0}", scope: "col", class: "end", {format::weekday(day, language)} }
                            }
                            th { scope: "col", class: "end", {tr("workload-sum")} }
                        } }
                        tbody {
                            for load in shown {
                                tr { key: "{load.id}", "data-technician": "{load.name}",
                                    th { scope: "row", "{load.name}" }
                                    for day in days.iter().copied() {
                                        Hours { key: "{day.0}", of: load.days.iter().find(|of| of.day == day).copied() }
                                    }
                                    td { class: "end number", {length(load.days.iter().filter(|of| in_week(of)).map(|of| of.minutes).sum())} }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[component]
fn Hours(of: Option<LoadDay>) -> Element {
    let Some(of) = of else { return rsx! { td { class: "end muted", "–" } } };
    let is_wrong = of.too_much || of.overlaps;
    rsx! {
        td { class: if is_wrong { "end load-wrong" } else { "end" }, "data-overlaps": "{of.overlaps}", "data-too-much": "{of.too_much}",
            span { class: "nowrap", {length(of.minutes)} }
            if of.too_much {
                span { class: "row tiny", Icon { name: "triangle-alert", size: "s" } {tr("workload-too-much")} }
            }
            if of.overlaps {
                span { class: "row tiny", Icon { name: "triangle-alert", size: "s" } {tr("workload-overlaps")} }
            }
        }
    }
}
