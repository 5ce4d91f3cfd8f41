//! Bandingkan on Pemakaian: two windows of the same connection beside each other, as totals, a sentence, a chart and a table; and where use is
//! going.

mod ahead;
mod chooser;
mod words;

use crate::charts::{ChartView, Measure, beside};
use crate::components::shell::language;
use crate::components::status::Against;
use crate::components::{Button, Card, DeltaChip, Empty, Failed, Segmented, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::exports::ExportButton;
use crate::pages::metering::compare::ahead::Ahead;
use crate::pages::metering::compare::chooser::Chooser;
use crate::pages::metering::compare::words::{label, notes, period, sentence};
use crate::pages::metering::neighbours::BesideNeighbours;
use crate::pages::metering::usage_view::{THIS_MONTH, UsageView};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::Millilitres;
use domain::metering::compare::Side;
use domain::metering::usage_baseline::{Comparison, compare};
use protocol::ui::exports::ExportedList;
use protocol::ui::{Answer, ComparedBar, ComparedDays, ComparisonQuery, Motion, Request, UsageComparison as View};

/// More bars than this leave no room for two series of bars: the one before is a line.
const MOST_AS_BARS: usize = 14;

/// The section. It has an answer of its own, so that choosing in it leaves the rest of the page as it is.
#[component]
pub fn Compare(kept: Signal<UsageView>, has_prices: bool) -> Element {
    let mut kept = kept;
    let chosen = shared().connection;
    let asked = use_memo(move || (kept.read().comparing, kept.read().by_weekday));
    let load = use_answer(
        move || {
            let (comparing, by_weekday) = asked();
            Request::UsageComparison(ComparisonQuery { connection: chosen(), comparing, by_weekday })
        },
        |answer| match answer {
            Answer::UsageComparison(view) => Some(view),
            _ => None,
        },
    );
    let in_rupiah = kept.read().in_rupiah && has_prices;
    let load = load.read();
    let content = match &*load {
        Load::Waiting => rsx! { Skeleton { heights: vec![48, 280] } },
        Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
        Load::Ready(None) => rsx! {},
        // The answer about another connection is on its way.
        Load::Ready(Some(view)) if chosen().is_some_and(|chosen| chosen != view.place.connection) => rsx! {
            Skeleton { heights: vec![48, 280] }
        },
        Load::Ready(Some(view)) => rsx! {
            Chooser { view: (**view).clone(), kept }
            Found { view: (**view).clone(), kept, in_rupiah }
            Ahead { view: (**view).clone(), in_rupiah }
            BesideNeighbours { neighbours: view.neighbours }
        },
    };
    rsx! {
        Card { class: "wide comparison",
            div { class: "row between wrap",
                h2 { {tr("compare-title")} }
                if has_prices {
                    Segmented { label: tr("compare-unit"), chosen: in_rupiah,
                        onchoose: move |rupiah| kept.with_mut(|kept| kept.in_rupiah = rupiah),
                        choices: vec![(false, "m³".to_owned()), (true, "Rp".to_owned())] }
                }
            }
            {content}
        }
    }
}

/// What was found, or why there is nothing to compare.
#[component]
fn Found(view: View, kept: Signal<UsageView>, in_rupiah: bool) -> Element {
    let mut kept = kept;
    let by_weekday = kept.read().by_weekday;
    let Some(days) = view.compared.clone().filter(|days| days.counted > 0) else {
        let reason = match &view.compared {
            None => "compare-not-begun",
            Some(days) if days.a.complete == 0 => "compare-none-here",
            Some(days) if days.b.complete == 0 => "compare-none-before",
            Some(_) => "compare-none-both",
        };
        return rsx! {
            Empty { icon: "chart-column", title: tr(reason), next: tr("compare-none-next"),
                if view.comparing != THIS_MONTH {
                    Button { label: tr("compare-reset"), icon: "undo-2",
                        onclick: move |_| kept.with_mut(|kept| (kept.comparing, kept.by_weekday) = (THIS_MONTH, false)) }
                }
            }
        };
    };
    let query = ComparisonQuery { connection: Some(view.place.connection), comparing: view.comparing, by_weekday };
    let matching = days.a.paired;
    rsx! {
        Sums { days: (*days).clone(), in_rupiah }
        Bars { days: (*days).clone(), in_rupiah }
        div { class: "row edge wrap",
            ExportButton { list: ExportedList::Comparison(query), matching }
        }
    }
}

/// Both sums, how they differ, and what is not in them.
#[component]
fn Sums(days: ComparedDays, in_rupiah: bool) -> Element {
    let language = language();
    let comparison = match (in_rupiah, days.a.cost, days.b.cost) {
        (true, Some(a), Some(b)) => compare(Millilitres(a.0), Some(Millilitres(b.0))),
        (true, ..) => Comparison::Unknown,
        (false, ..) => compare(days.a.volume, Some(days.b.volume)),
    };
    let side = |side: &Side, name: &'static str| {
        let sum = match side.cost.filter(|_| in_rupiah) {
            Some(cost) => cost.to_string(),
            None => format::volume(side.volume, language),
        };
        let known = [("n", side.complete.to_string()), ("of", side.paired.to_string())];
        rsx! {
            div { "data-side": name,
                dt { {period(side.window, language)} }
                dd { class: "number", "{sum}" }
                dd { class: "muted tiny", {tra("compare-known", &known)} }
            }
        }
    };
    rsx! {
        dl { class: "facts pair comparison-sums",
            {side(&days.a, "a")}
            {side(&days.b, "b")}
        }
        div { class: "row wrap",
            DeltaChip { comparison, against: Against::Before }
            if in_rupiah {
                span { class: "muted small", {tr("compare-without-fee")} }
            }
        }
        p { "data-comparison": "sentence", {sentence(&days, in_rupiah, language)} }
        for (place , note) in notes(&days, language).into_iter().enumerate() {
            p { key: "{place}", class: "muted small", "{note}" }
        }
    }
}

/// The days as a chart or a table.
#[component]
fn Bars(days: ComparedDays, in_rupiah: bool) -> Element {
    let (shared, language) = (shared(), language());
    let mut as_table = use_signal(|| false);
    let preferences = shared.session.read().as_ref().map(|session| session.preferences).unwrap_or_default();
    let as_line = days.bars.len() > MOST_AS_BARS;
    let names = [period(days.b.window, language), period(days.a.window, language)];
    let value = |bar: &ComparedBar, volume: Option<i64>, cost: Option<domain::Rupiah>| {
        let value = if in_rupiah { cost.map(|cost| cost.0) } else { volume };
        value.filter(|_| bar.counts())
    };
    let before = days.bars.iter().map(|bar| value(bar, bar.before, bar.cost_before)).collect();
    let now = days.bars.iter().map(|bar| value(bar, bar.volume, bar.cost)).collect();
    let [name_before, name_now] = names.clone();
    let labels = days.bars.iter().map(|bar| label(bar.a, &days, language)).collect();
    let option = beside([(name_before, before), (name_now, now)], labels, Measure::of(in_rupiah, days.by_month), as_line);
    rsx! {
        if as_table() {
            Table { days: days.clone(), in_rupiah }
        } else {
            ChartView { id: "compare-chart", option, still: preferences.motion == Motion::Still, is_said: true,
                sentence: sentence(&days, in_rupiah, language) }
            div { class: "legend", "aria-hidden": "true",
                span { i { background: "var(--series-1)" } {names[1].clone()} }
                if as_line {
                    span { i { class: "line", background: "var(--series-3)" } {names[0].clone()} }
                } else {
                    span { i { background: "var(--track)", border: "1px solid var(--control)" } {names[0].clone()} }
                }
            }
        }
        div { class: "row edge",
            if as_table() {
                Button { kind: "quiet", icon: "chart-column", label: tr("compare-show-chart"), onclick: move |_| as_table.set(false) }
            } else {
                Button { kind: "quiet", icon: "table", label: tr("compare-show-table"), onclick: move |_| as_table.set(true) }
            }
        }
    }
}

#[component]
fn Table(days: ComparedDays, in_rupiah: bool) -> Element {
    let language = language();
    let cell = |volume: Option<i64>, cost: Option<domain::Rupiah>| match (in_rupiah, volume, cost) {
        (true, _, Some(cost)) => cost.to_string(),
        (false, Some(volume), _) => format::volume(Millilitres(volume), language),
        _ => "–".to_owned(),
    };
    let note = |bar: &ComparedBar| match (bar.counts(), bar.kind.is_complete()) {
        (true, _) => String::new(),
        (false, false) => tr(&format!("day-kind-{}", bar.kind.as_str())),
        (false, true) => tr(&format!("day-kind-{}", bar.kind_before.as_str())),
    };
    rsx! {
        div { class: "table-wrap", tabindex: "0", role: "region", "aria-label": tr("compare-title"),
            table { class: "table",
                thead {
                    tr {
                        th { {tr("compare-col-day")} }
                        th { class: "end", {tr("col-volume")} }
                        th { {tr("compare-col-other")} }
                        th { class: "end", {tr("col-before")} }
                        th { {tr("compare-col-note")} }
                    }
                }
                tbody {
                    for (place , bar) in days.bars.iter().enumerate() {
                        tr { key: "{place}", "data-row": "compared-{place}",
                            td { class: "nowrap", {label(bar.a, &days, language)} }
                            td { class: "end number", {cell(bar.volume, bar.cost)} }
                            td { class: "nowrap muted", {label(bar.b, &days, language)} }
                            td { class: "end muted", {cell(bar.before, bar.cost_before)} }
                            td { class: "muted small", {note(bar)} }
                        }
                    }
                }
            }
        }
    }
}
