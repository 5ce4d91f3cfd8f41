//! The course of a period by days, weeks or months, beside that of the earlier days: a chart, its sentence, and a table of which each line leads
//! to its transfers.

use crate::charts::{self, ChartView};
use crate::components::shell::language;
use crate::components::{Button, Card, Segmented};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::revenue::figure::Figure;
use crate::pages::revenue::view::{Drill, RevenuePage, STEPS};
use crate::pages::revenue::words;
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::people::Language;
use domain::revenue::{DayRange, Step};
use protocol::ui::{Motion, RevenuePoint, RevenueView};

/// What stands below a point.
fn label(step: Step, part: DayRange, language: Language) -> String {
    match step {
        Step::Day => format::day_month(part.from, language),
        Step::Week => words::days(part, Some(part.to), language),
        Step::Month => format::month(part.from.month(), language),
    }
}

fn amounts(points: &[RevenuePoint], of: Figure) -> Vec<Rupiah> {
    points.iter().map(|point| of.of(&point.figures)).collect()
}

/// What the chart shows, in words.
fn sentence(view: &RevenueView, language: Language) -> String {
    let peak = view.series.iter().max_by_key(|point| point.figures.received);
    let values = [
        ("received", view.figures.received.to_string()),
        ("consumed", view.figures.consumed.to_string()),
        ("days", words::days(view.days, None, language)),
    ];
    match peak.filter(|point| point.figures.received > Rupiah(0)) {
        Some(peak) => {
            let [received, consumed, days] = values;
            let of_peak = [("peak", peak.figures.received.to_string()), ("when", words::days(peak.days, None, language))];
            let [most, when] = of_peak;
            tra("revenue-course-sentence", &[received, consumed, days, most, when])
        }
        None => tra("revenue-course-sentence-none", &values),
    }
}

/// The card.
#[component]
pub fn Course(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let mut as_table = use_signal(|| false);
    // A day has no parts.
    if view.days.days() < 2 {
        return rsx! {};
    }
    let steps: Vec<(Step, String)> = STEPS
        .iter()
        .filter(|(step, _)| *step == view.step || step.parts(view.days).len() > 1)
        .map(|(step, word)| (*step, tr(&format!("revenue-step-{word}"))))
        .collect();
    rsx! {
        Card { class: "wide revenue-course half",
            div { class: "row between wrap",
                h2 { id: "revenue-course", {tr("revenue-course")} }
                if steps.len() > 1 {
                    Segmented { label: tr("revenue-step-choose"), choices: steps, chosen: view.step,
                        onchoose: move |step| kept.with_mut(|kept| kept.step = Some(step)) }
                }
            }
            if as_table() {
                Table { view: view.clone(), kept }
            } else {
                Chart { view: view.clone() }
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

#[component]
fn Chart(view: RevenueView) -> Element {
    let (shared, language) = (shared(), language());
    let preferences = shared.session.read().as_ref().map(|session| session.preferences).unwrap_or_default();
    let labels = view.series.iter().map(|point| label(view.step, point.days, language)).collect();
    // What is compared has as many points as are drawn, however long its months are.
    let mut earlier = amounts(&view.earlier_series, Figure::Received);
    earlier.truncate(view.series.len());
    let has_earlier = !earlier.is_empty();
    let option = charts::course(
        (tr("revenue-figure-received"), amounts(&view.series, Figure::Received)),
        (tr("revenue-series-earlier"), earlier),
        (tr("revenue-figure-consumed"), amounts(&view.series, Figure::Consumed)),
        labels,
    );
    rsx! {
        ChartView { id: "revenue-chart", option, still: preferences.motion == Motion::Still, sentence: sentence(&view, language) }
        div { class: "legend", "aria-hidden": "true",
            span { i { background: "var(--series-1)" } {tr("revenue-figure-received")} }
            if has_earlier {
                span { i { class: "line dashed" } {tr("revenue-series-earlier")} }
            }
            span { i { class: "line", background: "var(--series-4)" } {tr("revenue-figure-consumed")} }
        }
    }
}

#[component]
fn Table(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let language = language();
    rsx! {
        div { class: "table-wrap low", role: "region", "aria-labelledby": "revenue-course",
            table { class: "table",
                thead {
                    tr {
                        th { scope: "col", {tr("col-time")} }
                        th { scope: "col", class: "end", {tr("revenue-figure-received")} }
                        th { scope: "col", class: "end", {tr("revenue-series-earlier")} }
                        th { scope: "col", class: "end", {tr("revenue-figure-consumed")} }
                    }
                }
                tbody {
                    for (place , point) in view.series.iter().copied().enumerate() {
                        tr { key: "{point.days.from.0}", tabindex: "0", "data-row": "{point.days.from.0}",
                            onclick: move |_| kept.with_mut(|kept| {
                                kept.drill = Some(Drill { days: Some(point.days), ..Drill::of(Figure::Received) });
                            }),
                            td { class: "nowrap", {label(view.step, point.days, language)} }
                            td { class: "end number", "{point.figures.received}" }
                            td { class: "end muted",
                                {view.earlier_series.get(place).map_or("–".to_owned(), |earlier| earlier.figures.received.to_string())}
                            }
                            td { class: "end", "{point.figures.consumed}" }
                        }
                    }
                }
            }
        }
    }
}
