//! Pemakaian: hours, days and months, beside the stretch before.

use crate::charts;
use crate::charts::usage::expected;
use crate::charts::{ChartView, Zoom};
use crate::components::address::use_kept;
use crate::components::shell::{SyncMark, language};
use crate::components::{Button, Card, Empty, Icon, Segmented, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::compare::Compare;
use crate::pages::metering::connections::{ConnectionChoice, about_place, of_chosen, title};
use crate::pages::metering::marks::{Marks, notes};
use crate::pages::metering::neighbours::NeighboursLine;
use crate::pages::metering::properties::AllProperties;
use crate::pages::metering::usage_share::UsageShare;
use crate::pages::metering::usage_total::{Total, is_sum_alone, of_today};
use crate::pages::metering::usage_view::{UsageView, zoomed};
use crate::pages::reports::paper::PaperButton;
use crate::route::Route;
use crate::state::{shared, use_answer};
use dioxus::prelude::*;
use domain::people::Language;
use domain::{LocalDay, LocalMonth, MeterId, Millilitres, Rupiah};
use protocol::metering::live::Frame;
use protocol::ui::reports::CustomerPaper;
use protocol::ui::{Answer, Motion, Request, Span, Usage as View};
use std::collections::HashMap;

/// The chart's element.
const CHART: &str = "usage-chart";

/// How much water, and when.
#[component]
pub fn Usage() -> Element {
    let chosen = shared().connection;
    let kept = use_kept::<UsageView>();
    let span = use_memo(move || kept.read().span);
    let load = use_answer(
        move || Request::Usage { connection: chosen(), span: span() },
        |answer| match answer {
            Answer::Usage(view) => Some(view),
            _ => None,
        },
    );
    about_place(&load.read(), &[48, 48, 400], |view| {
        rsx! {
            Content { view: view.clone(), kept }
        }
    })
}

pub fn kind(span: Span) -> &'static str {
    match span {
        Span::Day { .. } => "day",
        Span::Week { .. } => "week",
        Span::Month { .. } => "month",
        Span::Year { .. } => "year",
    }
}

fn period(span: Span, language: Language) -> String {
    match span {
        Span::Day { day } => day.map(|day| format::date(day, language)),
        Span::Week { end } => {
            end.map(|end| format!("{} – {}", format::date(end.plus(-6), language), format::date(end, language)))
        }
        Span::Month { month } => month.map(|month| format::month(month, language)),
        Span::Year { year } => year.map(|year| year.to_string()),
    }
    .unwrap_or_default()
}

/// The view of today with what the live stream adds to it, as Beranda has it.
fn with_stream(mut view: View, live: Signal<HashMap<MeterId, Frame>>) -> View {
    let Span::Day { day: Some(day) } = view.span else { return view };
    let live = live.read();
    let Some(frame) = live.values().find(|frame| frame.connection == Some(view.place.connection)) else { return view };
    let total = of_today(view.total, day, frame.today);
    let more = total.0 - view.total.0;
    let (hour, _) = view.place.time_zone.clock_of(frame.t);
    if let Some(bar) = view.bars.get_mut(usize::from(hour)).filter(|_| more > 0) {
        bar.volume = Some(bar.volume.unwrap_or(0) + more);
    }
    view.total = total;
    view
}

#[component]
fn Content(view: View, kept: Signal<UsageView>) -> Element {
    let view = with_stream(view, shared().live);
    let language = language();
    let mut kept = kept;
    let in_rupiah = kept.read().in_rupiah;
    let (place, is_here) = of_chosen(&view.place, &view.places);
    let spans = [Span::Day { day: None }, Span::Week { end: None }, Span::Month { month: None }, Span::Year { year: None }];
    let choices: Vec<(&'static str, String)> =
        spans.iter().map(|span| (kind(*span), tr(&format!("span-{}", kind(*span))))).collect();
    let step = |to: Option<Span>, key: &'static str, icon: &'static str| {
        let label = tr(key);
        rsx! {
            button { class: "button quiet icon-only", r#type: "button", "aria-label": "{label}", disabled: to.is_none(),
                onclick: move |_| if let Some(span) = to { kept.with_mut(|kept| kept.span = span) },
                Icon { name: icon }
            }
        }
    };
    let (span, bars) = (view.span, view.bars.iter().map(|bar| bar.at).collect::<Vec<_>>());
    let zoom = move |zoom: Zoom| {
        if let Some(span) = zoomed(span, &bars, zoom) {
            kept.with_mut(|kept| kept.span = span);
        }
    };
    rsx! {
        div { class: "page", "data-connection": "{place.connection}",
            header { class: "page-head",
                div { class: "grow",
                    p { class: "muted small ellipsis", {title(&place)} }
                    h1 { {tr("usage-title")} }
                }
                Link { class: "button quiet", to: Route::Tips {}, Icon { name: "lightbulb" } {tr("tips-title")} }
            }
            div { class: "row between wrap",
                ConnectionChoice { places: view.places.clone(), place: place.clone() }
                AllProperties { count: view.places.len() }
                span { class: "only-phone", SyncMark {} }
            }
            Segmented { label: tr("span-choose"), choices, chosen: kind(view.span), full: true,
                onchoose: move |word: &'static str| {
                    if let Some(span) = spans.iter().find(|span| kind(**span) == word) {
                        kept.with_mut(|kept| kept.span = *span);
                    }
                } }
            if is_here {
                Card { class: "wide",
                    div { class: "row between edge",
                        {step(view.previous, "previous", "chevron-left")}
                        h2 { {period(view.span, language)} }
                        {step(view.next, "next", "chevron-right")}
                    }
                    Total { view: view.clone(), in_rupiah, onunit: move |rupiah| kept.with_mut(|kept| kept.in_rupiah = rupiah) }
                    Bars { view: view.clone(), in_rupiah: in_rupiah && view.money.is_some(), onzoom: zoom }
                    Marks { marks: view.marks.clone() }
                    if let Some(neighbours) = view.neighbours.last() {
                        NeighboursLine { neighbours: *neighbours }
                    }
                    if let Span::Month { month: Some(month) } = view.span {
                        PaperButton { key: "{month.0}", connection: place.connection, paper: CustomerPaper::Month { month }, label: tr("report-letter") }
                    }
                }
                Compare { kept, has_prices: view.money.is_some() }
            } else {
                Skeleton { heights: vec![400] }
            }
        }
    }
}

/// The bars of a stretch as a chart or a table, with their sentence. `onzoom`: another stretch can be shown, and this one be passed on.
#[component]
pub fn Bars(view: View, in_rupiah: bool, onzoom: Option<EventHandler<Zoom>>) -> Element {
    let shared = shared();
    let language = language();
    let mut as_table = use_signal(|| false);
    let preferences = shared.session.read().as_ref().map(|session| session.preferences).unwrap_or_default();
    if view.bars.iter().all(|bar| bar.volume.is_none() && bar.before.is_none()) {
        let has_sum = is_sum_alone(view.span, view.total, &view.bars);
        let (title, next) = if has_sum { ("usage-no-hours", "usage-no-hours-next") } else { ("usage-empty", "usage-empty-next") };
        return rsx! {
            Empty { icon: "chart-column", title: tr(title), next: tr(next) }
        };
    }
    // Numbers at lines say something only beside the list of what happened.
    let view = if onzoom.is_some() { view } else { View { marks: Vec::new(), ..view } };
    let labels = charts::labels(&view, language);
    let sentence = if in_rupiah { cost_sentence(&view, language) } else { sentence(&view, language) };
    let is_line = matches!(view.span, Span::Month { .. });
    rsx! {
        if as_table() {
            Table { view: view.clone(), labels: labels.clone(), in_rupiah }
        } else {
            ChartView { id: CHART, option: charts::usage::option(&view, labels.clone(), in_rupiah, &notes(&view)),
                still: preferences.motion == Motion::Still, sentence: sentence.clone(), onzoom }
            div { class: "legend", "aria-hidden": "true",
                span { i { background: "var(--series-1)" } {tr("series-now")} }
                if is_line {
                    span { i { class: "line", background: "var(--series-3)" } {tr("series-before")} }
                } else {
                    span { i { background: "var(--track)", border: "1px solid var(--control)" } {tr("series-before")} }
                }
                if view.forecast.is_some() && !in_rupiah {
                    span { i { border: "1px dashed var(--series-1)" } {tr("series-forecast")} }
                }
                if !view.neighbours.is_empty() && !in_rupiah {
                    span { i { class: "line", background: "var(--series-4)" } {tr(if is_line { "series-neighbours-day" } else { "series-neighbours" })} }
                }
            }
        }
        div { class: "row edge wrap",
            if onzoom.is_some() {
                UsageShare { view: view.clone(), labels: labels.clone(), in_rupiah, sentence, chart: (!as_table()).then_some(CHART) }
            }
            if as_table() {
                Button { kind: "quiet", icon: "chart-column", label: tr("show-chart"), onclick: move |_| as_table.set(false) }
            } else {
                Button { kind: "quiet", icon: "table", label: tr("show-table"), onclick: move |_| as_table.set(true) }
            }
        }
    }
}

fn sentence(view: &View, language: Language) -> String {
    let period = ("period", period(view.span, language));
    let peak = view.bars.iter().filter_map(|bar| Some((bar.volume?, bar.at))).max_by_key(|(volume, _)| *volume);
    match peak.filter(|(volume, _)| *volume > 0) {
        Some((volume, at)) => {
            let values = [
                period,
                ("total", format::volume(view.total, language)),
                ("peak", format::volume(Millilitres(volume), language)),
                ("when", when(view.span, at, language)),
            ];
            tra("usage-sentence", &values)
        }
        None => tra("usage-sentence-none", &[period]),
    }
}

fn cost_sentence(view: &View, language: Language) -> String {
    let Some(money) = &view.money else { return String::new() };
    let period = ("period", period(view.span, language));
    let dearest =
        money.bars.iter().zip(&view.bars).filter_map(|(cost, bar)| Some(((*cost)?, bar.at))).max_by_key(|(cost, _)| *cost);
    match dearest.filter(|(cost, _)| cost.0 > 0) {
        Some((cost, at)) => {
            let when = when(view.span, at, language);
            tra("cost-sentence", &[period, ("total", money.total.to_string()), ("peak", cost.to_string()), ("when", when)])
        }
        // What was used cost nothing, such as in a free part of the day.
        None if money.bars.iter().any(Option::is_some) => tra("cost-sentence-free", &[period]),
        None => tra("usage-sentence-none", &[period]),
    }
}

/// When a bar was, as a part of a sentence: languages differ in the word before an hour, a day and a month.
fn when(span: Span, at: i32, language: Language) -> String {
    let (key, at) = match span {
        Span::Day { .. } => ("when-hour", tra("hour-of-day", &[("hour", format!("{at:02}"))])),
        Span::Week { .. } => ("when-day", format::near_date(LocalDay(at), language)),
        Span::Month { .. } => ("when-day", format::day_month(LocalDay(at), language)),
        Span::Year { .. } => ("when-month", format::month_name(LocalMonth(at).ym().1, language).to_owned()),
    };
    tra(key, &[("at", at)])
}

#[component]
fn Table(view: View, labels: Vec<String>, in_rupiah: bool) -> Element {
    let language = language();
    let costs = view.money.clone().filter(|_| in_rupiah).unwrap_or_default();
    let cost = |bars: &[Option<Rupiah>], place: usize| {
        bars.get(place).copied().flatten().map_or("–".to_owned(), |cost| cost.to_string())
    };
    let cell = |value: Option<i64>| value.map_or("–".to_owned(), |value| format::volume(Millilitres(value), language));
    let ahead = expected(&view);
    let now = |value: Option<i64>, place: usize| match ahead.get(place).copied().flatten() {
        Some(expected) => tra("usage-expected", &[("volume", format::volume(expected, language))]),
        None => cell(value),
    };
    rsx! {
        div { class: "table-wrap", tabindex: "0", role: "region", "aria-label": tr("usage-title"),
            table { class: "table",
                thead {
                    tr {
                        th { {tr("col-time")} }
                        th { class: "end", {tr("col-volume")} }
                        th { class: "end", {tr("col-before")} }
                        th { class: "end", {tr("col-coverage")} }
                    }
                }
                tbody {
                    for (place , (bar , label)) in view.bars.iter().zip(labels.iter()).enumerate() {
                        tr { key: "{bar.at}", "data-row": "{bar.at}",
                            td { class: "nowrap", "{label}" }
                            if in_rupiah {
                                td { class: "end number", {cost(&costs.bars, place)} }
                                td { class: "end muted", {cost(&costs.bars_before, place)} }
                            } else {
                                td { class: "end number", {now(bar.volume, place)} }
                                td { class: "end muted", {cell(bar.before)} }
                            }
                            td { class: "end muted", {format::percent(i64::from(bar.coverage) * 10, language)} }
                        }
                    }
                }
            }
        }
    }
}
