//! Charts: options built with charming, drawn by our shim over ECharts; each with its sentence and its table.

pub mod usage;

use crate::bridge::{self, Watching};
use crate::components::Button;
use crate::format;
use crate::i18n::tr;
use charming::Chart;
use charming::component::{Axis, Grid};
use charming::element::{AxisLabel, AxisType, ItemStyle, LineStyle, SplitLine, Tooltip, Trigger};
use charming::series::Bar;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::people::Language;
use protocol::ui::{Span, Usage};
use std::cell::RefCell;
use std::rc::Rc;

/// A colour of the page's theme; the shim reads it from the style sheet when it draws, and again when the theme changes.
fn token(name: &str) -> String {
    format!("var({name})")
}

/// What a chart's numbers are.
#[derive(Clone, Copy, PartialEq)]
pub enum Measure {
    /// Litres, of millilitres.
    Litres,
    /// Cubic metres, of millilitres.
    CubicMetres,
    /// Rupiah.
    Rupiah,
}

impl Measure {
    /// Of rupiah, or of a volume that is large or not.
    pub const fn of(in_rupiah: bool, is_large: bool) -> Self {
        match (in_rupiah, is_large) {
            (true, _) => Self::Rupiah,
            (false, true) => Self::CubicMetres,
            (false, false) => Self::Litres,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Litres => "litres",
            Self::CubicMetres => "cubic_metres",
            Self::Rupiah => "rupiah",
        }
    }

    /// A number as it is drawn; everywhere else they stay whole.
    fn shown(self, value: i64) -> f64 {
        match self {
            Self::Litres => value as f64 / 1_000.0,
            Self::CubicMetres => value as f64 / 1_000_000.0,
            Self::Rupiah => value as f64,
        }
    }
}

/// Two series beside each other, the one before and the one of now, each with its name. The one before can be a line, for many bars.
pub fn beside(series: [(String, Vec<Option<i64>>); 2], labels: Vec<String>, measure: Measure, as_line: bool) -> String {
    let [(name_before, before), (name_now, now)] = series;
    let shown = |values: Vec<Option<i64>>| values.into_iter().map(|value| value.map(|value| measure.shown(value))).collect();
    let muted = token("--muted");
    let label = || AxisLabel::new().color(muted.as_str()).font_size(12);
    let bar = |name: String, color: &str, data: Vec<Option<f64>>| {
        Bar::new().name(name).item_style(ItemStyle::new().color(color)).data(data)
    };
    let chart = Chart::new()
        .tooltip(Tooltip::new().trigger(Trigger::Axis))
        .grid(Grid::new().left(8).right(8).top(16).bottom(8).contain_label(true))
        .x_axis(Axis::new().type_(AxisType::Category).data(labels).axis_label(label()))
        .y_axis(
            Axis::new()
                .type_(AxisType::Value)
                .axis_label(label())
                .split_line(SplitLine::new().line_style(LineStyle::new().color(token("--hairline").as_str()))),
        )
        .series(bar(name_before, &token("--track"), shown(before)))
        .series(bar(name_now, &token("--series-1"), shown(now)));
    let mut json = serde_json::to_value(&chart).unwrap_or_default();
    json["aria"] = serde_json::json!({ "enabled": true, "label": { "enabled": false } });
    json["textStyle"] = serde_json::json!({ "fontFamily": "Plus Jakarta Sans" });
    json["tooltip"]["backgroundColor"] = token("--surface").into();
    json["tooltip"]["borderColor"] = token("--hairline").into();
    json["tooltip"]["textStyle"] = serde_json::json!({ "color": token("--text"), "fontFamily": "Plus Jakarta Sans" });
    json["series"][0]["itemStyle"]["borderColor"] = token("--control").into();
    json["series"][0]["itemStyle"]["borderWidth"] = 1.into();
    for series in json["series"].as_array_mut().into_iter().flatten() {
        series["barMaxWidth"] = 22.into();
        series["itemStyle"]["borderRadius"] = serde_json::json!([4, 4, 0, 0]);
        // A series without data would keep what was drawn before.
        if series.get("data").is_none() {
            series["data"] = serde_json::json!([]);
        }
    }
    json["series"][0]["barGap"] = "10%".into();
    json["unit"] = measure.word().into();
    if as_line {
        let line = &mut json["series"][0];
        line["type"] = "line".into();
        line["symbol"] = "none".into();
        line["z"] = 3.into();
        line["lineStyle"] = serde_json::json!({ "color": token("--series-3"), "type": "dashed", "width": 2 });
        line["itemStyle"] = serde_json::json!({ "color": token("--series-3") });
    }
    json.to_string()
}

/// Bars of rupiah, one upon the other: name, colour and amounts of each series.
pub fn money(series: &[(String, &str, Vec<Rupiah>)], labels: Vec<String>) -> String {
    let muted = token("--muted");
    let label = || AxisLabel::new().color(muted.as_str()).font_size(12);
    let split = SplitLine::new().line_style(LineStyle::new().color(token("--hairline").as_str()));
    let mut chart = Chart::new()
        .tooltip(Tooltip::new().trigger(Trigger::Axis))
        .grid(Grid::new().left(8).right(8).top(16).bottom(8).contain_label(true))
        .x_axis(Axis::new().type_(AxisType::Category).data(labels).axis_label(label()))
        .y_axis(Axis::new().type_(AxisType::Value).axis_label(label()).split_line(split));
    for (name, color, amounts) in series {
        let data: Vec<i64> = amounts.iter().map(|amount| amount.0).collect();
        chart = chart
            .series(Bar::new().name(name).stack("money").item_style(ItemStyle::new().color(token(color).as_str())).data(data));
    }
    let mut json = serde_json::to_value(&chart).unwrap_or_default();
    json["unit"] = "rupiah".into();
    json["aria"] = serde_json::json!({ "enabled": true, "label": { "enabled": false } });
    json["textStyle"] = serde_json::json!({ "fontFamily": "Plus Jakarta Sans" });
    json["tooltip"]["backgroundColor"] = token("--surface").into();
    json["tooltip"]["borderColor"] = token("--hairline").into();
    json["tooltip"]["textStyle"] = serde_json::json!({ "color": token("--text"), "fontFamily": "Plus Jakarta Sans" });
    for series in json["series"].as_array_mut().into_iter().flatten() {
        series["barMaxWidth"] = 22.into();
    }
    json.to_string()
}

/// The course of revenue: what was received as bars, that of the days it is compared with as a dashed line, and what was consumed as a line
/// with a mark at each point. Each with its name; the second is left out where it is empty.
pub fn course(
    received: (String, Vec<Rupiah>),
    earlier: (String, Vec<Rupiah>),
    consumed: (String, Vec<Rupiah>),
    labels: Vec<String>,
) -> String {
    let lines = [(consumed, "--series-4", "solid", "diamond"), (earlier, "--series-3", "dashed", "none")];
    let shown = lines.into_iter().filter(|((_, amounts), ..)| !amounts.is_empty()).collect::<Vec<_>>();
    let bars = (received.0, "--series-1", received.1);
    let all: Vec<_> = shown
        .iter()
        .map(|((name, amounts), color, ..)| (name.clone(), *color, amounts.clone()))
        .chain(std::iter::once(bars))
        .collect();
    let mut json: serde_json::Value = serde_json::from_str(&money(&all, labels)).unwrap_or_default();
    let series = json["series"].as_array_mut().into_iter().flatten();
    for (series, (_, color, line, symbol)) in series.zip(&shown) {
        series["type"] = "line".into();
        series["stack"] = serde_json::Value::Null;
        series["symbol"] = (*symbol).into();
        series["symbolSize"] = 7.into();
        series["z"] = 3.into();
        series["lineStyle"] = serde_json::json!({ "color": token(color), "type": line, "width": 2 });
    }
    json.to_string()
}

/// What somebody wants to see of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// The point at a place, closer.
    In(usize),
    /// What it is a part of.
    Out,
}

impl Zoom {
    fn read(word: &str) -> Option<Self> {
        match word.strip_prefix("in:") {
            Some(place) => place.parse().ok().map(Self::In),
            None => (word == "out").then_some(Self::Out),
        }
    }
}

/// A chart. A new option morphs what is drawn; the chart ends with its element. `onzoom`: there is more to see of each point.
#[component]
pub fn ChartView(
    id: &'static str,
    option: String,
    still: bool,
    sentence: String,
    /// The sentence stands beside the chart already: its caption is for screen readers alone.
    #[props(default)]
    is_said: bool,
    #[props(default)] onzoom: Option<EventHandler<Zoom>>,
) -> Element {
    let mut asked = use_signal(|| None::<Zoom>);
    let watch = use_hook(|| Rc::new(RefCell::new(None::<Watching>)));
    use_effect(use_reactive!(|option, still| {
        spawn(bridge::draw_chart(id.to_owned(), option, still));
    }));
    use_effect(move || {
        let Some(zoom) = asked() else { return };
        asked.set(None);
        if let Some(onzoom) = onzoom {
            onzoom.call(zoom);
        }
    });
    let mounted = move |_| {
        if onzoom.is_some() {
            *watch.borrow_mut() = Some(bridge::watch_zoom(id, move |word| asked.set(Zoom::read(&word))));
        }
    };
    use_drop(move || bridge::dispose_chart(id));
    rsx! {
        figure {
            div { id, class: "chart", role: "img", tabindex: "0", "aria-label": sentence.clone(), "aria-describedby": "{id}-keys",
                "aria-keyshortcuts": "ArrowLeft ArrowRight Home End Plus Minus", "data-zooms": if onzoom.is_some() { "true" }, onmounted: mounted }
            p { id: "{id}-keys", class: "visually-hidden", {tr(if onzoom.is_some() { "chart-keys-zoom" } else { "chart-keys" })} }
            // The point that the arrows have come to, read out.
            p { id: "{id}-said", class: "visually-hidden", role: "status", "aria-live": "polite" }
            figcaption { class: if is_said { "visually-hidden" } else { "small muted" }, "{sentence}" }
        }
        if onzoom.is_some() {
            div { class: "row chart-zoom", role: "group", "aria-label": tr("chart-zoom"),
                Button { kind: "quiet", icon: "plus", label: tr("chart-closer"), onclick: move |_| bridge::zoom_chart(id, "in") }
                Button { kind: "quiet", icon: "minus", label: tr("chart-wider"), onclick: move |_| bridge::zoom_chart(id, "out") }
            }
        }
    }
}

/// The words below each bar.
pub fn labels(usage: &Usage, language: Language) -> Vec<String> {
    usage
        .bars
        .iter()
        .map(|bar| match usage.span {
            Span::Day { .. } => format!("{:02}", bar.at),
            Span::Week { .. } => format::weekday(domain::LocalDay(bar.at), language),
            Span::Month { .. } => domain::LocalDay(bar.at).ymd().2.to_string(),
            Span::Year { .. } => format::month_name(domain::LocalMonth(bar.at).ym().1, language).to_owned(),
        })
        .collect()
}
